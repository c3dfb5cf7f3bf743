"""The foundation: people, talk, feeds, work."""

import sqlalchemy as sa
from alembic import op

from plausch.storage.fulltext import create_fulltext
from plausch.storage.tables import Id, Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    _feeds_notifications()
    _http_limits()
    _people_accounts()
    _people_actors()
    _people_consents()
    _people_counts()
    _people_relations()
    _people_requests()
    _people_sessions()
    _people_tokens()
    _storage_parts()
    _storage_signals()
    _talk_bookmarks()
    _talk_conversations()
    _talk_entries()
    _talk_likes()
    _talk_mentions()
    _talk_participants()
    _talk_pictures()
    _talk_posts()
    _talk_reads()
    _talk_revisions()
    _talk_shares()
    _talk_tags()
    _work_jobs()
    _work_schedule()
    create_fulltext(op.get_bind(), "feeds_post_words")
    create_fulltext(op.get_bind(), "feeds_people_words")


def _feeds_notifications() -> None:
    op.create_table(
        "feeds_notifications",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("recipient_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger()),
        sa.Column("conversation_id", sa.BigInteger()),
        sa.Column("request_id", sa.BigInteger()),
        sa.Column("at", Moment, nullable=False),
        sa.Column("read_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_notifications"),
    )
    op.create_index("ix_feeds_notifications_actor", "feeds_notifications", ["actor_id"])
    op.create_index("ix_feeds_notifications_post", "feeds_notifications", ["post_id"])
    op.create_index("ix_feeds_notifications_recipient", "feeds_notifications", ["recipient_id", "id"])


def _http_limits() -> None:
    op.create_table(
        "http_limits",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_http_limits"),
    )
    op.create_index("ix_http_limits_until", "http_limits", ["until"])


def _people_accounts() -> None:
    op.create_table(
        "people_accounts",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("email_confirmed_at", Moment),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default="member", nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), server_default="system", nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ends_at", Moment),
        sa.PrimaryKeyConstraint("person_id", name="pk_people_accounts"),
        sa.UniqueConstraint("email_key", name="uq_people_accounts_email_key"),
    )


def _people_actors() -> None:
    op.create_table(
        "people_actors",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("server_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("uri", sa.Text()),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("about_source", sa.Text(), server_default="", nullable=False),
        sa.Column("about_html", sa.Text(), server_default="", nullable=False),
        sa.Column("pronouns", sa.Text(), server_default="", nullable=False),
        sa.Column("picture", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("standing", sa.Text(), server_default="active", nullable=False),
        sa.Column("locked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_actors"),
    )
    op.create_index("uq_people_actors_handle", "people_actors", ["handle", "server_id"], unique=True)
    op.create_index("uq_people_actors_uri", "people_actors", ["uri"], unique=True)


def _people_consents() -> None:
    op.create_table(
        "people_consents",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "kind", name="pk_people_consents"),
        sqlite_with_rowid=False,
    )


def _people_counts() -> None:
    op.create_table(
        "people_counts",
        sa.Column("actor_id", Id, autoincrement=False, nullable=False),
        sa.Column("followers", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("following", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("connections", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("actor_id", name="pk_people_counts"),
    )


def _people_relations() -> None:
    op.create_table(
        "people_relations",
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "kind", "target_id", name="pk_people_relations"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_people_relations_target", "people_relations", ["target_id", "kind", "source_id"])


def _people_requests() -> None:
    op.create_table(
        "people_requests",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("declined_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_people_requests"),
    )
    op.create_index("ix_people_requests_target", "people_requests", ["target_id", "id"])
    op.create_index("uq_people_requests_pair", "people_requests", ["source_id", "kind", "target_id"], unique=True)


def _people_sessions() -> None:
    op.create_table(
        "people_sessions",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("acting_as", sa.BigInteger(), nullable=False),
        sa.Column("client", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_sessions"),
        sa.UniqueConstraint("secret_hash", name="uq_people_sessions_secret_hash"),
    )
    op.create_index("ix_people_sessions_person_id", "people_sessions", ["person_id"])


def _people_tokens() -> None:
    op.create_table(
        "people_tokens",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("acting_as", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_tokens"),
        sa.UniqueConstraint("secret_hash", name="uq_people_tokens_secret_hash"),
    )
    op.create_index("ix_people_tokens_person_id", "people_tokens", ["person_id"])


def _storage_parts() -> None:
    op.create_table(
        "storage_parts",
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("door", "kind", "id", name="pk_storage_parts"),
        sqlite_with_rowid=False,
    )


def _storage_signals() -> None:
    op.create_table(
        "storage_signals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_storage_signals"),
        sqlite_autoincrement=True,
    )


def _talk_bookmarks() -> None:
    op.create_table(
        "talk_bookmarks",
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "post_id", name="pk_talk_bookmarks"),
        sqlite_with_rowid=False,
    )


def _talk_conversations() -> None:
    op.create_table(
        "talk_conversations",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("root_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("scope_kind", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("local_only", sa.Boolean(), nullable=False),
        sa.Column("who_replies", sa.Text(), server_default="everybody", nullable=False),
        sa.Column("replies", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("voices", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("talkers", sa.Text(), server_default="", nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk_conversations"),
    )


def _talk_entries() -> None:
    op.create_table(
        "talk_entries",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk_entries"),
    )
    op.create_index("ix_talk_entries_actor", "talk_entries", ["actor_id", "id"])
    op.create_index("ix_talk_entries_conversation", "talk_entries", ["conversation_id", "id"])
    op.create_index("ix_talk_entries_post", "talk_entries", ["post_id"])


def _talk_likes() -> None:
    op.create_table(
        "talk_likes",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("post_id", "actor_id", name="pk_talk_likes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_talk_likes_actor", "talk_likes", ["actor_id", "post_id"])


def _talk_mentions() -> None:
    op.create_table(
        "talk_mentions",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "actor_id", name="pk_talk_mentions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_talk_mentions_actor", "talk_mentions", ["actor_id", "post_id"])


def _talk_participants() -> None:
    op.create_table(
        "talk_participants",
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "actor_id", name="pk_talk_participants"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_talk_participants_actor", "talk_participants", ["actor_id", "scope_id"])


def _talk_pictures() -> None:
    op.create_table(
        "talk_pictures",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger()),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.Column("alt", sa.Text(), server_default="", nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("blurhash", sa.Text(), server_default="", nullable=False),
        sa.Column("colour", sa.Text(), server_default="", nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk_pictures"),
    )
    op.create_index(
        "ix_talk_pictures_loose",
        "talk_pictures",
        ["created_at"],
        sqlite_where=sa.text("post_id IS NULL"),
        postgresql_where=sa.text("post_id IS NULL"),
    )
    op.create_index("ix_talk_pictures_post", "talk_pictures", ["post_id", "place"])


def _talk_posts() -> None:
    op.create_table(
        "talk_posts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger()),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("scope_kind", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("local_only", sa.Boolean(), nullable=False),
        sa.Column("uri", sa.Text()),
        sa.Column("published_at", Moment, nullable=False),
        sa.Column("edited_at", Moment),
        sa.Column("deleted_at", Moment),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("pictures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replies", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("likes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("shares", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("warning", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk_posts"),
    )
    op.create_index("ix_talk_posts_author", "talk_posts", ["author_id", "id"])
    op.create_index("ix_talk_posts_conversation", "talk_posts", ["conversation_id", "id"])
    op.create_index("uq_talk_posts_uri", "talk_posts", ["uri"], unique=True)


def _talk_reads() -> None:
    op.create_table(
        "talk_reads",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("upto_id", sa.BigInteger(), nullable=False),
        sa.Column("replies", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "conversation_id", name="pk_talk_reads"),
        sqlite_with_rowid=False,
    )


def _talk_revisions() -> None:
    op.create_table(
        "talk_revisions",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("warning", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("post_id", "version", name="pk_talk_revisions"),
        sqlite_with_rowid=False,
    )


def _talk_shares() -> None:
    op.create_table(
        "talk_shares",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("via_id", sa.BigInteger()),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk_shares"),
    )
    op.create_index("uq_talk_shares_post", "talk_shares", ["post_id", "actor_id"], unique=True)


def _talk_tags() -> None:
    op.create_table(
        "talk_tags",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tag", "post_id", name="pk_talk_tags"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_talk_tags_post", "talk_tags", ["post_id"])


def _work_jobs() -> None:
    op.create_table(
        "work_jobs",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("leased_by", sa.Text()),
        sa.Column("failed_at", Moment),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_work_jobs"),
    )
    op.create_index(
        "ix_work_jobs_due",
        "work_jobs",
        ["due_at"],
        sqlite_where=sa.text("failed_at IS NULL"),
        postgresql_where=sa.text("failed_at IS NULL"),
    )


def _work_schedule() -> None:
    op.create_table(
        "work_schedule",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_work_schedule"),
    )

"""A whole web."""

import sqlalchemy as sa
from alembic import op

from plausch.storage.tables import Id, Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _community_announcements()
    _community_dismissals()
    _community_documents()
    _community_emoji()
    _community_settings()
    _exchange_arrivals()
    _exchange_errands()
    _feeds_filters()
    _feeds_followed_tags()
    _feeds_hidden_tags()
    _feeds_keys()
    _feeds_list_members()
    _feeds_lists()
    _feeds_muted_conversations()
    _feeds_notifications()
    _feeds_preferences()
    _feeds_push()
    _feeds_readers()
    _feeds_searches()
    _feeds_trending_posts()
    _feeds_trending_tags()
    _feeds_watches()
    _feeds_wishes()
    _groups_bans()
    _groups_boards()
    _groups_groups()
    _groups_invitations()
    _groups_links()
    _groups_log()
    _groups_pack_members()
    _groups_packs()
    _groups_requests()
    _groups_roles()
    _groups_topics()
    _moderation_copies()
    _moderation_decisions()
    _moderation_log()
    _moderation_notes()
    _moderation_reported_posts()
    _moderation_reports()
    _people_accounts()
    _people_actors()
    _people_attempts()
    _people_fields()
    _people_identities()
    _people_invitations()
    _people_pages()
    _people_passkeys()
    _people_proofs()
    _people_recovery_codes()
    _people_requests()
    _people_second_factors()
    _people_team_log()
    _people_teams()
    _talk_approvals()
    _talk_article_authors()
    _talk_articles()
    _talk_board_reads()
    _talk_conversations()
    _talk_drafts()
    _talk_likes()
    _talk_pictures()
    _talk_pins()
    _talk_poll_options()
    _talk_poll_votes()
    _talk_polls()
    _talk_posts()
    _talk_previewed()
    _talk_previews()
    _talk_quotes()
    _talk_reads()
    _talk_revisions()
    _talk_sent_forms()
    _talk_series()
    _talk_tags()
    _talk_topics()
    _talk_visitor_replies()


def _community_announcements() -> None:
    op.create_table(
        "community_announcements",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("from_at", Moment, nullable=False),
        sa.Column("until_at", Moment),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_community_announcements"),
    )


def _community_dismissals() -> None:
    op.create_table(
        "community_dismissals",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("announcement_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "announcement_id", name="pk_community_dismissals"),
        sqlite_with_rowid=False,
    )


def _community_documents() -> None:
    op.create_table(
        "community_documents",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("german", sa.Text(), server_default="", nullable=False),
        sa.Column("english", sa.Text(), server_default="", nullable=False),
        sa.Column("published_at", Moment, nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "version", name="pk_community_documents"),
    )


def _community_emoji() -> None:
    op.create_table(
        "community_emoji",
        sa.Column("shortcode", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shortcode", name="pk_community_emoji"),
    )


def _community_settings() -> None:
    op.create_table(
        "community_settings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_community_settings"),
    )


def _exchange_arrivals() -> None:
    op.create_table(
        "exchange_arrivals",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "uri", name="pk_exchange_arrivals"),
        sqlite_with_rowid=False,
    )


def _exchange_errands() -> None:
    op.create_table(
        "exchange_errands",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="{}", nullable=False),
        sa.Column("wishes", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_errands"),
    )
    op.create_index("ix_exchange_errands_person_id", "exchange_errands", ["person_id"])


def _feeds_filters() -> None:
    op.create_table(
        "feeds_filters",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("reader_id", sa.BigInteger(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("whole_word", sa.Boolean(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("ends_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_filters"),
    )
    op.create_index("ix_feeds_filters_reader", "feeds_filters", ["reader_id", "id"])


def _feeds_followed_tags() -> None:
    op.create_table(
        "feeds_followed_tags",
        sa.Column("reader_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("reader_id", "tag", name="pk_feeds_followed_tags"),
        sqlite_with_rowid=False,
    )


def _feeds_hidden_tags() -> None:
    op.create_table(
        "feeds_hidden_tags",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("tag", name="pk_feeds_hidden_tags"),
    )


def _feeds_keys() -> None:
    op.create_table(
        "feeds_keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_feeds_keys"),
    )


def _feeds_list_members() -> None:
    op.create_table(
        "feeds_list_members",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "actor_id", name="pk_feeds_list_members"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feeds_list_members_actor", "feeds_list_members", ["actor_id", "list_id"])


def _feeds_lists() -> None:
    op.create_table(
        "feeds_lists",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("out_of_home", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_lists"),
    )
    op.create_index("ix_feeds_lists_owner", "feeds_lists", ["owner_id", "id"])


def _feeds_muted_conversations() -> None:
    op.create_table(
        "feeds_muted_conversations",
        sa.Column("reader_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("reader_id", "conversation_id", name="pk_feeds_muted_conversations"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feeds_muted_conversations_conversation", "feeds_muted_conversations", ["conversation_id"])


def _feeds_notifications() -> None:
    op.add_column("feeds_notifications", sa.Column("place", sa.Text(), server_default="page", nullable=False))
    op.add_column("feeds_notifications", sa.Column("page_id", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("feeds_notifications", sa.Column("to_mail", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_feeds_notifications_unread",
        "feeds_notifications",
        ["recipient_id"],
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )


def _feeds_preferences() -> None:
    op.create_table(
        "feeds_preferences",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "kind", "channel", name="pk_feeds_preferences"),
        sqlite_with_rowid=False,
    )


def _feeds_push() -> None:
    op.create_table(
        "feeds_push",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("client", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_push"),
        sa.UniqueConstraint("endpoint", name="uq_feeds_push_endpoint"),
    )
    op.create_index("ix_feeds_push_person_id", "feeds_push", ["person_id"])


def _feeds_readers() -> None:
    op.create_table(
        "feeds_readers",
        sa.Column("reader_id", Id, autoincrement=False, nullable=False),
        sa.Column("shaped", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader_id", name="pk_feeds_readers"),
    )


def _feeds_searches() -> None:
    op.create_table(
        "feeds_searches",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_searches"),
    )
    op.create_index("uq_feeds_searches_text", "feeds_searches", ["person_id", "text"], unique=True)


def _feeds_trending_posts() -> None:
    op.create_table(
        "feeds_trending_posts",
        sa.Column("post_id", Id, autoincrement=False, nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", name="pk_feeds_trending_posts"),
    )


def _feeds_trending_tags() -> None:
    op.create_table(
        "feeds_trending_tags",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("usual", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tag", name="pk_feeds_trending_tags"),
    )


def _feeds_watches() -> None:
    op.create_table(
        "feeds_watches",
        sa.Column("reader_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("reader_id", "kind", "thing_id", name="pk_feeds_watches"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feeds_watches_thing", "feeds_watches", ["kind", "thing_id", "level"])


def _feeds_wishes() -> None:
    op.create_table(
        "feeds_wishes",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("from_whom", sa.Text(), server_default="everybody", nullable=False),
        sa.Column("mail_due_at", Moment),
        sa.PrimaryKeyConstraint("person_id", name="pk_feeds_wishes"),
    )


def _groups_bans() -> None:
    op.create_table(
        "groups_bans",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("ends_at", Moment),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "actor_id", name="pk_groups_bans"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_groups_bans_actor", "groups_bans", ["actor_id"])


def _groups_boards() -> None:
    op.create_table(
        "groups_boards",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("who_posts", sa.Text(), server_default="members", nullable=False),
        sa.Column("who_replies", sa.Text(), server_default="members", nullable=False),
        sa.Column("closed_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_groups_boards"),
    )
    op.create_index("uq_groups_boards_slug", "groups_boards", ["group_id", "slug"], unique=True)


def _groups_groups() -> None:
    op.create_table(
        "groups_groups",
        sa.Column("group_id", Id, autoincrement=False, nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("joining", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), server_default="", nullable=False),
        sa.Column("rules_source", sa.Text(), server_default="", nullable=False),
        sa.Column("rules_html", sa.Text(), server_default="", nullable=False),
        sa.Column("who_posts", sa.Text(), server_default="members", nullable=False),
        sa.Column("who_replies", sa.Text(), server_default="members", nullable=False),
        sa.Column("slow_mode", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("approve_first", sa.Integer(), server_default="0", nullable=False),
        sa.Column("members", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("closed_at", Moment),
        sa.PrimaryKeyConstraint("group_id", name="pk_groups_groups"),
    )


def _groups_invitations() -> None:
    op.create_table(
        "groups_invitations",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "actor_id", name="pk_groups_invitations"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_groups_invitations_actor", "groups_invitations", ["actor_id"])


def _groups_links() -> None:
    op.create_table(
        "groups_links",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("uses_max", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_groups_links"),
        sa.UniqueConstraint("code", name="uq_groups_links_code"),
    )
    op.create_index("ix_groups_links_group_id", "groups_links", ["group_id"])


def _groups_log() -> None:
    op.create_table(
        "groups_log",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_groups_log"),
    )
    op.create_index("ix_groups_log_group", "groups_log", ["group_id", "id"])


def _groups_pack_members() -> None:
    op.create_table(
        "groups_pack_members",
        sa.Column("pack_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("agreed_at", Moment),
        sa.Column("declined_at", Moment),
        sa.PrimaryKeyConstraint("pack_id", "actor_id", name="pk_groups_pack_members"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_groups_pack_members_actor", "groups_pack_members", ["actor_id"])


def _groups_packs() -> None:
    op.create_table(
        "groups_packs",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("maker_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("featured_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_groups_packs"),
        sa.UniqueConstraint("slug", name="uq_groups_packs_slug"),
    )
    op.create_index("ix_groups_packs_maker_id", "groups_packs", ["maker_id"])


def _groups_requests() -> None:
    op.create_table(
        "groups_requests",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("declined_at", Moment),
        sa.Column("withdrawn_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_groups_requests"),
    )
    op.create_index("ix_groups_requests_actor", "groups_requests", ["actor_id"])
    op.create_index("uq_groups_requests_pair", "groups_requests", ["group_id", "actor_id"], unique=True)


def _groups_roles() -> None:
    op.create_table(
        "groups_roles",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "actor_id", name="pk_groups_roles"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_groups_roles_actor", "groups_roles", ["actor_id", "group_id"])


def _groups_topics() -> None:
    op.create_table(
        "groups_topics",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "tag", name="pk_groups_topics"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_groups_topics_tag", "groups_topics", ["tag", "group_id"])


def _moderation_copies() -> None:
    op.create_table(
        "moderation_copies",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "post_id", name="pk_moderation_copies"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_moderation_copies_subject", "moderation_copies", ["subject_id"])


def _moderation_decisions() -> None:
    op.create_table(
        "moderation_decisions",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.BigInteger()),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("kept", sa.Text(), server_default="", nullable=False),
        sa.Column("appeal_state", sa.Text(), server_default="none", nullable=False),
        sa.Column("appeal", sa.Text(), server_default="", nullable=False),
        sa.Column("appealed_at", Moment),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_by", sa.BigInteger()),
        sa.Column("answered_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_decisions"),
    )
    op.create_index(
        "ix_moderation_decisions_appealed",
        "moderation_decisions",
        ["id"],
        sqlite_where=sa.text("appealed_at IS NOT NULL AND answered_at IS NULL"),
        postgresql_where=sa.text("appealed_at IS NOT NULL AND answered_at IS NULL"),
    )
    op.create_index("ix_moderation_decisions_subject", "moderation_decisions", ["subject_id", "id"])


def _moderation_log() -> None:
    op.create_table(
        "moderation_log",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger()),
        sa.Column("post_id", sa.BigInteger()),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_log"),
    )
    op.create_index("ix_moderation_log_by", "moderation_log", ["by_id", "id"])
    op.create_index("ix_moderation_log_subject", "moderation_log", ["subject_id", "id"])


def _moderation_notes() -> None:
    op.create_table(
        "moderation_notes",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_notes"),
    )
    op.create_index("ix_moderation_notes_subject", "moderation_notes", ["subject_id", "id"])


def _moderation_reported_posts() -> None:
    op.create_table(
        "moderation_reported_posts",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "post_id", name="pk_moderation_reported_posts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_moderation_reported_posts_post", "moderation_reported_posts", ["post_id"])


def _moderation_reports() -> None:
    op.create_table(
        "moderation_reports",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("reporter_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("rules", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("decision_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_reports"),
    )
    op.create_index("ix_moderation_reports_decision", "moderation_reports", ["decision_id"])
    op.create_index("ix_moderation_reports_reporter", "moderation_reports", ["reporter_id", "id"])
    op.create_index("ix_moderation_reports_state", "moderation_reports", ["state", "id"])
    op.create_index("ix_moderation_reports_subject", "moderation_reports", ["subject_id", "id"])


def _people_accounts() -> None:
    op.add_column("people_accounts", sa.Column("returns_to", sa.Text(), server_default="active", nullable=False))
    op.add_column("people_accounts", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.add_column("people_accounts", sa.Column("invitation_id", sa.BigInteger()))
    op.create_index("ix_people_accounts_invitation_id", "people_accounts", ["invitation_id"])


def _people_actors() -> None:
    op.add_column("people_actors", sa.Column("who_quotes", sa.Text(), server_default="everybody", nullable=False))
    op.add_column("people_actors", sa.Column("header", sa.Text(), server_default="", nullable=False))
    op.add_column("people_actors", sa.Column("who_writes", sa.Text(), server_default="connections", nullable=False))
    op.add_column("people_actors", sa.Column("signature", sa.Text(), server_default="name", nullable=False))


def _people_attempts() -> None:
    op.create_table(
        "people_attempts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger()),
        sa.Column("secret_content", sa.Text(), nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_attempts"),
        sa.UniqueConstraint("secret_hash", name="uq_people_attempts_secret_hash"),
    )
    op.create_index("ix_people_attempts_person_id", "people_attempts", ["person_id"])


def _people_fields() -> None:
    op.create_table(
        "people_fields",
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("verified_at", Moment),
        sa.Column("checked_at", Moment),
        sa.PrimaryKeyConstraint("actor_id", "place", name="pk_people_fields"),
        sqlite_with_rowid=False,
    )


def _people_identities() -> None:
    op.create_table(
        "people_identities",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("used_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_identities"),
    )
    op.create_index("ix_people_identities_person_id", "people_identities", ["person_id"])
    op.create_index("uq_people_identities_subject", "people_identities", ["issuer", "subject"], unique=True)


def _people_invitations() -> None:
    op.create_table(
        "people_invitations",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("uses_max", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_invitations"),
        sa.UniqueConstraint("code", name="uq_people_invitations_code"),
    )
    op.create_index("ix_people_invitations_person_id", "people_invitations", ["person_id"])


def _people_pages() -> None:
    op.create_table(
        "people_pages",
        sa.Column("page_id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("hours", sa.Text(), server_default="", nullable=False),
        sa.Column("imprint", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("page_id", name="pk_people_pages"),
    )


def _people_passkeys() -> None:
    op.create_table(
        "people_passkeys",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_people_passkeys"),
        sa.UniqueConstraint("credential_id", name="uq_people_passkeys_credential_id"),
    )
    op.create_index("ix_people_passkeys_person_id", "people_passkeys", ["person_id"])


def _people_proofs() -> None:
    op.create_table(
        "people_proofs",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary()),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_proofs"),
        sa.UniqueConstraint("secret_hash", name="uq_people_proofs_secret_hash"),
    )
    op.create_index("ix_people_proofs_person_id", "people_proofs", ["person_id"])


def _people_recovery_codes() -> None:
    op.create_table(
        "people_recovery_codes",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name="pk_people_recovery_codes"),
        sqlite_with_rowid=False,
    )


def _people_requests() -> None:
    op.add_column("people_requests", sa.Column("withdrawn_at", Moment))


def _people_second_factors() -> None:
    op.create_table(
        "people_second_factors",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("confirmed_at", Moment),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_people_second_factors"),
    )


def _people_team_log() -> None:
    op.create_table(
        "people_team_log",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("page_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_team_log"),
    )
    op.create_index("ix_people_team_log_page", "people_team_log", ["page_id", "id"])


def _people_teams() -> None:
    op.create_table(
        "people_teams",
        sa.Column("page_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("invited_by", sa.BigInteger()),
        sa.PrimaryKeyConstraint("page_id", "person_id", name="pk_people_teams"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_people_teams_person", "people_teams", ["person_id", "page_id"])


def _talk_approvals() -> None:
    op.create_table(
        "talk_approvals",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("post_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_talk_approvals"),
    )
    op.create_index("ix_talk_approvals_draft", "talk_approvals", ["draft_id", "id"])
    op.create_index("ix_talk_approvals_place", "talk_approvals", ["place_id", "id"])


def _talk_article_authors() -> None:
    op.create_table(
        "talk_article_authors",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("agreed_at", Moment),
        sa.PrimaryKeyConstraint("post_id", "actor_id", name="pk_talk_article_authors"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_talk_article_authors_actor", "talk_article_authors", ["actor_id", "post_id"])


def _talk_articles() -> None:
    op.create_table(
        "talk_articles",
        sa.Column("post_id", Id, autoincrement=False, nullable=False),
        sa.Column("blog_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), server_default="", nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("contents", sa.Text(), server_default="[]", nullable=False),
        sa.Column("words", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cover_id", sa.BigInteger()),
        sa.Column("series_id", sa.BigInteger()),
        sa.Column("series_place", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("post_id", name="pk_talk_articles"),
    )
    op.create_index("ix_talk_articles_blog", "talk_articles", ["blog_id", "post_id"])
    op.create_index("ix_talk_articles_series", "talk_articles", ["series_id", "series_place"])
    op.create_index("uq_talk_articles_slug", "talk_articles", ["blog_id", "slug"], unique=True)


def _talk_board_reads() -> None:
    op.create_table(
        "talk_board_reads",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "board_id", name="pk_talk_board_reads"),
        sqlite_with_rowid=False,
    )


def _talk_conversations() -> None:
    op.add_column("talk_conversations", sa.Column("place_id", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("talk_conversations", sa.Column("form", sa.Text(), server_default="note", nullable=False))
    op.add_column("talk_conversations", sa.Column("locked_at", Moment))
    op.create_index("ix_talk_conversations_place", "talk_conversations", ["place_id", "id"])


def _talk_drafts() -> None:
    op.create_table(
        "talk_drafts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("quoted_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("warning", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("audience", sa.Text(), server_default="", nullable=False),
        sa.Column("local_only", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("who_replies", sa.Text(), server_default="everybody", nullable=False),
        sa.Column("participants", sa.Text(), server_default="", nullable=False),
        sa.Column("extras", sa.Text(), server_default="{}", nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("place_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("board_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("form", sa.Text(), server_default="note", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("waits_since", Moment),
        sa.Column("waits_for", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("preview_code", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_talk_drafts"),
        sa.UniqueConstraint("preview_code", name="uq_talk_drafts_preview_code"),
    )
    op.create_index("ix_talk_drafts_author", "talk_drafts", ["author_id", "changed_at"])
    op.create_index(
        "ix_talk_drafts_waiting",
        "talk_drafts",
        ["waits_for", "waits_since"],
        sqlite_where=sa.text("waits_since IS NOT NULL"),
        postgresql_where=sa.text("waits_since IS NOT NULL"),
    )
    op.create_index(
        "uq_talk_drafts_place",
        "talk_drafts",
        ["author_id", "actor_id", "parent_id", "quoted_id", "place_id", "board_id"],
        unique=True,
        sqlite_where=sa.text("due_at IS NULL AND waits_since IS NULL AND form <> 'article'"),
        postgresql_where=sa.text("due_at IS NULL AND waits_since IS NULL AND form <> 'article'"),
    )


def _talk_likes() -> None:
    op.drop_index("ix_talk_likes_actor", table_name="talk_likes")
    op.create_index("ix_talk_likes_actor_at", "talk_likes", ["actor_id", "at", "post_id"])


def _talk_pictures() -> None:
    op.add_column("talk_pictures", sa.Column("draft_id", sa.BigInteger()))
    op.add_column("talk_pictures", sa.Column("focus_x", sa.Integer(), server_default="50", nullable=False))
    op.add_column("talk_pictures", sa.Column("focus_y", sa.Integer(), server_default="50", nullable=False))
    op.add_column("talk_pictures", sa.Column("held", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_talk_pictures_draft",
        "talk_pictures",
        ["draft_id"],
        sqlite_where=sa.text("draft_id IS NOT NULL"),
        postgresql_where=sa.text("draft_id IS NOT NULL"),
    )


def _talk_pins() -> None:
    op.create_table(
        "talk_pins",
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "post_id", name="pk_talk_pins"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_talk_pins_post", "talk_pins", ["post_id"])


def _talk_poll_options() -> None:
    op.create_table(
        "talk_poll_options",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("votes", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("post_id", "place", name="pk_talk_poll_options"),
        sqlite_with_rowid=False,
    )


def _talk_poll_votes() -> None:
    op.create_table(
        "talk_poll_votes",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "actor_id", "place", name="pk_talk_poll_votes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_talk_poll_votes_actor", "talk_poll_votes", ["actor_id", "post_id"])


def _talk_polls() -> None:
    op.create_table(
        "talk_polls",
        sa.Column("post_id", Id, autoincrement=False, nullable=False),
        sa.Column("multiple", sa.Boolean(), nullable=False),
        sa.Column("hidden_until_end", sa.Boolean(), nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("voters", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("post_id", name="pk_talk_polls"),
    )


def _talk_posts() -> None:
    op.add_column("talk_posts", sa.Column("attached", sa.Integer(), server_default="0", nullable=False))
    op.add_column("talk_posts", sa.Column("who_quotes", sa.Text(), server_default="", nullable=False))
    op.add_column("talk_posts", sa.Column("title", sa.Text(), server_default="", nullable=False))


def _talk_previewed() -> None:
    op.create_table(
        "talk_previewed",
        sa.Column("post_id", Id, autoincrement=False, nullable=False),
        sa.Column("preview_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", name="pk_talk_previewed"),
    )
    op.create_index("ix_talk_previewed_preview", "talk_previewed", ["preview_id"])


def _talk_previews() -> None:
    op.create_table(
        "talk_previews",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("url_hash", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("site", sa.Text(), server_default="", nullable=False),
        sa.Column("files", sa.Text(), server_default="", nullable=False),
        sa.Column("width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("colour", sa.Text(), server_default="", nullable=False),
        sa.Column("fetched_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk_previews"),
        sa.UniqueConstraint("url_hash", name="uq_talk_previews_url_hash"),
    )


def _talk_quotes() -> None:
    op.create_table(
        "talk_quotes",
        sa.Column("post_id", Id, autoincrement=False, nullable=False),
        sa.Column("quoted_id", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", Moment),
        sa.PrimaryKeyConstraint("post_id", name="pk_talk_quotes"),
    )
    op.create_index("ix_talk_quotes_quoted", "talk_quotes", ["quoted_id", "post_id"])


def _talk_reads() -> None:
    op.create_index("ix_talk_reads_conversation", "talk_reads", ["conversation_id"])


def _talk_revisions() -> None:
    op.add_column("talk_revisions", sa.Column("title", sa.Text(), server_default="", nullable=False))


def _talk_sent_forms() -> None:
    op.create_table(
        "talk_sent_forms",
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("form_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("author_id", "form_hash", name="pk_talk_sent_forms"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_talk_sent_forms_sent_at", "talk_sent_forms", ["sent_at"])


def _talk_series() -> None:
    op.create_table(
        "talk_series",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("blog_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk_series"),
    )
    op.create_index("uq_talk_series_slug", "talk_series", ["blog_id", "slug"], unique=True)


def _talk_tags() -> None:
    op.add_column("talk_tags", sa.Column("named", sa.Boolean(), server_default=sa.false(), nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_talk_tags_tag", "talk_tags", ["tag"], postgresql_ops={"tag": "text_pattern_ops"})


def _talk_topics() -> None:
    op.create_table(
        "talk_topics",
        sa.Column("conversation_id", Id, autoincrement=False, nullable=False),
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="discussion", nullable=False),
        sa.Column("answer_id", sa.BigInteger()),
        sa.Column("pinned_at", Moment),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("replies", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("voices", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_talk_topics"),
    )
    op.create_index("ix_talk_topics_begun", "talk_topics", ["board_id", "conversation_id"])
    op.create_index("ix_talk_topics_board", "talk_topics", ["board_id", "last_at", "conversation_id"])
    op.create_index(
        "ix_talk_topics_pinned",
        "talk_topics",
        ["board_id", "pinned_at"],
        sqlite_where=sa.text("pinned_at IS NOT NULL"),
        postgresql_where=sa.text("pinned_at IS NOT NULL"),
    )
    op.create_index("ix_talk_topics_voices", "talk_topics", ["board_id", "voices", "conversation_id"])


def _talk_visitor_replies() -> None:
    op.create_table(
        "talk_visitor_replies",
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_talk_visitor_replies"),
    )
    op.create_index("ix_talk_visitor_replies_ends_at", "talk_visitor_replies", ["ends_at"])
    op.create_index("ix_talk_visitor_replies_parent_id", "talk_visitor_replies", ["parent_id"])

"""Insights."""

import sqlalchemy as sa
from alembic import op

from plausch.storage.tables import Id, Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _community_allowed_servers()
    _community_blocked_servers()
    _community_reactions()
    _feeds_featured_tags()
    _feeds_filters()
    _feeds_followed_how()
    _feeds_hidden_hosts()
    _feeds_hidden_trends()
    _feeds_let_in()
    _feeds_lists()
    _feeds_markers()
    _feeds_push()
    _feeds_readers()
    _feeds_recipe_actors()
    _feeds_recipes()
    _feeds_scores()
    _feeds_trending_links()
    _groups_pack_members()
    _groups_packs()
    _insights_cares()
    _insights_edges()
    _insights_findings()
    _insights_goals()
    _insights_greetings()
    _insights_history()
    _insights_interactions()
    _insights_letter_items()
    _insights_letters()
    _insights_results()
    _insights_strategies()
    _insights_visits()
    _insights_volunteers()
    _moderation_reports()
    _people_accounts()
    _people_actors()
    _people_apps()
    _people_barred_addresses()
    _people_barred_domains()
    _people_barred_networks()
    _people_codes()
    _people_dismissals()
    _people_introductions()
    _people_mute_ends()
    _people_notes()
    _people_tokens()
    _talk_article_addresses()
    _talk_posts()
    _talk_put_away()
    _talk_revisions()
    _talk_speakers()


def _community_allowed_servers() -> None:
    op.create_table(
        "community_allowed_servers",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_community_allowed_servers"),
        sa.UniqueConstraint("domain", name="uq_community_allowed_servers_domain"),
    )


def _community_blocked_servers() -> None:
    op.create_table(
        "community_blocked_servers",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("reject_media", sa.Boolean(), nullable=False),
        sa.Column("reject_reports", sa.Boolean(), nullable=False),
        sa.Column("private_comment", sa.Text(), server_default="", nullable=False),
        sa.Column("public_comment", sa.Text(), server_default="", nullable=False),
        sa.Column("obfuscate", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_community_blocked_servers"),
        sa.UniqueConstraint("domain", name="uq_community_blocked_servers_domain"),
    )


def _community_reactions() -> None:
    op.create_table(
        "community_reactions",
        sa.Column("announcement_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("announcement_id", "name", "person_id", name="pk_community_reactions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_community_reactions_person", "community_reactions", ["person_id"])


def _feeds_featured_tags() -> None:
    op.create_table(
        "feeds_featured_tags",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_featured_tags"),
    )
    op.create_index("uq_feeds_featured_tags_tag", "feeds_featured_tags", ["actor_id", "tag"], unique=True)


def _feeds_filters() -> None:
    op.add_column("feeds_filters", sa.Column("set_id", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("feeds_filters", sa.Column("title", sa.Text(), server_default="", nullable=False))
    op.add_column("feeds_filters", sa.Column("post_id", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(
        "ix_feeds_filters_post",
        "feeds_filters",
        ["post_id"],
        sqlite_where=sa.text("post_id <> 0"),
        postgresql_where=sa.text("post_id <> 0"),
    )


def _feeds_followed_how() -> None:
    op.create_table(
        "feeds_followed_how",
        sa.Column("reader_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("notify", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shares", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("languages", sa.Text(), server_default="", nullable=False),
        sa.Column("endorsed_at", Moment),
        sa.PrimaryKeyConstraint("reader_id", "actor_id", name="pk_feeds_followed_how"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feeds_followed_how_actor", "feeds_followed_how", ["actor_id"])


def _feeds_hidden_hosts() -> None:
    op.create_table(
        "feeds_hidden_hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_feeds_hidden_hosts"),
    )


def _feeds_hidden_trends() -> None:
    op.create_table(
        "feeds_hidden_trends",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_hidden_trends"),
    )


def _feeds_let_in() -> None:
    op.create_table(
        "feeds_let_in",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "actor_id", name="pk_feeds_let_in"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feeds_let_in_actor", "feeds_let_in", ["actor_id"])


def _feeds_lists() -> None:
    op.add_column("feeds_lists", sa.Column("replies", sa.Text(), server_default="all", nullable=False))


def _feeds_markers() -> None:
    op.create_table(
        "feeds_markers",
        sa.Column("reader_id", sa.BigInteger(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("reader_id", "stream", name="pk_feeds_markers"),
        sqlite_with_rowid=False,
    )


def _feeds_push() -> None:
    op.add_column("feeds_push", sa.Column("kinds", sa.Text(), server_default="", nullable=False))
    op.add_column("feeds_push", sa.Column("pushed_of", sa.Text(), server_default="all", nullable=False))
    op.add_column("feeds_push", sa.Column("token_secret", sa.Text(), server_default="", nullable=False))


def _feeds_readers() -> None:
    op.add_column("feeds_readers", sa.Column("feed", sa.Text(), server_default="", nullable=False))
    op.add_column("feeds_readers", sa.Column("own_feeds", sa.Text(), server_default="[]", nullable=False))


def _feeds_recipe_actors() -> None:
    op.create_table(
        "feeds_recipe_actors",
        sa.Column("recipe_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("recipe_id", "actor_id", name="pk_feeds_recipe_actors"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feeds_recipe_actors_actor", "feeds_recipe_actors", ["actor_id"])


def _feeds_recipes() -> None:
    op.create_table(
        "feeds_recipes",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("sorted_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_recipes"),
    )
    op.create_index("ix_feeds_recipes_owner", "feeds_recipes", ["owner_id", "id"])


def _feeds_scores() -> None:
    op.create_table(
        "feeds_scores",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("figure", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("feed", "conversation_id", name="pk_feeds_scores"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_feeds_scores_conversation", "feeds_scores", ["conversation_id"])
    op.create_index("ix_feeds_scores_score", "feeds_scores", ["feed", "score"])


def _feeds_trending_links() -> None:
    op.create_table(
        "feeds_trending_links",
        sa.Column("preview_id", Id, autoincrement=False, nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("preview_id", name="pk_feeds_trending_links"),
    )


def _groups_pack_members() -> None:
    op.add_column("groups_pack_members", sa.Column("added_at", Moment))


def _groups_packs() -> None:
    op.add_column("groups_packs", sa.Column("changed_at", Moment))


def _insights_cares() -> None:
    op.create_table(
        "insights_cares",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("post_id", name="pk_insights_cares"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_insights_cares_person_id", "insights_cares", ["person_id"])


def _insights_edges() -> None:
    op.create_table(
        "insights_edges",
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "source_id", "target_id", name="pk_insights_edges"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_insights_edges_source", "insights_edges", ["source_id"])
    op.create_index("ix_insights_edges_target", "insights_edges", ["target_id", "scope_id"])


def _insights_findings() -> None:
    op.create_table(
        "insights_findings",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("as_of", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_insights_findings"),
    )
    op.create_index("uq_insights_findings_measure", "insights_findings", ["scope_id", "measure", "topic"], unique=True)


def _insights_goals() -> None:
    op.create_table(
        "insights_goals",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("begins_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_insights_goals"),
    )
    op.create_index("ix_insights_goals_scope", "insights_goals", ["scope_id", "id"])


def _insights_greetings() -> None:
    op.create_table(
        "insights_greetings",
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("greeter_id", sa.BigInteger(), nullable=False),
        sa.Column("joined_at", Moment, nullable=False),
        sa.Column("turn_at", Moment, nullable=False),
        sa.Column("done_at", Moment),
        sa.PrimaryKeyConstraint("scope_id", "person_id", name="pk_insights_greetings"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_insights_greetings_greeter", "insights_greetings", ["greeter_id"])
    op.create_index("ix_insights_greetings_person", "insights_greetings", ["person_id"])
    op.create_index(
        "ix_insights_greetings_waiting",
        "insights_greetings",
        ["turn_at"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _insights_history() -> None:
    op.create_table(
        "insights_history",
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("day", Moment, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "topic", "measure", "subject_id", "day", name="pk_insights_history"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_insights_history_subject", "insights_history", ["subject_id"])


def _insights_interactions() -> None:
    op.create_table(
        "insights_interactions",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "kind", "source_id", "target_id", name="pk_insights_interactions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_insights_interactions_source", "insights_interactions", ["source_id", "target_id"])
    op.create_index("ix_insights_interactions_target", "insights_interactions", ["target_id", "at"])


def _insights_letter_items() -> None:
    op.create_table(
        "insights_letter_items",
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("more", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("letter_id", "section", "place", name="pk_insights_letter_items"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_insights_letter_items_person", "insights_letter_items", ["person_id"])
    op.create_index("ix_insights_letter_items_post", "insights_letter_items", ["post_id"])


def _insights_letters() -> None:
    op.create_table(
        "insights_letters",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("week", Moment, nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("figures_before", sa.Text(), nullable=False),
        sa.Column("empty", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_insights_letters"),
    )
    op.create_index("uq_insights_letters_week", "insights_letters", ["scope_id", "week"], unique=True)


def _insights_results() -> None:
    op.create_table(
        "insights_results",
        sa.Column("finding_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("finding_id", "subject_id", name="pk_insights_results"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_insights_results_place", "insights_results", ["finding_id", "place"])
    op.create_index("ix_insights_results_subject", "insights_results", ["subject_id"])


def _insights_strategies() -> None:
    op.create_table(
        "insights_strategies",
        sa.Column("scope_id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", name="pk_insights_strategies"),
    )


def _insights_visits() -> None:
    op.create_table(
        "insights_visits",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("week", Moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "scope_id", "week", name="pk_insights_visits"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_insights_visits_week", "insights_visits", ["week"])


def _insights_volunteers() -> None:
    op.create_table(
        "insights_volunteers",
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("turn_at", Moment, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "person_id", name="pk_insights_volunteers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_insights_volunteers_person", "insights_volunteers", ["person_id"])


def _moderation_reports() -> None:
    op.add_column("moderation_reports", sa.Column("category", sa.Text(), server_default="other", nullable=False))


def _people_accounts() -> None:
    op.add_column("people_accounts", sa.Column("adviser", sa.Boolean(), server_default=sa.true(), nullable=False))


def _people_actors() -> None:
    op.add_column("people_actors", sa.Column("automated", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("people_actors", sa.Column("picture_alt", sa.Text(), server_default="", nullable=False))
    op.add_column("people_actors", sa.Column("header_alt", sa.Text(), server_default="", nullable=False))
    op.add_column("people_actors", sa.Column("shows_pictures", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column(
        "people_actors",
        sa.Column("shows_replied_pictures", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.add_column("people_actors", sa.Column("shows_featured", sa.Boolean(), server_default=sa.true(), nullable=False))


def _people_apps() -> None:
    op.create_table(
        "people_apps",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), server_default="", nullable=False),
        sa.Column("redirect_uris", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("used_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_apps"),
        sa.UniqueConstraint("client_id", name="uq_people_apps_client_id"),
    )
    op.create_index("ix_people_apps_used_at", "people_apps", ["used_at"])


def _people_barred_addresses() -> None:
    op.create_table(
        "people_barred_addresses",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("email_hash", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_barred_addresses"),
        sa.UniqueConstraint("email_hash", name="uq_people_barred_addresses_email_hash"),
    )


def _people_barred_domains() -> None:
    op.create_table(
        "people_barred_domains",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_barred_domains"),
        sa.UniqueConstraint("domain", name="uq_people_barred_domains_domain"),
    )


def _people_barred_networks() -> None:
    op.create_table(
        "people_barred_networks",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ends_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_people_barred_networks"),
        sa.UniqueConstraint("network", name="uq_people_barred_networks_network"),
    )


def _people_codes() -> None:
    op.create_table(
        "people_codes",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), server_default="", nullable=False),
        sa.Column("token_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people_codes"),
        sa.UniqueConstraint("secret_hash", name="uq_people_codes_secret_hash"),
    )
    op.create_index("ix_people_codes_app_id", "people_codes", ["app_id"])
    op.create_index("ix_people_codes_ends_at", "people_codes", ["ends_at"])
    op.create_index("ix_people_codes_person_id", "people_codes", ["person_id"])


def _people_dismissals() -> None:
    op.create_table(
        "people_dismissals",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "other_id", name="pk_people_dismissals"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_people_dismissals_other", "people_dismissals", ["other_id"])


def _people_introductions() -> None:
    op.create_table(
        "people_introductions",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("one_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("one_agrees", sa.Boolean()),
        sa.Column("other_agrees", sa.Boolean()),
        sa.Column("met_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_people_introductions"),
    )
    op.create_index("ix_people_introductions_made_by", "people_introductions", ["made_by"])
    op.create_index("ix_people_introductions_one", "people_introductions", ["one_id", "other_id"])
    op.create_index("ix_people_introductions_other", "people_introductions", ["other_id"])


def _people_mute_ends() -> None:
    op.create_table(
        "people_mute_ends",
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "target_id", name="pk_people_mute_ends"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_people_mute_ends_target", "people_mute_ends", ["target_id"])


def _people_notes() -> None:
    op.create_table(
        "people_notes",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "other_id", name="pk_people_notes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_people_notes_other", "people_notes", ["other_id"])


def _people_tokens() -> None:
    op.add_column("people_tokens", sa.Column("app_id", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_people_tokens_app_id", "people_tokens", ["app_id"])


def _talk_article_addresses() -> None:
    op.create_table(
        "talk_article_addresses",
        sa.Column("blog_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("blog_id", "slug", name="pk_talk_article_addresses"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_talk_article_addresses_post", "talk_article_addresses", ["post_id"])


def _talk_posts() -> None:
    op.add_column("talk_posts", sa.Column("program", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_talk_posts_removed",
        "talk_posts",
        ["actor_id", "id"],
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )


def _talk_put_away() -> None:
    op.create_table(
        "talk_put_away",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("upto_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "scope_id", name="pk_talk_put_away"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_talk_put_away_conversation_id", "talk_put_away", ["conversation_id"])


def _talk_revisions() -> None:
    op.add_column("talk_revisions", sa.Column("pictures", sa.Text()))
    op.add_column("talk_revisions", sa.Column("options", sa.Text()))


def _talk_speakers() -> None:
    op.create_table(
        "talk_speakers",
        sa.Column("actor_id", Id, autoincrement=False, nullable=False),
        sa.Column("posts", sa.BigInteger(), nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("actor_id", name="pk_talk_speakers"),
    )

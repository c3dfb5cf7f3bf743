"""How talk is stored. Private to this room."""

import sqlalchemy as sa

from plausch.storage import Id, Moment, prefix_index, table

conversations = table(
    "talk_conversations",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("root_id", sa.BigInteger, nullable=False),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    #: The ceiling: nothing said here goes further.
    sa.Column("scope_kind", sa.Text, nullable=False),
    sa.Column("scope_id", sa.BigInteger, nullable=False),
    sa.Column("local_only", sa.Boolean, nullable=False),
    sa.Column("who_replies", sa.Text, nullable=False, server_default="everybody"),
    #: Replies and voices are counted only where everybody in the ceiling may see them.
    sa.Column("replies", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("voices", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("talkers", sa.Text, nullable=False, server_default=""),
    sa.Column("last_at", Moment, nullable=False),
)

posts = table(
    "talk_posts",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("conversation_id", sa.BigInteger, nullable=False),
    sa.Column("parent_id", sa.BigInteger),
    #: Who speaks, and who wrote it (rule 1).
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    sa.Column("author_id", sa.BigInteger, nullable=False),
    sa.Column("scope_kind", sa.Text, nullable=False),
    sa.Column("scope_id", sa.BigInteger, nullable=False),
    sa.Column("local_only", sa.Boolean, nullable=False),
    #: Only of foreign posts (rule 5).
    sa.Column("uri", sa.Text),
    sa.Column("published_at", Moment, nullable=False),
    sa.Column("edited_at", Moment),
    sa.Column("deleted_at", Moment),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="1"),
    sa.Column("language", sa.Text, nullable=False, server_default=""),
    sa.Column("pictures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("replies", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("likes", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("shares", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("warning", sa.Text, nullable=False, server_default=""),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    #: Bits of `model.Attached`: what else there is to read for the post, so that nothing is read for all others.
    sa.Column("attached", sa.Integer, nullable=False, server_default="0"),
    #: Who may quote it, where that is not as its speaker has it; else empty.
    sa.Column("who_quotes", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_talk_posts_conversation", "conversation_id", "id"),
    sa.Index("ix_talk_posts_author", "author_id", "id"),
    sa.Index("uq_talk_posts_uri", "uri", unique=True),
)

#: One narrow row for each thing an actor did that others may see in a feed; a post's entry has the post's id.
entries = table(
    "talk_entries",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("post_id", sa.BigInteger, nullable=False),
    sa.Column("conversation_id", sa.BigInteger, nullable=False),
    sa.Index("ix_talk_entries_actor", "actor_id", "id"),
    sa.Index("ix_talk_entries_conversation", "conversation_id", "id"),
    sa.Index("ix_talk_entries_post", "post_id"),
)

participants = table(
    "talk_participants",
    #: The post that named them.
    sa.Column("scope_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Index("ix_talk_participants_actor", "actor_id", "scope_id"),
    keyed=True,
)

mentions = table(
    "talk_mentions",
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Index("ix_talk_mentions_actor", "actor_id", "post_id"),
    keyed=True,
)

tags = table(
    "talk_tags",
    sa.Column("tag", sa.Text, primary_key=True),
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    sa.Index("ix_talk_tags_post", "post_id"),
    # The key is sorted as the database's language has it, which finds no beginnings of words.
    prefix_index("ix_talk_tags_tag", "tag"),
    keyed=True,
)

likes = table(
    "talk_likes",
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_talk_likes_actor_at", "actor_id", "at", "post_id"),
    keyed=True,
)

shares = table(
    "talk_shares",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("post_id", sa.BigInteger, nullable=False),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    #: The share through which it was found, when that is known.
    sa.Column("via_id", sa.BigInteger),
    sa.Column("at", Moment, nullable=False),
    sa.Index("uq_talk_shares_post", "post_id", "actor_id", unique=True),
)

bookmarks = table(
    "talk_bookmarks",
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    keyed=True,
)

#: What stands above everything else on somebody's wall.
pins = table(
    "talk_pins",
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_talk_pins_post", "post_id"),
    keyed=True,
)

revisions = table(
    "talk_revisions",
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("warning", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    keyed=True,
)

_LOOSE = sa.text("post_id IS NULL")
_DRAFTED = sa.text("draft_id IS NOT NULL")

pictures = table(
    "talk_pictures",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("owner_id", sa.BigInteger, nullable=False),
    #: Empty until it is posted.
    sa.Column("post_id", sa.BigInteger),
    sa.Column("place", sa.Integer, nullable=False, server_default="0"),
    sa.Column("alt", sa.Text, nullable=False, server_default=""),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("blurhash", sa.Text, nullable=False, server_default=""),
    sa.Column("colour", sa.Text, nullable=False, server_default=""),
    #: Variants as `name mime key`, one a line.
    sa.Column("files", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    #: While it waits for its post: in which draft.
    sa.Column("draft_id", sa.BigInteger),
    sa.Column("focus_x", sa.Integer, nullable=False, server_default="50"),
    sa.Column("focus_y", sa.Integer, nullable=False, server_default="50"),
    sa.Index("ix_talk_pictures_post", "post_id", "place"),
    sa.Index("ix_talk_pictures_loose", "created_at", sqlite_where=_LOOSE, postgresql_where=_LOOSE),
    sa.Index("ix_talk_pictures_draft", "draft_id", sqlite_where=_DRAFTED, postgresql_where=_DRAFTED),
)

_KEPT = sa.text("due_at IS NULL")

drafts = table(
    "talk_drafts",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("author_id", sa.BigInteger, nullable=False),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    #: 0 where it replies to nothing, or quotes nothing.
    sa.Column("parent_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("quoted_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("warning", sa.Text, nullable=False, server_default=""),
    sa.Column("language", sa.Text, nullable=False, server_default=""),
    sa.Column("audience", sa.Text, nullable=False, server_default=""),
    sa.Column("local_only", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("who_replies", sa.Text, nullable=False, server_default="everybody"),
    #: Handles as they were typed: who they are is asked when it is posted.
    sa.Column("participants", sa.Text, nullable=False, server_default=""),
    #: JSON, by the names of the composer's further parts.
    sa.Column("extras", sa.Text, nullable=False, server_default="{}"),
    sa.Column("changed_at", Moment, nullable=False),
    #: When it is to be posted by itself.
    sa.Column("due_at", Moment),
    #: The reason why that failed.
    sa.Column("problem", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_talk_drafts_author", "author_id", "changed_at"),
    #: One draft a place; scheduled posts there may be many.
    sa.Index(
        "uq_talk_drafts_place",
        *("author_id", "actor_id", "parent_id", "quoted_id"),
        unique=True,
        sqlite_where=_KEPT,
        postgresql_where=_KEPT,
    ),
)

reads = table(
    "talk_reads",
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("conversation_id", sa.BigInteger, primary_key=True),
    #: The newest post seen, and how many replies there were then.
    sa.Column("upto_id", sa.BigInteger, nullable=False),
    sa.Column("replies", sa.BigInteger, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_talk_reads_conversation", "conversation_id"),
    keyed=True,
)

polls = table(
    "talk_polls",
    sa.Column("post_id", Id, primary_key=True, autoincrement=False),
    sa.Column("multiple", sa.Boolean, nullable=False),
    sa.Column("hidden_until_end", sa.Boolean, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    #: How many people have voted.
    sa.Column("voters", sa.BigInteger, nullable=False, server_default="0"),
)

poll_options = table(
    "talk_poll_options",
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("votes", sa.BigInteger, nullable=False, server_default="0"),
    keyed=True,
)

#: Nobody but the voter ever sees a row of it.
poll_votes = table(
    "talk_poll_votes",
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Index("ix_talk_poll_votes_actor", "actor_id", "post_id"),
    keyed=True,
)

quotes = table(
    "talk_quotes",
    #: The post that quotes.
    sa.Column("post_id", Id, primary_key=True, autoincrement=False),
    sa.Column("quoted_id", sa.BigInteger, nullable=False),
    #: When whoever is quoted took their consent back.
    sa.Column("withdrawn_at", Moment),
    sa.Index("ix_talk_quotes_quoted", "quoted_id", "post_id"),
)

#: What a page on the web says of itself. Links to it share one row.
previews = table(
    "talk_previews",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    #: SHA-256 of the address as it is linked.
    sa.Column("url_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("url", sa.Text, nullable=False),
    #: Empty when there is nothing to show.
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False, server_default=""),
    sa.Column("site", sa.Text, nullable=False, server_default=""),
    #: As in pictures; empty without one.
    sa.Column("files", sa.Text, nullable=False, server_default=""),
    sa.Column("width", sa.Integer, nullable=False, server_default="0"),
    sa.Column("height", sa.Integer, nullable=False, server_default="0"),
    sa.Column("colour", sa.Text, nullable=False, server_default=""),
    sa.Column("fetched_at", Moment, nullable=False),
)

previewed = table(
    "talk_previewed",
    sa.Column("post_id", Id, primary_key=True, autoincrement=False),
    sa.Column("preview_id", sa.BigInteger, nullable=False),
    sa.Index("ix_talk_previewed_preview", "preview_id"),
)

#: What visitors have written before they signed up or in; it waits a day for them.
visitor_replies = table(
    "talk_visitor_replies",
    sa.Column("secret_hash", sa.LargeBinary, primary_key=True),
    sa.Column("parent_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("ends_at", Moment, nullable=False, index=True),
)

#: Forms that have been sent, and what came of each: a form that is sent twice is answered, not obeyed again.
sent_forms = table(
    "talk_sent_forms",
    sa.Column("author_id", sa.BigInteger, primary_key=True),
    #: Of all that was filled in, and of what is random in each form.
    sa.Column("form_hash", sa.LargeBinary, primary_key=True),
    #: The post, or the draft that was scheduled.
    sa.Column("made_id", sa.BigInteger, nullable=False),
    sa.Column("sent_at", Moment, nullable=False, index=True),
    keyed=True,
)

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
    #: On whose wall or in which group it is; 0: where its speaker's other doings are.
    sa.Column("place_id", sa.BigInteger, nullable=False, server_default="0"),
    #: One of `model.Form`.
    sa.Column("form", sa.Text, nullable=False, server_default="note"),
    #: Nobody but those who look after the place replies any more.
    sa.Column("locked_at", Moment),
    sa.Index("ix_talk_conversations_place", "place_id", "id"),
)

_REMOVED = sa.text("deleted_at IS NOT NULL")
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
    #: Of an article only its beginning.
    sa.Column("html", sa.Text, nullable=False),
    #: Bits of `model.Attached`: what else there is to read for the post, so that nothing is read for all others.
    sa.Column("attached", sa.Integer, nullable=False, server_default="0"),
    #: Who may quote it, where that is not as its speaker has it; else empty.
    sa.Column("who_quotes", sa.Text, nullable=False, server_default=""),
    #: Of topics and articles.
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    #: Name and address of the program it was written with, on a line each; a program may be forgotten, this stays.
    sa.Column("program", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_talk_posts_conversation", "conversation_id", "id"),
    sa.Index("ix_talk_posts_author", "author_id", "id"),
    sa.Index("ix_talk_posts_removed", "actor_id", "id", sqlite_where=_REMOVED, postgresql_where=_REMOVED),
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

#: How much each actor has said that everybody may read. Where there is no row, it is counted when it is asked for.
speakers = table(
    "talk_speakers",
    sa.Column("actor_id", Id, primary_key=True, autoincrement=False),
    sa.Column("posts", sa.BigInteger, nullable=False),
    #: When it last said something so (ms).
    sa.Column("last_at", Moment, nullable=False),
)

participants = table(
    "talk_participants",
    #: The post that named them.
    sa.Column("scope_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Index("ix_talk_participants_actor", "actor_id", "scope_id"),
    keyed=True,
)

#: Exchanges among named people that one of them has put away, up to a post: what comes later brings them back.
put_away = table(
    "talk_put_away",
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("scope_id", sa.BigInteger, primary_key=True),
    sa.Column("conversation_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("upto_id", sa.BigInteger, nullable=False),
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
    #: It was given beside the text, and stays whatever becomes of the words.
    sa.Column("named", sa.Boolean, nullable=False, server_default=sa.false()),
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
    #: The entry through which it was found, when that is known: a share of the post, or the post itself.
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
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    #: JSON: ids of the pictures with their words, and what could be chosen. NULL: nobody had noted it.
    sa.Column("pictures", sa.Text),
    sa.Column("options", sa.Text),
    keyed=True,
)

_PINNED = sa.text("pinned_at IS NOT NULL")

#: Conversations that stand in a board.
topics = table(
    "talk_topics",
    sa.Column("conversation_id", Id, primary_key=True, autoincrement=False),
    sa.Column("board_id", sa.BigInteger, nullable=False),
    #: One of `model.TopicKind`.
    sa.Column("kind", sa.Text, nullable=False, server_default="discussion"),
    #: The reply that answers a question.
    sa.Column("answer_id", sa.BigInteger),
    sa.Column("pinned_at", Moment),
    #: As in its conversation, so that a board is read in these orders.
    sa.Column("last_at", Moment, nullable=False),
    sa.Column("replies", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("voices", sa.BigInteger, nullable=False, server_default="1"),
    sa.Index("ix_talk_topics_board", "board_id", "last_at", "conversation_id"),
    sa.Index("ix_talk_topics_begun", "board_id", "conversation_id"),
    sa.Index("ix_talk_topics_voices", "board_id", "voices", "conversation_id"),
    sa.Index("ix_talk_topics_pinned", "board_id", "pinned_at", sqlite_where=_PINNED, postgresql_where=_PINNED),
)

#: Up to when somebody has declared all topics of a board to be read.
board_reads = table(
    "talk_board_reads",
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("board_id", sa.BigInteger, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    keyed=True,
)

#: What an article has beyond a post: `posts.html` is its beginning, the whole is here.
articles = table(
    "talk_articles",
    sa.Column("post_id", Id, primary_key=True, autoincrement=False),
    #: In whose blog: a person's, a group's or a page's.
    sa.Column("blog_id", sa.BigInteger, nullable=False),
    #: Of a removed one, `model.gone_slug` of it.
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("subtitle", sa.Text, nullable=False, server_default=""),
    sa.Column("body_html", sa.Text, nullable=False),
    #: JSON: depth, anchor and text of each heading.
    sa.Column("contents", sa.Text, nullable=False, server_default="[]"),
    sa.Column("words", sa.Integer, nullable=False, server_default="0"),
    #: The picture above it is one of the post's pictures; None without one.
    sa.Column("cover_id", sa.BigInteger),
    sa.Column("series_id", sa.BigInteger),
    sa.Column("series_place", sa.Integer, nullable=False, server_default="0"),
    sa.Index("uq_talk_articles_slug", "blog_id", "slug", unique=True),
    sa.Index("ix_talk_articles_blog", "blog_id", "post_id"),
    sa.Index("ix_talk_articles_series", "series_id", "series_place"),
)

#: What an article has ever been reached at in its blog: nobody else's is, as long as it stands.
article_addresses = table(
    "talk_article_addresses",
    sa.Column("blog_id", sa.BigInteger, primary_key=True),
    #: Of a removed one, `model.gone_slug` of it.
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("post_id", sa.BigInteger, nullable=False),
    sa.Index("ix_talk_article_addresses_post", "post_id"),
    keyed=True,
)

#: Who wrote an article together; whoever posted it is the first of them.
article_authors = table(
    "talk_article_authors",
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    #: Nobody is shown as an author before they have agreed.
    sa.Column("agreed_at", Moment),
    sa.Index("ix_talk_article_authors_actor", "actor_id", "post_id"),
    keyed=True,
)

series = table(
    "talk_series",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("blog_id", sa.BigInteger, nullable=False),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.Index("uq_talk_series_slug", "blog_id", "slug", unique=True),
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
    #: A `model.Held`: whether it stays for a while though its post be removed.
    sa.Column("held", sa.Integer, nullable=False, server_default="0"),
    sa.Index("ix_talk_pictures_post", "post_id", "place"),
    sa.Index("ix_talk_pictures_loose", "created_at", sqlite_where=_LOOSE, postgresql_where=_LOOSE),
    sa.Index("ix_talk_pictures_draft", "draft_id", sqlite_where=_DRAFTED, postgresql_where=_DRAFTED),
)

_KEPT = sa.text("due_at IS NULL AND waits_since IS NULL AND form <> 'article'")
_WAITING = sa.text("waits_since IS NOT NULL")

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
    #: On whose wall, in which group or blog, and in which board; 0 for none.
    sa.Column("place_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("board_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("form", sa.Text, nullable=False, server_default="note"),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    #: Since when it waits to be let through, and by whom: the team of a page, those who look after a group.
    sa.Column("waits_since", Moment),
    sa.Column("waits_for", sa.BigInteger, nullable=False, server_default="0"),
    #: Stands in the link with which others read it before it is posted.
    sa.Column("preview_code", sa.Text, unique=True),
    sa.Index("ix_talk_drafts_author", "author_id", "changed_at"),
    sa.Index("ix_talk_drafts_waiting", "waits_for", "waits_since", sqlite_where=_WAITING, postgresql_where=_WAITING),
    #: One draft a place; articles, scheduled posts and what waits there may be many.
    sa.Index(
        "uq_talk_drafts_place",
        *("author_id", "actor_id", "parent_id", "quoted_id", "place_id", "board_id"),
        unique=True,
        sqlite_where=_KEPT,
        postgresql_where=_KEPT,
    ),
)

#: Each step of what had to be let through.
approvals = table(
    "talk_approvals",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    #: The group or the page.
    sa.Column("place_id", sa.BigInteger, nullable=False),
    sa.Column("draft_id", sa.BigInteger, nullable=False),
    #: Who did it; 0 once they are gone.
    sa.Column("person_id", sa.BigInteger, nullable=False),
    #: One of `model.ApprovalStep`.
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    #: What came of it, once it is posted.
    sa.Column("post_id", sa.BigInteger),
    sa.Index("ix_talk_approvals_place", "place_id", "id"),
    sa.Index("ix_talk_approvals_draft", "draft_id", "id"),
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

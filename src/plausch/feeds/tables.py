"""How feeds are stored. Private to this room."""

import sqlalchemy as sa

from plausch.storage import Id, Moment, table
from plausch.storage.fulltext import fulltext_table

_UNREAD = sa.text("read_at IS NULL")
_OF_POST = sa.text("post_id <> 0")

notifications = table(
    "feeds_notifications",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("recipient_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    sa.Column("post_id", sa.BigInteger),
    sa.Column("conversation_id", sa.BigInteger),
    sa.Column("request_id", sa.BigInteger),
    sa.Column("at", Moment, nullable=False),
    sa.Column("read_at", Moment),
    #: A `model.Place`: among the others, aside, or nowhere on the pages.
    sa.Column("place", sa.Text, nullable=False, server_default="page"),
    #: The page for whose team the recipient hears of it; 0 for what is the recipient's own.
    sa.Column("page_id", sa.BigInteger, nullable=False, server_default="0"),
    #: It waits for the next mail.
    sa.Column("to_mail", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_feeds_notifications_recipient", "recipient_id", "id"),
    sa.Index("ix_feeds_notifications_post", "post_id"),
    sa.Index("ix_feeds_notifications_actor", "actor_id"),
    sa.Index("ix_feeds_notifications_unread", "recipient_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
)

#: What somebody wants to hear of where; only what differs from the default.
preferences = table(
    "feeds_preferences",
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("on", sa.Boolean, nullable=False),
    keyed=True,
)

#: How somebody wishes to be notified; a row only where it differs from the beginning.
wishes = table(
    "feeds_wishes",
    sa.Column("person_id", Id, primary_key=True, autoincrement=False),
    #: A `model.FromWhom`.
    sa.Column("from_whom", sa.Text, nullable=False, server_default="everybody"),
    #: When unread notifications are gathered for a mail; empty when none waits.
    sa.Column("mail_due_at", Moment),
)

#: Browsers that take push messages (RFC 8030).
push_subscriptions = table(
    "feeds_push",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    #: It ends with the session in which it was made, or the token with which a program made it.
    sa.Column("session_id", sa.BigInteger, nullable=False),
    sa.Column("endpoint", sa.Text, nullable=False, unique=True),
    #: The browser's keys: a point on the curve P-256, and a shared secret.
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("client", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", Moment, nullable=False),
    #: Of a program: the kinds of which it wants to hear, separated by spaces. Browsers go by what the person prefers.
    sa.Column("kinds", sa.Text, nullable=False, server_default=""),
    #: And of whom: a `model.PushedOf`.
    sa.Column("pushed_of", sa.Text, nullable=False, server_default="all"),
    #: And its access token, by which it finds among several accounts the one that a message is for.
    sa.Column("token_secret", sa.Text, nullable=False, server_default=""),
)

#: Whose notifications somebody wants among the others, though they do not know them.
let_in = table(
    "feeds_let_in",
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Index("ix_feeds_let_in_actor", "actor_id"),
    keyed=True,
)

#: How far somebody has read a stream, which their programs tell each other.
markers = table(
    "feeds_markers",
    sa.Column("reader_id", sa.BigInteger, primary_key=True),
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("last_id", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("at", Moment, nullable=False),
    keyed=True,
)

#: Keys that this server makes for itself once, by what they are for.
server_keys = table(
    "feeds_keys",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)

searches = table(
    "feeds_searches",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("person_id", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Index("uq_feeds_searches_text", "person_id", "text", unique=True),
)

#: Stems of posts, by post id; of people, by actor id.
post_words = fulltext_table("feeds_post_words")
people_words = fulltext_table("feeds_people_words")

#: What shapes somebody's home beyond whom they follow (`model.Shaping`): read with what is read anyway, so that whoever
#: uses none of it pays nothing.
readers = table(
    "feeds_readers",
    sa.Column("reader_id", Id, primary_key=True, autoincrement=False),
    sa.Column("shaped", sa.BigInteger, nullable=False),
    #: The feed that home shows: a `model.FeedKind` or the number of one of their own; empty: the latest.
    sa.Column("feed", sa.Text, nullable=False, server_default=""),
    #: JSON: numbers and names of their own feeds, as `recipes` has them.
    sa.Column("own_feeds", sa.Text, nullable=False, server_default="[]"),
)

#: Feeds that people put together themselves.
recipes = table(
    "feeds_recipes",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("owner_id", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    #: Hashtags, separated by spaces.
    sa.Column("tags", sa.Text, nullable=False),
    #: Names of `model.RecipeKind`, separated by spaces.
    sa.Column("kinds", sa.Text, nullable=False),
    #: A `model.RecipeOrder`.
    sa.Column("sorted_by", sa.Text, nullable=False),
    sa.Index("ix_feeds_recipes_owner", "owner_id", "id"),
)

#: People, pages and groups in a recipe.
recipe_actors = table(
    "feeds_recipe_actors",
    sa.Column("recipe_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Index("ix_feeds_recipe_actors_actor", "actor_id"),
    keyed=True,
)

#: Conversations that may stand in a feed beyond what one follows: whoever reads is asked when it is read.
scores = table(
    "feeds_scores",
    #: A `model.FeedKind`.
    sa.Column("feed", sa.Text, primary_key=True),
    sa.Column("conversation_id", sa.BigInteger, primary_key=True),
    sa.Column("score", sa.Double, nullable=False),
    #: The number in the reason: of bridging of how many circles people are, else 0.
    sa.Column("figure", sa.BigInteger, nullable=False, server_default="0"),
    #: After that moment it counts no more, whatever has become of who writes it.
    sa.Column("until", Moment, nullable=False),
    sa.Index("ix_feeds_scores_score", "feed", "score"),
    sa.Index("ix_feeds_scores_conversation", "conversation_id"),
    keyed=True,
)

followed_tags = table(
    "feeds_followed_tags",
    sa.Column("reader_id", sa.BigInteger, primary_key=True),
    sa.Column("tag", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    keyed=True,
)

#: Tags that somebody shows on their profile in programs.
featured_tags = table(
    "feeds_featured_tags",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    sa.Column("tag", sa.Text, nullable=False),
    sa.Index("uq_feeds_featured_tags_tag", "actor_id", "tag", unique=True),
)

muted_conversations = table(
    "feeds_muted_conversations",
    sa.Column("reader_id", sa.BigInteger, primary_key=True),
    sa.Column("conversation_id", sa.BigInteger, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_feeds_muted_conversations_conversation", "conversation_id"),
    keyed=True,
)

#: Topics and boards somebody wants to hear more of than others, or nothing at all. Muted conversations stand above.
watches = table(
    "feeds_watches",
    sa.Column("reader_id", sa.BigInteger, primary_key=True),
    #: A `model.Watched`: a conversation or a board, and its id.
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("thing_id", sa.BigInteger, primary_key=True),
    #: A `model.WatchLevel`.
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_feeds_watches_thing", "kind", "thing_id", "level"),
    keyed=True,
)

#: How somebody hears of whom they follow; a row only where that is not as of all others.
followed_how = table(
    "feeds_followed_how",
    sa.Column("reader_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    #: Of each post by a notification.
    sa.Column("notify", sa.Boolean, nullable=False, server_default=sa.false()),
    #: What they share is at home, too.
    sa.Column("shares", sa.Boolean, nullable=False, server_default=sa.true()),
    #: Codes with a space before and behind each; empty: of all.
    sa.Column("languages", sa.Text, nullable=False, server_default=""),
    #: Since when they are recommended on the reader's profile; empty: they are not.
    sa.Column("endorsed_at", Moment),
    sa.Index("ix_feeds_followed_how_actor", "actor_id"),
    keyed=True,
)

filters = table(
    "feeds_filters",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("reader_id", sa.BigInteger, nullable=False),
    sa.Column("phrase", sa.Text, nullable=False),
    sa.Column("whole_word", sa.Boolean, nullable=False),
    #: Names of `model.FilterPlace`, separated by spaces.
    sa.Column("places", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("ends_at", Moment),
    #: Several with one number belong together, under a title: programs know filters of several words. 0: it is alone.
    sa.Column("set_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    #: It holds for this post instead of words; without either it only keeps the title until there are some.
    sa.Column("post_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("ix_feeds_filters_reader", "reader_id", "id"),
    sa.Index("ix_feeds_filters_post", "post_id", sqlite_where=_OF_POST, postgresql_where=_OF_POST),
)

lists = table(
    "feeds_lists",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("owner_id", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    #: What those in it say is read there, and not at home.
    sa.Column("out_of_home", sa.Boolean, nullable=False),
    #: Whose replies to others it shows: a `model.ListReplies`.
    sa.Column("replies", sa.Text, nullable=False, server_default="all"),
    sa.Index("ix_feeds_lists_owner", "owner_id", "id"),
)

list_members = table(
    "feeds_list_members",
    sa.Column("list_id", sa.BigInteger, primary_key=True),
    sa.Column("actor_id", sa.BigInteger, primary_key=True),
    sa.Index("ix_feeds_list_members_actor", "actor_id", "list_id"),
    keyed=True,
)

#: Renewed by a job; what stands here is for everybody.
trending_tags = table(
    "feeds_trending_tags",
    sa.Column("tag", sa.Text, primary_key=True),
    #: How many different people used it of late, and how many usually do in such a time, in hundredths.
    sa.Column("people", sa.BigInteger, nullable=False),
    sa.Column("usual", sa.BigInteger, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
)

trending_posts = table(
    "feeds_trending_posts",
    sa.Column("post_id", Id, primary_key=True, autoincrement=False),
    #: How many different people responded of late.
    sa.Column("people", sa.BigInteger, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
)

trending_links = table(
    "feeds_trending_links",
    #: Of what is behind the link.
    sa.Column("preview_id", Id, primary_key=True, autoincrement=False),
    #: How many different people posted it of late.
    sa.Column("people", sa.BigInteger, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
)

#: Posts and previews of links that those who look after the place keep out of the trends, by their ids.
hidden_trends = table(
    "feeds_hidden_trends",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("by_id", sa.BigInteger, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

#: Hosts that they keep out, with all that is linked to there.
hidden_hosts = table(
    "feeds_hidden_hosts",
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("by_id", sa.BigInteger, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

#: Tags that those who look after the place keep out of the trends.
hidden_tags = table(
    "feeds_hidden_tags",
    sa.Column("tag", sa.Text, primary_key=True),
    sa.Column("by_id", sa.BigInteger, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

"""How feeds are stored. Private to this room."""

import sqlalchemy as sa

from plausch.storage import Id, Moment, table
from plausch.storage.fulltext import fulltext_table

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
    sa.Index("ix_feeds_notifications_recipient", "recipient_id", "id"),
    sa.Index("ix_feeds_notifications_post", "post_id"),
    sa.Index("ix_feeds_notifications_actor", "actor_id"),
)

#: Stems of posts, by post id; of people, by actor id.
post_words = fulltext_table("feeds_post_words")
people_words = fulltext_table("feeds_people_words")

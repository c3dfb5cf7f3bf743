"""How the community is stored. Private to this room."""

import sqlalchemy as sa

from plausch.storage import Id, Moment, table

#: Only what the owner has set; the rest is as the server's settings say.
community_settings = table(
    "community_settings",
    sa.Column("key", sa.Text, primary_key=True),
    #: JSON.
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    #: 0 once the account is gone.
    sa.Column("changed_by", sa.BigInteger, nullable=False),
)

#: Legal pages. A version is never changed: what held once stays readable.
community_documents = table(
    "community_documents",
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    #: Markdown in both languages; one of them may be empty.
    sa.Column("german", sa.Text, nullable=False, server_default=""),
    sa.Column("english", sa.Text, nullable=False, server_default=""),
    sa.Column("published_at", Moment, nullable=False),
    sa.Column("published_by", sa.BigInteger, nullable=False),
)

announcements = table(
    "community_announcements",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("from_at", Moment, nullable=False),
    #: Empty: until somebody ends it.
    sa.Column("until_at", Moment),
    sa.Column("made_by", sa.BigInteger, nullable=False),
)

#: Who has read an announcement and put it away.
dismissals = table(
    "community_dismissals",
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("announcement_id", sa.BigInteger, primary_key=True),
    keyed=True,
)

#: With which emoji people have reacted to announcements.
reactions = table(
    "community_reactions",
    sa.Column("announcement_id", sa.BigInteger, primary_key=True),
    #: A Unicode emoji, or the shortcode of one of the server's own.
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_community_reactions_person", "person_id"),
    keyed=True,
)

emoji = table(
    "community_emoji",
    sa.Column("shortcode", sa.Text, primary_key=True),
    #: The key of its file.
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("added_by", sa.BigInteger, nullable=False),
)

#: Other servers that are kept away, with those below them.
blocked_servers = table(
    "community_blocked_servers",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("domain", sa.Text, nullable=False, unique=True),
    #: A `model.BlockSeverity`.
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("reject_media", sa.Boolean, nullable=False),
    sa.Column("reject_reports", sa.Boolean, nullable=False),
    sa.Column("private_comment", sa.Text, nullable=False, server_default=""),
    sa.Column("public_comment", sa.Text, nullable=False, server_default=""),
    sa.Column("obfuscate", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

#: Other servers that would be dealt with if only those were.
allowed_servers = table(
    "community_allowed_servers",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("domain", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
)

"""What this room remembers: what has been brought in already, and errands under way. Private to this room."""

import sqlalchemy as sa

from plausch.storage import Id, Moment, table

#: By the address a thing had where it came from, so that bringing it in again changes nothing.
arrivals = table(
    "exchange_arrivals",
    #: As whose it came in: a person, or the page or group whose blog it is in.
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("uri", sa.Text, primary_key=True),
    sa.Column("post_id", sa.BigInteger, nullable=False),
    keyed=True,
)

#: An archive that is being read or written for somebody.
errands = table(
    "exchange_errands",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("total", sa.BigInteger, nullable=False, server_default="0"),
    #: Why it failed: a reason code, and where in the archive.
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("place", sa.Text, nullable=False, server_default=""),
    #: What became of it, as JSON of numbers by name.
    sa.Column("outcome", sa.Text, nullable=False, server_default="{}"),
    #: What is to be made of a blog, as JSON.
    sa.Column("wishes", sa.Text, nullable=False, server_default="{}"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
)

"""How the community is stored. Private to this room."""

import sqlalchemy as sa

from plausch.storage import Moment, table

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

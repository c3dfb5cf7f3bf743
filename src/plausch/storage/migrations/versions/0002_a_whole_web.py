"""A whole web."""

import sqlalchemy as sa
from alembic import op

from plausch.storage.tables import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _community_settings()


def _community_settings() -> None:
    op.create_table(
        "community_settings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_community_settings"),
    )

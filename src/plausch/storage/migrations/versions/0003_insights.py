"""Insights."""

import sqlalchemy as sa
from alembic import op

from plausch.storage.tables import Id, Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _insights_findings()
    _insights_history()
    _insights_results()


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

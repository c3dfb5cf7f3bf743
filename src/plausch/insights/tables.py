"""How insights are stored. Private to this room."""

import sqlalchemy as sa

from plausch.storage import Id, Moment, table

#: What was found out, when and by which version of the method: a set of results that is replaced as a whole.
findings = table(
    "insights_findings",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    #: Whose conversations were looked at: a group's, a page's, a board's; 0: those of the whole server.
    sa.Column("scope_id", sa.BigInteger, nullable=False),
    #: Only what was said under this hashtag; empty: everything.
    sa.Column("topic", sa.Text, nullable=False),
    #: One of `model.Measure`.
    sa.Column("measure", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("as_of", Moment, nullable=False),
    sa.Index("uq_insights_findings_measure", "scope_id", "measure", "topic", unique=True),
)

results = table(
    "insights_results",
    sa.Column("finding_id", sa.BigInteger, primary_key=True),
    #: The person, post or community it is about; 0: the scope itself.
    sa.Column("subject_id", sa.BigInteger, primary_key=True),
    #: In the order of the finding, from 1.
    sa.Column("place", sa.Integer, nullable=False),
    #: JSON: the struct that `model.SHAPES` names for the measure.
    sa.Column("value", sa.Text, nullable=False),
    sa.Index("ix_insights_results_place", "finding_id", "place"),
    sa.Index("ix_insights_results_subject", "subject_id"),
    keyed=True,
)

#: How a figure develops: one number a day.
history = table(
    "insights_history",
    sa.Column("scope_id", sa.BigInteger, primary_key=True),
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("measure", sa.Text, primary_key=True),
    sa.Column("subject_id", sa.BigInteger, primary_key=True),
    #: The day's beginning, in UTC.
    sa.Column("day", Moment, primary_key=True),
    sa.Column("value", sa.Double, nullable=False),
    sa.Index("ix_insights_history_subject", "subject_id"),
    keyed=True,
)

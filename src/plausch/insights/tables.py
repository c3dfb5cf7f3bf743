"""How insights are stored. Private to this room."""

import sqlalchemy as sa

from plausch.storage import Id, Moment, table

#: Who turned to whom, where and when. Whoever does not want to be counted is not in it.
interactions = table(
    "insights_interactions",
    #: Of a like or a share the post that was liked or shared.
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    #: One of `talk.model.InteractionKind`.
    sa.Column("kind", sa.SmallInteger, primary_key=True),
    sa.Column("source_id", sa.BigInteger, primary_key=True),
    sa.Column("target_id", sa.BigInteger, primary_key=True),
    #: The group in which it was; 0 for none.
    sa.Column("place_id", sa.BigInteger, nullable=False),
    #: It counts for the whole server.
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("at", Moment, nullable=False),
    #: What it adds to its edges (`model.Rule.amount`).
    sa.Column("amount", sa.Double, nullable=False),
    sa.Index("ix_insights_interactions_source", "source_id", "target_id"),
    sa.Index("ix_insights_interactions_target", "target_id", "at"),
    keyed=True,
)

#: How strongly somebody turns to somebody else in a scope: the sum of their interactions there.
edges = table(
    "insights_edges",
    #: 0: the whole server; else a group.
    sa.Column("scope_id", sa.BigInteger, primary_key=True),
    sa.Column("source_id", sa.BigInteger, primary_key=True),
    sa.Column("target_id", sa.BigInteger, primary_key=True),
    #: As seen from `model.EPOCH`; exactly nothing where the count is 0.
    sa.Column("value", sa.Double, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    #: For the snapshot, which takes up what is newer; by the real clock.
    sa.Column("changed_at", Moment, nullable=False),
    sa.Index("ix_insights_edges_source", "source_id"),
    sa.Index("ix_insights_edges_target", "target_id", "scope_id"),
    keyed=True,
)

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

#: The weekly letter of a place: figures, and what it brings up in `letter_items`; nothing of what was said.
letters = table(
    "insights_letters",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    #: One of `model.ScopeKind`.
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("scope_id", sa.BigInteger, nullable=False),
    #: The name of the week that it tells of, as `model.weeks` has them.
    sa.Column("week", Moment, nullable=False),
    #: JSON of `model.weeks.Week`: this week and the one before.
    sa.Column("figures", sa.Text, nullable=False),
    sa.Column("figures_before", sa.Text, nullable=False),
    #: Nothing happened: it is noted that it was looked at, and nobody gets a letter.
    sa.Column("empty", sa.Boolean, nullable=False),
    sa.Index("uq_insights_letters_week", "scope_id", "week", unique=True),
)

letter_items = table(
    "insights_letter_items",
    sa.Column("letter_id", sa.BigInteger, primary_key=True),
    #: One of `model.letters.Section`.
    sa.Column("section", sa.Text, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    #: 0: nobody, or no post.
    sa.Column("person_id", sa.BigInteger, nullable=False),
    sa.Column("post_id", sa.BigInteger, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("more", sa.BigInteger, nullable=False),
    sa.Index("ix_insights_letter_items_person", "person_id"),
    sa.Index("ix_insights_letter_items_post", "post_id"),
    keyed=True,
)

#: Whom a place is there for, as those describe it who look after it.
strategies = table(
    "insights_strategies",
    sa.Column("scope_id", Id, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    #: JSON of `model.strategy.Description`.
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
)

goals = table(
    "insights_goals",
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("scope_id", sa.BigInteger, nullable=False),
    #: One of `model.goals.GoalKind`.
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("target", sa.BigInteger, nullable=False),
    sa.Column("begins_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Index("ix_insights_goals_scope", "scope_id", "id"),
)

#: That somebody was somewhere in a week: one row, whatever they looked at; only of people who agreed to it.
visits = table(
    "insights_visits",
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    #: A group or page; 0: the server.
    sa.Column("scope_id", sa.BigInteger, primary_key=True),
    #: The Monday with which it began, in UTC.
    sa.Column("week", Moment, primary_key=True),
    sa.Index("ix_insights_visits_week", "week"),
    keyed=True,
)

#: Posts without an answer about which somebody who looks after the place has decided.
cares = table(
    "insights_cares",
    sa.Column("post_id", sa.BigInteger, primary_key=True),
    #: Who takes care of it, or said that it needs no answer; 0 once they are gone.
    sa.Column("person_id", sa.BigInteger, nullable=False, index=True),
    #: One of `model.CareKind`.
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    keyed=True,
)

#: Who greets newcomers of a group, or (0) of the server.
volunteers = table(
    "insights_volunteers",
    sa.Column("scope_id", sa.BigInteger, primary_key=True),
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    sa.Column("since", Moment, nullable=False),
    #: When it was last their turn; who has waited longest is next.
    sa.Column("turn_at", Moment, nullable=False, server_default="0"),
    sa.Index("ix_insights_volunteers_person", "person_id"),
    keyed=True,
)

_WAITS = sa.text("done_at IS NULL")

#: Newcomers who are to be greeted, and whose turn it is.
greetings = table(
    "insights_greetings",
    sa.Column("scope_id", sa.BigInteger, primary_key=True),
    #: The newcomer.
    sa.Column("person_id", sa.BigInteger, primary_key=True),
    #: 0 while nobody is there to do it.
    sa.Column("greeter_id", sa.BigInteger, nullable=False),
    sa.Column("joined_at", Moment, nullable=False),
    #: Since when it is that one's turn.
    sa.Column("turn_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    sa.Index("ix_insights_greetings_greeter", "greeter_id"),
    sa.Index("ix_insights_greetings_person", "person_id"),
    sa.Index("ix_insights_greetings_waiting", "turn_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
    keyed=True,
)

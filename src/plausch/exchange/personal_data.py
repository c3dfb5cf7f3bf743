"""Everything that is stored about a person, as it is stored: for the right of access (Art. 15 GDPR) and to take it
along (Art. 20).

It goes by the tables themselves, so that what is added to the schema is in the copy without anybody thinking of it.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from plausch.groups.model import GroupStep
from plausch.kernel import clock
from plausch.people.model import Relation
from plausch.storage import Read, Statement, is_one_of, metadata, param

_PERSON = param("person")
_NOW = param("now")
_SHOWN_TIES = (Relation.FOLLOW, Relation.CONNECT)
#: Columns that say about whom a row is.
ABOUT = (
    *("person_id", "author_id", "owner_id", "source_id", "recipient_id", "actor_id", "reader_id", "greeter_id"),
    *("made_by", "maker_id", "added_by", "published_by", "changed_by", "by_id", "invited_by"),
)
#: Tables in which only some of these mean that a row is about somebody, and why.
ONLY = {
    # Who caused a notification learns nothing of when somebody else reads it.
    "feeds_notifications": ("recipient_id",),
    # On whose list or in whose feed somebody is, and who speaks of whom to others, is a matter of those others; see
    # `_WITHIN`.
    "feeds_list_members": (),
    "feeds_recipe_actors": (),
    "feeds_let_in": ("person_id",),
    # How somebody hears of whom they follow is nobody else's business.
    "feeds_followed_how": ("reader_id",),
    "talk_mentions": (),
    # Whoever is reported does not learn of it before something is decided, and never by whom.
    "moderation_reports": ("reporter_id",),
    "moderation_decisions": ("subject_id",),
    "moderation_notes": ("subject_id",),
    "moderation_log": ("subject_id",),
    # Whom somebody kept out of a group is about that one.
    "groups_bans": ("actor_id",),
    "groups_log": ("actor_id", "subject_id"),
    "people_team_log": ("person_id", "subject_id"),
    # What was found out about them.
    "insights_results": ("subject_id",),
    "insights_history": ("subject_id",),
}
#: Columns that are left out: those who look after the place speak as one, lest one of them be made to pay for it.
WITHHELD = {
    "moderation_decisions": ("decided_by", "answered_by"),
    "moderation_notes": ("written_by",),
    "moderation_log": ("by_id",),
    "groups_bans": ("by_id",),
    # Which report it belongs to would connect several of one and the same reporter.
    "moderation_copies": ("report_id",),
}
#: Parts of what is the person's: (column, table, its column, the column that says whose it is).
_WITHIN = {
    "talk_series": ("blog_id", "people_actors", "id", "id"),
    "feeds_list_members": ("list_id", "feeds_lists", "id", "owner_id"),
    "feeds_recipe_actors": ("recipe_id", "feeds_recipes", "id", "owner_id"),
    "moderation_reported_posts": ("report_id", "moderation_reports", "id", "reporter_id"),
    **dict.fromkeys(
        (
            *("talk_mentions", "talk_tags", "talk_revisions", "talk_quotes", "talk_polls", "talk_poll_options"),
            *("talk_articles", "talk_article_addresses"),
        ),
        ("post_id", "talk_posts", "id", "author_id"),
    ),
}


def _decided() -> sa.Select[Any]:
    of = metadata.tables["moderation_reports"].c
    return sa.select(of.id).where(of.decision_id.is_not(None))


def _meetings() -> sa.Select[Any]:
    of = metadata.tables["insights_findings"].c
    return sa.select(of.id).where(of.measure == "meetings")


#: What others have done towards the person, as far as it is shown to them: not who blocks or mutes them.
_TOWARDS = {
    # One's own words, once something is decided: before that nobody learns that they were reported.
    "moderation_copies": lambda of: sa.and_(of.subject_id == _PERSON, of.report_id.in_(_decided())),
    "people_relations": lambda of: sa.and_(of.target_id == _PERSON, is_one_of(of.kind, _SHOWN_TIES)),
    "people_requests": lambda of: sa.and_(of.target_id == _PERSON, of.withdrawn_at.is_(None)),
    "people_introductions": lambda of: sa.and_(sa.or_(of.one_id == _PERSON, of.other_id == _PERSON), of.asked),
}


def _own_request(of: Any) -> sa.ColumnElement[bool]:
    return sa.and_(of.source_id == _PERSON, of.target_id != _PERSON)


def _is_hidden(post: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    of = metadata.tables["talk_polls"].alias("running").c
    running = sa.select(sa.literal(1)).where(of.post_id == post, of.hidden_until_end, of.ends_at > _NOW)
    return sa.exists(running)


#: Cells that are empty in some rows, as the person does not see them on any page either.
_BLANK: dict[tuple[str, str], Callable[[Any], sa.ColumnElement[bool]]] = {
    # Whoever is declined quietly goes on seeing an open request.
    ("people_requests", "declined_at"): _own_request,
    ("groups_requests", "declined_at"): lambda of: of.actor_id == _PERSON,
    # Of the two who were to meet, each knows only their own answer, and who brought them together none.
    ("people_introductions", "asked"): lambda of: sa.true(),
    ("people_introductions", "one_agrees"): lambda of: of.one_id != _PERSON,
    ("people_introductions", "other_agrees"): lambda of: of.other_id != _PERSON,
    # Who did it to them.
    ("groups_log", "actor_id"): lambda of: of.actor_id != _PERSON,
    ("people_team_log", "person_id"): lambda of: of.person_id != _PERSON,
    # How a vote goes that nobody is to see before its end.
    ("talk_poll_options", "votes"): lambda of: _is_hidden(of.post_id),
}
#: Rows that are left out altogether.
_LEFT_OUT: dict[str, Callable[[Any], sa.ColumnElement[bool]]] = {
    # Of those withdrawn, the declined ones stay for longer: that one is still there would tell it.
    "people_requests": lambda of: sa.and_(_own_request(of), of.withdrawn_at.is_not(None)),
    "groups_requests": lambda of: of.withdrawn_at.is_not(None),
    # Whom they might meet is about these others: some do not want to be suggested, or have blocked them.
    "insights_results": lambda of: of.finding_id.in_(_meetings()),
    "groups_log": lambda of: sa.and_(of.step == GroupStep.DECLINED.value, of.actor_id != _PERSON),
}
#: Whoever has these could act as the person: the copy says that they are there, not what they are.
_SECRET = {"secret", "password", "hash", "auth", "p256dh", "private"}
#: Rows by a key that is the person's own id.
_OWN_KEY = {"people_actors": "id", "people_counts": "actor_id"}


def columns_about(table: sa.Table) -> list[sa.Column[Any]]:
    """Those columns of a table by which a row is about a person."""
    names = (_OWN_KEY[table.name],) if table.name in _OWN_KEY else ONLY.get(table.name, ABOUT)
    return [table.c[name] for name in names if name in table.c]


def rows_about(table: sa.Table) -> sa.ColumnElement[bool] | None:
    """Which rows of a table are about a person; None for a table that has none."""
    found: list[sa.ColumnElement[bool]] = [column == _PERSON for column in columns_about(table)]
    if table.name in _WITHIN:
        name, other, key, owner = _WITHIN[table.name]
        of = metadata.tables[other].c
        found.append(table.c[name].in_(sa.select(of[key]).where(of[owner] == _PERSON)))
    if table.name in _TOWARDS:
        found.append(_TOWARDS[table.name](table.c))
    if not found:
        return None
    left_out = _LEFT_OUT.get(table.name)
    return sa.and_(sa.or_(*found), sa.not_(left_out(table.c))) if left_out else sa.or_(*found)


async def collect(tx: Read, person: int) -> dict[str, Any]:
    """By table, every row about the person. May take a while: not every such column has an index."""
    found: dict[str, Any] = {"person": str(person), "collected_at": clock.now(), "tables": {}}
    for table in metadata.sorted_tables:
        about = rows_about(table)
        if about is not None:
            found["tables"][table.name] = await _rows(tx, table, about, person)
    return found


async def _rows(tx: Read, table: sa.Table, about: sa.ColumnElement[bool], person: int) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if column.name not in WITHHELD.get(table.name, ())]
    names = [column.name for column in columns]
    statement: Statement[tuple[Any, ...]] = Statement(
        sa.select(*[_cell(column) for column in columns]).where(about), lambda *values: values
    )
    rows = await tx.all(statement, person=person, now=clock.now())
    return [{name: _shown(name, value) for name, value in zip(names, row, strict=True)} for row in rows]


def _cell(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    blank = _BLANK.get((column.table.name, column.name))
    return sa.case((blank(column.table.c), sa.null()), else_=column).label(column.name) if blank else column


def _shown(name: str, value: Any) -> Any:
    if value is not None and not _SECRET.isdisjoint(name.split("_")):
        return "(kept secret)"
    if isinstance(value, bytes):
        return value.hex()
    # JavaScript and many programs cannot hold larger numbers.
    return str(value) if isinstance(value, int) and abs(value) >= 1 << 53 else value

"""Findings for programs and files: for those who look after a place, and a person's own."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from plausch.groups import queries as groups
from plausch.groups.model import Group, Visibility
from plausch.insights.model.communities import Joinings, Meetings
from plausch.insights.model.findings import Finding, Measure, Point, Scope, ScopeKind
from plausch.insights.model.shapes import HISTORIES, OWN, TABLES, About, Table
from plausch.insights.queries.findings import find_result, list_history, list_results
from plausch.insights.queries.permission import check_may_look
from plausch.insights.queries.unanswered import list_counted_posts
from plausch.insights.tables import findings, history
from plausch.kernel.errors import NotFound
from plausch.people import queries as people
from plausch.people.model import Actor, ActorKind, Viewer
from plausch.storage import Read, Statement, any_of, column_statement, param

#: Far more than there are of anything that is told by name.
_MOST = 10_000


class Head(NamedTuple):
    """A finding that there is."""

    measure: Measure
    topic: str
    method: str
    as_of: int


class Exported(NamedTuple):
    """A finding as its reader may have it, with whom it is about."""

    table: Table
    finding: Finding[Any]
    #: People by id.
    people: dict[int, Actor]


_HEADS = Statement(
    sa.select(findings.c.measure, findings.c.topic, findings.c.method, findings.c.as_of)
    .where(findings.c.scope_id == param("scope"), any_of(findings.c.measure, "measures"))
    .order_by(findings.c.measure, findings.c.topic),
    lambda measure, *more: Head(Measure(measure), *more),
)
_DEVELOPING = column_statement(
    sa.select(history.c.measure)
    .distinct()
    .where(history.c.scope_id == param("scope"), history.c.subject_id == 0, any_of(history.c.measure, "measures"))
    .order_by(history.c.measure)
)


async def find_scope(tx: Read, viewer: Viewer, handle: str, board: str = "") -> Scope:
    """The place of a handle; the whole server without one. Raises NotFound, NotAllowed."""
    scope = Scope(ScopeKind.SERVER)
    if handle:
        profile = await people.get_profile(tx, viewer, handle)
        if profile.kind not in (ActorKind.GROUP, ActorKind.PAGE):
            raise NotFound("actor_not_found")
        scope = Scope(ScopeKind(profile.kind.value), profile.id)
    if not board:
        return scope
    # Before it is looked for: which boards a group has is for those inside.
    await check_may_look(tx, viewer, scope)
    found = await groups.find_board_at(tx, scope.id, board) if scope.kind is not ScopeKind.PAGE else None
    if found is None:
        raise NotFound("board_not_found")
    return Scope(ScopeKind.BOARD, found.id)


async def list_findings(tx: Read, viewer: Viewer, scope: Scope) -> list[Head]:
    """What was found of a place. Raises NotAllowed, NotFound."""
    await check_may_look(tx, viewer, scope)
    return await tx.all(_HEADS, scope=scope.id, measures=[one.value for one in TABLES])


async def list_developing(tx: Read, viewer: Viewer, scope: Scope) -> list[Measure]:
    """Of which figures of a place there is a development. Raises NotAllowed, NotFound."""
    await check_may_look(tx, viewer, scope)
    return [Measure(one) for one in await tx.all(_DEVELOPING, scope=scope.id, measures=[str(one) for one in HISTORIES])]


async def export_finding(tx: Read, viewer: Viewer, scope: Scope, measure: str, topic: str = "") -> Exported:
    """One, whole. Raises NotAllowed, NotFound."""
    await check_may_look(tx, viewer, scope)
    table = TABLES.get(Measure(measure)) if measure in set(Measure) else None
    if table is None:
        raise NotFound("finding_not_found")
    found = await list_results(tx, viewer, scope, Measure(measure), table.shape, topic=topic, limit=_MOST)
    if found is None:
        raise NotFound("finding_not_found")
    told = [one for one in found.results if table.told(one.value)]
    known: dict[int, Actor] = {}
    if table.about is About.PERSON:
        known = await people.list_actors(tx, viewer, [one.subject for one in told])
        counted = await people.list_counted(tx, list(known))
        told = [one for one in told if one.subject in counted]
    elif table.about is About.POST:
        posts = await list_counted_posts(tx, viewer, [one.subject for one in told])
        told = [one for one in told if one.subject in posts]
    return Exported(table, found._replace(results=told), known)


async def export_history(tx: Read, viewer: Viewer, scope: Scope, measure: str) -> list[Point]:
    """How a figure of a place developed. Raises NotAllowed, NotFound."""
    await check_may_look(tx, viewer, scope)
    if measure not in HISTORIES:
        raise NotFound("finding_not_found")
    return await list_history(tx, viewer, scope, Measure(measure))


async def list_own(tx: Read, viewer: Viewer) -> list[tuple[Measure, Finding[Any]]]:
    """What was found of the whole server about the viewer."""
    found: list[tuple[Measure, Finding[Any]]] = []
    for measure, shape in OWN.items():
        one = await find_result(tx, viewer, Scope(ScopeKind.SERVER), measure, shape, viewer.person)
        if one is not None:
            told = [result._replace(value=await _told(tx, viewer, result.value)) for result in one.results]
            if told[0].value is not None:
                found.append((measure, one._replace(results=told)))
    return found


def _is_public(group: Group | None) -> bool:
    """Of one that has closed nobody else learns who is in it."""
    return group is not None and group.visibility is Visibility.PUBLIC


async def _told(tx: Read, viewer: Viewer, value: Any) -> Any:
    """What somebody may know of others and of groups, as it is now; None when that is nothing."""
    if isinstance(value, Meetings):
        ids = sorted(value.ids())
        known = await people.list_actors(tx, viewer, sorted(await people.list_counted(tx, ids)))
        value = value.among(known.keys() & await people.list_suggestible(tx, viewer, ids), known)
        return value if value.people else None
    if isinstance(value, Joinings):
        seen = await groups.list_groups(tx, viewer, [id_ for one in value.groups for id_ in (one.group, one.because)])
        left = tuple(one for one in value.groups if one.because in seen and _is_public(seen.get(one.group)))
        return Joinings(left) if left else None
    return value

"""Reads of communities of interest, and of whom somebody might like to meet."""

from collections.abc import Sequence

from plausch.groups import queries as groups
from plausch.insights.model.communities import (
    MEASURES,
    Community,
    Grain,
    Joining,
    Joinings,
    Meeting,
    Meetings,
    Membership,
    Welcoming,
)
from plausch.insights.model.findings import Finding, Measure, Scope, ScopeKind
from plausch.insights.queries.findings import find_result, list_results, read_finding
from plausch.insights.queries.permission import may_look
from plausch.kernel.errors import NotAllowed
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read

#: People whom a map shows by name.
MEMBERS_SHOWN = 2_000
_COMMUNITIES = 200
_WELCOMING = 60
_SERVER = Scope(ScopeKind.SERVER)


async def list_communities(
    tx: Read, viewer: Viewer, scope: Scope, grain: Grain = Grain.USUAL
) -> Finding[Community] | None:
    """What they are called and how large they are, for all who take part. Raises NotAllowed."""
    inside = viewer.signed_in and (
        scope.kind is ScopeKind.SERVER
        or (scope.kind is ScopeKind.GROUP and await groups.find_role(tx, scope.id, viewer.person) is not None)
    )
    if not inside and not await may_look(tx, viewer, scope):
        raise NotAllowed("insights_not_for_you")
    return await read_finding(tx, scope, MEASURES[grain], Community, limit=_COMMUNITIES)


async def list_memberships(tx: Read, viewer: Viewer, scope: Scope) -> Finding[Membership] | None:
    """Who is in them, for those who look after the scope. Raises NotAllowed, NotFound."""
    return await list_results(tx, viewer, scope, Measure.MEMBERSHIPS, Membership, limit=MEMBERS_SHOWN)


async def find_own_membership(tx: Read, viewer: Viewer, scope: Scope) -> Membership | None:
    """To which communities the viewer belongs."""
    found = await find_result(tx, viewer, scope, Measure.MEMBERSHIPS, Membership, viewer.person)
    return found.results[0].value if found is not None else None


async def list_meetings(tx: Read, viewer: Viewer) -> Sequence[Meeting]:
    """Whom the viewer might like to meet, whoever that is: who may be put before it is for the caller to ask."""
    found = await find_result(tx, viewer, _SERVER, Measure.MEETINGS, Meetings, viewer.person)
    return found.results[0].value.people if found is not None else ()


async def list_joinings(tx: Read, viewer: Viewer) -> Sequence[Joining]:
    """Which groups the viewer might like to join."""
    found = await find_result(tx, viewer, _SERVER, Measure.JOININGS, Joinings, viewer.person)
    return found.results[0].value.groups if found is not None else ()


async def list_welcoming(tx: Read, circles: Sequence[int]) -> list[int]:
    """Ids of people who answer those who are new, first those of some communities; nothing else about them."""
    found = await read_finding(tx, _SERVER, Measure.WELCOMING, Welcoming, limit=_WELCOMING)
    if found is None:
        return []
    near = set(circles)
    counted = await people.list_counted(tx, [one.subject for one in found.results])
    welcoming = [one for one in found.results if one.subject in counted]
    order = sorted(welcoming, key=lambda one: (near.isdisjoint(one.value.circles), one.place))
    return [one.subject for one in order]

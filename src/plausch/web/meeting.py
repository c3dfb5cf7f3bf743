"""Whom and which groups somebody might like to meet, each with the reason; never whom they have sent away."""

from collections.abc import Sequence
from typing import NamedTuple

from plausch.feeds import queries as feeds
from plausch.groups import queries as groups
from plausch.groups.model import Group, Visibility
from plausch.insights.model import Scope, ScopeKind
from plausch.insights.queries import list_communities, list_joinings, list_meetings, list_welcoming
from plausch.kernel.paging import Page
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Read

_COMMON = 3
_SERVER = Scope(ScopeKind.SERVER)


class Suggested(NamedTuple):
    """Somebody to meet."""

    actor: Actor
    #: People with whom both talk.
    common: Sequence[Actor] = ()
    #: They answer people who are new.
    welcoming: bool = False


class SuggestedGroup(NamedTuple):
    group: Group
    #: A group of the viewer's whose people are in it, too.
    because: Group


async def people_to_meet(tx: Read, viewer: Viewer, limit: int) -> list[Suggested]:
    """By common contacts; for who has few of those, people who answer newcomers; and then who came last."""
    found = await with_reason(tx, viewer, limit)
    if len(found) < limit:
        seen = {one.actor.id for one in found}
        newest = await people.list_newcomers(tx, viewer, Page(limit=2 * limit))
        found += [Suggested(one) for one in newest if one.id not in seen][: limit - len(found)]
    return found


async def with_reason(tx: Read, viewer: Viewer, limit: int) -> list[Suggested]:
    """By common contacts, and for who has few of those people who answer newcomers."""
    found = await by_contacts(tx, viewer, limit)
    if len(found) < limit and _is_somebody(viewer):
        seen = {one.actor.id for one in found}
        ids = [id_ for id_ in await list_welcoming(tx, await _fitting(tx, viewer)) if id_ not in seen]
        actors = await people.list_suggestible(tx, viewer, ids)
        found += [Suggested(actors[id_], welcoming=True) for id_ in ids if id_ in actors][: limit - len(found)]
    return found


async def by_contacts(tx: Read, viewer: Viewer, limit: int) -> list[Suggested]:
    """Only those with whom the viewer has people in common whom it may see."""
    meetings = await list_meetings(tx, viewer) if _is_somebody(viewer) else ()
    if not meetings:
        return []
    actors = await people.list_suggestible(tx, viewer, [one.other for one in meetings])
    # Who has objected meanwhile is neither suggested by this nor a reason for it.
    named = {id_ for one in meetings for id_ in (one.other, *one.common)}
    counted = await people.list_counted(tx, sorted(named))
    known = await people.list_actors(tx, viewer, sorted(counted))
    found = []
    for one in meetings:
        common = [known[id_] for id_ in one.common if id_ in known][:_COMMON]
        if one.other in actors and one.other in known and common:
            found.append(Suggested(actors[one.other], common))
    return found[:limit]


async def _fitting(tx: Read, viewer: Viewer) -> list[int]:
    """The communities that talk about what the viewer follows."""
    wanted = {tag.lower() for tag in await feeds.list_followed_tags(tx, viewer)}
    found = await list_communities(tx, viewer, _SERVER) if wanted else None
    if found is None:
        return []
    return [one.subject for one in found.results if wanted & {word.lower() for word in one.value.labels}]


async def groups_to_join(tx: Read, viewer: Viewer, limit: int) -> list[SuggestedGroup]:
    """Groups in which people of one's own are, too."""
    joinings = await list_joinings(tx, viewer) if _is_somebody(viewer) else ()
    known = await groups.list_groups(tx, viewer, [id_ for one in joinings for id_ in (one.group, one.because)])
    return [
        SuggestedGroup(known[one.group], known[one.because])
        for one in joinings
        if one.group in known
        and one.because in known
        and known[one.group].visibility is Visibility.PUBLIC
        and known[one.group].role is None
        and known[one.group].closed_at is None
        and known[one.because].role is not None
    ][:limit]


def _is_somebody(viewer: Viewer) -> bool:
    """Signed in, and not speaking for a page."""
    return viewer.signed_in and viewer.acting_as == viewer.person

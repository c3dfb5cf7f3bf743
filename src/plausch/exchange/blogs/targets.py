"""Whose blog something is brought into: one's own, that of a page, or that of a group."""

import msgspec

from plausch.groups import queries as groups
from plausch.kernel.errors import NotAllowed
from plausch.people import queries as people
from plausch.people.model import APPROVING, ActorKind, Viewer
from plausch.storage import Read


class Target(msgspec.Struct, frozen=True):
    """A blog that somebody may fill."""

    id: int
    handle: str
    name: str
    kind: ActorKind


async def list_targets(tx: Read, viewer: Viewer) -> list[Target]:
    """All of them, one's own first: what many articles at once make of a blog is for those who look after it."""
    me = Viewer(viewer.person, viewer.person)
    teams = await people.list_pages_of(tx, me)
    pages = [one.page_id for one in teams if one.role in APPROVING and one.invited_by is None]
    actors = await people.list_actors(tx, me, [me.person, *pages])
    found = [actors[id_] for id_ in (me.person, *pages) if id_ in actors]
    looked_after = [one for one in await groups.list_mine(tx, me) if one.looked_after and one.closed_at is None]
    return [
        *(Target(one.id, one.handle, one.name or one.handle, one.kind) for one in found),
        *(Target(one.id, one.handle, one.shown_name, ActorKind.GROUP) for one in looked_after),
    ]


async def find_target(tx: Read, viewer: Viewer, blog: int) -> Target:
    """One of them. Raises NotAllowed."""
    found = next((one for one in await list_targets(tx, viewer) if one.id == blog), None)
    if found is None:
        raise NotAllowed("blog_not_yours")
    return found

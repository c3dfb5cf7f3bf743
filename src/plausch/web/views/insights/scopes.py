"""Whose conversations a page of insights looks at: `?of=HANDLE` names a group or a page, and `&board=SLUG` one of the
group's boards; without it they are those of the whole server. Templates know it as `scope`."""

from typing import NamedTuple

from plausch.groups import queries as groups
from plausch.http.request import Request
from plausch.http.site import profile_path
from plausch.insights.model import Scope, ScopeKind
from plausch.insights.queries import check_may_look, may_look
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.people import queries as people
from plausch.people.model import ActorKind, Viewer
from plausch.storage import Read
from plausch.web.places import board_path, group_path

_MOST_OFFERED = 60


class Place(NamedTuple):
    """Whose conversations a page looks at, for a viewer who may know of it."""

    scope: Scope
    #: Empty for the whole server.
    handle: str = ""
    name: str = ""
    #: Of a board.
    slug: str = ""
    #: The viewer looks after it.
    looked_after: bool = False

    @property
    def kind(self) -> ScopeKind:
        return self.scope.kind

    @property
    def whole(self) -> bool:
        """The whole server."""
        return self.scope.kind is ScopeKind.SERVER

    @property
    def fields(self) -> dict[str, str]:
        """What a form of its pages carries along."""
        named = {"of": self.handle, "board": self.slug}
        return {name: value for name, value in named.items() if value}

    def at(self, path: str, **more: object) -> str:
        """The address of one of its pages: `place.at("/insights/health", weeks=12)`."""
        parts = [f"{name}={value}" for name, value in (*self.fields.items(), *more.items())]
        return f"{path}?{'&'.join(parts)}" if parts else path

    @property
    def own_path(self) -> str:
        """Where it is at home."""
        if self.scope.kind is ScopeKind.BOARD:
            return board_path(self.handle, self.slug)
        if self.scope.kind is ScopeKind.GROUP:
            return group_path(self.handle)
        return profile_path(self.handle) if self.handle else "/local"


async def place_in(tx: Read, request: Request) -> Place:
    """The one the address names, for those who look after it. Raises NotFound, NotAllowed."""
    place = await shown_place_in(tx, request)
    await check_may_look(tx, request.viewer, place.scope)
    return place


async def shown_place_in(tx: Read, request: Request) -> Place:
    """The same for whoever takes part: every member of the server or of the group, the team of a page.

    What it shows them is for the page to decide by `looked_after`. Raises NotFound, NotAllowed.
    """
    asked = request.query_params
    return await find_place(tx, request.viewer, asked.get("of", "").lower(), asked.get("board", "").lower())


async def find_place(tx: Read, viewer: Viewer, handle: str, slug: str = "") -> Place:
    """Raises NotFound for what there is not, NotAllowed for what the viewer does not take part in."""
    if not handle.isascii() or not handle.isprintable():
        raise NotFound("actor_not_found")
    if not handle:
        place = Place(Scope(ScopeKind.SERVER))
        inside = viewer.signed_in
    else:
        profile = await people.get_profile(tx, viewer, handle)
        if profile.kind is ActorKind.GROUP:
            group = await groups.get_group(tx, viewer, handle)
            place = Place(Scope(ScopeKind.GROUP, group.id), group.handle, group.shown_name)
            inside = group.role is not None
        elif profile.kind is ActorKind.PAGE:
            place = Place(Scope(ScopeKind.PAGE, profile.id), profile.handle, profile.shown_name)
            inside = False
        else:
            raise NotFound("actor_not_found")
    looked_after = await may_look(tx, viewer, place.scope)
    if not (inside or looked_after):
        # Before its boards are looked for: which there are is for those inside.
        raise NotAllowed("insights_not_for_you")
    place = place._replace(looked_after=looked_after)
    return await _board(tx, place, slug) if slug else place


async def _board(tx: Read, place: Place, slug: str) -> Place:
    if place.scope.kind is ScopeKind.PAGE:
        raise NotFound("board_not_found")
    board = await groups.find_board_at(tx, place.scope.id, slug)
    if board is None:
        raise NotFound("board_not_found")
    return place._replace(scope=Scope(ScopeKind.BOARD, board.id), name=board.name, slug=slug)


async def list_places(tx: Read, viewer: Viewer) -> list[Place]:
    """All that the viewer looks after, the whole server first, then pages and groups."""
    found = [Place(Scope(ScopeKind.SERVER), looked_after=True)] if viewer.staff else []
    teams = await people.list_pages_of(tx, viewer, _MOST_OFFERED)
    pages = await people.list_actors(tx, viewer, [one.page_id for one in teams if one.invited_by is None])
    found += [
        Place(Scope(ScopeKind.PAGE, page.id), page.handle, page.shown_name, looked_after=True)
        for page in sorted(pages.values(), key=lambda page: page.shown_name.lower())
    ]
    found += [
        Place(Scope(ScopeKind.GROUP, group.id), group.handle, group.shown_name, looked_after=True)
        for group in await groups.list_mine(tx, viewer, _MOST_OFFERED)
        if group.looked_after
    ]
    return found

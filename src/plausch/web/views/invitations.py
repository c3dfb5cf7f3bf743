"""Invitations: links by which people come in, made, listed and revoked."""

from collections.abc import Sequence
from typing import NamedTuple

from starlette.responses import Response

from plausch.community.queries import get_community
from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.ids import parse_id
from plausch.people import actions, queries
from plausch.people.model import LINE_MAX, Actor, Invitation, Standing
from plausch.settings import SignUpMode
from plausch.storage import Read
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import WHOLE, Problems
from plausch.web.wants import Wants

#: What is offered: for how many people, and for how many days.
_USES = (1, 5, 25, 100)
_DAYS = (1, 7, 30, 90)
_FIELDS = {"note": "", "uses": "1", "days": "7"}


class Listed(NamedTuple):
    """An invitation with those whom it concerns."""

    invitation: Invitation
    link: str
    good: bool
    #: Does not work as long as whoever made it is limited or suspended.
    rests: bool
    #: Who made it, where that is not the viewer.
    host: Actor | None
    guests: Sequence[Actor]


async def show_invitations(request: Request) -> Response:
    return await _page(request, _FIELDS, Problems())


async def _page(request: Request, values: dict[str, str], problems: Problems) -> Response:
    """One's own; those who run the place see everybody's with `?all=1`."""
    viewer = request.viewer
    everybodys = viewer.staff and request.query_params.get("all") == "1"
    async with request.site.database.read() as tx:
        here = await get_community(tx, request.site.settings)
        found = await queries.list_invitations(tx, viewer, everybodys=everybodys)
        listed = await _complete(tx, request, found)
        limited = (await queries.get_actor(tx, viewer.person)).standing is Standing.LIMITED
    return await render(
        request,
        "people/invitations.html",
        status=422 if problems else 200,
        listed=listed,
        made=parse_id(request.query_params.get("made", "")),
        everybodys=everybodys,
        limited=limited,
        allowed=viewer.staff or here.members_invite,
        closed=here.sign_up is SignUpMode.CLOSED,
        values=values,
        uses=_USES,
        days=_DAYS,
        note_max=LINE_MAX,
        errors=problems.in_words(request.language),
    )


async def _complete(tx: Read, request: Request, found: list[Invitation]) -> list[Listed]:
    viewer, now = request.viewer, clock.now()
    guests = await queries.list_guests(tx, [one.id for one in found])
    ids = {id_ for one in found for id_ in (one.person_id, *guests.get(one.id, ()))}
    actors = await queries.list_actors(tx, viewer, list(ids))
    me = await queries.get_actor(tx, viewer.person)
    hosts = await queries.list_known(tx, viewer, [one.person_id for one in found]) if viewer.staff else {me.id: me}
    return [
        Listed(
            invitation=one,
            link=request.site.absolute(f"/join/{one.code}"),
            good=one.ends_at > now and one.uses < one.uses_max,
            rests=hosts[one.person_id].standing is not Standing.ACTIVE,
            host=actors.get(one.person_id) if one.person_id != viewer.person else None,
            guests=[actors[id_] for id_ in guests.get(one.id, ()) if id_ in actors],
        )
        for one in found
    ]


async def make_invitation(request: Request) -> Response:
    form = await read_form(request)
    values = {name: field(form, name) for name in _FIELDS}
    problems = Problems()
    try:
        uses, days = parse_id(values["uses"]) or 0, parse_id(values["days"]) or 0
        if uses not in _USES or days not in _DAYS:
            raise Invalid("uses", "choice_unknown")
        ends_at = clock.now() + days * clock.DAY
        async with request.site.database.write() as tx:
            members_may = (await get_community(tx, request.site.settings)).members_invite
            made = await actions.invite(
                tx, request.viewer, note=values["note"], uses=uses, ends_at=ends_at, members_may=members_may
            )
    except NotAllowed as error:
        problems[WHOLE] = error.reason
    except (Conflict, Invalid) as error:
        problems.note(error)
    if problems:
        return await _page(request, values, problems)
    return lead_to(f"/invitations?made={made}#i-{made}")


async def revoke_invitation(request: Request) -> Response:
    one = parse_id(request.params["id"])
    if one is None:
        raise NotFound
    async with request.site.database.write() as tx:
        await actions.revoke_invitation(tx, request.viewer, one)
    back = field(await read_form(request), "all")
    return lead_to("/invitations?all=1" if back else "/invitations")


ROUTES = [
    Route("GET", "/invitations", show_invitations, Wants.PERSON),
    Route("POST", "/invitations", make_invitation, Wants.PERSON),
    Route("POST", "/invitations/{id}/revoke", revoke_invitation, Wants.PERSON),
]

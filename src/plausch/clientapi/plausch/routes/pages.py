"""Pages of organisations, and who speaks for them."""

from typing import Any

import msgspec
from starlette.responses import Response

from plausch.clientapi.plausch import answers, present
from plausch.clientapi.plausch.asking import answered, count_change, done, handle_of, id_of, page_of
from plausch.clientapi.plausch.bodies import PageChange, PageForm, TeamForm, TeamRoleForm
from plausch.clientapi.plausch.endpoints import BEFORE, LIMIT, Endpoint, Parameter
from plausch.clientapi.plausch.posting import check_texts
from plausch.community.queries import get_community
from plausch.http.forms import read_json
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.people import actions, queries
from plausch.people.model import PageEdit, PageKind, Profile, ProfileEdit, Viewer
from plausch.storage import Read, Write
from plausch.talk.model import clean_language

_GONE = "actor_not_found"
#: Pages that one person makes in a day, changes of one and people asked in an hour: as on the pages of the web.
_MADE, _CHANGED, _ASKED = 5, 60, 30


async def list_pages(request: Request) -> Response:
    page, wanted = page_of(request), request.query_params.get("kind", "")
    kind = PageKind(wanted) if wanted in set(PageKind) else None
    async with request.site.database.read() as tx:
        found = await queries.list_pages(tx, request.viewer, page, kind)
    pages = [present.present_actor(request.site, one) for one in found]
    return answered(answers.Pages(pages=pages, before=str(found[-1].id) if len(found) == page.limit else None))


async def list_own(request: Request) -> Response:
    """For which pages one speaks, and which ask one to."""
    async with request.site.database.read() as tx:
        found = await queries.list_pages_of(tx, request.viewer)
        actors = await queries.list_actors(tx, request.viewer, [one.page_id for one in found])
    pages = [present.own_page_of(request.site, one, actors[one.page_id]) for one in found if one.page_id in actors]
    return answered(answers.OwnPages(pages=pages))


async def _profile(tx: Read, request: Request) -> Profile:
    """The page in the path. Raises NotFound, also for whoever is none."""
    profile = await queries.get_profile(tx, request.viewer, handle_of(request))
    if await queries.find_page(tx, profile.id) is None:
        raise NotFound(_GONE)
    return profile


async def _shown(tx: Read, request: Request, handle: str) -> answers.Page:
    profile = await queries.get_profile(tx, request.viewer, handle)
    about = await queries.find_page(tx, profile.id)
    if about is None:
        raise NotFound(_GONE)
    fields = await queries.list_fields(tx, profile.id) if about.website else []
    member = await queries.find_team_member(tx, profile.id, request.viewer.person) if request.viewer.signed_in else None
    verified = any(one.verified_at is not None for one in fields)
    return present.present_page(request.site, profile, about, member, verified=verified)


async def get_page(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(await _shown(tx, request, handle_of(request)))


async def create(request: Request) -> Response:
    await count_change(request, "page", _MADE, clock.DAY)
    form = await read_json(request, PageForm)
    check_texts(form.handle, form.name, form.language)
    async with request.site.database.write() as tx:
        community = await get_community(tx, request.site.settings)
        if not (request.viewer.staff or community.members_make_pages):
            raise NotAllowed("pages_by_staff")
        id_ = await actions.create_page(
            tx, request.viewer, form.handle, form.name, form.kind, clean_language(form.language)
        )
        return answered(await _shown(tx, request, (await queries.get_actor(tx, id_)).handle), 201)


async def edit(request: Request) -> Response:
    """What is left out stays as it is."""
    await count_change(request, "profile", _CHANGED, clock.HOUR)
    form = await read_json(request, PageChange)
    sent = {name: value for name, value in msgspec.structs.asdict(form).items() if value is not None}
    check_texts(*(one for one in sent.values() if isinstance(one, str)), *(form.hours or ()))
    async with request.site.database.write() as tx:
        profile = await _profile(tx, request)
        await _edit(tx, request, profile, sent)
        return answered(await _shown(tx, request, profile.handle))


async def _edit(tx: Write, request: Request, profile: Profile, sent: dict[str, Any]) -> None:
    """Raises NotAllowed for all but its admins, Invalid."""
    about = await queries.find_page(tx, profile.id)
    assert about is not None
    if "hours" in sent:
        sent["hours"] = "\n".join(line.replace("\n", " ") for line in sent["hours"])
    names = PageEdit.__struct_fields__
    kept = {name: sent.get(name, getattr(about, name)) for name in names}
    await actions.edit_page(tx, request.viewer, profile.id, PageEdit(**kept))
    name = sent.get("name", profile.name)
    if not name.strip():
        raise Invalid("name", "missing")
    addresses = request.site.addresses
    await actions.edit_profile(
        tx,
        Viewer(request.viewer.person, profile.id),
        ProfileEdit(name, sent.get("about", profile.about_source), "", profile.locked),
        profile_url=addresses.profile,
        tag_url=addresses.tag,
        here=addresses.here,
    )
    if "who_writes" in sent:
        await actions.set_who_writes(tx, profile.id, sent["who_writes"])


async def list_team(request: Request) -> Response:
    """For those of the team, and the owners of the server."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        profile = await _profile(tx, request)
        if await queries.find_team_member(tx, profile.id, viewer.person) is None and not viewer.owner:
            raise NotAllowed("not_on_team")
        found = await queries.list_team(tx, profile.id)
        actors = await queries.list_actors(tx, viewer, [one.person_id for one in found])
    team = [
        present.team_member_of(request.site, one, actors[one.person_id]) for one in found if one.person_id in actors
    ]
    return answered(answers.Team(team=team))


async def invite(request: Request) -> Response:
    await count_change(request, "team", _ASKED, clock.HOUR)
    form = await read_json(request, TeamForm)
    check_texts(form.handle)
    async with request.site.database.write() as tx:
        profile = await _profile(tx, request)
        await actions.invite_to_team(tx, request.viewer, profile.id, form.handle, form.role)
    return done()


async def set_role(request: Request) -> Response:
    form = await read_json(request, TeamRoleForm)
    async with request.site.database.write() as tx:
        profile = await _profile(tx, request)
        await actions.set_team_role(tx, request.viewer, profile.id, id_of(request, _GONE), form.role)
    return done()


async def remove(request: Request) -> Response:
    async with request.site.database.write() as tx:
        profile = await _profile(tx, request)
        await actions.remove_from_team(tx, request.viewer, profile.id, id_of(request, _GONE))
    return done()


async def accept(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.accept_team(tx, request.viewer, (await _profile(tx, request)).id)
    return done()


async def leave(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.leave_team(tx, request.viewer, (await _profile(tx, request)).id)
    return done()


def _on_team(method: str, path: str, view: View, summary: str, body: Any = None) -> Endpoint:
    return Endpoint(method, f"/pages/{{handle}}/team{path}", view, summary, None, "write", body, status=204)


ENDPOINTS = [
    Endpoint(
        "GET",
        "/pages",
        list_pages,
        "The pages of organisations, the newest first",
        answers.Pages,
        query=(Parameter("kind", "Only those of this kind.", PageKind), BEFORE, LIMIT),
    ),
    Endpoint("GET", "/me/pages", list_own, "For which pages you speak", answers.OwnPages, "read"),
    Endpoint("POST", "/pages", create, "Make a page", answers.Page, "write", PageForm, status=201),
    Endpoint("GET", "/pages/{handle}", get_page, "A page", answers.Page),
    Endpoint("PATCH", "/pages/{handle}", edit, "Change a page", answers.Page, "write", PageChange),
    Endpoint("GET", "/pages/{handle}/team", list_team, "Who speaks for a page, for its team", answers.Team, "read"),
    _on_team("POST", "", invite, "Ask somebody to speak for a page", TeamForm),
    _on_team("POST", "/accept", accept, "Agree to speak for a page"),
    _on_team("POST", "/leave", leave, "Speak for a page no more, or decline to"),
    _on_team("PUT", "/{id}/role", set_role, "Give somebody of the team another role", TeamRoleForm),
    _on_team("DELETE", "/{id}", remove, "Take somebody off the team"),
]

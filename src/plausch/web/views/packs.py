"""Starter packs: people and groups to begin with; made by anybody, shown once those in them have agreed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from starlette.responses import Response

from plausch.groups import actions, queries
from plausch.groups.model import (
    PACK_ABOUT_MAX,
    PACK_LINE_MAX,
    PACK_NAME_MAX,
    Group,
    GroupRole,
    Pack,
    PackDraft,
    PackJoined,
)
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Read
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.wants import Wants

_LISTED = 60
_FIELDS = ("name", "about", "members")
_LIMITS = {"name": PACK_NAME_MAX, "about": PACK_ABOUT_MAX, "members": PACK_LINE_MAX}
#: Packs that one person makes in a day, and joins in an hour: each follows many at once.
_MADE, _JOINED = 5, 20


class Contained(NamedTuple):
    """Somebody, or a group, in a pack."""

    actor: Actor
    group: Group | None
    agreed: bool
    #: The viewer answers for it.
    own: bool


async def show_packs(request: Request) -> Response:
    """All of them; above them those in which somebody would like to have the viewer, or a group of theirs."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        found = await queries.list_packs(tx, viewer, _LISTED)
        asking = [(pack, await _contained(tx, viewer, pack)) for pack in await queries.list_asking_packs(tx, viewer)]
        makers = await people.list_actors(tx, viewer, _makers([*found, *(pack for pack, _ in asking)]))
    return await render(
        request,
        "packs/packs.html",
        packs=found,
        asking=[(pack, [one for one in inside if one.own and not one.agreed]) for pack, inside in asking],
        makers=makers,
        gone=request.query_params.get("said") == "gone",
    )


async def show_pack(request: Request) -> Response:
    """With what came of joining it, just after that."""
    viewer, joined = request.viewer, _told(request)
    async with request.site.database.read() as tx:
        pack = await _pack(tx, request)
        inside = await _contained(tx, viewer, pack)
        makers = await people.list_actors(tx, viewer, [pack.maker_id])
    left = joined.left if joined is not None else ()
    return await render(
        request,
        "packs/pack.html",
        pack=pack,
        inside=inside,
        maker=makers.get(pack.maker_id),
        own=pack.maker_id == viewer.acting_as,
        joined=joined,
        left=[one for one in inside if one.actor.id in left],
    )


async def show_new(request: Request) -> Response:
    return await _form(request, None, dict.fromkeys(_FIELDS, ""), Problems())


async def show_editor(request: Request) -> Response:
    async with request.site.database.read() as tx:
        pack = await _pack(tx, request)
        if pack.maker_id != request.viewer.acting_as:
            raise NotAllowed("not_allowed")
        inside = await _contained(tx, request.viewer, pack)
    members = " ".join(f"@{one.actor.handle}" for one in inside)
    return await _form(request, pack, {"name": pack.name, "about": pack.about, "members": members}, Problems())


async def _form(request: Request, pack: Pack | None, values: dict[str, str], problems: Problems) -> Response:
    return await render(
        request,
        "packs/edit.html",
        status=422 if problems else 200,
        pack=pack,
        values=values,
        errors=problems.in_words(request.language),
        limits=_LIMITS,
    )


async def make(request: Request) -> Response:
    form, problems = await read_form(request), Problems()
    values = {name: field(form, name) for name in _FIELDS}
    await count_try(request, "pack", str(request.viewer.person), most=_MADE, within=clock.DAY)
    try:
        async with request.site.database.write() as tx:
            made = await actions.make_pack(tx, request.viewer, PackDraft(**values))
            pack = await queries.find_pack(tx, request.viewer, made)
    except (Invalid, Conflict) as error:
        problems.note(error)
        return await _form(request, None, values, problems)
    assert pack is not None
    return lead_to(_path(pack))


async def edit(request: Request) -> Response:
    form, problems = await read_form(request), Problems()
    values = {name: field(form, name) for name in _FIELDS}
    async with request.site.database.read() as tx:
        pack = await _pack(tx, request)
    try:
        async with request.site.database.write() as write:
            await actions.edit_pack(write, request.viewer, pack.id, PackDraft(**values))
    except (Invalid, Conflict) as error:
        problems.note(error)
        return await _form(request, pack, values, problems)
    return lead_to(_path(pack))


async def delete(request: Request) -> Response:
    await _change(request, actions.delete_pack)
    return lead_to("/packs?said=gone")


async def feature(request: Request) -> Response:
    form = await read_form(request)
    return lead_to(_path(await _change(request, actions.feature_pack, field(form, "featured") == "on")))


async def agree(request: Request) -> Response:
    return await _answer(request, actions.agree_to_pack)


async def leave(request: Request) -> Response:
    return await _answer(request, actions.leave_pack)


async def _answer(request: Request, action: Any) -> Response:
    actor = parse_id(field(await read_form(request), "actor"))
    if actor is None:
        raise NotFound("pack_not_found")
    await _change(request, action, actor)
    # It may be that there is nothing more to see of it.
    return lead_to("/packs")


async def join(request: Request) -> Response:
    """With one click; what came of it is said on the pack's page."""
    await count_try(request, "join_pack", str(request.viewer.person), most=_JOINED, within=clock.HOUR)
    async with request.site.database.write() as tx:
        pack = await _pack(tx, request)
        joined = await actions.join_pack(tx, request.viewer, pack.id)
    left = "-".join(map(str, joined.left))
    return lead_to(f"{_path(pack)}?joined={joined.followed}-{joined.joined}-{joined.asked}&left={left}")


def _told(request: Request) -> PackJoined | None:
    """What the address says of joining it, or nothing."""
    query = request.query_params
    numbers = [parse_id(one) for one in query.get("joined", "").split("-")]
    if len(numbers) != 3:
        return None
    followed, entered, asked = (min(one or 0, 999) for one in numbers)
    left = [parse_id(one) for one in query.get("left", "")[:2_000].split("-")]
    return PackJoined(followed, entered, asked, tuple(one for one in left if one is not None))


async def _change(request: Request, action: Any, *more: Any) -> Pack:
    async with request.site.database.write() as tx:
        pack = await _pack(tx, request)
        await action(tx, request.viewer, pack.id, *more)
    return pack


async def _pack(tx: Read, request: Request) -> Pack:
    """The pack in the path. Raises NotFound."""
    found = await queries.find_pack_at(tx, request.viewer, request.params["slug"])
    if found is None:
        raise NotFound("pack_not_found")
    return found


async def _contained(tx: Read, viewer: Viewer, pack: Pack) -> list[Contained]:
    members = await queries.list_pack_members(tx, viewer, pack)
    ids = [one.actor_id for one in members]
    actors, groups = await people.list_actors(tx, viewer, ids), await queries.list_groups(tx, viewer, ids)
    found = []
    for one in members:
        group = groups.get(one.actor_id)
        own = one.actor_id == viewer.acting_as or (group is not None and group.role is GroupRole.OWNER)
        if one.actor_id in actors:
            found.append(Contained(actors[one.actor_id], group, one.agreed_at is not None, own))
    return found


def _makers(packs: Sequence[Pack]) -> list[int]:
    return list({one.maker_id for one in packs})


def _path(pack: Pack) -> str:
    return f"/packs/{pack.slug}"


ROUTES = [
    Route("GET", "/packs", show_packs, Wants.PERSON),
    Route("GET", "/packs/new", show_new, Wants.PERSON),
    Route("POST", "/packs/new", make, Wants.PERSON),
    Route("GET", "/packs/{slug}", show_pack, Wants.PERSON),
    Route("GET", "/packs/{slug}/edit", show_editor, Wants.PERSON),
    Route("POST", "/packs/{slug}/edit", edit, Wants.PERSON),
    Route("POST", "/packs/{slug}/delete", delete, Wants.PERSON),
    Route("POST", "/packs/{slug}/feature", feature, Wants.STAFF),
    Route("POST", "/packs/{slug}/agree", agree, Wants.PERSON),
    Route("POST", "/packs/{slug}/leave", leave, Wants.PERSON),
    Route("POST", "/packs/{slug}/join", join, Wants.PERSON),
]

"""Starter packs: people and groups to begin with."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.responses import Response

from plausch.clientapi.plausch import answers, present
from plausch.clientapi.plausch.asking import answered, as_id, count_change, done
from plausch.clientapi.plausch.bodies import ActorChoice, PackForm
from plausch.clientapi.plausch.endpoints import Endpoint
from plausch.clientapi.plausch.posting import check_texts
from plausch.groups import actions, queries
from plausch.groups.model import Pack, PackDraft
from plausch.http.forms import check_text, read_json
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read, Write

_LISTED = 60
#: Made in a day, and joined in an hour: as on the pages of the web.
_MADE, _JOINED = 5, 20


async def _pack(tx: Read, request: Request) -> Pack:
    slug = request.params["slug"]
    check_text(slug)
    pack = await queries.find_pack_at(tx, request.viewer, slug)
    if pack is None:
        raise NotFound("pack_not_found")
    return pack


async def _listed(tx: Read, request: Request, found: Sequence[Pack]) -> answers.Packs:
    actors = await people.list_actors(tx, request.viewer, list({one.maker_id for one in found})) if found else {}
    packs = [present.present_pack(request.site, one, actors.get(one.maker_id)) for one in found]
    return answers.Packs(packs=packs)


async def list_packs(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(await _listed(tx, request, await queries.list_packs(tx, request.viewer, _LISTED)))


async def list_asking(request: Request) -> Response:
    """Those whose makers ask the viewer, or a group it owns."""
    async with request.site.database.read() as tx:
        return answered(await _listed(tx, request, await queries.list_asking_packs(tx, request.viewer)))


async def get_pack(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(await _whole(tx, request, await _pack(tx, request)))


async def _whole(tx: Read, request: Request, pack: Pack) -> answers.WholePack:
    members = await queries.list_pack_members(tx, request.viewer, pack)
    ids = [pack.maker_id, *(one.actor_id for one in members)]
    actors = await people.list_actors(tx, request.viewer, ids)
    return present.present_whole_pack(request.site, pack, members, actors)


async def create(request: Request) -> Response:
    await count_change(request, "pack", _MADE, clock.DAY)
    form = await read_json(request, PackForm)
    check_texts(form.name, form.about, *form.members)
    draft = PackDraft(name=form.name, about=form.about, members=" ".join(form.members))
    async with request.site.database.write() as tx:
        id_ = await actions.make_pack(tx, request.viewer, draft)
        pack = await queries.find_pack(tx, request.viewer, id_)
        if pack is None:
            raise NotFound("pack_not_found")
        return answered(await _whole(tx, request, pack), 201)


async def remove(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.delete_pack(tx, request.viewer, (await _pack(tx, request)).id)
    return done()


async def join(request: Request) -> Response:
    await count_change(request, "join_pack", _JOINED, clock.HOUR)
    async with request.site.database.write() as tx:
        made = await actions.join_pack(tx, request.viewer, (await _pack(tx, request)).id)
    left = [str(one) for one in made.left]
    return answered(answers.PackJoined(followed=made.followed, joined=made.joined, asked=made.asked, left=left))


def _answering(change: Callable[[Write, Viewer, int, int], Awaitable[None]]) -> View:
    """For oneself, or for a group one owns."""

    async def view(request: Request) -> Response:
        form = await read_json(request, ActorChoice)
        async with request.site.database.write() as tx:
            pack = await _pack(tx, request)
            await change(tx, request.viewer, pack.id, as_id(form.actor, "actor_not_found"))
        return done()

    return view


_agree, _leave = _answering(actions.agree_to_pack), _answering(actions.leave_pack)
ENDPOINTS = [
    Endpoint("GET", "/packs", list_packs, "Starter packs, the featured first", answers.Packs),
    Endpoint("GET", "/me/packs", list_asking, "Starter packs that ask you to be in them", answers.Packs, "read"),
    Endpoint("POST", "/packs", create, "Make a starter pack", answers.WholePack, "write", PackForm, status=201),
    Endpoint("GET", "/packs/{slug}", get_pack, "A starter pack", answers.WholePack),
    Endpoint("DELETE", "/packs/{slug}", remove, "Remove your starter pack", None, "write", status=204),
    Endpoint("POST", "/packs/{slug}/join", join, "Follow and join all in it", answers.PackJoined, "write"),
    Endpoint("POST", "/packs/{slug}/agree", _agree, "Agree to be in it", None, "write", ActorChoice, status=204),
    Endpoint("POST", "/packs/{slug}/leave", _leave, "Be in it no more, or not", None, "write", ActorChoice, status=204),
]

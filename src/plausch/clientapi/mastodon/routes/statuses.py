"""`/api/v1/statuses`: reading them, alone and in their context."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, id_of, json_response
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.entities.statuses import StatusEdit, StatusSource
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.forms import query_of
from plausch.clientapi.mastodon.joining import answer_joined, find_sieve, join_accounts, join_statuses
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.clientapi.mastodon.present.statuses import present_card, present_media
from plausch.clientapi.mastodon.present.texts import emojis_of, present_html
from plausch.clientapi.mastodon.showing import answer_one, get_piece, post_of, show_posts, show_status
from plausch.clientapi.passes import sign_addresses
from plausch.feeds import queries as feeds
from plausch.feeds.model import FilterPlace
from plausch.http.request import Request
from plausch.kernel.paging import Page
from plausch.language.formats import exact_iso
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.talk import queries
from plausch.talk.model import Revision
from plausch.talk.queries import Branch

Responders = Callable[[Read, Viewer, int, Page], Awaitable[list[queries.Responder]]]
_encode = msgspec.json.Encoder().encode
_MANY = 100
#: Posts of one tree: those with a token get more of it, as the documentation has it.
_ABOVE, _BELOW, _TREE = 4_096, 4_096, 20_000
_ABOVE_VISITORS, _BELOW_VISITORS = 40, 60


async def get_status(request: Request) -> Response:
    async with request.site.database.read() as tx:
        joined = await show_status(tx, request, id_of(request))
    return await answer_one(request, joined)


async def list_statuses(request: Request) -> Response:
    """Several at once, by `id[]`."""
    wanted = query_of(request)
    ids = wanted.ids("id") or wanted.ids("ids")
    async with request.site.database.read() as tx:
        joined = await show_posts(tx, request, list(dict.fromkeys(ids))[:_MANY], FilterPlace.CONVERSATIONS)
    return await answer_joined(request, joined)


async def get_context(request: Request) -> Response:
    """What stands above a status, and what below it, as threads."""
    known = request.signed_in is not None
    async with request.site.database.read() as tx:
        piece = await get_piece(tx, request, id_of(request))
        branches = await queries.list_branches(tx, piece.conversation_id, _TREE)
        above = _above(branches, piece.post_id)[: _ABOVE if known else _ABOVE_VISITORS][::-1]
        below = _below(branches, piece.post_id)[: _BELOW if known else _BELOW_VISITORS]
        pieces = await feeds.list_pieces(tx, request.viewer, [*above, *below])
        sieve = await find_sieve(tx, request, FilterPlace.CONVERSATIONS)
        ordered = [pieces[id_] for id_ in (*above, *below) if id_ in pieces]
        joined = await join_statuses(tx, request, ordered, sieve)
        first = sum(id_ in pieces for id_ in above)
    await keep(request, joined.made)
    ancestors, descendants = joined.bodies[:first], joined.bodies[first:]
    return json_response(b'{"ancestors":[%b],"descendants":[%b]}' % (b",".join(ancestors), b",".join(descendants)))


def _above(branches: Sequence[Branch], id_: int) -> list[int]:
    """What a post answers, and what that answers: the nearest first."""
    parents = {one.id: one.parent_id for one in branches}
    found: list[int] = []
    at = parents.get(id_)
    while at is not None:
        found.append(at)
        at = parents.get(at)
    return found


def _below(branches: Sequence[Branch], id_: int) -> list[int]:
    """All that answers a post or its answers, each followed by what answers it."""
    answers: dict[int, list[int]] = {}
    for one in branches:
        if one.parent_id is not None:
            answers.setdefault(one.parent_id, []).append(one.id)
    found: list[int] = []
    waiting = answers.get(id_, [])[::-1]
    while waiting:
        at = waiting.pop()
        found.append(at)
        if at in answers:
            waiting += reversed(answers[at])
    return found


async def get_source(request: Request) -> Response:
    async with request.site.database.read() as tx:
        id_ = await post_of(tx, request)
        source = await queries.get_source(tx, request.viewer, id_)
    return answered(StatusSource(str(id_), source.source, source.warning))


async def get_history(request: Request) -> Response:
    """Every wording, the first one first."""
    site, viewer = request.site, request.viewer
    async with site.database.read() as tx:
        post = await queries.get_post(tx, viewer, await post_of(tx, request))
        former = (await queries.list_revisions(tx, viewer, post.id))[::-1]
        pictures = (await queries.list_pictures(tx, [post.id])).get(post.id, [])
        accounts, made = await join_accounts(tx, request, [post.actor_id])
    await keep(request, made)
    token = 0 if post.audience.open_to_all else request.token_id
    options = tuple(one.text for one in post.poll.options) if post.poll is not None else ()
    at = post.edited_at or post.published_at
    now = Revision(post.version, post.html, post.warning, at, options=options)
    return answered(
        [
            StatusEdit(
                content=present_html(site, one.html),
                spoiler_text=one.warning,
                sensitive=bool(one.warning),
                created_at=exact_iso(one.at),
                account=msgspec.Raw(accounts.get(post.actor_id, b"null")),
                media_attachments=[present_media(site, each, token) for each in one.shown(pictures)],
                emojis=emojis_of(site, one.html),
                poll={"options": [{"title": text} for text in one.options]} if one.options else None,
            )
            for one in (*former, now)
        ]
    )


async def get_card(request: Request) -> Response:
    """What a link in the status leads to; empty without one, as the documentation has it."""
    async with request.site.database.read() as tx:
        post = await queries.get_post(tx, request.viewer, await post_of(tx, request))
    card = present_card(request.site, post.preview)
    if card is None:
        return answered({})
    body = _encode(card)
    return json_response(body if post.audience.open_to_all else sign_addresses(request.site, body, request.token_id))


async def _answer_responders(request: Request, list_them: Responders) -> Response:
    wanted = range_of(request, 40, 80)
    async with request.site.database.read() as tx:
        found = await list_them(tx, request.viewer, await post_of(tx, request), wanted.page)
        joined, made = await join_accounts(tx, request, [one.actor_id for one in found])
    await keep(request, made)
    response = json_response(b"[%b]" % b",".join(joined[one.actor_id] for one in found if one.actor_id in joined))
    return link_pages(response, request, [one.position for one in found], more=len(found) == wanted.limit)


async def list_favourited_by(request: Request) -> Response:
    return await _answer_responders(request, queries.list_likers)


async def list_reblogged_by(request: Request) -> Response:
    return await _answer_responders(request, queries.list_sharers)


async def list_quotes(request: Request) -> Response:
    """Who quoted it, as far as the viewer may see that."""
    wanted = range_of(request)
    async with request.site.database.read() as tx:
        id_ = await post_of(tx, request)
        ids = await queries.list_quoting(tx, request.viewer, id_, wanted.page)
        joined = await show_posts(tx, request, ids)
    return link_pages(await answer_joined(request, joined), request, ids, more=len(ids) == wanted.limit)


async def translate(request: Request) -> Response:
    """Nobody translates here: the status stays on this machine."""
    async with request.site.database.read() as tx:
        await get_piece(tx, request, id_of(request))
    raise Refused(404, "Translation is not available on this server")


_AT = "/api/v1/statuses/{id}"
_READ = "read:statuses"
ENDPOINTS = [
    Endpoint("GET", "/api/v1/statuses", list_statuses, _READ, Caller.ANYBODY),
    Endpoint("GET", _AT, get_status, _READ, Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/context", get_context, _READ, Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/source", get_source, _READ),
    Endpoint("GET", f"{_AT}/history", get_history, _READ, Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/card", get_card, _READ, Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/favourited_by", list_favourited_by, _READ, Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/reblogged_by", list_reblogged_by, _READ, Caller.ANYBODY),
    Endpoint("GET", f"{_AT}/quotes", list_quotes, _READ),
    Endpoint("POST", f"{_AT}/translate", translate, _READ, Caller.ANYBODY),
]

"""`/api/v1/statuses`: posting, changing and removing them; what is posted later; votes."""

import hashlib

import msgspec
from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, count_change, id_of, json_response, nothing
from plausch.clientapi.mastodon.drafting import (
    draft_of,
    handles_in,
    kept_text,
    moment_of,
    policy_in,
    poll_of,
    said_of_poll,
    words_of,
)
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.entities.statuses import ScheduledStatus
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.clientapi.mastodon.present.statuses import VISIBILITIES, present_media, present_poll
from plausch.clientapi.mastodon.showing import answer_one, get_piece, post_of, show_piece, show_status
from plausch.clientapi.passes import sign_addresses
from plausch.http.request import Request
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.language.formats import exact_iso
from plausch.storage import Read, Write
from plausch.talk import actions, queries
from plausch.talk.model import NEEDS_APPROVAL, AudienceKind, Draft, EntryKind, PostDraft, PostEdit, read_extras

_POLICIES = {"followers": "followers", "nobody": "nobody"}
_encode = msgspec.json.Encoder().encode
#: Posts in ten minutes.
_MOST = 120


async def create(request: Request) -> Response:
    """Post something, now or later. Sent again with the same `Idempotency-Key` it is not posted again."""
    await count_change(request, "post", _MOST)
    fields = await read_fields(request)
    due = moment_of(fields)
    async with request.site.database.write() as tx:
        draft = await draft_of(tx, request, fields)

        async def send() -> int:
            return await _schedule(tx, request, draft, due) if due is not None else await _publish(tx, request, draft)

        made = await actions.send_once(tx, request.viewer, _form_key(request), send)
        if await queries.find_post(tx, request.viewer, made) is None:
            waiting = await _scheduled(tx, request, await queries.get_draft(tx, request.viewer, made))
            return answered(waiting)
        joined = await show_status(tx, request, made)
    return await answer_one(request, joined)


def _form_key(request: Request) -> bytes:
    key = request.headers.get("idempotency-key", "")
    return hashlib.sha256(f"mastodon\0{key}".encode()).digest() if key else b""


async def _publish(tx: Write, request: Request, draft: PostDraft) -> int:
    """The post's id, or that of what has to be let through first."""
    viewer, addresses = request.viewer, request.site.addresses
    try:
        async with tx.savepoint():
            return await actions.publish_post(tx, viewer, draft, addresses)
    except NotAllowed as error:
        if error.reason != NEEDS_APPROVAL:
            raise
        return await actions.submit_post(tx, viewer, kept_text(draft, await handles_in(tx, draft)), addresses)


async def _schedule(tx: Write, request: Request, draft: PostDraft, due: int) -> int:
    text = kept_text(draft, await handles_in(tx, draft))
    return await actions.schedule_draft(tx, request.viewer, text, due, request.site.addresses)


async def _scheduled(tx: Read, request: Request, draft: Draft) -> ScheduledStatus:
    """What is posted later; of what waits to be let through, since when it does."""
    pictures = (await queries.list_drafted_pictures(tx, [draft.id])).get(draft.id, [])
    found = await queries.list_own_pictures(tx, request.viewer.acting_as, [one.id for one in pictures])
    audience = AudienceKind(draft.audience) if draft.audience else AudienceKind.PUBLIC
    extras = read_extras(draft.extras)
    return ScheduledStatus(
        id=str(draft.id),
        scheduled_at=exact_iso(draft.due_at or draft.waits_since or draft.changed_at),
        params={
            "text": draft.source,
            "media_ids": [str(one.id) for one in pictures] or None,
            "sensitive": bool(draft.warning),
            "spoiler_text": draft.warning or None,
            "visibility": VISIBILITIES[audience],
            "language": draft.language or None,
            "in_reply_to_id": draft.parent_id or None,
            "scheduled_at": None,
            "poll": said_of_poll(extras.poll),
            "idempotency": None,
            "with_rate_limit": False,
            "application_id": 0,
            "quoted_status_id": str(draft.quoted_id) if draft.quoted_id else None,
            "quote_approval_policy": _POLICIES.get(extras.who_quotes or "", "public"),
            "allowed_mentions": None,
        },
        media_attachments=[present_media(request.site, one, request.token_id) for one in found],
    )


async def edit(request: Request) -> Response:
    await count_change(request, "edit", _MOST)
    fields = await read_fields(request)
    viewer = request.viewer
    async with request.site.database.write() as tx:
        id_ = await post_of(tx, request)
        if not await queries.is_own(tx, viewer, id_):
            raise NotFound("post_not_found")
        before = await queries.get_source(tx, viewer, id_)
        alts, focuses = _media_changes(fields)
        policy, poll = policy_in(fields), poll_of(fields)
        source, warning = words_of(fields, before.source)
        change = PostEdit(
            source=source,
            warning=warning if "spoiler_text" in fields or "sensitive" in fields else before.warning,
            language=fields.text("language", before.language),
            # An app that says nothing of pictures or of a poll wants none.
            pictures=tuple(fields.ids("media_ids")),
            alts=alts,
            focuses=focuses,
            poll=poll,
            without_poll=poll is None,
            who_quotes=policy.value if policy is not None else None,
        )
        await actions.edit_post(tx, viewer, id_, change, request.site.addresses)
        joined = await show_status(tx, request, id_)
    return await answer_one(request, joined)


def _media_changes(fields: Fields) -> tuple[dict[int, str], dict[int, tuple[int, int]]]:
    alts, focuses = {}, {}
    for one in fields.parts("media_attributes"):
        id_ = one.id("id")
        if id_ is None:
            continue
        if "description" in one:
            alts[id_] = one.text("description")
        focus = focus_of(one)
        if focus is not None:
            focuses[id_] = focus
    return alts, focuses


def focus_of(fields: Fields) -> tuple[int, int] | None:
    """A focal point (-1 to 1, upwards) in percent from the left and the top. Raises Invalid."""
    text = fields.text("focus")
    if not text:
        return None
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError as error:
        raise Invalid("focus", "choice_unknown") from error
    if not (-1 <= x <= 1 and -1 <= y <= 1):
        raise Invalid("focus", "choice_unknown")
    return round((x + 1) * 50), round((1 - y) * 50)


async def change_policy(request: Request) -> Response:
    """Who may quote it."""
    policy = policy_in(await read_fields(request))
    if policy is None:
        raise Invalid("quote_approval_policy", "choice_unknown")
    async with request.site.database.write() as tx:
        id_ = await post_of(tx, request)
        await actions.set_who_quotes_post(tx, request.viewer, id_, policy)
        joined = await show_status(tx, request, id_)
    return await answer_one(request, joined)


async def remove(request: Request) -> Response:
    """The status as it was, with its text as it was typed: apps write it anew from that, with the pictures it had.

    A reblog of one's own is taken back; what was reblogged stays.
    """
    viewer, fields = request.viewer, await read_fields(request)
    async with request.site.database.write() as tx:
        piece = await get_piece(tx, request, id_of(request))
        joined = await show_piece(tx, request, piece)
        source = ""
        if piece.id == piece.post_id:
            own = await queries.is_own(tx, viewer, piece.id)
            if not own and not viewer.staff:
                raise NotFound("post_not_found")
            source = (await queries.get_source(tx, viewer, piece.id)).source if own else ""
            await actions.remove_post(tx, viewer, piece.id, pictures_stay=not fields.flag("delete_media"))
        elif piece.by == viewer.acting_as and piece.kind == EntryKind.SHARE:
            await actions.unshare_post(tx, viewer, piece.post_id)
        else:
            raise NotFound("post_not_found")
    # Its pictures, if they stay, are whoever's it was alone.
    shown = sign_addresses(request.site, joined.one, request.token_id)
    return json_response(b'%b,"text":%b}' % (shown[:-1], _encode(source)))


# What is posted later


async def list_scheduled(request: Request) -> Response:
    wanted = range_of(request)
    async with request.site.database.read() as tx:
        drafts = [one for one in await queries.list_drafts(tx, request.viewer) if one.due_at is not None]
        within = [one for one in drafts if wanted.after < one.id < wanted.before]
        within.sort(key=lambda one: one.id, reverse=True)
        page = within[-wanted.limit :] if wanted.upwards else within[: wanted.limit]
        shown = [await _scheduled(tx, request, one) for one in page]
    return link_pages(answered(shown), request, [one.id for one in page], more=len(page) == wanted.limit)


async def _get_due(tx: Read, request: Request) -> Draft:
    found = await queries.get_draft(tx, request.viewer, id_of(request))
    if found.due_at is None:
        raise NotFound("draft_not_found")
    return found


async def get_scheduled(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(await _scheduled(tx, request, await _get_due(tx, request)))


async def change_scheduled(request: Request) -> Response:
    """Another moment."""
    due = moment_of(await read_fields(request))
    if due is None:
        raise Invalid("scheduled_at", "missing")
    viewer, addresses = request.viewer, request.site.addresses
    async with request.site.database.write() as tx:
        draft = await _get_due(tx, request)
        pictures = (await queries.list_drafted_pictures(tx, [draft.id])).get(draft.id, [])
        text = actions.text_of(draft, tuple(one.id for one in pictures))
        await actions.schedule_draft(tx, viewer, text, due, addresses, scheduled=draft.id)
        return answered(await _scheduled(tx, request, await _get_due(tx, request)))


async def cancel_scheduled(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.discard_draft(tx, request.viewer, (await _get_due(tx, request)).id)
    return nothing()


# Polls


async def _show_poll(tx: Read, request: Request) -> Response:
    id_ = id_of(request)
    post = await queries.get_post(tx, request.viewer, id_)
    if post.poll is None:
        raise NotFound("poll_not_found")
    return answered(present_poll(id_, post.poll))


async def get_poll(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return await _show_poll(tx, request)


async def vote(request: Request) -> Response:
    choices = (await read_fields(request)).ids("choices")
    async with request.site.database.write() as tx:
        await actions.vote(tx, request.viewer, id_of(request), choices)
        return await _show_poll(tx, request)


_STATUSES, _LATER = "/api/v1/statuses", "/api/v1/scheduled_statuses"
_WRITE = "write:statuses"
_NAMES = {
    "text": "status",
    "warning": "spoiler_text",
    "pictures": "media_ids",
    "due": "scheduled_at",
    "alt": "description",
}
ENDPOINTS = [
    Endpoint("POST", _STATUSES, create, _WRITE, names=_NAMES),
    Endpoint("PUT", f"{_STATUSES}/{{id}}", edit, _WRITE, names=_NAMES),
    Endpoint("DELETE", f"{_STATUSES}/{{id}}", remove, _WRITE),
    Endpoint("PUT", f"{_STATUSES}/{{id}}/interaction_policy", change_policy, _WRITE),
    Endpoint("GET", _LATER, list_scheduled, "read:statuses"),
    Endpoint("GET", f"{_LATER}/{{id}}", get_scheduled, "read:statuses"),
    Endpoint("PUT", f"{_LATER}/{{id}}", change_scheduled, _WRITE, names=_NAMES),
    Endpoint("DELETE", f"{_LATER}/{{id}}", cancel_scheduled, _WRITE),
    Endpoint("GET", "/api/v1/polls/{id}", get_poll, "read:statuses", Caller.ANYBODY),
    Endpoint("POST", "/api/v1/polls/{id}/votes", vote, _WRITE),
]

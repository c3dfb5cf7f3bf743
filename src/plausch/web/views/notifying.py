"""What people wish to be told of, and how: on the pages, by push, by mail."""

from typing import NamedTuple

from starlette.responses import Response

from plausch.feeds import actions, queries
from plausch.feeds.jobs import PUSH_KEY
from plausch.feeds.model import FOR_STAFF, STOP_KEY, Channel, FromWhom, NotificationKind, Stop, read_stop
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.net import push
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.web.answers import lead_to
from plausch.web.clients import client_name
from plausch.web.notices import CHANNELS, KINDS, name_kind
from plausch.web.pages import render
from plausch.web.views.insights.scopes import list_places
from plausch.web.views.settings import was_saved
from plausch.web.wants import Wants


class Row(NamedTuple):
    """A kind of notification and where it is wanted."""

    kind: NotificationKind
    #: By the names of the channels.
    on: dict[Channel, bool]


async def _kinds(tx: Read, viewer: Viewer) -> list[NotificationKind]:
    """What somebody may be told of."""
    left_out = set() if viewer.owner else {NotificationKind.PAGE_ORPHANED}
    if not viewer.staff:
        left_out |= set(FOR_STAFF)
        if not await list_places(tx, viewer):
            left_out.add(NotificationKind.WEEKLY_LETTER)
    return [kind for kind in KINDS if kind not in left_out]


async def show_settings(request: Request) -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        wishes = await queries.get_preferences(tx, viewer.person)
        browsers = await queries.list_push_subscriptions(tx, viewer.person)
        key = await queries.find_server_key(tx, PUSH_KEY)
        kinds = await _kinds(tx, viewer)
    if key is None:
        async with request.site.database.write() as write:
            key = await actions.keep_server_key(write, PUSH_KEY, push.new_private_key())
    assert request.signed_in is not None
    return await render(
        request,
        "settings/notifications.html",
        rows=[Row(kind, {channel: wishes.wants(kind, channel) for channel in Channel}) for kind in kinds],
        kinds=KINDS,
        channels=CHANNELS,
        from_whom=wishes.from_whom,
        browsers=browsers,
        session=request.signed_in.session_id,
        push_key=push.to_base64(push.public_key_of(key)),
        saved=was_saved(request),
    )


async def save_settings(request: Request) -> Response:
    form = await read_form(request)
    from_whom = field(form, "from_whom")
    if from_whom not in set(FromWhom):
        raise Invalid("from_whom", "choice_unknown")
    async with request.site.database.write() as tx:
        shown = await _kinds(tx, request.viewer)
        wanted = {(kind, channel) for kind in shown for channel in Channel if field(form, f"{kind}-{channel}")}
        before = await queries.get_preferences(tx, request.viewer.person)
        unasked = [kind for kind in KINDS if kind not in shown]
        wanted |= {(kind, channel) for kind in unasked for channel in Channel if before.wants(kind, channel)}
        await actions.set_notification_preferences(tx, request.viewer, wanted, FromWhom(from_whom))
    return lead_to("/settings/notifications?saved=1")


async def subscribe(request: Request) -> Response:
    """This browser takes push messages from now on: what `PushSubscription` says, as a form."""
    assert request.signed_in is not None
    await count_try(request, "push", str(request.viewer.person), most=30, within=clock.HOUR)
    form = await read_form(request)
    try:
        public_key, secret = (push.from_base64(field(form, name)) for name in ("p256dh", "auth"))
    except ValueError as error:
        raise Invalid("keys", "push_keys") from error
    if not push.is_public_key(public_key):
        raise Invalid("keys", "push_keys")
    client = client_name(request.headers.get("user-agent", ""))
    async with request.site.database.write() as tx:
        await actions.subscribe_to_push(
            tx,
            request.viewer,
            request.signed_in.session_id,
            field(form, "endpoint"),
            public_key,
            secret,
            client,
        )
    return lead_to("/settings/notifications?saved=1")


async def unsubscribe(request: Request) -> Response:
    await read_form(request)
    id_ = parse_id(request.params["id"])
    if id_ is not None:
        async with request.site.database.write() as tx:
            await actions.unsubscribe_from_push(tx, request.viewer.person, id_)
    return lead_to("/settings/notifications?saved=1")


async def show_stop(request: Request) -> Response:
    """A link in a mail leads here; nothing happens until the reader says so, for some programs open every link."""
    stop = await _read_stop(request)
    return await _stop_page(request, stop, done=False)


async def stop(request: Request) -> Response:
    """By the button, or by the mail program itself (RFC 8058)."""
    await read_form(request)
    wanted = await _read_stop(request)
    async with request.site.database.write() as tx:
        for kind in wanted.kinds:
            await actions.stop_notifications(tx, wanted.person, kind, Channel.MAIL)
    return await _stop_page(request, wanted, done=True)


async def _read_stop(request: Request) -> Stop:
    async with request.site.database.read() as tx:
        key = await queries.find_server_key(tx, STOP_KEY)
    found = read_stop(key, request.params["token"]) if key is not None else None
    if found is None:
        raise NotFound
    return found


async def _stop_page(request: Request, wanted: Stop, *, done: bool) -> Response:
    what = name_kind(request.language, wanted.kind) if wanted.kind is not None else ""
    return await render(request, "stop.html", what=what, done=done)


ROUTES = [
    Route("GET", "/settings/notifications", show_settings, Wants.PERSON),
    Route("POST", "/settings/notifications", save_settings, Wants.PERSON),
    Route("POST", "/push", subscribe, Wants.PERSON),
    Route("POST", "/push/{id}/remove", unsubscribe, Wants.PERSON),
    Route("GET", "/stop/{token}", show_stop, Wants.ANYBODY),
    Route("POST", "/stop/{token}", stop, Wants.ANYBODY),
]

"""`/api/v1/push/subscription`: an app takes push messages, one address a token."""

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, count_change, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.notifications import PushSubscription
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.clientapi.mastodon.kinds import KINDS, kinds_of
from plausch.clientapi.mastodon.routes.instance import push_key
from plausch.feeds import actions, queries
from plausch.feeds.actions import Wanted
from plausch.feeds.model import NotificationKind, PushedOf
from plausch.feeds.model import PushSubscription as Subscription
from plausch.http.request import Request
from plausch.http.sessions import bearer_secret
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotFound
from plausch.net import push
from plausch.people import queries as people
from plausch.storage import Read


def _session(request: Request) -> int:
    """The token's id, with which the subscription ends."""
    assert request.signed_in is not None
    return request.signed_in.session_id


async def _own(tx: Read, request: Request) -> Subscription:
    for one in await queries.list_push_subscriptions(tx, request.viewer.person):
        if one.session_id == _session(request) and one.of_program:
            return one
    raise NotFound("push_not_found")


async def _shown(tx: Read, request: Request, server_key: str) -> Response:
    own = await _own(tx, request)
    kinds = {NotificationKind(name) for name in own.kinds.split()}
    return answered(
        PushSubscription(
            id=str(own.id),
            endpoint=own.endpoint,
            alerts={name: bool(kinds & set(of)) for name, of in KINDS.items()},
            policy=own.pushed_of.value,
            server_key=server_key,
        )
    )


def _wanted(request: Request, data: Fields | None) -> Wanted:
    alerts = data.part("alerts") if data is not None else None
    names = [name for name in KINDS if alerts is not None and alerts.flag(name)]
    policy = data.text("policy", "all") if data is not None else "all"
    if policy not in set(PushedOf):
        raise Invalid("policy", "choice_unknown")
    kinds = tuple(kinds_of(names)) if names else ()
    return Wanted(kinds, PushedOf(policy), bearer_secret(request))


async def subscribe(request: Request) -> Response:
    """In the place of what this token had subscribed before."""
    await count_change(request, "push", 30, clock.HOUR)
    fields = await read_fields(request)
    subscription = fields.part("subscription") or Fields({})
    keys = subscription.part("keys") or Fields({})
    try:
        public_key, secret = (push.from_base64(keys.text(name)) for name in ("p256dh", "auth"))
    except ValueError as error:
        raise Invalid("keys", "push_keys") from error
    if not push.is_public_key(public_key):
        raise Invalid("keys", "push_keys")
    wanted = _wanted(request, fields.part("data"))
    server_key = await push_key(request)
    async with request.site.database.write() as tx:
        app = await people.find_app(tx, request.app_id)
        session = _session(request)
        await actions.end_push_of(tx, request.viewer, session)
        await actions.subscribe_to_push(
            tx,
            request.viewer,
            session,
            subscription.text("endpoint"),
            public_key,
            secret,
            app.name if app is not None else "",
            wanted,
        )
        return await _shown(tx, request, server_key)


async def show(request: Request) -> Response:
    server_key = await push_key(request)
    async with request.site.database.read() as tx:
        return await _shown(tx, request, server_key)


async def change(request: Request) -> Response:
    fields = await read_fields(request)
    data = fields.part("data") or Fields({})
    wanted = _wanted(request, data)
    server_key = await push_key(request)
    async with request.site.database.write() as tx:
        own = await _own(tx, request)
        if "alerts" not in data:
            wanted = wanted._replace(kinds=tuple(NotificationKind(name) for name in own.kinds.split()))
        if "policy" not in data:
            wanted = wanted._replace(pushed_of=own.pushed_of)
        await actions.change_push_of(tx, request.viewer, _session(request), wanted)
        return await _shown(tx, request, server_key)


async def unsubscribe(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.end_push_of(tx, request.viewer, _session(request))
    return nothing()


_AT = "/api/v1/push/subscription"
ENDPOINTS = [
    Endpoint("POST", _AT, subscribe, "push"),
    Endpoint("GET", _AT, show, "push"),
    Endpoint("PUT", _AT, change, "push"),
    Endpoint("DELETE", _AT, unsubscribe, "push"),
]

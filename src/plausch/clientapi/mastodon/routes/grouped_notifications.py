"""`/api/v2/notifications`: what belongs together is one."""

import msgspec
from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import answered, json_response, listed, nothing
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.entities.notifications import NotificationGroup, PartialAccount
from plausch.clientapi.mastodon.forms import Fields, query_of
from plausch.clientapi.mastodon.kinds import TYPES, WITH_STATUS
from plausch.clientapi.mastodon.notices import (
    GROUPED,
    Group,
    Shown,
    count_unread_groups,
    list_group,
    read_groups,
    show,
)
from plausch.clientapi.mastodon.paging import limit_of, link_pages, range_of
from plausch.clientapi.mastodon.routes.notifications import COUNTED, COUNTED_MOST, asked_kinds, last_read
from plausch.feeds import actions
from plausch.feeds.model import Notification
from plausch.http.request import Request
from plausch.kernel.errors import NotFound
from plausch.language.formats import exact_iso
from plausch.storage import Read

_USUAL, _MOST = 40, 80
_SAMPLE = 8
_encode = msgspec.json.Encoder().encode


async def list_groups(request: Request) -> Response:
    query, wanted = query_of(request), range_of(request, _USUAL, _MOST)
    partial = query.text("expand_accounts") == "partial_avatars"
    async with request.site.database.read() as tx:
        groups, more = await read_groups(
            tx,
            request.viewer,
            wanted.page,
            asked_kinds(query),
            _grouped(query),
            actor=query.id("account_id") or 0,
            aside_too=bool(query.flag("include_filtered")),
        )
        shown = await show(tx, request, [one for group in groups for one in _sample(group)])
    await keep(request, shown.made)
    ids = [one.id for group in groups for one in group.members]
    return link_pages(_answer(groups, shown, partial=partial), request, ids, more=more)


def _grouped(query: Fields) -> list[str]:
    """The types that are put together: all that can be, or of those the ones that are asked for."""
    return [name for name in query.texts("grouped_types") or GROUPED if name in GROUPED]


def _sample(group: Group) -> list[Notification]:
    """The newest of as many different people as are shown."""
    first = {one.actor_id: one for one in reversed(group.members)}
    return sorted(first.values(), key=lambda one: -one.id)[:_SAMPLE]


def _answer(groups: list[Group], shown: Shown, *, partial: bool = False) -> Response:
    there = {one.id for one in shown.found}
    entities: list[bytes] = []
    whole: dict[int, bytes] = {}
    faces: dict[int, bytes] = {}
    statuses: dict[int, bytes] = {}
    for group in groups:
        sample = [one for one in _sample(group) if one.id in there]
        if not sample:
            continue
        entities.append(_present(group, sample, shown))
        for number, one in enumerate(sample):
            (faces if partial and number else whole)[one.actor_id] = shown.accounts[one.actor_id]
        about = sample[0].post_id
        if about is not None and about in shown.statuses:
            statuses[about] = shown.statuses[about]
    few = [msgspec.json.decode(body, type=PartialAccount) for id_, body in faces.items() if id_ not in whole]
    return json_response(
        b'{"accounts":[%b],%b"statuses":[%b],"notification_groups":[%b]}'
        % (
            b",".join(whole.values()),
            b'"partial_accounts":%b,' % _encode(few) if partial else b"",
            b",".join(statuses.values()),
            b",".join(entities),
        )
    )


def _present(group: Group, sample: list[Notification], shown: Shown) -> bytes:
    newest, name = group.members[0], TYPES[group.members[0].kind]
    body = _encode(
        NotificationGroup(
            group_key=group.key,
            notifications_count=group.number,
            type=name,
            most_recent_notification_id=newest.id,
            page_min_id=str(group.members[-1].id),
            page_max_id=str(newest.id),
            latest_page_notification_at=exact_iso(newest.at),
            sample_account_ids=[str(one.actor_id) for one in sample],
            status_id=str(newest.post_id) if newest.post_id and name in WITH_STATUS else None,
        )
    )
    return body[:-1] + shown.more.get(newest.id, b"") + b"}"


async def get_group(request: Request) -> Response:
    key = request.params["key"]
    async with request.site.database.read() as tx:
        group = await _group(tx, request, key)
        shown = await show(tx, request, _sample(group))
    if not shown.found:
        raise NotFound("notification_not_found")
    await keep(request, shown.made)
    return _answer([group], shown)


async def _group(tx: Read, request: Request, key: str) -> Group:
    found = await list_group(tx, request.viewer, key)
    return Group(key, found, len(found))


async def dismiss_group(request: Request) -> Response:
    async with request.site.database.write() as tx:
        found = await list_group(tx, request.viewer, request.params["key"])
        await actions.remove_notifications(tx, request.viewer, [one.id for one in found])
    return nothing()


async def list_group_accounts(request: Request) -> Response:
    async with request.site.database.read() as tx:
        found = await list_group(tx, request.viewer, request.params["key"])
        shown = await show(tx, request, found)
    await keep(request, shown.made)
    return listed([shown.accounts[id_] for id_ in dict.fromkeys(one.actor_id for one in shown.found)])


async def count_groups(request: Request) -> Response:
    """Of the groups with something unread, as far as they are counted."""
    query = query_of(request)
    async with request.site.database.read() as tx:
        number = await count_unread_groups(
            tx,
            request.viewer,
            await last_read(tx, request),
            asked_kinds(query),
            _grouped(query),
            limit_of(request, COUNTED, COUNTED_MOST),
            actor=query.id("account_id") or 0,
            aside_too=bool(query.flag("include_filtered")),
        )
    return answered({"count": number})


_AT = "/api/v2/notifications"
ENDPOINTS = [
    Endpoint("GET", _AT, list_groups, "read:notifications"),
    Endpoint("GET", f"{_AT}/unread_count", count_groups, "read:notifications"),
    Endpoint("GET", f"{_AT}/{{key}}", get_group, "read:notifications"),
    Endpoint("POST", f"{_AT}/{{key}}/dismiss", dismiss_group, "write:notifications"),
    Endpoint("GET", f"{_AT}/{{key}}/accounts", list_group_accounts, "read:notifications"),
]

"""Notifications as the API has them: joined from what is kept of statuses and accounts, alone and in groups."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from plausch.clientapi.mastodon.entities.notifications import AccountWarning, NotificationFallback
from plausch.clientapi.mastodon.forms import query_of
from plausch.clientapi.mastodon.joining import find_sieve, join_accounts, join_statuses
from plausch.clientapi.mastodon.kinds import KINDS, TYPES, WITH_STATUS
from plausch.clientapi.mastodon.present.collections import present_collections
from plausch.clientapi.mastodon.present.reports import report_body
from plausch.feeds import queries as feeds
from plausch.feeds.model import FilterPlace, Notification, NotificationKind
from plausch.groups import queries as groups
from plausch.http.request import Request
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import first_id_at, parse_id
from plausch.kernel.paging import TOP, Page
from plausch.language.catalogues import N_, catalogue
from plausch.language.formats import exact_iso
from plausch.moderation import queries as moderation
from plausch.moderation.model import AppealState, Decision, DecisionKind
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.storage.parts import Part

_encode = msgspec.json.Encoder().encode
#: What is put together is not further apart than this.
_SPAN = 12 * clock.HOUR
GROUPED = ("favourite", "reblog", "follow", "admin.sign_up")
#: Of a group that goes on below its page so many are counted at most.
_COUNTED = 400
_CHUNK, _CHUNKS = 80, 6
#: What makes no sense without that.
_PACKS = (NotificationKind.PACK_ASKED, NotificationKind.PACK_CHANGED)
_TOLD = (NotificationKind.DECIDED, NotificationKind.REPORTED, *_PACKS)
#: What is said of packs to apps that know no collections, and where it is looked at.
_FALLBACKS = {
    NotificationKind.PACK_ASKED: (
        N_("%(who)s would like to have you in a starter pack"),
        N_("You answer on the pages, in a browser."),
    ),
    NotificationKind.PACK_CHANGED: (
        N_("%(who)s has changed a starter pack that shows you, or a group of yours"),
        N_("You find it on the pages, in a browser."),
    ),
}
_ACTIONS = {DecisionKind.POST_REMOVED: "delete_statuses", DecisionKind.LIMITED: "silence"}
_APPEALS = {AppealState.OPEN: "pending", AppealState.GRANTED: "approved", AppealState.REFUSED: "rejected"}


class Shown(NamedTuple):
    """Notifications with what they are about."""

    #: Those that can be shown, newest first.
    found: list[Notification]
    accounts: Mapping[int, bytes]
    statuses: dict[int, bytes]
    #: What else a notification tells: a decision, a report, a starter pack; as further fields.
    more: dict[int, bytes]
    #: What was rendered and is to be kept after reading.
    made: list[Part]


async def show(tx: Read, request: Request, found: Sequence[Notification]) -> Shown:
    """Without those whose status or account the viewer may not see."""
    wanted = dict.fromkeys(one.post_id for one in found if one.post_id and TYPES[one.kind] in WITH_STATUS)
    pieces = await feeds.list_pieces(tx, request.viewer, list(wanted))
    sieve = await find_sieve(tx, request, FilterPlace.NOTIFICATIONS) if pieces else None
    joined = await join_statuses(tx, request, list(pieces.values()), sieve, {one.actor_id for one in found})
    accounts, statuses = joined.accounts, {id_in(body): body for body in joined.bodies}
    more = {}
    for one in found:
        if one.kind in _TOLD:
            told = await _told(tx, request, one, accounts)
            if told is not None:
                more[one.id] = told
    shown = [
        one
        for one in found
        if one.actor_id in accounts
        and (TYPES[one.kind] not in WITH_STATUS or one.post_id in statuses)
        and (one.kind not in _TOLD or one.id in more)
    ]
    return Shown(shown, accounts, statuses, more, joined.made)


def id_in(body: bytes) -> int:
    """Each begins with its id."""
    return int(body[7 : body.index(b'"', 7)])


async def _told(tx: Read, request: Request, one: Notification, accounts: Mapping[int, bytes]) -> bytes | None:
    viewer, about = request.viewer, one.request_id or 0
    try:
        if one.kind is NotificationKind.DECIDED:
            decision = await moderation.get_own_decision(tx, viewer, about)
            warning = present_warning(decision, accounts.get(one.actor_id, b"null"))
            return b',"moderation_warning":%b' % _encode(warning)
        if one.kind in _PACKS:
            return await _about_pack(tx, request, one)
        if not viewer.staff:
            return None
        report = await moderation.get_report(tx, viewer, about)
        posts = (await moderation.list_reported_posts(tx, [report.id])).get(report.id, [])
        subject, _ = await join_accounts(tx, request, [report.subject_id], blocked_too=True)
        body = report_body(report, posts, subject.get(report.subject_id, b"null"))
        return b',"report":%b' % _encode(body)
    except NotFound:
        return None


async def _about_pack(tx: Read, request: Request, one: Notification) -> bytes | None:
    """With words for apps that say that they know no collections, and only for those."""
    pack = await groups.find_pack(tx, request.viewer, one.request_id or 0)
    if pack is None:
        return None
    (collection,) = await present_collections(tx, request.viewer, request.site, [pack])
    told, query = b',"collection":%b' % _encode(collection), query_of(request)
    if "supported_types" not in query or TYPES[one.kind] in query.texts("supported_types"):
        return told
    actor = (await people.list_actors(tx, request.viewer, [one.actor_id])).get(one.actor_id)
    words = catalogue(request.signed_in.locale if request.signed_in is not None else request.language)
    title, summary = (words.gettext(text) for text in _FALLBACKS[one.kind])
    fallback = NotificationFallback(
        title=title % {"who": actor.shown_name if actor is not None else ""},
        summary=summary,
        details=pack.name,
    )
    return b'%b,"fallback":%b' % (told, _encode(fallback))


def present_warning(decision: Decision, account: bytes) -> AccountWarning:
    return AccountWarning(
        id=str(decision.id),
        action=_ACTIONS.get(decision.kind, "suspend" if decision.kind is DecisionKind.SUSPENDED else "none"),
        text=decision.message,
        status_ids=[str(decision.post_id)] if decision.post_id else None,
        target_account=msgspec.Raw(account),
        appeal={"text": decision.appeal, "state": _APPEALS[decision.appeal_state]}
        if decision.appeal_state in _APPEALS
        else None,
        created_at=exact_iso(decision.at),
    )


def join_notification(one: Notification, shown: Shown) -> bytes:
    """One alone."""
    status = shown.statuses.get(one.post_id or 0)
    return b'{"id":"%d","type":"%b","created_at":"%b","group_key":"%b","account":%b%b%b}' % (
        one.id,
        TYPES[one.kind].encode(),
        exact_iso(one.at).encode(),
        group_key(one).encode(),
        shown.accounts[one.actor_id],
        b',"status":%b' % status if status is not None and TYPES[one.kind] in WITH_STATUS else b"",
        shown.more.get(one.id, b""),
    )


# Groups


def group_key(one: Notification, grouped: Collection[str] = GROUPED) -> str:
    name = TYPES[one.kind]
    if name not in grouped or name not in GROUPED:
        return f"ungrouped-{one.id}"
    about = f"-{one.post_id}" if one.post_id is not None else ""
    return f"{name}{about}-{one.at // _SPAN}"


class Group(NamedTuple):
    """Those of a page that are one to a reader, newest first; and how many they are with those below the page."""

    key: str
    members: list[Notification]
    number: int


async def read_groups(
    tx: Read, viewer: Viewer, page: Page, kinds: Sequence[NotificationKind], grouped: Collection[str], **asked: Any
) -> tuple[list[Group], bool]:
    """So many groups as the page has places, and whether there may be more."""
    groups: dict[str, list[Notification]] = {}
    at, more = msgspec.structs.replace(page, limit=_CHUNK), True
    for _ in range(_CHUNKS):
        found = await feeds.list_addressed(tx, viewer, at, kinds, **asked)
        taken = _take(groups, found[::-1] if page.upwards else found, grouped, page.limit)
        more = len(found) == _CHUNK or taken < len(found)
        if taken < len(found) or not more:
            break
        at = (
            msgspec.structs.replace(at, after=found[0].id)
            if page.upwards
            else msgspec.structs.replace(at, before=found[-1].id)
        )
    members = [sorted(some, key=lambda one: -one.id) for some in groups.values()]
    below = await _below(tx, viewer, members, grouped, **asked) if members and (more or page.upwards) else {}
    found_groups = [
        Group(key, some, len(some) + below.get(key, 0)) for some in members for key in [group_key(some[0], grouped)]
    ]
    return sorted(found_groups, key=lambda one: -one.members[0].id), more or page.upwards


def _take(
    groups: dict[str, list[Notification]], found: Sequence[Notification], grouped: Collection[str], most: int
) -> int:
    """Put them into their groups until one more would be too many; how many were taken."""
    for number, one in enumerate(found):
        key = group_key(one, grouped)
        if key not in groups and len(groups) == most:
            return number
        groups.setdefault(key, []).append(one)
    return len(found)


async def _below(
    tx: Read, viewer: Viewer, groups: Sequence[list[Notification]], grouped: Collection[str], **asked: Any
) -> dict[str, int]:
    """How many of the groups there are below the page."""
    floor = min(one.id for some in groups for one in some)
    begin = min((_begins(some[0].at) for some in groups if TYPES[some[0].kind] in grouped), default=floor)
    if begin >= floor:
        return {}
    kinds = [kind for name in GROUPED if name in grouped for kind in KINDS[name]]
    page = Page(before=floor, after=begin - 1, limit=_COUNTED)
    counts: dict[str, int] = {}
    for one in await feeds.list_addressed(tx, viewer, page, kinds, **asked):
        key = group_key(one, grouped)
        counts[key] = counts.get(key, 0) + 1
    return counts


async def count_unread_groups(
    tx: Read,
    viewer: Viewer,
    after: int,
    kinds: Sequence[NotificationKind],
    grouped: Collection[str],
    most: int,
    **asked: Any,
) -> int:
    """How many groups have something unread that is newer than `after`, counted up to `most`."""
    keys: set[str] = set()
    page = Page(after=after, limit=_COUNTED)
    for _ in range(_CHUNKS):
        found = await feeds.list_addressed(tx, viewer, page, kinds, unread=True, **asked)
        keys.update(group_key(one, grouped) for one in found)
        if len(found) < page.limit or len(keys) >= most:
            break
        page = msgspec.structs.replace(page, before=found[-1].id)
    return min(len(keys), most)


def _begins(at: int) -> int:
    return first_id_at(at // _SPAN * _SPAN)


async def list_group(tx: Read, viewer: Viewer, key: str) -> list[Notification]:
    """The members of a group, newest first. Raises NotFound."""
    name, _, rest = key.partition("-")
    last = parse_id(rest.rpartition("-")[2])
    if last is None:
        raise NotFound
    if name == "ungrouped":
        page = Page(before=min(last + 1, TOP), after=last - 1, limit=1)
        found = await feeds.list_addressed(tx, viewer, page, list(TYPES), aside_too=True)
    elif name in GROUPED:
        begin = last * _SPAN
        if begin > clock.now() + _SPAN:
            raise NotFound
        page = Page(before=first_id_at(begin + _SPAN), after=first_id_at(begin) - 1, limit=_COUNTED)
        found = await feeds.list_addressed(tx, viewer, page, list(KINDS[name]))
        found = [one for one in found if group_key(one) == key]
    else:
        raise NotFound
    if not found:
        raise NotFound("notification_not_found")
    return found

"""Doors of the Mastodon client API: streams of single entries in both directions, threads, accounts.

Everything is joined as apps get it, quotes, mentions and all.
"""

import dataclasses
import functools
from collections.abc import Awaitable, Callable, Sequence
from itertools import product
from typing import Any, cast

import msgspec

from plausch.clientapi.mastodon.joining import join_accounts, join_statuses
from plausch.clientapi.mastodon.kinds import ALL
from plausch.clientapi.mastodon.notices import GROUPED, join_notification, read_groups, show
from plausch.clientapi.mastodon.streaming.channels import Channel
from plausch.clientapi.mastodon.streaming.reading import read_event
from plausch.feeds import queries as feeds
from plausch.feeds.queries import Piece, Pieces, Wanted
from plausch.http.community import HeldCommunity
from plausch.http.request import Request
from plausch.http.site import ADDRESSES, Site
from plausch.kernel.paging import TOP, Page
from plausch.people import queries as people
from plausch.people.model import SignedIn, Viewer
from plausch.settings import read_settings
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.work.live import Notice
from tests.harness.audience.owing import owed_all, owed_entries, owed_local
from tests.harness.audience.script import TAGS
from tests.harness.audience.seeing import Door, Seen
from tests.harness.audience.world import World

_LIMIT = 4
Ask = Callable[[Page], Awaitable[Pieces]]


@functools.cache
def _site() -> Site:
    """What joining looks at; whoever reads hands over the transaction."""
    settings = read_settings({}, {})[0]
    nothing = cast(Any, None)
    return Site(settings, nothing, nothing, nothing, ADDRESSES, HeldCommunity(nothing, settings))


def _request(viewer: Viewer) -> Request:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    request = Request(scope, cast(Any, None), cast(Any, None), _site(), {})
    if viewer.signed_in:
        known: dict[str, Any] = dict.fromkeys(SignedIn.__struct_fields__)
        known |= {"person": viewer.person, "acting_as": viewer.acting_as, "role": viewer.role, "confirmed": True}
        request.signed_in = SignedIn(**known)
    return request


async def _seen(read: Read, viewer: Viewer, pieces: Sequence[Piece]) -> Seen:
    """The pieces, and the words of what they are joined to, in which nothing else may stand."""
    joined = await join_statuses(read, _request(viewer), pieces)
    statuses = [msgspec.json.decode(body) for body in joined.bodies]
    inner = [one["reblog"] or one for one in statuses]
    quoted = [one["quote"]["quoted_status"] for one in inner if one["quote"] and one["quote"]["quoted_status"]]
    everything = [*statuses, *inner, *quoted]
    mentioned = {int(who["id"]) for one in everything for who in one["mentions"]}
    assert mentioned <= await people.present_actors(read, list(mentioned))
    return Seen(
        {int(one["id"]) for one in (*inner, *quoted)},
        [one.post_id for one in pieces],
        people={int(one["account"]["id"]) for one in everything} | {one.by for one in pieces},
        text=b"".join(joined.bodies).decode(),
    )


async def _stream(read: Read, viewer: Viewer, ask: Ask, *, alike: bool = True) -> Seen:
    """Down to the end, and up again; `alike`: both ways the same is found."""
    found: list[Piece] = []
    before: int | None = TOP
    while before is not None:
        page = await ask(Page(before=before, limit=_LIMIT))
        assert all(one.id < before for one in page.pieces)
        found += page.pieces
        before = page.pieces[-1].id if page.pieces and page.more else None
    ids = [one.id for one in found]
    assert ids == sorted(set(ids), reverse=True), "not in the order of time, or twice"
    upwards: list[int] = []
    after = 1
    while page := await ask(Page(after=after, limit=_LIMIT, upwards=True)):
        if not page.pieces:
            break
        assert all(one.id > after for one in page.pieces)
        upwards = [one.id for one in page.pieces] + upwards
        after = page.pieces[0].id
    assert upwards == ids if alike else set(upwards) <= set(ids), "others on the way up"
    if ids:
        newer = await ask(Page(after=ids[len(ids) // 2], limit=100))
        assert [one.id for one in newer.pieces] == ids[: len(ids) // 2], "others since then"
    return await _seen(read, viewer, found)


async def _home(read: Read, viewer: Viewer, world: World) -> Seen:
    if not viewer.signed_in:
        return Seen()
    tagged = any(who == viewer.acting_as for who, _ in world.topics)
    return await _stream(read, viewer, lambda page: feeds.home_pieces(read, viewer, page), alike=not tagged)


async def _local(read: Read, viewer: Viewer, world: World) -> Seen:
    return await _stream(read, viewer, lambda page: feeds.local_pieces(read, viewer, page))


async def _actors(read: Read, viewer: Viewer, world: World) -> Seen:
    all_seen = Seen()
    for actor in world.actors:
        for wanted in (Wanted(), Wanted(no_replies=True, no_shares=True), Wanted(pinned=True), Wanted(pictures=True)):

            async def ask(page: Page, actor: int = actor, wanted: Wanted = wanted) -> Pieces:
                return await feeds.actor_pieces(read, viewer, actor, page, wanted)

            seen = await _stream(read, viewer, ask)
            all_seen.posts |= seen.posts
            all_seen.people |= seen.people
            all_seen.text += seen.text
    return all_seen


async def _tags(read: Read, viewer: Viewer, world: World) -> Seen:
    all_seen = Seen()
    first, *others = TAGS

    async def ask(page: Page) -> Pieces:
        return await feeds.tag_pieces(read, viewer, page, any_=[first, *others])

    async def ask_less(page: Page) -> Pieces:
        return await feeds.tag_pieces(read, viewer, page, any_=TAGS, all_=[first], none=others)

    for one in (ask, ask_less):
        seen = await _stream(read, viewer, one)
        all_seen.posts |= seen.posts
        all_seen.people |= seen.people
        all_seen.text += seen.text
    return all_seen


async def _lists(read: Read, viewer: Viewer, world: World) -> Seen:
    list_ = world.lists.get(viewer.acting_as)
    if list_ is None:
        return Seen()
    return await _stream(read, viewer, lambda page: feeds.list_pieces_of(read, viewer, list_, page))


async def _single(read: Read, viewer: Viewer, world: World) -> Seen:
    """Each by its id; shares by theirs; and who quotes it."""
    ids = [post.id for post in world.posts]
    pieces = [*(await feeds.list_pieces(read, viewer, ids)).values()]
    for post in world.posts:
        for share in post.sharers.values():
            found = await feeds.find_entry_piece(read, viewer, share)
            pieces += [found] if found is not None else []
        quoting = await talk.list_quoting(read, viewer, post.id, Page())
        pieces += (await feeds.list_pieces(read, viewer, quoting)).values()
        assert set(quoting) <= {one.id for one in pieces}
    return await _seen(read, viewer, pieces)


async def _threads(read: Read, viewer: Viewer, world: World) -> Seen:
    """What is above and below a post."""
    pieces: dict[int, Piece] = {}
    for root in {post.root.id for post in world.posts}:
        branches = await talk.list_branches(read, root, 1_000)
        pieces |= await feeds.list_pieces(read, viewer, [one.id for one in branches])
    return await _seen(read, viewer, list(pieces.values()))


async def _accounts(read: Read, viewer: Viewer, world: World) -> Seen:
    """Accounts, and how one stands to them; what everybody has said for all is counted right."""
    joined, _ = await join_accounts(read, _request(viewer), world.actors)
    for id_, body in joined.items():
        open_posts = [one for one in world.posts if one.author == id_ and not one.deleted]
        counted = len([one for one in open_posts if one.circle.kind in ("public", "quiet")])
        assert msgspec.json.decode(body)["statuses_count"] == counted, "counted wrong"
    near = {one for one in world.actors if one == viewer.acting_as or world.near(viewer.acting_as, one)}
    assert set(joined) == near, "other accounts"
    familiar = await people.list_familiar(read, viewer, world.actors, 100) if viewer.signed_in else {}
    known = {one for several in familiar.values() for one in several}
    assert all((viewer.acting_as, one) in world.follows for one in known)
    return Seen(people=set(joined) | known, text=b"".join(joined.values()).decode())


async def _streams(read: Read, viewer: Viewer, world: World) -> Seen:
    """What would be said on streams of whatever was posted, shared, put on a wall or removed, if it were told now."""
    if not viewer.signed_in:
        return Seen()
    request, seen = _request(viewer), Seen()
    list_ = world.lists.get(viewer.acting_as)
    channels = [Channel("user"), Channel("public"), *(Channel("hashtag", tag) for tag in TAGS)]
    channels += [Channel("list", str(list_))] if list_ is not None else []
    for post in world.posts:
        standing = await talk.find_wall_entry(read, post.id, post.place) if post.place else None
        told = [("posted", post.id), *(("shared", id_) for id_ in post.sharers.values())]
        told += [("placed", standing)] if standing is not None else []
        for channel, (what, id_) in product(channels, told):
            event = await read_event(read, request, channel, Notice("", what, id_), patient=False)
            if event is not None:
                status = msgspec.json.decode(event.payload or b"null")
                inner = status["reblog"] or status
                seen.posts.add(int(inner["id"]))
                seen.people |= {int(one["account"]["id"]) for one in (status, inner)}
                seen.text += (event.payload or b"").decode()
        gone = Notice("", "removed", post.id, post.author)
        if await read_event(read, request, channels[0], gone, patient=False) is not None:
            once = world.sees(viewer.acting_as, dataclasses.replace(post, deleted=False))
            assert post.deleted, "told that something is gone which is there"
            known = once or post.author in world.absent
            assert known, f"{world.people.index(viewer.person)} is told that something unknown is gone: {post}"
    return seen


async def _notices(read: Read, viewer: Viewer, world: World) -> Seen:
    """One by one, those of strangers too, and in groups: both are the same."""
    request, page = _request(viewer), Page(limit=1_000)
    found = await feeds.list_addressed(read, viewer, page, ALL, aside_too=True)
    shown = await show(read, request, found)
    bodies = [join_notification(one, shown) for one in shown.found]
    groups, _ = await read_groups(read, viewer, page, ALL, GROUPED, aside_too=True)
    assert {one.id for group in groups for one in group.members} == {one.id for one in found}, "others in groups"
    strangers = await feeds.list_strangers(read, viewer, page, ALL)
    told = [msgspec.json.decode(body) for body in bodies]
    return Seen(
        {int(one["status"]["id"]) for one in told if "status" in one}
        | {one.post_id for one in strangers if one.post_id},
        people={int(one["account"]["id"]) for one in told} | {one.actor_id for one in strangers},
        text=b"".join(bodies).decode(),
    )


async def _messages(read: Read, viewer: Viewer, world: World) -> Seen:
    """Each exchange among named people that the viewer may see, once, with the last of it."""
    found = await talk.list_direct(read, viewer, Page(limit=1_000))
    pieces = await feeds.list_pieces(read, viewer, [one.last_id for one in found])
    assert set(pieces) == {one.last_id for one in found}
    assert len({one.scope_id for one in found}) == len(found), "twice"
    for one in found:
        assert await talk.find_direct(read, viewer, one.scope_id) == one
    return await _seen(read, viewer, list(pieces.values()))


async def _messages_one_by_one(read: Read, viewer: Viewer, world: World) -> Seen:
    """All that is for named people of whom the viewer is one, and nothing else."""
    if not viewer.signed_in:
        assert await talk.list_direct_posts(read, viewer, Page(limit=1)) == []
        return Seen()

    async def ask(page: Page) -> Pieces:
        ids = await talk.list_direct_posts(read, viewer, page)
        found = await feeds.list_pieces(read, viewer, ids)
        assert list(ids) == [id_ for id_ in ids if id_ in found]
        return Pieces([found[id_] for id_ in ids], page.upwards or len(ids) == page.limit)

    seen = await _stream(read, viewer, ask)
    # Whoever speaks for a page sees what they wrote themselves; among the page's messages it is not.
    named = {one.id for one in world.seen_by(viewer.acting_as) if viewer.acting_as in one.circle.named}
    assert set(seen.conversations) == named
    return seen


APP_DOORS = [
    Door("an app's home", _home, owed_entries),
    Door("an app's local timeline", _local, owed_local),
    Door("an app's accounts' statuses", _actors, owed_all),
    Door("an app's tags", _tags),
    Door("an app's lists", _lists),
    Door("an app's single statuses", _single, owed_all),
    Door("an app's threads", _threads, owed_all),
    Door("an app's accounts", _accounts),
    Door("an app's streams", _streams, owed_entries),
    Door("an app's notifications", _notices, asks_in=True),
    Door("an app's messages", _messages),
    Door("an app's messages one by one", _messages_one_by_one),
]

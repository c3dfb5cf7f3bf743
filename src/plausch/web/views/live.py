"""What happens while a page is open, as server-sent events with ready-made HTML.

A notice only says that something happened. What is sent is read anew as the person who looks, so nobody hears of what
they may not see. Each page says with `after` how far it has come: what happened between its rendering and its first
breath, or while the connection was lost, is sent at once.

Events: `card` a conversation for a feed, `reply` a branch for a tree, `post` a post that changed, `part` how a poll
or the conversation itself stands, `notice` how many notifications are unread.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

from starlette.responses import Response

from plausch.feeds import queries as feeds
from plausch.feeds.model import Feed
from plausch.http.live import HEARTBEAT, EventStream, take_place
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.sessions import find_signed_in
from plausch.kernel.errors import DomainError
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import Page
from plausch.people import queries as people
from plausch.people.model import Relation, Viewer
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import Post
from plausch.web.pages import render_part
from plausch.web.places import conversation_id_of
from plausch.web.standing import find_standing
from plausch.web.tree import Branch
from plausch.web.views.posts import shown_post
from plausch.web.wants import Wants
from plausch.work.live import Notice

_LINE = re.compile(r"\r\n|\r|\n")


class Event(NamedTuple):
    kind: str
    data: str
    #: How far the page has come with it; 0 when it says nothing about that.
    id: int = 0

    def encode(self) -> bytes:
        lines = [f"event: {self.kind}", *([f"id: {self.id}"] if self.id else [])]
        lines += [f"data: {line}" for line in _LINE.split(self.data)]
        return ("\n".join(lines) + "\n\n").encode()


#: What a page is told: at a notice, and when it begins to listen.
Tell = Callable[[Notice], Awaitable[list[Event]]]
CatchUp = Callable[[int], Awaitable[list[Event]]]
ReadFeed = Callable[[Read, Viewer, Page], Awaitable[Feed]]


async def follow_home(request: Request) -> Response:
    """New conversations among those whom the viewer follows."""
    me = request.viewer.acting_as
    async with request.site.database.read() as tx:
        followed = await people.relation_ids(tx, me, Relation.FOLLOW)
    return _follow_feed(request, {f"actor:{actor}" for actor in (me, *followed)}, feeds.home_feed)


async def follow_local(request: Request) -> Response:
    """New conversations of the place."""
    return _follow_feed(request, {"local"}, feeds.local_feed)


def _follow_feed(request: Request, topics: set[str], read: ReadFeed) -> Response:
    async def cards(page: Page, after: int) -> list[Event]:
        async with request.site.database.read() as tx:
            feed = await read(tx, request.viewer, page)
        me = request.viewer.acting_as
        new = [card for card in feed.cards if card.position > after and card.reason.actor_id != me]
        return [
            Event("card", await render_part(request, "parts/live_card.html", card=card, feed=feed), card.position)
            for card in reversed(new)
        ]

    async def tell(notice: Notice) -> list[Event]:
        # The newest card from here on down: it is this one, unless the viewer may not see it.
        new = notice.what in ("posted", "shared")
        return await cards(Page(before=notice.id + 1, limit=1), notice.id - 1) if new else []

    async def catch_up(after: int) -> list[Event]:
        return await cards(Page(), after) if after else []

    return _stream(request, topics, tell, catch_up)


async def follow_notices(request: Request) -> Response:
    """Only how many notifications are unread: for pages that change in nothing else."""

    async def tell(_: Notice) -> list[Event]:
        return []

    async def catch_up(_: int) -> list[Event]:
        return []

    return _stream(request, set(), tell, catch_up)


async def follow_conversation(request: Request) -> Response:
    """New replies, and posts that change; as they stand in a tree, or with `view=linear` in the order of time."""
    id_ = conversation_id_of(request)
    # A notice may be late: in the order of time what it speaks of may stand on an earlier page.
    upto = (parse_id(request.query_params.get("after", "")) or 0) if _is_linear(request) else 0
    async with request.site.database.read() as tx:
        conversation = await talk.get_conversation(tx, request.viewer, id_)

    async def tell(notice: Notice) -> list[Event]:
        if notice.what == "removed":
            return await _tell_removed(request, id_, notice.id)
        if notice.what == "state":
            return await _tell_state(request, id_, notice.id)
        async with request.site.database.read() as tx:
            post = await talk.find_post(tx, request.viewer, notice.id)
        if post is None or post.conversation_id != id_:
            return []
        if notice.what == "edited":
            return await _tell_changed(request, post)
        if notice.what == "voted":
            return await _tell_standing(request, post)
        new = notice.what == "posted" and post.id > upto
        return await _tell_reply(request, post, conversation.root_id) if new else []

    async def catch_up(after: int) -> list[Event]:
        if not after:
            return []
        async with request.site.database.slow_read() as tx:
            posts = await talk.list_conversation_posts(tx, request.viewer, id_)
        new = [post for post in posts if post.id > after and not post.deleted]
        return [event for post in new for event in await _tell_reply(request, post, conversation.root_id)]

    return _stream(request, {f"conversation:{id_}"}, tell, catch_up)


async def _tell_reply(request: Request, post: Post, root_id: int) -> list[Event]:
    if post.parent_id is None:
        return []
    # Only in a tree it stands below what it answers.
    beside = _is_linear(request)
    async with request.site.database.read() as tx:
        parent = (
            await talk.find_post(tx, request.viewer, post.parent_id) if beside or post.parent_id != root_id else None
        )
        _, context = await shown_post(tx, request.viewer, post.id)
        if parent is not None:
            context["actors"] |= await people.list_actors(tx, request.viewer, [parent.actor_id])
    fresh = post.actor_id != request.viewer.acting_as
    branch = Branch(post, to=parent.actor_id if parent is not None else 0, fresh=fresh, post=post)
    return [
        Event("reply", await render_part(request, "parts/reply.html", branch=branch, linear=beside, **context), post.id)
    ]


def _is_linear(request: Request) -> bool:
    return request.query_params.get("view") == "linear"


async def _tell_changed(request: Request, post: Post) -> list[Event]:
    async with request.site.database.read() as tx:
        _, context = await shown_post(tx, request.viewer, post.id)
    small = post.parent_id is not None and not _is_linear(request)
    return [Event("post", await render_part(request, "parts/live_post.html", small=small, **context))]


async def _tell_standing(request: Request, post: Post) -> list[Event]:
    """How a poll stands, for those who may know; whoever is about to vote is not disturbed."""
    if post.poll is None or not post.poll.shows_results:
        return []
    return [Event("part", await render_part(request, "parts/poll.html", post=post))]


async def _tell_state(request: Request, id_: int, unanswered: int) -> list[Event]:
    """What the page says of the conversation itself, as it is now; and what is no answer any more."""
    async with request.site.database.read() as tx:
        conversation = await talk.get_conversation(tx, request.viewer, id_)
        standing = await find_standing(tx, request.viewer, conversation)
    shown = {
        "conversation": conversation,
        "standing": standing,
        "unanswered": unanswered,
        "linear": _is_linear(request),
    }
    changed = ["closed"]
    if standing is not None:
        changed += ["state", "mark"] if unanswered not in (0, standing.topic.answer_id) else ["state"]
    return [Event("part", await render_part(request, "parts/live_state.html", part=one, **shown)) for one in changed]


async def _tell_removed(request: Request, conversation: int, id_: int) -> list[Event]:
    """A tombstone, for those who could see the post."""
    async with request.site.database.slow_read() as tx:
        posts = await talk.list_conversation_posts(tx, request.viewer, conversation)
    post = next((post for post in posts if post.id == id_ and post.deleted), None)
    if post is None:
        return []
    context = {"post": post, "actors": {}, "pictures": {}, "small": not _is_linear(request)}
    return [Event("post", await render_part(request, "parts/live_post.html", **context))]


def _stream(request: Request, topics: set[str], tell: Tell, catch_up: CatchUp) -> Response:
    if request.method == "HEAD":
        return Response(media_type="text/event-stream", headers={"cache-control": "no-store"})
    if request.viewer.signed_in:
        topics = {*topics, f"person:{request.viewer.person}"}
    leave = take_place(request)
    return EventStream(_events(request, topics, tell, catch_up), leave)


async def _events(request: Request, topics: set[str], tell: Tell, catch_up: CatchUp) -> AsyncIterator[bytes]:
    came_from = request.headers.get("last-event-id") or request.query_params.get("after", "")
    with request.site.live.subscribe(topics) as page:
        yield b"retry: 3000\n\n"
        if request.viewer.signed_in:
            # What came between the page and its first breath, or was read elsewhere while it was hidden.
            yield (await _count(request)).encode()
        told = set[tuple[str, int]]()
        for event in await catch_up(parse_id(came_from) or 0):
            told.add((event.kind, event.id))
            yield event.encode()
        while True:
            notice = await page.next(HEARTBEAT)
            if not await _still_the_same(request):
                return
            for event in await _tell_safely(request, tell, notice):
                # Catching up may have been ahead of the notice.
                if not event.id or (event.kind, event.id) not in told:
                    yield event.encode()
            if notice is None:
                yield b":\n\n"


async def _tell_safely(request: Request, tell: Tell, notice: Notice | None) -> list[Event]:
    """What became invisible between the notice and the reading is passed over."""
    if notice is None:
        return []
    try:
        return [await _count(request)] if notice.topic.startswith("person:") else await tell(notice)
    except DomainError:
        return []


async def _count(request: Request) -> Event:
    async with request.site.database.read() as tx:
        return Event("notice", str(await feeds.count_unread(tx, request.viewer)))


async def _still_the_same(request: Request) -> bool:
    """A stream ends with the session it was opened in."""
    if request.signed_in is None:
        return True
    now = await find_signed_in(request)
    return now is not None and now.viewer == request.viewer


ROUTES = [
    Route("GET", "/live/home", follow_home, Wants.PERSON),
    Route("GET", "/live/notices", follow_notices, Wants.PERSON),
    Route("GET", "/live/local", follow_local, Wants.ANYBODY),
    Route("GET", "/live/conversations/{id}", follow_conversation, Wants.ANYBODY),
]

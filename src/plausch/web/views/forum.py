"""The forum: boards of the community or of a group, and the topics in each."""

from typing import Any, NamedTuple

from starlette.responses import Response

from plausch.feeds import queries as feeds
from plausch.groups.model import Board
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Actor
from plausch.storage import Read
from plausch.talk import actions, queries
from plausch.talk.model import BoardNumbers, ListedTopic, TopicOrder
from plausch.talk.queries import TOP, TopicPage
from plausch.web.answers import lead_to
from plausch.web.boards import Forum, board_in, forum_in
from plausch.web.pages import render
from plausch.web.wants import Wants

_FACES = 4


class Entry(NamedTuple):
    """A board in the overview."""

    board: Board
    #: None as long as nothing stands in it.
    numbers: BoardNumbers | None
    latest: ListedTopic | None
    below: "list[Entry]"

    @property
    def unread(self) -> int:
        """Also in the boards within."""
        own = self.numbers.unread if self.numbers is not None else 0
        return own + sum(one.unread for one in self.below)


class Row(NamedTuple):
    """A topic in its list, with those of its people whom the viewer may see."""

    topic: ListedTopic
    starter: Actor | None
    talkers: list[Actor]
    tags: list[str]


async def show_overview(request: Request) -> Response:
    """All boards of a place, with what is new in each."""
    async with request.site.database.read() as tx:
        forum = await forum_in(tx, request)
        entries = await _entries(tx, request, forum, forum.tops)
    return await render(request, "forum/overview.html", forum=forum, entries=entries)


async def _entries(tx: Read, request: Request, forum: Forum, tops: list[Board]) -> list[Entry]:
    shown = [*tops, *(inner for one in tops for inner in forum.below(one))]
    numbers = await queries.count_boards(tx, request.viewer, [one.id for one in shown]) if shown else {}
    latest = await queries.list_latest_topics(tx, request.viewer, list(numbers.values())) if numbers else {}

    def entry(board: Board, below: list[Entry]) -> Entry:
        return Entry(board, numbers.get(board.id), latest.get(board.id), below)

    return [entry(one, [entry(inner, []) for inner in forum.below(one)]) for one in tops]


async def show_board(request: Request) -> Response:
    """The topics of a board, those above the others first."""
    order = _order_of(request)
    page = TopicPage(order, _after_of(request))
    viewer = request.viewer
    async with request.site.database.read() as tx:
        forum = await forum_in(tx, request)
        board = board_in(forum, request.params["slug"])
        found = await queries.list_board_topics(tx, viewer, board.id, page)
        pinned = await queries.list_pinned_topics(tx, viewer, board.id) if page.after == TOP else []
        rows = await _rows(tx, request, [*pinned, *found])
        inner = await _entries(tx, request, forum, forum.below(board)) if page.after == TOP else []
        level = await feeds.find_board_watch(tx, viewer, board.id) if viewer.signed_in else None
    more = queries.place_of(found[-1], order) if len(found) == page.limit else None
    return await render(
        request,
        "forum/board.html",
        forum=forum,
        board=board,
        rows=rows,
        inner=inner,
        order=order,
        more=f"{more[0]}.{more[1]}" if more is not None else "",
        first=page.after == TOP,
        level=level,
        any_unread=any(row.topic.unread or row.topic.is_new for row in rows),
    )


async def _rows(tx: Read, request: Request, found: list[ListedTopic]) -> list[Row]:
    ids = {one.actor_id for one in found} | {id_ for one in found for id_ in one.talker_ids[:_FACES]}
    actors = await people.list_actors(tx, request.viewer, list(ids)) if found else {}
    tags = await queries.list_tags_of(tx, request.viewer, [one.id for one in found]) if found else {}
    return [
        Row(
            one,
            actors.get(one.actor_id),
            [actors[id_] for id_ in one.talker_ids[:_FACES] if id_ in actors],
            tags.get(one.id, []),
        )
        for one in found
    ]


def _order_of(request: Request) -> TopicOrder:
    wanted = request.query_params.get("order", "")
    return TopicOrder(wanted) if wanted in set(TopicOrder) else TopicOrder.LATEST


def _after_of(request: Request) -> tuple[int, int]:
    """Where the list goes on; from its beginning for what is no place."""
    key, _, id_ = request.query_params.get("after", "").partition(".")
    place = parse_id(key), parse_id(id_)
    return (place[0], place[1]) if place[0] is not None and place[1] is not None else TOP


async def mark_all_read(request: Request) -> Response:
    """Nothing in the board is new any more."""
    async with request.site.database.write() as tx:
        forum = await forum_in(tx, request)
        board = board_in(forum, request.params["slug"])
        await actions.mark_board_read(tx, request.viewer, board.id)
    return lead_to(forum.path_of(board))


def _both(method: str, path: str, view: Any, wants: Wants) -> list[Route]:
    """The same for the community and for a group."""
    return [Route(method, f"/forum{path}", view, wants), Route(method, f"/groups/{{handle}}/forum{path}", view, wants)]


ROUTES = [
    *_both("GET", "", show_overview, Wants.ANYBODY),
    *_both("GET", "/{slug}", show_board, Wants.ANYBODY),
    *_both("POST", "/{slug}/read", mark_all_read, Wants.PERSON),
]

"""Boards of the community and of groups, and the topics in them."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec
from starlette.responses import Response

from plausch.clientapi.plausch import answers, present
from plausch.clientapi.plausch.asking import answered, as_id, count_change, done, handle_of, id_of, limit_of, viewer_in
from plausch.clientapi.plausch.bodies import BoardEdit, BoardForm, Steps, TopicForm, WatchForm
from plausch.clientapi.plausch.endpoints import ACTING_AS, LIMIT, Endpoint, Parameter
from plausch.clientapi.plausch.posting import check_texts, post
from plausch.clientapi.plausch.routes.posts import POSTS_MOST
from plausch.feeds import actions as feeds
from plausch.feeds import queries as reading
from plausch.groups import actions as group_actions
from plausch.groups import queries as groups
from plausch.groups.model import Board, BoardDraft, Group
from plausch.http.forms import read_json
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.talk import actions, queries
from plausch.talk.model import Form, PostDraft, TopicOrder
from plausch.talk.queries import TOP, TopicPage

_GONE = "board_not_found"
_TOPICS = 30


class Placed(NamedTuple):
    """A board that the viewer may read, with its group; None: the whole community's."""

    board: Board
    group: Group | None


async def _group_of(tx: Read, viewer: Viewer, id_: int) -> Group:
    """Raises NotFound, also for what the viewer may not read."""
    group = await groups.find_group(tx, viewer, id_)
    if group is None or not group.readable:
        raise NotFound(_GONE)
    return group


async def _board(tx: Read, viewer: Viewer, id_: int) -> Placed:
    """Raises NotFound."""
    board = await groups.find_board(tx, id_)
    if board is None:
        raise NotFound(_GONE)
    return Placed(board, await _group_of(tx, viewer, board.group_id) if board.group_id else None)


async def _place(tx: Read, request: Request, viewer: Viewer) -> Group | None:
    """The group in the path; None where there is none. Raises NotFound."""
    if "handle" not in request.params:
        return None
    return await _group_of(tx, viewer, (await groups.get_group(tx, viewer, handle_of(request))).id)


async def list_boards(request: Request) -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        group = await _place(tx, request, viewer)
        found = await groups.list_boards(tx, group.id if group is not None else 0)
        numbers = await queries.count_boards(tx, viewer, [one.id for one in found]) if found else {}
    boards = [present.board_of(request.site, one, group, numbers.get(one.id)) for one in found]
    return answered(answers.Boards(boards=boards))


async def get_board(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(await _shown(tx, request, request.viewer, id_of(request, _GONE)))


async def _shown(tx: Read, request: Request, viewer: Viewer, id_: int) -> answers.Board:
    placed = await _board(tx, viewer, id_)
    numbers = await queries.count_boards(tx, viewer, [id_])
    return present.board_of(request.site, placed.board, placed.group, numbers.get(id_))


async def make(request: Request) -> Response:
    await count_change(request, "group")
    form = await read_json(request, BoardForm)
    check_texts(form.name, form.about)
    draft = BoardDraft(
        name=form.name,
        about=form.about,
        parent_id=as_id(form.parent, _GONE) if form.parent else 0,
        who_posts=form.who_posts,
        who_replies=form.who_replies,
    )
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request)
        group = await _place(tx, request, viewer)
        id_ = await group_actions.make_board(tx, viewer, group.id if group is not None else 0, draft)
        shown = await _shown(tx, request, viewer, id_)
    await request.site.held.renew()
    return answered(shown, 201)


async def edit(request: Request) -> Response:
    await count_change(request, "group")
    form = await read_json(request, BoardEdit)
    check_texts(form.name, form.about)
    changed = {name: value for name, value in msgspec.structs.asdict(form).items() if value is not None}
    if "parent" in changed:
        parent = changed.pop("parent")
        changed["parent_id"] = as_id(parent, _GONE) if parent else 0
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request)
        board = (await _board(tx, viewer, id_of(request, _GONE))).board
        names = ("name", "about", "parent_id", "who_posts", "who_replies")
        draft = BoardDraft(**{name: getattr(board, name) for name in names} | changed)
        await group_actions.edit_board(tx, viewer, board.id, draft)
        return answered(await _shown(tx, request, viewer, board.id))


async def move(request: Request) -> Response:
    form = await read_json(request, Steps)
    return await _change(request, group_actions.move_board, form.steps)


def _changing(action: Callable[..., Awaitable[None]]) -> View:
    async def view(request: Request) -> Response:
        return await _change(request, action)

    return view


async def _change(request: Request, action: Callable[..., Awaitable[None]], *more: Any) -> Response:
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request)
        board = (await _board(tx, viewer, id_of(request, _GONE))).board
        await action(tx, viewer, board.id, *more)
    await request.site.held.renew()
    return done()


async def get_watch(request: Request) -> Response:
    async with request.site.database.read() as tx:
        placed = await _board(tx, request.viewer, id_of(request, _GONE))
        return answered(answers.Watch(level=await reading.find_board_watch(tx, request.viewer, placed.board.id)))


async def watch(request: Request) -> Response:
    form = await read_json(request, WatchForm)
    async with request.site.database.write() as tx:
        await feeds.set_board_watch(tx, request.viewer, id_of(request, _GONE), form.level)
    return done()


async def list_topics(request: Request) -> Response:
    """Those that are pinned stand on the first page only."""
    viewer, page = request.viewer, _page_of(request)
    async with request.site.database.read() as tx:
        board = (await _board(tx, viewer, id_of(request, _GONE))).board
        found = await queries.list_board_topics(tx, viewer, board.id, page)
        pinned = await queries.list_pinned_topics(tx, viewer, board.id) if page.after == TOP else []
        listed = [*pinned, *found]
        ids = {id_ for one in listed for id_ in (one.actor_id, *one.talker_ids)}
        actors = await people.list_actors(tx, viewer, list(ids)) if listed else {}
        tags = await queries.list_tags_of(tx, viewer, [one.id for one in listed]) if listed else {}
    more = queries.place_of(found[-1], page.order) if len(found) == page.limit else None
    site = request.site
    return answered(
        answers.Topics(
            topics=[present.listed_topic_of(site, one, actors, tags.get(one.id, [])) for one in listed],
            actors=[present.present_actor(site, one) for one in actors.values()],
            after=f"{more[0]}.{more[1]}" if more is not None else None,
        )
    )


def _page_of(request: Request) -> TopicPage:
    """`?order=...&after=KEY.ID&limit=N`; from the beginning for what is no place."""
    query = request.query_params
    order = query.get("order", "")
    key, _, id_ = query.get("after", "").partition(".")
    place = parse_id(key), parse_id(id_)
    after = (place[0], place[1]) if place[0] is not None and place[1] is not None else TOP
    wanted = TopicOrder(order) if order in set(TopicOrder) else TopicOrder.LATEST
    return TopicPage(wanted, after, limit_of(request, _TOPICS))


async def begin_topic(request: Request) -> Response:
    await count_change(request, "post", POSTS_MOST)
    form = await read_json(request, TopicForm)
    check_texts(form.title, form.text, form.language, form.warning, *form.tags)
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request, groups_too=True)
        board = (await _board(tx, viewer, id_of(request, _GONE))).board
        draft = PostDraft(
            source=form.text,
            title=form.title,
            form=Form.TOPIC,
            place=board.group_id,
            board=board.id,
            topic=form.kind,
            local_only=form.local_only,
            language=form.language,
            warning=form.warning,
            poll=form.poll,
            tags=tuple(form.tags),
        )
        return await post(tx, request, viewer, draft)


def _write(method: str, path: str, view: View, summary: str, body: Any = None) -> Endpoint:
    return Endpoint(method, path, view, summary, None, "write", body, query=(ACTING_AS,), status=204)


def _both(method: str, view: View, summary: str, answer: Any, **more: Any) -> list[Endpoint]:
    """The same for the community and for a group."""
    return [
        Endpoint(method, "/boards", view, f"{summary} of the community", answer, **more),
        Endpoint(method, "/groups/{handle}/boards", view, f"{summary} of a group", answer, **more),
    ]


ENDPOINTS = [
    *_both("GET", list_boards, "The boards", answers.Boards),
    *_both("POST", make, "Make a board", answers.Board, scope="write", body=BoardForm, query=(ACTING_AS,), status=201),
    Endpoint("GET", "/boards/{id}", get_board, "A board", answers.Board),
    Endpoint("PATCH", "/boards/{id}", edit, "Change a board", answers.Board, "write", BoardEdit, query=(ACTING_AS,)),
    _write("DELETE", "/boards/{id}", _changing(actions.remove_empty_board), "Remove an empty board"),
    _write("POST", "/boards/{id}/move", move, "Put a board further up or down", Steps),
    _write("POST", "/boards/{id}/close", _changing(group_actions.close_board), "Nothing new is begun in it"),
    _write("POST", "/boards/{id}/reopen", _changing(group_actions.reopen_board), "Open it again"),
    _write("POST", "/boards/{id}/read", _changing(actions.mark_board_read), "Nothing in it is new any more"),
    Endpoint("GET", "/boards/{id}/watch", get_watch, "How you hear of a board", answers.Watch, "read"),
    Endpoint("PUT", "/boards/{id}/watch", watch, "Watch or mute a board", None, "write", WatchForm, status=204),
    Endpoint(
        "GET",
        "/boards/{id}/topics",
        list_topics,
        "The topics of a board",
        answers.Topics,
        query=(
            Parameter("order", "`latest`, `newest`, `unanswered` or `voices`.", TopicOrder),
            Parameter("after", "Where to go on: `after` of the answer before."),
            LIMIT,
        ),
    ),
    Endpoint(
        "POST",
        "/boards/{id}/topics",
        begin_topic,
        "Begin a topic",
        answers.Post,
        "write",
        TopicForm,
        query=(ACTING_AS,),
        status=201,
        accepted=answers.Waiting,
    ),
]

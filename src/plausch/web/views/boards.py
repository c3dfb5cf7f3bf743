"""Looking after boards: making and changing them, their order and their end; and how somebody watches one."""

from typing import Any

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.feeds import actions as feeds
from plausch.feeds.model import WatchLevel
from plausch.groups import actions as groups
from plausch.groups.model import Board, BoardDraft, Who
from plausch.http.forms import field, read_form
from plausch.http.reasons import explain
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.ids import parse_id
from plausch.storage import Read
from plausch.talk import actions
from plausch.web.answers import came_from, lead_to
from plausch.web.boards import Forum, forum_of, forum_of_board
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.wants import Wants

_FRESH = {"name": "", "about": "", "parent": "0", "who_posts": "members", "who_replies": "members"}


async def show_new(request: Request) -> Response:
    async with request.site.database.read() as tx:
        forum = await forum_of(tx, request.viewer, _id(request.query_params.get("group", "0")))
    return await _show(request, _looked_after(forum), None, _FRESH, Problems())


async def show_editor(request: Request) -> Response:
    async with request.site.database.read() as tx:
        forum, board = await _managed(tx, request)
    values = {
        "name": board.name,
        "about": board.about,
        "parent": str(board.parent_id),
        "who_posts": board.who_posts.value,
        "who_replies": board.who_replies.value,
    }
    return await _show(request, forum, board, values, Problems())


async def _show(
    request: Request, forum: Forum, board: Board | None, values: dict[str, str], problems: Problems
) -> Response:
    """The form, with what was filled in and what is wrong with it."""
    fixed = board is not None and bool(forum.below(board))
    tops = [] if fixed else [(str(one.id), one.name) for one in forum.tops if one != board]
    return await render(
        request,
        "forum/edit_board.html",
        status=422 if problems else 200,
        forum=forum,
        board=board,
        values=values,
        tops=tops,
        errors=[(name, explain(request.language, reason)) for name, reason in problems.items()],
    )


async def make(request: Request) -> Response:
    form = await read_form(request)
    values, problems = _values(form), Problems()
    async with request.site.database.read() as tx:
        forum = _looked_after(await forum_of(tx, request.viewer, _id(field(form, "group") or "0")))
    try:
        async with request.site.database.write() as write:
            await groups.make_board(write, request.viewer, forum.place_id, _draft(values))
    except (Invalid, Conflict) as error:
        problems.note(error)
        return await _show(request, forum, None, values, problems)
    await request.site.held.renew()
    return lead_to(forum.path)


async def edit(request: Request) -> Response:
    values, problems = _values(await read_form(request)), Problems()
    async with request.site.database.read() as tx:
        forum, board = await _managed(tx, request)
    try:
        async with request.site.database.write() as write:
            await groups.edit_board(write, request.viewer, board.id, _draft(values))
    except (Invalid, Conflict) as error:
        problems.note(error)
        return await _show(request, forum, board, values, problems)
    return lead_to(forum.path_of(board))


async def move(request: Request) -> Response:
    steps = -1 if field(await read_form(request), "steps") == "up" else 1
    return await _change(request, groups.move_board, steps)


async def close(request: Request) -> Response:
    return await _change(request, groups.close_board)


async def reopen(request: Request) -> Response:
    return await _change(request, groups.reopen_board)


async def remove(request: Request) -> Response:
    return await _change(request, actions.remove_empty_board)


async def _change(request: Request, action: Any, *more: int) -> Response:
    async with request.site.database.write() as tx:
        forum, board = await _managed(tx, request)
        await action(tx, request.viewer, board.id, *more)
    await request.site.held.renew()
    return lead_to(forum.path)


async def watch(request: Request) -> Response:
    """Hear of each new topic, of none, or as usual."""
    level = field(await read_form(request), "level")
    if level and level not in set(WatchLevel):
        raise Invalid("level", "choice_unknown")
    async with request.site.database.write() as tx:
        board_id = _id(request.params["id"])
        await feeds.set_board_watch(tx, request.viewer, board_id, WatchLevel(level) if level else None)
        forum, board = await forum_of_board(tx, request.viewer, board_id)
    return lead_to(came_from(request, forum.path_of(board)))


async def _managed(tx: Read, request: Request) -> tuple[Forum, Board]:
    """The board in the path, for those who look after it. Raises NotFound, NotAllowed."""
    forum, board = await forum_of_board(tx, request.viewer, _id(request.params["id"]))
    return _looked_after(forum), board


def _looked_after(forum: Forum) -> Forum:
    if not forum.looked_after:
        raise NotAllowed
    return forum


def _id(text: str) -> int:
    found = parse_id(text)
    if found is None:
        raise NotFound("board_not_found")
    return found


def _values(form: FormData) -> dict[str, str]:
    return {name: field(form, name) or otherwise for name, otherwise in _FRESH.items()}


def _draft(values: dict[str, str]) -> BoardDraft:
    """Raises Invalid."""
    parent = parse_id(values["parent"])
    if parent is None or values["who_posts"] not in set(Who) or values["who_replies"] not in set(Who):
        raise Invalid("parent" if parent is None else "who_posts", "choice_unknown")
    return BoardDraft(
        name=values["name"],
        about=values["about"],
        parent_id=parent,
        who_posts=Who(values["who_posts"]),
        who_replies=Who(values["who_replies"]),
    )


ROUTES = [
    Route("GET", "/boards/new", show_new, Wants.PERSON),
    Route("POST", "/boards", make, Wants.PERSON),
    Route("GET", "/boards/{id}/edit", show_editor, Wants.PERSON),
    Route("POST", "/boards/{id}/edit", edit, Wants.PERSON),
    Route("POST", "/boards/{id}/move", move, Wants.PERSON),
    Route("POST", "/boards/{id}/close", close, Wants.PERSON),
    Route("POST", "/boards/{id}/reopen", reopen, Wants.PERSON),
    Route("POST", "/boards/{id}/remove", remove, Wants.PERSON),
    Route("POST", "/boards/{id}/watch", watch, Wants.PERSON),
]

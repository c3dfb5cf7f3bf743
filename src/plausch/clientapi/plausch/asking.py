"""What routes take from a request: pages of lists, ids, bodies, and for whom a program speaks; and how they answer."""

from typing import Any

import msgspec
from starlette.responses import Response

from plausch.groups import queries as groups
from plausch.groups.model import LOOKING_AFTER
from plausch.http.forms import check_text
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.kernel import clock
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, TOP, Page
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read

_encode = msgspec.json.Encoder().encode
_SKIP_MAX, _WORDS_MAX = 100_000, 60


def page_of(request: Request) -> Page:
    """`?before=ID&limit=N`."""
    if not request.scope["query_string"]:
        return Page()
    return Page(before=parse_id(request.query_params.get("before", "")) or TOP, limit=limit_of(request))


def limit_of(request: Request, usual: int = DEFAULT_LIMIT) -> int:
    return min(parse_id(request.query_params.get("limit", "")) or usual, MAX_LIMIT)


def skip_of(request: Request) -> int:
    return min(parse_id(request.query_params.get("skip", "")) or 0, _SKIP_MAX)


def words_of(request: Request, name: str = "q") -> str:
    """Raises BadRequest for what no database can compare."""
    words = request.query_params.get(name, "")[:_WORDS_MAX]
    check_text(words)
    return words


def id_of(request: Request, reason: str, name: str = "id") -> int:
    """The id in the path. Raises NotFound."""
    return as_id(request.params[name], reason)


def as_id(text: str, reason: str) -> int:
    """Raises NotFound."""
    found = parse_id(text)
    if found is None:
        raise NotFound(reason)
    return found


def handle_of(request: Request) -> str:
    handle = request.params["handle"].removeprefix("@").lower()
    check_text(handle)
    return handle


async def viewer_in(tx: Read, request: Request, *, groups_too: bool = False) -> Viewer:
    """For whom the program speaks: the token's person, or with `?acting_as=ID` a page on whose team it is.

    `groups_too`: or a group that it looks after, in what is said there. Raises NotAllowed. Within the transaction of
    the change: whoever is taken off the team meanwhile does not speak for it any more.
    """
    viewer = request.viewer
    wanted = request.query_params.get("acting_as")
    if wanted is None:
        return viewer
    actor = parse_id(wanted) or 0
    if actor == viewer.person:
        return msgspec.structs.replace(viewer, acting_as=actor)
    if await people.find_team_member(tx, actor, viewer.person) is None:
        looks_after = groups_too and await groups.find_role(tx, actor, viewer.person) in LOOKING_AFTER
        if not looks_after:
            raise NotAllowed("not_on_team")
    return msgspec.structs.replace(viewer, acting_as=actor)


async def count_change(request: Request, what: str, most: int = 60, within: int = 10 * clock.MINUTE) -> None:
    """As the same change on the pages counts: whoever uses both has one limit."""
    await count_try(request, what, str(request.viewer.person), most=most, within=within)


def json_response(body: bytes, status: int = 200) -> Response:
    return Response(body, status, media_type="application/json", headers={"cache-control": "private, no-store"})


def answered(answer: Any, status: int = 200) -> Response:
    return json_response(_encode(answer), status)


def done() -> Response:
    """There is nothing more to say."""
    return Response(status_code=204, headers={"cache-control": "private, no-store"})

"""How routes answer, and what they take from an address."""

import hashlib
from typing import Any

import msgspec
from starlette.responses import Response

from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id

_encode = msgspec.json.Encoder().encode
_OWN = {"cache-control": "private, no-store"}


def json_response(body: bytes, status: int = 200) -> Response:
    """What depends on who asks."""
    return Response(body, status, media_type="application/json", headers=_OWN)


def answered(answer: Any, status: int = 200) -> Response:
    return json_response(_encode(answer), status)


def listed(bodies: list[bytes]) -> Response:
    """A list of what is encoded already."""
    return json_response(b"[%b]" % b",".join(bodies))


def nothing() -> Response:
    """There is nothing to say: an empty object, which apps expect."""
    return json_response(b"{}")


def for_all(request: Request, answer: Any, seconds: int = 180) -> Response:
    """What is the same for everybody: kept by caches for a while, and not sent again as long as it is the same."""
    body = answer if isinstance(answer, bytes) else _encode(answer)
    mark = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"cache-control": f"public, max-age={seconds}", "etag": mark}
    if mark in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def id_of(request: Request, name: str = "id") -> int:
    """The id in the path. Raises NotFound."""
    found = parse_id(request.params[name])
    if found is None:
        raise NotFound
    return found


async def count_change(request: Request, what: str, most: int = 60, within: int = 10 * clock.MINUTE) -> None:
    """As the same change on the pages counts: whoever uses both has one limit. Raises TooMany."""
    await count_try(request, what, str(request.viewer.person), most=most, within=within)

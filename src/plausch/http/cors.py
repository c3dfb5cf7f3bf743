"""What lets pages of any origin ask the doors for programs (fetch.spec.whatwg.org, the CORS protocol).

No cookie counts at those doors, only a token that the page itself must have: so there is nothing to protect by origin.
"""

import re

from starlette.responses import Response

from plausch.http.request import Request

_EXPOSED = (
    "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, X-Request-Id, "
    "Mastodon-Async-Refresh"
)
#: ASGI headers, encoded once.
FOR_ANY_ORIGIN: list[tuple[bytes, bytes]] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED.encode()),
]
_PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    "access-control-allow-headers": (
        "Authorization, Content-Type, Idempotency-Key, Cache-Control, If-None-Match, Last-Event-ID"
    ),
    "access-control-max-age": "86400",
    "vary": "Access-Control-Request-Headers",
}
#: Names of headers as a browser lists them.
_NAMES = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+(?: *, *[!#$%&'*+.^_`|~0-9A-Za-z-]+)*")
_ASKED_MAX = 1_000


def answer_preflight(request: Request) -> Response:
    """What a browser asks before it lets a page send a request; the request itself is looked at when it comes.

    The page may send whatever headers it asks for: it could as well from a machine of its own.
    """
    asked = request.headers.get("access-control-request-headers", "")
    headers = dict(_PREFLIGHT)
    if len(asked) <= _ASKED_MAX and _NAMES.fullmatch(asked):
        headers["access-control-allow-headers"] = asked
    return open_to_all(Response(status_code=204, headers=headers))


def open_to_all(response: Response) -> Response:
    response.raw_headers.extend(FOR_ANY_ORIGIN)
    return response

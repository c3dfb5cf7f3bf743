"""What lets pages of any origin ask the doors for programs (fetch.spec.whatwg.org, the CORS protocol).

No cookie counts at those doors, only a token that the page itself must have: so there is nothing to protect by origin.
"""

from starlette.responses import Response

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
    "access-control-allow-headers": "Authorization, Content-Type, Idempotency-Key, Cache-Control, Last-Event-ID",
    "access-control-max-age": "86400",
}


def answer_preflight() -> Response:
    """What a browser asks before it lets a page send a request; the request itself is looked at when it comes."""
    return open_to_all(Response(status_code=204, headers=_PREFLIGHT))


def open_to_all(response: Response) -> Response:
    response.raw_headers.extend(FOR_ANY_ORIGIN)
    return response

"""The API describes itself."""

from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.responses import Response

from plausch.clientapi.plausch.endpoints import Endpoint
from plausch.clientapi.plausch.openapi import describe
from plausch.http.request import Request


def describing(endpoints: Sequence[Endpoint]) -> Endpoint:
    """The address of the description of these endpoints, and of itself."""
    everything: list[Endpoint] = []

    async def get_description(request: Request) -> Response:
        body = msgspec.json.encode(describe(request.site, everything))
        return Response(body, media_type="application/json", headers={"cache-control": "public, max-age=3600"})

    own = Endpoint("GET", "/openapi.json", get_description, "This description (OpenAPI 3.1)", dict[str, Any])
    everything.extend([*endpoints, own])
    return own

"""`/api/v1/annual_reports`: there are none; nobody's year is summed up here without being asked."""

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.http.request import Request
from plausch.kernel.errors import NotFound


async def list_reports(request: Request) -> Response:
    return answered({"annual_reports": [], "accounts": [], "statuses": []})


async def show_state(request: Request) -> Response:
    """None will come either."""
    return answered({"state": "ineligible"})


async def find_none(request: Request) -> Response:
    raise NotFound


_AT = "/api/v1/annual_reports"
ENDPOINTS = [
    Endpoint("GET", _AT, list_reports, "read:accounts"),
    Endpoint("GET", f"{_AT}/{{year}}", find_none, "read:accounts"),
    Endpoint("GET", f"{_AT}/{{year}}/state", show_state, "read:accounts"),
    Endpoint("POST", f"{_AT}/{{year}}/generate", find_none, "write:accounts"),
    Endpoint("POST", f"{_AT}/{{year}}/read", find_none, "write:accounts"),
]

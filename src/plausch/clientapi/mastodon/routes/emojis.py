"""`/api/v1/custom_emojis`."""

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import for_all
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.present.emojis import present_emojis
from plausch.http.request import Request


async def list_emojis(request: Request) -> Response:
    return for_all(request, present_emojis(request.site, request.site.held.emoji))


ENDPOINTS = [Endpoint("GET", "/api/v1/custom_emojis", list_emojis, caller=Caller.ANYBODY)]

"""How the server and who is on it are found: NodeInfo (nodeinfo.diaspora.software) and WebFinger (RFC 7033)."""

from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.responses import Response

from plausch import __version__
from plausch.clientapi.mastodon.answers import for_all
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.figures import figures_of
from plausch.groups import queries as groups
from plausch.http.errors import BadRequest
from plausch.http.forms import check_text
from plausch.http.request import Request
from plausch.http.site import profile_path
from plausch.kernel.errors import NotFound
from plausch.people import queries as people
from plausch.people.model import VISITOR, ActorKind
from plausch.settings import SignUpMode

_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
_VERSIONS = ("2.0", "2.1")


async def list_node_info(request: Request) -> Response:
    links = [{"rel": _SCHEMA + one, "href": request.site.absolute(f"/nodeinfo/{one}")} for one in _VERSIONS]
    return for_all(request, {"links": links}, 3600)


async def show_node_info(request: Request) -> Response:
    version = request.params["version"]
    if version not in _VERSIONS:
        raise NotFound
    site, figures = request.site, await figures_of(request)
    users = {
        "total": figures.members,
        "activeMonth": figures.active_month,
        "activeHalfyear": figures.active_half_year,
    }
    found: dict[str, Any] = {
        "version": version,
        "software": {"name": "plausch", "version": __version__},
        # The schema wants one, and knows no name for none.
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0", "rss2.0"]},
        "openRegistrations": site.community.sign_up is SignUpMode.OPEN,
        "usage": {"users": users, "localPosts": figures.posts},
        "metadata": {"nodeName": site.community.name},
    }
    response = for_all(request, found, 3600)
    if response.status_code == 200:
        response.headers["content-type"] = f'application/json; profile="{_SCHEMA}{version}#"; charset=utf-8'
    return response


async def find_actor(request: Request) -> Response:
    """Who is `acct:name@domain`, or whose page is at an address of ours; only of whom strangers see."""
    resource = request.query_params.get("resource", "")
    if not resource:
        raise BadRequest("resource_missing")
    handle = _handle(request, resource)
    async with request.site.database.read() as tx:
        profile = await people.get_profile(tx, VISITOR, handle)
        if profile.kind is ActorKind.GROUP:
            await groups.get_group(tx, VISITOR, handle)
    site = request.site
    page = site.absolute(profile_path(profile.handle))
    links = [{"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page}]
    if profile.picture:
        face = site.absolute(f"/faces/{profile.id}/large?v={profile.version}")
        links.append({"rel": "http://webfinger.net/rel/avatar", "type": "image/webp", "href": face})
    found = {"subject": f"acct:{profile.handle}@{site.settings.domain}", "aliases": [page], "links": links}
    response = for_all(request, found)
    if response.status_code == 200:
        response.headers["content-type"] = "application/jrd+json; charset=utf-8"
    return response


def _handle(request: Request, resource: str) -> str:
    """The handle in a name or an address. Raises NotFound for those of others."""
    settings = request.site.settings
    check_text(resource)
    scheme, _, rest = resource.partition(":")
    if scheme.lower() == "acct":
        handle, _, domain = rest.removeprefix("@").rpartition("@")
        if domain.lower() != settings.domain:
            raise NotFound
        return handle.lower()
    begins = f"{settings.base_url}/@"
    if not resource.startswith(begins):
        raise NotFound
    return unquote(urlsplit(resource).path.removeprefix("/@")).lower()


ENDPOINTS = [
    Endpoint("GET", "/.well-known/nodeinfo", list_node_info, caller=Caller.ANYBODY),
    Endpoint("GET", "/nodeinfo/{version}", show_node_info, caller=Caller.ANYBODY),
    Endpoint("GET", "/.well-known/webfinger", find_actor, caller=Caller.ANYBODY),
]

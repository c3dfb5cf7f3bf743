"""`/api/oembed`: a post that everybody may read, for showing it on another page (https://oembed.com).

Other pages get words and a link, and no frame: what is here is shown here alone.
"""

from datetime import UTC, datetime
from html import escape
from urllib.parse import unquote, urlsplit

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import for_all
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.entities.reading import Embedded
from plausch.clientapi.mastodon.errors import Refused
from plausch.clientapi.mastodon.forms import query_of
from plausch.clientapi.mastodon.present.accounts import account_url
from plausch.clientapi.mastodon.present.statuses import status_url
from plausch.http.request import Request
from plausch.http.site import Site
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import VISITOR, Actor
from plausch.talk import queries
from plausch.talk.model import Post

_WIDTH = 400
_KEPT = clock.DAY // clock.SECOND


async def show(request: Request) -> Response:
    """As a stranger sees it, whoever asks: what is answered goes on a page for everybody."""
    query = query_of(request)
    if query.text("format", "json") != "json":
        raise Refused(501, "Only JSON is available")
    id_ = _post_in(request.site, query.text("url"))
    async with request.site.database.read() as tx:
        post = await queries.get_post(tx, VISITOR, id_)
        actor = (await people.list_actors(tx, VISITOR, [post.actor_id])).get(post.actor_id)
    if actor is None or post.deleted:
        raise NotFound("post_not_found")
    width = min(max(query.number("maxwidth") or _WIDTH, 1), _WIDTH)
    return for_all(request, _embed(request.site, post, actor, width))


def _post_in(site: Site, address: str) -> int:
    """Raises NotFound for what is no address of a post here."""
    path = unquote(urlsplit(address).path).rstrip("/")
    found = parse_id(path.removeprefix("/posts/")) if path.startswith("/posts/") else None
    if found is None or not address.startswith(f"{site.settings.base_url}/"):
        raise NotFound("post_not_found")
    return found


def _embed(site: Site, post: Post, actor: Actor, width: int) -> Embedded:
    name, url = actor.shown_name, status_url(site, post.id)
    # What its author has put a warning before is not put before anybody elsewhere.
    text = f"<p>{escape(post.warning)}</p>" if post.warning else site.absolute_html(post.html)
    day = datetime.fromtimestamp(post.published_at / 1000, UTC).date().isoformat()
    return Embedded(
        title=f"{name}, {day}",
        author_name=name,
        author_url=account_url(site, actor),
        provider_name=site.community.name,
        provider_url=site.absolute("/"),
        cache_age=_KEPT,
        html=f'<blockquote cite="{escape(url)}">{text}<footer>{escape(name)} (@{escape(actor.handle)}), '
        f'<a href="{escape(url)}">{day}</a></footer></blockquote>',
        width=width,
    )


ENDPOINTS = [Endpoint("GET", "/api/oembed", show, caller=Caller.ANYBODY)]

"""Rendering pages: one Jinja environment a language, and what every page knows."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment
from starlette.responses import HTMLResponse, Response

from plausch.community.model import Community, DocumentKind
from plausch.feeds import queries as feeds
from plausch.http.reasons import explain
from plausch.http.request import Request
from plausch.http.site import Site, profile_path, tag_path
from plausch.kernel import clock
from plausch.kernel.ids import moment_of
from plausch.language.formats import Formats, iso
from plausch.language.markdown import excerpt
from plausch.people import queries as people
from plausch.people.model import SignedIn, Viewer
from plausch.talk.model import Post, Quote
from plausch.web.assets import asset_url
from plausch.web.charts import bars, line, shares
from plausch.web.extras import POLL_LASTS
from plausch.web.fragments import remembered
from plausch.web.languages import POST_LANGUAGES
from plausch.web.places import article_path
from plausch.web.templating import make_environment
from plausch.web.upkeep import count_upkeep

#: What a visitor chose in this browser.
LANGUAGE_COOKIE = "language"


@dataclass(frozen=True, slots=True)
class PageContext:
    """What every template knows as `page`."""

    site: Site
    viewer: Viewer
    signed_in: SignedIn | None
    language: str
    formats: Formats
    #: The path asked for, to mark where one is.
    path: str
    #: Notifications not yet seen, and open requests.
    unread: int
    requests: int
    #: Posts that the viewer may let through.
    waiting: int
    #: What waits for those who look after the place, by the path of the page where it is done.
    upkeep: Mapping[str, int]
    #: The viewer looks after the group whose talk is on the page.
    tends: bool = False
    #: Pages and groups for which the viewer speaks without asking others.
    decides_for: frozenset[int] = frozenset()

    def answers_for(self, post: Post | Quote) -> bool:
        """The viewer changes it: its own words, or what it said for somebody for whom it speaks still."""
        viewer = self.viewer
        own = post.author_id == viewer.person or post.actor_id == viewer.acting_as
        return own and (post.actor_id == viewer.person or post.actor_id in self.decides_for)

    def speaks_in(self, quote: Quote) -> bool:
        """The viewer has not to be quoted: nor has a page for whose authors others decide what it posts."""
        return self.answers_for(quote) or quote.actor_id == self.viewer.acting_as

    @property
    def community(self) -> Community:
        return self.site.community

    @property
    def summary(self) -> str:
        """What the place is about, in a sentence or two; empty where nobody has said it."""
        return self.site.held.summaries.get(self.language, "")

    @property
    def legal(self) -> list[DocumentKind]:
        """The legal pages there are, in their usual order."""
        return [kind for kind in DocumentKind if kind in self.site.held.published]

    @property
    def time_zone(self) -> str:
        return self.signed_in.time_zone if self.signed_in is not None else "UTC"

    @property
    def theme(self) -> str:
        return self.signed_in.theme.value if self.signed_in is not None else "system"


@functools.cache
def _environment(language: str) -> Environment:
    environment = make_environment(language)
    environment.filters["excerpt"] = excerpt
    environment.filters["moment"] = moment_of
    environment.globals.update(
        asset=asset_url,
        profile_path=profile_path,
        tag_path=tag_path,
        article_path=article_path,
        iso=iso,
        explain=functools.partial(explain, language),
        draw_line=line,
        draw_bars=bars,
        draw_shares=shares,
        post_languages=tuple(POST_LANGUAGES.items()),
        poll_lasts=POLL_LASTS,
        **remembered(environment),
    )
    return environment


async def page_context(request: Request) -> PageContext:
    """What the page knows of who looks at it."""
    signed_in = request.signed_in
    addressed, requests = feeds.Addressed(0, 0), 0
    upkeep: Mapping[str, int] = {}
    if signed_in is not None:
        async with request.site.database.read() as tx:
            addressed = await feeds.count_addressed(tx, request.viewer)
            requests = await people.count_requests(tx, request.viewer)
            upkeep = await count_upkeep(tx, request.viewer)
    zone = signed_in.time_zone if signed_in is not None else "UTC"
    return PageContext(
        site=request.site,
        viewer=request.viewer,
        signed_in=signed_in,
        language=request.language,
        formats=Formats(request.language, zone, clock.now()),
        path=request.url.path,
        unread=addressed.unread,
        requests=requests,
        waiting=addressed.waiting,
        upkeep=upkeep,
        decides_for=addressed.decides_for,
    )


async def render(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page, or a part of one."""
    page = await page_context(request)
    if context.pop("tends", False):
        page = replace(page, tends=True)
    html = _environment(request.language).get_template(template).render(page=page, **context)
    return HTMLResponse(html, status, headers={"cache-control": "private, no-cache", "vary": "Cookie"})


def render_alone(request: Request, template: str, **context: Any) -> Response:
    """A part that shows nothing of whoever looks, nor of the page around it: nothing is read for it."""
    html = _environment(request.language).get_template(template).render(**context)
    return HTMLResponse(html, headers={"cache-control": "no-store"})


async def render_part(request: Request, template: str, **context: Any) -> str:
    """A fragment of HTML for a live page."""
    page = await page_context(request)
    return _environment(request.language).get_template(template).render(page=page, **context)


async def render_error(request: Request, status: int, reason: str, retry_after: int | None = None) -> Response:
    """The page that says what is wrong, and after how many seconds to try again."""
    return await render(request, "error.html", status=status, code=status, reason=reason, retry_after=retry_after)

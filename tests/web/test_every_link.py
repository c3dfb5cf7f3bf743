"""Without scripts, whatever a page leads to is there: every link answers, every form has a route, every file exists."""

from collections import Counter, deque
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from plausch.http.routing import Route, Router, WrongMethod
from plausch.http.sessions import cookie_name
from plausch.people import actions as people
from plausch.people import queries
from plausch.people.model import Role
from plausch.web import DOOR
from tests.harness.pages import Form, Paper, read_paper
from tests.harness.syndication import read_feed
from tests.journeys.small_town import settle_town
from tests.web.conftest import Browser, OpenWeb, Web

#: Addresses of one kind (the same route, the same names of parameters) of which this many are opened.
_OF_A_KIND = 4
#: They answer with what is not a page, and take their time; or are another door's.
_NOT_FOLLOWED = ("/live/", "/api/")


class Crawl:
    """One browser that follows everything; complaints are gathered, so that one run tells all."""

    def __init__(self, browser: Browser, routes: list[Route]) -> None:
        self._browser = browser
        self._router = Router(routes)
        self._waiting: deque[tuple[str, str]] = deque()
        self._known: set[str] = set()
        self._kinds: Counter[tuple[str, ...]] = Counter()
        self.visited: set[str] = set()
        self.complaints: set[str] = set()

    async def follow_everything(self, *beginnings: str) -> None:
        for path in beginnings:
            self._remember(path, "the beginning")
        while self._waiting:
            path, source = self._waiting.popleft()
            answer = await self._browser.get(path)
            if answer.status_code >= 400:
                self.complaints.add(f"{path}, on {source}: {answer.status_code}")
            elif answer.is_redirect:
                self._remember(answer.headers["location"].partition("#")[0], path)
            elif answer.headers.get("content-type", "").startswith("text/html"):
                self._look_at(path, read_paper(str(answer.url), answer.text))
            elif "/feed." in path:
                read_feed(path.rpartition(".")[2], answer.content)

    def _look_at(self, path: str, paper: Paper) -> None:
        self.complaints |= {f"{path}: {complaint}" for complaint in paper.dead}
        self.complaints |= {f"{path}: asks {address}" for address in paper.foreign}
        for address in paper.links | paper.loaded:
            self._remember(address, path)
        for form in paper.forms:
            self._check_form(form, path)

    def _check_form(self, form: Form, path: str) -> None:
        try:
            found = self._router.match(form.method, form.path)
        except WrongMethod:
            found = None
        if found is None:
            self.complaints.add(f"{path}: no route for the form {form.method} {form.path}")
        elif form.method == "GET":
            self._remember(form.address, f"the form on {path}")

    def _remember(self, address: str, source: str) -> None:
        parts = urlsplit(address)
        if address in self._known or parts.path.startswith(_NOT_FOLLOWED):
            return
        self._known.add(address)
        try:
            match = self._router.match("GET", parts.path)
        except WrongMethod:
            match = None
        if match is None:
            self.complaints.add(f"{source}: no route for {address}")
            return
        fixed = match.params.values() if match.route.path.startswith("/assets/") else ()
        kind = (match.route.path, *sorted(parse_qs(parts.query, keep_blank_values=True)), *fixed)
        self._kinds[kind] += 1
        if self._kinds[kind] <= _OF_A_KIND:
            self.visited.add(match.route.path)
            self._waiting.append((address, source))


async def _sign_in(web: Web, handle: str, role: Role) -> Browser:
    browser = await web.open("de")
    database = web.site.database
    async with database.write() as tx:
        person = (await queries.resolve_handles(tx, [handle]))[handle].id
        if role is Role.MODERATOR:
            await people.set_role(tx, person, role)
        secret = await people.start_session(tx, person, "Firefox")
    browser.cookies.set(cookie_name(web.site), secret)
    return browser


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("handle", "role"),
    [
        pytest.param("", Role.MEMBER, marks=pytest.mark.slow),
        pytest.param("anna", Role.MEMBER, marks=pytest.mark.slow),
        pytest.param("mehmet", Role.MODERATOR, marks=pytest.mark.slow),
        pytest.param("ines", Role.OWNER, marks=pytest.mark.slow),
    ],
    ids=["visitor", "member", "moderator", "owner"],
)
async def test_everything_a_page_leads_to_is_there(
    open_web: OpenWeb, database_url: str, data: Path, handle: str, role: Role
) -> None:
    town = await settle_town(database_url, data, "de")
    web = await open_web()
    browser = await _sign_in(web, handle, role) if handle else await web.open("de")
    crawl = Crawl(browser, list(DOOR.routes))
    await crawl.follow_everything("/", "/local", f"/conversations/{town.conversation}", "/@anna", "/search?q=garten")
    assert not crawl.complaints, "\n".join(sorted(crawl.complaints))
    assert len(crawl.visited) > (35 if handle else 15), sorted(crawl.visited)

"""Nobody gets over HTTP what they may not see: random communities, pages, pictures, live events, the API, one oracle.

tests/talk/test_audience_property.py asks the queries, in many more communities; here the real application answers.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from hypothesis import given, settings

from plausch.app.application import Application
from plausch.clientapi.plausch import DOOR as API
from plausch.http.sessions import cookie_name
from plausch.http.site import Site
from plausch.people import actions as people
from plausch.people.queries import get_actor
from plausch.settings import read_settings
from plausch.storage import Database
from plausch.web import DOOR as WEB
from tests.harness.audience.script import EVERYWHERE, SMALL_PICTURE, TAGS, Life, Performance, lives
from tests.harness.audience.world import PlainGroup, PlainPost, World
from tests.harness.community import clear, in_a_loop
from tests.harness.engines import on_postgres_when_all
from tests.harness.properties import USUAL
from tests.harness.syndication import ENDINGS
from tests.talk.test_audience_property import Sow, blocks_are_not_asked_for, local_only_is_ignored

_PEOPLE = 4
#: A wording of a post, or the tag that it alone bears (which secrets and keys of files may have in them, too); what is
#: not posted yet; the name of a group.
_MARK = re.compile(r"q(\d{3})v(\d+)q|(?<![\w-])nur(\d+)(?![\w-])|(w\d{3}w)|(g\d{3}g)")
_CONVERSATION = re.compile(r"/conversations/(\d+)")
_API = "/api/plausch/v1"
_PAGES = [
    *("/", "/local", "/notifications", "/bookmarks", "/likes", "/muted", "/search?q=nur", f"/search?q={EVERYWHERE}"),
    *(f"/tags/{tag}" for tag in TAGS),
    *("/groups", "/groups?q=gruppe", "/forum", "/forum/forum", "/pages", "/approvals", "/drafts", "/search?q=gruppe"),
    *(
        "/@seite",
        "/@seite/blog",
        "/live/home?after=1",
        "/live/local?after=1",
        f"{_API}/home/entries",
        f"{_API}/home/conversations",
    ),
]


class Address(NamedTuple):
    path: str
    #: What is there for those who see this post, and for nobody else.
    post: PlainPost | None = None
    #: What is there for those who may know of this group.
    group: PlainGroup | None = None
    #: The same for everybody: what a visitor may see.
    for_all: bool = False


class Place(NamedTuple):
    """Where communities live."""

    runner: asyncio.Runner
    database: Database
    url: str
    data: Path


@pytest.fixture
def place(database_url: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    # A live page ends when it has sent what was missed: nothing happens while it is looked at.
    monkeypatch.setattr("plausch.web.views.live.HEARTBEAT", 0)
    monkeypatch.setattr("plausch.web.views.live._still_the_same", _no_longer)
    with in_a_loop(database_url) as (runner, database):
        yield Place(runner, database, database_url, data)


async def _no_longer(request: object) -> bool:
    return False


def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No fault."""


def nobody_gets_too_much(place: Place, how: settings, most: int = 30, sow: Sow = nothing) -> None:
    """The property itself; a fault is sown when all has happened, so that only looking can notice it."""

    async def live_and_look(life: Life) -> None:
        await clear(place.database)
        performance = Performance(place.database)
        await performance.begin(_PEOPLE, life.follows, life.connections, life.members)
        await performance.perform(life.steps)
        with pytest.MonkeyPatch.context() as monkeypatch:
            sow(monkeypatch)
            await _look(place, performance.world)

    @how
    @given(lives(most))
    def holds(life: Life) -> None:
        place.runner.run(live_and_look(life))

    holds()


async def _look(place: Place, world: World) -> None:
    flags = {"data": str(place.data), "database_url": place.url, "rate_limits": "off", "insights": "off"}
    app = Application(read_settings(flags, {})[0], (API, WEB))
    site = await app.start()
    try:
        await site.media.put(SMALL_PICTURE, b"a picture")
        addresses = [*_addresses(world), *await _group_addresses(place, world)]
        for person in (0, *(one for one in world.people if one not in world.absent)):
            async with _client(app, site, person) as client:
                for address in addresses:
                    _check(world, person, address, await client.get(address.path))
    finally:
        await app.stop()


@asynccontextmanager
async def _client(app: Application, site: Site, person: int) -> AsyncIterator[httpx.AsyncClient]:
    """Browser and program of a person at once: pages heed the cookie, the API heeds the token."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=site.settings.base_url)
    if person:
        async with site.database.write() as tx:
            client.cookies.set(cookie_name(site), await people.start_session(tx, person, "Firefox"))
            client.headers["authorization"] = f"Bearer {await people.create_token(tx, person, 'read')}"
    async with client:
        yield client


def _addresses(world: World) -> list[Address]:
    found = [Address(path) for path in _PAGES]
    found += [Address(f"/@person{number}") for number in range(_PEOPLE)]
    found += [Address(f"/lists/{list_}") for list_ in world.lists.values()]
    found += [Address(path, for_all=True) for path in _outside(world)]
    for post in world.posts:
        paths = [f"/posts/{post.id}/{what}" for what in ("history", "likes", "shares")] + [f"{_API}/posts/{post.id}"]
        if post.picture is not None:
            paths.append(f"/pictures/{post.picture}/small")
        found += [Address(path, post) for path in paths]
        found.append(Address(f"/compose?reply_to={post.id}"))
        if post.parent is None:
            tree = f"conversations/{post.id}"
            found += [Address(path) for path in (f"/{tree}", f"/live/{tree}?after=1", f"{_API}/{tree}")]
    return found


async def _group_addresses(place: Place, world: World) -> list[Address]:
    """All that a group has, under its present handle."""
    found: list[Address] = []
    parts = ("", "/about", "/members", "/requests", "/invitations", "/bans", "/log", "/settings", "/forum/themen")
    for group in world.groups:
        async with place.database.read() as read:
            handle = (await get_actor(read, group.id)).handle
        found += [Address(f"/groups/{handle}{part}", group=group) for part in parts]
        found += [Address(f"/@{handle}", group=group), Address(f"/@{handle}/blog", group=group)]
        found += [Address(f"/groups/{handle}/feed.{ending}", group=group, for_all=True) for ending in ENDINGS]
    return found


def _outside(world: World) -> list[str]:
    """What readers elsewhere and search engines get."""
    places = ["/local", *(f"/@person{number}" for number in range(_PEOPLE)), *(f"/tags/{tag}" for tag in TAGS)]
    places += [f"/conversations/{post.id}" for post in world.posts if post.parent is None]
    feeds = [f"{place}/feed.{ENDINGS[number % len(ENDINGS)]}" for number, place in enumerate(places)]
    return [*feeds, "/sitemap.xml", "/sitemap/places", "/sitemap/people/0", "/sitemap/conversations/0"]


def _check(world: World, person: int, address: Address, answer: httpx.Response) -> None:
    person = 0 if address.for_all else person
    where = f"at {address.path} person {world.people.index(person) if person else 'nobody'}"
    assert answer.status_code < 500, f"{where} met an error"
    if address.post is not None:
        sees = world.sees(person, address.post)
        assert answer.is_success == sees, f"{where} got {answer.status_code} for post {address.post.number}"
    if address.path.startswith("/sitemap/"):
        listed = {int(id_) for id_ in _CONVERSATION.findall(answer.text)}
        assert listed <= {post.id for post in world.seen_by(0)}, f"{where} got a conversation"
    group = address.group
    if group is not None and not world.knows(person, group) and (person, group.id) not in world.blocks:
        # Visitors are asked to sign in first, be there such a group or not.
        assert answer.status_code == 404 or (person == 0 and answer.is_redirect), f"{where} got {answer.status_code}"
    for word in _MARK.finditer(answer.text):
        number, version, by_tag, waiting, name = word.groups()
        if name is not None:
            named = next(one for one in world.groups if one.word == name)
            # Whoever has blocked it finds it by its address.
            found = named is group and (person, named.id) in world.blocks and named.visibility != "secret"
            assert found or world.knows(person, named) or person in named.invited, f"{where} got the name of a group"
            continue
        if waiting is not None:
            _check_waiting(world, person, waiting, where)
            continue
        post = world.posts[int(number or by_tag)]
        assert world.sees(person, post), f"{where} got {word[0]}"
        former = version is not None and int(version) < len(post.words)
        assert not former or address.path.endswith("/history"), f"{where} got a former wording"


def _check_waiting(world: World, person: int, word: str, where: str) -> None:
    """What is, or was, to be let through."""
    for draft in world.drafts:
        if draft.word == word:
            assert draft.writer == person or world.decides(person, draft), f"{where} got {word}, which is not posted"
    for post in world.posts:
        assert word not in post.words or world.sees(person, post), f"{where} got {word}"


@on_postgres_when_all
def test_nobody_gets_over_http_what_they_may_not_see(place: Place) -> None:
    nobody_gets_too_much(place, settings(USUAL, max_examples=4))


@pytest.mark.slow
def test_nobody_gets_it_in_more_communities_either(place: Place, engine: str) -> None:
    how = settings(USUAL, max_examples=40 if engine == "sqlite" else 20)
    nobody_gets_too_much(place, how, most=60)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("sow", [blocks_are_not_asked_for, local_only_is_ignored])
def test_the_property_notices(place: Place, sow: Sow) -> None:
    with pytest.raises(AssertionError, match=r"^at /"):
        nobody_gets_too_much(place, settings(USUAL, max_examples=60), sow=sow)

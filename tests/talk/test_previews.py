"""Previews of links: fetched in the background from real servers, shown under posts, forgotten with them."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from plausch.app.background import register_all
from plausch.community.actions import unblock_server
from plausch.community.model import BlockSeverity, ServerRule
from plausch.community.tables import blocked_servers
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.net.fetching import GuardedClient
from plausch.people import actions as people
from plausch.people.model import VISITOR, Role, Viewer
from plausch.storage import Database
from plausch.storage.media import MediaFiles
from plausch.talk import actions, jobs, queries
from plausch.talk.model import AudienceKind, PostEdit, Preview
from plausch.talk.tables import previews
from plausch.work.worker import Worker
from tests.harness.community import join_all, publish
from tests.net.strangers import Stranger, a_stranger

HERE = "http://plausch.example.org"


class Background:
    """A server's background work, which may ask the loopback."""

    def __init__(self, database: Database, media: MediaFiles, *, enabled: bool = True) -> None:
        self.database = database
        self.media = media
        self.client = GuardedClient(HERE, allow_loopback=True, enabled=enabled)

    async def settle(self) -> None:
        await Worker(self.database, register_all(self.media, self.client)).work_all()

    async def say(self, viewer: Viewer, source: str, **draft: Any) -> int:
        async with self.database.write() as tx:
            post = await publish(tx, viewer, source, **draft)
        await self.settle()
        return post

    async def edit(self, viewer: Viewer, post: int, source: str) -> None:
        async with self.database.write() as tx:
            await actions.edit_post(tx, viewer, post, PostEdit(source=source, language="de"), ADDRESSES)
        await self.settle()

    async def preview(self, post: int, viewer: Viewer = VISITOR) -> Preview | None:
        async with self.database.read() as read:
            return (await queries.get_post(read, viewer, post)).preview


@pytest.fixture
async def stranger() -> AsyncIterator[Stranger]:
    async with a_stranger() as one:
        yield one


@pytest.fixture
def background(database: Database, data: Path) -> Background:
    return Background(database, MediaFiles(data / "media"))


def picture(colour: str = "#2b6e80") -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "PNG")
    return out.getvalue()


def page(stranger: Stranger, path: str, title: str, image: str = "") -> str:
    head = f'<title>{title}</title><meta name="description" content="Worum es geht">'
    return stranger.says(path, f'{head}<meta property="og:image" content="{image}">'.encode())


async def test_the_first_link_is_shown(background: Background, stranger: Stranger) -> None:
    anna, ines = await join_all(background.database, "anna", "ines")
    stranger.says("/see.png", picture(), "image/png")
    link = page(stranger, "/see", "Der See", "/see.png")
    post = await background.say(anna, f"Seht {HERE}/@ines und {link} und {stranger.url}/zweite #see @ines")
    preview = await background.preview(post)
    assert preview is not None
    assert (preview.url, preview.title, preview.text, preview.site) == (link, "Der See", "Worum es geht", "127.0.0.1")
    assert (preview.width, preview.height) == (60, 40)
    async with background.database.read() as read:
        file = await queries.find_preview_file(read, VISITOR, preview.id, "small")
    assert file is not None
    assert (await background.media.read(file.key)).startswith(b"RIFF")
    again = await background.say(ines, f"Auch {link}")
    assert await background.preview(again) == preview
    assert len(stranger.asked) == 2, "what is known is not asked for again"
    async with background.database.write() as tx:
        await people.block(tx, anna, ines.person)
        await actions.remove_post(tx, ines, again)
    async with background.database.read() as read:
        assert await queries.find_preview_file(read, ines, preview.id, "small") is None


@pytest.mark.parametrize(
    "draft",
    [{"local_only": True}, {"audience": AudienceKind.FOLLOWERS}, {"audience": AudienceKind.CONNECTIONS}],
    ids=["local", "followers", "connections"],
)
async def test_nobody_is_asked_for_what_few_may_read(
    background: Background, stranger: Stranger, draft: dict[str, Any]
) -> None:
    (anna,) = await join_all(background.database, "anna")
    post = await background.say(anna, f"Geheim: {page(stranger, '/geheim', 'Geheim')}", **draft)
    await background.edit(anna, post, f"Immer noch: {stranger.url}/geheim")
    assert await background.preview(post, anna) is None
    assert stranger.asked == []


async def test_an_edit_changes_what_is_shown(background: Background, stranger: Stranger) -> None:
    (anna,) = await join_all(background.database, "anna")
    first, second = page(stranger, "/eins", "Eins"), page(stranger, "/zwei", "Zwei")
    post = await background.say(anna, f"Seht {first}")
    await background.edit(anna, post, f"Nein, {second}")
    shown = await background.preview(post)
    assert shown is not None
    assert shown.title == "Zwei"
    await background.edit(anna, post, "Doch nicht")
    assert await background.preview(post) is None


async def test_nothing_to_show_is_no_trouble(background: Background, stranger: Stranger) -> None:
    (anna,) = await join_all(background.database, "anna")
    stranger.says("/kaputt.png", b"no picture", "image/png")
    odd = page(stranger, "/odd", "Ohne Bild", "/kaputt.png")
    for link, expected in (
        (stranger.url + "/fehlt", None),
        (stranger.says("/pdf", b"%PDF", "application/pdf"), None),
        (stranger.says("/leer", b""), None),
        (stranger.leads("/rund", "/rund"), None),
        ("http://127.0.0.1:1/", None),
        ("http://192.168.0.1/", None),
        (odd, "Ohne Bild"),
    ):
        shown = await background.preview(await background.say(anna, f"Seht {link}"))
        assert (shown and shown.title) == expected, link
    assert await background.media.keys() == set()
    asked = len(stranger.asked)
    await background.say(anna, f"Nochmal {stranger.url}/fehlt")
    assert len(stranger.asked) == asked


async def test_a_switch_keeps_the_server_silent(database: Database, data: Path, stranger: Stranger) -> None:
    (anna,) = await join_all(database, "anna")
    silent = Background(database, MediaFiles(data / "media"), enabled=False)
    assert await silent.preview(await silent.say(anna, f"Seht {page(stranger, '/see', 'Der See')}")) is None
    assert stranger.asked == []
    assert [row async for part in database.stream(previews) for row in part] == []


async def test_what_nobody_links_to_is_forgotten(background: Background, stranger: Stranger) -> None:
    (anna,) = await join_all(background.database, "anna")
    stranger.says("/see.png", picture(), "image/png")
    kept = await background.say(anna, f"Seht {page(stranger, '/bleibt', 'Bleibt')}")
    gone = await background.say(anna, f"Seht {page(stranger, '/see', 'Der See', '/see.png')}")
    async with background.database.write() as tx:
        await actions.remove_post(tx, anna, gone)
    for days, left in ((0, 2), (2, 1)):
        with clock.at(clock.real_now() + days * clock.DAY):
            async with background.database.write() as tx:
                await jobs.drop_previews(tx, None)
            await background.settle()
        stored = [row async for part in background.database.stream(previews) for row in part]
        assert len(stored) == left
    assert await background.preview(kept) is not None
    assert await background.media.keys() == set()


async def test_it_is_asked_again_after_a_week(background: Background, stranger: Stranger) -> None:
    (anna,) = await join_all(background.database, "anna")
    stranger.says("/see.png", picture(), "image/png")
    link = page(stranger, "/see", "Alt", "/see.png")
    first = await background.say(anna, f"Seht {link}")
    page(stranger, "/see", "Neu")
    with clock.at(clock.real_now() + 8 * clock.DAY):
        second = await background.say(anna, f"Seht {link}")
    for post in (first, second):
        shown = await background.preview(post)
        assert shown is not None
        assert (shown.title, shown.width) == ("Neu", 0)
    stranger.answers.clear()
    with clock.at(clock.real_now() + 16 * clock.DAY):
        third = await background.say(anna, f"Seht {link}")
    shown = await background.preview(third)
    assert shown is not None, "what cannot be reached just now is still what it was"
    assert shown.title == "Neu"
    assert await background.media.keys() == set()


async def test_nothing_is_asked_of_a_server_that_is_suspended(background: Background, stranger: Stranger) -> None:
    (anna,) = await join_all(background.database, "anna")
    blocked = stranger.url.replace("127.0.0.1", "localhost")
    page(stranger, "/see", "Der See")
    stranger.says("/see.png", picture(), "image/png")
    rule = {name: getattr(ServerRule(severity=BlockSeverity.SUSPEND), name) for name in ServerRule.__struct_fields__}
    async with background.database.write() as tx:
        await tx.insert(blocked_servers, id=1, domain="localhost", created_at=0, **rule)
    for link in (f"{blocked}/see", stranger.leads("/weiter", f"{blocked}/see")):
        assert await background.preview(await background.say(anna, f"Seht {link}")) is None
    assert [asked.split()[1] for asked in stranger.asked] == ["/weiter"]
    other = page(stranger, "/nah", "Nah", f"{blocked}/see.png")
    shown = await background.preview(await background.say(anna, f"Seht {blocked}/see und {other}"))
    assert shown is not None
    assert (shown.title, shown.width) == ("Nah", 0), "nor is a picture from there"
    assert [asked.split()[1] for asked in stranger.asked] == ["/weiter", "/nah"]
    async with background.database.write() as tx:
        await unblock_server(tx, Viewer(anna.person, anna.person, Role.MODERATOR), 1)
    shown = await background.preview(await background.say(anna, f"Doch: {blocked}/see"))
    assert shown is not None
    assert shown.title == "Der See"

"""What people wrote with the release before is all there after an upgrade, and after a restore from its backup.

`foundation/` is what `plausch backup` of version 0.1.0 wrote, unpacked: a few people and conversations, made by the
actions of that version. Only the end of Anna's session was put off, so that she is signed in whenever this runs, and
her token got a name and its scopes.
"""

import io
import tarfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from plausch.http.sessions import cookie_name
from plausch.people import queries as people
from plausch.people.model import VISITOR, Viewer
from plausch.storage import Database, archive, open_database
from plausch.storage.media import MediaFiles
from plausch.storage.schema import find_revision, migrate, revisions
from plausch.talk import queries as talk
from tests.cli.running import plausch
from tests.harness.community import as_person, settle
from tests.harness.engines import on_postgres_when_all
from tests.storage.test_schema import drop_everything
from tests.web.conftest import PASSWORD, Browser, OpenWeb

_FOUNDATION = Path(__file__).parent / "foundation"
_SESSION = "pmluRYIe4sn12C4a3orPg2mw7TyUWmEeIG-bUNFT7aU"
_TOKEN = "vjWcBX2XQEJxrLBjRMYbZvCLsXVGalSkwoFKlIRz_30"
_ANNA, _MEHMET, _INES, _JONAS, _RUTH = (
    as_person(1830919832863082874 + more) for more in (0, 107655, 107657, 107659, 107661)
)


class Said:
    """Posts, by what they are in the story."""

    QUESTION = 1830921154068890356
    ANSWER = 1830921594470870220
    SECOND = 1830922034872715413
    REMOVED = 1830922475274422185
    LAST = 1830922915676490707
    PICTURE = 1830923356078524023
    CONTACTS = 1830923796480076500
    TWO = 1830924236882252861
    LOCAL = 1830924677284152650
    EDITED = 1830925117685830838
    #: Written just before the upgrade: nobody has been told yet.
    WAITING = 1830926438891670521


class Place(NamedTuple):
    url: str
    data: Path


Bring = Callable[[Place, Path], Awaitable[None]]


@pytest.fixture
async def place(database_url: str, data: Path) -> Place:
    """No database yet."""
    await drop_everything(database_url)
    return Place(database_url, data)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "backup.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for file in sorted(_FOUNDATION.rglob("*"), key=lambda one: one.name == "manifest.json"):
            if file.is_file():
                info = tarfile.TarInfo(str(file.relative_to(_FOUNDATION)))
                info.size = file.stat().st_size
                tar.addfile(info, io.BytesIO(file.read_bytes()))
    return path


async def _upgrade(place: Place, backup: Path) -> None:
    """A database as the release before left it, brought up to date by the command for it."""
    await migrate(place.url, "0001")
    database, manifest = await open_database(place.url), archive.verify(backup)
    async with database.write() as tx:
        for statement, rows in archive.read_tables(backup, manifest):
            await tx.run_many(statement, rows)
    await database.close()
    media = MediaFiles(place.data / "media")
    for key, content in archive.read_media(backup):
        await media.put(key, content)
    _run(place, "migrate")


async def _restore(place: Place, backup: Path) -> None:
    _run(place, "restore", backup)


def _run(place: Place, *arguments: object) -> None:
    settings = {"PLAUSCH_DATA": str(place.data), "PLAUSCH_DATABASE_URL": place.url}
    outcome = plausch(*arguments, settings=settings)
    assert (outcome.code, outcome.complained) == (0, "")


@on_postgres_when_all
@pytest.mark.parametrize("bring", [_upgrade, pytest.param(_restore, marks=pytest.mark.slow)])
async def test_everything_is_there_and_counted(place: Place, backup: Path, open_web: OpenWeb, bring: Bring) -> None:
    await bring(place, backup)
    assert await find_revision(place.url) == revisions()[-1]
    database = await open_database(place.url)
    await settle(database)
    await _check_people(database)
    await _check_talk(database)
    await database.close()
    web = await open_web()
    anna = await web.open("de")
    anna.cookies.set(cookie_name(web.site), _SESSION)
    await _look_around(anna)
    await _sign_in_and_talk(await web.open("de"))
    visitor = await web.open("de")
    assert [(await visitor.get(f"/conversations/{id_}")).status_code for id_ in (Said.CONTACTS, Said.TWO)] == [404, 404]
    program = {"authorization": f"Bearer {_TOKEN}"}
    me = await visitor.get("/api/plausch/v1/me", headers=program)
    assert me.json()["handle"] == "anna"
    assert (await visitor.get("/api/plausch/v1/home/entries", headers=program)).status_code == 200


async def _check_people(database: Database) -> None:
    async with database.read() as tx:
        profile = await people.get_profile(tx, _MEHMET, "anna")
        assert (profile.name, profile.about_source, profile.pronouns) == (
            "Anna Ritter",
            "Ich grabe im #Garten",
            "sie/ihr",
        )
        assert (profile.followers, profile.following, profile.connections) == (3, 2, 1)
        assert profile.picture
        to_jonas = await people.get_relationship(tx, _ANNA, _JONAS.person)
        to_ruth = await people.get_relationship(tx, _ANNA, _RUTH.person)
        assert (to_jonas.follows, to_ruth.mutes) == (True, True)
        assert (await people.get_relationship(tx, _INES, _RUTH.person)).blocks
        assert await people.count_requests(tx, _ANNA) == 1


async def _check_talk(database: Database) -> None:
    async with database.read() as tx:
        question = await talk.get_post(tx, _MEHMET, Said.QUESTION)
        assert (question.likes, question.shares, question.replies, question.quote) == (3, 1, 1, None)
        conversation = await talk.get_conversation(tx, _MEHMET, Said.QUESTION)
        assert (conversation.replies, conversation.voices, conversation.seen) == (4, 3, 4)
        tree = await talk.list_conversation_posts(tx, _MEHMET, Said.QUESTION)
        assert [post.id for post in tree] == [
            *(Said.QUESTION, Said.ANSWER, Said.SECOND, Said.REMOVED, Said.LAST, Said.WAITING),
        ]
        assert [post.id for post in tree if post.deleted] == [Said.REMOVED]
        for viewer, seen in ((_MEHMET, {Said.CONTACTS, Said.TWO, Said.LOCAL}), (_INES, {Said.LOCAL}), (VISITOR, set())):
            assert await _seen(database, viewer) == seen


async def _seen(database: Database, viewer: Viewer) -> set[int]:
    async with database.read() as tx:
        return set(await talk.list_posts(tx, viewer, [Said.CONTACTS, Said.TWO, Said.LOCAL, Said.REMOVED]))


async def _look_around(anna: Browser) -> None:
    """The pages of Anna, who is still signed in."""
    for path, texts in {
        "/": ["Wer hilft am Samstag", "Und wer bringt Kaffee?", "Bleibt hier"],
        f"/conversations/{Said.QUESTION}": [
            "Ich bringe den Spaten mit",
            "<strong>Kuchen</strong>",
            "Dann um zehn am Tor",
        ],
        f"/posts/{Said.EDITED}/history": ["Der erste Wortlaut", "Der zweite Wortlaut"],
        "/@anna": ["Das Beet am Morgen", "Nur für dich, Mehmet", "der Schlüssel liegt bei mir"],
        "/notifications": ["Mehmet Aydın", "Ines Krüger", "Und wer bringt Kaffee?"],
        "/requests": ["Wir singen beide im Chor"],
        "/search?q=spaten": ["Ich bringe den"],
        "/tags/garten": ["So sieht es aus", "Wer hilft am Samstag"],
        "/people/all": ["Mehmet Aydın"],
        "/settings/sessions": ["Firefox, Linux", "Skript"],
    }.items():
        page = await anna.get(path)
        assert page.status_code == 200, path
        for text in texts:
            assert text in page.text, f"{path}: {text}"
    for picture in (f"/faces/{_ANNA.person}/small", f"/faces/{_ANNA.person}/large"):
        assert (await anna.get(picture)).headers["content-type"].startswith("image/")


async def _sign_in_and_talk(anna: Browser) -> None:
    """Her password is good still, and what she says now takes its place among what there is."""
    signed_in = await anna.submit("/sign-in", login="anna", password=PASSWORD)
    assert signed_in.headers["location"] == "/"
    answered = await anna.submit("/posts", text="Kaffee bringe ich", reply_to=str(Said.WAITING), language="de")
    assert answered.status_code == 303
    assert "Kaffee bringe ich" in (await anna.get(f"/conversations/{Said.QUESTION}")).text

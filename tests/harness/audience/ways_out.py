"""What leaves the server for one person: archives, mails, push messages. The oracle is that of the doors."""

import io
import re
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.exchange import personal_data
from plausch.exchange.host import Host
from plausch.exchange.mastodon.writing import AccountWriter
from plausch.feeds.actions import PushJob
from plausch.feeds.jobs import compose_push
from plausch.feeds.tables import notifications
from plausch.insights.actions import make_letters
from plausch.insights.model.weeks import WEEK, monday_of
from plausch.insights.queries import find_letter_of
from plausch.insights.tables import letters
from plausch.kernel import clock
from plausch.mail.notices import NoticeWords, gather
from plausch.mail.weekly import gather_weekly
from plausch.people.model import Role, Viewer
from plausch.people.queries import get_account
from plausch.settings import read_settings
from plausch.storage import Database, Statement, column_statement, param
from plausch.storage.media import MediaFiles
from plausch.web.notices import describe, name_kind
from plausch.web.weekly import tell_letter
from tests.harness.audience.seeing import Owed, Seen, compare
from tests.harness.audience.world import World
from tests.harness.community import as_person, text_of

_POST = re.compile(r"/posts/(\d+)")
_PERSON = re.compile(r"\bperson(\d+)\b")
_NOTICE = re.compile(r"/notifications/(\d+)")
_OWN_NOTICES = Statement(
    sa.select(notifications.c.id, notifications.c.post_id).where(notifications.c.recipient_id == param("person")),
    lambda id_, post: (int(id_), None if post is None else int(post)),
)
_LETTERS = column_statement(sa.select(letters.c.id))


class WayOut(NamedTuple):
    name: str
    look: Callable[[Host, World, int], Awaitable[Seen]]
    owed: Callable[[World, int], Owed] = lambda world, person: Owed()
    former_wordings: bool = False
    #: What is addressed to a page is sent to those who speak for it.
    for_pages: bool = False
    #: Also what they wrote where they cannot see it any more: they left the group, or the team.
    own_anyway: bool = False


def host_of(database: Database) -> Host:
    """Without pictures."""
    settings, _ = read_settings({"database_url": database.url}, {})
    return Host(settings, database, MediaFiles(Path("no-such-folder")))


async def check_ways_out(host: Host, world: World) -> None:
    """Nothing is sent or handed to anybody that they may not see."""
    for number, person in enumerate(world.people):
        if person in world.absent:
            continue
        for way in WAYS_OUT:
            seen = await way.look(host, world, person)
            pages = [page for page, team in world.pages.items() if person in team] if way.for_pages else []
            world.hands |= dict.fromkeys(pages, person)
            where = f"{way.name} of person{number}"
            compare(
                world,
                person,
                seen,
                way.owed(world, person),
                where,
                former_wordings=way.former_wordings,
                asks_in=True,
                pages=pages,
                own_anyway=way.own_anyway,
            )


async def _archive(host: Host, world: World, person: int) -> Seen:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        await AccountWriter(host, as_person(person), archive).write()
    with zipfile.ZipFile(out) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".json", ".csv"))}
    outbox = msgspec.json.decode(files["outbox.json"])
    posts = {int(_POST.findall(one["id"])[0]) for one in outbox["orderedItems"]}
    kept = {int(id_) for name in ("likes.json", "bookmarks.json") for id_ in _POST.findall(files[name])}
    related = files["following_accounts.csv"] + files["lists.csv"]
    return Seen(posts | kept, people=_people(world, related), text="".join(files.values()))


def _own(world: World, person: int) -> Owed:
    return Owed({post.id for post in world.posts if post.author == person and not post.deleted})


def _own_seen(world: World, person: int) -> Owed:
    """What was said in a group stays in it when one leaves."""
    return Owed({post.id for post in world.posts if post.author == person and world.sees(person, post)})


async def _copy(host: Host, world: World, person: int) -> Seen:
    """All that is stored about somebody: their own texts, and not who has blocked or muted them."""
    async with host.database.slow_read() as read:
        found = await personal_data.collect(read, person)
    tables = found["tables"]
    others = [row for row in tables["people_relations"] if int(row["source_id"]) != person]
    assert {row["kind"] for row in others} <= {"follow", "connect"}
    assert {int(row["recipient_id"]) for row in tables["feeds_notifications"]} <= {person}
    return Seen({int(row["id"]) for row in tables["talk_posts"] if not row["deleted_at"]}, text=text_of(found))


async def _mail(host: Host, world: World, person: int) -> Seen:
    about = await _notices(host, person)
    async with host.database.write() as tx:
        told = await gather(
            tx, person, list(about), "en", "https://example.org", NoticeWords(describe, name_kind, tell_letter)
        )
    if told is None:
        return Seen()
    text = text_of(told)
    return Seen({about[int(id_)] for id_ in _NOTICE.findall(text)} - {0}, people=_people(world, text), text=text)


async def _push(host: Host, world: World, person: int) -> Seen:
    seen = Seen()
    for id_, post in (await _notices(host, person)).items():
        async with host.database.read() as read:
            notice = await compose_push(read, PushJob(person, id_, 0), describe)
        if notice is not None:
            text = text_of(notice)
            seen.posts |= {post} - {0}
            seen.people |= _people(world, text)
            seen.text += text
    return seen


async def _letters(host: Host, world: World, person: int) -> Seen:
    """Every weekly letter there is, as its page and its mail tell it to whoever looks after the place."""
    with clock.at(monday_of(clock.now()) + WEEK + 8 * clock.HOUR):
        await make_letters(host.database)
    seen = Seen()
    viewer = Viewer(person, person, Role.MODERATOR)
    words = NoticeWords(describe, name_kind, tell_letter)
    async with host.database.write() as tx:
        account = msgspec.structs.replace(await get_account(tx, person), role=Role.MODERATOR)
        for letter in await tx.all(_LETTERS):
            shown = await find_letter_of(tx, viewer, letter)
            if shown is None:
                continue
            items = [one for part in shown.items.values() for one in part]
            seen.posts |= {one.post.id for one in items if one.post is not None}
            seen.people |= {one.person.id for one in items if one.person is not None and one.person.kind == "person"}
            seen.text += text_of(shown.items)
            seen.text += text_of(await gather_weekly(tx, account, letter, "de", "https://example.org", words))
    return seen


async def _notices(host: Host, person: int) -> dict[int, int]:
    """Notifications as they are stored, and of which post (or 0) each is."""
    async with host.database.read() as read:
        return {id_: post or 0 for id_, post in await read.all(_OWN_NOTICES, person=person)}


def _people(world: World, text: str) -> set[int]:
    return {world.people[int(number)] for number in _PERSON.findall(text)}


WAYS_OUT = [
    WayOut("the archive", _archive, _own_seen),
    WayOut("the copy of personal data", _copy, _own, former_wordings=True, own_anyway=True),
    WayOut("the mail", _mail, for_pages=True),
    WayOut("push messages", _push, for_pages=True),
    WayOut("weekly letters", _letters, for_pages=True),
]

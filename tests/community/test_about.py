"""What the community says of itself: who may set it, what holds until then, and that every process hears of it."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from plausch.community import actions, listeners, queries
from plausch.community.model import CommunityEdit, Rule, Wording
from plausch.community.tables import community_settings
from plausch.http.community import HeldCommunity
from plausch.kernel.errors import Invalid, NotAllowed
from plausch.people.events import AccountErased
from plausch.people.model import VISITOR, Role, Viewer
from plausch.settings import Settings, SignUpMode, read_settings
from plausch.storage import Database, column_statement, open_database
from plausch.work.live import LiveBus

OWNER = Viewer(7, 7, Role.OWNER)
_WHO = column_statement(community_settings.select().with_only_columns(community_settings.c.changed_by))


@pytest.fixture
def settings(data: Path) -> Settings:
    return read_settings({"data": str(data), "name": "Server", "sign_up": "closed", "language": "de"}, {})[0]


async def _change(database: Database, viewer: Viewer, **edit: object) -> None:
    async with database.write() as tx:
        await actions.change_community(tx, viewer, CommunityEdit(**edit))  # type: ignore[arg-type]  # by the caller


async def test_what_nobody_has_set_is_as_the_settings_say(database: Database, settings: Settings) -> None:
    async with database.read() as read:
        before = await queries.get_community(read, settings)
    assert (before.name, before.sign_up, before.language, before.changed_at) == ("Server", SignUpMode.CLOSED, "de", 0)
    rules = (Rule(0, Wording(de=" Seid nett. ", en="Be kind.")), Rule(0, Wording()), Rule(0, Wording(en="No ads.")))
    await _change(database, OWNER, name="  Lindenau ", sign_up=SignUpMode.OPEN, accent="AA3300", rules=rules)
    async with database.read() as read:
        now = await queries.get_community(read, settings)
    assert (now.name, now.sign_up, now.language, now.accent) == ("Lindenau", SignUpMode.OPEN, "de", "#aa3300")
    first, second = now.rules
    assert (first.text("de"), first.text("en")) == ("Seid nett.", "Be kind.")
    assert second.text("de") == second.text("en") == "No ads."
    await _change(database, OWNER, rules=(second, msgspec.structs.replace(first, id=0)))
    async with database.read() as read:
        moved = await queries.get_community(read, settings)
    assert moved.rules[0] == second, "a rule keeps its id wherever it stands"
    assert moved.rules[1].id not in (0, first.id, second.id), "and none is used twice"


@pytest.mark.parametrize("viewer", [VISITOR, Viewer(8, 8), Viewer(9, 9, Role.MODERATOR)])
async def test_only_the_owner_sets_it(database: Database, settings: Settings, viewer: Viewer) -> None:
    with pytest.raises(NotAllowed):
        await _change(database, viewer, name="Mine")
    async with database.write() as tx:
        with pytest.raises(NotAllowed):
            await actions.set_logo(tx, viewer, "")


@pytest.mark.parametrize(
    ("edit", "field", "reason"),
    [
        ({"name": " "}, "name", "missing"),
        ({"name": "x" * 61}, "name", "too_long"),
        ({"accent": "red"}, "accent", "colour_form"),
        ({"language": "fr"}, "language", "choice_unknown"),
        ({"rules": tuple(Rule(0, Wording(de=str(n))) for n in range(21))}, "rules", "rules_many"),
    ],
)
async def test_what_cannot_be_is_refused(database: Database, edit: dict[str, object], field: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        await _change(database, OWNER, **edit)
    assert (refused.value.field, refused.value.reason) == (field, reason)


async def test_every_process_hears_of_it_without_asking(database: Database, settings: Settings) -> None:
    other = await open_database(database.url)
    live = LiveBus(other)
    held = HeldCommunity(other, settings)
    tasks = [asyncio.create_task(live.run()), asyncio.create_task(held.follow(live))]
    try:
        async with asyncio.timeout(20):
            while held.community.name != "Lindenau":
                await _change(database, OWNER, name="Lindenau")
                await asyncio.sleep(0.02)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await other.close()


async def test_whoever_leaves_is_not_named_any_more(database: Database) -> None:
    await _change(database, OWNER, name="Lindenau")
    async with database.write() as tx:
        await listeners.on_account_erased(tx, AccountErased(person_id=OWNER.person))
        assert await tx.all(_WHO) == [0]

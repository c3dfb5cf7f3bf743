"""A community with somebody who looks after it, and two who do not get along."""

from pathlib import Path

import pytest

from plausch.community import actions as community
from plausch.community.model import CommunityEdit, Rule, Wording
from plausch.feeds import queries as feeds
from plausch.kernel.paging import Page
from plausch.moderation import actions, queries
from plausch.moderation.model import (
    Act,
    Decision,
    DecisionKind,
    ReportDraft,
    Verdict,
)
from plausch.people import actions as people_actions
from plausch.people import queries as people
from plausch.people.model import Role, Standing, Viewer
from plausch.settings import Settings, read_settings
from plausch.storage import Database
from tests.harness.community import join, publish, settle

RULE = Rule(4711, Wording("Rede freundlich.", "Be kind."))


class Place:
    """A community with an owner, a moderator, and two who do not get along."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings

    async def begin(self) -> None:
        async with self.database.write() as tx:
            anna = await join(tx, "anna")
            mara, self.ines, self.ulf = [await join(tx, name) for name in ("mara", "ines", "ulf")]
            await people_actions.set_role(tx, mara.person, Role.MODERATOR)
            self.anna = Viewer(anna.person, anna.person, Role.OWNER)
            self.mara = Viewer(mara.person, mara.person, Role.MODERATOR)
            await community.change_community(tx, self.anna, CommunityEdit(rules=(RULE,)))
            self.post = await publish(tx, self.ulf, "Ihr Pappnasen", warning="derb")
        await settle(self.database)

    async def report(self, viewer: Viewer, person: int = 0, *posts: int, note: str = "Das geht nicht.") -> int:
        draft = ReportDraft(person=person, posts=posts, rules=(RULE.id,), note=note)
        async with self.database.write() as tx:
            made = await actions.report(tx, viewer, draft, self.settings)
        await settle(self.database)
        return made

    async def decide(self, viewer: Viewer, subject: int, kind: DecisionKind, **more: int) -> Decision:
        verdict = Verdict(kind=kind, rule=RULE.id, message="So nicht.", **more)
        async with self.database.write() as tx:
            decision = await actions.decide(tx, viewer, subject, verdict)
        await settle(self.database)
        return await self.decision(decision)

    async def decision(self, id_: int) -> Decision:
        async with self.database.read() as tx:
            found = await queries.find_decision(tx, id_)
        assert found is not None
        return found

    async def told(self, viewer: Viewer) -> list[str]:
        async with self.database.read() as tx:
            return [one.kind.value for one in await feeds.list_notifications(tx, viewer, Page())]

    async def standing(self, viewer: Viewer) -> Standing:
        async with self.database.read() as tx:
            return (await people.get_actor(tx, viewer.person)).standing

    async def log(self) -> list[Act]:
        async with self.database.read() as tx:
            return [one.act for one in await queries.list_log(tx, self.anna, Page())]


@pytest.fixture
async def place(database: Database, data: Path) -> Place:
    made = Place(database, read_settings({"data": str(data)}, {})[0])
    await made.begin()
    return made

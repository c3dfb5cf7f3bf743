"""Ines reports a post on her phone; Anna decides; Ulf reads why, objects, and is given back what he wrote."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from plausch.community import actions as community
from plausch.community.model import CommunityEdit, Rule, Wording
from plausch.people import actions as people
from plausch.people.model import Role, Viewer
from plausch.storage import open_database
from tests.conftest import StartServer
from tests.harness.community import join, publish
from tests.journeys.test_accessibility import Walk
from tests.journeys.visitors import PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

expect.set_options(timeout=PATIENCE)

SAID, RULE = "Ihr seid doch alle Pappnasen", "Rede mit anderen wie am Stammtisch."
MESSAGE, APPEAL, ANSWER = "Bitte ohne Schimpfwörter.", "Das war ein Zitat aus unserem Stück.", "Stimmt, entschuldige!"


class Evening:
    def __init__(self, ines: Visitor, anna: Visitor, ulf: Visitor, post: int) -> None:
        self.ines, self.anna, self.ulf, self.post = ines, anna, ulf, post

    async def look(self, one: Visitor) -> None:
        """It fits the phone, and axe has nothing to say."""
        await one.check()
        walk = Walk(one, None)  # type: ignore[arg-type]  # no town is walked through
        await walk.ask_axe(one.page.url)
        assert walk.complaints == []

    async def report(self) -> None:
        ines, page = self.ines, self.ines.page
        await ines.go(f"/conversations/{self.post}")
        await page.locator("details.more summary").first.click()
        await ines.press_and_follow(ines.link("Report", page.locator(".menu")).click, "**/report?post=*")
        await page.get_by_label(RULE).check()
        await ines.field("What is wrong with it?").fill("Das verletzt andere.")
        await self.look(ines)
        await ines.press_and_follow(ines.button("Send the report").click, "**/reports?done=1")
        await expect(page.get_by_text(ines.say("Waits to be looked at."))).to_be_visible()
        await self.look(ines)

    async def decide(self) -> None:
        anna, page = self.anna, self.anna.page
        await anna.go("/admin/reports")
        await self.look(anna)
        await anna.press_and_follow(page.locator(".matters a").first.click, "**/admin/reports/*")
        await expect(page.get_by_text(SAID)).to_be_visible()
        await page.get_by_label(anna.say("Remove the post")).check()
        await anna.field("By which rule?").select_option(RULE)
        await page.locator("[name=message]").fill(MESSAGE)
        await self.look(anna)
        await anna.press_and_follow(anna.button("Decide").click, "**/admin/reports?done=1")

    async def object(self) -> None:
        ulf, page = self.ulf, self.ulf.page
        await ulf.go_until("/notifications", ulf.link("Look at it").first)
        await ulf.press_and_follow(ulf.link("Look at it").first.click, "**/appeal/*")
        await expect(page.get_by_text(MESSAGE)).to_be_visible()
        await expect(page.get_by_text(RULE)).to_be_visible()
        await ulf.field("Why it should be decided otherwise").fill(APPEAL)
        await self.look(ulf)
        await ulf.button("Object").click()
        waits = ulf.say("It waits to be looked at. You hear what becomes of it.")
        await expect(page.get_by_text(waits)).to_be_visible()

    async def give_back(self) -> None:
        anna, ulf = self.anna, self.ulf
        await anna.go("/admin/reports?show=appeals")
        await anna.press_and_follow(anna.page.locator(".matters a").first.click, "**/admin/appeals/*")
        await expect(anna.page.get_by_text(APPEAL)).to_be_visible()
        await anna.field("Your answer").fill(ANSWER)
        await self.look(anna)
        await anna.press_and_follow(anna.button("Take the decision back").click, "**/admin/reports?show=appeals*")
        await ulf.page.reload()
        await expect(ulf.page.get_by_text(ANSWER)).to_be_visible()
        await self.look(ulf)
        await ulf.go("/drafts")
        await expect(ulf.page.get_by_text(SAID).first).to_be_visible()
        for path in ("/admin", "/admin/people", "/admin/log"):
            await anna.go(path)
            await self.look(anna)
        await anna.go("/admin/people?q=ulf")
        await anna.press_and_follow(anna.page.locator(".matters a").first.click, "**/admin/people/*")
        await self.look(anna)


async def test_a_report_is_decided_and_appealed_against(
    chromium: Browser, start_server: StartServer, data: Path, database_url: str
) -> None:
    database = await open_database(database_url)
    async with database.write() as tx:
        names = {"anna": "Anna Ritter", "ulf": "Ulf Meier", "ines": "Ines Krüger"}
        viewers = [
            await join(tx, handle, name=name, locale="de", time_zone="Europe/Berlin") for handle, name in names.items()
        ]
        owner = Viewer(viewers[0].person, viewers[0].person, Role.OWNER)
        await community.change_community(tx, owner, CommunityEdit(rules=(Rule(0, Wording(de=RULE)),)))
        post = await publish(tx, viewers[1], SAID)
        secrets = [await people.start_session(tx, one.person, "Firefox, Linux") for one in viewers]
    await database.close()
    url = start_server(PLAUSCH_WORKERS="2").url
    visitors = [await Visitor.arrive(chromium, url, "de", PHONE) for _ in secrets]
    try:
        for visitor, secret in zip(visitors, secrets, strict=True):
            await visitor.bring(secret)
        anna, ulf, ines = visitors
        evening = Evening(ines, anna, ulf, post)
        await evening.report()
        await evening.decide()
        await evening.object()
        await evening.give_back()
    finally:
        for visitor in visitors:
            await visitor.leave()

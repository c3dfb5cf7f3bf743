"""Reading as one likes: a list, a word that is filtered, and what a connection likes."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from plausch.people import actions as people
from plausch.storage import open_database
from plausch.talk import actions as talk
from tests.conftest import StartServer
from tests.harness.community import connect, join, publish, settle
from tests.journeys.visitors import DESKTOP, PATIENCE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

expect.set_options(timeout=PATIENCE)

ASKED, SAID, ANSWERED = "Who repairs bicycles here?", "The football is on at eight", "I play chess on Fridays"


async def _begin(url: str) -> str:
    """Anna follows Jonas and is connected with Ines; the secret of her session."""
    database = await open_database(url)
    try:
        async with database.write() as tx:
            anna = await join(tx, "anna", name="Anna Ritter", locale="en")
            others = ("ines", "jonas", "mehmet")
            ines, jonas, mehmet = [await join(tx, handle, name=handle.title()) for handle in others]
            await connect(tx, anna, ines)
            await people.follow(tx, anna, jonas.person)
            asked = await publish(tx, mehmet, ASKED, language="en")
            for text in (SAID, ANSWERED):
                await publish(tx, jonas, text, language="en")
            await talk.like_post(tx, ines, asked)
            secret = await people.start_session(tx, anna.person, "Firefox")
        await settle(database)
        return secret
    finally:
        await database.close()


async def test_reading_as_one_likes(
    chromium: Browser, start_server: StartServer, data: Path, database_url: str
) -> None:
    secret = await _begin(database_url)
    anna = await Visitor.arrive(chromium, start_server().url, "en", DESKTOP)
    main = anna.page.get_by_role("main")
    try:
        await anna.bring(secret)
        await anna.go("/")
        liked = main.locator(".card", has_text=ASKED)
        await expect(liked).to_contain_text("Ines likes this")

        await anna.go("/settings/reading")
        await anna.field("Word or words").fill("football")
        await anna.button("Add the filter").click()
        await expect(main).to_contain_text("is folded")
        await anna.go("/")
        card = main.locator(".card", has_text="Filtered: football")
        await expect(anna.post(SAID)).to_be_hidden()
        await card.locator("summary", has_text="Filtered").click()
        await expect(anna.post(SAID)).to_be_visible()

        await anna.go("/lists")
        await anna.field("What it is called").fill("Chess")
        await anna.button("Make the list").click()
        await anna.field("Somebody you follow").fill("@jonas")
        await anna.button("Put on the list").click()
        await expect(main.locator(".person")).to_contain_text("Jonas")
        await anna.link("Read the list").click()
        await expect(anna.post(ANSWERED)).to_be_visible()
        await expect(main).not_to_contain_text(ASKED)

        await anna.go("/")
        await liked.locator(".more > summary").first.click()
        await anna.button("Mute this conversation", liked).click()
        await expect(main).not_to_contain_text(ASKED)
        await anna.go("/muted")
        await expect(main).to_contain_text(ASKED)
        await anna.check()
    finally:
        await anna.leave()

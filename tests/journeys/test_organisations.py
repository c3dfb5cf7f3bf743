"""A town speaks with the people it is there for: a page, its team, a second pair of eyes, and a post on its wall."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from tests.conftest import StartServer
from tests.journeys.visitors import DESKTOP, PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

expect.set_options(timeout=PATIENCE)

NAME, NEWS, WISH, THANKS = "Stadt Lindenau", "Das Freibad öffnet.", "Mit Uhrzeit, bitte.", "Danke für die neue Bank!"


async def no_barriers(visitor: Visitor) -> None:
    await visitor.check()
    results = await Axe().run(visitor.page)
    assert results.violations_count == 0, results.generate_report()


async def make_page(mehmet: Visitor) -> None:
    await mehmet.go("/pages")
    await mehmet.press_and_follow(mehmet.link("New page").first.click, "**/pages/new")
    await mehmet.field("Name").fill(NAME)
    await mehmet.field("Handle").fill("lindenau")
    await mehmet.press_and_follow(mehmet.button("Make the page").click, "**/pages/lindenau/settings*")
    await mehmet.field("Monday").fill("8-12, 13-18")
    await (
        mehmet.page.get_by_role("group", name=mehmet.say("Who may write on its wall"))
        .get_by_label(mehmet.say("Everybody who is signed in"))
        .check()
    )
    await mehmet.press_and_follow(mehmet.button("Save").click, "**/settings?said=saved")
    await no_barriers(mehmet)
    await mehmet.go("/pages/lindenau/team")
    await mehmet.field("Handle").fill("@anna")
    await mehmet.press_and_follow(mehmet.button("Ask").last.click, "**/team?said=invited")
    await no_barriers(mehmet)


async def write_for_it(anna: Visitor) -> str:
    """She is asked, accepts, and writes; it waits."""
    await anna.go("/pages")
    await anna.press_and_follow(anna.button("Accept").click, "**/team?said=joined")
    await anna.go("/pages")
    await anna.press_and_follow(anna.button("Speak for it").click, "**/")
    await expect(anna.page.locator(".speaks")).to_contain_text(NAME)
    await anna.go("/compose")
    await anna.field("Your post").fill(NEWS)
    await anna.press_and_follow(anna.page.locator("button.go").click, "**/approvals/*")
    await no_barriers(anna)
    return anna.page.url


async def give_back(mehmet: Visitor) -> None:
    await mehmet.go("/approvals")
    await no_barriers(mehmet)
    await mehmet.press_and_follow(mehmet.link("Look at it").first.click, "**/approvals/*")
    await mehmet.field("Why not, or what to change").fill(WISH)
    await no_barriers(mehmet)
    await mehmet.press_and_follow(mehmet.button("Give it back").click, "**/approvals?said=declined")


async def mend_it(anna: Visitor, waiting: str) -> None:
    await anna.go(waiting)
    await expect(anna.page.locator(".steps")).to_contain_text(WISH)
    await anna.press_and_follow(anna.link("Change").click, "**/compose?draft=*")
    await anna.field("Your post").fill(f"{NEWS} Um neun.")
    await anna.press_and_follow(anna.page.locator("button.go").click, "**/approvals/*")


async def let_through(mehmet: Visitor, waiting: str) -> str:
    await mehmet.go(waiting)
    await mehmet.press_and_follow(mehmet.button("Let it through").click, "**/conversations/**")
    await no_barriers(mehmet)
    return mehmet.page.url.partition("?")[0]


async def write_on_its_wall(ben: Visitor, post: str) -> None:
    await ben.go(post)
    await expect(ben.page.locator(".post .name").first).to_contain_text("Anna Ritter for")
    await expect(ben.page.locator(".post .name").first).to_contain_text(NAME)
    await ben.go("/@lindenau")
    await no_barriers(ben)
    await ben.page.locator("#compose textarea").fill(THANKS)
    await ben.press_and_follow(ben.page.locator("#compose button.go").click, "**/conversations/**")
    await expect(ben.page.locator(".on-wall")).to_contain_text(NAME)
    await no_barriers(ben)


async def speak_for_herself(anna: Visitor) -> None:
    """What was addressed to the page is the whole team's; what she says now is hers."""
    await expect(anna.page.locator(".speaks")).to_be_visible()
    await anna.press_and_follow(anna.button("Speak for myself again").click, "**/")
    await expect(anna.page.locator(".speaks")).to_have_count(0)
    await anna.go("/notifications?for=lindenau")
    await expect(anna.page.locator("#notifications")).to_contain_text(THANKS)
    await no_barriers(anna)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_page_of_a_town(chromium: Browser, start_server: StartServer) -> None:
    url = start_server().url
    mehmet = await Visitor.arrive(chromium, url, "en", DESKTOP)
    anna = await Visitor.arrive(chromium, url, "de", PHONE, theme="dark")
    ben = await Visitor.arrive(chromium, url, "en", PHONE)
    try:
        await mehmet.sign_up("mehmet", "Mehmet Aydın")
        await anna.sign_up("anna", "Anna Ritter")
        await ben.sign_up("ben", "Ben Adler")
        await make_page(mehmet)
        waiting = await write_for_it(anna)
        await give_back(mehmet)
        await mend_it(anna, waiting)
        post = await let_through(mehmet, waiting)
        await write_on_its_wall(ben, post)
        await anna.go("/")
        await speak_for_herself(anna)
    finally:
        for visitor in (mehmet, anna, ben):
            await visitor.leave()

"""The first evening of a small community: three people, three browsers, one server, from signing up to taking back."""

import asyncio

import pytest
from playwright.async_api import Browser, FilePayload, Route, ViewportSize, expect

from tests.conftest import StartServer
from tests.journeys.visitors import DESKTOP, PATIENCE, PHONE, Visitor, photograph

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)

CAKE, HELLO, ANSWER = "Der Kuchen ist fertig, wer kommt?", "Guten Abend aus der Mühlgasse", "Ich bringe Sahne mit"
ALT = "Ein Apfelkuchen auf einem Gartentisch"
WHY = "Wir singen beide im Chor"
PICTURE: FilePayload = {"name": "kuchen.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
#: Playwright's own click would wait for the page after the first one.
_TWICE = "one => new Promise(done => { one.click(); setTimeout(() => { one.click(); done(); }, 50); })"


class Evening:
    """What happens, in the order in which it does."""

    def __init__(self, anna: Visitor, ines: Visitor, mehmet: Visitor) -> None:
        self.anna, self.ines, self.mehmet = anna, ines, mehmet
        self.everybody = (anna, ines, mehmet)

    async def arrive(self) -> None:
        await self.anna.sign_up("anna", "Anna Ritter")
        await self.ines.sign_up("ines", "Ines Krüger")
        await self.mehmet.sign_up("mehmet", "Mehmet Aydın")
        await self.mehmet.go("/@ines")
        await self.mehmet.button("Follow").click()
        await expect(self.mehmet.button("Unfollow")).to_be_visible()

    async def introduce_oneself(self) -> None:
        """Anna fills her profile, as the welcome suggests."""
        anna = self.anna
        await anna.press_and_follow(anna.link("Fill in your profile").click, "**/settings")
        await anna.field("Choose a picture").set_input_files(PICTURE)
        await anna.button("Use this picture").click()
        await expect(anna.button("Remove the picture")).to_be_visible()
        await anna.page.locator("[name=about]").fill("Ich backe und singe. #Chor")
        await anna.field("Pronouns").fill("sie/ihr")
        await anna.button("Save").click()
        await expect(anna.page.get_by_role("status").filter(has_text=anna.say("Saved."))).to_be_visible()
        await anna.check()
        await anna.press_and_follow(anna.link("See my profile").click, "**/@anna")
        await expect(anna.page.get_by_role("main")).to_contain_text("sie/ihr")
        face = await anna.page.evaluate("document.querySelector('.profile img').naturalWidth")
        assert face > 0

    async def connect(self) -> None:
        """Ines asks with a line why; Anna finds it among her notifications."""
        anna, ines = self.anna, self.ines
        await anna.go("/")
        await ines.go("/@anna")
        await ines.page.locator("summary", has_text=ines.say("Connect")).click()
        await ines.page.locator("[name=line]").fill(WHY)
        await ines.button("Ask to connect").click()
        await expect(ines.page.get_by_text(ines.say("You have asked to connect"))).to_be_visible()
        await ines.check()
        await wait_for_count(anna, "1")
        await anna.go("/notifications")
        await expect(anna.page.locator(".notification", has_text=WHY)).to_be_visible()
        await anna.button("Accept").click()
        await anna.check()
        await anna.go("/@ines")
        await expect(anna.page.get_by_text(anna.say("You are connected"))).to_be_visible()

    async def post(self) -> None:
        """Ines's page stays open and unmoved while Anna posts, with the keyboard alone."""
        anna, ines = self.anna, self.ines
        await self._say_hello()
        await ines.page.evaluate("window.untouched = true")
        before = await ines.post(HELLO).bounding_box()
        await anna.go("/")
        await self._compose()
        offer = ines.page.locator("[data-fresh]")
        await expect(offer).to_have_text(ines.say("Show 1 new conversation"))
        assert await ines.post(HELLO).bounding_box() == before, "the page moved under the eyes of its reader"
        await ines.check()
        await offer.click()
        await expect(ines.page.locator(".feed [data-post]").first).to_contain_text(CAKE)
        picture = ines.page.get_by_alt_text(ALT)
        await expect(picture).to_be_visible()
        await ines.until(f"document.querySelector('[alt=\"{ALT}\"]').naturalWidth > 0")
        assert await ines.page.evaluate("window.untouched"), "the page was loaded anew"
        await ines.check()

    async def _say_hello(self) -> None:
        """Impatiently: the connection is slow, and a second click makes no second post."""
        ines = self.ines
        await ines.go("/compose")
        await ines.field("Your post").fill(HELLO)
        slow = asyncio.Event()

        async def hold(route: Route) -> None:
            await slow.wait()
            await route.continue_()

        await ines.page.route("**/posts", hold)
        await ines.button("Post").evaluate(_TWICE)
        slow.set()
        await ines.page.wait_for_url("**/conversations/**")
        await ines.page.unroute("**/posts")
        await ines.go("/")
        await expect(ines.post(HELLO)).to_have_count(1)
        assert ines.sent.count("/posts") == 1

    async def _compose(self) -> None:
        """From the top of the page, without a mouse."""
        anna, keys = self.anna, self.anna.page.keyboard
        await keys.press("Tab")
        await expect(anna.link("Skip to the content")).to_be_focused()
        await keys.press("Enter")
        await keys.press("Tab")
        await expect(anna.field("Your post")).to_be_focused()
        await keys.type(CAKE)
        await keys.press("Tab")
        await keys.press("Enter")
        await anna.page.locator("#picture-1").set_input_files(PICTURE)
        await expect(anna.page.locator(".slot.filled input[name^=alt_]")).to_be_focused()
        await keys.type(ALT)
        await anna.check()
        await anna.press_and_follow(lambda: keys.press("Control+Enter"), "**/conversations/**")
        await expect(anna.post(CAKE)).to_have_count(1)
        assert anna.sent.count("/posts") == 1

    async def reply(self) -> None:
        """Anna has the conversation open, and sees the answer come in."""
        anna, ines = self.anna, self.ines
        await anna.page.evaluate("window.untouched = true")
        await ines.link("Be the first to reply").click()
        await ines.page.wait_for_url("**/conversations/**")
        await ines.page.locator("#reply textarea").fill(ANSWER)
        await ines.button("Reply", ines.page.locator("#reply")).click()
        await expect(ines.post(ANSWER)).to_be_visible()
        await ines.check()
        await expect(anna.post(ANSWER)).to_be_visible()
        await wait_for_count(anna, "1")
        assert await anna.page.evaluate("window.untouched"), "the page was loaded anew"
        await anna.check()

    async def share(self) -> None:
        """Mehmet does not know Anna; he meets her post through Ines, and is told so."""
        ines, mehmet = self.ines, self.mehmet
        share = ines.button("Share", ines.post(CAKE)).first
        await expect(share).to_have_attribute("aria-pressed", "false")
        await share.click()
        await expect(ines.button("Share", ines.post(CAKE)).first).to_have_attribute("aria-pressed", "true")
        await ines.check()
        await mehmet.go("/")
        card = mehmet.page.locator(".card", has_text=CAKE)
        await expect(card).to_have_count(1)
        await expect(card.locator(".why")).to_have_text(mehmet.say("%(name)s shared this") % {"name": "Ines Krüger"})
        await expect(card.get_by_alt_text(ALT)).to_be_visible()

    async def take_back(self) -> None:
        """Anna removes it: nobody sees it any more, nor its picture."""
        anna = self.anna
        talk = anna.page.url
        picture = await anna.page.get_by_alt_text(ALT).get_attribute("src")
        assert picture
        assert (await self.mehmet.context.request.get(picture)).status == 200
        post = anna.post(CAKE)
        await post.locator(".more > summary").first.click()
        await anna.press_and_follow(anna.link("Delete", post).click, "**/remove")
        await anna.press_and_follow(anna.button("Delete").click, "**/*")
        for one in self.everybody:
            for path in ("/", "/local", talk):
                await one.go(path)
                await expect(one.page.get_by_role("main")).not_to_contain_text(CAKE)
                await expect(one.page.get_by_alt_text(ALT)).to_have_count(0)
            assert (await one.context.request.get(picture)).status == 404


async def wait_for_count(visitor: Visitor, count: str) -> None:
    """The number of unread notifications, where this window shows it."""
    shown = visitor.page.locator("[data-count]:visible i")
    await expect(shown).to_have_text(count)


async def spend_the_evening(browser: Browser, url: str, language: str, viewport: ViewportSize) -> None:
    visitors = [await Visitor.arrive(browser, url, language, viewport) for _ in range(3)]
    try:
        evening = Evening(*visitors)
        await evening.arrive()
        await evening.introduce_oneself()
        await evening.connect()
        await evening.post()
        await evening.reply()
        await evening.share()
        await evening.take_back()
    finally:
        for one in visitors:
            await one.leave()


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("language", "viewport"),
    [("de", PHONE), pytest.param("en", DESKTOP, marks=pytest.mark.slow)],
    ids=["phone-de", "desktop-en"],
)
async def test_first_evening(
    chromium: Browser, start_server: StartServer, language: str, viewport: ViewportSize
) -> None:
    await spend_the_evening(chromium, start_server().url, language, viewport)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("engine", ["postgres"])
async def test_first_evening_in_two_processes(chromium: Browser, start_server: StartServer) -> None:
    await spend_the_evening(chromium, start_server(PLAUSCH_WORKERS="2").url, "de", DESKTOP)

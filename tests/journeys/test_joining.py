"""Somebody asks to join from a phone, is let in, and finds what they had begun to write."""

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import StartServer
from tests.harness.mailbox import link_in, open_mailbox
from tests.journeys.visitors import DESKTOP, PASSWORD, PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

expect.set_options(timeout=PATIENCE)

ASK, ANSWER, WHY = "Wer kommt am Samstag zum #Fest?", "Ich bringe Kuchen mit", "Ich bin neu in der Mühlgasse."


async def test_asking_to_join(chromium: Browser, start_server: StartServer) -> None:
    async with open_mailbox() as mailbox:
        server = start_server(PLAUSCH_SIGN_UP="approval", PLAUSCH_SMTP_URL=mailbox.url, PLAUSCH_NAME="Lindenau")
        jonas = await Visitor.arrive(chromium, server.url, "de", DESKTOP)
        pia = await Visitor.arrive(chromium, server.url, "de", PHONE)
        await jonas.sign_up("jonas", "Jonas Weber")
        await jonas.go(link_in(await mailbox.next_to("jonas@example.org")))
        await jonas.press_and_follow(jonas.button("Confirm").click, "**/settings/account?done=confirmed")
        await jonas.go("/compose")
        await jonas.field("Your post").fill(ASK)
        await jonas.press_and_follow(jonas.button("Post").click, "**/conversations/**")

        await pia.go(jonas.page.url.split("?")[0].split("#")[0])
        await pia.field("What do you say to that?").fill(ANSWER)
        await pia.press_and_follow(pia.button("Join and reply").click, "**/sign-up")
        await pia.page.locator("[name=handle]").fill("pia")
        await pia.field("Your name").fill("Pia Sommer")
        await pia.page.locator("[name=email]").fill("pia@example.org")
        await pia.page.locator("[name=password]").fill(PASSWORD)
        await pia.field("Why would you like to join?").fill(WHY)
        await pia.press_and_follow(pia.button("Ask to join").click, "**/sign-up/waiting")
        await pia.go(link_in(await mailbox.next_to("pia@example.org")))
        await pia.press_and_follow(pia.button("Confirm").click, "**/sign-in?done=confirmed")

        await jonas.go(link_in(await mailbox.next_to("jonas@example.org")))
        await expect(jonas.page.get_by_text(WHY)).to_be_visible()
        await jonas.press_and_follow(jonas.button("Let in").click, "**/admin/people/waiting?done=approved")

        await pia.go(link_in(await mailbox.next_to("pia@example.org")))
        await pia.page.locator("[name=login]").fill("pia@example.org")
        await pia.page.locator("[name=password]").fill(PASSWORD)
        await pia.button("Sign in", pia.page.locator("form.form")).click()
        await pia.go("/welcome")
        await pia.press_and_follow(pia.link("Go on writing").click, "**/compose?reply_to=*")
        await expect(pia.page.locator("[name=text]").first).to_have_value(ANSWER)
        await pia.press_and_follow(pia.button("Reply", pia.page.get_by_role("main")).click, "**/conversations/**")
        await expect(pia.post(ANSWER)).to_be_visible()
        for one in (jonas, pia):
            await one.check()
            await one.leave()

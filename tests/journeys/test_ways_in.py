"""Ways in with a real browser: a passkey on a device, codes, and another service."""

import json

import pyotp
import pytest
from playwright.async_api import Browser, CDPSession

from tests.conftest import StartServer
from tests.harness.issuer import CLIENT, SECRET, open_issuer
from tests.journeys.visitors import DESKTOP, PASSWORD, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("engine", ["sqlite"])]

#: As browsers are that offer passkeys only after a click.
_NEVER_OFFERS = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"


async def _plug_in(visitor: Visitor) -> tuple[CDPSession, str]:
    """A device with a fingerprint reader, as Chromium's tools have it. It says yes at once."""
    session = await visitor.context.new_cdp_session(visitor.page)
    await session.send("WebAuthn.enable", {"enableUI": False})
    made = await session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]


async def test_a_passkey_without_a_name(chromium: Browser, start_server: StartServer) -> None:
    server = start_server()
    anna = await Visitor.arrive(chromium, server.url, "de", PHONE, theme="dark")
    await anna.sign_up("anna", "Anna")
    session, device = await _plug_in(anna)
    await anna.go("/settings/security")
    form = anna.page.locator("#new-passkey")
    await form.locator("summary").click()
    await form.locator("[name=password_passkey]").fill("falsch und zu lang")
    await anna.button("Add a passkey", form).click()
    await anna.page.get_by_text(anna.say("This is not your password.")).wait_for()
    anna.troubles.clear()  # the browser complains about the status of a refusal
    await form.locator("[name=name]").fill("Mein Handy")
    await form.locator("[name=password_passkey]").fill(PASSWORD)
    await anna.press_and_follow(anna.button("Add a passkey", form).click, "**/settings/security?done=passkey")
    await anna.page.get_by_text("Mein Handy").wait_for()

    await anna.context.clear_cookies()
    await anna.page.goto("/sign-in?next=%2Flikes")
    await anna.page.wait_for_url("**/likes")  # offered in the field of the name, and taken there

    await anna.context.clear_cookies()
    await anna.page.add_init_script(_NEVER_OFFERS)
    await anna.go("/sign-in?next=%2Fbookmarks")
    await anna.press_and_follow(anna.button("Sign in with a passkey").click, "**/bookmarks")

    await session.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    await anna.context.clear_cookies()
    await anna.go("/sign-in")
    await anna.button("Sign in with a passkey").click()
    await anna.page.get_by_text(anna.say("That did not work. Try again, or sign in another way.")).wait_for()
    await anna.check()
    await anna.leave()


async def test_codes_and_another_service(chromium: Browser, start_server: StartServer) -> None:
    async with open_issuer() as issuer:
        issuer.claims = {"preferred_username": "ines", "name": "Ines", "email": "ines@example.org"}
        server = start_server(
            PLAUSCH_OIDC_ISSUER=issuer.url, PLAUSCH_OIDC_CLIENT_ID=CLIENT, PLAUSCH_OIDC_CLIENT_SECRET=SECRET,
            PLAUSCH_OIDC_NAME="Chor", PLAUSCH_NAME="Lindenau",
        )  # fmt: skip
        ines = await Visitor.arrive(chromium, server.url, "en", DESKTOP, scripts=False)
        await ines.go("/sign-up")
        await ines.link("Join with Chor").click()
        back = json.loads(await ines.page.locator("body").inner_text())["go"]
        await ines.go(back)
        await ines.page.wait_for_url("**/sign-up/linked")
        await ines.press_and_follow(ines.button("Join").click, "**/welcome")
        await ines.go("/settings/account")
        await ines.page.locator("[name=password]").fill(PASSWORD)
        await ines.press_and_follow(ines.button("Set the password").click, "**/settings/account?saved=1")

        await ines.go("/settings/security")
        await ines.page.locator("#codes summary").click()
        await ines.page.locator("[name=password_codes]").fill(PASSWORD)
        await ines.press_and_follow(ines.button("Go on", ines.page.locator("#codes")).click, "**/security/codes")
        link = await ines.link("Open it on this device").get_attribute("href")
        totp = pyotp.parse_uri(link or "")
        assert isinstance(totp, pyotp.TOTP)
        await ines.page.locator("[name=code]").fill(totp.now())
        await ines.press_and_follow(ines.button("Switch on").click, "**/codes/confirm")
        code = await ines.page.locator(".recovery code").first.inner_text()
        await ines.context.clear_cookies()
        await ines.go("/sign-in?next=%2Fbookmarks")
        await ines.page.locator("[name=login]").fill("ines")
        await ines.page.locator("[name=password]").fill(PASSWORD)
        await ines.press_and_follow(ines.button("Sign in").click, "**/sign-in/code")
        await ines.page.locator("[name=code]").fill(code)
        await ines.press_and_follow(ines.button("Sign in").click, "**/bookmarks")

        await ines.go("/settings/security")
        await ines.page.locator("#links summary", has_text="Link your account").click()
        await ines.page.locator("[name=password_link]").fill(PASSWORD)
        issuer.person = "person-2"
        await ines.button("Go on", ines.page.locator("#links")).click()
        await ines.page.wait_for_url(f"{issuer.url}/**")  # no form may lead there, and this page does
        await ines.go(json.loads(await ines.page.locator("body").inner_text())["go"])
        await ines.page.wait_for_url("**/settings/security?done=linked")
        await ines.check()
        await ines.leave()

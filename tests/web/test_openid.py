"""Signing in with another service, which really runs on this machine and is not always honest."""

import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from plausch.community import actions as community
from plausch.community.model import CommunityEdit
from plausch.net.fetching import Fetched, GuardedClient, Refusal, Refused
from plausch.settings import SignUpMode
from tests.harness.issuer import CLIENT, SECRET, Issuer, open_issuer
from tests.web.conftest import PASSWORD, Browser, OpenWeb, Web
from tests.web.test_people import person_of, text_of
from tests.web.test_ways_in import is_in, with_codes

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
_SETTINGS = "/settings/security"


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    async with open_issuer() as opened:
        yield opened


@pytest.fixture
async def web(open_web: OpenWeb, issuer: Issuer) -> Web:
    service = {"oidc_issuer": issuer.url, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    return await open_web(**service, oidc_name="Choir & Co")


async def go(browser: Browser, issuer: Issuer, query: str = "?next=/bookmarks") -> httpx.Response:
    """To the service and back."""
    gone = await browser.get(f"/sign-in/with{query}")
    assert gone.status_code == 303, text_of(gone)
    return await browser.get(issuer.visit(gone.headers["location"]))


async def link(browser: Browser, issuer: Issuer) -> httpx.Response:
    page = await browser.submit(f"{_SETTINGS}/link", password_link=PASSWORD)
    url = page.text.partition('http-equiv="refresh" content="0;url=')[2].partition('"')[0].replace("&amp;", "&")
    return await browser.get(issuer.visit(url))


@only_sqlite
async def test_an_account_by_the_other_service(web: Web, issuer: Issuer) -> None:
    await web.join("jonas")
    ines = await web.open()
    assert "Sign in with Choir & Co" in text_of(await ines.get("/sign-in"))
    issuer.claims = {"name": "Ines <Sommer>", "preferred_username": "ines", "email": "ines@choir.example"}
    issuer.claims["email_verified"] = True
    assert (await go(ines, issuer)).headers["location"] == "/sign-up/linked"
    assert not await is_in(ines)
    form = await ines.get("/sign-up/linked")
    assert 'value="Ines &lt;Sommer&gt;"' in form.text
    assert 'name="password"' not in form.text
    assert (await ines.submit("/sign-up/linked", handle="jonas", name="I")).status_code == 422
    made = await ines.submit("/sign-up/linked", handle="ines", name="Ines", email="other@example.org")
    assert made.headers["location"] == "/welcome"
    account = text_of(await ines.get("/settings/account"))
    assert "ines@choir.example confirmed" in account, "what the service knows, and not what is written"
    assert "Set a password" in account
    again = await web.open()
    assert (await go(again, issuer)).headers["location"] == "/bookmarks"
    assert await is_in(again)
    for wrong in ("", "nobody has this password"):
        assert (await (await web.open()).submit("/sign-in", login="ines", password=wrong)).status_code == 422
    identity = (await ines.get(_SETTINGS)).text.partition('name="identity" value="')[2].partition('"')[0]
    kept = await ines.submit(f"{_SETTINGS}/unlink", identity=identity)
    assert "only way in" in text_of(kept)
    assert (await ines.submit("/settings/account", password=PASSWORD)).status_code == 303
    refused = await ines.submit(f"{_SETTINGS}/unlink", identity=identity, **{f"password_{identity}": "wrong"})
    assert refused.status_code == 422, "with the password only, now that there is one"
    await ines.submit(f"{_SETTINGS}/unlink", identity=identity, **{f"password_{identity}": PASSWORD})
    assert (await go(await web.open(), issuer)).headers["location"] == "/sign-up/linked"
    assert (await ines.submit("/settings/account", password="a third sentence")).status_code == 422, "there is one now"


async def test_linking_and_never_by_the_address(web: Web, issuer: Issuer) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    issuer.claims = {"email": "anna@example.org", "email_verified": True}
    thief = await web.open()
    assert (await go(thief, issuer)).headers["location"] == "/sign-up/linked", "the same address is not the same person"
    taken = await thief.submit("/sign-up/linked", handle="anna2")
    assert "There is an account with this address already" in text_of(taken)
    assert (await anna.submit(f"{_SETTINGS}/link", password_link="wrong")).status_code == 422
    assert (await link(anna, issuer)).headers["location"] == f"{_SETTINGS}?done=linked"
    assert (await link(anna, issuer)).headers["location"] == f"{_SETTINGS}?done=linked", "once more is no harm"
    assert "Somebody else here signs in with that account" in text_of(await link(ben, issuer))
    await with_codes(anna)
    phone = await web.open()
    assert (await go(phone, issuer)).headers["location"] == "/sign-in/code", "whoever wants codes is asked for them"

    page = await ben.submit(f"{_SETTINGS}/link", password_link=PASSWORD)
    url = page.text.partition("0;url=")[2].partition('"')[0].replace("&amp;", "&")
    await ben.submit("/sign-out")
    issuer.person = "person-2"
    back = await ben.get(issuer.visit(url))
    assert back.status_code == 422, "signed out meanwhile"


@only_sqlite
async def test_who_may_join_is_the_owners_choice(web: Web, issuer: Issuer) -> None:
    jonas = await web.join("jonas")

    async def choose(mode: SignUpMode) -> None:
        async with web.site.database.write() as tx:
            await community.change_community(tx, await person_of(web, "jonas"), CommunityEdit(sign_up=mode))
        await web.site.held.renew()

    ruth = await web.open()
    await go(ruth, issuer)
    form = {"handle": "ruth", "email": "ruth@example.org"}
    await choose(SignUpMode.CLOSED)
    assert (await ruth.submit("/sign-up/linked", **form)).status_code == 403
    await choose(SignUpMode.INVITE)
    assert (await ruth.submit("/sign-up/linked", **form)).status_code == 403
    made = await jonas.submit("/invitations", note="", uses="1", days="7")
    code = (await jonas.get(made.headers["location"])).text.partition("/join/")[2].partition('"')[0]
    invited = await web.open()
    page = await invited.get(f"/join/{code}")
    assert f"/sign-in/with?next=/welcome&amp;invitation={code}" in page.text
    issuer.person = "person-3"
    await go(invited, issuer, f"?invitation={code}")
    assert f'value="{code}"' in (await invited.get("/sign-up/linked")).text
    await choose(SignUpMode.APPROVAL)
    assert (await ruth.submit("/sign-up/linked", **form)).status_code == 422, "a reason is needed"
    asked = await ruth.submit("/sign-up/linked", **form, reason="I sing")
    assert asked.headers["location"] == "/sign-up/waiting"
    issuer.person = "person-1"
    assert (await go(await web.open(), issuer)).headers["location"] == "/sign-up/waiting"
    await choose(SignUpMode.OPEN)
    await jonas.submit("/admin/barred/domains", domain="spam.example")
    await jonas.submit("/admin/barred/networks", network="198.51.100.0/24", severity="no_sign_up")
    issuer.person = "person-4"
    for address, status in (("192.0.2.1", 422), ("198.51.100.7", 403)):
        otto = await web.open("en", address)
        await go(otto, issuer)
        refused = await otto.submit("/sign-up/linked", handle="otto", email="otto@mail.spam.example")
        assert refused.status_code == status


def lies() -> dict[str, tuple[str, dict[str, Any]]]:
    """What the service does, and why it is not believed."""
    return {
        "another nonce": ("made for somebody else", {"claims": {"nonce": "x"}}),
        "no nonce": ("made for somebody else", {"claims": {"nonce": None}}),
        "another audience": ("InvalidAudienceError", {"claims": {"aud": "other"}}),
        "several audiences": ("made for another client", {"claims": {"aud": [CLIENT, "other"]}}),
        "another client": ("made for another client", {"claims": {"azp": "other"}}),
        "another issuer": ("InvalidIssuerError", {"claims": {"iss": "https://evil.example"}}),
        "expired": ("ExpiredSignatureError", {"claims": {"exp": int(time.time()) - 3600}}),
        "without an end": ("MissingRequiredClaimError", {"claims": {"exp": None}}),
        "about nobody": ("about nobody", {"claims": {"sub": ""}}),
        "unsigned": ("signed in a way that is not taken", {"algorithm": "none", "signing_key": None}),
        "a shared secret": ("signed in a way that is not taken", {"algorithm": "HS256", "signing_key": SECRET}),
        "somebody else's key": ("InvalidSignatureError", {"signing_key": ec.generate_private_key(ec.SECP256R1())}),
        "another kind of key": (
            "signed with no known key",
            {"algorithm": "RS256", "signing_key": rsa.generate_private_key(65537, 2048)},
        ),
        "an unknown key": ("signed with no known key", {"kid": "two"}),
    }


@only_sqlite
async def test_what_is_not_believed(web: Web, issuer: Issuer, caplog: pytest.LogCaptureFixture) -> None:
    browser = await web.open()
    for name, (why, lie) in lies().items():
        right = {field: getattr(issuer, field) for field in lie}
        for field, value in lie.items():
            setattr(issuer, field, value)
        answer = await go(browser, issuer)
        assert (answer.status_code, "does not answer as it should" in text_of(answer)) == (422, True), name
        assert why in str(vars(caplog.records[-1])["error"]), name
        for field, value in right.items():
            setattr(issuer, field, value)
    issuer.kid = None
    assert (await go(browser, issuer)).status_code == 303, "the only key need not be named"


@only_sqlite
async def test_only_the_browser_that_went_comes_back(web: Web, issuer: Issuer) -> None:
    browser, other = await web.open(), await web.open()
    gone = await browser.get("/sign-in/with")
    back = issuer.visit(gone.headers["location"])
    assert (await other.get(back)).status_code == 422
    assert (await browser.get(back + "x")).status_code == 422, "another state"
    assert (await browser.get(back)).status_code == 422, "and it was the only try"
    gone = await browser.get("/sign-in/with")
    denied = back.partition("?")[0] + "?error=access_denied&state="
    state = httpx.URL(gone.headers["location"]).params["state"]
    assert "has not signed you in" in text_of(await browser.get(denied + state))
    gone = await browser.get("/sign-in/with")
    mixed = await browser.get(issuer.visit(gone.headers["location"]) + "&iss=https://evil.example")
    assert mixed.status_code == 422
    back = issuer.visit((await browser.get("/sign-in/with")).headers["location"])
    assert (await browser.get(back)).status_code == 303
    assert (await browser.get(back)).status_code == 422, "a way back counts once"
    issuer.down = True
    gone = await browser.get("/sign-in/with")
    assert (await browser.get(issuer.visit(gone.headers["location"]))).status_code == 422


@only_sqlite
async def test_the_address_may_stand_elsewhere(web: Web, issuer: Issuer) -> None:
    issuer.userinfo = {"email": "kim@example.org", "email_verified": "true"}
    browser = await web.open()
    await go(browser, issuer)
    assert 'value="kim@example.org"' in (await browser.get("/sign-up/linked")).text
    issuer.claims, issuer.userinfo = {"email_verified": True}, {"email": "ben@example.org"}
    await go(browser, issuer)
    form = (await browser.get("/sign-up/linked")).text
    assert "readonly" not in form.partition('value="ben@example.org"')[2].partition(">")[0], "said of no address"
    issuer.userinfo["sub"] = "somebody else"
    await go(browser, issuer)
    assert "ben@example.org" not in (await browser.get("/sign-up/linked")).text


@only_sqlite
async def test_without_a_service_there_is_none(open_web: OpenWeb) -> None:
    web = await open_web()
    browser = await web.open()
    assert "/sign-in/with" not in (await browser.get("/sign-in")).text
    assert (await browser.get("/sign-in/with")).status_code == 404
    assert (await browser.get("/sign-in/with/back?code=x")).status_code == 404


async def test_only_the_chosen_server_is_asked_inside(issuer: Issuer) -> None:
    client = GuardedClient("http://localhost", trusted=issuer.url)
    assert isinstance(await client.fetch(f"{issuer.url}/keys"), Fetched)
    async with open_issuer() as other:
        refused = await client.fetch(f"{other.url}/keys")
        assert refused == Refused(Refusal.ADDRESS)
    assert await client.fetch("http://127.0.0.1/") == Refused(Refusal.NOT_PUBLIC)
    assert await GuardedClient("http://localhost").fetch(f"{issuer.url}/keys") == Refused(Refusal.ADDRESS)

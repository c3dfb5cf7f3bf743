"""Programs register, are agreed to on a plain form, speak for somebody, and lose their token (OAuth 2)."""

import base64
import hashlib
import re
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp
import pytest

from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people import queries
from plausch.people.model import APP_UNUSED, SHOWN_CODE, AppForm, Viewer
from tests.mastodon.conftest import PASSWORD, Town

BACK = "https://app.example/back?kept=1"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class Form(NamedTuple):
    action: str
    fields: dict[str, str]
    buttons: int


def forms_of(page: str) -> list[Form]:
    """The forms of a page as a program without JavaScript sees them."""
    found = []
    for attributes, inside in re.findall(r"<form([^>]*)>(.*?)</form>", page, re.DOTALL):
        if "hidden" in attributes.split():
            continue
        action = re.search(r'action="([^"]*)"', attributes)
        fields = {}
        for one in re.findall(r"<input[^>]*>", inside):
            named = dict(re.findall(r'(\w+)="([^"]*)"', one))
            if "name" in named:
                fields[named["name"]] = unescape(named.get("value", ""))
        found.append(Form(unescape(action[1]) if action else "", fields, inside.count("<button")))
    return found


async def register(client: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    given = {"client_name": "Tusky", "redirect_uris": BACK, "scopes": "read write follow", **more}
    answer = await client.post("/api/v1/apps", json=given)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def question(app: dict[str, Any], **more: str) -> str:
    asked = {
        "client_id": app["client_id"],
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "read write:statuses",
        **more,
    }
    return f"/oauth/authorize?{urlencode({name: value for name, value in asked.items() if value})}"


async def sign_in(browser: httpx.AsyncClient, where: str, login: str) -> httpx.Response:
    """From the page that asks to the one that asks for consent, as a person without JavaScript gets there."""
    shown = await browser.get(where)
    assert shown.status_code == 200
    (form,) = forms_of(shown.text)
    assert (form.buttons, 'type="password"' in shown.text) == (1, True)
    wrong = await browser.post(form.action, data={**form.fields, "login": login, "password": "nothing of mine"})
    assert wrong.status_code == 422
    (form,) = forms_of(wrong.text)
    entered = await browser.post(form.action, data={**form.fields, "login": login, "password": PASSWORD})
    assert entered.status_code == 303
    return await browser.get(entered.headers["location"])


async def agree(browser: httpx.AsyncClient, page: httpx.Response) -> httpx.Response:
    assert page.status_code == 200, page.text
    (form,) = forms_of(page.text)
    assert form.buttons == 1
    answer = await browser.post(form.action, data=form.fields)
    assert answer.status_code == 303
    return answer


def sent_back(answer: httpx.Response, uri: str = BACK) -> dict[str, str]:
    where = answer.headers["location"]
    assert where.startswith(uri)
    return {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}


async def exchange(client: httpx.AsyncClient, app: dict[str, Any], brought: str, **more: str) -> httpx.Response:
    given = {
        "grant_type": "authorization_code",
        "code": brought,
        "redirect_uri": BACK,
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        **more,
    }
    return await client.post("/oauth/token", data={name: value for name, value in given.items() if value})


async def test_a_program_asks_is_agreed_to_speaks_and_gives_its_token_back(town: Town) -> None:
    await town.person("anna")
    client, browser = await town.client(), await town.client()
    app = await register(client, website="https://tusky.example")
    assert (app["redirect_uris"], app["scopes"]) == ([BACK], ["read", "write", "follow"])
    page = await sign_in(browser, question(app, state="a b&c", lang="de"), "anna@example.org")
    assert "Tusky" in page.text
    assert "form-action 'self' https:;" in page.headers["content-security-policy"]
    back = sent_back(await agree(browser, page))
    assert (back["state"], back["kept"]) == ("a b&c", "1")

    answer = await exchange(client, app, back["code"])
    token = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    assert (token["token_type"], token["scope"]) == ("Bearer", "read write:statuses")
    program = await town.client(token["access_token"])
    assert (await program.get("/oauth/userinfo")).json()["preferred_username"] == "anna"
    known = (await program.get("/api/v1/apps/verify_credentials")).json()
    # Some apps take from here by which key the server's pushed messages are known.
    pushing = (await client.get("/api/v2/instance")).json()["configuration"]["vapid"]["public_key"]
    assert (known["name"], known["vapid_key"], app["vapid_key"]) == ("Tusky", pushing, pushing)
    settings = (await browser.get("/settings/sessions")).text
    assert "Tusky" in settings

    ask = {"token": token["access_token"], "client_id": app["client_id"]}
    other = await register(client)
    foreign = {**ask, "client_id": other["client_id"], "client_secret": other["client_secret"]}
    assert (await client.post("/oauth/revoke", data=foreign)).status_code == 403
    assert (await client.post("/oauth/revoke", data={**ask, "client_secret": "x"})).status_code == 401
    for _ in range(2):
        given = await client.post("/oauth/revoke", data={**ask, "client_secret": app["client_secret"]})
        assert (given.status_code, given.json()) == (200, {})
    refused = await program.get("/oauth/userinfo")
    assert (refused.status_code, refused.json()) == (401, {"error": "The access token is invalid"})
    assert "invalid_token" in refused.headers["www-authenticate"]


async def test_a_program_is_asked_for_in_its_language_all_the_way(town: Town) -> None:
    await town.person("anna")
    client, browser = await town.client(), await town.client(**{"accept-language": "en"})
    app = await register(client)
    german, english = '<html lang="de"', '<html lang="en"'
    shown = await browser.get(question(app, lang="de-AT"))
    assert german in shown.text
    (form,) = forms_of(shown.text)
    wrong = await browser.post(form.action, data={**form.fields, "login": "anna", "password": "nothing of mine"})
    assert german in wrong.text
    page = await sign_in(browser, question(app, lang="de"), "anna")
    assert german in page.text
    assert "code" in sent_back(await agree(browser, page))
    # Who is signed in already, too; and what nobody speaks here changes nothing.
    assert german in (await browser.get(question(app, lang="de"))).text
    for asked in ({}, {"lang": "tlh"}):
        assert english in (await browser.get(question(app, **asked))).text


async def test_who_has_codes_on_a_phone_is_asked_for_one_on_the_way(town: Town) -> None:
    anna = await town.person("anna")
    client, browser = await town.client(), await town.client()
    app = await register(client)
    async with town.site.database.write() as tx:
        await people.begin_codes(tx, anna.viewer)
        secret = await queries.find_new_secret(tx, anna.viewer)
        assert secret is not None
        recovery = await people.confirm_codes(tx, anna.viewer, pyotp.TOTP(secret).now())
    asked = await sign_in(browser, question(app), "anna")
    assert asked.url.path == "/sign-in/code"
    form = next(one for one in forms_of(asked.text) if one.action == "/sign-in/code")
    entered = await browser.post(form.action, data={**form.fields, "code": recovery[0]})
    page = await browser.get(entered.headers["location"])
    assert "code" in sent_back(await agree(browser, page))


async def test_a_person_takes_back_what_a_program_may(town: Town) -> None:
    anna = await town.person("anna")
    client, browser = await town.client(), await town.client()
    app = await register(client)
    page = await sign_in(browser, question(app), "@anna")
    token = (await exchange(client, app, sent_back(await agree(browser, page))["code"])).json()["access_token"]
    async with town.site.database.read() as tx:
        (one,) = [one for one in await queries.list_tokens(tx, anna.viewer.person) if one.app_id]
    await browser.post("/settings/tokens", data={"token": str(one.id)})
    assert (await (await town.client(token)).get("/oauth/userinfo")).status_code == 401


async def test_a_code_is_good_once_and_whoever_brings_it_again_ends_the_token(town: Town) -> None:
    await town.person("anna")
    client, browser = await town.client(), await town.client()
    app = await register(client)
    code = sent_back(await agree(browser, await sign_in(browser, question(app), "anna")))["code"]
    wrong = {"redirect_uri": "https://app.example/back", "code": "x", "client_secret": "x"}
    for name, value in wrong.items():
        refused = await exchange(client, app, code, **{name: value})
        expected = (401, "invalid_client") if name == "client_secret" else (400, "invalid_grant")
        assert (refused.status_code, refused.json()["error"]) == expected
    token = (await exchange(client, app, code)).json()["access_token"]
    program = await town.client(token)
    assert (await program.get("/oauth/userinfo")).status_code == 200
    assert (await exchange(client, app, code)).json()["error"] == "invalid_grant"
    assert (await program.get("/oauth/userinfo")).status_code == 401


async def test_without_a_secret_a_program_shows_that_it_began(town: Town) -> None:
    await town.person("anna")
    client, browser = await town.client(), await town.client()
    app = await register(client)
    page = await sign_in(browser, question(app), "anna")
    bare = sent_back(await agree(browser, page))["code"]
    assert (await exchange(client, app, bare, client_secret="")).status_code == 400

    asked = question(app, code_challenge=CHALLENGE, code_challenge_method="S256")
    code = sent_back(await agree(browser, await browser.get(asked)))["code"]
    for verifier in ("", "w" * 50):
        assert (await exchange(client, app, code, code_verifier=verifier)).status_code == 400
    answer = await exchange(client, app, code, code_verifier=VERIFIER, client_secret="")
    assert answer.status_code == 200
    plain = await browser.get(question(app, code_challenge=VERIFIER, code_challenge_method="plain", state="s"))
    assert sent_back(plain) == {"error": "invalid_request", "state": "s", "kept": "1"}


async def test_nothing_is_sent_where_a_program_is_not_registered(town: Town) -> None:
    await town.person("anna")
    client, browser = await town.client(), await town.client()
    app = await register(client)
    await sign_in(browser, question(app), "anna")
    for wrong in ("https://app.example/back", "https://evil.example/", "javascript:alert(1)", SHOWN_CODE):
        refused = await browser.get(question(app, redirect_uri=wrong))
        assert (refused.status_code, "location" in refused.headers) == (400, False)
        tried = {"client_id": app["client_id"], "redirect_uri": wrong, "response_type": "code"}
        assert (await browser.post("/oauth/authorize", data=tried)).status_code == 400
    assert (await browser.get(question({"client_id": "nobody"}))).status_code == 400
    assert sent_back(await browser.get(question(app, response_type="token")))["error"] == "unsupported_response_type"
    assert sent_back(await browser.get(question(app, scope="read push")))["error"] == "invalid_scope"
    page = await browser.get(question(app))
    (deny,) = re.findall(r'href="(/oauth/authorize/deny[^"]*)"', page.text)
    assert sent_back(await browser.get(unescape(deny)))["error"] == "access_denied"
    foreign = {"sec-fetch-site": "cross-site"}
    (form,) = forms_of(page.text)
    assert (await browser.post(form.action, data=form.fields, headers=foreign)).status_code == 403


async def test_programs_without_an_address_have_the_code_shown_and_others_a_scheme_of_their_own(town: Town) -> None:
    await town.person("anna")
    client, browser = await town.client(), await town.client()
    own = "icecubesapp://oauth"
    app = await register(client, redirect_uris=[SHOWN_CODE, own])
    page = await sign_in(browser, question(app, redirect_uri=SHOWN_CODE), "anna")
    shown = await browser.get((await agree(browser, page)).headers["location"])
    (code,) = re.findall(r'<input[^>]*value="([^"]+)"', shown.text)
    assert (await exchange(client, app, code, redirect_uri=SHOWN_CODE)).status_code == 200
    page = await browser.get(question(app, redirect_uri=own, force_login=""))
    assert "form-action 'self' https: icecubesapp:;" in page.headers["content-security-policy"]
    assert (await agree(browser, page)).headers["location"].startswith("icecubesapp://oauth?code=")
    again = await browser.get(question(app, redirect_uri=own, force_login="true"))
    assert 'type="password"' in again.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_name": " "},
        {"client_name": "x" * 300},
        {"redirect_uris": ""},
        {"redirect_uris": "javascript:alert(1)"},
        {"redirect_uris": "https://a.example/#part"},
        {"redirect_uris": "app.example/back"},
        {"redirect_uris": f"{SHOWN_CODE}:auto"},
        {"redirect_uris": ["https://a.example/", "data:text/html,x"]},
        {"scopes": "read everything"},
        {"website": "ftp://x"},
    ],
)
async def test_what_a_program_tells_of_itself_is_looked_at(town: Town, wrong: dict[str, Any]) -> None:
    client = await town.client()
    given = {"client_name": "Tusky", "redirect_uris": BACK, **wrong}
    answer = await client.post("/api/v1/apps", json=given)
    assert answer.status_code == 422
    (field,) = wrong
    assert answer.json()["error"].startswith(f"Validation failed: {field.replace('_', ' ').capitalize()} ")
    assert set(answer.json()["details"]) == {field}


async def test_a_program_speaks_for_itself_and_for_nobody(town: Town) -> None:
    client = await town.client()
    app = await register(client, scopes="read write")
    name = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    basic = {"authorization": f"Basic {name}"}
    given = (await client.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=basic)).json()
    assert given["scope"] == "read"
    program = await town.client(given["access_token"])
    assert (await program.get("/api/v1/apps/verify_credentials")).json()["id"] == app["id"]
    refused = await program.get("/oauth/userinfo")
    assert (refused.status_code, refused.json()["error"]) == (422, "This method requires an authenticated user")
    for more, error in (
        ({"grant_type": "client_credentials", "scope": "push"}, "invalid_scope"),
        ({"grant_type": "password", "username": "anna", "password": PASSWORD}, "unsupported_grant_type"),
        ({}, "invalid_request"),
    ):
        answer = await client.post("/oauth/token", json=more, headers=basic)
        assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert (await client.get("/api/v1/apps/verify_credentials")).status_code == 401


@pytest.mark.parametrize("brought", [b"\xff", b"%%%", base64.b64encode(b"\xff\xff"), b"", "\u00e4".encode()])
async def test_credentials_that_nobody_can_read_are_nobodys(town: Town, brought: bytes) -> None:
    client = await town.client()
    headers = [(b"authorization", b"Basic " + brought)]
    answer = await client.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_there_is_no_consent_to_what_does_not_exist(town: Town) -> None:
    await town.person("anna")
    client, browser = await town.client(), await town.client()
    app = await register(client, scopes="read write")
    await sign_in(browser, question(app), "anna")
    for scope in ("read:everything_is_fine", "read write:", "write:follow"):
        assert sent_back(await browser.get(question(app, scope=scope)))["error"] == "invalid_scope"
        given = {
            "grant_type": "client_credentials",
            "scope": scope,
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
        }
        assert (await client.post("/oauth/token", data=given)).json()["error"] == "invalid_scope"
    # What apps ask for that there are.
    wide = "profile read write follow push admin:read admin:write admin:read:accounts admin:write:domain_blocks"
    app = await register(client, scopes=wide)
    assert (await browser.get(question(app, scope=wide))).status_code == 200


async def test_scopes_are_asked_of_each_token(town: Town) -> None:
    anna = await town.person("anna", scopes="read:statuses")
    refused = await anna.app.get("/oauth/userinfo")
    assert refused.json()["error"] == "This action is outside the authorized scopes"
    assert (refused.status_code, "insufficient_scope" in refused.headers["www-authenticate"]) == (403, True)


async def test_a_new_password_ends_every_program_and_what_nobody_uses_is_forgotten(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await town.person("anna")
    form = AppForm(name="Tusky", redirect_uris=(BACK,), scopes="read")
    async with town.site.database.write() as tx:
        used, unused = [(await people.register_app(tx, form))[0] for _ in range(2)]
        codes = [await people.grant_code(tx, anna.viewer, used, "read", BACK) for _ in range(2)]
        token = await people.redeem_code(tx, used, codes[0], BACK)
        await people.grant_app_token(tx, unused, "read")
    assert token is not None
    later = clock.now() + APP_UNUSED + clock.MINUTE
    monkeypatch.setattr(clock, "now", lambda: later)
    async with town.site.database.write() as tx:
        assert await people.redeem_code(tx, used, codes[1], BACK) is None
        await people.prune_apps(tx)
        assert await queries.find_client(tx, unused.client_id) is None
        assert await queries.find_client(tx, used.client_id) is not None
        await people.change_password(tx, Viewer(anna.viewer.person, anna.viewer.person), "-", 0)
        assert await queries.list_tokens(tx, anna.viewer.person) == []
        await people.prune_apps(tx)
        assert await queries.find_client(tx, used.client_id) is None


async def test_the_server_says_where_all_this_is(town: Town) -> None:
    said = await (await town.stranger()).get("/.well-known/oauth-authorization-server")
    assert said["issuer"] == "http://localhost:8000/"
    assert said["token_endpoint"] == "http://localhost:8000/oauth/token"
    assert "read:statuses" in said["scopes_supported"]
    assert said["code_challenge_methods_supported"] == ["S256"]

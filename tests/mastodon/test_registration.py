"""Joining from an app: under the same rules as on the page for it, and nobody is in before they may."""

from typing import Any

from plausch.community import actions as community
from plausch.community.model import CommunityEdit
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people import queries
from plausch.people.actions import proofs
from plausch.people.model import Purpose, Role
from plausch.settings import SignUpMode
from tests.mastodon.conftest import OpenTown, Person, Town

RIGHT = {
    "username": "mira",
    "email": "mira@example.org",
    "password": "ein langes Passwort",
    "agreement": True,
    "locale": "de-CH",
}


async def an_app(town: Town, scopes: str = "read write") -> Person:
    """One that speaks for nobody yet."""
    stranger = await town.stranger()
    form = {"client_name": "Tusky", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": scopes}
    app = await stranger.ask("POST", "/api/v1/apps", json=form)
    grant = {"grant_type": "client_credentials", "scope": scopes}
    given = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    token = await stranger.ask("POST", "/oauth/token", data={**grant, **given})
    return Person(stranger.viewer, await town.client(token["access_token"]))


async def join(town: Town, app: Person, status: int = 200, **other: Any) -> Any:
    return await app.ask("POST", "/api/v1/accounts", status, json={**RIGHT, **other})


async def let_join(town: Town, mode: SignUpMode) -> Person:
    """An owner is there, who has said who may join."""
    owner = await town.person("lena", role=Role.OWNER)
    async with town.site.database.write() as tx:
        await community.change_community(tx, owner.viewer, CommunityEdit(sign_up=mode))
    return owner


async def test_who_joins_from_an_app_is_in_at_once_where_that_is_so(town: Town) -> None:
    await let_join(town, SignUpMode.OPEN)
    app = await an_app(town)
    token = await join(town, app)
    assert (token["token_type"], token["scope"]) == ("Bearer", "read write")
    mira = Person(app.viewer, await town.client(token["access_token"]))
    me = await mira.get("/api/v1/accounts/verify_credentials")
    assert (me["acct"], me["source"]["discoverable"], me["statuses_count"]) == ("mira", False, 0)
    said = await mira.ask("POST", "/api/v1/statuses", json={"status": "Hallo"})
    assert said["application"]["name"] == "Tusky"
    async with town.site.database.read() as tx:
        assert (await queries.get_account(tx, int(me["id"]))).email == "mira@example.org"


async def test_all_that_is_wrong_is_said_at_once(town: Town) -> None:
    await let_join(town, SignUpMode.OPEN)
    app = await an_app(town)
    found = await join(town, app, 422, username="mi ra", email="", password="kurz", agreement=False)
    codes = {field: [one["error"] for one in several] for field, several in found["details"].items()}
    assert codes == {
        "username": ["ERR_INVALID"],
        "email": ["ERR_BLANK"],
        "password": ["ERR_TOO_SHORT"],
        "agreement": ["ERR_ACCEPTED"],
    }
    assert found["error"].startswith("Validation failed: ")
    assert "Email can't be blank" in found["error"]
    found = await join(town, app, 422, username="lena")
    assert found["details"]["username"] == [{"error": "ERR_TAKEN", "description": "has already been taken"}]
    found = await join(town, app, 422, email="lena@example.org")
    assert found["details"]["email"][0]["error"] == "ERR_TAKEN"


async def test_only_apps_that_speak_for_nobody_ask_for_it(town: Town) -> None:
    owner = await let_join(town, SignUpMode.OPEN)
    await join(town, await town.stranger(), 401)
    await join(town, owner, 403)
    await join(town, await an_app(town, "read"), 403)


async def test_the_way_of_joining_is_that_of_the_page(town: Town) -> None:
    owner = await let_join(town, SignUpMode.CLOSED)
    app = await an_app(town)
    await join(town, app, 403)
    async with town.site.database.write() as tx:
        await community.change_community(tx, owner.viewer, CommunityEdit(sign_up=SignUpMode.INVITE))
    await join(town, app, 403)
    assert (await join(town, app, 422, invite_code="nie gesehen"))["details"].keys() == {"invite_code"}

    async with town.site.database.write() as tx:
        await community.change_community(tx, owner.viewer, CommunityEdit(sign_up=SignUpMode.APPROVAL))
    assert (await join(town, app, 422))["details"]["reason"][0]["error"] == "ERR_BLANK"
    token = await join(town, app, reason="Ich wohne hier")
    mira = Person(app.viewer, await town.client(token["access_token"]))
    waiting = await mira.get("/api/v1/accounts/verify_credentials", 403)
    assert waiting == {"error": "Your login is currently pending approval"}
    async with town.site.database.write() as tx:
        (person,) = await queries.list_waiting(tx, owner.viewer)
        await people.approve(tx, owner.viewer, person.person_id)
    assert (await mira.get("/api/v1/accounts/verify_credentials"))["acct"] == "mira"


async def test_who_has_to_confirm_an_address_gets_another_letter(open_town: OpenTown) -> None:
    town = await open_town(smtp_url="smtp://127.0.0.1:9")
    await let_join(town, SignUpMode.OPEN)
    app = await an_app(town)
    token = await join(town, app)
    mira = Person(app.viewer, await town.client(token["access_token"]))
    await mira.ask("POST", "/api/v1/statuses", 403, json={"status": "Hallo"})
    assert await mira.post("/api/v1/emails/confirmations", email="mira@example.net") == {}
    await mira.post("/api/v1/emails/confirmations", 422, email="lena@example.org")
    me = int((await mira.get("/api/v1/accounts/verify_credentials"))["id"])
    async with town.site.database.write() as tx:
        assert (await queries.get_account(tx, me)).email == "mira@example.net"
        # A token that came later might be anybody's: it changes no address.
        with clock.at(clock.now() + clock.HOUR):
            later = await people.create_token(tx, me, "write")
    await Person(app.viewer, await town.client(later)).post("/api/v1/emails/confirmations", 403)
    async with town.site.database.write() as tx:
        secret = await proofs.make_proof(tx, me, Purpose.CONFIRM, "mira@example.net")
        await people.confirm_email(tx, secret)
    await mira.post("/api/v1/emails/confirmations", 403)
    await mira.ask("POST", "/api/v1/statuses", json={"status": "Hallo"})

"""Keeping out with an app: e-mail domains, addresses and networks, and what whoever is kept out hears."""

from typing import Any

import pytest

from plausch.people.model import Role
from tests.mastodon.conftest import OpenTown, Person, Town
from tests.mastodon.schemas import check_answer

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

_SCOPES = "read write admin:read admin:write"
_DOMAINS, _ADDRESSES = "/api/v1/admin/email_domain_blocks", "/api/v1/admin/canonical_email_blocks"
_NETWORKS = "/api/v1/admin/ip_blocks"
#: The example of the API's documentation.
_HASH = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"


async def ask(person: Person, method: str, path: str, status: int = 200, **body: Any) -> Any:
    """What is answered, which is as documented."""
    answer = await person.ask(method, path, status, **({"json": body} if body else {}))
    assert check_answer(method, path.partition("?")[0], status, answer), path
    return answer


async def mara_of(town: Town) -> Person:
    return await town.person("mara", _SCOPES, role=Role.MODERATOR)


async def test_email_domains_and_addresses(town: Town) -> None:
    mara = await mara_of(town)
    made = await ask(mara, "POST", _DOMAINS, domain="Spam.Example")
    assert (made["domain"], made["history"]) == ("spam.example", [])
    assert (await ask(mara, "POST", _DOMAINS, 422, domain="spam.example"))["details"]["domain"]
    assert "blank" in (await ask(mara, "POST", _DOMAINS, 422, domain=""))["error"]
    assert await ask(mara, "GET", _DOMAINS) == [made]
    assert await ask(mara, "GET", f"{_DOMAINS}/{made['id']}") == made

    first = await ask(mara, "POST", _ADDRESSES, email="T.E.S.T+spam@Example.com")
    assert first["canonical_email_hash"] == _HASH
    assert await ask(mara, "POST", f"{_ADDRESSES}/test", email="test+x@example.com") == [first]
    assert await ask(mara, "POST", f"{_ADDRESSES}/test", email="best@example.com") == []
    await ask(mara, "POST", f"{_ADDRESSES}/test", 422, email="")
    assert (await ask(mara, "POST", _ADDRESSES, 422, canonical_email_hash=_HASH))["details"]["canonical_email_hash"]
    await ask(mara, "POST", _ADDRESSES, 422, canonical_email_hash="abc")
    second = await ask(mara, "POST", _ADDRESSES, canonical_email_hash="0" * 64)
    answer = await mara.app.get(_ADDRESSES, params={"limit": 1})
    assert answer.json() == [second]
    assert f"max_id={second['id']}" in answer.headers["link"]
    assert await ask(mara, "GET", f"{_ADDRESSES}?max_id={second['id']}") == [first]
    assert await ask(mara, "GET", f"{_ADDRESSES}?limit=1&min_id=0") == [second]
    assert await ask(mara, "GET", f"{_ADDRESSES}?limit=1&min_id=1") == [first]

    for at, one in ((_DOMAINS, made), (_ADDRESSES, first)):
        assert await ask(mara, "DELETE", f"{at}/{one['id']}") == {}
        for method in ("GET", "DELETE"):
            await ask(mara, method, f"{at}/{one['id']}", 404)
    assert await ask(mara, "GET", _DOMAINS) == []


async def test_networks(town: Town) -> None:
    mara = await mara_of(town)
    assert (await ask(mara, "POST", _NETWORKS, 422, ip="127.0.0.0/8", severity="no_access"))["details"]["ip"]
    for wrong in ({"ip": "x"}, {"severity": "x"}, {"severity": ""}, {"expires_in": 0}, {"expires_in": 10**18}):
        body = {"ip": "203.0.113.7", "severity": "sign_up_block", **wrong}
        await ask(mara, "POST", _NETWORKS, 422, **body)
    made = await ask(mara, "POST", _NETWORKS, ip="203.0.113.7", severity="sign_up_requires_approval", expires_in=3600)
    assert (made["ip"], made["comment"], made["expires_at"] > made["created_at"]) == ("203.0.113.7/32", "", True)
    at = f"{_NETWORKS}/{made['id']}"
    changed = await ask(mara, "PUT", at, comment="Bots", severity="no_access")
    assert changed == {**made, "comment": "Bots", "severity": "no_access"}
    assert (await ask(mara, "PUT", at, expires_in="", ip="203.0.113.0/24"))["expires_at"] is None
    assert [one["ip"] for one in await ask(mara, "GET", _NETWORKS)] == ["203.0.113.0/24"]
    assert (await ask(mara, "GET", at))["severity"] == "no_access"
    await ask(mara, "PUT", at, 422, ip="127.0.0.1")
    assert await ask(mara, "DELETE", at) == {}
    for method in ("GET", "PUT", "DELETE"):
        await ask(mara, method, at, 404, **({"comment": "x"} if method == "PUT" else {}))


async def test_what_whoever_is_kept_out_hears(open_town: OpenTown) -> None:
    town = await open_town(forwarded="on")
    mara = await mara_of(town)
    app = (
        await mara.app.post(
            "/api/v1/apps", json={"client_name": "Elster", "redirect_uris": "urn:x:y", "scopes": "read write"}
        )
    ).json()
    grant = {"grant_type": "client_credentials", "scope": "read write"}
    ids = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    token = (await mara.app.post("/oauth/token", json={**grant, **ids})).json()["access_token"]

    async def join(handle: str, address: str, email: str = "") -> Any:
        program = await town.client(token, **{"x-forwarded-for": address})
        form = {"username": handle, "email": email or f"{handle}@example.org", "password": "correct horse battery"}
        return await program.post("/api/v1/accounts", json={**form, "agreement": True})

    await ask(mara, "POST", _DOMAINS, domain="spam.example")
    refused = await join("otto", "192.0.2.1", "otto@mail.spam.example")
    assert (refused.status_code, refused.json()["details"]["email"][0]["error"]) == (422, "ERR_BLOCKED")
    await ask(mara, "POST", _NETWORKS, ip="198.51.100.0/24", severity="sign_up_requires_approval")
    await ask(mara, "POST", _NETWORKS, ip="2001:db8::/32", severity="sign_up_block")
    await ask(mara, "POST", _NETWORKS, ip="203.0.113.0/24", severity="no_access")
    assert (await join("ruth", "2001:db8::7")).status_code == 403
    waiting = await join("pia", "198.51.100.7")
    assert waiting.status_code == 200
    pending = await town.client(waiting.json()["access_token"])
    assert (await pending.get("/api/v1/accounts/verify_credentials")).status_code == 403
    assert (await join("ben", "192.0.2.1")).status_code == 200

    out = await town.client(token, **{"x-forwarded-for": "203.0.113.9"})
    for method, path in (("GET", "/api/v1/instance"), ("POST", "/oauth/token"), ("GET", "/api/v1/nothing")):
        answer = await out.request(method, path)
        assert check_answer(method, path, answer.status_code, answer.json())
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (403, "*"), path
    assert (await out.get("/")).status_code == 403
    assert await _answered_to_a_socket(town, "203.0.113.9") == 403
    assert await _answered_to_a_socket(town, "203.0.114.9") == 401, "nobody is named"


async def _answered_to_a_socket(town: Town, address: str) -> int:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/api/v1/streaming", "query_string": b"", "client": (address, 1)}
    headers = [(b"host", b"localhost"), (b"x-forwarded-for", address.encode())]
    known = {"extensions": {"websocket.http.response": {}}, "headers": headers, "scheme": "ws", "root_path": ""}
    await town.application({**scope, **known}, receive, send)
    return int(sent[0]["status"])


async def test_only_who_may(town: Town) -> None:
    mara, ben = await mara_of(town), await town.person("ben", _SCOPES)
    reader = await town.person("anna", "read admin:read:ip_blocks", role=Role.OWNER)
    bodies = {_DOMAINS: {"domain": "x.example"}, _ADDRESSES: {"email": "a@x.example"}}
    bodies[_NETWORKS] = {"ip": "203.0.113.7", "severity": "no_access"}
    for at, body in bodies.items():
        await ben.get(at, 403)
        await ben.post(at, 403, **body)
        await reader.post(at, 403, **body)
        await ben.ask("DELETE", f"{at}/1", 403)
        assert await mara.get(at) == []
    await ben.post(f"{_ADDRESSES}/test", 403, email="a@x.example")
    await reader.get(_NETWORKS)
    await reader.get(_DOMAINS, 403)

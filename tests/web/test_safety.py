"""Who tries to get in, to make others do things, or to send what no form of ours sends."""

import re
from collections.abc import Callable
from http.cookies import Morsel, SimpleCookie
from urllib.parse import quote

import anyio
import httpx
import pytest
from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.language.catalogues import LANGUAGES
from plausch.people import queries
from plausch.people.model import VISITOR, Relation
from plausch.web import DOOR
from plausch.web.views import arriving, relations
from plausch.web.wants import Wants
from tests.corpus.xss import PAYLOADS
from tests.web.conftest import PASSWORD, OpenWeb, Web

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def session_cookie(response: httpx.Response, name: str = "session") -> Morsel[str]:
    jar: SimpleCookie = SimpleCookie()
    for header in response.headers.get_list("set-cookie"):
        jar.load(header)
    return jar[name]


@only_sqlite
async def test_guessing_a_password_ends_soon(open_web: OpenWeb) -> None:
    web = await open_web(rate_limits="on")
    anna = await web.join("anna")
    visitor = await web.open(address="198.51.100.7")
    for login in ("anna", "@anna", " ANNA ", "@Anna", "Anna") * 2:
        assert (await visitor.submit("/sign-in", login=login, password="guess guess")).status_code == 422
    refused = await visitor.submit("/sign-in", login="Anna", password=PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 15 * 60
    assert "Try again in 15 minutes." in refused.text
    elsewhere = await web.open(address="198.51.100.8")
    assert (await elsewhere.submit("/sign-in", login="anna", password=PASSWORD)).status_code == 303, "not locked out"
    assert (await anna.get("/settings")).status_code == 200, "who is in stays in"


@only_sqlite
async def test_tries_do_not_tell_whose_address_it_is(open_web: OpenWeb) -> None:
    """A handle and an address count each by itself; so both ways together are bounded, but never counted as one."""
    web = await open_web(rate_limits="on")
    await web.join("anna")
    codes = {}
    for number, known in enumerate(("anna@example.org", "nobody@example.org")):
        visitor = await web.open(address=f"198.51.100.{number}")
        logins = ["anna"] * 11 + [known] * 11 + ["anna", known]
        codes[known] = [
            (await visitor.submit("/sign-in", login=login, password="guess guess")).status_code for login in logins
        ]
    mine, unknown = codes.values()
    assert mine == unknown
    assert mine == ([422] * 10 + [429]) * 2 + [429] * 2


@only_sqlite
async def test_signing_in_is_no_failure(open_web: OpenWeb) -> None:
    web = await open_web(rate_limits="on")
    await web.join("anna")
    for _ in range(11):
        browser = await web.open()
        assert (await browser.submit("/sign-in", login="anna", password=PASSWORD)).status_code == 303


@only_sqlite
async def test_guessing_from_everywhere_ends_too(open_web: OpenWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    web = await open_web(rate_limits="on")
    monkeypatch.setitem(arriving._FAILURES, "sign_in_account", 20)
    codes = []
    for n in range(3):
        browser = await web.open(address=f"2001:db8:0:{n}::1")
        codes += [(await browser.submit("/sign-in", login="nobody", password="x")).status_code for _ in range(10)]
    assert codes == [422] * 20 + [429] * 10


@only_sqlite
async def test_trying_many_names_ends_soon(open_web: OpenWeb) -> None:
    web = await open_web(rate_limits="on")
    visitor = await web.open()
    codes = [(await visitor.submit("/sign-in", login=f"name{n}", password="x")).status_code for n in range(31)]
    assert codes == [422] * 30 + [429]


@only_sqlite
async def test_joining_again_and_again_ends_soon(open_web: OpenWeb) -> None:
    web = await open_web(rate_limits="on")
    visitor = await web.open()
    for _ in range(31):
        assert (await visitor.submit("/sign-up", handle="x", email="x", password="x")).status_code == 422
    form = {"handle": "anna", "email": "anna@example.org", "password": PASSWORD}
    codes = []
    for _ in range(31):
        visitor.cookies.clear()
        codes.append((await visitor.submit("/sign-up", **form)).status_code)
    assert codes == [303] + [422] * 29 + [429], "mistakes in the form do not count"
    other = await web.open(address="203.0.113.5")
    assert (await other.submit("/sign-up", **form)).status_code == 422


async def test_unknown_and_wrong_are_answered_alike(web: Web) -> None:
    await web.join("anna")
    visitor = await web.open()
    wrong = await visitor.submit("/sign-in", login="anna", password="guess guess")
    unknown = await visitor.submit("/sign-in", login="nobody", password="guess guess")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("anna", "nobody") == unknown.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:8000.evil.example"},
    ],
)
@only_sqlite
async def test_another_website_cannot_act_for_somebody(web: Web, headers: dict[str, str]) -> None:
    await web.join("anna")
    ben = await web.join("ben")
    for path, fields in (
        ("/@anna/follow", {"x": ""}),
        ("/settings", {"name": "owned"}),
        ("/sign-out", {"x": ""}),
        ("/sign-in", {"login": "anna", "password": PASSWORD}),
        ("/settings/leave", {"password": PASSWORD}),
    ):
        refused = await ben.post(path, data=fields, headers=headers)
        assert refused.status_code == 403, path
        assert "another website" in refused.text
    page = await ben.get("/settings")
    assert page.status_code == 200
    assert "owned" not in page.text
    async with web.site.database.read() as tx:
        account = await queries.find_account(tx, "ben")
        assert account is not None
        assert await queries.relation_ids(tx, account.person_id, Relation.FOLLOW) == []


@only_sqlite
async def test_the_cookie_over_tls(open_web: OpenWeb) -> None:
    web = await open_web(base_url="https://plausch.example")
    browser = await web.open()
    joined = await browser.submit("/sign-up", handle="anna", email="anna@example.org", password=PASSWORD)
    cookie = session_cookie(joined, "__Host-session")
    assert cookie["secure"]
    assert cookie["httponly"]
    assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "lax")
    assert "max-age" in joined.headers["strict-transport-security"]
    assert "Secure" in (await browser.submit("/language", language="de")).headers["set-cookie"]
    ended = session_cookie(await browser.submit("/sign-out", x=""), "__Host-session")
    assert ended["secure"], "else browsers would not take it"
    assert ended["max-age"] == "0"


@only_sqlite
async def test_the_cookie_on_this_machine(web: Web) -> None:
    browser = await web.open()
    joined = await browser.submit("/sign-up", handle="anna", email="anna@example.org", password=PASSWORD)
    cookie = session_cookie(joined)
    assert cookie["httponly"]
    assert not cookie["secure"]
    assert "strict-transport-security" not in joined.headers


async def test_each_sign_in_has_a_secret_of_its_own(web: Web) -> None:
    await web.join("anna")
    browser = await web.open()
    browser.cookies.set("session", "chosen-by-an-attacker")
    secrets = set()
    for _ in range(2):
        answer = await browser.submit("/sign-in", login="anna", password=PASSWORD)
        secrets.add(session_cookie(answer).value)
    assert len(secrets) == 2
    assert "chosen-by-an-attacker" not in secrets
    thief = await web.open()
    thief.cookies.set("session", "chosen-by-an-attacker")
    assert (await thief.get("/settings")).status_code == 303
    account = await browser.get("/settings/sessions")
    assert account.text.count("Firefox, Linux") == 2, "the one that was replaced is over"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/%0d%0aset-cookie:x",
        "/\r\nset-cookie: x=y",
    ],
)
@only_sqlite
async def test_nobody_is_led_elsewhere(web: Web, target: str) -> None:
    await web.join("anna")
    browser = await web.open()
    form = await browser.get("/sign-in", params={"next": target})
    assert "evil.example" not in form.text
    answers = [
        await browser.submit("/language", language="de", next=target),
        await browser.submit("/sign-in", login="anna", password=PASSWORD, next=target),
        await browser.get("/sign-in", params={"next": target}),
        await browser.submit("/@anna/unmute", next=target),
    ]
    for answer in answers:
        location = httpx.URL(answer.headers["location"])
        assert answer.status_code == 303
        assert location.is_relative_url
        assert not str(location).startswith("//")
        assert "x" not in answer.cookies


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)], ids=["every-fourth", "all"])
@only_sqlite
async def test_hostile_texts_through_every_field(web: Web, step: int) -> None:
    """`Browser` looks every page over (see conftest.check_answer); here they are only made to be shown."""
    anna, visitor = await web.join("anna"), await web.open()
    others = [await web.join(f"other{n}") for n in range(8)]
    # Browsers send no lone surrogates.
    payloads = [payload.encode(errors="replace").decode() for payload in PAYLOADS[::step]]
    for start in range(0, len(payloads), len(others)):
        for n, payload in enumerate(payloads[start : start + len(others)]):
            await others[n].submit("/settings", name=payload[:80], about=payload[:1000], pronouns=payload[:40])
            await others[n].submit("/@anna/connect", line=payload[:300])
            assert (await visitor.get(f"/@other{n}")).status_code == 200
            await visitor.get("/search", params={"q": payload})
        for page in ("/requests", "/people", f"/@{quote(payload, safe='')}"[:400]):
            await anna.get(page)
        for other in others:
            await other.submit("/@anna/withdraw", x="")
    # Fields that show again what was wrong in them, all made in the same way.
    for handle, name, email in zip(payloads[::3], payloads[1::3], payloads[2::3], strict=False):
        await visitor.submit("/sign-up", handle=handle, name=name, email=email, password="")
        await visitor.get("/sign-in", params={"next": name})
    for payload in payloads[::20]:  # Argon2 takes its time
        await visitor.submit("/sign-in", login=payload, next=payload, password="")


_TYPES = {"form": "application/x-www-form-urlencoded", "parts": "multipart/form-data; boundary=b"}


_PNG = b"\x89PNG\r\n\x1a\n"


def _part(names: str, body: bytes = b"x", end: bytes = b"--b--\r\n") -> bytes:
    return f"--b\r\nContent-Disposition: form-data; {names}\r\n\r\n".encode() + body + b"\r\n" + end


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "broken UTF-8": (_TYPES["form"], lambda: b"name=%FF%FE&login=%C3%28"),
    "NUL": (_TYPES["form"], lambda: b"name=a%00b"),
    "NUL in a name": (_TYPES["form"], lambda: b"a%00b=x"),
    "lone surrogate": (_TYPES["form"], lambda: b"name=%ED%A0%80"),
    "10 MB": (_TYPES["form"], lambda: b"name=" + b"a" * (10 << 20)),
    "many fields": (_TYPES["form"], lambda: b"&".join(b"f%d=1" % n for n in range(50_000))),
    "JSON": ("application/json", lambda: b"[" * 100_000),
    "plain text": ("text/plain", lambda: b"name=x"),
    "no kind": ("", lambda: b"name=x"),
    "no boundary": ("multipart/form-data", lambda: b"x"),
    "wrong boundary": (_TYPES["parts"], lambda: b"--c\r\n\r\nx\r\n--c--\r\n"),
    "a part that never ends": (_TYPES["parts"], lambda: _part('name="name"', end=b"")),
    "a part without a name": (_TYPES["parts"], lambda: _part("")),
    "a part of an unknown charset": (f"{_TYPES['parts']}; charset=no-such", lambda: _part('name="x"')),
    "a file for a text": (_TYPES["parts"], lambda: _part('name="name"; filename="x"')),
    "a path as a file's name": (_TYPES["parts"], lambda: _part('name="picture"; filename="../../a\x01"', _PNG)),
    "ten files": (_TYPES["parts"], lambda: b"".join(_part(f'name="p{n}"; filename="p"', end=b"") for n in range(10))),
    "SQL": (_TYPES["form"], lambda: b"name=%27%3B+DROP+TABLE+people_actors%3B+--&login=%27+OR+1%3D1--"),
    "ids out of range": (_TYPES["form"], lambda: b"session=99999999999999999999&upto=9223372036854775808&reply_to=-5"),
    "nothing": (_TYPES["form"], lambda: b""),
}  # fmt: skip


#: One of each way in which reading may go wrong: bytes, values, parts. The others tell the same again, with `--all`.
_USUAL = ("broken UTF-8", "NUL", "a part that never ends", "ids out of range")
#: Nothing sensible can be made of them; the others are forms, though odd ones.
BROKEN = set(HOSTILE) - {"a part of an unknown charset", "a part that never ends", "SQL", "ids out of range", "nothing"}
_FILLED = {"handle": "ben", "id": "1"}


def _addresses(method: str) -> list[str]:
    """One for every route of the web; signing out comes last."""
    paths = [route.path for route in DOOR.routes if route.method == method]
    filled = [re.sub(r"\{(\w+)\}", lambda match: _FILLED.get(match[1], "x"), path) for path in paths]
    return sorted(filled, key=lambda path: path == "/sign-out")


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind in _USUAL else pytest.mark.slow) for kind in HOSTILE]
)
async def test_hostile_bodies_end_well(web: Web, kind: str) -> None:
    content_type, make = HOSTILE[kind]
    await web.join("ben")
    anna, visitor = await web.join("anna"), await web.open()
    body = make()
    headers = {"content-type": content_type} if content_type else {}
    for path in _addresses("POST"):
        for browser in (visitor, anna):
            with anyio.fail_after(5):
                answer = await browser.post(path, content=body, headers=headers)
            assert answer.status_code < 500
            if kind in BROKEN and browser is anna and path in ("/settings", "/language", "/@ben/connect"):
                assert answer.status_code >= 400, path
    async with web.site.database.read() as tx:
        assert await queries.count_accounts(tx) == 2
        profile = await queries.get_profile(tx, VISITOR, "anna")
    assert profile.name == ("'; DROP TABLE people_actors; --" if kind == "SQL" else "")


#: What scripts put into a page that is there.
_PARTS = ("/compose/audience",)
#: Kept by browsers for when there is no network: it speaks both languages.
_BOTH = ("/offline",)
ODD = ("", "?before=abc", "?before=99999999999999999999", "?before=-1&at=x&after=1", "?q=%00&next=%00", "?q=%ED%A0%80")


@pytest.mark.parametrize(
    "language", [pytest.param(one, marks=[] if one == "de" else pytest.mark.slow) for one in LANGUAGES]
)
async def test_every_page_answers(web: Web, language: str) -> None:
    await web.join("ben")
    visitor, member = await web.open(language), await web.join("anna", language)
    for path in _addresses("GET"):
        if path.startswith("/live/"):
            continue  # it goes on for ever
        for query in ODD:
            for browser in (visitor, member):
                answer = await browser.get(path + query)
                assert answer.status_code < 500
                if answer.headers.get("content-type", "").startswith("text/html") and path not in (*_PARTS, *_BOTH):
                    assert f'<html lang="{language}"' in answer.text, path + query + str(browser is member)


@pytest.mark.parametrize(
    "path",
    [
        "/@%00",
        "/@anna%00",
        "/@%F0%9F%98%80",
        "/@..%2f..%2fetc",
        "/@" + "a" * 5000,
        "/@%FF%FE/followers",
        "/tags/%00",
        "/tags/%2e%2e",
        "/assets/..%2fdoor.py",
        "/assets/%2e%2e/door.py",
        "/faces/1/..%2flarge",
        "/faces/%00/large",
        "/conversations/%00",
        "/posts/1e9",
        "/%00",
        "//evil.example",
        "/nowhere/at/all",
    ],
)
async def test_odd_addresses(web: Web, path: str) -> None:
    anna = await web.join("anna")
    for browser in (anna, await web.open()):
        answer = await browser.get(httpx.URL(web.site.settings.base_url + path))
        assert answer.status_code in (303, 404)
        assert "evil.example" not in answer.headers.get("location", "")


@only_sqlite
async def test_a_wrong_method_names_the_right_ones(web: Web) -> None:
    answer = await (await web.open()).delete("/sign-in")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


@only_sqlite
async def test_an_unexpected_error_tells_nobody_anything(open_web: OpenWeb, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(request: Request) -> Response:
        raise RuntimeError(f"cannot mail {request.query_params['to']}")

    web = await open_web(Route("GET", "/broken/{id}", fail, Wants.ANYBODY))
    answer = await (await web.open()).request("GET", "/broken/17?to=anna@example.org", extensions={"expect": 500})
    assert answer.status_code == 500
    assert "That was our mistake" in answer.text
    assert "Das war unser Fehler" in answer.text
    assert "RuntimeError" not in answer.text
    record = next(record for record in caplog.records if record.message == "failed")
    assert record.levelname == "ERROR"
    assert (vars(record)["route"], vars(record)["error"]) == ("/broken/{id}", "RuntimeError")
    assert "plausch/web/door.py" in vars(record)["places"]
    assert "example.org" not in str(vars(record))
    assert record.exc_info is None


@only_sqlite
async def test_without_a_session_a_script_is_led_to_sign_in(web: Web) -> None:
    """Not given the page for the place of a button."""
    stranger = await web.open()
    answer = await stranger.post("/posts/1/like", headers={"plausch-part": "1", "sec-fetch-site": "same-origin"})
    assert (answer.status_code, answer.headers["plausch-lead-to"]) == (401, "/sign-in")
    plain = await stranger.post("/posts/1/like", headers={"sec-fetch-site": "same-origin"})
    assert (plain.status_code, plain.headers["location"]) == (303, "/sign-in")


@only_sqlite
async def test_relating_to_many_ends_soon(open_web: OpenWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    web = await open_web(rate_limits="on")
    await web.join("anna")
    ben, carl = await web.join("ben"), await web.join("carl")
    monkeypatch.setattr(relations, "_CHANGES_MOST", 12)
    monkeypatch.setattr(relations, "_ASKED_MOST", 2)
    codes = []
    for change in ("connect", "withdraw") * 3 + ("follow", "mute", "block", "unblock", "unmute", "follow", "unfollow"):
        codes.append((await ben.submit(f"/@anna/{change}", line="")).status_code)
    assert codes == [303] * 4 + [429] + [303] * 7 + [429]
    assert (await carl.submit("/@anna/connect", line="")).status_code == 303, "each for themselves"

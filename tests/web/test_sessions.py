"""Sessions and tokens: who is active stays signed in, and who was let in can be shown the door."""

import re

from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.people import actions, queries
from plausch.people.model import SESSION_LIFE
from plausch.web.wants import Wants
from tests.web.conftest import OpenWeb, Web
from tests.web.test_people import person_of, text_of

_COOKIE = "session="


async def test_who_is_active_stays_signed_in(web: Web) -> None:
    anna = await web.join("anna")
    began = clock.now()
    assert "set-cookie" not in (await anna.get("/settings")).headers, "not with every page"
    last = 0
    for days in range(30, 200, 60):
        with clock.at(began + days * clock.DAY):
            page = await anna.get("/settings")
            assert page.status_code == 200, f"still here after {days} days"
            assert f"max-age={SESSION_LIFE // 1000}" in page.headers["set-cookie"].lower()
            last = days
    with clock.at(began + (last + 91) * clock.DAY):
        assert (await anna.get("/settings")).status_code == 303, "who stays away for long is asked again"


async def test_an_answer_about_the_cookie_has_the_last_word(web: Web) -> None:
    anna = await web.join("anna")
    with clock.at(clock.now() + 30 * clock.DAY):
        left = await anna.submit("/sign-out", x="")
    (cookie,) = (one for one in left.headers.get_list("set-cookie") if one.startswith(_COOKIE))
    assert "max-age=0" in cookie.lower()


async def test_what_others_may_keep_bears_no_cookie(open_web: OpenWeb) -> None:
    async def show(_: Request) -> Response:
        return Response("everybody's", headers={"cache-control": "public, max-age=60"})

    web = await open_web(Route("GET", "/for-all", show, Wants.ANYBODY))
    anna = await web.join("anna")
    with clock.at(clock.now() + 30 * clock.DAY):
        assert "set-cookie" not in (await anna.get("/for-all")).headers


async def test_tokens_are_seen_and_revoked(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    assert "Programs that speak for you" not in text_of(await anna.get("/settings/sessions")), "there are none"
    person = (await person_of(web, "anna")).person
    async with web.site.database.write() as tx:
        secret = await actions.create_token(tx, person, "read write:statuses", "<b>Feed</b> reader")
    page = await anna.get("/settings/sessions")
    assert "<b>Feed</b> reader reads what you see · changes: posts · made" in text_of(page)
    found = re.search(r'name="token" value="(\d+)"', page.text)
    assert found is not None
    await ben.submit("/settings/tokens", token=found[1])
    for wrong in ("", "x", "9"):
        assert (await anna.submit("/settings/tokens", token=wrong)).status_code == 303
    assert "Feed" in text_of(await anna.get("/settings/sessions")), "not somebody else's, and nothing else"
    revoked = await anna.submit("/settings/tokens", token=found[1])
    assert "That program speaks for you no more." in text_of(await anna.get(revoked.headers["location"]))
    async with web.site.database.read() as tx:
        assert await queries.find_token(tx, actions.hash_secret(secret)) is None

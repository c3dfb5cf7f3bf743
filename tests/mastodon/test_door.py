"""How the door answers: errors in the API's form, pages of other origins, limits told in every answer."""

from plausch.clientapi.mastodon.allowance import Allowance
from plausch.kernel import clock
from tests.mastodon.conftest import Town


async def test_what_is_not_there_is_said_in_json_and_in_the_own_apis_way_below_it(town: Town) -> None:
    stranger = await town.stranger()
    assert await stranger.get("/api/v1/nothing", 404) == {"error": "Record not found"}
    assert await stranger.get("/oauth/nothing", 404) == {"error": "Record not found"}
    assert await stranger.get("/api/plausch/v1/nothing", 404) == {"error": "not_found"}
    answer = await stranger.app.post("/api/v1/custom_emojis")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert (await stranger.app.get("/nothing")).headers["content-type"].startswith("text/html")


async def test_pages_of_any_origin_may_ask_and_read_the_headers(town: Town) -> None:
    app = (await town.stranger()).app
    asks = {"origin": "https://elk.example", "access-control-request-method": "POST"}
    for path in ("/api/v1/statuses/1", "/api/v1/nothing", "/oauth/token", "/nodeinfo/2.0", "/api/plausch/v1/posts"):
        before = await app.options(path, headers=asks)
        assert before.status_code == 204, path
        assert before.headers["access-control-allow-origin"] == "*"
        assert "PATCH" in before.headers["access-control-allow-methods"]
        assert "Authorization" in before.headers["access-control-allow-headers"]
    for path in ("/api/v1/custom_emojis", "/api/v1/nothing", "/api/plausch/v1/me"):
        answer = await app.get(path, headers={"origin": "https://elk.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "Link" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in (await app.get("/about")).headers
    # Whatever headers a page asks for it may send; what are no names of headers are not said back.
    path, named = "/api/v1/instance", "access-control-allow-headers"
    own = {**asks, "access-control-request-headers": "if-none-match, x-request-id,authorization"}
    assert (await app.options(path, headers=own)).headers[named] == "if-none-match, x-request-id,authorization"
    for wrong in ("a b", "x:y", ",", "x" * 2_000):
        answer = await app.options(path, headers={**asks, "access-control-request-headers": wrong})
        assert "If-None-Match" in answer.headers[named]
        assert "access-control-allow-credentials" not in answer.headers


async def test_every_answer_tells_how_much_is_left(town: Town) -> None:
    app = (await town.person("anna")).app
    first, second = [(await app.get("/api/v1/custom_emojis")).headers for _ in range(2)]
    left = [int(one["x-ratelimit-remaining"]) for one in (first, second)]
    assert left[0] - left[1] == 1
    assert int(first["x-ratelimit-limit"]) > left[0]
    assert first["x-ratelimit-reset"].endswith("Z")
    missing, wrong = [(await app.request(*one)).headers for one in (("GET", "/api/v1/no"), ("POST", "/api/v1/rules"))]
    assert [int(one["x-ratelimit-remaining"]) for one in (missing, wrong)] == [left[1] - 1, left[1] - 2]


def test_an_allowance_is_used_up_by_each_for_itself_and_comes_back() -> None:
    allowance, now = Allowance(most=2, within=clock.MINUTE), 10 * clock.MINUTE
    assert [allowance.use("192.0.2.1", now).over for _ in range(3)] == [False, False, True]
    assert not allowance.use(7, now).over
    late = allowance.use("192.0.2.1", now + clock.MINUTE - 5_000)
    assert (late.over, late.retry_after) == (True, 5)
    assert not allowance.use("192.0.2.1", now + clock.MINUTE).over


async def test_what_is_wrong_is_called_as_apps_call_it(town: Town) -> None:
    anna, ben = await town.person("anna"), await town.person("ben")
    long = "x" * 20_000
    picture = {"file": ("a.png", b"x", "image/png")}
    for method, path, body, field in (
        ("PATCH", "accounts/update_credentials", {"display_name": long}, "display_name"),
        ("PATCH", "accounts/update_credentials", {"note": long}, "note"),
        ("POST", "lists", {"title": ""}, "title"),
        ("POST", "statuses", {"status": ""}, "status"),
        ("POST", "statuses", {"status": "x", "spoiler_text": long}, "spoiler_text"),
        ("POST", "statuses", {"status": "x", "scheduled_at": "2020-01-01T00:00:00Z"}, "scheduled_at"),
        ("POST", "statuses", {"status": "x", "media_ids": ["17"]}, "media_ids"),
        ("POST", "reports", {"account_id": ben.id}, "comment"),
        ("POST", f"accounts/{ben.id}/note", {"comment": long}, "comment"),
    ):
        told = await anna.ask(method, f"/api/v1/{path}", 422, json=body)
        assert set(told["details"]) == {field}, path
    made = await anna.post("/api/v2/filters", title="x", context=["home"])
    told = await anna.post(f"/api/v2/filters/{made['id']}/keywords", 422, keyword="")
    assert set(told["details"]) == {"keyword"}
    told = await anna.ask("POST", "/api/v2/media", 422, files=picture, data={"description": long})
    assert set(told["details"]) <= {"description", "file"}
    told = await anna.post(f"/api/v1/accounts/{ben.id}/endorse", 422)
    assert "recommend" in told["error"]


async def test_what_nobody_can_read_is_said_so(town: Town) -> None:
    anna, stranger = await town.person("anna"), await town.stranger()
    json = {"content-type": "application/json"}
    told = await anna.ask("POST", "/api/v1/statuses", 400, content=b'{"status":', headers=json)
    assert told == {"error": "What was sent is not JSON as it should be here."}
    for path in ("/oauth/token", "/oauth/revoke"):
        told = await stranger.ask("POST", path, 400, content=b"[1]", headers=json)
        assert told["error"] == "invalid_request"
        assert told["error_description"]


async def test_a_token_that_has_ended_is_no_visitor(town: Town) -> None:
    anna, stranger = await town.person("anna"), await town.stranger()
    ended = {"authorization": "Bearer nonsense"}
    assert (await stranger.app.get("/api/v1/timelines/public")).status_code == 200
    refused = await stranger.app.get("/api/v1/timelines/public", headers=ended)
    assert (refused.status_code, refused.json()["error"]) == (401, "The access token is invalid")
    # What is the same for everybody is there for whoever wants to sign in again.
    for path in ("/api/v2/instance", "/api/v1/trends/tags", "/.well-known/oauth-authorization-server"):
        assert (await stranger.app.get(path, headers=ended)).status_code == 200, path
    assert (await anna.app.get("/api/v1/timelines/public")).status_code == 200


async def test_what_is_the_same_for_all_is_not_sent_twice(town: Town) -> None:
    app = (await town.stranger()).app
    first = await app.get("/api/v1/custom_emojis")
    assert (first.json(), first.headers["cache-control"]) == ([], "public, max-age=180")
    again = await app.get("/api/v1/custom_emojis", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["vary"]) == (304, b"", "Accept-Encoding")


async def test_answers_are_packed_as_the_app_can_unpack_them(town: Town) -> None:
    app = (await town.stranger()).app
    plain = await app.get("/.well-known/oauth-authorization-server", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for coding in ("gzip", "zstd"):
        async with app.stream(
            "GET", "/.well-known/oauth-authorization-server", headers={"accept-encoding": coding}
        ) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert (answer.headers["content-encoding"], answer.headers["vary"]) == (coding, "Accept-Encoding")
        assert int(answer.headers["content-length"]) == len(raw) < len(plain.content) / 2

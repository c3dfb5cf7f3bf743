"""What others must not find, and strange requests: a secret group is at no address of the API but for its members."""

import pytest

from plausch.clientapi.plausch.endpoints import ROOT, Endpoint
from plausch.clientapi.plausch.routes import ENDPOINTS
from tests.clientapi.conftest import Person, Town

#: What nobody ever had.
_NEVER = {"id": str(1 << 61), "handle": "niemand", "slug": "nichts"}
_BODIES: dict[str, dict[str, object]] = {
    "ActorChoice": {"actor": "1"},
    "BanForm": {"actor": "1"},
    "RoleForm": {"role": "member"},
    "BoardForm": {"name": "x"},
    "Steps": {"steps": 1},
    "WatchForm": {"level": "watch"},
    "TopicForm": {"title": "x", "text": "x"},
    "PromotionForm": {"board": "1", "title": "x"},
    "ApprovalForm": {"seen": "2026-05-01T12:00:00Z"},
    "BoardChoice": {"board": "1"},
    "ReadForm": {"upto": "1"},
    "VoteForm": {"choices": [0]},
    "TeamForm": {"handle": "x", "role": "author"},
    "TeamRoleForm": {"role": "author"},
}


async def test_nobody_else_finds_it_anywhere(town: Town) -> None:
    owner, former, outsider = [await town.person(name) for name in ("wilma", "fred", "otto")]
    group = await owner.post("/groups", 201, name="Überraschung", visibility="secret")
    await owner.post(f"/groups/{group['handle']}/invitations", 204, actor=former.id)
    await former.post(f"/me/invitations/{group['id']}/accept")
    board = await owner.post(f"/groups/{group['handle']}/boards", 201, name="Geschenke")
    topic = await owner.post(f"/boards/{board['id']}/topics", 201, title="Torte", text="Geheim", kind="question")
    reply = await former.post("/posts", 201, text="Mit Kirschen", reply_to=topic["id"])
    article = await owner.post("/articles", 201, title="Plan", text="Geheim", group=group["id"])
    for what in ("/home/entries", "/home/conversations", f"/groups/{group['handle']}/conversations"):
        assert group["name"] in (await owner.program.get(ROOT + what)).text or "entries" in what
    await former.post(f"/groups/{group['handle']}/leave", 204)

    blog = {"handle": group["handle"], "slug": article["article"]["slug"]}
    ids = {"groups": [group["id"]], "boards": [board["id"]], "posts": [topic["id"], reply["id"], article["id"]]}
    ids |= {"conversations": [topic["id"], article["id"]], "articles": [article["id"]]}
    for who in (former, outsider, await town.stranger()):
        for one in ENDPOINTS:
            # Insights name the place in their query.
            if one.parameters and not one.path.startswith("/insights/"):
                for id_ in ids.get(one.path.split("/")[1], [group["id"]]):
                    await _not_there(who, one, {"id": id_, **blog})
        for path in ("findings", "findings/target", "history/week_begun"):
            answers = [
                await who.program.get(f"{ROOT}/insights/{path}?of={handle}")
                for handle in (group["handle"], _NEVER["handle"])
            ]
            assert {one.status_code for one in answers} == {404 if who.viewer.person else 401}
            assert answers[0].text == answers[1].text
        assert "berraschung" not in (await who.program.get(f"{ROOT}/groups?q=Überraschung")).text
        for place in (group["id"], None):
            form = {"text": "x", "place": place} if place else {"text": "x", "reply_to": topic["id"]}
            answer = await who.program.post(f"{ROOT}/posts", json=form)
            assert answer.status_code == (404 if who.viewer.person else 401)


async def _not_there(who: Person, one: Endpoint, values: dict[str, str]) -> None:
    """The answer is the same as about what never was; what is idempotent says nothing of either."""
    body = _body_of(one)
    answers = []
    for known in (values, _NEVER):
        path = one.path
        for name in one.parameters:
            path = path.replace("{" + name + "}", known[name])
        answer = await who.program.request(one.method, ROOT + path, json=body)
        answers.append((answer.status_code, answer.text))
    assert answers[0] == answers[1], f"{one.method} {one.path}"
    idempotent = one.path in ("/me/invitations/{id}/decline", "/conversations/{id}/unwatch")
    assert answers[0][0] == (401 if one.scope and not who.viewer.person else 204 if idempotent else 404), one.path


def _body_of(one: Endpoint) -> dict[str, object] | None:
    """Something it would take."""
    if one.body is None:
        return None
    return _BODIES.get(one.body.__name__, {"text": "x"} if "text" in one.body.__struct_fields__ else {})


@pytest.mark.parametrize("handle", ["", "@", "%00", "..", "x" * 300, "äöü", "%F0%9F%8C%B3"])
async def test_a_strange_handle_is_nobodys(town: Town, handle: str) -> None:
    anna = await town.person("anna")
    for path in ("/groups/{}/members", "/blogs/{}", "/pages/{}/team"):
        answer = await anna.program.get(ROOT + path.format(handle))
        assert answer.status_code in (400, 404)


@pytest.mark.parametrize("query", ["after=9223372036854775807", "before=0", "around=99999999999999999999", "limit=-1"])
async def test_a_strange_window_is_none_or_the_beginning(town: Town, query: str) -> None:
    anna = await town.person("anna")
    post = await anna.post("/posts", 201, text="Da")
    for path in (f"/conversations/{post['id']}", "/groups", "/home/entries", "/blogs/anna"):
        await anna.get(f"{path}?{query}&skip=99999999999999999999")

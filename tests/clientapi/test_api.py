"""The API for programs: tokens and scopes, home from rendered parts, posting within one's audience."""

import asyncio
from typing import Any

import pytest

from plausch.clientapi.plausch.parts import keep
from plausch.clientapi.plausch.present import post_part
from plausch.community import actions as community
from plausch.feeds import actions as feeds
from plausch.feeds.model import FilterAction, FilterDraft
from plausch.http.request import Request
from plausch.http.site import ADDRESSES
from plausch.people import actions as people
from plausch.people.model import ProfileEdit, Role, Viewer
from plausch.talk import actions as talk
from plausch.talk import queries
from plausch.talk.actions.pictures import aim_pictures
from plausch.talk.model import AudienceKind, PostDraft, PostEdit
from tests.clientapi.conftest import API, Person, Town


async def _home(person: Person, what: str = "entries") -> dict[str, Any]:
    answer = await person.program.get(f"{API}/home/{what}")
    assert answer.status_code == 200
    return dict(answer.json())


async def test_home_is_joined_from_parts_that_follow_every_change(town: Town) -> None:
    anna, ines = await town.person("anna"), await town.person("ines")
    async with town.site.database.write() as tx:
        await people.follow(tx, ines.viewer, anna.viewer.person)
        post = await talk.publish_post(tx, anna.viewer, PostDraft(source="Hallo **Ines**"), ADDRESSES)
    first = await _home(ines)
    assert await town.parts() == 2
    assert first == await _home(ines)
    (entry,) = first["entries"]
    assert entry["post"]["html"].startswith("<p")
    assert entry["post"]["actor"]["name"] == "Anna"
    assert entry["post"]["likes"] == 0

    async with town.site.database.write() as tx:
        await talk.like_post(tx, ines.viewer, post)
        await talk.edit_post(tx, anna.viewer, post, PostEdit(source="Neu gesagt"), ADDRESSES)
        edit = ProfileEdit(name="Anna Berger", about="", pronouns="", locked=False)
        await people.edit_profile(tx, anna.viewer, edit, profile_url=ADDRESSES.profile, tag_url=ADDRESSES.tag)
    changed = (await _home(ines))["entries"][0]["post"]
    assert "Neu gesagt" in changed["html"]
    assert changed["edited_at"] is not None
    assert (changed["likes"], changed["liked"], changed["actor"]["name"]) == (1, True, "Anna Berger")
    assert (await _home(anna))["entries"][0]["post"]["liked"] is False

    async with town.site.database.write() as tx:
        await talk.remove_post(tx, anna.viewer, post)
    assert (await _home(ines))["entries"] == []


async def test_cards_hold_the_conversation_and_its_speakers(town: Town) -> None:
    anna, ines, jonas = await town.person("anna"), await town.person("ines"), await town.person("jonas")
    async with town.site.database.write() as tx:
        await people.follow(tx, ines.viewer, anna.viewer.person)
        post = await talk.publish_post(tx, jonas.viewer, PostDraft(source="Wer kommt?"), ADDRESSES)
        reply = await talk.publish_post(tx, anna.viewer, PostDraft(source="Ich!", reply_to=post), ADDRESSES)
    home = await _home(ines, "conversations")
    (card,) = home["cards"]
    assert [one["id"] for one in card["posts"]] == [str(post), str(reply)]
    assert (card["reason"], card["by"], card["replies"]) == ("replied", str(anna.viewer.person), 1)
    assert {one["handle"] for one in home["actors"]} == {"anna", "jonas"}


async def test_what_programs_get_leads_here_from_anywhere(town: Town) -> None:
    anna = await town.person("anna")
    files = [("large", "image/webp", "x" * 32)]
    with_picture: dict[str, Any] = {"files": files, "width": 2, "height": 1, "blurhash": "", "colour": ""}
    async with town.site.database.write() as tx:
        await community.add_emoji(tx, Viewer(1, 1, Role.OWNER), "linde", "ab" * 16)
        picture = await talk.add_picture(tx, anna.viewer, alt="Ein Baum", **with_picture)
        await aim_pictures(tx, anna.viewer, {picture: (20, 80)})
        text = ':linde: @anna #garten <a href="/x"> [elsewhere](https://example.org/a)'
        draft = PostDraft(source=text, pictures=(picture,))
        post = await talk.publish_post(tx, anna.viewer, draft, ADDRESSES)
    here = town.site.settings.base_url
    whole = (await anna.program.get(f"{API}/posts/{post}")).json()
    assert whole["pictures"][0]["focus"] == [20, 80]
    for words in (f'src="{here}/emoji/linde', f'href="{here}/@anna"', f'href="{here}/tags/garten"'):
        assert words in whole["html"]
    assert 'href="https://example.org/a"' in whole["html"]
    assert "/x" not in whole["html"].replace('&lt;a href="/x"&gt;', "")
    quoting = (await anna.program.post(f"{API}/posts", json={"text": "Seht", "quote": str(post)})).json()
    assert quoting["quote"]["html"] == whole["html"]
    assert (await _home(anna))["entries"][-1]["post"]["html"] == whole["html"]


async def test_cards_leave_out_what_their_reader_has_filtered(town: Town) -> None:
    """Also when it is what the conversation began with, and when it is a reply that nobody asked for."""
    anna, ines, jonas = await town.person("anna"), await town.person("ines"), await town.person("jonas")
    async with town.site.database.write() as tx:
        await people.follow(tx, ines.viewer, anna.viewer.person)
        ball = await talk.publish_post(tx, jonas.viewer, PostDraft(source="Fußball heute"), ADDRESSES)
        await talk.publish_post(tx, anna.viewer, PostDraft(source="Ohne mich", reply_to=ball), ADDRESSES)
        tea = await talk.publish_post(tx, anna.viewer, PostDraft(source="Tee?"), ADDRESSES)
        await talk.publish_post(tx, jonas.viewer, PostDraft(source="Lieber Fußball", reply_to=tea), ADDRESSES)
    assert [card["id"] for card in (await _home(ines, "conversations"))["cards"]] == [str(tea), str(ball)]
    async with town.site.database.write() as tx:
        await feeds.add_filter(tx, ines.viewer, FilterDraft(phrase="Fußball", action=FilterAction.HIDE))
    answer = await _home(ines, "conversations")
    assert [card["id"] for card in answer["cards"]] == [str(tea)]
    assert [post["id"] for post in answer["cards"][0]["posts"]] == [str(tea)]


async def test_a_program_may_only_what_its_token_says(town: Town) -> None:
    anna, reader = await town.person("anna"), await town.person("leser", scopes="read:lists")
    stranger = await town.program(None)
    assert (await stranger.get(f"{API}/home/entries")).status_code == 401
    assert (await (await town.program("wrong")).get(f"{API}/me")).status_code == 401
    assert (await reader.program.post(f"{API}/posts", json={"text": "x"})).status_code == 403
    assert (await reader.program.get(f"{API}/me")).status_code == 403
    created = await anna.program.post(f"{API}/posts", json={"text": "Für alle", "language": "de"})
    assert created.status_code == 201
    seen = await stranger.get(f"{API}/posts/{created.json()['id']}")
    assert seen.json()["html"] == created.json()["html"]


async def test_a_reply_stays_in_its_conversations_audience_whatever_is_asked(town: Town) -> None:
    anna, ines = await town.person("anna"), await town.person("ines")
    async with town.site.database.write() as tx:
        await people.follow(tx, ines.viewer, anna.viewer.person)
        draft = PostDraft(source="Nur für euch", audience=AudienceKind.FOLLOWERS)
        post = await talk.publish_post(tx, anna.viewer, draft, ADDRESSES)
    form = {"text": "Allen sagen!", "reply_to": str(post), "audience": "public"}
    reply = (await ines.program.post(f"{API}/posts", json=form)).json()
    assert reply["audience"] == "followers"
    stranger = await town.program(None)
    for path in (f"/posts/{reply['id']}", f"/posts/{post}", f"/conversations/{post}"):
        assert (await stranger.get(API + path)).status_code == 404
    tree = (await ines.program.get(f"{API}/conversations/{post}")).json()
    assert [one["id"] for one in tree["posts"]] == [str(post), reply["id"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"text": 1}', 400),
        (b'{"text": "x", "unknown": 1}', 400),
        (b'{"text": "x", "audience": "world"}', 400),
        (b'{"text": ""}', 422),
        (b'{"text": "x", "reply_to": "nothing"}', 404),
        (b'{"text": "x", "reply_to": "99999999999999999999999"}', 404),
        (b'{"text": "\\u0000"}', 400),
        (b'{"text": "\xff\xfe"}', 400),
        (b"[" * 100_000, 400),
        (b'{"text": "' + b"a" * 2_000_000 + b'"}', 413),
        (b'{"text": "' + b"a" * 30_000 + b'"}', 422),
    ],
)
async def test_a_bad_body_gets_a_code_and_stores_nothing(town: Town, body: bytes, status: int) -> None:
    anna = await town.person("anna")
    answer = await anna.program.post(f"{API}/posts", content=body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert (await _home(anna))["entries"] == []


async def test_unknown_addresses_and_methods_are_said_in_json(town: Town) -> None:
    anna = await town.person("anna")
    assert (await anna.program.get(f"{API}/nothing")).json() == {"error": "not_found"}
    wrong = await anna.program.delete(f"{API}/me")
    assert (wrong.status_code, wrong.headers["allow"], wrong.json()["error"]) == (405, "GET", "wrong_method")


async def test_many_read_fresh_parts_at_once(town: Town) -> None:
    """More than there are connections: whoever keeps a part must not wait for one while holding another."""
    anna = await town.person("anna")
    async with town.site.database.write() as tx:
        await talk.publish_post(tx, anna.viewer, PostDraft(source="Frisch"), ADDRESSES)
    async with asyncio.timeout(10):
        homes = await asyncio.gather(*(_home(anna) for _ in range(24)))
    assert {len(home["entries"]) for home in homes} == {1}


async def test_nothing_removed_is_kept_and_a_tombstone_names_nobody(town: Town) -> None:
    anna, ines = await town.person("anna"), await town.person("ines")
    async with town.site.database.write() as tx:
        post = await talk.publish_post(tx, anna.viewer, PostDraft(source="Geheimnis"), ADDRESSES)
        reply = await talk.publish_post(tx, ines.viewer, PostDraft(source="Was?", reply_to=post), ADDRESSES)
    async with town.site.database.read() as read:
        made = post_part(town.site, await queries.get_post(read, anna.viewer, post), [])
    async with town.site.database.write() as tx:
        await talk.remove_post(tx, anna.viewer, post)
    request = Request({"type": "http", "headers": []}, None, None, town.site, {})
    await keep(request, [made])
    assert await town.parts() == 0
    tree = (await ines.program.get(f"{API}/conversations/{post}")).json()["posts"]
    assert tree[0] == {"id": str(post), "conversation_id": str(post), "parent_id": None, "deleted": True}
    assert tree[1]["id"] == str(reply)


async def test_a_token_that_may_not_read_sees_what_visitors_see(town: Town) -> None:
    writer = await town.person("anna", scopes="write")
    async with town.site.database.write() as tx:
        draft = PostDraft(source="Unter uns", audience=AudienceKind.CONNECTIONS)
        post = await talk.publish_post(tx, writer.viewer, draft, ADDRESSES)
    assert (await writer.program.get(f"{API}/posts/{post}")).status_code == 404
    assert (await writer.program.get(f"{API}/conversations/{post}")).status_code == 404


async def test_a_part_of_reading_is_enough_for_what_it_is(town: Town) -> None:
    anna = await town.person("anna")
    reader, named = (
        await town.person("leser", scopes="read:statuses"),
        await town.person("name", scopes="read:accounts"),
    )
    async with town.site.database.write() as tx:
        await people.follow(tx, reader.viewer, anna.viewer.person)
        await people.follow(tx, named.viewer, anna.viewer.person)
        draft = PostDraft(source="Nur für euch", audience=AudienceKind.FOLLOWERS)
        post = await talk.publish_post(tx, anna.viewer, draft, ADDRESSES)
    for path, statuses, accounts in (
        ("home/entries", 200, 403),
        ("home/conversations", 200, 403),
        (f"posts/{post}", 200, 404),
        (f"conversations/{post}", 200, 404),
        ("me", 403, 200),
        ("me/groups", 403, 403),
    ):
        for who, status in ((reader, statuses), (named, accounts)):
            assert (await who.program.get(f"{API}/{path}")).status_code == status, path


async def test_polls_quotes_and_previews_are_told_to_programs(town: Town) -> None:
    anna, ines = await town.person("anna"), await town.person("ines")
    poll = {"options": ["Samstag", "Sonntag"], "lasts": 3_600_000}
    asked = (await anna.program.post(f"{API}/posts", json={"text": "Wann?", "poll": poll})).json()
    assert asked["poll"]["options"][0] == {"text": "Samstag", "votes": None, "chosen": False}
    for choices, status in (([2], 422), ([], 422), ([1], 200), ([1], 409)):
        answer = await ines.program.post(f"{API}/posts/{asked['id']}/votes", json={"choices": choices})
        assert answer.status_code == status
    quoting = (await ines.program.post(f"{API}/posts", json={"text": "Seht", "quote": asked["id"]})).json()
    assert (quoting["quote"]["state"], quoting["quote"]["handle"]) == ("shown", "anna")
    async with town.site.database.write() as tx:
        await people.follow(tx, ines.viewer, anna.viewer.person)
    for _ in range(2):  # rendered, then kept
        entries = (await ines.program.get(f"{API}/home/entries")).json()["entries"]
        by_id = {entry["id"]: entry["post"] for entry in entries}
        assert [one["votes"] for one in by_id[asked["id"]]["poll"]["options"]] == [0, 1]
        assert by_id[asked["id"]]["quote"] is None
        assert by_id[quoting["id"]]["quote"] == quoting["quote"]
        assert by_id[quoting["id"]]["preview"] is None
    cards = (await ines.program.get(f"{API}/home/conversations")).json()["cards"]
    assert {post["id"]: post["poll"] is None for card in cards for post in card["posts"]} == {
        asked["id"]: False,
        quoting["id"]: True,
    }
    async with town.site.database.write() as tx:
        await talk.withdraw_quote(tx, anna.viewer, int(quoting["id"]))
    shown = (await ines.program.get(f"{API}/posts/{quoting['id']}")).json()
    assert shown["quote"] == {"state": "withdrawn"}
    assert (await ines.program.post(f"{API}/posts", json={"text": "x", "quote": "nonsense"})).status_code == 404

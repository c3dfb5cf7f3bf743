"""What programs do in a community, one channel after the other; each story holds what it is about."""

from collections.abc import Sequence

import msgspec

from plausch.insights import actions as found
from plausch.insights.model import Measure, Result, Scope, ScopeKind
from plausch.insights.model.communities import Welcoming
from plausch.insights.model.strategy import Target
from plausch.kernel import clock
from plausch.people import actions as people
from plausch.people.model import Role
from plausch.talk import actions as talk
from tests.clientapi.conftest import Person, Town


async def home(town: Town) -> None:
    anna, ines = await town.person("anna"), await town.person("ines")
    assert (await anna.get("/me"))["handle"] == "anna"
    poll = {"options": ["Samstag", "Sonntag"], "lasts": 3_600_000}
    asked = await anna.post("/posts", 201, text="Wann?", poll=poll)
    assert (await ines.post(f"/posts/{asked['id']}/votes", choices=[1]))["poll"]["voted"]
    async with town.site.database.write() as tx:
        await people.follow(tx, ines.viewer, anna.viewer.person)
    assert len((await ines.get("/home/entries"))["entries"]) == 1
    (card,) = (await ines.get("/home/conversations"))["cards"]
    assert (card["form"], card["place_id"], card["locked"]) == ("note", None, False)
    ad = await anna.post("/posts", 201, text="Kauft!", labels=["sponsored", "ai_assisted"])
    assert ad["labels"] == ["sponsored", "ai_assisted"]
    await ines.ask("DELETE", f"/posts/{ad['id']}", 403)
    await anna.ask("DELETE", f"/posts/{ad['id']}", 204)
    await anna.get(f"/posts/{ad['id']}", 404)


async def groups(town: Town) -> None:
    lena, omar, rosa = [await town.person(name) for name in ("lena", "omar", "rosa")]
    question = {"joining": "request", "question": "Woher?"}
    made = await lena.post("/groups", 201, name="Kleingarten", handle="garten", topics=["Rosen"], **question)
    assert (made["role"], made["members"], made["topics"]) == ("owner", 1, ["rosen"])
    assert [one["handle"] for one in (await omar.get("/groups?q=klein"))["groups"]] == ["garten"]
    assert (await omar.get("/groups?tag=Rosen&limit=1"))["next"] is None
    changed = await lena.ask("PATCH", "/groups/garten", about="Wir *gießen*", slow_mode_seconds=0)
    assert "<em>" in changed["about_html"]
    assert (changed["question"], changed["topics"], changed["joining"]) == ("Woher?", ["rosen"], "request")
    assert (await lena.post("/groups", 422, name=" ", handle="leer"))["error"] == "missing"

    await omar.get("/groups/garten/members", 403)
    assert (await omar.post("/groups/garten/join", 422))["error"] == "missing"
    assert (await omar.post("/groups/garten/join", answer="Vom Aushang"))["asked"]
    await omar.post("/groups/garten/withdraw", 204)
    await omar.post("/groups/garten/join", answer="Vom Aushang")
    (asking,) = (await lena.get("/groups/garten/requests?limit=1"))["requests"]
    assert (asking["actor"]["id"], asking["answer"]) == (omar.id, "Vom Aushang")
    await omar.get("/groups/garten/requests", 403)
    await lena.post(f"/groups/garten/requests/{omar.id}/accept", 204)
    assert (await omar.get("/me/groups"))["groups"][0]["role"] == "member"
    await rosa.post("/groups/garten/join", answer="Da")
    await lena.post(f"/groups/garten/requests/{rosa.id}/decline", 204)

    await lena.ask("PUT", f"/groups/garten/members/{omar.id}/role", 204, role="moderator")
    members = await omar.get("/groups/garten/members?limit=1")
    assert (members["members"][0]["role"], members["next"]) == ("owner", 1)
    said = await omar.post("/posts", 201, text="Wer gießt?", place=made["id"])
    await omar.post("/posts", 201, text="Die Gruppe gießt", place=made["id"], reply_to=None)
    cards = await lena.get("/groups/garten/conversations")
    assert {one["place_id"] for one in cards["cards"]} == {made["id"]}
    assert said["id"] in {one["id"] for one in cards["cards"]}
    assert made["id"] in {one["id"] for one in cards["actors"]}
    spoken = await lena.program.post(
        f"/api/plausch/v1/posts?acting_as={made['id']}", json={"text": "Für alle", "place": made["id"]}
    )
    assert spoken.json()["actor"]["handle"] == "garten"
    assert (
        await rosa.program.post(f"/api/plausch/v1/posts?acting_as={made['id']}", json={"text": "x"})
    ).status_code == 403

    await lena.post("/groups/garten/bans", 204, actor=rosa.id, reason="Laut", days=7)
    (ban,) = (await lena.get("/groups/garten/bans"))["bans"]
    assert (ban["actor"]["id"], ban["reason"]) == (rosa.id, "Laut")
    assert (await rosa.post("/groups/garten/join", 403, answer="Da"))["error"] == "group_banned"
    await lena.ask("DELETE", f"/groups/garten/bans/{rosa.id}", 204)
    await lena.post("/groups/garten/invitations", 204, actor=rosa.id)
    await lena.ask("DELETE", f"/groups/garten/invitations/{rosa.id}", 204)
    await lena.post("/groups/garten/invitations", 204, actor=rosa.id)
    (inviting,) = (await rosa.get("/me/invitations"))["groups"]
    assert (await rosa.get("/groups/garten"))["invited"]
    await rosa.post(f"/me/invitations/{inviting['id']}/decline", 204)
    await lena.post("/groups/garten/invitations", 204, actor=rosa.id)
    assert (await rosa.post(f"/me/invitations/{inviting['id']}/accept"))["role"] == "member"
    await lena.post(f"/groups/garten/members/{rosa.id}/remove", 204, reason="Versehen")

    assert (await lena.post("/groups/garten/leave", 409))["error"] == "last_group_owner"
    await lena.post("/groups/garten/close", 204)
    assert (await lena.get("/groups/garten"))["closed"]
    await lena.post("/groups/garten/reopen", 204)
    await lena.post("/groups/garten/owner", 204, actor=omar.id)
    await lena.post("/groups/garten/leave", 204)
    assert (await lena.get("/groups/garten"))["role"] is None


async def boards(town: Town) -> None:
    """Boards of the community are looked after by those who look after it; a group's by its own."""
    kim, paul = await town.person("kim"), await town.person("paul")
    async with town.site.database.write() as tx:
        await people.set_role(tx, kim.viewer.person, Role.MODERATOR)
    await paul.post("/boards", 403, name="Allerlei")
    board = await kim.post("/boards", 201, name="Allerlei")
    inner = await kim.post("/boards", 201, name="Verkehr", parent=board["id"])
    assert inner["parent_id"] == board["id"]
    await kim.post("/boards", 201, name="Technik")
    changed = await kim.ask("PATCH", f"/boards/{inner['id']}", about="Rad und Bus")
    assert (changed["name"], changed["about"], changed["parent_id"]) == ("Verkehr", "Rad und Bus", board["id"])
    assert (await kim.ask("PATCH", f"/boards/{inner['id']}", parent=""))["parent_id"] is None
    await kim.post(f"/boards/{inner['id']}/move", 204, steps=-5)
    assert (await paul.get("/boards"))["boards"][0]["id"] == inner["id"]
    await kim.post(f"/boards/{inner['id']}/close", 204)
    assert (await paul.post(f"/boards/{inner['id']}/topics", 403, title="Bus", text="Wo?"))["error"]
    await kim.post(f"/boards/{inner['id']}/reopen", 204)
    await paul.ask("PUT", f"/boards/{board['id']}/watch", 204, level="mute")
    assert (await paul.get(f"/boards/{board['id']}/watch"))["level"] == "mute"
    await kim.ask("DELETE", f"/boards/{inner['id']}", 204)
    await paul.get(f"/boards/{inner['id']}", 404)
    await _topics(town, kim, paul, board["id"])
    own = await paul.post("/groups", 201, name="Chor", handle="chor", visibility="closed")
    theirs = await paul.post("/groups/chor/boards", 201, name="Noten")
    assert theirs["group_id"] == own["id"]
    assert len((await paul.get("/groups/chor/boards"))["boards"]) == 1
    await kim.get("/groups/chor/boards", 404)
    await kim.get(f"/boards/{theirs['id']}", 404)
    await kim.get(f"/boards/{theirs['id']}/topics", 404)


async def _topics(town: Town, kim: Person, paul: Person, board: str) -> None:
    asked = await paul.post(
        f"/boards/{board}/topics", 201, title="Wo ist der Bus?", text="Er kommt nicht.", kind="question"
    )
    assert (asked["form"], asked["title"]) == ("topic", "Wo ist der Bus?")
    other = await kim.post(f"/boards/{board}/topics", 201, title="Neu", text="Hinweis", kind="announcement")
    poll = {"options": ["Ja", "Nein"]}
    await paul.post(f"/boards/{board}/topics", 201, title="Umfrage", text="?", kind="poll", poll=poll)
    first = await paul.get(f"/boards/{board}/topics?order=newest&limit=2")
    rest = await paul.get(f"/boards/{board}/topics?order=newest&limit=2&after={first['after']}")
    assert len(first["topics"] + rest["topics"]) == 3
    stranger = await town.stranger()
    assert (await stranger.get(f"/boards/{board}/topics?order=newest&limit=2"))["topics"][1]["new"] is False
    reply = await kim.post("/posts", 201, text="Am Markt.", reply_to=asked["id"])
    assert reply["form"] == "note"
    await paul.post(f"/posts/{reply['id']}/accept", 204)
    whole = await paul.get(f"/conversations/{asked['id']}")
    assert (whole["topic"]["answer_id"], whole["topic"]["board_id"]) == (reply["id"], board)
    waiting = await paul.get(f"/boards/{board}/topics?order=unanswered")
    assert asked["id"] not in {one["id"] for one in waiting["topics"]}
    await paul.post(f"/posts/{reply['id']}/unaccept", 204)
    await paul.post(f"/conversations/{asked['id']}/pin", 403)
    for change, what in (("pin", "pinned"), ("lock", "locked")):
        await kim.post(f"/conversations/{asked['id']}/{change}", 204)
        (listed,) = [one for one in (await paul.get(f"/boards/{board}/topics"))["topics"] if one["id"] == asked["id"]]
        assert listed[what]
        await kim.post(f"/conversations/{asked['id']}/un{change}", 204)
    target = await kim.post("/boards", 201, name="Archiv")
    await kim.post(f"/conversations/{other['id']}/move", 204, board=target["id"])
    assert [one["id"] for one in (await kim.get(f"/boards/{target['id']}/topics"))["topics"]] == [other["id"]]
    await paul.post(f"/conversations/{asked['id']}/watch", 204)
    await paul.post(f"/conversations/{asked['id']}/unwatch", 204)
    named = {"title": "Wo bleibt der Bus?", "kind": "discussion", "tags": ["Nahverkehr", "Bus"]}
    await kim.ask("PATCH", f"/conversations/{asked['id']}/topic", 204, **named)
    await paul.ask("PATCH", f"/conversations/{asked['id']}/topic", 204, kind="question")
    await paul.ask("PATCH", f"/conversations/{asked['id']}/topic", 422, tags=["17"])
    await paul.ask("PATCH", f"/conversations/{other['id']}/topic", 403, title="Alt")
    (listed,) = [one for one in (await paul.get(f"/boards/{board}/topics"))["topics"] if one["id"] == asked["id"]]
    assert (listed["title"], listed["kind"], listed["tags"]) == (
        "Wo bleibt der Bus?",
        "question",
        ["bus", "nahverkehr"],
    )
    for part in ("", "?around="):
        assert (await paul.get(f"/conversations/{asked['id']}{part}"))["topic"]["tags"] == listed["tags"]
    note = await paul.post("/posts", 201, text="Es wird viel geredet")
    made = await paul.post(f"/conversations/{note['id']}/topic", 201, board=board, title="Gerede")
    assert made == {"id": note["id"], "board_id": board}
    assert (await kim.get(f"/boards/{board}"))["unread"] > 0
    await kim.post(f"/boards/{board}/read", 204)
    assert (await kim.get(f"/boards/{board}"))["unread"] == 0


async def long_conversations(town: Town) -> None:
    """A window of a long conversation around what is new, and onwards in both directions to all of it."""
    nora, tom = await town.person("nora"), await town.person("tom")
    root = await nora.post("/posts", 201, text="Was meint ihr?")
    said = [root["id"]]
    for number in range(30):
        said.append((await tom.post("/posts", 201, text=f"Das {number}.", reply_to=said[-1]))["id"])
    await tom.ask("DELETE", f"/posts/{said[20]}", 204)
    path = f"/conversations/{root['id']}"
    await nora.post(f"{path}/read", 204, upto=said[14])
    window = await nora.get(f"{path}?around=unread&limit=10")
    shown = [one["id"] for one in window["posts"]]
    assert (window["first_unread"], shown) == (said[15], said[10:20])
    assert {one["actor"]["handle"] for one in window["posts"]} == {"tom"}
    while window["before"]:
        window = await nora.get(f"{path}?before={window['before']}&limit=4")
        shown = [one["id"] for one in window["posts"]] + shown
    window = {"after": shown[-1]}
    while window["after"]:
        window = await nora.get(f"{path}?after={window['after']}&limit=7")
        shown += [one["id"] for one in window["posts"]]
    whole = await nora.get(path)
    assert shown == said == [one["id"] for one in whole["posts"]]
    assert (whole["before"], whole["after"]) == (None, None)
    around = await nora.get(f"{path}?around={said[20]}&limit=3")
    assert [one["id"] for one in around["posts"]] == said[19:22]
    assert [one["deleted"] for one in around["posts"]] == [False, True, False]
    (one,) = (await nora.get(f"{path}?around=unread&limit=1"))["posts"]
    assert one["id"] == said[15]
    stranger = await town.stranger()
    beginning = await stranger.get(f"{path}?around=unread&limit=2")
    assert ([one["id"] for one in beginning["posts"]], beginning["before"]) == (said[:2], None)


async def articles(town: Town) -> None:
    eva, ben = await town.person("eva"), await town.person("ben")
    text = "## Anfang\n\nEs war einmal.\n\n## Ende\n\nAus[^1].\n\n[^1]: Wirklich."
    made = await eva.post(
        "/articles",
        201,
        title="Die Linde",
        text=text,
        subtitle="Am Markt",
        series="Bäume",
        authors="@ben",
        slug="linde",
    )
    assert (made["form"], made["article"]["blog_handle"], made["article"]["slug"]) == ("article", "eva", "linde")
    await eva.post("/articles", 422, title="Die Linde", text=text, slug="linde")
    whole = await ben.get("/blogs/eva/linde")
    assert [one["text"] for one in whole["contents"]] == ["Anfang", "Ende"]
    assert [one["handle"] for one in whole["authors"]] == ["eva"]
    assert (whole["series"]["title"], len(whole["series"]["articles"])) == ("Bäume", 1)
    async with town.site.database.write() as tx:
        await talk.agree_to_authorship(tx, ben.viewer, int(made["id"]))
    changed = await eva.ask("PATCH", f"/articles/{made['id']}", title="Unsere Linde")
    assert (changed["title"], changed["article"]["subtitle"]) == ("Unsere Linde", "Am Markt")
    whole = await ben.get("/blogs/eva/linde")
    assert [one["handle"] for one in whole["authors"]] == ["eva", "ben"]
    assert "Es war einmal" in whole["html"]
    assert (await eva.get("/home/entries"))["entries"][0]["post"]["article"]["slug"] == "linde"
    await ben.ask("PATCH", f"/articles/{made['id']}", 403, title="Meine")
    moved = await eva.ask("PATCH", f"/articles/{made['id']}", slug="unsere-linde")
    assert moved["article"]["slug"] == "unsere-linde"
    assert (await ben.get("/blogs/eva/linde"))["post"]["article"]["slug"] == "unsere-linde"
    assert [one["id"] for one in (await ben.get("/blogs/eva"))["posts"]] == [made["id"]]
    await eva.ask("DELETE", f"/posts/{made['id']}", 204)
    await ben.get("/blogs/eva/linde", 410)
    await ben.get("/blogs/eva/nichts", 404)


async def pages(town: Town) -> None:
    """A page's author writes, somebody else of its team lets it through; taken off the team it is over at once."""
    mia, jan, uwe = [await town.person(name) for name in ("mia", "jan", "uwe")]
    made = await mia.post("/pages", 201, handle="rathaus", name="Rathaus", kind="town")
    assert (made["role"], made["kind"], made["page_kind"]) == ("admin", "page", "town")
    hours = ["9-12", "", "", "14:00-18:00"]
    changed = await mia.ask("PATCH", "/pages/rathaus", hours=hours, phone="030 1", about="Wir sind **da**")
    assert (changed["hours"][:4], changed["name"]) == (["09:00-12:00", "", "", "14:00-18:00"], "Rathaus")
    assert (await jan.ask("PATCH", "/pages/rathaus", 403, phone="1"))["error"] == "page_admins_only"
    assert [one["handle"] for one in (await jan.get("/pages?kind=town"))["pages"]] == ["rathaus"]
    await mia.post("/pages/rathaus/team", 204, handle="jan", role="author")
    assert (await jan.get("/me/pages"))["pages"][0]["asked"]
    await jan.get("/pages/rathaus/team", 403)
    await jan.post("/pages/rathaus/team/accept", 204)
    await mia.post("/pages/rathaus/team", 204, handle="uwe", role="author")
    await uwe.post("/pages/rathaus/team/leave", 204)

    said = await mia.post(f"/posts?acting_as={made['id']}", 201, text="Guten Tag")
    assert (said["actor"]["handle"], said["author_id"], said["written_by"]) == ("rathaus", None, "Mia")
    async with town.site.database.write() as tx:
        await people.follow(tx, uwe.viewer, int(made["id"]))
    for _ in range(2):  # rendered, then kept
        entry = (await uwe.get("/home/entries"))["entries"][0]["post"]
        card = (await uwe.get("/home/conversations"))["cards"][0]["posts"][0]
        assert (entry["written_by"], card["written_by"]) == ("Mia", "Mia")
    assert (await uwe.post(f"/posts?acting_as={made['id']}", 403, text="x"))["error"] == "not_on_team"
    # Also where the domain trusts that the door has looked.
    await uwe.post(f"/groups?acting_as={made['id']}", 403, name="Verein", handle="verein")
    club = await mia.post(f"/groups?acting_as={made['id']}", 201, name="Verein", handle="verein")
    await uwe.post(f"/groups/verein/leave?acting_as={made['id']}", 403)
    await mia.post(f"/groups/verein/leave?acting_as={club['id']}", 403)
    assert (await uwe.post("/posts?acting_as=nobody", 403, text="x"))["error"] == "not_on_team"
    for answer, status in (("approve", 200), ("decline", 204)):
        waits = await jan.post(f"/posts?acting_as={made['id']}", 202, text="Morgen zu")
        assert waits["waits_for"]["handle"] == "rathaus"
        assert [one["id"] for one in (await jan.get("/approvals"))["submitted"]] == [waits["id"]]
        assert [one["id"] for one in (await mia.get("/approvals"))["waiting"]] == [waits["id"]]
        read = {"seen": waits["waits_since"]}
        await jan.post(f"/approvals/{waits['id']}/approve", 404, **read)
        done = await mia.post(f"/approvals/{waits['id']}/{answer}", status, **(read if answer == "approve" else {}))
        if done:
            assert (await uwe.get(f"/posts/{done['post_id']}"))["written_by"] == "Jan"
    waits = await jan.post(f"/articles?acting_as={made['id']}", 202, title="Bericht", text="Lang", subtitle="Kurz")
    await jan.post(f"/approvals/{waits['id']}/withdraw", 204)
    waits = await jan.post(f"/articles?acting_as={made['id']}", 202, title="Bericht 2", text="Lang", subtitle="Kurz")
    # Nobody lets through what they have not read, or what was changed since.
    at = f"/approvals/{waits['id']}/approve"
    await mia.post(at, 400)
    assert (await mia.post(at, 409, seen="2026-03-12T18:12:00.042Z"))["error"] == "draft_changed"
    posted = await mia.post(at, seen=waits["waits_since"])
    assert (await uwe.get(f"/posts/{posted['post_id']}"))["article"]["subtitle"] == "Kurz"
    await mia.ask("PUT", f"/pages/rathaus/team/{jan.id}/role", 204, role="editor")
    team = (await jan.get("/pages/rathaus/team"))["team"]
    assert {one["person"]["handle"]: one["role"] for one in team} == {"mia": "admin", "jan": "editor"}
    await mia.ask("DELETE", f"/pages/rathaus/team/{jan.id}", 204)
    assert (await jan.post(f"/posts?acting_as={made['id']}", 403, text="x"))["error"] == "not_on_team"
    assert (await uwe.get("/pages/rathaus"))["role"] is None
    await uwe.get("/pages/mia", 404)


async def packs(town: Town) -> None:
    gerd, elke, lisa = [await town.person(name) for name in ("gerd", "elke", "lisa")]
    made = await gerd.post("/packs", 201, name="Neu hier", members=["@elke", "gerd"])
    path = f"/packs/{made['slug']}"
    assert {one["actor"]["handle"]: one["agreed"] for one in made["members"]} == {"elke": False, "gerd": True}
    assert [one["actor"]["handle"] for one in (await lisa.get(path))["members"]] == ["gerd"]
    assert [one["id"] for one in (await elke.get("/me/packs"))["packs"]] == [made["id"]]
    await lisa.post(f"{path}/agree", 404, actor=elke.id)
    await elke.post(f"{path}/agree", 204, actor=elke.id)
    assert (await lisa.get("/packs"))["packs"][0]["size"] == 2
    assert await lisa.post(f"{path}/join") == {"followed": 2, "joined": 0, "asked": 0, "left": []}
    await elke.post(f"{path}/leave", 204, actor=elke.id)
    await lisa.ask("DELETE", path, 403)
    await gerd.ask("DELETE", path, 204)
    await gerd.get(path, 404)


async def insights(town: Town) -> None:
    """Figures about a place are for those who look after it, those about a person for that person."""
    xenia, yann = await town.person("xenia"), await town.person("yann")
    made = await xenia.post("/groups", 201, name="Imker", handle="imker")
    server, group = Scope(ScopeKind.SERVER), Scope(ScopeKind.GROUP, int(made["id"]))
    target = Target(people=9, known=7, reached=None, talked=None, unknown=None)
    async with town.site.database.write() as tx:
        await found.keep_history(tx, group.id, Measure.WEEK_BEGUN, [(0, 3.0)], at=4 * clock.DAY)

    async def keep(scope: Scope, measure: Measure, results: Sequence[Result[msgspec.Struct]]) -> None:
        database = town.site.database
        await found.keep_finding(database, scope.id, measure, results, method="test 1", as_of=7 * clock.DAY)

    await keep(group, Measure.TARGET, [Result(0, target)])
    own = [Result(one.viewer.person, Welcoming(answered=5), place) for place, one in enumerate((xenia, yann), 1)]
    for scope in (server, group):
        await keep(scope, Measure.WELCOMING, own)
    await keep(group, Measure.LOYALTY, own)

    listed = await xenia.get("/insights/findings?of=imker")
    assert [one["measure"] for one in listed["findings"]] == ["target", "welcoming"], "who is loyal is not told"
    assert listed["histories"] == ["week_begun"]
    whole = await xenia.get("/insights/findings/target?of=imker")
    assert (whole["about"], whole["method"], whole["computed_at"]) == ("place", "test 1", "1970-01-08T00:00:00Z")
    assert whole["results"][0]["value"]["known"] == 7
    welcoming = await xenia.get("/insights/findings/welcoming?of=imker")
    assert {(one["subject"], one["handle"]) for one in welcoming["results"]} == {(xenia.id, "xenia"), (yann.id, "yann")}
    points = (await xenia.get("/insights/history/week_begun?of=imker"))["points"]
    assert points == [{"day": "1970-01-05", "value": 3.0}]
    for path in ("findings", "findings/welcoming", "history/week_begun"):
        assert (await yann.get(f"/insights/{path}?of=imker", 403))["error"] == "insights_not_for_you"
        await yann.get(f"/insights/{path}", 403)
        await yann.get(f"/insights/{path}?of=gibtsnicht", 404)
        await (await town.stranger()).get(f"/insights/{path}?of=imker", 401)
    for unknown in ("loyalty", "graph", "niemals", "meetings"):
        await xenia.get(f"/insights/findings/{unknown}?of=imker", 404)
    (mine,) = [one for one in (await yann.get("/insights/me"))["findings"] if one["measure"] == "welcoming"]
    assert mine["value"]["answered"] == 5


async def description(town: Town) -> None:
    await (await town.stranger()).get("/openapi.json")


ALL = [home, groups, boards, long_conversations, articles, pages, packs, insights, description]

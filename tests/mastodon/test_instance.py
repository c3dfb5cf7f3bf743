"""The server as apps see it before anybody signs in, and how it and who is on it are found."""

import re

from plausch.community import actions as community
from plausch.community import queries
from plausch.community.model import CommunityEdit, DocumentKind, Rule, Wording
from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.http.site import ADDRESSES, tag_path
from plausch.kernel import clock
from plausch.language.formats import iso
from plausch.people import queries as people
from plausch.people.model import Role
from plausch.storage.media import new_key
from plausch.talk import actions as talk
from plausch.talk.model import AudienceKind, PostDraft
from tests.mastodon.conftest import Person, Town

#: To the millisecond, as some apps insist on.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)


async def test_apps_learn_what_the_server_is_and_takes(town: Town) -> None:
    anna = await town.person("anna", role=Role.OWNER)
    ben = await town.person("ben")
    rule = Rule(7, Wording(de="Sei nett.", en="Be kind."), Wording(en="To all."))
    async with town.site.database.write() as tx:
        await community.change_community(
            tx, anna.viewer, CommunityEdit(description=Wording(en="We are **here**."), rules=(rule,), contact="a@b.de")
        )
        for audience in (AudienceKind.PUBLIC, AudienceKind.FOLLOWERS):
            draft = PostDraft(source="Hallo", audience=audience)
            await talk.publish_post(tx, ben.viewer, draft, ADDRESSES)
    await town.site.held.renew()
    stranger = await town.stranger()
    found = await stranger.get("/api/v2/instance")
    assert found["contact"]["account"]["acct"] == "anna"
    assert (found["domain"], found["version"][:4], found["contact"]["email"]) == ("localhost:8000", "4.6.", "a@b.de")
    assert found["usage"]["users"]["active_month"] == 2
    assert found["configuration"]["urls"]["streaming"] == "ws://localhost:8000"
    assert len(found["configuration"]["vapid"]["public_key"]) == 87
    assert found["configuration"]["urls"]["terms_of_service"] is None
    (shown,) = found["rules"]
    assert (shown["id"], shown["text"], shown["translations"]["de"]["text"]) == ("7", "Be kind.", "Sei nett.")
    former = await stranger.get("/api/v1/instance")
    # Of what not everybody may read nobody learns that it is there.
    assert former["stats"] == {"user_count": 2, "status_count": 1, "domain_count": 0}
    assert (former["uri"], former["rules"]) == ("localhost:8000", found["rules"])
    assert former["short_description"] == "We are here."
    assert (await stranger.get("/api/v1/instance/rules")) == found["rules"]
    assert "<strong>here</strong>" in (await stranger.get("/api/v1/instance/extended_description"))["content"]
    weeks = await stranger.get("/api/v1/instance/activity")
    assert (len(weeks), weeks[0]["statuses"], weeks[0]["registrations"], weeks[1]["statuses"]) == (12, "1", "2", "0")
    for path, none in (("peers", []), ("domain_blocks", []), ("translation_languages", {})):
        assert await stranger.get(f"/api/v1/instance/{path}") == none
    languages = await stranger.get("/api/v1/instance/languages")
    assert {"code": "el", "name": "Greek"} in languages
    assert {len(one["code"]) for one in languages} == {2}
    preferences = await ben.get("/api/v1/preferences")
    assert (preferences["posting:default:visibility"], preferences["posting:default:language"]) == ("public", "en")
    for picture in (found["thumbnail"]["url"], found["icon"][0]["src"]):
        assert (await stranger.app.get(picture)).status_code == 200


async def test_legal_pages_are_there_as_soon_as_somebody_has_written_them(town: Town) -> None:
    anna = await town.person("anna", role=Role.OWNER)
    stranger = await town.stranger()
    for path in ("privacy_policy", "terms_of_service", "terms_of_service/2026-01-01"):
        await stranger.get(f"/api/v1/instance/{path}", 404)
    async with town.site.database.write() as tx:
        for kind in (DocumentKind.PRIVACY, DocumentKind.TERMS):
            await community.publish_document(tx, anna.viewer, kind, Wording(en="# What holds"))
    await town.site.held.renew()
    privacy = await stranger.get("/api/v1/instance/privacy_policy")
    assert "What holds" in privacy["content"]
    described = await stranger.get("/api/v1/instance/extended_description")
    assert all(MOMENT.fullmatch(one["updated_at"]) for one in (privacy, described))
    terms = await stranger.get("/api/v1/instance/terms_of_service")
    assert (terms["effective"], terms["effective_date"]) == (True, iso(clock.now())[:10])
    assert await stranger.get(f"/api/v1/instance/terms_of_service/{terms['effective_date']}") == terms
    urls = (await stranger.get("/api/v2/instance"))["configuration"]["urls"]
    assert urls["terms_of_service"] == "http://localhost:8000/legal/terms"


async def test_announcements_are_read_and_put_away(town: Town) -> None:
    anna, ben = await town.person("anna", role=Role.OWNER), await town.person("ben")
    async with town.site.database.write() as tx:
        await community.announce(tx, anna.viewer, "Morgen **Fest**", tag_url=tag_path)
    await town.site.held.renew()
    (one,) = await ben.get("/api/v1/announcements")
    assert all(MOMENT.fullmatch(one[name]) for name in ("starts_at", "published_at", "updated_at"))
    assert (one["read"], one["reactions"], "<strong>Fest</strong>" in one["content"]) == (False, [], True)
    assert await ben.post(f"/api/v1/announcements/{one['id']}/dismiss") == {}
    assert await ben.get("/api/v1/announcements") == []
    (again,) = await ben.get("/api/v1/announcements", with_dismissed="true")
    assert again["read"] is True
    await ben.post("/api/v1/announcements/1/dismiss", 404)
    assert (await (await town.stranger()).app.get("/api/v1/announcements")).status_code == 401


async def test_people_react_to_announcements(town: Town) -> None:
    anna, ben = await town.person("anna", role=Role.OWNER), await town.person("ben")
    async with town.site.database.write() as tx:
        id_ = await community.announce(tx, anna.viewer, "Morgen Fest", tag_url=tag_path)
        await community.add_emoji(tx, anna.viewer, "linde", new_key())
    await town.site.held.renew()
    at = f"/api/v1/announcements/{id_}/reactions"

    async def shown(who: Person) -> list[tuple[str, int, bool]]:
        (one,) = await who.get("/api/v1/announcements")
        return [(each["name"], each["count"], each["me"]) for each in one["reactions"]]

    for name in ("👍", "👨‍👩‍👧", "linde"):
        assert await anna.ask("PUT", f"{at}/{name}") == {}
    await ben.ask("PUT", f"{at}/👍")
    await ben.ask("PUT", f"{at}/👍")
    assert await shown(ben) == [("👍", 2, True), ("👨‍👩‍👧", 1, False), ("linde", 1, False)]
    (one,) = await ben.get("/api/v1/announcements")
    assert one["reactions"][2]["url"].startswith("http://localhost:8000/")
    for name in ("Hallo", "nichtda", "x", "👍👍👍👍👍👍👍👍👍👍👍👍👍"):
        await ben.ask("PUT", f"{at}/{name}", 422)
    await ben.ask("PUT", "/api/v1/announcements/1/reactions/👍", 404)
    for name in "🎉🍀🌳🚲🎈":
        await ben.ask("PUT", f"{at}/{name}")
    await ben.ask("PUT", f"{at}/🐝", 422)
    assert await anna.ask("DELETE", f"{at}/👍") == {}
    assert ("👍", 1, False) in await shown(anna)
    async with town.site.database.write() as tx:
        await community.forget_person(tx, ben.viewer.person)
        await community.end_announcement(tx, anna.viewer, id_)
        assert [one.name for one in (await queries.list_reactions(tx, anna.viewer, [id_]))[id_]] == ["👨‍👩‍👧", "linde"]
    await anna.ask("DELETE", f"{at}/linde", 404)


async def test_the_server_and_who_is_on_it_are_found(town: Town) -> None:
    anna = await town.person("anna")
    async with town.site.database.write() as tx:
        await groups.create_group(tx, anna.viewer, GroupDraft(name="Chor", handle="chor"), LINKS)
        draft = GroupDraft(name="Geheim", visibility=Visibility.SECRET)
        secret = await groups.create_group(tx, anna.viewer, draft, LINKS)
        hidden = (await people.get_actor(tx, secret)).handle
    stranger = await town.stranger()
    listed = await stranger.get("/.well-known/nodeinfo")
    assert [one["href"] for one in listed["links"]] == [f"http://localhost:8000/nodeinfo/2.{n}" for n in (0, 1)]
    info = await stranger.get("/nodeinfo/2.0")
    assert (info["software"]["name"], info["usage"]["users"]["total"]) == ("plausch", 1)
    await stranger.get("/nodeinfo/3.0", 404)
    for resource in ("acct:anna@localhost:8000", "acct:Anna@LOCALHOST:8000", "http://localhost:8000/@anna"):
        answer = await stranger.app.get("/.well-known/webfinger", params={"resource": resource})
        assert answer.headers["content-type"].startswith("application/jrd+json")
        assert answer.json()["subject"] == "acct:anna@localhost:8000"
    await stranger.get("/.well-known/webfinger", resource="acct:chor@localhost:8000")
    for resource in (
        "acct:nobody@localhost:8000",
        "acct:anna@elsewhere.example",
        "mailto:x",
        "acct:",
        "@anna",
        f"acct:{hidden}@localhost:8000",
    ):
        await stranger.get("/.well-known/webfinger", 404, resource=resource)
    await stranger.get("/.well-known/webfinger", 400)

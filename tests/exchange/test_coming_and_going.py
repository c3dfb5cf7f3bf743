"""Archives come in whole or not at all, once, and quietly; what goes out comes in again."""

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from plausch.exchange import errands, personal_data
from plausch.exchange.bundles import ArchiveBroken
from plausch.exchange.host import Host
from plausch.exchange.mastodon.importing import Outcome, import_account
from plausch.exchange.mastodon.writing import AccountWriter
from plausch.feeds import actions as feeds_actions
from plausch.feeds import queries as feeds
from plausch.feeds.model import FilterDraft
from plausch.groups import actions as groups_actions
from plausch.groups.model import GroupDraft, Joining
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import NotAllowed
from plausch.kernel.ids import moment_of
from plausch.kernel.paging import Page
from plausch.people import actions as people_actions
from plausch.people import queries as people
from plausch.people.model import PageKind, TeamRole, Viewer
from plausch.settings import read_settings
from plausch.storage import Database, metadata
from plausch.storage.media import MediaFiles
from plausch.talk import actions as talk_actions
from plausch.talk import queries as talk
from plausch.talk.model import ArticleDraft, AudienceKind, PollDraft, PostDraft, PostEdit
from tests.exchange.archives import as_folder, as_tar, as_zip, files, note
from tests.harness.community import connect, join, join_all, publish, settle, stored
from tests.harness.engines import on_postgres_when_all

MAY_1_2023 = 1682965800000


@pytest.fixture
def host(database: Database, data: Path) -> Host:
    settings, _ = read_settings({"data": str(data), "database_url": database.url, "port": "8000"}, {})
    return Host(settings, database, MediaFiles(data / "media"))


async def bring(host: Host, viewer: Viewer, path: Path) -> Outcome:
    seen: list[tuple[int, int]] = []

    async def progress(done: int, total: int) -> None:
        seen.append((done, total))

    outcome = await import_account(host, viewer, path, progress)
    assert not seen or seen[-1][0] == seen[-1][1]
    return outcome


async def posts_of(host: Host, viewer: Viewer) -> dict[str, Any]:
    """The viewer's posts by how their text begins."""
    async with host.database.read() as tx:
        own = await talk.list_own_sources(tx, viewer, 0, 100)
        posts = await talk.list_posts(tx, viewer, [one.id for one in own])
    return {one.source.split()[0] if one.source else "": (posts[one.id], one.source) for one in own}


async def test_an_archive_comes_in_with_dates_threads_and_pictures_and_tells_nobody(host: Host, tmp_path: Path) -> None:
    greta, ben, cleo, anna = await join_all(host.database, "greta", "ben", "cleo", "anna")
    async with host.database.write() as tx:
        await people_actions.follow(tx, ben, greta.person)
    await settle(host.database)
    outcome = await bring(host, greta, as_zip(files(), tmp_path / "greta.zip"))
    await settle(host.database)
    assert (outcome.posts, outcome.known, outcome.pictures, outcome.relations) == (8, 0, 1, 2)
    assert outcome.left_out == {
        "shares": 1, "messages": 1, "empty": 1, "missing_media": 1, "media": 1, "elsewhere": 2,
    }  # fmt: skip
    posts = await posts_of(host, greta)
    first, source = posts["Der"]
    assert first.published_at == moment_of(first.id) == MAY_1_2023
    assert source == "Der erste Beitrag: #Garten\\\nvon \\@anna"
    answer, _ = posts["Antwort"]
    assert (answer.parent_id, answer.conversation_id, answer.warning) == (first.id, first.id, "Wetter")
    assert posts["Und"][0].parent_id == answer.id
    assert posts["Mit"][0].pictures_count == 1
    assert posts["Nur"][0].audience_kind is AudienceKind.FOLLOWERS
    assert posts["Ohne"][0].audience_kind is AudienceKind.QUIET
    assert posts["↩"][1].startswith("↩ <https://third.example/users/otto/statuses/9>\n\nAntwort an jemanden")
    assert posts["Was"][1] == "Was meint ihr?\n\n- Ja\n- Nein"
    async with host.database.read() as tx:
        for person in (ben, cleo, anna):
            assert await feeds.count_unread(tx, person) == 0
        profile = await people.get_profile(tx, greta, "greta")
        assert (profile.name, profile.about_source) == ("Greta vom Beet", "Gärtnert & singt.")
        assert profile.picture
        assert profile.picture_alt == "Greta im Beet"
        assert (await people.get_relationship(tx, greta, ben.person)).follows
        assert (await people.get_relationship(tx, greta, cleo.person)).mutes
        assert [one.name for one in await feeds.list_lists(tx, greta)] == ["Nachbarn"]
        assert len(await feeds.search_posts(tx, greta, "Beitrag Garten", Page())) == 1


async def test_done_twice_it_changes_nothing(host: Host, tmp_path: Path) -> None:
    greta, *_ = await join_all(host.database, "greta", "ben", "cleo")
    path = as_tar(files(), tmp_path / "greta.tar.gz")
    await bring(host, greta, path)
    await settle(host.database)
    before, media = await stored(host.database), await host.media.keys()
    outcome = await bring(host, greta, path)
    await settle(host.database)
    assert (outcome.posts, outcome.known) == (0, 8)
    assert await stored(host.database) == before
    assert await host.media.keys() == media


def _cut(contents: dict[str, bytes], path: Path) -> Path:
    whole = as_zip(contents, path).read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    return path


def _cut_tar(contents: dict[str, bytes], path: Path) -> Path:
    whole = as_tar(contents, path).read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    return path


def _damaged_picture(contents: dict[str, bytes], path: Path) -> Path:
    name = "media_attachments/files/1/original/a.webp"
    data = as_zip(contents, path).read_bytes()
    at = data.index(contents[name][:200]) + 400
    path.write_bytes(data[:at] + b"\x00\xff\x00\xff" + data[at + 4 :])
    return path


def _changed(**changes: bytes) -> Callable[[dict[str, bytes], Path], Path]:
    others = {name.replace("_", "."): data for name, data in changes.items()}
    return lambda contents, path: as_zip(contents | others, path)


def _many_items(contents: dict[str, bytes], path: Path) -> Path:
    """A few kilobytes that unpack to what no machine should hold."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("actor.json", contents["actor.json"])
        archive.writestr("outbox.json", b'{"orderedItems":[' + b"0," * 12_000_000 + b"0]}")
    return path


def _post(**more: Any) -> Callable[[dict[str, bytes], Path], Path]:
    """An archive of one post that has something odd."""
    outbox = {"orderedItems": [note(1, more.pop("content", "<p>Hier</p>"), 1, **more)]}
    return _changed(outbox_json=json.dumps(outbox).encode())


def _late_slip(contents: dict[str, bytes], path: Path) -> Path:
    """Everything is good but the last post."""
    outbox = json.loads(contents["outbox.json"])
    outbox["orderedItems"].append(note(99, "<p>x</p>", 9, published="gestern"))
    return as_zip(contents | {"outbox.json": json.dumps(outbox).encode()}, path)


@on_postgres_when_all
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_cut, "archive_kind"),
        (_cut_tar, "archive_kind"),
        (_damaged_picture, "archive_broken"),
        (_late_slip, "archive_date"),
        (_changed(outbox_json=b'{"orderedItems": [{"type"'), "archive_json"),
        (_changed(outbox_json=b'{"orderedItems": [{"type": "Create", "object": {"type": "Note"}}]}'), "archive_json"),
        (_changed(outbox_json=b"[" * 100_000), "archive_json"),
        (_changed(actor_json=b"\xff\xfe"), "archive_json"),
        (_changed(lists_csv=b"\xff\xfe\x00"), "archive_csv"),
        (_post(published="0001-01-01T00:00:00Z"), "archive_date"),
        (_post(published="1901-01-01T00:00:00Z"), "archive_date"),
        pytest.param(_many_items, "archive_file_too_large", marks=pytest.mark.slow),
        (lambda _, path: as_zip({"photo.jpg": b"x"}, path), "archive_not_mastodon"),
        (lambda _, path: path.write_text("hello") and path, "archive_kind"),
        (lambda _, path: path, "archive_missing"),
    ],
)
async def test_a_broken_archive_is_named_and_nothing_of_it_comes_in(
    host: Host, tmp_path: Path, make: Callable[[dict[str, bytes], Path], Path], reason: str
) -> None:
    (greta,) = await join_all(host.database, "greta")
    await settle(host.database)
    before = await stored(host.database)
    with pytest.raises(ArchiveBroken) as caught:
        await bring(host, greta, make(files(), tmp_path / "archive"))
    assert caught.value.reason == reason
    assert await stored(host.database) == before
    assert await host.media.keys() == set()


async def test_who_approves_followers_finds_the_request_and_hears_no_bell(host: Host, tmp_path: Path) -> None:
    async with host.database.write() as tx:
        greta, ben, _ = await join(tx, "greta"), await join(tx, "ben", locked=True), await join(tx, "cleo")
    await settle(host.database)
    for attempt in ("first", "again"):
        await bring(host, greta, as_zip(files(), tmp_path / f"{attempt}.zip"))
        await settle(host.database)
        async with host.database.read() as tx:
            assert await feeds.list_notifications(tx, ben, Page()) == []
            assert [one.source_id for one in await people.list_requests(tx, ben, Page())] == [greta.person]
            assert await people.count_requests(tx, ben) == 1
    async with host.database.write() as tx:
        await people_actions.accept_follow(tx, ben, greta.person)
        assert (await people.get_relationship(tx, greta, ben.person)).follows


async def test_a_reply_in_an_archive_reaches_nobody_elses_posts(host: Host, tmp_path: Path) -> None:
    """Whoever knows the address of a post, and puts it into an archive, gets no nearer to it."""
    async with host.database.write() as tx:
        anna, ben, greta = [await join(tx, handle) for handle in ("anna", "ben", "greta")]
        await people_actions.follow(tx, greta, anna.person)
        kinds: dict[str, dict[str, Any]] = {
            "Offen": {},
            "Folgende": {"audience": AudienceKind.FOLLOWERS},
            "Kontakte": {"audience": AudienceKind.CONNECTIONS},
            "Eine": {"audience": AudienceKind.PARTICIPANTS, "participants": (ben.person,)},
            "Weg": {},
        }
        posts = {name: await publish(tx, anna, name, **more) for name, more in kinds.items()}
        await talk_actions.remove_post(tx, anna, posts["Weg"])
    items = [
        note(number, f"<p>Auf{name}</p>", 1 + number, inReplyTo=host.absolute(f"/posts/{id_}"))
        for number, (name, id_) in enumerate(posts.items())
    ]
    outbox = json.dumps({"type": "OrderedCollection", "orderedItems": items}).encode()
    await bring(host, greta, as_zip(files() | {"outbox.json": outbox}, tmp_path / "greta.zip"))
    await settle(host.database)
    async with host.database.read() as tx:
        own = await talk.list_own_sources(tx, greta, 0, 100)
        brought = await talk.list_posts(tx, greta, [one.id for one in own])
        assert not any(post.parent_id for post in brought.values()), "others' conversations are not written into"
        assert [one.post_id for one in await feeds.list_notifications(tx, anna, Page())] == [None], "the follow"
    texts = {one.source.split("\n")[-1] for one in own if one.source.startswith("↩")}
    assert texts == {f"Auf{name}" for name in kinds}


@pytest.mark.parametrize(
    "odd",
    [
        {"content": "<div>" * 3_000 + "Tief" + "</div>" * 3_000},
        {"content": "<p>Null\u0000zeichen</p>", "summary": "a\u0000b", "contentMap": {"de": "x\u0000"}},
        {"id": "https://elsewhere.example/" + "äx" * 3_000},
    ],
    ids=["nested", "nul", "long"],
)
async def test_what_is_odd_comes_in_all_the_same(host: Host, tmp_path: Path, odd: dict[str, Any]) -> None:
    (greta,) = await join_all(host.database, "greta")
    path = _post(**odd)(files(), tmp_path / "greta.zip")
    assert (await bring(host, greta, path)).posts == 1
    assert (await bring(host, greta, path)).known == 1


async def test_an_archive_rewrites_nobody_elses_talk(host: Host, tmp_path: Path) -> None:
    """A reply to somebody else, or to what was not there yet, comes in as a post of its own."""
    greta, ben = await join_all(host.database, "greta", "ben")
    async with host.database.write() as tx:
        theirs, mine = await publish(tx, ben, "Frage von heute"), await publish(tx, greta, "Meine Frage von heute")
    for number, parent in enumerate((theirs, mine), 1):
        where = host.absolute(f"/posts/{parent}")
        path = _post(id=f"https://elsewhere.example/{number}", inReplyTo=where)(files(), tmp_path / f"{number}.zip")
        assert (await bring(host, greta, path)).posts == 1
    async with host.database.read() as tx:
        for parent in (theirs, mine):
            assert (await talk.get_conversation(tx, greta, parent)).replies == 0


async def test_of_the_last_day_only_so_much_comes_in(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")
    now = datetime.now(UTC).isoformat()
    items = [note(number, f"<p>Nummer {number}</p>", 1, published=now) for number in range(70)]
    contents = files() | {"outbox.json": json.dumps({"orderedItems": items}).encode()}
    outcome = await bring(host, greta, as_zip(contents, tmp_path / "greta.zip"))
    assert (outcome.posts, outcome.left_out["recent"]) == (60, 10)


async def test_whoever_may_not_publish_imports_nothing(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")
    async with host.database.write() as tx:
        with pytest.raises(NotAllowed):
            await errands.begin_errand(tx, replace(greta, unconfirmed=True), errands.ErrandKind.IMPORT)
        ulf = await join(tx, "ulf")
        await people_actions.suspend(tx, ulf.person)
    with pytest.raises(ArchiveBroken, match="stopped"):
        await bring(host, ulf, as_zip(files(), tmp_path / "greta.zip"))


async def test_names_in_an_archive_lead_nowhere_else(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")
    secret = tmp_path / "secret.webp"
    secret.write_bytes(files()["avatar.webp"])
    image = {"type": "Document", "mediaType": "image/webp", "name": "x"}
    urls = ["/../secret.webp", "../secret.webp", str(secret), "/media_attachments/../../secret.webp"]
    outbox = {"orderedItems": [note(1, "<p>Hier</p>", 1, attachment=[{**image, "url": url} for url in urls])]}
    contents = files() | {"outbox.json": json.dumps(outbox).encode()}
    for path in (as_folder(contents, tmp_path / "in" / "greta"), as_zip(contents, tmp_path / "in" / "greta.zip")):
        outcome = await bring(host, greta, path)
        assert outcome.pictures == 0


async def test_what_goes_out_comes_in_again(host: Host, tmp_path: Path) -> None:
    async with host.database.write() as tx:
        greta, ben = await join(tx, "greta"), await join(tx, "ben")
        await connect(tx, greta, ben)
        first = await publish(tx, greta, "Guten *Morgen* #Garten", warning="Frühaufsteher")
        reply = await publish(tx, ben, "Morgen!", reply_to=first)
        await publish(tx, greta, "Und dir", reply_to=reply)
        await publish(tx, greta, "Nur Kontakte", audience=AudienceKind.CONNECTIONS)
        await publish(tx, greta, "Bleibt hier", local_only=True)
        await publish(tx, ben, "Fremdes Geheimnis")
    await bring(host, greta, as_zip(files(), tmp_path / "in.zip"))
    await settle(host.database)
    assert await errands.write_archive(host, greta, tmp_path / "out.zip") == 12
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        text = archive.read("outbox.json").decode()
        assert "Fremdes Geheimnis" not in text
        assert sum(name.startswith("media_attachments/") for name in archive.namelist()) == 1
    async with host.database.write() as tx:
        again = await join(tx, "again")
    outcome = await bring(host, again, tmp_path / "out.zip")
    assert outcome.posts == 12
    theirs, ours = await posts_of(host, greta), await posts_of(host, again)
    assert {name: source for name, (_, source) in theirs.items() if name not in ("Und", "↩")} == {
        name: source for name, (_, source) in ours.items() if name not in ("Und", "↩")
    }
    for name in ("Guten", "Nur", "Bleibt", "Mit"):
        one, other = theirs[name][0], ours[name][0]
        assert (one.published_at, one.audience_kind, one.local_only, one.warning, one.pictures_count) == (
            other.published_at, other.audience_kind, other.local_only, other.warning, other.pictures_count,
        )  # fmt: skip


async def test_articles_go_out_whole(host: Host, tmp_path: Path) -> None:
    (anna,) = await join_all(host.database, "anna")
    async with host.database.write() as tx:
        draft = ArticleDraft(
            source="Kurz #garten.\n\n## Mehr\n\nGanz am Ende.", title='Ein "Beet"', subtitle="Unten", series="Reihe"
        )
        post = await talk_actions.publish_article(tx, anna, draft, ADDRESSES)
    out = tmp_path / "out.zip"
    with zipfile.ZipFile(out, "w") as archive:
        await AccountWriter(host, anna, archive).write()
    with zipfile.ZipFile(out) as archive:
        text = archive.read("articles/anna/ein-beet.md").decode()
        (activity,) = json.loads(archive.read("outbox.json"))["orderedItems"]
    assert text.startswith('---\ntitle: "Ein \\"Beet\\""\nsubtitle: "Unten"\ndate: "')
    assert "Ganz am Ende." in text
    shown = activity["object"]["content"]
    assert ("/@anna/blog/ein-beet" in shown, "Kurz" in shown, "Ganz am Ende" in shown) == (True, True, False)
    async with host.database.read() as tx:
        copy = (await personal_data.collect(tx, anna.person))["tables"]
    assert [row["post_id"] for row in copy["talk_articles"]] == [str(post)]
    assert "Ganz am Ende" in copy["talk_articles"][0]["body_html"]
    assert [row["title"] for row in copy["talk_series"]] == ["Reihe"]
    assert [row["slug"] for row in copy["talk_article_addresses"]] == ["ein-beet"]


async def test_the_copy_of_personal_data_has_every_table_and_no_secret(host: Host) -> None:
    async with host.database.write() as tx:
        greta, ben = await join(tx, "greta"), await join(tx, "ben")
        post = await publish(tx, greta, "Mein Beitrag")
        await people_actions.block(tx, ben, greta.person)
        secret = await people_actions.create_token(tx, greta.person, "read")
    await settle(host.database)
    async with host.database.slow_read() as read:
        found = await personal_data.collect(read, greta.person)
    tables = found["tables"]
    assert [row["id"] for row in tables["talk_posts"]] == [str(post)]
    assert tables["people_accounts"][0]["email"] == "greta@example.org"
    assert tables["people_relations"] == []  # who has blocked somebody is that one's own
    text = json.dumps(found)
    assert "no password" not in text
    assert secret not in text
    assert tables["talk_posts"][0]["author_id"] == str(greta.person), "that is no secret"
    telling = {table.name for table in metadata.sorted_tables if personal_data.rows_about(table) is not None}
    assert telling == set(tables)
    # Nothing about people lies in a table that is left out.
    left = {table.name for table in metadata.sorted_tables if table.name not in telling}
    assert not [name for name in left if {"person_id", "author_id", "owner_id"} & set(metadata.tables[name].c.keys())]


async def test_the_copy_does_not_tell_how_groups_decided(host: Host) -> None:
    """Whoever is declined quietly goes on seeing an open request; nobody learns who banned them."""
    async with host.database.write() as tx:
        greta, olga = await join(tx, "greta"), await join(tx, "olga")
        links = groups_actions.Links(ADDRESSES.profile, ADDRESSES.tag)
        asked, banned = [
            await groups_actions.create_group(
                tx, olga, GroupDraft(name=name, handle=name, joining=Joining.REQUEST), links
            )
            for name in ("chor", "schach")
        ]
        await groups_actions.ask_to_join(tx, greta, asked, "Alt")
        await groups_actions.decline_joining(tx, olga, asked, greta.person)
        await groups_actions.ban(tx, olga, banned, greta.person, "Zankt")
    async with host.database.read() as read:
        hers = (await personal_data.collect(read, greta.person))["tables"]
        other = (await personal_data.collect(read, olga.person))["tables"]
    assert [(row["answer"], row["declined_at"]) for row in hers["groups_requests"]] == [("Alt", None)]
    assert [row["reason"] for row in hers["groups_bans"]] == ["Zankt"]
    assert "by_id" not in hers["groups_bans"][0]
    told = [(row["step"], row["actor_id"]) for row in hers["groups_log"]]
    assert ("banned", None) in told, "it is about her; by whom stays with those who look after the group"
    assert "declined" not in {step for step, _ in told}
    assert str(olga.person) not in json.dumps(hers)
    assert other["groups_bans"] == []


async def test_the_copy_has_whom_she_has_invited(host: Host) -> None:
    async with host.database.write() as tx:
        greta, ben, olga = await join(tx, "greta"), await join(tx, "ben"), await join(tx, "olga")
        page = await people_actions.create_page(tx, greta, "verein", "Verein", PageKind.CLUB)
        await people_actions.invite_to_team(tx, greta, page, "ben", TeamRole.EDITOR)
        links = groups_actions.Links(ADDRESSES.profile, ADDRESSES.tag)
        group = await groups_actions.create_group(tx, greta, GroupDraft(name="Chor", handle="chor"), links)
        await groups_actions.invite_to_group(tx, greta, group, olga.person)
    async with host.database.read() as read:
        copies = [(await personal_data.collect(read, one.person))["tables"] for one in (greta, ben, olga)]
    teams = [{row["person_id"] for row in one["people_teams"]} for one in copies]
    assert teams == [{str(greta.person), str(ben.person)}, {str(ben.person)}, set()]
    asked = [{row["actor_id"] for row in one["groups_invitations"]} for one in copies]
    assert asked == [{str(olga.person)}, set(), {str(olga.person)}]


async def test_the_copy_has_what_is_hers_and_nothing_that_is_others(host: Host) -> None:
    async with host.database.write() as tx:
        greta, ben, olga = await join(tx, "greta"), await join(tx, "ben"), await join(tx, "olga")
        asking = PostDraft(source="Samstag? #markt @ben", poll=PollDraft(options=("Ja", "Nein"), lasts=clock.HOUR))
        mine = await talk_actions.publish_post(tx, greta, asking, ADDRESSES)
        await talk_actions.edit_post(tx, greta, mine, PostEdit(source="Sonntag? #markt @ben"), ADDRESSES)
        secretly = await publish(tx, ben, "Über @greta, ohne sie", audience=AudienceKind.CONNECTIONS)
        await talk_actions.publish_post(tx, greta, PostDraft(source="Seht", quote=mine), ADDRESSES)
        listed = await feeds_actions.make_list(tx, greta, "Nachbarschaft")
        await people_actions.follow(tx, greta, ben.person)
        await people_actions.follow(tx, ben, greta.person)
        await feeds_actions.add_to_list(tx, greta, listed, ben.person)
        await feeds_actions.add_to_list(tx, ben, await feeds_actions.make_list(tx, ben, "Schwierig"), greta.person)
        await feeds_actions.add_filter(tx, greta, FilterDraft(phrase="Fußball"))
        await people_actions.mute(tx, olga, greta.person)
        await people_actions.ask_to_connect(tx, olga, greta.person, "Kennen wir uns?")
    await settle(host.database)
    async with host.database.slow_read() as read:
        tables = (await personal_data.collect(read, greta.person))["tables"]
    assert {row["phrase"] for row in tables["feeds_filters"]} == {"Fußball"}
    assert [row["source"] for row in tables["talk_revisions"]] == ["Samstag? #markt @ben"]
    assert [row["text"] for row in tables["talk_poll_options"]] == ["Ja", "Nein"]
    assert [row["quoted_id"] for row in tables["talk_quotes"]] == [str(mine)]
    assert [row["actor_id"] for row in tables["feeds_list_members"]] == [str(ben.person)], "not on whose she is"
    assert str(secretly) not in json.dumps(tables), "what others say among themselves"
    ties = {(row["kind"], row["source_id"]) for row in tables["people_relations"]}
    assert ties == {("follow", str(greta.person)), ("follow", str(ben.person))}, "not who has muted her"
    assert [row["line"] for row in tables["people_requests"]] == ["Kennen wir uns?"]


async def test_an_errand_makes_an_archive_that_only_its_owner_fetches(host: Host) -> None:
    greta, ben = await join_all(host.database, "greta", "ben")
    async with host.database.write() as tx:
        await publish(tx, greta, "Hallo")
        errand = await errands.begin_errand(tx, greta, errands.ErrandKind.EXPORT)
    await errands.run_errand(host, errand)
    async with host.database.read() as tx:
        done = await errands.get_errand(tx, greta, errand)
        with pytest.raises(Exception, match="not_found"):
            await errands.get_errand(tx, ben, errand)
    assert (done.state, done.outcome) == (errands.ErrandState.DONE, {"posts": 1})
    assert zipfile.is_zipfile(errands.file_of(host, errand))


async def test_a_broken_errand_says_why(host: Host) -> None:
    (greta,) = await join_all(host.database, "greta")
    async with host.database.write() as tx:
        errand = await errands.begin_errand(tx, greta, errands.ErrandKind.IMPORT)
    host.folder.mkdir()
    errands.file_of(host, errand).write_bytes(b"no archive")
    await errands.run_errand(host, errand)
    async with host.database.read() as tx:
        failed = await errands.get_errand(tx, greta, errand)
    assert (failed.state, failed.reason) == (errands.ErrandState.FAILED, "archive_kind")
    assert not errands.file_of(host, errand).exists()

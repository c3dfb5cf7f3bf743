"""Blogs come in with dates, pictures and comments, once, and quietly."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from plausch.exchange.blogs.importing import BlogOutcome, BlogWishes, import_blog
from plausch.exchange.blogs.targets import Target, find_target, list_targets
from plausch.exchange.bundles import ArchiveBroken
from plausch.exchange.host import Host
from plausch.exchange.unpacking import BlogForm
from plausch.feeds import queries as feeds
from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import NotAllowed
from plausch.kernel.ids import moment_of
from plausch.kernel.paging import Page
from plausch.net.fetching import GuardedClient
from plausch.people import actions as people_actions
from plausch.people.model import VISITOR, TeamRole, Viewer
from plausch.settings import read_settings
from plausch.storage import Database
from plausch.storage.media import MediaFiles
from plausch.talk import actions as talk_actions
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind, Form, Post, read_extras
from tests.exchange.archives import as_folder, as_zip
from tests.exchange.test_blogs_read import CORPUS
from tests.harness.community import join_all, settle, stored, tables_with
from tests.harness.engines import on_postgres_when_all
from tests.net.strangers import a_stranger
from tests.people.test_pages import make_page, put_on_team

JULY_12_2019 = 1562947509000


@pytest.fixture
def host(database: Database, data: Path) -> Host:
    settings, _ = read_settings({"data": str(data), "database_url": database.url, "port": "8000"}, {})
    return Host(settings, database, MediaFiles(data / "media"))


async def bring(
    host: Host, viewer: Viewer, form: BlogForm, path: Path, *, blog: int = 0, pages: bool = False
) -> BlogOutcome:
    blog = blog or viewer.person
    async with host.database.read() as tx:
        target = await find_target(tx, viewer, blog)
    return await bring_to(host, viewer, target, form, path, pages=pages)


async def bring_to(
    host: Host, viewer: Viewer, target: Target, form: BlogForm, path: Path, *, pages: bool = False
) -> BlogOutcome:
    seen: list[tuple[int, int]] = []

    async def progress(done: int, total: int) -> None:
        seen.append((done, total))

    blog = target.id
    outcome = await import_blog(host, viewer.person, target, BlogWishes(form, blog, pages), path, progress)
    assert not seen or seen[-1][0] == seen[-1][1]
    await settle(host.database)
    return outcome


async def articles_of(host: Host, viewer: Viewer, blog: int) -> dict[str, Post]:
    async with host.database.read() as tx:
        posts = await talk.list_posts(tx, viewer, await talk.list_articles(tx, viewer, blog, Page()))
    return {one.article.slug: one for one in posts.values() if one.article is not None}


async def source_of(host: Host, viewer: Viewer, post: int) -> str:
    async with host.database.read() as tx:
        return (await talk.get_source(tx, viewer, post)).source


def garden(tmp_path: Path) -> Path:
    """The export with its uploads beside, as somebody packs them."""
    contents = {"export.xml": (CORPUS / "wordpress" / "blocks.xml").read_bytes()}
    for file in sorted((CORPUS / "wordpress" / "uploads").rglob("*.*")):
        contents[str(file.relative_to(CORPUS / "wordpress"))] = file.read_bytes()
    return as_zip(contents, tmp_path / "garden.zip", "export/")


async def test_an_export_comes_in_with_dates_pictures_and_comments_and_tells_nobody(host: Host, tmp_path: Path) -> None:
    greta, otto, hanna = await join_all(host.database, "greta", "otto", "hanna")
    async with host.database.write() as tx:
        await people_actions.follow(tx, otto, greta.person)
    await settle(host.database)
    outcome = await bring(host, greta, BlogForm.WORDPRESS, garden(tmp_path))
    assert outcome == BlogOutcome(
        articles=2, drafts=2, comments=2, known=0, pictures=3,
        left_out={
            "pages": 1, "comments_hidden": 1, "pingbacks": 1, "thrown_away": 1, "other_kinds": 1, "missing_pictures": 1,
        },
    )  # fmt: skip
    articles = await articles_of(host, VISITOR, greta.person)
    assert set(articles) == {"von-otto", "der-erste-kuerbis"}
    first = articles["der-erste-kuerbis"]
    assert (first.published_at, moment_of(first.id), first.language) == (JULY_12_2019, JULY_12_2019, "de")
    assert (first.title, first.audience_kind) == ("Der erste Kürbis & das Beet", AudienceKind.PUBLIC)
    assert first.article is not None
    assert first.article.cover is not None
    assert first.article.subtitle == "Wie alles anfing."
    source = await source_of(host, greta, first.id)
    assert source.endswith("\n\n#GartenBalkon #Kürbis")
    assert "brought-picture" not in source
    assert "[Der Weg](<https://garten.example/wp-content/uploads/2019/07/weg.jpg>)" in source
    assert (await source_of(host, greta, articles["von-otto"].id)).endswith("\n\n*Geschrieben von Otto \\@Beet*")
    async with host.database.read() as tx:
        body, _ = await talk.get_body(tx, VISITOR, first.id)
        assert body.count("<img") == 2
        assert 'alt="Die Ernte"' in body
        assert "im Juli" in body
        for person in (otto, hanna):
            assert await feeds.count_unread(tx, person) == 0
        assert len(await feeds.search_posts(tx, hanna, "Kürbis Bohnen", Page())) == 1
        conversation = await talk.get_conversation(tx, VISITOR, first.id)
        assert (conversation.form, conversation.replies) == (Form.ARTICLE, 2)


async def test_comments_keep_their_dates_and_threads_and_nobody_speaks_for_those_who_wrote_them(
    host: Host, tmp_path: Path
) -> None:
    (greta,) = await join_all(host.database, "greta")
    await bring(host, greta, BlogForm.WORDPRESS, garden(tmp_path))
    first = (await articles_of(host, VISITOR, greta.person))["der-erste-kuerbis"]
    hanna, answer = await replies_to(host, greta, first.id)
    assert hanna.published_at == moment_of(hanna.id) == 1563004800000
    assert (hanna.parent_id, answer.parent_id) == (first.id, hanna.id)
    assert {hanna.actor_id, answer.actor_id, hanna.author_id} == {greta.person}
    assert await source_of(host, greta, hanna.id) == (
        "*Hanna \\*Gieß\\* schrieb am 13. Juli 2019 auf garten.example (mitgebrachter Kommentar)*\n\n"
        "> Schön!\n>\n> Und wie **groß** war er, \\@greta?"
    )
    rows = await stored(host.database)
    assert tables_with(rows, "geheim.example", "203.0.113", "Werbewort") == set()


async def replies_to(host: Host, viewer: Viewer, root: int) -> Sequence[Post]:
    async with host.database.read() as tx:
        own = await talk.list_own_sources(tx, viewer, 0, 500)
        posts = await talk.list_posts(tx, viewer, [one.id for one in own])
    found = [one for one in posts.values() if one.conversation_id == root and one.id != root]
    return sorted(found, key=lambda one: one.id)


_WXR = """<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><wp:wxr_version>1.2</wp:wxr_version><link>https://garten.example</link>{items}</channel></rss>"""
_ITEM = """<item><title>{name}</title><link>https://garten.example/2019/{name}/</link>
<guid isPermaLink="false">https://garten.example/?p={number}</guid><content:encoded><![CDATA[{text}]]></content:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2019-07-0{number} 08:00:00</wp:post_date_gmt>
<wp:post_name>{name}</wp:post_name><wp:status>{status}</wp:status><wp:post_type>post</wp:post_type></item>"""


async def test_links_among_what_comes_lead_to_where_it_is_now(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")

    def export(*items: tuple[str, str, str]) -> Path:
        written = [
            _ITEM.format(number=number, name=name, status=status, text=text)
            for number, (name, status, text) in enumerate(items, 1)
        ]
        return as_zip({"export.xml": _WXR.format(items="".join(written)).encode()}, tmp_path / "links.zip")

    first = (
        'Es geht <a href="http://www.garten.example/2019/beet">weiter</a>, nicht <a href="https://garten.example/2019/geheim/">'
        'hier</a> und nicht <a href="https://anderswo.example/2019/beet/">dort</a>.'
    )
    beet = 'Vorher: <a href="https://garten.example/?p=1#ende">der Anfang</a>'
    items = [("anfang", "publish", first), ("beet", "publish", beet), ("geheim", "draft", "Noch nicht")]
    await bring(host, greta, BlogForm.WORDPRESS, export(*items))
    articles = await articles_of(host, VISITOR, greta.person)
    blog = host.absolute("/@greta/blog")
    source = await source_of(host, greta, articles["anfang"].id)
    assert f"({blog}/beet)" in source.replace("<", "").replace(">", "")
    assert "garten.example/2019/geheim" in source
    assert "anderswo.example/2019/beet" in source
    assert f"{blog}/anfang" in await source_of(host, greta, articles["beet"].id)
    # What comes later finds what came before, under the name that it has here.
    later = ("nachtrag", "publish", 'Siehe <a href="https://garten.example/2019/beet/">das Beet</a>')
    await bring(host, greta, BlogForm.WORDPRESS, export(*items, later))
    articles = await articles_of(host, VISITOR, greta.person)
    assert f"{blog}/beet" in await source_of(host, greta, articles["nachtrag"].id)


async def test_links_within_a_folder_lead_to_where_its_articles_are_now(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")
    links = (
        '[a](beet.md) [b](<./beet.md#ende>) [c](../seiten/Alte%20Wege.md "Wege") [d](/2019/wege/) [e][w] [f](#unten) '
        "[g](https://garten.example/wege) [h](https://anderswo.example/wege) [i](fehlt.md) [j](geheim.md) [k](beet)\n\n"
        "[w]: /posts/beet.md\n"
    )
    wege = "---\ntitle: Wege\npermalink: /2019/wege/\naliases:\n  - http://www.garten.example/wege/\n  - Pfade\n---\n"
    contents = {
        "content/posts/anfang.md": f"# Anfang\n\n{links}".encode(),
        "content/posts/beet.md": b"# Das Beet\n\nZum [Anfang](anfang.md)\n",
        "content/posts/geheim.md": b"---\ndraft: true\n---\n# Geheim\n\nNoch nicht\n",
        "content/seiten/Alte Wege.md": f"{wege}Text\n".encode(),
    }
    await bring(host, greta, BlogForm.MARKDOWN, as_zip(contents, tmp_path / "folder.zip"))
    articles = await articles_of(host, VISITOR, greta.person)
    blog = host.absolute("/@greta/blog")
    source = await source_of(host, greta, articles["anfang"].id)
    wege_now = next(slug for slug in articles if "wege" in slug)
    for led in (
        *(f"[a]({blog}/beet)", f"[b](<{blog}/beet>)", f'[c]({blog}/{wege_now} "Wege")', f"[d]({blog}/{wege_now})"),
        *("[f](#unten)", f"[g]({blog}/{wege_now})", "[h](https://anderswo.example/wege)", "[i](fehlt.md)"),
        *("[j](geheim.md)", f"[k]({blog}/beet)", f"[w]: {blog}/beet"),
    ):
        assert led in source, (led, source)
    assert f"[Anfang]({blog}/anfang)" in await source_of(host, greta, articles["beet"].id)


async def test_drafts_stay_drafts(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")
    await bring(host, greta, BlogForm.WORDPRESS, garden(tmp_path))
    async with host.database.read() as tx:
        drafts = await talk.list_drafts(tx, greta)
    assert {(one.title, one.form) for one in drafts} == {("Geheim", Form.ARTICLE), ("Noch nicht fertig", Form.ARTICLE)}


async def test_done_twice_only_what_is_new_comes(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")
    path = garden(tmp_path)
    await bring(host, greta, BlogForm.WORDPRESS, path)
    before, media = await stored(host.database), await host.media.keys()
    outcome = await bring(host, greta, BlogForm.WORDPRESS, path)
    assert (outcome.articles, outcome.drafts, outcome.comments, outcome.known) == (0, 0, 0, 6)
    assert await stored(host.database) == before
    assert await host.media.keys() == media
    # One more article and one more comment.
    data = (CORPUS / "wordpress" / "blocks.xml").read_text("utf-8")
    item = data[data.index("\t<item>\n\t\t<title><![CDATA[Von Otto") :].partition("</item>")[0] + "</item>"
    more = item.replace("?p=50", "?p=70").replace("<wp:post_id>50", "<wp:post_id>70").replace("von-otto", "mehr")
    comment = data[data.index("\t\t<wp:comment>") :].partition("</wp:comment>")[0] + "</wp:comment>"
    late = comment.replace("<wp:comment_id>101", "<wp:comment_id>120").replace("comment_parent>0", "comment_parent>102")
    data = data.replace("\t\t<wp:comment>", late + "\t\t<wp:comment>", 1).replace("\t<item>", more + "\t<item>", 1)
    outcome = await bring(host, greta, BlogForm.WORDPRESS, as_folder({"a.xml": data.encode()}, tmp_path / "again"))
    assert (outcome.articles, outcome.comments, outcome.known, outcome.pictures) == (1, 1, 6, 0)
    articles = await articles_of(host, VISITOR, greta.person)
    assert set(articles) == {"mehr", "von-otto", "der-erste-kuerbis"}
    assert len(await replies_to(host, greta, articles["der-erste-kuerbis"].id)) == 3
    # What was removed here does not come back.
    async with host.database.write() as tx:
        await talk_actions.remove_post(tx, greta, articles["mehr"].id)
    await settle(host.database)
    assert (await bring(host, greta, BlogForm.WORDPRESS, tmp_path / "again")).articles == 0


@on_postgres_when_all
@pytest.mark.parametrize(
    ("folder", "articles", "drafts", "pictures"),
    [("hugo", 1, 1, 3), ("jekyll", 2, 1, 1), ("obsidian", 1, 0, 1), ("pandoc", 1, 0, 1)],
)
async def test_folders_of_markdown_come_in_once(
    host: Host, tmp_path: Path, folder: str, articles: int, drafts: int, pictures: int
) -> None:
    (greta,) = await join_all(host.database, "greta")
    path = tmp_path / "blog"
    shutil.copytree(CORPUS / "markdown" / folder, path)
    outcome = await bring(host, greta, BlogForm.MARKDOWN, path)
    assert (outcome.articles, outcome.drafts, outcome.pictures) == (articles, drafts, pictures)
    before = await stored(host.database)
    packed = Path(shutil.make_archive(str(tmp_path / "blog"), "zip", path))
    outcome = await bring(host, greta, BlogForm.MARKDOWN, packed)
    assert (outcome.articles, outcome.drafts, outcome.known) == (0, 0, articles + drafts)
    assert await stored(host.database) == before


async def test_front_matter_is_kept(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")
    outcome = await bring(host, greta, BlogForm.MARKDOWN, CORPUS / "markdown" / "hugo")
    assert outcome.unread == ("content/posts/bombe.md", "content/posts/kaputt.md")
    post = (await articles_of(host, VISITOR, greta.person))["das-beet"]
    assert post.article is not None
    assert post.article.cover is not None
    assert (post.published_at, post.article.subtitle, post.article.cover.alt) == (
        1617437700000, "Wie wir anfingen", "Ein Beet im April",
    )  # fmt: skip
    async with host.database.read() as tx:
        body, _ = await talk.get_body(tx, VISITOR, post.id)
        (draft,) = await talk.list_drafts(tx, greta)
        assert [one.title for one in await talk.list_series(tx, VISITOR, greta.person)] == ["Ein Jahr"]
        assert body.count("<img") == 2
        assert "<table" in body
        assert "footnote" in body
        assert "mitgegraben" not in body
        assert "/@otto" not in body
    part = read_extras(draft.extras).article
    assert part is not None
    assert part.slug == "toml-artikel"


async def test_only_those_who_look_after_a_blog_fill_it(host: Host, tmp_path: Path) -> None:
    greta, otto = await join_all(host.database, "greta", "otto")
    async with host.database.read() as tx:
        assert [one.handle for one in await list_targets(tx, greta)] == ["greta"]
        with pytest.raises(NotAllowed):
            await find_target(tx, greta, otto.person)


async def test_whoever_is_suspended_brings_nothing_more(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")
    async with host.database.write() as tx:
        target = await find_target(tx, greta, greta.person)
        await people_actions.leave(tx, greta)
    with pytest.raises(ArchiveBroken) as error:
        await bring_to(host, greta, target, BlogForm.WORDPRESS, garden(tmp_path))
    assert error.value.reason == "archive_stopped"


@on_postgres_when_all
async def test_what_has_no_date_does_not_flood_the_feeds(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")
    texts = {f"{number}.md": f"Text {number}".encode() for number in range(63)}
    outcome = await bring(host, greta, BlogForm.MARKDOWN, as_folder(texts, tmp_path / "texts"))
    assert (outcome.articles, outcome.left_out) == (60, {"recent": 3})
    with clock.at(clock.real_now() + 2 * clock.DAY):
        outcome = await bring(host, greta, BlogForm.MARKDOWN, tmp_path / "texts")
    assert (outcome.articles, outcome.known) == (3, 60)


async def test_whoever_leaves_takes_it_along(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")
    await bring(host, greta, BlogForm.WORDPRESS, garden(tmp_path))
    async with host.database.write() as tx:
        await people_actions.erase_account(tx, greta.person)
    await settle(host.database)
    assert tables_with(await stored(host.database), "garten.example", "Kürbis", "Hanna") == set()


@on_postgres_when_all
async def test_a_closed_group_keeps_what_comes_into_its_blog(host: Host, tmp_path: Path) -> None:
    greta, otto, stranger = await join_all(host.database, "greta", "otto", "stranger")
    async with host.database.write() as tx:
        draft = GroupDraft(name="Beetgruppe", handle="beet", visibility=Visibility.CLOSED)
        group = await groups.create_group(tx, greta, draft, groups.Links(ADDRESSES.profile, ADDRESSES.tag))
    outcome = await bring(host, greta, BlogForm.WORDPRESS, garden(tmp_path), blog=group)
    assert (outcome.articles, outcome.drafts, outcome.comments) == (2, 2, 2)
    posts = await articles_of(host, greta, group)
    assert {(one.audience_kind, one.scope_id, one.local_only) for one in posts.values()} == {
        (AudienceKind.GROUP, group, True)
    }
    assert {one.actor_id for one in posts.values()} == {group}
    assert await articles_of(host, stranger, group) == {}
    async with host.database.read() as tx:
        assert await feeds.search_posts(tx, stranger, "Kürbis", Page()) == []
        assert await feeds.search_posts(tx, stranger, "Kilo", Page()) == []
        with pytest.raises(NotAllowed):
            await find_target(tx, otto, group)
    # The same blog may stand in two places, and is gone from one with the group.
    assert (await bring(host, greta, BlogForm.WORDPRESS, garden(tmp_path))).articles == 2
    async with host.database.write() as tx:
        await groups.delete_group(tx, greta, group)
    await settle(host.database)
    assert not {row for row in (await stored(host.database))["exchange_arrivals"] if row[0] == group}


@on_postgres_when_all
async def test_pages_have_blogs_that_their_team_fills_together(host: Host, tmp_path: Path) -> None:
    greta, otto, author = await join_all(host.database, "greta", "otto", "author")
    page = await make_page(host.database, greta)
    await put_on_team(host.database, greta, page, "otto", otto, TeamRole.EDITOR)
    await put_on_team(host.database, greta, page, "author", author, TeamRole.AUTHOR)
    assert (await bring(host, greta, BlogForm.WORDPRESS, garden(tmp_path), blog=page)).articles == 2
    assert (await bring(host, otto, BlogForm.WORDPRESS, garden(tmp_path), blog=page)).articles == 0
    post = (await articles_of(host, VISITOR, page))["von-otto"]
    assert (post.actor_id, post.author_id) == (page, greta.person)
    async with host.database.read() as tx:
        with pytest.raises(NotAllowed):
            await find_target(tx, author, page)


@on_postgres_when_all
async def test_pictures_come_from_where_they_are(host: Host, tmp_path: Path) -> None:
    (greta,) = await join_all(host.database, "greta")
    picture = (CORPUS / "wordpress" / "uploads" / "2019" / "07" / "beet.png").read_bytes()
    async with a_stranger() as server:
        good = server.says("/wp-content/uploads/a b.png", picture, "text/plain").replace(" ", "%20")
        server.says("/wp-content/uploads/a%20b.png", picture, "text/plain")
        bad = server.says("/bad.png", b"<html>")
        text = f"![Beet]({good}) ![Weg]({bad})\n\n![Noch einmal]({good})\n\n![Innen](http://10.0.0.1/x.png)\n"
        path = as_folder({"a.md": f"---\ntitle: Bilder\ndate: 2020-01-01\n---\n{text}".encode()}, tmp_path / "texts")
        online = replace(host, outgoing=GuardedClient("https://plausch.example", allow_loopback=True))
        outcome = await bring(online, greta, BlogForm.MARKDOWN, path)
        assert (outcome.pictures, outcome.left_out) == (1, {"missing_pictures": 2})
        assert len([one for one in server.asked if "a%20b" in one]) == 1
    post = (await articles_of(host, VISITOR, greta.person))["a"]
    source = await source_of(host, greta, post.id)
    assert source.count("](picture:") == 2
    assert f"[Weg](<{bad}>)" in source

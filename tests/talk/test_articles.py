"""Articles: published on the path of any post, with pictures, authors and series; drafts; what is left of them."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from plausch.feeds import queries as feeds
from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Joining, Visibility
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.model import VISITOR, PageKind, TeamRole, Viewer
from plausch.storage import Database, Write, column_statement, param
from plausch.talk import actions, jobs, queries
from plausch.talk.model import (
    Article,
    ArticleDraft,
    ArticlePart,
    Attached,
    AudienceKind,
    DraftText,
    Form,
    Post,
    PostEdit,
    gone_slug,
    make_slug,
)
from plausch.talk.tables import drafts
from plausch.work.facts import Origin
from tests.harness.community import connect, join_all, publish, settle, stored, tables_with
from tests.talk.test_stories import add_picture

_WAIT = column_statement(sa.update(drafts).where(drafts.c.id == param("draft")).values(waits_since=1, waits_for=1))
LONG = "Der erste Absatz über #garten.\n\n## Wie es anfing\n\nMit @ines.[^1]\n\n[^1]: Damals.\n"


async def write(database: Database, viewer: Viewer, title: str = "Ein Beet für alle", **more: Any) -> int:
    async with database.write() as tx:
        return await write_in(tx, viewer, title, **more)


async def write_in(tx: Write, viewer: Viewer, title: str = "Ein Beet für alle", **more: Any) -> int:
    draft = ArticleDraft(title=title, **{"source": LONG, "language": "de"} | more)
    return await actions.publish_article(tx, viewer, draft, ADDRESSES)


async def article_of(database: Database, viewer: Viewer, post: int) -> tuple[Post, Article]:
    async with database.read() as read:
        found = await queries.get_post(read, viewer, post)
    assert found.article is not None
    return found, found.article


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Ein Beet für alle!", "ein-beet-fuer-alle"),
        ("Straße & Øre, Ægir", "strasse-ore-aegir"),
        ("日本語", ""),
        ("../../etc/passwd?x=1#y", "etc-passwd-x-1-y"),
        ("x" * 200, "x" * 80),
        ("~0", "0"),
    ],
)
def test_a_title_becomes_part_of_an_address(title: str, slug: str) -> None:
    assert make_slug(title) == slug
    assert make_slug(gone_slug("x")) != gone_slug("x")


async def test_an_article_is_a_post_with_more(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        cover, inside = await add_picture(tx, anna, "Das Beet"), await add_picture(tx, anna, "Eine Bank")
        foreign = await add_picture(tx, ines)
        source = f"{LONG}\n![](picture:{inside})\n\n![Nicht meins](picture:{foreign})\n"
        post_id = await write_in(tx, anna, source=source, subtitle="Wie wir anfingen", cover=cover, series="Gärten")
    post, article = await article_of(database, VISITOR, post_id)
    assert (post.title, post.audience_kind, post.pictures_count) == ("Ein Beet für alle", AudienceKind.PUBLIC, 0)
    assert post.attached & Attached.ARTICLE
    assert (article.blog_handle, article.slug, article.subtitle) == ("anna", "ein-beet-fuer-alle", "Wie wir anfingen")
    assert article.cover is not None
    assert (article.cover.id, article.cover.alt, article.minutes) == (cover, "Das Beet", 1)
    assert "Der erste Absatz" in post.html
    assert "<h2" not in post.html
    async with database.read() as read:
        assert (await queries.get_conversation(read, VISITOR, post_id)).form is Form.ARTICLE
        body, sections = await queries.get_body(read, VISITOR, post_id)
        assert [(one.depth, one.anchor, one.text) for one in sections] == [(2, "s-wie-es-anfing", "Wie es anfing")]
        assert f'<img src="/pictures/{inside}/large" alt="Eine Bank" width="4" height="3"' in body
        assert str(foreign) not in body
        assert "Nicht meins" in body
        assert await queries.find_article(read, VISITOR, "anna", "ein-beet-fuer-alle") == post_id
        assert await queries.find_article(read, VISITOR, "ines", "ein-beet-fuer-alle") is None
        assert await queries.list_articles(read, VISITOR, anna.person, Page()) == [post_id]
        assert await queries.list_articles(read, VISITOR, anna.person, Page(), tag="garten") == [post_id]
        assert await queries.list_articles(read, VISITOR, anna.person, Page(), tag="haus") == []
        assert await queries.list_blog_tags(read, VISITOR, anna.person, 5) == [("garten", 1)]
        assert [one.title for one in await queries.list_series(read, VISITOR, anna.person)] == ["Gärten"]
        for picture in (cover, inside):
            assert await queries.find_picture_file(read, VISITOR, picture, "large") is not None
        assert await queries.list_mentioned(read, post_id) == [ines.person]
        assert await queries.find_open_source(read, post_id) is None
    await settle(database)
    async with database.read() as read:
        for word in ("anfing", "damals", "wie wir"):
            assert await feeds.search_posts(read, VISITOR, word, Page()), word


async def test_titles_alike_have_addresses_of_their_own(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    slugs = []
    for more in ({}, {}, {"slug": "Eigener Name"}):
        _, article = await article_of(database, anna, await write(database, anna, "Neues", **more))
        slugs.append(article.slug)
    nameless = await write(database, anna, "日本語")
    _, article = await article_of(database, anna, nameless)
    assert [*slugs, article.slug] == ["neues", "neues-2", "eigener-name", str(nameless)]


async def rename(database: Database, viewer: Viewer, post: int, slug: str) -> str:
    async with database.write() as tx:
        draft = ArticleDraft(source=LONG, title="Neues", slug=slug)
        await actions.edit_article(tx, viewer, post, draft, ADDRESSES)
    return (await article_of(database, viewer, post))[1].slug


async def test_an_address_is_changed_and_the_former_one_leads_to_it(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    moving = await write(database, anna, "Neues", audience=AudienceKind.CONNECTIONS)
    other = await write(database, anna, "Anderes")

    async def at(viewer: Viewer, slug: str) -> tuple[int | None, int | None, bool]:
        async with database.read() as read:
            return (
                await queries.find_article(read, viewer, "anna", slug),
                await queries.find_moved_article(read, viewer, "anna", slug),
                await queries.was_article(read, viewer, "anna", slug),
            )

    called = [await rename(database, anna, moving, slug) for slug in ("Heute", "", "heute", "morgen")]
    assert called == ["heute", "heute", "heute", "morgen"]
    for slug in ("neues", "heute"):
        assert await at(anna, slug) == (None, moving, False)
        assert await at(ines, slug) == (None, None, False), "it is for those who may read it"
        for taking in (rename(database, anna, other, slug), write(database, anna, "Noch eins", slug=slug)):
            with pytest.raises(Invalid) as refused:
                await taking
            assert (refused.value.field, refused.value.reason) == ("slug", "slug_taken")
    with pytest.raises(Invalid):
        await rename(database, anna, other, "morgen")
    titled = await write(database, anna, "Neues")
    assert (await article_of(database, anna, titled))[1].slug == "neues-2"
    assert await rename(database, anna, moving, "neues") == "neues", "back again"
    async with database.write() as tx:
        await actions.remove_post(tx, anna, moving)
    for slug in ("neues", "heute", "morgen"):
        assert await at(anna, slug) == (None, None, True)
        assert await rename(database, anna, other, slug) == slug, "free again"
    assert await at(anna, "heute") == (None, other, True)


async def test_two_articles_do_not_take_one_address_at_once(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    first, second = await write(database, anna, "Eins"), await write(database, anna, "Zwei")
    taking = (
        *(rename(database, anna, one, "drei") for one in (first, second)),
        write(database, anna, "D", slug="drei"),
    )
    done = await asyncio.gather(*taking, return_exceptions=True)
    assert sorted(isinstance(one, Invalid) for one in done) == [False, True, True]
    leaving = rename(database, anna, first, "vier")
    _, refused = await asyncio.gather(leaving, write(database, anna, "E", slug="eins"), return_exceptions=True)
    assert isinstance(refused, Invalid), "who leaves an address keeps it"


async def test_a_chosen_address_is_not_exchanged_for_another(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    taken = await write(database, anna, "Neues", slug=" Der Weg ")
    _, article = await article_of(database, anna, taken)
    assert article.slug == "der-weg"
    for slug, reason in (("der-weg", "slug_taken"), ("Der Weg!", "slug_taken"), ("—", "slug_form"), ("x" * 81, "long")):
        with pytest.raises(Invalid) as refused:
            await write(database, anna, "Anderes", slug=slug)
        assert refused.value.field == "slug"
        assert reason in refused.value.reason
    await write(database, ines, "In einem anderen Blog", slug="der-weg")
    async with database.write() as tx:
        await actions.remove_post(tx, anna, taken)
    again = await write(database, anna, "Anderes", slug="der-weg")
    _, article = await article_of(database, anna, again)
    assert article.slug == "der-weg", "whoever has it no more keeps it from nobody"


async def test_what_is_no_article_is_refused(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        foreign = await add_picture(tx, ines)
        note = await publish(tx, ines, "Schreib mir")
    bad: list[tuple[dict[str, Any], str]] = [
        ({"title": " "}, "title"),
        ({"source": "\u200b"}, "text"),
        ({"audience": AudienceKind.PARTICIPANTS}, "audience"),
        ({"cover": foreign}, "cover"),
        ({"authors": "@niemand"}, "authors"),
        ({"subtitle": "x" * 301}, "subtitle"),
        ({"source": "x" * 200_001}, "text"),
        ({"source": "\n".join(f"![](picture:{n})" for n in range(1, 50))}, "text"),
    ]
    for more, field in bad:
        with pytest.raises(Invalid) as found:
            await write(database, anna, **more)
        assert found.value.field == field
    with pytest.raises(NotAllowed):
        await write(database, anna, place=ines.person)
    async with database.write() as tx:
        for more in ({"reply_to": note, "article": ArticlePart()}, {}, {"form": Form.NOTE, "article": ArticlePart()}):
            with pytest.raises(Invalid):
                await publish(tx, anna, "x", **{"title": "x", "form": Form.ARTICLE} | more)


async def test_only_those_it_is_for_read_it_and_see_its_pictures(database: Database) -> None:
    anna, ines, stranger = await join_all(database, "anna", "ines", "stranger")
    async with database.write() as tx:
        await connect(tx, anna, ines)
        picture = await add_picture(tx, anna)
        source = f"![Wir](picture:{picture})"
        post = await write_in(tx, anna, "Unter uns", source=source, audience=AudienceKind.CONNECTIONS, series="Uns")
    async with database.read() as read:
        for viewer, sees in ((anna, True), (ines, True), (stranger, False), (VISITOR, False)):
            assert (await queries.find_article(read, viewer, "anna", "unter-uns") == post) is sees
            assert (await queries.list_articles(read, viewer, anna.person, Page()) == [post]) is sees
            assert bool(await queries.list_series(read, viewer, anna.person)) is sees
            assert await queries.has_articles(read, viewer, anna.person) is sees
            assert (await queries.find_picture_file(read, viewer, picture, "large") is not None) is sees
            assert not await queries.was_article(read, viewer, "anna", "unter-uns")
        with pytest.raises(NotFound):
            await queries.get_body(read, stranger, post)


async def test_an_edit_keeps_the_address_and_the_former_wording(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    post_id = await write(database, anna, series="Gärten")
    async with database.write() as tx:
        cover, inside = await add_picture(tx, anna), await add_picture(tx, anna)
        draft = ArticleDraft(
            source=f"Neu. ![Bild](picture:{inside})", title="Anders", subtitle="Darunter", cover=cover, series="Häuser"
        )
        await actions.edit_article(tx, anna, post_id, draft, ADDRESSES)
    post, article = await article_of(database, VISITOR, post_id)
    assert (post.title, article.slug, article.subtitle) == ("Anders", "ein-beet-fuer-alle", "Darunter")
    async with database.read() as read:
        body, _ = await queries.get_body(read, VISITOR, post_id)
        (former,) = await queries.list_revisions(read, VISITOR, post_id)
        assert [one.title for one in await queries.list_series(read, VISITOR, anna.person)] == ["Häuser"]
        assert await queries.find_picture_file(read, VISITOR, inside, "large") is not None
    assert f"/pictures/{inside}/large" in body
    assert (former.title, "Damals" in former.html) == ("Ein Beet für alle", True)
    # A program that knows nothing of articles changes the words alone.
    async with database.write() as tx:
        await actions.edit_post(tx, anna, post_id, PostEdit(source="## Kurz\n\nSo."), ADDRESSES)
    post, article = await article_of(database, VISITOR, post_id)
    assert (post.title, article.subtitle, article.cover and article.cover.id) == ("Anders", "Darunter", cover)
    async with database.read() as read:
        assert "s-kurz" in (await queries.get_body(read, VISITOR, post_id))[0]


async def test_a_series_has_an_order(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    first = await write(database, anna, "Eins", series="Reise")
    second = await write(database, anna, "Zwei", series="reise!")
    prologue = await write(database, anna, "Vorwort", series="Reise", series_place=1)
    hidden = await write(database, anna, "Heimlich", series="Reise", audience=AudienceKind.CONNECTIONS)
    async with database.read() as read:
        (series,) = await queries.list_series(read, VISITOR, anna.person)
        entries = await queries.list_series_entries(read, VISITOR, series.id)
        own = await queries.list_series_entries(read, anna, series.id)
    assert (series.title, series.articles) == ("Reise", 3)
    assert [one.post_id for one in entries] == [first, prologue, second]
    assert [one.post_id for one in own][-1] == hidden


async def test_authors_are_asked_before_they_are_shown(database: Database) -> None:
    anna, ines, mehmet, blocked = await join_all(database, "anna", "ines", "mehmet", "blocked")
    async with database.write() as tx:
        await people.block(tx, blocked, anna.person)
    for handle in ("blocked", "niemand"):
        with pytest.raises(Invalid):
            await write(database, anna, authors=handle)
    with pytest.raises(Invalid, match="author_outside"):
        await write(database, anna, authors="ines", audience=AudienceKind.CONNECTIONS)
    here = ADDRESSES._replace(here=frozenset({"lindenau.example"}))
    draft = ArticleDraft(title="Ein Beet", source=LONG, authors="@ines@lindenau.example, mehmet, anna")
    async with database.write() as tx:
        post = await actions.publish_article(tx, anna, draft, here)
    await settle(database)
    async with database.read() as read:
        assert [(one.actor_id, one.agreed) for one in await queries.list_authors(read, post)] == [
            (anna.person, True),
            (ines.person, False),
            (mehmet.person, False),
        ]
        for named in (ines, mehmet):
            (told,) = [one for one in await feeds.list_notifications(read, named, Page()) if one.kind == "named_author"]
            assert (told.post_id, told.actor_id) == (post, anna.person)
    async with database.write() as tx:
        await actions.agree_to_authorship(tx, ines, post)
        await actions.leave_authorship(tx, mehmet, post)
        for nobody in (mehmet, blocked, anna, ines):
            with pytest.raises(NotFound):
                await actions.agree_to_authorship(tx, nobody, post)
        with pytest.raises(NotFound):
            await actions.leave_authorship(tx, anna, post)
    async with database.write() as tx:
        draft = ArticleDraft(source=LONG, title="Ein Beet", authors="mehmet ines")
        await actions.edit_article(tx, anna, post, draft, ADDRESSES)
    async with database.read() as read:
        found = {one.actor_id: one.agreed for one in await queries.list_authors(read, post)}
    assert found == {anna.person: True, mehmet.person: False, ines.person: True}


async def test_a_block_ends_being_named(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    post = await write(database, anna, authors="ines")
    async with database.write() as tx:
        await actions.agree_to_authorship(tx, ines, post)
        await people.block(tx, ines, anna.person)
    async with database.read() as read:
        assert [one.actor_id for one in await queries.list_authors(read, post)] == [anna.person]
        assert await queries.list_named_authors(read, [post]) == {post: [anna.person]}
    async with database.write() as tx:
        await actions.leave_authorship(tx, ines, post)
        await people.unblock(tx, ines, anna.person)
    async with database.read() as read:
        assert [one.actor_id for one in await queries.list_authors(read, post)] == [anna.person]


async def test_nobody_shows_drafts_of_a_page_they_have_left(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        page = await people.create_page(tx, anna, "seite", "Seite", PageKind.TOWN)
        await people.invite_to_team(tx, anna, page, "ines", TeamRole.AUTHOR)
        await people.accept_team(tx, ines, page)
    speaking = Viewer(ines.person, page)
    draft = await keep(database, speaking, source="Bald")
    async with database.write() as tx:
        code = await actions.make_preview_link(tx, speaking, draft or 0)
    async with database.read() as read:
        assert await queries.find_previewed_draft(read, code) is not None
    async with database.write() as tx:
        await people.leave_team(tx, ines, page)
    async with database.read() as read:
        assert await queries.find_previewed_draft(read, code) is None


async def test_a_group_has_a_blog_for_those_who_may_write_there(database: Database) -> None:
    anna, ines, stranger = await join_all(database, "anna", "ines", "stranger")
    async with database.write() as tx:
        group = await make_closed_group(tx, anna, ines)
        post_id = await write_in(tx, ines, place=group)
    post, article = await article_of(database, anna, post_id)
    assert (post.audience_kind, post.scope_id, post.local_only) == (AudienceKind.GROUP, group, True)
    assert (article.blog_id, article.blog_handle) == (group, "garten")
    async with database.read() as read:
        assert await queries.find_article(read, stranger, "garten", article.slug) is None
        assert await queries.list_articles(read, anna, group, Page()) == [post_id]
        assert await queries.list_articles(read, stranger, group, Page()) == []
    with pytest.raises((NotAllowed, NotFound)):
        await write(database, stranger, place=group)


async def test_a_wall_is_no_blog_of_those_who_may_write_there(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await connect(tx, anna, ines)
    with pytest.raises(NotAllowed, match="blog_not_yours"):
        await write(database, ines, place=anna.person)
    async with database.read() as read:
        assert await queries.list_articles(read, anna, anna.person, Page()) == []


async def make_closed_group(tx: Write, owner: Viewer, *members: Viewer) -> int:
    draft = GroupDraft(handle="garten", name="Garten", visibility=Visibility.CLOSED, joining=Joining.OPEN)
    group = await groups.create_group(tx, owner, draft, groups.Links(ADDRESSES.profile, ADDRESSES.tag))
    for member in members:
        await groups.join_group(tx, member, group)
    return group


async def test_nothing_is_left_but_that_it_was_there(database: Database) -> None:
    anna, _ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        picture = await add_picture(tx, anna)
        source = f"Geheimwort. ![](picture:{picture})"
        more: dict[str, Any] = {"subtitle": "Geheimwort", "series": "Geheimwort", "authors": "ines"}
        post = await write_in(tx, anna, "Geheimwort", source=source, cover=picture, **more)
    await settle(database)
    async with database.write() as tx:
        await actions.remove_post(tx, anna, post)
    await settle(database)
    async with database.read() as read:
        assert await queries.find_article(read, VISITOR, "anna", "geheimwort") is None
        assert await queries.was_article(read, VISITOR, "anna", "geheimwort")
        assert not await queries.was_article(read, VISITOR, "anna", "anderes")
        assert await queries.find_picture_file(read, anna, picture, "large") is None
    assert tables_with(await stored(database), "geheimwort") == set()
    # The address is free again, and can be given up again.
    for _ in range(2):
        again = await write(database, anna, "Geheimwort")
        async with database.read() as read:
            assert await queries.find_article(read, VISITOR, "anna", "geheimwort") == again
        async with database.write() as tx:
            await actions.remove_post(tx, anna, again)


async def test_whoever_leaves_takes_their_articles_along(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    mine = await write(database, anna, "Geheimwort", authors="ines", series="Geheimwort")
    other = await write(database, ines, "Bleibt", authors="anna")
    async with database.write() as tx:
        await people.erase_account(tx, anna.person)
    await settle(database)
    assert not {"talk_articles", "talk_series", "talk_posts"} & tables_with(await stored(database), "geheimwort")
    async with database.read() as read:
        assert await queries.find_post(read, ines, mine) is None
        assert [one.actor_id for one in await queries.list_authors(read, other)] == [ines.person]
        assert await queries.list_authors(read, mine) == ()


async def test_what_is_brought_in_keeps_its_date(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    then = clock.now() - 900 * clock.DAY
    newer = await write(database, anna, "Neu")
    async with database.write() as tx:
        draft = ArticleDraft(source=LONG, title="Alt", authors="")
        old = await actions.publish_article(
            tx, anna, draft, ADDRESSES, origin=Origin.IMPORT, approved=True, published_at=then
        )
    post, _ = await article_of(database, VISITOR, old)
    assert post.published_at == then
    async with database.read() as read:
        assert await queries.list_articles(read, VISITOR, anna.person, Page()) == [newer, old]
        assert await queries.list_articles(read, VISITOR, anna.person, Page(before=newer)) == [old]


async def keep(database: Database, viewer: Viewer, draft: int = 0, **more: Any) -> int | None:
    text = DraftText(form=Form.ARTICLE, **{"source": LONG, "title": "Ein Beet"} | more)
    async with database.write() as tx:
        return await actions.save_draft(tx, viewer, text, scheduled=draft)


async def test_there_may_be_many_drafts_of_articles(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        note = await actions.save_draft(tx, anna, DraftText(source="Eine Notiz"))
    extras = {"article": {"subtitle": "Unten", "authors": "@nie", "series": "Gärten"}}
    first, second = await keep(database, anna, extras=extras), await keep(database, anna)
    assert first is not None
    assert second is not None
    assert len({note, first, second}) == 3
    assert await keep(database, anna, first, source="Anders") == first
    assert await keep(database, anna, source="", title=" ") is None
    with pytest.raises(NotFound):
        await keep(database, ines, first)
    async with database.read() as read:
        assert {one.id for one in await queries.list_drafts(read, anna)} == {note, first, second}
        assert (await queries.find_draft_at(read, anna) or pytest.fail("no draft")).id == note


async def test_a_draft_is_read_with_its_link_until_it_is_posted(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        picture = await add_picture(tx, anna)
    draft = await keep(database, anna, source=f"![](picture:{picture})", pictures=(picture,))
    assert draft is not None
    async with database.write() as tx:
        with pytest.raises(NotFound):
            await actions.make_preview_link(tx, ines, draft)
        code = await actions.make_preview_link(tx, anna, draft)
        assert await actions.make_preview_link(tx, anna, draft) == code
    async with database.read() as read:
        found = await queries.find_previewed_draft(read, code)
        assert found is not None
        assert found.id == draft
        assert await queries.find_previewed_draft(read, "") is None
        assert await queries.find_previewed_picture(read, code, picture, "large") is not None
        assert await queries.find_previewed_picture(read, code + "x", picture, "large") is None
        assert await queries.find_picture_file(read, VISITOR, picture, "large") is None
    async with database.write() as tx:
        await actions.revoke_preview_link(tx, anna, draft)
    async with database.read() as read:
        assert await queries.find_previewed_draft(read, code) is None
        assert await queries.find_previewed_picture(read, code, picture, "large") is None
    async with database.write() as tx:
        code = await actions.make_preview_link(tx, anna, draft)
        await actions.take_scheduled(tx, anna, draft)
    async with database.read() as read:
        assert await queries.find_previewed_draft(read, code) is None


async def test_an_article_is_posted_when_it_is_due(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    async with database.write() as tx:
        note = await actions.save_draft(tx, anna, DraftText(source="Eine Notiz"))
        picture = await add_picture(tx, anna)
    extras = {"article": {"subtitle": "Unten", "cover": picture, "series": "Gärten"}}
    draft = await keep(database, anna, extras=extras, pictures=(picture,))
    assert draft is not None
    due = clock.now() + clock.HOUR
    text = DraftText(source=LONG, title="Ein Beet", form=Form.ARTICLE, extras=extras, pictures=(picture,))
    async with database.write() as tx:
        assert await actions.schedule_draft(tx, anna, text, due, ADDRESSES, scheduled=draft) == draft
        await actions.schedule_draft(tx, anna, text, due + clock.HOUR, ADDRESSES)
    with clock.at(clock.real_now() + clock.HOUR + clock.SECOND):
        async with database.write() as tx:
            await jobs.publish_draft(tx, draft, ADDRESSES)
    async with database.read() as read:
        (post_id,) = await queries.list_articles(read, anna, anna.person, Page())
        assert {one.id for one in await queries.list_drafts(read, anna)} > {note}
    _, article = await article_of(database, VISITOR, post_id)
    assert article.cover is not None
    assert (article.subtitle, article.cover.id) == ("Unten", picture)


async def test_what_waits_to_be_let_through_is_not_changed_in_passing(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    draft = await keep(database, anna)
    async with database.write() as tx:
        await tx.run(_WAIT, draft=draft)
    with pytest.raises(Conflict):
        await keep(database, anna, draft or 0, source="Heimlich anders")

"""What waits to be let through: who sees it, who decides, and what becomes of it."""

from typing import Any

import pytest

from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.model import VISITOR, PageKind, TeamRole, Viewer, WhoQuotes
from plausch.storage import Database
from plausch.talk import actions, queries
from plausch.talk.actions.approving import describe_drafted
from plausch.talk.model import ApprovalStep, AudienceKind, DraftText, Form, PostEdit
from tests.harness.community import join_all, publish, settle, worker
from tests.talk.test_stories import add_picture

WORDS = "Das Freibad öffnet am Samstag"


class Team:
    """A page with an admin, an editor, an author and somebody who is none of them."""

    def __init__(self, page: int, viewers: list[Viewer]) -> None:
        self.page = page
        self.admin, self.editor, self.author, self.stranger = viewers

    @property
    def writing(self) -> Viewer:
        return Viewer(self.author.person, self.page)


async def make_team(database: Database) -> Team:
    _, *viewers = await join_all(database, "jonas", "mehmet", "ines", "anna", "ben")
    async with database.write() as tx:
        page = await people.create_page(tx, viewers[0], "lindenau", "Stadt Lindenau", PageKind.TOWN)
        for handle, who, role in (("ines", viewers[1], TeamRole.EDITOR), ("anna", viewers[2], TeamRole.AUTHOR)):
            await people.invite_to_team(tx, viewers[0], page, handle, role)
            await people.accept_team(tx, who, page)
    return Team(page, viewers)


async def submit(database: Database, viewer: Viewer, text: str = WORDS, **more: Any) -> int:
    settings = {name: more.pop(name) for name in ("due", "draft") if name in more}
    async with database.write() as tx:
        return await actions.submit_post(tx, viewer, DraftText(source=text, **more), ADDRESSES, **settings)


async def approve(database: Database, viewer: Viewer, draft: int) -> int | None:
    async with database.write() as tx:
        return await actions.approve_post(tx, viewer, draft, ADDRESSES)


async def steps(database: Database, viewer: Viewer, draft: int) -> list[ApprovalStep]:
    async with database.read() as read:
        return [one.step for one in await queries.list_approval_steps(read, viewer, draft)]


async def test_four_eyes(database: Database) -> None:
    team = await make_team(database)
    with pytest.raises(NotAllowed, match="needs_approval"):
        async with database.write() as tx:
            await publish(tx, team.writing, WORDS)
    draft = await submit(database, team.writing)
    async with database.read() as read:
        for viewer in (team.admin, team.editor):
            assert [one.id for one in await queries.list_to_decide(read, viewer, 10)] == [draft]
        for viewer in (team.author, team.stranger):
            assert await queries.list_to_decide(read, viewer, 10) == []
        assert [one.id for one in await queries.list_submitted(read, team.author)] == [draft]
        with pytest.raises(NotFound):
            await queries.get_submitted(read, team.stranger, draft)
        assert await queries.count_posts(read) == 0
    for viewer in (team.author, team.writing, team.stranger):
        with pytest.raises(NotFound):
            await approve(database, viewer, draft)
        with pytest.raises(NotFound):
            async with database.write() as tx:
                await actions.decline_post(tx, viewer, draft, "")
    post_id = await approve(database, team.editor, draft)
    assert post_id is not None
    async with database.read() as read:
        post = await queries.get_post(read, team.stranger, post_id)
    assert (post.actor_id, post.author_id) == (team.page, team.author.person)
    with pytest.raises(NotFound):
        await approve(database, team.admin, draft)
    async with database.read() as read:
        log = await queries.list_approvals_at(read, team.admin, team.page, Page())
        assert await queries.list_approvals_at(read, team.stranger, team.page, Page()) == []
    assert [(one.step, one.person_id, one.post_id) for one in log] == [
        (ApprovalStep.APPROVED, team.editor.person, post_id),
        (ApprovalStep.SUBMITTED, team.author.person, None),
    ]


async def test_an_editors_own_words_need_nobody(database: Database) -> None:
    team = await make_team(database)
    async with database.write() as tx:
        assert await publish(tx, Viewer(team.editor.person, team.page), WORDS)


async def test_who_decides_is_asked_when_it_is_decided(database: Database) -> None:
    team = await make_team(database)
    draft = await submit(database, team.writing)
    async with database.write() as tx:
        await people.remove_from_team(tx, team.admin, team.page, team.editor.person)
    with pytest.raises(NotFound):
        await approve(database, team.editor, draft)
    async with database.write() as tx:
        await people.remove_from_team(tx, team.admin, team.page, team.author.person)
    with pytest.raises(NotAllowed):
        await approve(database, team.admin, draft)
    async with database.write() as tx:
        await actions.decline_post(tx, team.admin, draft, "Anna ist nicht mehr dabei")


async def test_a_change_begins_anew_and_what_is_declined_comes_back(database: Database) -> None:
    team = await make_team(database)
    draft = await submit(database, team.writing)
    async with database.write() as tx:
        await actions.decline_post(tx, team.editor, draft, "Bitte mit Uhrzeit")
    async with database.read() as read:
        kept = await queries.get_draft(read, team.writing, draft)
        assert (kept.source, kept.waits_for, await queries.list_to_decide(read, team.editor, 10)) == (WORDS, 0, [])
        note = (await queries.list_approval_steps(read, team.author, draft))[-1].note
    assert note == "Bitte mit Uhrzeit"
    with pytest.raises(NotFound):
        await approve(database, team.editor, draft)
    # Something else was begun at the same place meanwhile: neither is in the other's way.
    async with database.write() as tx:
        await actions.save_draft(tx, team.writing, DraftText(source="Noch etwas"))
    assert await submit(database, team.writing, WORDS + " um 9", draft=draft) == draft
    assert await submit(database, team.writing, WORDS + " um 10", draft=draft) == draft
    async with database.write() as tx:
        await actions.withdraw_submitted(tx, team.author, draft)
    with pytest.raises(NotFound):
        await approve(database, team.editor, draft)
    assert await submit(database, team.writing, WORDS + " um 8", draft=draft) == draft
    assert await steps(database, team.author, draft) == [
        *(ApprovalStep.SUBMITTED, ApprovalStep.DECLINED, ApprovalStep.SUBMITTED),
        *(ApprovalStep.CHANGED, ApprovalStep.WITHDRAWN, ApprovalStep.SUBMITTED),
    ]
    post = await approve(database, team.admin, draft)
    async with database.read() as read:
        assert "um 8" in (await queries.get_post(read, team.stranger, post or 0)).html


async def test_nobody_lets_through_what_they_have_not_read(database: Database) -> None:
    team = await make_team(database)
    with clock.at(clock.real_now() - clock.MINUTE):
        draft = await submit(database, team.writing)
    async with database.read() as read:
        seen = (await queries.get_submitted(read, team.editor, draft)).waits_since
    await submit(database, team.writing, "Etwas ganz anderes", draft=draft)
    async with database.write() as tx:
        with pytest.raises(Conflict, match="draft_changed"):
            await actions.approve_post(tx, team.editor, draft, ADDRESSES, seen=seen)
        seen = (await queries.get_submitted(tx, team.editor, draft)).waits_since
        assert await actions.approve_post(tx, team.editor, draft, ADDRESSES, seen=seen)


@pytest.mark.parametrize("scheduled", [False, True])
async def test_whoever_has_to_decide_by_now_is_asked_too(database: Database, scheduled: bool) -> None:
    """Roles change while something waits: neither a page nor a group is passed over."""
    team = await make_team(database)
    owner, editing = team.stranger, Viewer(team.editor.person, team.page)
    async with database.write() as tx:
        draft = GroupDraft(name="Schachgruppe", handle="schach", approve_first=3)
        group = await groups.create_group(tx, owner, draft, groups.Links(ADDRESSES.profile, ADDRESSES.tag))
        await groups.join_group(tx, editing, group)
    more: dict[str, Any] = {"due": clock.now() + clock.HOUR} if scheduled else {}
    of_editor = await submit(database, editing, place_id=group, **more)
    of_author = await submit(database, team.writing, WORDS + "!", place_id=group, **more)
    async with database.write() as tx:
        for person, role in ((team.editor.person, TeamRole.AUTHOR), (team.author.person, TeamRole.EDITOR)):
            await people.set_team_role(tx, team.admin, team.page, person, role)
    for waits, first, second in ((of_editor, owner, team.admin), (of_author, team.admin, owner)):
        assert await approve(database, first, waits) is None
        with pytest.raises(NotFound):
            await approve(database, first, waits)
        assert (await approve(database, second, waits) is None) == scheduled


async def test_what_was_let_through_is_not_when_others_have_to_by_then(database: Database) -> None:
    team = await make_team(database)
    owner, editing = team.stranger, Viewer(team.editor.person, team.page)
    with clock.at(clock.real_now() - 2 * clock.HOUR):
        async with database.write() as tx:
            draft = GroupDraft(name="Schachgruppe", handle="schach", approve_first=3)
            group = await groups.create_group(tx, owner, draft, groups.Links(ADDRESSES.profile, ADDRESSES.tag))
            await groups.join_group(tx, editing, group)
        waits = await submit(database, editing, place_id=group, due=clock.now() + clock.HOUR)
        assert await approve(database, owner, waits) is None
        async with database.write() as tx:
            await people.set_team_role(tx, team.admin, team.page, team.editor.person, TeamRole.AUTHOR)
    await settle(database)
    async with database.read() as read:
        assert await queries.count_posts(read) == 0
        assert (await queries.get_draft(read, editing, waits)).problem == "needs_approval"


async def test_what_is_scheduled_is_let_through_first(database: Database) -> None:
    team = await make_team(database)
    with clock.at(clock.real_now() - 2 * clock.HOUR):
        due = clock.now() + clock.HOUR
        waits, passed = [await submit(database, team.writing, f"{WORDS} {n}", due=due) for n in (1, 2)]
        assert await approve(database, team.editor, passed) is None
    await settle(database)
    async with database.read() as read:
        assert await queries.count_posts(read) == 1, "only what was let through is posted by itself"
    assert await approve(database, team.editor, waits) is not None, "late, but as soon as it may"
    async with database.read() as read:
        assert await queries.count_posts(read) == 2


async def test_replies_wait_too_and_are_checked_anew(database: Database) -> None:
    team = await make_team(database)
    async with database.write() as tx:
        begun = await publish(tx, team.stranger, "Wann öffnet das Freibad?")
    reply, late = [await submit(database, team.writing, text, parent_id=begun) for text in ("Am Samstag", "Um neun")]
    post = await approve(database, team.editor, reply)
    async with database.write() as tx:
        assert (await queries.get_post(tx, team.stranger, post or 0)).parent_id == begun
        await actions.remove_post(tx, team.stranger, begun)
    with pytest.raises(NotFound, match="post_not_found"):
        await approve(database, team.editor, late)
    async with database.read() as read:
        assert [one.id for one in await queries.list_to_decide(read, team.editor, 10)] == [late], "it waits as before"


async def test_what_waits_is_gone_with_its_author_and_with_its_page(database: Database) -> None:
    team = await make_team(database)
    first = await submit(database, team.writing)
    async with database.write() as tx:
        await people.erase_account(tx, team.author.person)
    await settle(database)
    async with database.read() as read:
        assert await queries.list_to_decide(read, team.editor, 10) == []
        assert [one.person_id for one in await queries.list_approval_steps(read, team.editor, first)] == [0]
    async with database.write() as tx:
        await people.erase_page(tx, team.admin, team.page)
    await worker(database).work_all()
    async with database.read() as read:
        assert await queries.list_approval_steps(read, team.editor, first) == []


async def test_who_decides_sees_its_pictures(database: Database) -> None:
    team = await make_team(database)
    async with database.write() as tx:
        files = [("small", "image/webp", "a"), ("large", "image/webp", "b")]
        picture = await actions.add_picture(
            tx, team.writing, files=files, width=4, height=3, blurhash="", colour="", alt="Das Becken"
        )
    draft = await submit(database, team.writing, pictures=(picture,))
    async with database.read() as read:
        for viewer, sees in ((team.editor, True), (team.author, True), (team.stranger, False), (VISITOR, False)):
            found = await queries.find_submitted_picture(read, viewer, picture, "small")
            assert (found is not None) is sees
    async with database.write() as tx:
        await actions.decline_post(tx, team.editor, draft, "")
    async with database.read() as read:
        assert await queries.find_submitted_picture(read, team.editor, picture, "small") is None


@pytest.mark.parametrize("let_through", [False, True])
async def test_other_words_for_its_pictures_begin_anew(database: Database, let_through: bool) -> None:
    team = await make_team(database)
    with clock.at(clock.real_now() - 2 * clock.HOUR):
        async with database.write() as tx:
            picture = await add_picture(tx, team.writing, alt="Das Becken")
        due = clock.now() + clock.HOUR
        draft = await submit(database, team.writing, pictures=(picture,), due=due)
        async with database.read() as read:
            seen = (await queries.get_submitted(read, team.editor, draft)).waits_since
        if let_through:
            assert await approve(database, team.editor, draft) is None
        async with database.write() as tx:
            # As it is: nothing has changed.
            await describe_drafted(tx, team.writing, {picture: "Das Becken"})
        before = await steps(database, team.author, draft)
        async with database.write() as tx:
            await describe_drafted(tx, team.writing, {picture: "Kauft bei uns!"})
        assert await steps(database, team.author, draft) == [*before, ApprovalStep.CHANGED]
        if not let_through:
            with pytest.raises(Conflict, match="draft_changed"):
                async with database.write() as tx:
                    await actions.approve_post(tx, team.editor, draft, ADDRESSES, seen=seen)
    await settle(database)
    async with database.read() as read:
        assert await queries.count_posts(read) == 0
        kept = await queries.get_draft(read, team.writing, draft)
    assert kept.problem == ("needs_approval" if let_through else "")


async def test_an_author_leaves_what_is_posted_to_editors(database: Database) -> None:
    team = await make_team(database)
    post = await approve(database, team.editor, await submit(database, team.writing))
    assert post is not None
    edit = PostEdit(source="Das Freibad bleibt zu")
    for viewer in (team.writing, team.author, team.editor, team.stranger):
        with pytest.raises(NotAllowed):
            async with database.write() as tx:
                await actions.edit_post(tx, viewer, post, edit, ADDRESSES)
    async with database.write() as tx:
        await actions.edit_post(tx, Viewer(team.editor.person, team.page), post, edit, ADDRESSES)
        await people.remove_from_team(tx, team.admin, team.page, team.author.person)
        quoting = await publish(tx, team.stranger, "Endlich!", quote=post)
    for viewer in (team.writing, team.author):
        for act, about in ((actions.remove_post, post), (actions.withdraw_quote, quoting)):
            with pytest.raises(NotAllowed):
                async with database.write() as tx:
                    await act(tx, viewer, about)
    async with database.write() as tx:
        await actions.withdraw_quote(tx, Viewer(team.editor.person, team.page), quoting)


async def test_an_author_shows_nothing_to_a_pages_followers_alone(database: Database) -> None:
    """Sharing and pinning is speaking for the page, too."""
    team = await make_team(database)
    editing = Viewer(team.editor.person, team.page)
    async with database.write() as tx:
        theirs = await publish(tx, team.stranger, "Was ich vom Bürgermeister halte")
        own = await publish(tx, editing, WORDS)
    for act, post in ((actions.share_post, theirs), (actions.pin_post, own), (actions.unpin_post, own)):
        with pytest.raises(NotAllowed, match="ask_an_editor"):
            async with database.write() as tx:
                await act(tx, team.writing, post)
        with pytest.raises(NotAllowed, match="not_on_team"):
            async with database.write() as tx:
                await act(tx, Viewer(team.stranger.person, team.page), post)
        async with database.write() as tx:
            await act(tx, editing, post)


async def test_an_article_waits_and_is_posted_with_its_pictures(database: Database) -> None:
    team = await make_team(database)
    async with database.write() as tx:
        picture = await add_picture(tx, team.writing)
        source, extras = f"## Bald\n\n![](picture:{picture})", {"article": {"cover": picture, "subtitle": "Unten"}}
        text = DraftText(source=source, title="Dach", form=Form.ARTICLE, extras=extras, pictures=(picture,))
        kept = await actions.save_draft(tx, team.writing, text)
        assert kept is not None
        draft = await actions.submit_post(tx, team.writing, text, ADDRESSES, draft=kept)
    with pytest.raises(Conflict):
        async with database.write() as tx:
            await actions.save_draft(tx, team.writing, text, scheduled=draft)
    async with database.read() as read:
        for viewer, sees in ((team.editor, True), (team.author, True), (team.stranger, False)):
            found = await queries.find_submitted_picture(read, viewer, picture, "large")
            assert (found is not None) is sees
    post_id = await approve(database, team.editor, draft)
    assert post_id is not None
    async with database.read() as read:
        post = await queries.get_post(read, VISITOR, post_id)
        assert await queries.find_picture_file(read, VISITOR, picture, "large") is not None
        assert await queries.find_submitted_picture(read, team.editor, picture, "large") is None
    assert post.article is not None
    assert (post.article.slug, post.article.subtitle, post.article.blog_id) == ("dach", "Unten", team.page)
    assert post.article.cover is not None


async def test_whoever_has_left_the_team_is_to_the_page_like_anybody(database: Database) -> None:
    team = await make_team(database)
    writing = Viewer(team.editor.person, team.page)
    narrow = (AudienceKind.FOLLOWERS, AudienceKind.CONNECTIONS)
    async with database.write() as tx:
        posts = [await publish(tx, writing, f"{WORDS} #{kind}", audience=kind) for kind in narrow]
        open_one = await publish(tx, writing, WORDS)
        await people.set_who_quotes(tx, writing, WhoQuotes.NOBODY)
    async with database.read() as read:
        for post in posts:
            assert await queries.find_post(read, team.editor, post) is not None
        assert (await queries.get_source(read, team.editor, posts[0])).source
    async with database.write() as tx:
        await people.leave_team(tx, team.editor, team.page)
    async with database.read() as read:
        for post in posts:
            assert await queries.find_post(read, team.editor, post) is None
            with pytest.raises(NotFound):
                await queries.get_source(read, team.editor, post)
        with pytest.raises(NotAllowed, match="not_yours"):
            await queries.get_source(read, team.editor, open_one)
    edit = PostEdit(source="Anders", language="de")
    with pytest.raises(NotAllowed, match="not_yours"):
        async with database.write() as tx:
            await actions.edit_post(tx, team.editor, open_one, edit, ADDRESSES)
    with pytest.raises(NotAllowed, match="not_yours"):
        async with database.write() as tx:
            await actions.remove_post(tx, team.editor, open_one)
    with pytest.raises(NotAllowed, match="quotes_refused"):
        async with database.write() as tx:
            await publish(tx, team.editor, "Wie ich sagte", quote=open_one)
    for post in posts:
        with pytest.raises(NotFound):
            async with database.write() as tx:
                await actions.edit_post(tx, team.editor, post, edit, ADDRESSES)
        with pytest.raises(NotFound):
            async with database.write() as tx:
                await actions.remove_post(tx, team.editor, post)

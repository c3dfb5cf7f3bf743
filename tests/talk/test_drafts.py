"""Drafts: one a place, seen by their author alone; and scheduled posts, which are posted once."""

import asyncio
from typing import Any

import pytest

from plausch.feeds import queries as feeds
from plausch.groups import actions as groups
from plausch.groups.actions import Links
from plausch.groups.model import GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.actions.pages import suspend_page
from plausch.people.model import VISITOR, PageKind, Viewer
from plausch.storage import Database
from plausch.talk import actions, jobs, queries
from plausch.talk.model import AudienceKind, Draft, DraftText, Spot, WhoReplies
from tests.harness.community import connect, join_all, publish, settle
from tests.talk.test_stories import add_picture

LINKS = Links(ADDRESSES.profile, ADDRESSES.tag)
IN_AN_HOUR = 1 * clock.HOUR


async def save(database: Database, viewer: Viewer, source: str, **more: Any) -> int | None:
    async with database.write() as tx:
        return await actions.save_draft(tx, viewer, DraftText(source=source, **more))


async def schedule(database: Database, viewer: Viewer, source: str, scheduled: int = 0, **more: Any) -> int:
    async with database.write() as tx:
        text = DraftText(**{"source": source, "language": "de"} | more)
        due = clock.now() + IN_AN_HOUR
        return await actions.schedule_draft(tx, viewer, text, due, ADDRESSES, scheduled=scheduled)


async def drafts_of(database: Database, viewer: Viewer) -> list[Draft]:
    async with database.read() as read:
        return await queries.list_drafts(read, viewer)


async def run_job(database: Database, draft: int, *, after: int = IN_AN_HOUR) -> None:
    with clock.at(clock.real_now() + after + clock.SECOND):
        async with database.write() as tx:
            await jobs.publish_draft(tx, draft, ADDRESSES)


async def posts_of(database: Database, viewer: Viewer) -> list[int]:
    async with database.read() as read:
        return [one.id for one in await queries.list_posts_by(read, viewer.acting_as, 100)]


async def test_a_place_has_one_draft_which_only_its_author_sees(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        post = await publish(tx, ines, "Wer kommt?")
    first = await save(database, anna, "Ich", parent_id=post, warning="Achtung", extras={"poll": ["ja", "nein"]})
    assert await save(database, anna, "Ich auch", parent_id=post, extras={"poll": ["ja"]}) == first
    other = await save(database, anna, "Etwas Neues", audience=AudienceKind.CONNECTIONS, participants="@ines, nobody")
    assert await save(database, ines, "Meins") not in (first, other, None)
    kept = {one.id: one for one in await drafts_of(database, anna)}
    assert set(kept) == {first, other}
    assert (kept[first or 0].source, kept[first or 0].warning) == ("Ich auch", "")
    assert kept[first or 0].extras == {"poll": ["ja"]}
    assert (kept[other or 0].audience, kept[other or 0].participants) == ("connections", "@ines, nobody")
    async with database.read() as read:
        found = await queries.find_draft_at(read, anna, Spot(post))
        assert found is not None
        assert found.id == first
        assert await queries.list_drafts(read, VISITOR) == []
        with pytest.raises(NotFound):
            await queries.get_draft(read, ines, first or 0)
    for viewer, error in ((ines, NotFound), (VISITOR, NotFound)):
        with pytest.raises(error):
            await _discard(database, viewer, first or 0)
    with pytest.raises(NotAllowed):
        await save(database, VISITOR, "Ich")
    assert await save(database, anna, "  \n", parent_id=post) is None
    await _discard(database, anna, other or 0)
    assert await drafts_of(database, anna) == []


async def _discard(database: Database, viewer: Viewer, draft: int) -> None:
    async with database.write() as tx:
        await actions.discard_draft(tx, viewer, draft)


async def test_saving_at_once_from_two_pages_keeps_one_draft(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    ids = await asyncio.gather(*(save(database, anna, f"Fassung {n}") for n in range(4)))
    assert len(set(ids)) == 1
    assert len(await drafts_of(database, anna)) == 1


async def test_pictures_stay_as_long_as_their_draft(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        mine, left, loose = [await add_picture(tx, anna, name) for name in ("eins", "zwei", "drei")]
        other = await add_picture(tx, ines)
    draft = await save(database, anna, "", pictures=(left, mine, other))
    later = clock.now() + 2 * clock.DAY
    async with database.read() as read:
        assert set(await queries.list_loose_pictures(read, later)) == {loose, other}, "drafts keep theirs"
        waiting = (await queries.list_drafted_pictures(read, [draft or 0]))[draft or 0]
    assert [(one.id, one.alt) for one in waiting] == [(left, "zwei"), (mine, "eins")], "in their order, only one's own"
    assert await save(database, anna, "Text", pictures=(mine,)) == draft
    async with database.write() as tx:
        await publish(tx, anna, "Text", pictures=(mine,))
        await actions.clear_spot(tx, anna, Spot())
    draft = await save(database, anna, "Noch eins", pictures=(loose,))
    await _discard(database, anna, draft or 0)
    async with database.read() as read:
        assert set(await queries.list_loose_pictures(read, later)) == {left, other}


async def test_what_is_scheduled_is_posted_once_and_then(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await connect(tx, anna, ines)
        picture = await add_picture(tx, anna)
    await save(database, anna, "Am Abend", pictures=(picture,))
    more: dict[str, Any] = {"audience": AudienceKind.CONNECTIONS, "who_replies": WhoReplies.NOBODY}
    more["warning"] = "Achtung"
    draft = await schedule(database, anna, "Am Abend #treffen", pictures=(picture,), **more)
    assert [one.id for one in await drafts_of(database, anna)] == [draft], "it is a draft no more"
    await settle(database)
    assert await posts_of(database, anna) == []
    await run_job(database, draft, after=0)
    assert await posts_of(database, anna) == [], "not before its moment"
    for _ in range(2):
        await run_job(database, draft)
    (post,) = await posts_of(database, anna)
    await settle(database)
    async with database.read() as read:
        shown = await queries.get_post(read, ines, post)
        assert (await queries.list_pictures(read, [post]))[post][0].id == picture
        assert [card.root and card.root.id for card in (await feeds.home_feed(read, ines, Page())).cards] == [post]
        with pytest.raises(NotFound):
            await queries.get_post(read, VISITOR, post)
    assert shown.published_at >= clock.real_now() + IN_AN_HOUR - clock.MINUTE, "its date is that of its moment"
    assert shown.warning == "Achtung"
    assert await drafts_of(database, anna) == []


async def test_jobs_that_meet_post_once(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    draft = await schedule(database, anna, "Einmal")
    await asyncio.gather(*(run_job(database, draft) for _ in range(3)))
    assert len(await posts_of(database, anna)) == 1


async def test_the_post_and_the_end_of_its_draft_are_one(database: Database) -> None:
    """Killed before the end of the transaction nothing has happened, and it is done again."""
    (anna,) = await join_all(database, "anna")
    draft = await schedule(database, anna, "Genau einmal")
    with pytest.raises(_Killed):
        await _publish_and_die(database, draft)
    assert await posts_of(database, anna) == []
    assert len(await drafts_of(database, anna)) == 1
    await run_job(database, draft)
    assert len(await posts_of(database, anna)) == 1
    assert await drafts_of(database, anna) == []


class _Killed(Exception):
    pass


async def _publish_and_die(database: Database, draft: int) -> None:
    with clock.at(clock.real_now() + 2 * IN_AN_HOUR):
        async with database.write() as tx:
            assert await actions.publish_due_draft(tx, draft, ADDRESSES) is not None
            raise _Killed


async def test_the_worker_posts_what_is_due(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    with clock.at(clock.real_now() - 2 * IN_AN_HOUR):
        await schedule(database, anna, "Vor einer Stunde war es so weit")
    await settle(database)
    assert len(await posts_of(database, anna)) == 1
    await settle(database)
    assert len(await posts_of(database, anna)) == 1


async def test_what_is_long_overdue_is_not_posted_by_itself(database: Database) -> None:
    """As after a backup of last week was brought back: people have moved on, the author looks first."""
    (anna,) = await join_all(database, "anna")
    with clock.at(clock.real_now() - clock.DAY - 2 * IN_AN_HOUR):
        await schedule(database, anna, "Morgen ist Markt!")
    await settle(database)
    assert await posts_of(database, anna) == []
    (kept,) = await drafts_of(database, anna)
    assert (kept.source, kept.problem) == ("Morgen ist Markt!", "draft_overdue")
    assert await schedule(database, anna, "Gestern war Markt.", kept.id) == kept.id
    await run_job(database, kept.id)
    assert len(await posts_of(database, anna)) == 1


async def test_what_may_not_be_posted_any_more_stays_with_the_reason(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await connect(tx, anna, ines)
        parent = await publish(tx, anna, "Unter uns", audience=AudienceKind.CONNECTIONS)
    draft = await schedule(database, ines, "Meine Antwort", parent_id=parent)
    async with database.write() as tx:
        await people.disconnect(tx, anna, ines.person)
        await people.unfollow(tx, ines, anna.person)
    await run_job(database, draft)
    (kept,) = await drafts_of(database, ines)
    assert (kept.source, kept.problem) == ("Meine Antwort", "post_not_found")
    await run_job(database, draft)
    assert await posts_of(database, ines) == []
    async with database.write() as tx:
        await connect(tx, anna, ines)
    assert await schedule(database, ines, "Meine Antwort", draft, parent_id=parent) == draft
    assert (await drafts_of(database, ines))[0].problem == ""
    await run_job(database, draft)
    assert len(await posts_of(database, ines)) == 1


async def test_what_could_not_be_posted_is_refused_at_once(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    for text in (
        DraftText(),
        DraftText(source="x", audience=AudienceKind.PARTICIPANTS, participants="nobody"),
        DraftText(source="x", pictures=(17,)),
    ):
        with pytest.raises(Invalid):
            await _schedule_at(database, anna, text, clock.now() + IN_AN_HOUR)
    with pytest.raises(NotFound):
        await _schedule_at(database, anna, DraftText(source="x", parent_id=17), clock.now() + IN_AN_HOUR)
    for due in (clock.now() - 1, clock.now() + 500 * clock.DAY):
        with pytest.raises(Invalid):
            await _schedule_at(database, anna, DraftText(source="x"), due)
    assert await drafts_of(database, anna) == []
    assert await posts_of(database, anna) == []


async def _schedule_at(database: Database, viewer: Viewer, text: DraftText, due: int) -> None:
    async with database.write() as tx:
        await actions.schedule_draft(tx, viewer, text, due, ADDRESSES)


async def test_second_thoughts_about_what_is_scheduled(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    draft = await schedule(database, anna, "Erst so")
    assert await schedule(database, anna, "Dann so", draft) == draft
    await save(database, anna, "Ein anderer Entwurf")
    async with database.write() as tx:
        with pytest.raises(Conflict):
            await actions.save_draft(tx, anna, DraftText(source="Doch nicht"), scheduled=draft)
        await actions.clear_spot(tx, anna, Spot())
        await actions.save_draft(tx, anna, DraftText(source="Doch nicht"), scheduled=draft)
    await run_job(database, draft)
    assert await posts_of(database, anna) == []
    (kept,) = await drafts_of(database, anna)
    assert (kept.id, kept.source, kept.due_at) == (draft, "Doch nicht", None)
    again = await schedule(database, anna, "Sofort")
    async with database.write() as tx:
        await actions.take_scheduled(tx, anna, again)
        await publish(tx, anna, "Sofort")
    with pytest.raises(NotFound):
        await schedule(database, anna, "Zu spät", again)
    await run_job(database, again)
    assert len(await posts_of(database, anna)) == 1


async def test_drafts_go_with_the_account_and_wait_for_who_is_suspended(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    draft = await schedule(database, ines, "Von mir")
    await save(database, ines, "Auch von mir")
    async with database.write() as tx:
        await people.suspend(tx, ines.person)
    await run_job(database, draft)
    assert await posts_of(database, ines) == []
    async with database.write() as tx:
        await people.erase_account(tx, ines.person)
    await settle(database)
    assert await drafts_of(database, ines) == []
    assert await drafts_of(database, anna) == []


async def test_a_secret_group_speaks_at_its_hour(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    async with database.write() as tx:
        draft = GroupDraft(name="Vorstand", handle="vorstand", visibility=Visibility.SECRET)
        group = await groups.create_group(tx, anna, draft, LINKS)
    speaking = Viewer(anna.person, group)
    await run_job(database, await schedule(database, speaking, "Sitzung am Montag", place_id=group))
    async with database.read() as read:
        (post,) = await queries.list_posts_at(read, group, 10)
    assert (post.actor_id, post.author_id) == (group, anna.person)


async def test_a_suspended_page_says_nothing(database: Database) -> None:
    (anna,) = await join_all(database, "anna")
    async with database.write() as tx:
        page = await people.create_page(tx, anna, "stadt", "Stadt", PageKind.TOWN)
    speaking = Viewer(anna.person, page)
    draft = await schedule(database, speaking, "Markt am Samstag")
    async with database.write() as tx:
        await suspend_page(tx, page)
    await run_job(database, draft)
    assert await posts_of(database, speaking) == []

"""Polls: who votes, what is counted, who sees how it stands, and how it ends."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from plausch.exchange import personal_data
from plausch.feeds import queries as feeds
from plausch.feeds.model import NotificationKind
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.model import VISITOR, Viewer
from plausch.storage import Database
from plausch.talk import actions, queries
from plausch.talk.model import AudienceKind, Poll, PollDraft, PostEdit
from plausch.talk.tables import poll_options, poll_votes, polls
from tests.harness.community import join_all, publish, settle

ASKED = PollDraft(options=("Samstag", "Sonntag", "gar nicht"), lasts=clock.HOUR)
SEVERAL = PollDraft(options=("Kuchen", "Salat", "Saft"), lasts=clock.HOUR, multiple=True)


async def ask(database: Database, viewer: Viewer, poll: PollDraft = ASKED, **draft: Any) -> int:
    async with database.write() as tx:
        return await publish(tx, viewer, "Wann gehen wir schwimmen?", poll=poll, **draft)


async def vote(database: Database, viewer: Viewer, post: int, *places: int) -> None:
    async with database.write() as tx:
        await actions.vote(tx, viewer, post, places)


async def seen(database: Database, viewer: Viewer, post: int) -> Poll:
    async with database.read() as read:
        poll = (await queries.get_post(read, viewer, post)).poll
    assert poll is not None
    return poll


def standing(poll: Poll) -> list[int | None]:
    return [option.votes for option in poll.options]


async def check_numbers(database: Database) -> None:
    """The counters are what the rows say."""
    votes = [row async for part in database.stream(poll_votes) for row in part]
    counted = Counter((post, place) for post, _, place in votes)
    voters = Counter(post for post, _ in {(post, actor) for post, actor, _ in votes})
    options = [row async for part in database.stream(poll_options) for row in part]
    assert [(post, place, counted[post, place]) for post, place, _, _ in options] == [
        (post, place, number) for post, place, _, number in options
    ]
    stored = [row async for part in database.stream(polls) for row in part]
    assert [(row[0], voters[row[0]]) for row in stored] == [(row[0], row[4]) for row in stored]


async def test_everybody_votes_once(database: Database) -> None:
    anna, ines, ben = await join_all(database, "anna", "ines", "ben")
    post = await ask(database, anna)
    before = await seen(database, ines, post)
    assert (before.voted, before.ended, standing(before)) == (False, False, [None] * 3)
    await vote(database, ines, post, 1)
    after = await seen(database, ines, post)
    assert (after.voted, after.voters, standing(after)) == (True, 1, [0, 1, 0])
    assert [option.chosen for option in after.options] == [False, True, False]
    for other in (anna, ben, VISITOR):
        hidden = await seen(database, other, post)
        assert (hidden.voters, hidden.voted, standing(hidden)) == (1, False, [None] * 3)
    with pytest.raises(Conflict):
        await vote(database, ines, post, 0)
    for places, error in (((), Invalid), ((0, 1), Invalid), ((3,), Invalid), ((-1,), Invalid)):
        with pytest.raises(error):
            await vote(database, ben, post, *places)
    with pytest.raises(NotAllowed):
        await vote(database, VISITOR, post, 0)
    await vote(database, ben, post, 1)
    await vote(database, anna, post, 0)
    assert standing(await seen(database, anna, post)) == [1, 2, 0]
    await check_numbers(database)
    await settle(database)
    async with database.read() as read:
        assert await feeds.search_posts(read, ben, "Sonntag", Page()) == [post]


async def test_several_may_be_chosen(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    post = await ask(database, anna, SEVERAL)
    await vote(database, ines, post, 2, 0, 2)
    await vote(database, anna, post, 0)
    poll = await seen(database, anna, post)
    assert (standing(poll), poll.voters, poll.multiple) == ([2, 0, 1], 2, True)
    await check_numbers(database)


async def test_only_who_sees_it_votes(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    closed = await ask(database, anna, audience=AudienceKind.CONNECTIONS)
    opened = await ask(database, anna)
    async with database.write() as tx:
        plain = await publish(tx, anna, "Nichts zu wählen")
    for post in (closed, plain, 1):
        with pytest.raises(NotFound):
            await vote(database, ines, post, 0)
    async with database.write() as tx:
        await people.block(tx, anna, ines.person)
    with pytest.raises(NotFound):
        await vote(database, ines, opened, 0)


async def votes_in_copy(database: Database, person: Viewer) -> list[int | None]:
    async with database.slow_read() as tx:
        tables = (await personal_data.collect(tx, person.person))["tables"]
    return [row["votes"] for row in tables["talk_poll_options"]]


async def test_it_ends_and_all_who_took_part_hear_of_it(database: Database) -> None:
    anna, ines, ben, eve = await join_all(database, "anna", "ines", "ben", "eve")
    secret = PollDraft(options=("ja", "nein"), lasts=clock.HOUR, hidden_until_end=True)
    began = clock.real_now() - 2 * clock.HOUR
    with clock.at(began):
        post = await ask(database, anna, secret)
        await vote(database, ines, post, 1)
        await vote(database, ben, post, 1)
        assert standing(await seen(database, ines, post)) == [None, None]
        assert await votes_in_copy(database, anna) == [None, None], "nor by way of the copy of one's data"
        async with database.write() as tx:
            await people.mute(tx, ben, anna.person)
    over = await seen(database, VISITOR, post)
    assert (over.ended, standing(over)) == (True, [0, 2])
    assert await votes_in_copy(database, anna) == [0, 2]
    with pytest.raises(NotAllowed):
        await vote(database, eve, post, 0)
    await settle(database)
    async with database.read() as read:
        told = {
            viewer.person: await feeds.list_notifications(read, viewer, Page()) for viewer in (anna, ines, ben, eve)
        }
    assert [[one.kind for one in told[viewer.person]] for viewer in (anna, ines)] == [[NotificationKind.POLL_ENDED]] * 2
    assert told[ines.person][0].at == began + clock.HOUR
    assert told[ines.person][0].actor_id == anna.person
    assert told[ben.person] == told[eve.person] == []


async def test_an_edit_begins_the_vote_anew(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    post = await ask(database, anna)
    await vote(database, ines, post, 1)

    async def edit(poll: PollDraft | None) -> None:
        async with database.write() as tx:
            await actions.edit_post(tx, anna, post, PostEdit(source="Wann?", poll=poll), ADDRESSES)

    for same in (None, ASKED, PollDraft(options=(" Samstag", "Sonntag ", "", "gar nicht"), lasts=2 * clock.DAY)):
        await edit(same)
        assert (await seen(database, ines, post)).voters == 1
    ends_at = (await seen(database, ines, post)).ends_at
    await edit(PollDraft(options=("Samstag", "Montag"), multiple=True))
    poll = await seen(database, ines, post)
    assert (poll.voted, poll.voters, poll.ends_at, len(poll.options)) == (False, 0, ends_at, 2)
    await vote(database, ines, post, 0, 1)
    await check_numbers(database)
    with clock.at(ends_at + 1), pytest.raises(Invalid):
        await edit(ASKED)


@pytest.mark.parametrize(
    ("options", "lasts", "reason"),
    [
        (("eins",), clock.HOUR, "poll_options_few"),
        (("eins", "  "), clock.HOUR, "poll_options_few"),
        (tuple("123456789"), clock.HOUR, "poll_options_many"),
        (("Ja", "ja"), clock.HOUR, "poll_option_twice"),
        (("a" * 121, "b"), clock.HOUR, "too_long"),
        (("a", "b"), clock.MINUTE, "poll_lasts"),
        (("a", "b"), 61 * clock.DAY, "poll_lasts"),
    ],
)
async def test_a_poll_has_bounds(database: Database, options: Sequence[str], lasts: int, reason: str) -> None:
    (anna,) = await join_all(database, "anna")
    with pytest.raises(Invalid, match=reason):
        await ask(database, anna, PollDraft(options=tuple(options), lasts=lasts))


async def test_removal_and_erasure_leave_no_vote(database: Database) -> None:
    anna, ines, ben = await join_all(database, "anna", "ines", "ben")
    running, gone = await ask(database, anna, SEVERAL), await ask(database, anna)
    with clock.at(clock.real_now() - clock.DAY):
        over = await ask(database, anna)
        await vote(database, ines, over, 2)
    for post in (running, gone):
        await vote(database, ines, post, 0)
        await vote(database, ben, post, 0)
    async with database.write() as tx:
        await actions.remove_post(tx, anna, gone)
        await people.erase_account(tx, ines.person)
    await settle(database)
    rows = [row async for part in database.stream(poll_votes) for row in part]
    assert rows == [(running, ben.person, 0)]
    assert [row async for part in database.stream(polls) for row in part if row[0] == gone] == []
    poll = await seen(database, anna, over)
    assert (standing(poll), poll.voters) == ([0, 0, 1], 1), "how it went does not change any more"
    await vote(database, anna, running, 1)
    assert standing(await seen(database, anna, running)) == [1, 1, 0]


async def test_many_vote_at_once(database: Database) -> None:
    anna, *others = await join_all(database, "anna", *(f"person{place}" for place in range(6)))
    post = await ask(database, anna, SEVERAL)

    async def hurry(viewer: Viewer, place: int) -> bool:
        try:
            await vote(database, viewer, post, place)
        except DomainError:
            return False
        return True

    done = await asyncio.gather(*(hurry(viewer, place % 3) for place, viewer in enumerate([*others, *others])))
    assert sum(done) == len(others)
    await check_numbers(database)

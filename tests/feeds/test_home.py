"""Home: its ways of finding entries against each other and against a plain reference, down to the deepest page."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plausch.feeds.model import Card, ReasonKind
from plausch.feeds.model import Entry as Seen
from plausch.feeds.queries import home_entries, home_feed, membership
from plausch.feeds.queries.membership import Stretch
from plausch.kernel import ids
from plausch.kernel.paging import TOP, Page
from plausch.people import actions as people
from plausch.people.actions.bulk import Tie, load_ties
from plausch.people.model import Relation, SignUp, Viewer
from plausch.people.queries import Crowd
from plausch.storage import Database, Read
from plausch.talk import actions as talk
from plausch.talk.actions import LoadedPost
from tests.harness.community import NO_PASSWORD, as_person, clear, in_a_loop
from tests.harness.properties import USUAL

#: More than are merged whole, so that every way is taken.
PEOPLE = 30
FIRST = 1_700_000_000_000
Loop = tuple[asyncio.Runner, Database]
Way = Callable[[Read, Viewer, int, int], Awaitable[Stretch]]


class Doing(NamedTuple):
    """Somebody posts, replies to the `which`th post, or shares it."""

    who: int
    what: str
    which: int


class Town(NamedTuple):
    follows: frozenset[int]
    mutes: frozenset[int]
    blocks: frozenset[int]
    doings: list[Doing]
    limit: int


def towns(most: int) -> st.SearchStrategy[Town]:
    somebody = st.integers(1, PEOPLE - 1)
    few = st.frozensets(somebody, max_size=5)
    many = st.frozensets(somebody, max_size=2).map(lambda out: frozenset(range(1, PEOPLE)) - out)
    doing = st.builds(
        Doing, st.integers(0, PEOPLE - 1), st.sampled_from(["post", "reply", "reply", "share"]), st.integers(0, 1 << 20)
    )
    rare = st.frozensets(somebody, max_size=2)
    doings = st.lists(doing, min_size=most // 4, max_size=most)
    return st.builds(Town, st.one_of(few, many), rare, rare, doings, st.integers(1, 6))


class Entry(NamedTuple):
    id: int
    who: int
    author: int
    kind: ReasonKind
    conversation: int


async def build(database: Database, town: Town) -> tuple[list[int], list[Entry]]:
    """The town in the database, and its stream as it is plainly seen, newest first."""
    await clear(database)
    forms = [SignUp(handle=f"p{n:02}", email=f"p{n}@example.org", password_hash=NO_PASSWORD) for n in range(PEOPLE)]
    posts: list[LoadedPost] = []
    stream: list[Entry] = []
    async with database.write() as tx:
        made = await people.load_many(tx, forms)
        ties = [
            Tie(made[0], kind, made[other], 0)
            for kind, others in (
                (Relation.FOLLOW, town.follows - town.blocks),
                (Relation.MUTE, town.mutes),
                (Relation.BLOCK, town.blocks),
            )
            for other in others
        ]
        for moment, doing in enumerate(town.doings, start=FIRST):
            _do(doing, ids.new_id(moment), made[doing.who], posts, stream)
        await load_ties(tx, ties)
        await talk.load_many(tx, posts)
    return made, stream[::-1]


def _do(doing: Doing, id_: int, who: int, posts: list[LoadedPost], stream: list[Entry]) -> None:
    on = posts[doing.which % len(posts)] if posts else None
    if doing.what == "share" and on is not None:
        if who not in {actor for _, actor in on.shares}:
            on.shares = [*on.shares, (id_, who)]
            stream.append(Entry(id_, who, on.actor_id, ReasonKind.SHARED, on.conversation_id or on.id))
        return
    parent = on if doing.what == "reply" else None
    conversation = parent.conversation_id if parent is not None else id_
    posts.append(
        LoadedPost(
            id=id_,
            actor_id=who,
            source="x",
            html="<p>x</p>",
            published_at=ids.moment_of(id_),
            parent_id=parent.id if parent else None,
            conversation_id=conversation,
        )
    )
    kind = ReasonKind.REPLIED if parent else ReasonKind.POSTED
    stream.append(Entry(id_, who, who, kind, conversation or id_))


async def _all_of(way: Way, read: Read, viewer: Viewer, limit: int) -> list[int]:
    """Stretch after stretch to the end."""
    found: list[int] = []
    before: int | None = TOP
    for _ in range(1000):
        if before is None:
            return found
        stretch = await way(read, viewer, before, limit)
        assert all(id_ < before for id_ in stretch.ids)
        assert stretch.before is None or stretch.before < before, "it goes on"
        found += stretch.ids
        before = stretch.before
    raise AssertionError("it never ends")


def _ways(following: int) -> dict[str, Way]:
    def reading(everybody: int) -> Way:
        crowd = Crowd(following, everybody)
        return lambda tx, viewer, before, limit: membership.read_on(tx, viewer, before, limit, crowd)

    def scanning(window: int, *, asking: bool) -> Way:
        return lambda tx, viewer, before, limit: membership.by_scanning(
            tx, viewer, before, limit, window, asking=asking
        )

    return {
        "each": membership.by_each,
        "skipping": membership.by_skipping,
        **{f"scanning {window}": scanning(window, asking=False) for window in (1, 7, 1000)},
        **{f"scanning {window}, asking": scanning(window, asking=True) for window in (1, 7, 1000)},
        **{f"reading on among {everybody}": reading(everybody) for everybody in (1, PEOPLE, 100_000)},
    }


async def ways_agree(database: Database, town: Town) -> None:
    made, stream = await build(database, town)
    viewer = as_person(made[0])
    followed = town.follows - town.blocks
    members = {made[0], *(made[one] for one in followed)}
    expected = [one.id for one in stream if one.who in members]
    async with database.read() as read:
        for name, way in _ways(len(followed)).items():
            assert await _all_of(way, read, viewer, town.limit) == expected, name


async def pages_are_whole(database: Database, town: Town) -> None:
    """Each conversation once, where its newest entry puts it, with the reason of that entry; none lost."""
    made, stream = await build(database, town)
    viewer = as_person(made[0])
    members = {made[0], *(made[one] for one in town.follows - town.blocks)}
    muted, blocked = ({made[one] for one in some} for some in (town.mutes, town.blocks))
    shown = [
        one
        for one in stream
        if one.who in members and not {one.who, one.author} & muted and not {one.who, one.author} & blocked
    ]
    newest: dict[int, Entry] = {}
    for one in shown:
        newest.setdefault(one.conversation, one)
    cards: list[Card] = []
    entries: list[Seen] = []
    async with database.read() as read:
        before: int | None = TOP
        while before is not None:
            feed = await home_feed(read, viewer, Page(before=before, limit=town.limit))
            assert len(feed.cards) <= town.limit
            assert feed.next_before is None or feed.next_before < before
            before = feed.next_before
            cards += feed.cards
        before = TOP
        while before is not None:
            part, before = await home_entries(read, viewer, Page(before=before, limit=town.limit))
            assert len(part) <= town.limit
            entries += part
    assert [one.id for one in entries] == [one.id for one in shown]
    assert [(card.position, card.conversation.id, card.reason.kind, card.reason.actor_id) for card in cards] == [
        (one.id, one.conversation, one.kind, one.who) for one in newest.values()
    ]
    for card in cards:
        assert card.root is not None or card.replies
        assert [post.id for post in card.replies] == sorted({post.id for post in card.replies} - {card.conversation.id})


@pytest.fixture
def loop(database_url: str) -> Iterator[Loop]:
    with in_a_loop(database_url) as opened:
        yield opened


Property = Callable[[Database, Town], Awaitable[None]]


def _holds(loop: Loop, check: Property, how: settings, most: int) -> None:
    runner, database = loop

    @how
    @given(towns(most))
    def holds(town: Town) -> None:
        async def run() -> None:
            await check(database, town)

        runner.run(run())

    holds()


@pytest.mark.parametrize("check", [ways_agree, pages_are_whole])
def test_home(loop: Loop, engine: str, check: Property) -> None:
    _holds(loop, check, settings(USUAL, max_examples=50 if engine == "sqlite" else 20), 60)


@pytest.mark.slow
@pytest.mark.parametrize("check", [ways_agree, pages_are_whole])
def test_larger_homes(loop: Loop, engine: str, check: Property) -> None:
    how = settings(USUAL, max_examples=200 if engine == "sqlite" else 60)
    _holds(loop, check, how, 300)

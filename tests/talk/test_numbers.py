"""Numbers under posts and conversations are what the rows say: after any life, and when everybody acts at once."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import sqlalchemy as sa
from hypothesis import given, settings

from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import DomainError
from plausch.people.model import Viewer
from plausch.storage import Database, Statement, Write
from plausch.talk import actions, queries
from plausch.talk.actions import LoadedPost
from plausch.talk.model import TALKERS_KEPT, AudienceKind, PostEdit
from plausch.talk.tables import conversations, entries, likes, mentions, posts, reads, shares, tags
from tests.harness.audience.script import Life, Performance, lives
from tests.harness.community import clear, in_a_loop, join_all, publish
from tests.harness.engines import on_postgres_when_all
from tests.harness.properties import USUAL

Deed = Callable[[Write], Awaitable[object]]
NOW = 1_700_000_000_000


class PostRow(NamedTuple):
    id: int
    conversation: int
    parent: int | None
    actor: int
    scope: str
    scope_id: int
    local: bool
    deleted: int | None
    replies: int
    likes: int
    shares: int

    @property
    def audience(self) -> tuple[str, int, bool]:
        return self.scope, self.scope_id, self.local


class TalkRow(NamedTuple):
    id: int
    scope: str
    scope_id: int
    local: bool
    replies: int
    voices: int
    talkers: str

    @property
    def audience(self) -> tuple[str, int, bool]:
        return self.scope, self.scope_id, self.local


c, d = posts.c, conversations.c
POSTS = Statement(
    sa.select(
        *(c.id, c.conversation_id, c.parent_id, c.actor_id, c.scope_kind, c.scope_id, c.local_only),
        *(c.deleted_at, c.replies, c.likes, c.shares),
    ),
    PostRow,
)
TALKS = Statement(sa.select(d.id, d.scope_kind, d.scope_id, d.local_only, d.replies, d.voices, d.talkers), TalkRow)


async def check_numbers(database: Database, *, at_once: bool = False) -> None:
    """`at_once`: those who talked at the same moment stand in any order."""
    async with database.read() as read:
        found, talks = await read.all(POSTS), await read.all(TALKS)
    liked = Counter([row[0] async for part in database.stream(likes) for row in part])
    shared = Counter([row[1] async for part in database.stream(shares) for row in part])
    by_id = {post.id: post for post in found}
    live = [post for post in found if post.deleted is None]
    answered = Counter(post.parent for post in live if post.parent and post.audience == by_id[post.parent].audience)
    for post in found:
        assert (post.replies, post.likes, post.shares) == (answered[post.id], liked[post.id], shared[post.id]), post
    for talk in talks:
        heard = [post for post in live if post.conversation == talk.id and post.audience == talk.audience]
        last = list(dict.fromkeys(post.actor for post in sorted(heard, reverse=True)))
        assert talk.replies == sum(post.parent is not None for post in heard), talk
        assert talk.voices == len(last), talk
        talkers = [int(word) for word in talk.talkers.split()]
        assert talkers == last[:TALKERS_KEPT] or (at_once and set(talkers) == set(last[:TALKERS_KEPT])), talk


async def _live(database: Database, life: Life) -> None:
    await clear(database)
    performance = Performance(database)
    await performance.begin(4, life.follows, life.connections, life.members)
    await performance.perform(life.steps)
    await check_numbers(database)


@on_postgres_when_all
def test_after_any_life(database_url: str, engine: str) -> None:
    with in_a_loop(database_url) as (runner, database):
        few = 40 if engine == "sqlite" else 15

        @settings(USUAL, max_examples=few)
        @given(lives(50))
        def right(life: Life) -> None:
            runner.run(_live(database, life))

        right()


async def _act(database: Database, chance: random.Random, people: list[Viewer], made: list[int]) -> None:
    who, post = chance.choice(people), chance.choice(made)
    change = PostEdit(source=f"anders {chance.random()}", language="de")

    async def reply(tx: Write) -> None:
        made.append(await publish(tx, who, "Antwort", reply_to=post))

    deeds: list[Deed] = [
        *[reply] * 4,
        *[lambda tx: actions.like_post(tx, who, post)] * 2,
        *[lambda tx: actions.share_post(tx, who, post)] * 2,
        *[lambda tx: actions.edit_post(tx, who, post, change, ADDRESSES)] * 4,
        lambda tx: actions.unlike_post(tx, who, post),
        lambda tx: actions.unshare_post(tx, who, post),
        lambda tx: actions.remove_post(tx, who, post),
        lambda tx: actions.bookmark_post(tx, who, post),
    ]
    deed = chance.choice(deeds)
    try:
        async with database.write() as tx:
            await deed(tx)
    except DomainError:
        pass


async def test_when_everybody_acts_at_once(database: Database) -> None:
    people = await join_all(database, *(f"person{number}" for number in range(5)))
    async with database.write() as tx:
        made = [await publish(tx, who, "Gespräch") for who in people[:2]]
    chance = random.Random(2)
    for _ in range(12):
        await asyncio.gather(*(_act(database, chance, people, made) for _ in range(25)))
    await check_numbers(database, at_once=True)
    gone = {post async for part in database.stream(posts) for post, deleted in _deleted(part) if deleted}
    assert gone
    for table, column in ((likes, 0), (shares, 1), (entries, 3)):
        left = {row[column] async for part in database.stream(table) for row in part}
        assert not left & gone, f"{table.name} speaks of what is removed"


def _deleted(part: list[tuple[Any, ...]]) -> list[tuple[int, bool]]:
    names = list(posts.c.keys())
    place, text = names.index("deleted_at"), names.index("html")
    assert not any(row[text] for row in part if row[place] is not None), "an edit came after the removal"
    return [(row[0], row[place] is not None) for row in part]


async def test_who_spoke_aside_and_then_aloud_is_one_more_voice(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        root = await publish(tx, anna, "Für alle")
        await publish(tx, ines, "Nur dir", reply_to=root, audience=AudienceKind.PARTICIPANTS)
    await check_numbers(database)
    async with database.write() as tx:
        aloud = await publish(tx, ines, "Und allen", reply_to=root)
        await publish(tx, ines, "Noch etwas", reply_to=root)
    await check_numbers(database)
    async with database.write() as tx:
        await actions.remove_post(tx, ines, aloud)
    await check_numbers(database)


async def test_two_who_answer_at_the_same_moment_are_both_named(database: Database) -> None:
    anna, ines, mehmet = await join_all(database, "anna", "ines", "mehmet")
    async with database.write() as tx:
        root = await publish(tx, anna, "Für alle")

    async def answer() -> None:
        async with database.write() as tx:
            await publish(tx, mehmet, "Ich auch", reply_to=root)

    async with database.write() as tx:
        await publish(tx, ines, "Ich", reply_to=root)
        answering = asyncio.create_task(answer())
        await asyncio.sleep(0.3)
    await answering
    await check_numbers(database, at_once=True)


async def _talk_rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    tables = (conversations, posts, entries, tags, mentions, likes, shares, reads)
    return {
        table.name: sorted([row async for part in database.stream(table) for row in part], key=str) for table in tables
    }


async def test_loading_many_equals_publishing_one_by_one(database: Database) -> None:
    """Compared up to ids: they are replaced by the place of what they name."""
    one, two, three = await join_all(database, "anna", "ines", "mehmet")
    with clock.at(NOW):
        made, names = [], {}
        async with database.write() as tx:
            root = await publish(tx, one, "Wer kommt zum #Schach?")
            made += [root, await publish(tx, two, "Ich! @anna", reply_to=root)]
            made += [await publish(tx, one, "Schön", reply_to=made[1]), await publish(tx, three, "Auch", reply_to=root)]
            made += [await publish(tx, two, "Ein #Garten")]
            for who, post in ((two, root), (three, root), (one, made[4])):
                await actions.like_post(tx, who, post)
            shared = [await actions.share_post(tx, three, root), await actions.share_post(tx, one, made[1])]
            rendered = {id_: post.html for id_, post in (await queries.list_posts(tx, one, made)).items()}
        for place, id_ in enumerate([*made, *shared]):
            names[id_] = f"id{place}"
        singly = _renamed(await _talk_rows(database), names)
        async with database.write() as tx:
            for table in (conversations, posts, entries, tags, mentions, likes, shares):
                await tx.run(Statement(sa.delete(table), int))
        await _load(database, (one, two, three), made, shared, rendered)
        assert _renamed(await _talk_rows(database), names) == singly
    await check_numbers(database)


async def _load(
    database: Database, people: tuple[Viewer, ...], made: list[int], shared: list[int | None], html: dict[int, str]
) -> None:
    one, two, three = (viewer.person for viewer in people)
    a, b = (id_ for id_ in shared if id_ is not None)
    facts: list[dict[str, Any]] = [
        {
            "actor_id": one,
            "source": "Wer kommt zum #Schach?",
            "tags": ["schach"],
            "likes": [two, three],
            "shares": [(a, three)],
        },
        {"actor_id": two, "source": "Ich! @anna", "parent_id": made[0], "mentions": [one], "shares": [(b, one)]},
        {"actor_id": one, "source": "Schön", "parent_id": made[1]},
        {"actor_id": three, "source": "Auch", "parent_id": made[0]},
        {"actor_id": two, "source": "Ein #Garten", "tags": ["garten"], "likes": [one]},
    ]
    loaded = [
        LoadedPost(id=id_, html=html[id_], published_at=NOW, language="de", **fact)
        for id_, fact in zip(made, facts, strict=True)
    ]
    async with database.write() as tx:
        await actions.load_many(tx, loaded)


def _renamed(rows: dict[str, list[tuple[Any, ...]]], names: dict[Any, str]) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: sorted((tuple(names.get(value, value) for value in row) for row in found), key=str)
        for table, found in rows.items()
    }

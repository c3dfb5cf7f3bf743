"""Background work of insights: what takes more than a transaction."""

from collections.abc import Sequence

from plausch.insights import actions
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.storage import Database, Write
from plausch.talk import queries as talk

#: Posts looked at, and rows forgotten, in one transaction.
_PORTION = 200


async def recount_actor(database: Database, actor: int) -> None:
    """Have somebody be in the graph who is to be, and nobody else."""
    if await _uncount(database, actor):
        return
    async with database.slow_read() as read:
        posts = await talk.list_posts_touching(read, actor)
    await _recount(database, posts, actor)


async def _uncount(database: Database, actor: int) -> bool:
    """Take somebody out; False as soon as they are to be counted."""
    more = True
    while more:
        async with database.write() as tx:
            if await people.list_counted(tx, [actor]):
                return False
            more = await actions.uncount_actor(tx, actor, _PORTION)
    return True


async def recount_place(database: Database, place: int) -> None:
    """What was said in a group counts where it is to count by now."""
    async with database.slow_read() as read:
        posts = await talk.list_posts_in_place(read, place)
    await _recount(database, posts)


async def recount_conversation(database: Database, conversation: int) -> None:
    """The same of a conversation that stands elsewhere by now."""
    async with database.slow_read() as read:
        posts = await talk.list_posts_in_conversation(read, conversation)
    await _recount(database, posts)


async def _recount(database: Database, posts: Sequence[int], actor: int | None = None) -> None:
    for start in range(0, len(posts), _PORTION):
        async with database.write() as tx:
            await actions.recount_posts(tx, posts[start : start + _PORTION], actor)


async def pass_on_greetings(tx: Write, _: object) -> None:
    """Whoever has had their turn to greet somebody is followed by the next; whom nobody had to greet gets somebody."""
    await actions.pass_on(tx, clock.now())


async def drop_visits(tx: Write, _: object) -> None:
    """After half a year nobody needs to know who came to read."""
    await actions.drop_old_visits(tx, clock.now())

"""The interaction graph from the domain's own rows, in portions: others go on writing meanwhile."""

from collections.abc import Callable

import msgspec
import sqlalchemy as sa

from plausch.insights.actions.findings import keep_finding
from plausch.insights.model.findings import Measure, Result
from plausch.insights.model.interactions import EPOCH, LEAST, METHOD, Graph, Rule
from plausch.insights.tables import edges, interactions
from plausch.kernel import clock
from plausch.people.queries import counts
from plausch.storage import Database, Read, Statement, column_statement, param, power_of_two, upsert
from plausch.talk import queries as talk
from plausch.talk.actions import hold_posts
from plausch.talk.model import InteractionKind
from plausch.talk.queries import Interaction

#: Posts, and rows of the ledger, in one transaction: with more others wait, with fewer indexes are written too often.
_POSTS, _ROWS = 10_000, 20_000

_turn = talk.turns_within()
_days = (_turn.c.at - sa.literal(EPOCH, sa.BigInteger())) / (param("half_life", sa.Double()) * float(clock.DAY))
_weight = sa.case(
    (_turn.c.kind == InteractionKind.REPLY.value, param("reply", sa.Double())),
    (_turn.c.kind == InteractionKind.MENTION.value, param("mention", sa.Double())),
    (_turn.c.kind == InteractionKind.LIKE.value, param("like", sa.Double())),
    else_=param("share", sa.Double()),
)
_CLEAR = column_statement(
    sa.delete(interactions).where(interactions.c.post_id > param("after"), interactions.c.post_id <= param("until"))
)
_FILL = column_statement(
    upsert(interactions)
    .from_select(
        [*Interaction._fields, "amount"],
        sa.select(
            *_turn.c, _weight * power_of_two(sa.case((_days > LEAST, _days), else_=sa.literal(LEAST, sa.Double())))
        )
        .where(counts(_turn.c.source_id), counts(_turn.c.target_id))
        .order_by(_turn.c.post_id, _turn.c.kind, _turn.c.source_id, _turn.c.target_id),
    )
    .on_conflict_do_nothing()
)
_END_OF_SOURCES = column_statement(
    sa.select(interactions.c.source_id)
    .where(interactions.c.source_id > param("after"))
    .order_by(interactions.c.source_id)
    .limit(1)
    .offset(param("size") - 1)
)
_LAST_SOURCE = column_statement(sa.select(sa.func.max(interactions.c.source_id)))
_NO_MORE = column_statement(sa.delete(edges).where(edges.c.source_id > param("after")))
_EMPTY = column_statement(
    sa.delete(edges).where(edges.c.source_id > param("after"), edges.c.source_id <= param("until"))
)
_PRUNE = column_statement(sa.delete(edges).where(edges.c.count <= 0, edges.c.changed_at < param("before")))


def _sums(scope: sa.ColumnElement[int], condition: sa.ColumnElement[bool]) -> Statement[int]:
    """Edges as the sum of the ledger, for a range of sources."""
    source, target = interactions.c.source_id, interactions.c.target_id
    sums = (
        sa.select(scope, source, target, sa.func.sum(interactions.c.amount), sa.func.count(), param("now"))
        .where(source > param("after"), source <= param("until"), condition)
        .group_by(scope, source, target)
    )
    row = upsert(edges)
    names = ["scope_id", "source_id", "target_id", "value", "count", "changed_at"]
    added = row.from_select(names, sums).on_conflict_do_update(
        index_elements=names[:3], set_={name: row.excluded[name] for name in names[3:]}
    )
    return column_statement(added)


_SUM = [
    _sums(sa.literal(0, sa.BigInteger()), interactions.c.open),
    _sums(interactions.c.place_id, interactions.c.place_id != 0),
]


async def rebuild(database: Database, rule: Rule, told: Callable[[float], None] = lambda share: None) -> None:
    """Have ledger and edges be what the domain's rows say; `told` hears which share of that is done.

    What happens meanwhile is noted by the new rule from the beginning; should this be interrupted, it is not whole.
    """
    await keep_graph(database, Graph(rule, "", whole=False))
    async with database.read() as read:
        bounds = await _portions(read)
    for number, (after, until) in enumerate(bounds):
        await _settle(database, after, until, rule)
        told((number + 1) / len(bounds) * 0.7)
    await _add_up(database, told)
    await keep_graph(database, Graph(rule, "", whole=True))


async def keep_graph(database: Database, graph: Graph) -> None:
    """Note how the graph stands."""
    await keep_finding(database, 0, Measure.GRAPH, [Result(0, graph)], method=METHOD, as_of=clock.now())


async def prune_edges(database: Database, before: int) -> None:
    """Forget that there was something once, as soon as no snapshot needs to hear of it."""
    async with database.write() as tx:
        await tx.run(_PRUNE, before=before)


async def _portions(tx: Read) -> list[tuple[int, int]]:
    bounds, after = [], 0
    while (until := await talk.find_end_of_portion(tx, after, _POSTS)) is not None:
        bounds.append((after, until))
        after = until
    return bounds


async def _settle(database: Database, after: int, until: int, rule: Rule) -> None:
    """Have the ledger of some posts be what talk says."""
    async with database.write() as tx:
        await hold_posts(tx, after, until)
        await tx.run(_CLEAR, after=after, until=until)
        await tx.run(_FILL, after=after, until=until, **msgspec.structs.asdict(rule))


async def _add_up(database: Database, told: Callable[[float], None]) -> None:
    """Have the edges be the sums of the ledger, some sources after the other."""
    after = 0
    last: int | None = -1
    while last is not None:
        async with database.write() as tx:
            last = await tx.first(_END_OF_SOURCES, after=after, size=_ROWS)
            until = last if last is not None else int(await tx.first(_LAST_SOURCE) or after)
            await tx.run(_EMPTY, after=after, until=until)
            for statement in _SUM:
                await tx.run(statement, after=after, until=until, now=clock.real_now())
            after = until
            if last is None:
                await tx.run(_NO_MORE, after=after)
    told(1.0)

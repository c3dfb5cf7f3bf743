"""The ledger of interactions and the edges it adds up to: always changed together.

Whatever happened, the rows that should be there are read from talk and compared with those that are: so hearing
something twice, or late, changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from plausch.insights.model.interactions import Rule
from plausch.insights.queries.interactions import Entry, find_rule
from plausch.insights.tables import edges, interactions
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.storage import Statement, Write, any_of, column_statement, param, upsert
from plausch.talk import queries as talk
from plausch.talk.actions import hold_post
from plausch.talk.model import InteractionKind
from plausch.talk.queries import Interaction

_COLUMNS = [interactions.c[name] for name in Entry._fields]
_KEY = [interactions.c[name] for name in Entry._fields[:4]]
_IS = [column == param(f"the_{column.name}") for column in _KEY]
_ACTOR = param("actor")
_WITH_ACTOR = sa.or_(interactions.c.source_id == _ACTOR, interactions.c.target_id == _ACTOR)
_AT_POSTS = any_of(interactions.c.post_id, "ids")

_ADD = column_statement(upsert(interactions).on_conflict_do_nothing())
_TAKE = Statement(sa.delete(interactions).where(*_IS).returning(*_COLUMNS), Entry)
_THERE = Statement(sa.select(*_COLUMNS).where(_AT_POSTS), Entry)
_THERE_WITH_ACTOR = Statement(sa.select(*_COLUMNS).where(_AT_POSTS, _WITH_ACTOR), Entry)
_GIVEN = Statement(
    sa.select(*_COLUMNS).where(
        interactions.c.post_id == param("post"),
        interactions.c.kind == param("the_kind"),
        interactions.c.source_id == _ACTOR,
    ),
    Entry,
)
_some = sa.select(*_KEY).where(_WITH_ACTOR).limit(param("limit"))
_TAKE_SOME = Statement(sa.delete(interactions).where(sa.tuple_(*_KEY).in_(_some)).returning(*_COLUMNS), Entry)
_row = upsert(edges)
_RAISE = column_statement(
    _row.on_conflict_do_update(
        index_elements=[edges.c.scope_id, edges.c.source_id, edges.c.target_id],
        set_={
            "value": edges.c.value + _row.excluded.value,
            "count": edges.c.count + _row.excluded.count,
            "changed_at": _row.excluded.changed_at,
        },
    )
)
_left = edges.c.count - param("fewer")
_LOWER = column_statement(
    sa.update(edges)
    .where(
        edges.c.scope_id == param("scope"), edges.c.source_id == param("source"), edges.c.target_id == param("target")
    )
    .values(
        value=sa.case((_left <= 0, sa.literal(0.0)), else_=edges.c.value - param("less", sa.Double())),
        count=_left,
        changed_at=param("now"),
    )
)
_DROP_EDGES = [
    column_statement(sa.delete(edges).where(side == _ACTOR, edges.c.count <= 0))
    for side in (edges.c.source_id, edges.c.target_id)
]


async def note_post(tx: Write, post_id: int) -> None:
    """What a post says to whom, as it is now."""
    there = await hold_post(tx, post_id)
    found = await talk.list_spoken(tx, post_id) if there else []
    known = await tx.all(_THERE, ids=[post_id])
    if there:
        known = [entry for entry in known if entry.kind in talk.SPOKEN]
    await _settle(tx, known, found)


async def note_new_post(tx: Write, post_id: int) -> None:
    """The same of one that nobody can have noted before."""
    if await hold_post(tx, post_id):
        await _settle(tx, [], await talk.list_spoken(tx, post_id))


async def note_response(tx: Write, kind: InteractionKind, post_id: int, actor: int) -> None:
    """Somebody's like or share, as it is now."""
    there = await hold_post(tx, post_id)
    found = await talk.list_given(tx, kind, post_id, actor) if there else []
    await _settle(tx, await tx.all(_GIVEN, post=post_id, the_kind=kind.value, actor=actor), found)


async def recount_posts(tx: Write, ids: Sequence[int], actor: int | None = None) -> None:
    """Everything at some posts, by id; with an actor only what it did or was done to it."""
    for id_ in ids:
        await hold_post(tx, id_)
    if actor is None:
        known = await tx.all(_THERE, ids=ids)
    else:
        known = await tx.all(_THERE_WITH_ACTOR, ids=ids, actor=actor)
    await _settle(tx, known, await talk.list_interactions(tx, ids, actor))


async def uncount_actor(tx: Write, actor: int, limit: int) -> bool:
    """Take a portion of what an actor did, or was done to it, out of everything; False when nothing was left."""
    taken = await tx.all(_TAKE_SOME, actor=actor, limit=limit)
    await _lower(tx, taken)
    if not taken:
        # Not even that there was something once is kept.
        for statement in _DROP_EDGES:
            await tx.run(statement, actor=actor)
    return bool(taken)


async def _settle(tx: Write, known: Iterable[Entry], found: Sequence[Interaction]) -> None:
    """Have the ledger say what was found where it says what is known."""
    counted = await people.list_counted(tx, sorted(_people_of(found))) if found else set()
    wanted = {
        (one.post_id, one.kind, one.source_id, one.target_id): one
        for one in found
        if one.source_id in counted and one.target_id in counted
    }
    gone = []
    for entry in known:
        one = wanted.get(entry[:4])
        if one is not None and one[4:] == entry[4:7]:
            del wanted[entry[:4]]
        else:
            gone.append(entry)
    taken: list[Entry] = []
    for entry in gone:
        taken += await tx.all(_TAKE, **_key(entry))
    await _lower(tx, taken)
    if wanted:
        await _add(tx, wanted.values(), await find_rule(tx))


def _people_of(found: Iterable[Interaction]) -> set[int]:
    return {actor for one in found for actor in (one.source_id, one.target_id)}


def _key(entry: Entry) -> dict[str, int]:
    return {f"the_{name}": value for name, value in zip(Entry._fields[:4], entry[:4], strict=True)}


async def _add(tx: Write, found: Iterable[Interaction], rule: Rule) -> None:
    added = []
    for one in found:
        entry = Entry(*one, amount=rule.amount(one.kind, one.at))
        if await tx.run(_ADD, **entry._asdict()):
            added.append(entry)
    now = clock.real_now()
    await tx.run_many(
        _RAISE,
        [
            {
                "scope_id": scope,
                "source_id": source,
                "target_id": target,
                "value": value,
                "count": count,
                "changed_at": now,
            }
            for (scope, source, target), (value, count) in _sums(added)
        ],
    )


async def _lower(tx: Write, taken: Iterable[Entry]) -> None:
    now = clock.real_now()
    await tx.run_many(
        _LOWER,
        [
            {"scope": scope, "source": source, "target": target, "less": value, "fewer": count, "now": now}
            for (scope, source, target), (value, count) in _sums(taken)
        ],
    )


def _sums(entries: Iterable[Entry]) -> list[tuple[tuple[int, int, int], tuple[float, int]]]:
    """By edge, in an order that is the same for everybody, so that nobody waits for each other."""
    sums: defaultdict[tuple[int, int, int], list[Any]] = defaultdict(lambda: [0.0, 0])
    for entry in entries:
        for scope in _scopes(entry):
            one = sums[scope, entry.source_id, entry.target_id]
            one[0] += entry.amount
            one[1] += 1
    return [(edge, (value, count)) for edge, (value, count) in sorted(sums.items())]


def _scopes(entry: Entry) -> list[int]:
    """Where it counts: in its group, and for the whole server when everybody may know of it."""
    return ([0] if entry.open else []) + ([entry.place_id] if entry.place_id else [])

"""Rendered parts: what a door made of a thing, kept as bytes until the thing changes (rule 4).

A part belongs to a door, a kind and an id, and carries the version it was made from. It counts only while that is the
thing's present version; a missing or older part is rendered when it is read. Whoever changes a thing gives it a new
version, so what a process has at hand is right in every process.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.storage.database import Read, Write
from plausch.storage.statements import Statement, any_of, column_statement, param, upsert
from plausch.storage.tables import Id, table

parts = table(
    "storage_parts",
    sa.Column("door", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    keyed=True,
)


class Part(NamedTuple):
    """One rendering, as it is kept."""

    door: str
    kind: str
    id: int
    version: int
    body: bytes


_incoming = upsert(parts)
_KEEP = column_statement(
    _incoming.on_conflict_do_update(
        index_elements=[parts.c.door, parts.c.kind, parts.c.id],
        set_={"version": _incoming.excluded.version, "body": _incoming.excluded.body},
        where=parts.c.version < _incoming.excluded.version,
    )
)
_KEPT = Statement(
    sa.select(parts.c.id, parts.c.version, parts.c.body).where(
        parts.c.door == param("door", sa.Text()), parts.c.kind == param("kind", sa.Text()), any_of(parts.c.id, "ids")
    ),
    lambda id_, version, body: (id_, (version, body)),
)
_DROP = column_statement(sa.delete(parts).where(parts.c.kind == param("kind", sa.Text()), any_of(parts.c.id, "ids")))


async def keep_parts(tx: Write, made: Iterable[Part]) -> None:
    """Store renderings; one that is older than what is there loses."""
    await tx.run_many(_KEEP, [part._asdict() for part in made])


async def drop_parts(tx: Write, kind: str, ids: Sequence[int]) -> None:
    """Remove every door's renderings of these things."""
    await tx.run(_DROP, kind=kind, ids=ids)


#: At hand of each door and kind; each takes about a kilobyte.
_MOST = 3_000


class Shelf:
    """What one process has at hand of the parts that are kept, those asked for last."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: defaultdict[tuple[str, str], OrderedDict[int, tuple[int, bytes]]] = defaultdict(OrderedDict)

    async def take(self, tx: Read, door: str, kind: str, things: Iterable[tuple[int, int]]) -> dict[int, bytes]:
        """The parts of things, given as (id, version), by id; without those that must be rendered afresh."""
        kept = self._kept[door, kind]
        found, wanted = {}, {}
        for id_, version in things:
            held = kept.get(id_)
            if held is not None and held[0] == version:
                kept.move_to_end(id_)
                found[id_] = held[1]
            else:
                wanted[id_] = version
        if wanted:
            for id_, held in await tx.all(_KEPT, door=door, kind=kind, ids=list(wanted)):
                if held[0] == wanted[id_]:
                    found[id_] = held[1]
                    kept[id_] = held
            while len(kept) > self._most:
                kept.popitem(last=False)
        return found

"""Rendered parts: what a door made of a thing, kept as bytes until the thing changes (rule 4).

A part belongs to a door, a kind and an id, and carries the version it was made from. It counts only while that is the
thing's present version; a missing or older part is rendered when it is read.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.storage.database import Write
from plausch.storage.statements import any_of, column_statement, param, upsert
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
_DROP = column_statement(sa.delete(parts).where(parts.c.kind == param("kind", sa.Text()), any_of(parts.c.id, "ids")))


async def keep_parts(tx: Write, made: Iterable[Part]) -> None:
    """Store renderings; one that is older than what is there loses."""
    await tx.run_many(_KEEP, [part._asdict() for part in made])


async def drop_parts(tx: Write, kind: str, ids: Sequence[int]) -> None:
    """Remove every door's renderings of these things."""
    await tx.run(_DROP, kind=kind, ids=ids)

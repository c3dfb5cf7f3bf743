"""Rendered parts: the newest version wins, and what is dropped is gone at every door."""

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plausch.storage import Database, column_statement
from plausch.storage.parts import Part, drop_parts, keep_parts, parts

KEPT = column_statement(sa.select(parts.c.body).order_by(parts.c.door, parts.c.kind, parts.c.id))
CLEAR = column_statement(sa.delete(parts))


@given(versions=st.lists(st.integers(1, 5), min_size=1, max_size=8))
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_an_older_rendering_never_replaces_a_newer_one(database: Database, versions: list[int]) -> None:
    async with database.write() as tx:
        await tx.run(CLEAR)
        for version in versions:
            await keep_parts(tx, [Part("web", "post", 1, version, b"%d" % version)])
        assert [bytes(body) for body in await tx.all(KEPT)] == [b"%d" % max(versions)]


async def test_dropping_clears_every_door_and_nothing_else(database: Database) -> None:
    async with database.write() as tx:
        await keep_parts(
            tx,
            [
                Part(door, kind, id_, 1, f"{door} {kind} {id_}".encode())
                for door in ("clientapi", "web")
                for kind in ("actor", "post")
                for id_ in (1, 2)
            ],
        )
        await drop_parts(tx, "post", [1])
        await drop_parts(tx, "post", [])
        kept = [bytes(body).decode() for body in await tx.all(KEPT)]
    assert kept == [
        f"{door} {kind} {id_}"
        for door in ("clientapi", "web")
        for kind, id_ in (("actor", 1), ("actor", 2), ("post", 2))
    ]

"""Rendered parts: the newest wins, what is dropped is gone at every door, what is at hand is the version asked for."""

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plausch.storage import Database, column_statement
from plausch.storage.parts import Part, Shelf, drop_parts, keep_parts, parts

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


async def test_what_is_at_hand_is_never_another_version(database: Database) -> None:
    """Also where another process renders anew: each has a shelf of its own, and asks by version."""
    shelf, other = Shelf(), Shelf()

    async def take(from_: Shelf, *things: tuple[int, int]) -> dict[int, bytes]:
        async with database.read() as tx:
            return await from_.take(tx, "web", "post", things)

    async with database.write() as tx:
        await keep_parts(tx, [Part("web", "post", 1, 1, b"old"), Part("web", "post", 2, 1, b"two")])
    assert await take(shelf, (1, 1), (2, 1), (3, 1)) == {1: b"old", 2: b"two"}
    assert await take(other, (1, 2)) == {}, "the thing has changed, and nobody has rendered it yet"
    async with database.write() as tx:
        await keep_parts(tx, [Part("web", "post", 1, 2, b"new")])
    assert await take(other, (1, 2)) == await take(shelf, (1, 2)) == {1: b"new"}
    assert await take(shelf, (1, 1)) == {}, "whoever read the thing before it changed renders what it read"
    assert await take(shelf, (1, 2)) == {1: b"new"}
    async with database.read() as read:
        assert await shelf.take(read, "clientapi", "post", [(1, 2)]) == {}
        assert await shelf.take(read, "web", "actor", [(1, 2)]) == {}


async def test_what_is_at_hand_needs_no_statement_and_makes_room(database: Database) -> None:
    shelf = Shelf(most=3)
    async with database.write() as tx:
        await keep_parts(tx, [Part("web", "post", id_, 1, b"%d" % id_) for id_ in range(5)])
    async with database.read() as read:
        await shelf.take(read, "web", "post", [(id_, 1) for id_ in range(5)])
    async with database.write() as tx:
        await drop_parts(tx, "post", list(range(5)))
    async with database.read() as read:
        assert await shelf.take(read, "web", "post", [(id_, 1) for id_ in range(5)]) == {2: b"2", 3: b"3", 4: b"4"}

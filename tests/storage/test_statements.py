"""Statements mean the same on both engines: lists, booleans, enums, and what is missing."""

import enum
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import pytest
import sqlalchemy as sa

from plausch.people.tables import actors, consents
from plausch.storage import Database, Statement, any_of, begins_with, column_statement, greatest, is_one_of, param

IDS = column_statement(
    sa.select(consents.c.person_id).where(any_of(consents.c.person_id, "ids")).order_by(consents.c.person_id)
)
KINDS = column_statement(
    sa.select(consents.c.person_id).where(any_of(consents.c.kind, "kinds")).order_by(consents.c.person_id)
)


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


class Row(NamedTuple):
    id: int
    kind: Colour
    granted: bool


class Struct(msgspec.Struct, frozen=True):
    kind: Colour
    granted: bool
    unknown: bool | None
    many: bool


async def fill(database: Database, rows: Sequence[tuple[int, str, bool]]) -> None:
    async with database.write() as tx:
        for person, kind, granted in rows:
            await tx.insert(consents, person_id=person, kind=kind, granted=granted, at=0)


@pytest.mark.parametrize("count", [0, 1, 1000])
async def test_a_list_of_any_length_is_one_parameter(database: Database, count: int) -> None:
    await fill(database, [(number, "red", True) for number in range(1, 1200)])
    wanted = [2**62 + 1, *range(1200 - count, 1200)]
    async with database.read() as read:
        assert await read.all(IDS, ids=wanted) == wanted[1:]
        assert await read.all(IDS, ids=tuple(wanted[1:])) == wanted[1:]


async def test_lists_of_texts(database: Database) -> None:
    await fill(database, [(1, "red", True), (2, 'it\'s "blue"', True), (3, "grün", True), (4, "", True)])
    async with database.read() as read:
        assert await read.all(KINDS, kinds=['it\'s "blue"', "grün", "none"]) == [2, 3]
        assert await read.all(KINDS, kinds=[""]) == [4]
        assert await read.all(KINDS, kinds=[]) == []


async def test_rows_become_what_was_declared(database: Database) -> None:
    await fill(database, [(1, "red", True), (2, "blue", False)])
    rows = Statement(sa.select(consents.c.person_id, consents.c.kind, consents.c.granted).order_by(sa.text("1")), Row)
    structs = Statement(
        sa.select(consents.c.kind, consents.c.granted, sa.null().cast(sa.Boolean()), consents.c.person_id > 1).order_by(
            consents.c.person_id
        ),
        Struct,
    )
    async with database.read() as read:
        found = await read.all(rows)
        assert found == [Row(1, Colour.RED, True), Row(2, Colour.BLUE, False)]
        assert [type(value) for value in found[0]] == [int, Colour, bool]
        first = await read.first(structs)
        assert first == Struct(Colour.RED, True, None, False)
        assert (type(first.kind), type(first.granted), type(first.many)) == (Colour, bool, bool)
        assert await read.first(rows) == found[0]


async def test_what_a_change_returns_is_converted_too(database: Database) -> None:
    await fill(database, [(1, "red", True)])
    forget = Statement(sa.delete(consents).returning(consents.c.person_id, consents.c.kind, consents.c.granted), Row)
    async with database.write() as tx:
        assert await tx.all(forget) == [Row(1, Colour.RED, True)]


async def test_changes_say_how_many_rows_they_changed(database: Database) -> None:
    await fill(database, [(1, "red", True), (2, "red", True)])
    grant = column_statement(
        sa.update(consents).where(consents.c.kind == param("what", sa.Text())).values(granted=False)
    )
    async with database.write() as tx:
        assert await tx.run(grant, what="red") == 2
        assert await tx.run(grant, what="blue") == 0


async def test_a_missing_parameter_is_an_error_and_no_null(database: Database) -> None:
    one = column_statement(sa.select(consents.c.person_id).where(consents.c.person_id == param("person")))
    async with database.read() as read:
        with pytest.raises(KeyError):
            await read.all(one)


async def test_words_known_beforehand(database: Database) -> None:
    await fill(database, [(1, "red", True), (2, "blue", True), (3, "green", True)])
    known = column_statement(
        sa.select(consents.c.person_id).where(is_one_of(consents.c.kind, Colour)).order_by(consents.c.person_id)
    )
    async with database.read() as read:
        assert await read.all(known) == [1, 2]
        assert (
            await read.first(column_statement(sa.select(greatest(param("one"), param("other")))), one=3, other=2) == 3
        )


async def test_defaults_fill_columns_that_are_not_named(database: Database) -> None:
    async with database.write() as tx:
        await tx.insert(actors, id=1, kind="person", handle="anna", created_at=0)
    defaults = column_statement(sa.select(actors.c.locked))
    async with database.read() as read:
        assert await read.first(defaults) is False


async def test_a_beginning_is_one_sign_by_sign(database: Database) -> None:
    """However the engine's language sorts: no word in between is lost, and none comes that begins otherwise."""
    words = ["garten", "gartenfest", "garten_haus", "gärten", "gart", "Garten", "garten\U0010ffff", "garteo"]
    await fill(database, [(number, word, True) for number, word in enumerate(words, 1)])
    beginning = column_statement(sa.select(consents.c.kind).where(begins_with(consents.c.kind, "start")))
    async with database.read() as read:
        found = await read.all(beginning, start="garten")
    assert set(found) >= {"garten", "gartenfest", "garten_haus"}
    assert not {"gärten", "gart", "Garten", "garteo"} & set(found)

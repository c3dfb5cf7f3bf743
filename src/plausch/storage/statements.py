"""Statements: written once in SQLAlchemy Core, compiled once per dialect, run on the raw driver.

SQLAlchemy builds the text; it takes no part in running it, which is what makes a read cost tenths of a millisecond
(docs/decisions/0002-core-statements-raw-drivers.md).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement

RowT = TypeVar("RowT")

SQLITE: sa.Dialect = sqlite.dialect(paramstyle="qmark")
POSTGRES: sa.Dialect = asyncpg.PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy

#: Both engines speak the same ON CONFLICT; SQLAlchemy's PostgreSQL form compiles for either.
upsert = postgresql.insert

Prepare = Callable[[Any], Any]


class _ListOf(sa.types.TypeDecorator[Sequence[Any]]):
    """A list as one parameter: an array for PostgreSQL, JSON text for SQLite."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, element: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.element = element

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(self.element))
        return dialect.type_descriptor(sa.Text())


class any_of(ColumnElement[bool]):  # noqa: N801 - reads as SQL's ANY in a statement
    """`column = any of the list given as parameter `name``, whatever the list's length: one statement, one plan."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        element = sa.Text() if isinstance(column.type, sa.String) else sa.BigInteger()
        self.column = column
        self.values: sa.BindParameter[Any] = sa.bindparam(name, type_=_ListOf(element))


@compiles(any_of, "sqlite")
def _any_of_sqlite(element: any_of, compiler: SQLCompiler, **options: Any) -> str:
    column, values = compiler.process(element.column, **options), compiler.process(element.values, **options)
    return f"({column} IN (SELECT value FROM json_each({values})))"


@compiles(any_of, "postgresql")
def _any_of_postgres(element: any_of, compiler: SQLCompiler, **options: Any) -> str:
    column, values = compiler.process(element.column, **options), compiler.process(element.values, **options)
    return f"({column} = ANY({values}))"


class greatest(ColumnElement[int]):  # noqa: N801 - reads as SQL's GREATEST in a statement
    """The larger of two numbers."""

    inherit_cache = False
    type = sa.BigInteger()

    def __init__(self, left: ColumnElement[Any], right: ColumnElement[Any]) -> None:
        self.pair = (left, right)


@compiles(greatest, "sqlite")
def _greatest_sqlite(element: greatest, compiler: SQLCompiler, **options: Any) -> str:
    left, right = (compiler.process(side, **options) for side in element.pair)
    return f"max({left}, {right})"


@compiles(greatest, "postgresql")
def _greatest_postgres(element: greatest, compiler: SQLCompiler, **options: Any) -> str:
    left, right = (compiler.process(side, **options) for side in element.pair)
    return f"greatest({left}, {right})"


def param(name: str, type_: sa.types.TypeEngine[Any] | None = None) -> sa.BindParameter[Any]:
    """A parameter given when the statement runs; a 64-bit number unless another type is named."""
    return sa.bindparam(name, type_=type_ if type_ is not None else sa.BigInteger())


class Compiled:
    """A statement's text for one dialect, and how its parameters and rows are laid out."""

    __slots__ = ("_defaults", "_names", "_prepare", "convert", "sql")

    def __init__(self, core: sa.Executable, dialect: sa.Dialect) -> None:
        compiled = core.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Executable here is a ClauseElement
        self.sql: str = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        binds = compiled.binds
        self._defaults: dict[str, Any] = {
            name: binds[name].effective_value for name in self._names if not binds[name].required
        }
        on_sqlite = dialect.name == "sqlite"
        self._prepare: dict[int, Prepare] = {
            place: _json_list if on_sqlite else list
            for place, name in enumerate(self._names)
            if isinstance(binds[name].type, _ListOf)
        }
        columns = _columns_of(core)
        #: Places of the columns that SQLite hands out as 0 and 1.
        self.convert: tuple[int, ...] = tuple(
            place for place, type_ in enumerate(columns) if on_sqlite and isinstance(type_, sa.Boolean)
        )

    def arrange(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters in the order of the text. Raises KeyError for one that is missing."""
        defaults = self._defaults
        arranged = [values[name] if name in values else defaults[name] for name in self._names]
        for place, prepare in self._prepare.items():
            arranged[place] = prepare(arranged[place])
        return arranged


def _columns_of(core: Any) -> list[Any]:
    """The types of a SELECT's columns, or of what a change returns."""
    if isinstance(core, sa.Select | sa.CompoundSelect):
        return [column.type for column in core.selected_columns]
    return [column["type"] for column in getattr(core, "returning_column_descriptions", None) or ()]


def _json_list(values: Sequence[Any]) -> str:
    return msgspec.json.encode(list(values)).decode()


class Statement(Generic[RowT]):
    """A Core statement and the type of its rows.

    `row` is called with a row's columns in order: a struct or dataclass whose fields stand in the order of the
    selected columns. Compiling happens at first use, once per dialect.
    """

    __slots__ = ("_compiled", "core", "row")

    def __init__(self, core: sa.Executable, row: Callable[..., RowT]) -> None:
        self.core = core
        self.row = row
        self._compiled: dict[str, Compiled] = {}

    def compiled(self, dialect: sa.Dialect) -> Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = Compiled(self.core, dialect)
        return found

    def build(self, compiled: Compiled, rows: Sequence[Sequence[Any]]) -> list[RowT]:
        """Turn the driver's rows into what the caller asked for."""
        make = self.row
        if compiled.convert:
            return [make(*_with_booleans(row, compiled.convert)) for row in rows]
        return [make(*row) for row in rows]


def _with_booleans(row: Sequence[Any], places: tuple[int, ...]) -> list[Any]:
    values = list(row)
    for place in places:
        if values[place] is not None:
            values[place] = bool(values[place])
    return values


def _only(value: Any) -> Any:
    return value


def column_statement(core: sa.Executable) -> Statement[Any]:
    """A statement of one column, whose rows are the bare values; also for writes that return nothing."""
    return Statement(core, _only)


_inserts: dict[tuple[str, tuple[str, ...]], Statement[Any]] = {}


def insert_statement(into: sa.Table, names: tuple[str, ...]) -> Statement[Any]:
    """The INSERT of these columns, made once."""
    key = (into.name, names)
    found = _inserts.get(key)
    if found is None:
        values = {name: sa.bindparam(name, type_=into.c[name].type) for name in names}
        found = _inserts[key] = column_statement(sa.insert(into).values(values))
    return found

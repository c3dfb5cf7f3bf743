"""Statements: written once in SQLAlchemy Core, compiled once per dialect, run on the raw driver.

SQLAlchemy builds the text; it takes no part in running it, which is what makes a read cost tenths of a millisecond
(docs/decisions/0002-core-statements-raw-drivers.md).
"""

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import UnionType
from typing import Any, Generic, TypeVar, get_args, get_type_hints

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


class Condition(ColumnElement[bool]):
    """A condition that engines write in their own way."""

    inherit_cache = False
    type = sa.Boolean()

    def self_group(self, against: Any = None) -> Any:
        """Itself: SQLAlchemy would write `(condition) = 1` for SQLite, which no index serves."""
        return self


class any_of(Condition):  # noqa: N801 - reads as SQL's ANY in a statement
    """`column = any of the list given as parameter `name``, whatever the list's length: one statement, one plan."""

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        element = sa.Text() if isinstance(column.type, sa.String) else sa.BigInteger()
        self.column = column
        self.values: sa.BindParameter[Any] = sa.bindparam(name, type_=_ListOf(element))


@compiles(any_of, "sqlite")
def _any_of_sqlite(element: any_of, compiler: SQLCompiler, **options: Any) -> str:
    column, values = compiler.process(element.column, **options), compiler.process(element.values, **options)
    return f"({column} IN (SELECT value FROM json_each({values})))"  # noqa: S608 - both come from the compiler


@compiles(any_of, "postgresql")
def _any_of_postgres(element: any_of, compiler: SQLCompiler, **options: Any) -> str:
    column, values = compiler.process(element.column, **options), compiler.process(element.values, **options)
    return f"({column} = ANY({values}))"


class begins_with(Condition):  # noqa: N801 - reads as a condition in a statement
    """A text column begins with the text given as parameter `name`, sign by sign, however the engine sorts words."""

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.start: sa.BindParameter[Any] = sa.bindparam(name, type_=sa.Text())


@compiles(begins_with, "sqlite")
def _begins_with_sqlite(element: begins_with, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    low, high = (compiler.process(element.start, **options) for _ in range(2))
    return f"({column} >= {low} AND {column} < {high} || char(1114111))"


@compiles(begins_with, "postgresql")
def _begins_with_postgres(element: begins_with, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    low, high = (compiler.process(element.start, **options) for _ in range(2))
    # Byte by byte: what storage.prefix_index is sorted by.
    return f"({column} ~>=~ {low} AND {column} ~<~ ({high} || chr(1114111)))"


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


class power_of_two(ColumnElement[float]):  # noqa: N801 - reads as a function in a statement
    """2 to the power of a number."""

    inherit_cache = False
    type = sa.Double()

    def __init__(self, exponent: ColumnElement[Any]) -> None:
        self.exponent = exponent


@compiles(power_of_two, "sqlite")
def _power_of_two_sqlite(element: power_of_two, compiler: SQLCompiler, **options: Any) -> str:
    # A function of ours (`storage.sqlite.connect`): not every SQLite has been built with one.
    return f"power_of_two({compiler.process(element.exponent, **options)})"


@compiles(power_of_two, "postgresql")
def _power_of_two_postgres(element: power_of_two, compiler: SQLCompiler, **options: Any) -> str:
    return f"power(2::float8, ({compiler.process(element.exponent, **options)})::float8)"


def is_one_of(column: ColumnElement[str], words: Iterable[str]) -> ColumnElement[bool]:
    """`column IN (...)` of words that are known when the statement is written."""
    return column.in_([sa.literal(str(word)) for word in words])


def param(name: str, type_: sa.types.TypeEngine[Any] | None = None) -> sa.BindParameter[Any]:
    """A parameter given when the statement runs; a 64-bit number unless another type is named."""
    return sa.bindparam(name, type_=type_ if type_ is not None else sa.BigInteger())


class Compiled:
    """A statement's text for one dialect, and how its parameters and rows are laid out."""

    __slots__ = ("_defaults", "_names", "_prepare", "booleans", "sql")

    def __init__(self, core: sa.Executable, dialect: sa.Dialect) -> None:
        compiled = core.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Executable here is a ClauseElement
        self.sql: str = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        binds, params = compiled.binds, compiled.params
        self._defaults: dict[str, Any] = {name: params[name] for name in self._names if not binds[name].required}
        on_sqlite = dialect.name == "sqlite"
        self._prepare: dict[int, Prepare] = {
            place: _json_list if on_sqlite else list
            for place, name in enumerate(self._names)
            if isinstance(binds[name].type, _ListOf)
        }
        #: Places of the columns that the driver hands out as 0 and 1.
        self.booleans = [
            place for place, type_ in enumerate(_columns_of(core)) if on_sqlite and isinstance(type_, sa.Boolean)
        ]

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

    `row` is called with a row's columns in order: a struct or named tuple whose fields stand in the order of the
    selected columns; fields that are enums get members, fields that are booleans True and False on every engine (on
    SQLite a field called int gets 0 and 1). Compiling happens at first use, once per dialect.
    """

    __slots__ = ("_compiled", "core", "row")

    def __init__(self, core: sa.Executable, row: Callable[..., RowT]) -> None:
        self.core = core
        self.row = row
        self._compiled: dict[str, tuple[Compiled, tuple[tuple[int, Prepare], ...]]] = {}

    def compiled(self, dialect: sa.Dialect) -> Compiled:
        return self._for(dialect.name, dialect)[0]

    def _for(self, name: str, dialect: sa.Dialect) -> tuple[Compiled, tuple[tuple[int, Prepare], ...]]:
        found = self._compiled.get(name)
        if found is None:
            compiled = Compiled(self.core, dialect)
            numbers, enums = _fields_of(self.row)
            converters = enums | {place: _boolean for place in compiled.booleans if place not in numbers}
            found = self._compiled[name] = (compiled, tuple(converters.items()))
        return found

    def build(self, dialect: sa.Dialect, rows: Sequence[Sequence[Any]]) -> list[RowT]:
        """Turn the driver's rows into what the caller asked for."""
        make = self.row
        _, converters = self._for(dialect.name, dialect)
        if not converters:
            return [make(*row) for row in rows]
        built = []
        for row in rows:
            values = list(row)
            for place, convert in converters:
                values[place] = convert(values[place])
            built.append(make(*values))
        return built


def _boolean(value: Any) -> bool | None:
    return None if value is None else bool(value)


def _fields_of(row: Any) -> tuple[set[int], dict[int, Prepare]]:
    """The places of a row type's plain numbers, and how to turn texts into members at those of its enums."""
    numbers: set[int] = set()
    enums: dict[int, Prepare] = {}
    if isinstance(row, type) and hasattr(row, "__annotations__"):
        for place, type_ in enumerate(get_type_hints(row).values()):
            if type_ is int:
                numbers.add(place)
            elif (kind := _enum_of(type_)) is not None:
                members: dict[Any, Any] = {member.value: member for member in kind}
                if kind is not type_:
                    members[None] = None
                enums[place] = members.__getitem__
    return numbers, enums


def _enum_of(type_: Any) -> type[enum.Enum] | None:
    """The enum that a field holds, also where it may be empty."""
    kinds = [one for one in get_args(type_) if one is not type(None)] if isinstance(type_, UnionType) else [type_]
    one = kinds[0]
    return one if len(kinds) == 1 and isinstance(one, type) and issubclass(one, enum.Enum) else None


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

"""Full-text search on both engines: FTS5 for SQLite, a tsvector with a GIN index for PostgreSQL.

Neither engine cuts words or stems them: `language.stemming` does that once, at write and for the query, so that both
find the same. A document is a row id and a string of stems separated by spaces.
"""

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement

from plausch.storage.database import Write
from plausch.storage.statements import Condition, Statement, column_statement, param, upsert
from plausch.storage.tables import metadata


class Words(sa.types.UserDefinedType[str]):
    """The indexed text; stems separated by spaces."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "tsvector"


def fulltext_table(name: str) -> sa.TableClause:
    """Declare a full-text index: `rowid` is the document's id, `words` its stems."""
    metadata.info.setdefault("fulltext", []).append(name)
    return sa.table(name, sa.column("rowid", sa.BigInteger()), sa.column("words", sa.Text()))


def create_fulltext(connection: sa.Connection, name: str) -> None:
    """Create the index on whichever engine this is."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5(words, tokenize='ascii', detail='none')"
        )
    else:
        connection.exec_driver_sql(
            f"CREATE TABLE IF NOT EXISTS {name} (rowid bigint PRIMARY KEY, words tsvector NOT NULL)"
        )
        connection.exec_driver_sql(f"CREATE INDEX IF NOT EXISTS ix_{name}_words ON {name} USING gin (words)")


class indexed(ColumnElement[str]):  # noqa: N801 - reads as an SQL function in a statement
    """The value to store for the stems in a parameter."""

    inherit_cache = False
    type = sa.Text()

    def __init__(self, name: str) -> None:
        self.words: sa.BindParameter[str] = sa.bindparam(name, type_=sa.Text())


@compiles(indexed, "sqlite")
def _indexed_sqlite(element: indexed, compiler: SQLCompiler, **options: Any) -> str:
    return str(compiler.process(element.words, **options))


@compiles(indexed, "postgresql")
def _indexed_postgres(element: indexed, compiler: SQLCompiler, **options: Any) -> str:
    # array_to_tsvector takes each stem as it is; to_tsvector would parse it again.
    words = compiler.process(element.words, **options)
    return f"array_to_tsvector(array_remove(string_to_array({words}, ' '), ''))"


class matches(Condition):  # noqa: N801 - reads as SQL's MATCH in a statement
    """Rows of a full-text table that hold what the query in a parameter asks for (see `query_text`)."""

    def __init__(self, index: sa.TableClause, name: str) -> None:
        self.index = index
        self.query: sa.BindParameter[str] = sa.bindparam(name, type_=sa.Text())


@compiles(matches, "sqlite")
def _matches_sqlite(element: matches, compiler: SQLCompiler, **options: Any) -> str:
    return f"({element.index.name} MATCH {compiler.process(element.query, **options)})"


@compiles(matches, "postgresql")
def _matches_postgres(element: matches, compiler: SQLCompiler, **options: Any) -> str:
    return f"({element.index.name}.words @@ {compiler.process(element.query, **options)}::tsquery)"


def query_text(terms: Sequence[Sequence[str]], dialect: str, *, prefix: bool = False) -> str:
    """The dialect's query for `terms`: every group must match, by any of its stems.

    With `prefix` the last group also matches longer words, for what is still being typed.
    """
    quote, more, either, both = ('"', "*", " OR ", " AND ") if dialect == "sqlite" else ("'", ":*", " | ", " & ")
    groups = []
    for place, group in enumerate(terms, start=1):
        end = more if prefix and place == len(terms) else ""
        groups.append("(" + either.join(f"{quote}{stem}{quote}{end}" for stem in group) + ")")
    return both.join(groups)


class _AsText(ColumnElement[str]):
    """The stems of a full-text table's row, separated by spaces."""

    inherit_cache = False
    type = sa.Text()


@compiles(_AsText, "sqlite")
def _as_text_sqlite(_: _AsText, __: SQLCompiler, **___: Any) -> str:
    return "words"


@compiles(_AsText, "postgresql")
def _as_text_postgres(_: _AsText, __: SQLCompiler, **___: Any) -> str:
    return "array_to_string(tsvector_to_array(words), ' ')"


def stored_words(name: str) -> sa.Select[int, str]:
    """All that a full-text table holds: row ids and stems."""
    rowid = sa.column("rowid", sa.BigInteger())
    return sa.select(rowid, _AsText()).select_from(sa.table(name)).order_by(rowid)


@functools.cache
def _putting(index: sa.TableClause, dialect: str) -> Statement[Any]:
    values = {"rowid": param("id"), "words": indexed("text")}
    if dialect == "sqlite":  # FTS5 knows OR REPLACE, but no ON CONFLICT
        return column_statement(sa.insert(index).prefix_with("OR REPLACE").values(values))
    adding = upsert(index).values(values)
    return column_statement(
        adding.on_conflict_do_update(index_elements=["rowid"], set_={"words": adding.excluded.words})
    )


@functools.cache
def _dropping(index: sa.TableClause) -> Statement[Any]:
    return column_statement(sa.delete(index).where(index.c.rowid == param("id")))


async def put_document(tx: Write, index: sa.TableClause, id_: int, words: str) -> None:
    """Index a document, in place of what was indexed of it before."""
    await tx.run(_putting(index, tx.dialect.name), id=id_, text=words)


async def drop_document(tx: Write, index: sa.TableClause, id_: int) -> None:
    """Forget a document."""
    await tx.run(_dropping(index), id=id_)

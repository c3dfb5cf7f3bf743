"""The schema's vocabulary: one metadata for all rooms and the column types that both engines share.

A room declares its tables in its own `tables.py`; migrations read them all from `metadata`.
"""

from typing import Any

import sqlalchemy as sa

#: Names for constraints, so that migrations can speak of them on every engine.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: A 64-bit id. SQLite stores a table by its key only when the type is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: Milliseconds since 1970 UTC, as in `kernel.clock`.
Moment = sa.BigInteger()


def table(name: str, *parts: sa.schema.SchemaItem, keyed: bool = False, **options: Any) -> sa.Table:
    """Declare a table. `keyed`: rows lie in the order of their compound key (WITHOUT ROWID on SQLite)."""
    if keyed:
        options["sqlite_with_rowid"] = False
    return sa.Table(name, metadata, *parts, **options)


def narrow(*columns: sa.Column[Any]) -> sa.TableClause:
    """These columns of a table alone: for conditions that go into hundreds of statements, each with its own alias.

    An alias of a table copies its every column, and all copies stay in memory.
    """
    return sa.table(columns[0].table.name, *(sa.column(column.name, column.type) for column in columns))


def prefix_index(name: str, column: str) -> sa.Index:
    """Serves `begins_with` on PostgreSQL, whatever language the database sorts in. On SQLite a plain index does."""
    return sa.Index(name, column, postgresql_ops={column: "text_pattern_ops"}).ddl_if(dialect="postgresql")

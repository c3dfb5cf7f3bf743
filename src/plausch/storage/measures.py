"""What the database is: its size and its version, in each engine's own way."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement

from plausch.storage.database import Read
from plausch.storage.statements import column_statement


class _DatabaseSize(ColumnElement[int]):
    inherit_cache = False
    type = sa.BigInteger()


@compiles(_DatabaseSize, "sqlite")
def _sqlite(element: _DatabaseSize, compiler: SQLCompiler, **options: Any) -> str:
    return "(SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size())"


@compiles(_DatabaseSize, "postgresql")
def _postgres(element: _DatabaseSize, compiler: SQLCompiler, **options: Any) -> str:
    return "pg_database_size(current_database())"


class _DatabaseVersion(ColumnElement[str]):
    inherit_cache = False
    type = sa.Text()


@compiles(_DatabaseVersion, "sqlite")
def _sqlite_version(element: _DatabaseVersion, compiler: SQLCompiler, **options: Any) -> str:
    return "sqlite_version()"


@compiles(_DatabaseVersion, "postgresql")
def _postgres_version(element: _DatabaseVersion, compiler: SQLCompiler, **options: Any) -> str:
    return "current_setting('server_version')"


_VERSION = column_statement(sa.select(_DatabaseVersion()))
_SIZE = column_statement(sa.select(_DatabaseSize()))


async def database_size(tx: Read) -> int:
    """In bytes."""
    return int(await tx.first(_SIZE) or 0)


async def database_version(tx: Read) -> str:
    """Of the engine."""
    return str(await tx.first(_VERSION))

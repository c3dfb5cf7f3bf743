"""How much there is: the size of the database, in each engine's own way."""

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


_SIZE = column_statement(sa.select(_DatabaseSize()))


async def database_size(tx: Read) -> int:
    """In bytes."""
    return int(await tx.first(_SIZE) or 0)

"""Where everything is kept: the only room that knows databases, dialects and files.

Upper rooms declare their tables with `storage.tables`, write each statement once as a `Statement`, and run it inside
`database.read()` or `database.write()`; which engine answers is decided by one address.
"""

from plausch.storage.database import Database, Read, Unavailable, Write
from plausch.storage.opening import open_database
from plausch.storage.statements import (
    Statement,
    any_of,
    begins_with,
    column_statement,
    greatest,
    is_one_of,
    param,
    power_of_two,
    upsert,
)
from plausch.storage.tables import Id, Moment, metadata, narrow, prefix_index, table

__all__ = [
    "Database",
    "Id",
    "Moment",
    "Read",
    "Statement",
    "Unavailable",
    "Write",
    "any_of",
    "begins_with",
    "column_statement",
    "greatest",
    "is_one_of",
    "metadata",
    "narrow",
    "open_database",
    "param",
    "power_of_two",
    "prefix_index",
    "table",
    "upsert",
]

"""Every room's tables in one metadata: what migrations are compared with, and what a backup holds."""

import sqlalchemy as sa

from plausch.feeds import queries as feeds
from plausch.http import limits
from plausch.people import queries as people
from plausch.storage import metadata, parts, schema
from plausch.talk import queries as talk
from plausch.work import queue, worker

#: The modules that bring tables with them; naming one here is all that a new room has to do.
OWNERS = (people, talk, feeds, limits, queue, worker, parts, schema)


def all_tables() -> sa.MetaData:
    """The metadata with every table of Plausch."""
    return metadata


def fulltext_names() -> list[str]:
    """The full-text indexes, which each engine keeps in its own way."""
    return list(metadata.info.get("fulltext", []))

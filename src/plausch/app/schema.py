"""Every room's tables in one metadata: what migrations are compared with, and what backups and checks go through."""

import sqlalchemy as sa

from plausch.community import queries as community
from plausch.exchange import errands
from plausch.feeds import queries as feeds
from plausch.groups import queries as groups
from plausch.http import limits
from plausch.insights import queries as insights
from plausch.moderation import queries as moderation
from plausch.people import queries as people
from plausch.storage import metadata, parts, schema
from plausch.talk import queries as talk
from plausch.work import queue, worker

#: The modules that bring tables with them; naming one here is all that a new room has to do.
OWNERS = (people, community, groups, talk, feeds, moderation, insights, errands, limits, queue, worker, parts, schema)
#: Columns that name media files, by their keys somewhere in the text.
MEDIA_COLUMNS = (
    ("people_actors", "picture"),
    ("people_actors", "header"),
    ("talk_pictures", "files"),
    ("talk_previews", "files"),
    ("community_settings", "value"),
    ("community_emoji", "file"),
)
#: Columns with the moment at which something happened: none of them can lie in the future.
PAST_COLUMNS = (("people_actors", "created_at"), ("talk_posts", "published_at"))


def all_tables() -> sa.MetaData:
    """The metadata with every table of Plausch."""
    return metadata


def fulltext_names() -> list[str]:
    """The full-text indexes, which each engine keeps in its own way."""
    return list(metadata.info.get("fulltext", []))


def columns(named: tuple[tuple[str, str], ...]) -> list[sa.Column[object]]:
    """The columns that are named."""
    return [metadata.tables[table].c[column] for table, column in named]

"""The rows of a database at rest, and how two bags of things differ."""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any

import sqlalchemy as sa

from plausch.feeds.tables import notifications, post_words
from plausch.groups.tables import bans, boards, groups, invitations, requests, roles
from plausch.people.tables import actors, pages, relations, teams
from plausch.storage import Database
from plausch.talk.tables import (
    approvals,
    article_authors,
    articles,
    conversations,
    drafts,
    entries,
    likes,
    mentions,
    posts,
    series,
    shares,
    speakers,
    tags,
    topics,
)
from plausch.work.tables import jobs

Row = dict[str, Any]

_TABLES: tuple[sa.TableClause, ...] = (
    *(actors, relations, pages, teams, jobs),
    *(groups, roles, requests, invitations, bans, boards),
    *(conversations, entries, posts, mentions, tags, likes, shares, speakers, topics),
    *(articles, article_authors, series, drafts, approvals),
    *(notifications, post_words),
)


class Stored:
    """The rows of a database at rest."""

    def __init__(self, rows: dict[str, list[Row]]) -> None:
        self._rows = rows
        #: What was removed is an empty stone in the tree, and not among them.
        self.posts: dict[int, Row] = {row["id"]: row for row in self.of(posts) if row["deleted_at"] is None}
        self.conversations: dict[int, Row] = {row["id"]: row for row in self.of(conversations)}

    @classmethod
    async def read(cls, database: Database) -> "Stored":
        rows: dict[str, list[Row]] = {}
        for table in _TABLES:
            names = [column.name for column in table.columns]
            streamed = database.stream(table)  # type: ignore[arg-type]  # a clause has all that it takes
            rows[table.name] = [dict(zip(names, row, strict=True)) async for part in streamed for row in part]
        return cls(rows)

    def of(self, table: sa.TableClause) -> list[Row]:
        return self._rows[table.name]

    def pairs(self, table: sa.TableClause, one: str, other: str) -> list[tuple[Any, Any]]:
        return [(row[one], row[other]) for row in self.of(table)]


def difference(what: str, expected: Iterable[Hashable], found: Iterable[Hashable]) -> list[str]:
    """Both as bags: what is missing, and what is there too often."""
    should, there = Counter(list(expected)), Counter(list(found))
    return [
        *(f"{what} {thing} is missing" for thing in (should - there)),
        *(f"{what} {thing} is there too often" for thing in (there - should)),
    ]


def miscounts(what: str, row: Row, counted: dict[str, int]) -> Iterable[str]:
    return (f"{what}: {name} is {row[name]}, counted {count}" for name, count in counted.items() if row[name] != count)


def audience_of(row: Row) -> tuple[Any, ...]:
    """For whom a post is, or all that is said in a conversation."""
    return (row["scope_kind"], row["scope_id"], row["local_only"])


def first_word(row: Row) -> str:
    """Of a post or a draft; empty where there is nothing but a picture."""
    return next(iter(str(row["source"]).split()), "")

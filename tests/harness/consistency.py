"""What must hold in a database whatever happened to the processes that wrote it, read from the rows themselves.

It is for texts as `tests.harness.crowd` writes them: a first word that occurs nowhere else, then people and tags.
"""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from plausch.feeds.model import NotificationKind
from plausch.feeds.tables import notifications, post_words
from plausch.people.tables import actors
from plausch.storage import Database
from plausch.storage.opening import sqlite_path
from plausch.talk.model import TALKERS_KEPT, EntryKind
from plausch.talk.tables import conversations, entries, likes, mentions, posts, shares, tags
from plausch.work.tables import jobs

Row = dict[str, Any]

_TABLES: tuple[sa.TableClause, ...] = (
    actors,
    conversations,
    entries,
    jobs,
    likes,
    mentions,
    notifications,
    post_words,
    posts,
    shares,
    tags,
)


class Promises(msgspec.Struct):
    """What clients were told had happened."""

    #: Ids of posts by the first word of their texts.
    posts: dict[str, int] = {}
    #: Pairs of post and actor.
    likes: set[tuple[int, int]] = set()
    shares: set[tuple[int, int]] = set()


class Stored:
    """The rows of a database at rest."""

    def __init__(self, rows: dict[str, list[Row]]) -> None:
        self._rows = rows
        self.posts: dict[int, Row] = {row["id"]: row for row in self.of(posts)}

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


async def find_faults(database: Database, promises: Promises) -> list[str]:
    """Everything that is lost, doubled or miscounted; empty when all is well. Nobody may be writing."""
    stored = await Stored.read(database)
    return [
        *_engine(database.url),
        *_promises(stored, promises),
        *_references(stored),
        *_background(stored),
        *_counters(stored),
    ]


def _engine(url: str) -> list[str]:
    """Whether the file is sound, by SQLite's own examination."""
    path = sqlite_path(url)
    if path is None:
        return []
    connection = sqlite3.connect(path)
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
        connection.execute(f"INSERT INTO {post_words.name} ({post_words.name}) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    finally:
        connection.close()
    return [f"SQLite: {line}" for line in found if line != "ok"]


def _promises(stored: Stored, promises: Promises) -> list[str]:
    """Every acknowledged post is there once, and so is every like and share."""
    faults = []
    ids: dict[str, list[int]] = defaultdict(list)
    for post in stored.posts.values():
        ids[_first_word(post)].append(post["id"])
    for word, found in ids.items():
        if len(found) > 1:
            faults.append(f"post {word} is there {len(found)} times")
    for word, id_ in promises.posts.items():
        if id_ not in ids.get(word, []):
            faults.append(f"post {word} was acknowledged and is not there")
    for table, told in ((likes, promises.likes), (shares, promises.shares)):
        there = stored.pairs(table, "post_id", "actor_id")
        faults += _difference(f"{table.name} acknowledged", told, set(there) & told)
        faults += _difference(table.name, set(there), there)
    return faults


def _references(stored: Stored) -> list[str]:
    """What is written together with a post: its entry, its place in a conversation, its tags and mentions."""
    by_handle = {row["handle"]: row["id"] for row in stored.of(actors)}
    own_entries: list[Hashable] = [
        (
            post["id"],
            post["actor_id"],
            (EntryKind.REPLY if post["parent_id"] else EntryKind.POST).value,
            post["id"],
            post["conversation_id"],
        )
        for post in stored.posts.values()
    ]
    own_entries += [
        (
            share["id"],
            share["actor_id"],
            EntryKind.SHARE.value,
            share["post_id"],
            stored.posts[share["post_id"]]["conversation_id"],
        )
        for share in stored.of(shares)
    ]
    there = [tuple(row[column.name] for column in entries.columns) for row in stored.of(entries)]
    written = [(post["id"], word) for post in stored.posts.values() for word in set(post["source"].split())]
    return [
        *_difference("entry", own_entries, there),
        *_difference(
            "mention",
            [(id_, by_handle[word[1:]]) for id_, word in written if word.startswith("@")],
            stored.pairs(mentions, "post_id", "actor_id"),
        ),
        *_difference(
            "tag",
            [(id_, word[1:]) for id_, word in written if word.startswith("#")],
            stored.pairs(tags, "post_id", "tag"),
        ),
        *_difference(
            "conversation",
            [id_ for id_, post in stored.posts.items() if post["parent_id"] is None],
            [row["id"] for row in stored.of(conversations)],
        ),
        *(
            f"reply {id_} is not where its parent is"
            for id_, post in stored.posts.items()
            if post["parent_id"] is not None
            and stored.posts.get(post["parent_id"], {}).get("conversation_id") != post["conversation_id"]
        ),
    ]


def _background(stored: Stored) -> list[str]:
    """What listeners do afterwards: once each, and then nothing is left to do."""
    found = [(row["recipient_id"], row["kind"], row["actor_id"], row["post_id"]) for row in stored.of(notifications)]
    faults = [
        *_difference("notification", _expected_notifications(stored), found),
        *_difference("search row", stored.posts, [row["rowid"] for row in stored.of(post_words)]),
    ]
    for row in stored.of(post_words):
        post = stored.posts.get(row["rowid"])
        if post is not None and _first_word(post) not in re.findall(r"\w+", row["words"]):
            faults.append(f"the search row of post {row['rowid']} does not hold its words")
    for job in stored.of(jobs):
        what = "was given up" if job["failed_at"] else "is left"
        faults.append(f"job {job['kind']} {what} after {job['attempts']} attempts, leased by {job['leased_by']}")
    return faults


def _expected_notifications(stored: Stored) -> list[tuple[int, str, int, int]]:
    mentioned: dict[int, set[int]] = defaultdict(set)
    for post_id, actor in stored.pairs(mentions, "post_id", "actor_id"):
        mentioned[post_id].add(actor)
    expected = []
    for id_, post in stored.posts.items():
        addressed = dict.fromkeys(mentioned[id_], NotificationKind.MENTIONED)
        if post["parent_id"] in stored.posts:
            addressed[stored.posts[post["parent_id"]]["actor_id"]] = NotificationKind.REPLIED
        addressed.pop(post["actor_id"], None)
        expected += [(recipient, kind.value, post["actor_id"], id_) for recipient, kind in addressed.items()]
    for table, kind in ((likes, NotificationKind.LIKED), (shares, NotificationKind.SHARED)):
        for post_id, actor in stored.pairs(table, "post_id", "actor_id"):
            owner = stored.posts[post_id]["actor_id"]
            if owner != actor:
                expected.append((owner, kind.value, actor, post_id))
    return expected


def _counters(stored: Stored) -> list[str]:
    """Counters equal a recount."""
    replies = Counter(post["parent_id"] for post in stored.posts.values())
    liked = Counter(row["post_id"] for row in stored.of(likes))
    shared = Counter(row["post_id"] for row in stored.of(shares))
    faults: list[str] = []
    for id_, post in stored.posts.items():
        counted = {"replies": replies[id_], "likes": liked[id_], "shares": shared[id_]}
        faults += _miscounts(f"post {id_}", post, counted)
    said: dict[int, list[int]] = defaultdict(list)
    for post in stored.posts.values():
        said[post["conversation_id"]].append(post["actor_id"])
    for row in stored.of(conversations):
        speakers = set(said[row["id"]])
        counted = {"replies": len(said[row["id"]]) - 1, "voices": len(speakers)}
        faults += _miscounts(f"conversation {row['id']}", row, counted)
        kept = row["talkers"].split()
        if len(kept) != len(set(kept)) or len(kept) != min(len(speakers), TALKERS_KEPT):
            faults.append(f"conversation {row['id']}: talkers {kept} of {len(speakers)}")
    return faults


def _miscounts(what: str, row: Row, counted: dict[str, int]) -> Iterable[str]:
    return (f"{what}: {name} is {row[name]}, counted {count}" for name, count in counted.items() if row[name] != count)


def _difference(what: str, expected: Iterable[Hashable], found: Iterable[Hashable]) -> list[str]:
    """Both as bags: what is missing, and what is there too often."""
    should, there = Counter(list(expected)), Counter(list(found))
    return [
        *(f"{what} {thing} is missing" for thing in (should - there)),
        *(f"{what} {thing} is there too often" for thing in (there - should)),
    ]


def _first_word(post: Row) -> str:
    return str(post["source"].split()[0])

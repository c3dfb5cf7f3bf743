"""What must hold in a database whatever happened to the processes that wrote it, read from the rows themselves.

It is for texts as `tests.harness.crowd` writes them: a first word that occurs nowhere else, then people and tags.
"""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Hashable

import msgspec

from plausch.feeds.model import NotificationKind
from plausch.feeds.tables import notifications, post_words
from plausch.kernel import clock
from plausch.people.model import ActorKind, Relation
from plausch.people.tables import actors, relations, teams
from plausch.storage import Database
from plausch.storage.opening import sqlite_path
from plausch.talk.model import OPEN, TALKERS_KEPT, AudienceKind, EntryKind
from plausch.talk.tables import conversations, entries, likes, mentions, shares, speakers, tags
from plausch.work.tables import jobs
from tests.harness.consistency_of_places import faults_of_places
from tests.harness.stored import Row, Stored, audience_of, difference, first_word, miscounts

#: What everybody hears of whom it concerns, unless they wish otherwise.
_TOLD = (
    *(NotificationKind.MENTIONED, NotificationKind.REPLIED, NotificationKind.WALL_WRITTEN),
    *(NotificationKind.LIKED, NotificationKind.SHARED),
)


class Promises(msgspec.Struct):
    """What clients were told had happened."""

    #: Ids of posts by the first word of their texts.
    posts: dict[str, int] = {}
    #: Pairs of post and actor.
    likes: set[tuple[int, int]] = set()
    shares: set[tuple[int, int]] = set()


async def find_faults(database: Database, promises: Promises) -> list[str]:
    """Everything that is lost, doubled or miscounted; empty when all is well. Nobody may be writing."""
    return [*_engine(database.url), *faults_in(await Stored.read(database), promises)]


def faults_in(stored: Stored, promises: Promises) -> list[str]:
    """The same of rows that have been read."""
    return [
        *_promises(stored, promises),
        *_references(stored),
        *_background(stored),
        *_counters(stored),
        *faults_of_places(stored),
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
        ids[first_word(post)].append(post["id"])
    for word, found in ids.items():
        if word and len(found) > 1:
            faults.append(f"post {word} is there {len(found)} times")
    for word, id_ in promises.posts.items():
        if id_ not in ids.get(word, []):
            faults.append(f"post {word} was acknowledged and is not there")
    for table, told in ((likes, promises.likes), (shares, promises.shares)):
        there = stored.pairs(table, "post_id", "actor_id")
        faults += difference(f"{table.name} acknowledged", told, set(there) & told)
        faults += difference(table.name, set(there), there)
    return faults


def _references(stored: Stored) -> list[str]:
    """What is written together with a post: its entry, its place in a conversation, its tags and mentions."""
    by_handle = {row["handle"]: row["id"] for row in stored.of(actors)}
    written = [(post["id"], word) for post in stored.posts.values() for word in set(post["source"].split())]
    return [
        *_entries(stored),
        *difference(
            "mention",
            [(id_, by_handle[word[1:]]) for id_, word in written if word.startswith("@")],
            stored.pairs(mentions, "post_id", "actor_id"),
        ),
        *difference(
            "tag",
            # In an article it may also begin a heading.
            [(id_, word[1:]) for id_, word in written if re.match(r"#\w", word)],
            stored.pairs(tags, "post_id", "tag"),
        ),
        *(
            f"conversation {id_} is missing"
            for id_, post in stored.posts.items()
            if post["parent_id"] is None and post["conversation_id"] != id_
        ),
        *(
            f"post {id_} is in no conversation"
            for id_, post in stored.posts.items()
            if post["conversation_id"] not in stored.conversations
        ),
        *(
            f"reply {id_} is not where its parent is"
            for id_, post in stored.posts.items()
            if post["parent_id"] in stored.posts
            and stored.posts[post["parent_id"]]["conversation_id"] != post["conversation_id"]
        ),
    ]


def _entries(stored: Stored) -> list[str]:
    """One for each post and each share, and one more where a conversation stands on a wall or in a group."""
    own: list[Hashable] = [
        (
            post["id"],
            post["actor_id"],
            (EntryKind.REPLY if post["parent_id"] else EntryKind.POST).value,
            post["id"],
            post["conversation_id"],
        )
        for post in stored.posts.values()
    ]
    own += [
        (
            share["id"],
            share["actor_id"],
            EntryKind.SHARE.value,
            share["post_id"],
            stored.posts[share["post_id"]]["conversation_id"],
        )
        for share in stored.of(shares)
        if share["post_id"] in stored.posts
    ]
    on_walls = [
        (row["place_id"], row["root_id"], row["id"])
        for row in stored.of(conversations)
        if row["place_id"] not in (0, row["actor_id"]) and row["root_id"] in stored.posts
    ]
    there = [row for row in stored.of(entries) if row["kind"] != EntryKind.WALL.value]
    walls = [row for row in stored.of(entries) if row["kind"] == EntryKind.WALL.value]
    return [
        *difference("entry", own, [tuple(row[column.name] for column in entries.columns) for row in there]),
        *difference(
            "entry on a wall", on_walls, [(row["actor_id"], row["post_id"], row["conversation_id"]) for row in walls]
        ),
    ]


def _background(stored: Stored) -> list[str]:
    """What listeners do afterwards: once each, and then nothing is left to do."""
    told = stored.of(notifications)
    found = [
        (row["recipient_id"], row["page_id"], row["kind"], row["actor_id"], row["post_id"])
        for row in told
        if row["kind"] in _TOLD
    ]
    others = [
        (row["recipient_id"], row["page_id"], row["kind"], row["actor_id"], row["post_id"], row["request_id"])
        for row in told
        if row["kind"] not in _TOLD
    ]
    faults = [
        *difference("notification", _expected_notifications(stored), found),
        *difference("notification", set(others), others),
        *difference("search row", stored.posts, [row["rowid"] for row in stored.of(post_words)]),
    ]
    for row in stored.of(post_words):
        post = stored.posts.get(row["rowid"])
        if post is not None and first_word(post) and first_word(post) not in re.findall(r"\w+", row["words"]):
            faults.append(f"the search row of post {row['rowid']} does not hold its words")
    for job in stored.of(jobs):
        if job["due_at"] > clock.now() and not job["attempts"] and job["leased_by"] is None:
            continue  # its time has not come
        what = "was given up" if job["failed_at"] else "is left"
        faults.append(f"job {job['kind']} {what} after {job['attempts']} attempts, leased by {job['leased_by']}")
    return faults


def _expected_notifications(stored: Stored) -> list[tuple[int, int, str, int, int]]:
    """To whom, for which page, what of whom, and about which post."""
    kinds = {row["id"]: row["kind"] for row in stored.of(actors)}
    mentioned: dict[int, set[int]] = defaultdict(set)
    for post_id, actor in stored.pairs(mentions, "post_id", "actor_id"):
        mentioned[post_id].add(actor)
    about: list[tuple[int, NotificationKind, int, int]] = []
    for id_, post in stored.posts.items():
        addressed: dict[int, NotificationKind] = {}
        place = stored.conversations[post["conversation_id"]]["place_id"]
        if post["parent_id"] is None and place and kinds[place] != ActorKind.GROUP:
            addressed[place] = NotificationKind.WALL_WRITTEN
        addressed |= dict.fromkeys(mentioned[id_], NotificationKind.MENTIONED)
        if post["parent_id"] in stored.posts:
            addressed[stored.posts[post["parent_id"]]["actor_id"]] = NotificationKind.REPLIED
        about += [(recipient, kind, post["actor_id"], id_) for recipient, kind in addressed.items()]
    for table, kind in ((likes, NotificationKind.LIKED), (shares, NotificationKind.SHARED)):
        about += [
            (stored.posts[post_id]["actor_id"], kind, actor, post_id)
            for post_id, actor in stored.pairs(table, "post_id", "actor_id")
        ]
    return [one for told in about for one in _reaching(stored, kinds, *told)]


def _reaching(
    stored: Stored, kinds: dict[int, str], recipient: int, kind: NotificationKind, actor: int, post_id: int
) -> list[tuple[int, int, str, int, int]]:
    """All who speak for a page hear of what is for it; of a group's post nobody who is not in it."""
    post = stored.posts[post_id]
    if post["scope_kind"] == AudienceKind.GROUP and not _is_in(stored, recipient, post["scope_id"]):
        return []
    if recipient == actor:
        return []
    if kinds[recipient] != ActorKind.PAGE:
        return [(recipient, 0, kind.value, actor, post_id)]
    team = [row["person_id"] for row in stored.of(teams) if row["page_id"] == recipient and row["invited_by"] is None]
    return [(person, recipient, kind.value, actor, post_id) for person in team if person != actor]


def _is_in(stored: Stored, actor: int, group: int) -> bool:
    return actor == group or any(
        (row["source_id"], row["kind"], row["target_id"]) == (actor, Relation.MEMBER, group)
        for row in stored.of(relations)
    )


def _counters(stored: Stored) -> list[str]:
    """Counters equal a recount: of replies and voices what all may see who see the number."""
    liked = Counter(row["post_id"] for row in stored.of(likes))
    shared = Counter(row["post_id"] for row in stored.of(shares))
    replies: Counter[int] = Counter()
    said: dict[int, list[Row]] = defaultdict(list)
    for post in stored.posts.values():
        parent = stored.posts.get(post["parent_id"])
        if parent is not None and audience_of(parent) == audience_of(post):
            replies[parent["id"]] += 1
        if audience_of(post) == audience_of(stored.conversations[post["conversation_id"]]):
            said[post["conversation_id"]].append(post)
    faults: list[str] = []
    open_posts = Counter(post["actor_id"] for post in stored.posts.values() if post["scope_kind"] in OPEN)
    for row in stored.of(speakers):
        faults += miscounts(f"speaker {row['actor_id']}", row, {"posts": open_posts[row["actor_id"]]})
    for id_, post in stored.posts.items():
        counted = {"replies": replies[id_], "likes": liked[id_], "shares": shared[id_]}
        faults += miscounts(f"post {id_}", post, counted)
    for id_, row in stored.conversations.items():
        talking = {post["actor_id"] for post in said[id_]}
        counted = {"replies": len([post for post in said[id_] if post["parent_id"]]), "voices": len(talking)}
        faults += miscounts(f"conversation {id_}", row, counted)
        kept = row["talkers"].split()
        if len(kept) != len(set(kept)) or len(kept) != min(len(talking), TALKERS_KEPT):
            faults.append(f"conversation {id_}: talkers {kept} of {len(talking)}")
    return faults

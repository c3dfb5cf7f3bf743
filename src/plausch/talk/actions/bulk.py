"""Loading many posts at once, for imports and benchmarks; a test holds it against the single actions."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from plausch.kernel import ids
from plausch.storage import Write, column_statement
from plausch.talk.actions.counting import begin_counting, count_loaded
from plausch.talk.model import EntryKind, kept_talkers
from plausch.talk.tables import conversations, entries, likes, mentions, posts, shares, tags


class LoadedPost(msgspec.Struct, kw_only=True):
    """A post to load: its text rendered already, replies after what they reply to.

    `likes` are actors; `shares` pairs of a share's id and its actor. The audience is public.
    """

    id: int
    actor_id: int
    source: str
    html: str
    published_at: int
    parent_id: int | None = None
    conversation_id: int | None = None
    language: str = ""
    tags: Sequence[str] = ()
    #: Actors whom the text mentions.
    mentions: Sequence[int] = ()
    likes: Sequence[int] = ()
    shares: Sequence[tuple[int, int]] = ()


def _insert(into: sa.Table, *names: str) -> Any:
    values = {name: sa.bindparam(name, type_=into.c[name].type) for name in names}
    return column_statement(sa.insert(into).values(values))


_POSTS = _insert(
    posts,
    *("id", "conversation_id", "parent_id", "actor_id", "author_id", "scope_kind", "scope_id", "local_only"),
    *("published_at", "language", "replies", "likes", "shares", "source", "html"),
)
_CONVERSATIONS = _insert(
    conversations,
    *("id", "root_id", "actor_id", "scope_kind", "scope_id", "local_only", "replies", "voices", "talkers", "last_at"),
)
_ENTRIES = _insert(entries, "id", "actor_id", "kind", "post_id", "conversation_id")
_TAGS = _insert(tags, "tag", "post_id")
_MENTIONS = _insert(mentions, "post_id", "actor_id")
_LIKES = _insert(likes, "post_id", "actor_id", "at")
_SHARES = _insert(shares, "id", "post_id", "actor_id", "at")
_OPEN = {"scope_kind": "public", "scope_id": 0, "local_only": False}


async def load_many(tx: Write, loaded: Sequence[LoadedPost]) -> None:
    """Load whole conversations: every post, and all of its replies, in one call. Nobody is notified."""
    by_id = {post.id: post for post in loaded}
    replies: dict[int, int] = {}
    talk: dict[int, dict[str, Any]] = {}
    voices: dict[int, set[int]] = {}
    for post in loaded:
        parent = by_id[post.parent_id] if post.parent_id is not None else None
        post.conversation_id = (parent.conversation_id if parent else None) or post.id
        _note(talk, voices, post)
        if parent is not None:
            replies[parent.id] = replies.get(parent.id, 0) + 1
    said: dict[int, tuple[int, int]] = {}
    for post in loaded:
        n, last = said.get(post.actor_id, (0, 0))
        said[post.actor_id] = (n + 1, max(last, post.published_at))
    await begin_counting(tx, list(said))
    await tx.run_many(_CONVERSATIONS, ({**row, "voices": len(voices[id_])} for id_, row in talk.items()))
    await tx.run_many(_POSTS, (_post_row(post, replies.get(post.id, 0)) for post in loaded))
    await tx.run_many(_ENTRIES, (row for post in loaded for row in _entry_rows(post)))
    await tx.run_many(_TAGS, ({"tag": tag, "post_id": post.id} for post in loaded for tag in post.tags))
    await tx.run_many(
        _MENTIONS, ({"post_id": post.id, "actor_id": actor} for post in loaded for actor in post.mentions)
    )
    await tx.run_many(
        _LIKES,
        ({"post_id": post.id, "actor_id": actor, "at": post.published_at} for post in loaded for actor in post.likes),
    )
    await tx.run_many(
        _SHARES,
        (
            {"id": id_, "post_id": post.id, "actor_id": actor, "at": ids.moment_of(id_)}
            for post in loaded
            for id_, actor in post.shares
        ),
    )
    await count_loaded(tx, said)


def _note(talk: dict[int, dict[str, Any]], voices: dict[int, set[int]], post: LoadedPost) -> None:
    """Keep a conversation's numbers as its posts come by."""
    id_ = post.conversation_id or post.id
    if post.parent_id is None:
        talk[id_] = {
            **_OPEN,
            "id": id_,
            "root_id": post.id,
            "actor_id": post.actor_id,
            "replies": 0,
            "talkers": str(post.actor_id),
            "last_at": post.published_at,
        }
        voices[id_] = {post.actor_id}
        return
    row = talk[id_]
    row["replies"] += 1
    row["talkers"] = kept_talkers(row["talkers"], post.actor_id)
    row["last_at"] = post.published_at
    voices[id_].add(post.actor_id)


def _post_row(post: LoadedPost, replies: int) -> dict[str, Any]:
    return {
        **_OPEN,
        "id": post.id,
        "conversation_id": post.conversation_id,
        "parent_id": post.parent_id,
        "actor_id": post.actor_id,
        "author_id": post.actor_id,
        "published_at": post.published_at,
        "language": post.language,
        "replies": replies,
        "likes": len(post.likes),
        "shares": len(post.shares),
        "source": post.source,
        "html": post.html,
    }


def _entry_rows(post: LoadedPost) -> list[dict[str, Any]]:
    about = {"post_id": post.id, "conversation_id": post.conversation_id}
    kind = EntryKind.POST if post.parent_id is None else EntryKind.REPLY
    rows = [{"id": post.id, "actor_id": post.actor_id, "kind": kind.value, **about}]
    rows += [{"id": id_, "actor_id": actor, "kind": EntryKind.SHARE.value, **about} for id_, actor in post.shares]
    return rows

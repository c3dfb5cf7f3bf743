"""Replies that visitors begin: kept while they sign up or in, then a draft of theirs. Nothing is published by it."""

import hashlib
import secrets
from typing import NamedTuple

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people.model import VISITOR, Viewer, clean_text
from plausch.storage import Statement, Write, column_statement, param
from plausch.talk import queries
from plausch.talk.actions.drafts import save_draft
from plausch.talk.model import TEXT_MAX, DraftText, Spot, WhoReplies
from plausch.talk.tables import visitor_replies

#: How long they wait (ms), and how many may at the same time.
WAITING_LIFE = 1 * clock.DAY
_MOST = 1_000


class _Begun(NamedTuple):
    parent_id: int
    source: str


_TAKE = Statement(
    sa.delete(visitor_replies)
    .where(visitor_replies.c.secret_hash == param("hashed", sa.LargeBinary()), visitor_replies.c.ends_at > param("now"))
    .returning(visitor_replies.c.parent_id, visitor_replies.c.source),
    _Begun,
)
_PRUNE = column_statement(sa.delete(visitor_replies).where(visitor_replies.c.ends_at <= param("now")))
_FORGET = column_statement(sa.delete(visitor_replies).where(visitor_replies.c.parent_id == param("post")))
_NEWEST = (
    sa.select(visitor_replies.c.secret_hash)
    .order_by(visitor_replies.c.ends_at.desc(), visitor_replies.c.secret_hash)
    .limit(param("kept"))
)
_MAKE_ROOM = column_statement(sa.delete(visitor_replies).where(visitor_replies.c.secret_hash.not_in(_NEWEST)))


async def begin_reply(tx: Write, post_id: int, source: str, former: str = "") -> str:
    """Keep what a visitor would reply to a post; the secret by which it is found again. `former` is given up.

    Raises Invalid, NotFound when visitors do not see the post, NotAllowed where not everybody may reply.
    """
    text = clean_text(source, "text", TEXT_MAX)
    if not text:
        raise Invalid("text", "missing")
    post = await queries.get_post(tx, VISITOR, post_id)
    conversation = await queries.get_conversation(tx, VISITOR, post.conversation_id)
    if conversation.who_replies is not WhoReplies.EVERYBODY:
        raise NotAllowed("may_not_reply")
    now = clock.now()
    await prune_visitor_replies(tx)
    if former:
        await tx.first(_TAKE, hashed=_hash(former), now=now)
    # The oldest go: were the newest refused, whoever fills all places would keep everybody out for a day.
    await tx.run(_MAKE_ROOM, kept=_MOST - 1)
    secret = secrets.token_urlsafe(24)
    await tx.insert(
        visitor_replies, secret_hash=_hash(secret), parent_id=post_id, source=text, ends_at=now + WAITING_LIFE
    )
    return secret


async def take_up_reply(tx: Write, viewer: Viewer, secret: str) -> int | None:
    """Make what somebody wrote as a visitor a draft of theirs; the post that it replies to, None when there is nothing.

    A draft that stands there already stays: what is older may have taken longer to write.
    """
    begun = await tx.first(_TAKE, hashed=_hash(secret), now=clock.now())
    if begun is None:
        return None
    try:
        post = await queries.get_post(tx, viewer, begun.parent_id)
        before = await queries.find_draft_at(tx, viewer, Spot(post.id))
        source = f"{before.source}\n\n{begun.source}" if before is not None else begun.source
        await save_draft(tx, viewer, DraftText(source=source[:TEXT_MAX], parent_id=post.id))
    except (NotFound, Conflict):
        return None
    return post.id


async def forget_visitor_replies(tx: Write, post_id: int) -> None:
    """The post is gone, and with it what was to be said to it."""
    await tx.run(_FORGET, post=post_id)


async def prune_visitor_replies(tx: Write) -> None:
    await tx.run(_PRUNE, now=clock.now())


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()

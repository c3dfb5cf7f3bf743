"""Likes, shares and bookmarks. None of them ever widens who may see a post."""

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import NotAllowed
from plausch.people import queries as people
from plausch.people.model import Viewer, check_may_act
from plausch.storage import Statement, Write, column_statement, param, upsert
from plausch.talk import queries
from plausch.talk.actions.counting import forget_counts
from plausch.talk.actions.holding import hold_post
from plausch.talk.actions.placing import check_decides_for
from plausch.talk.actions.polls import forget_votes
from plausch.talk.events import LikeRemoved, PostLiked, PostShared, ShareRemoved
from plausch.talk.model import AudienceKind, EntryKind, Post
from plausch.talk.tables import bookmarks, entries, likes, posts, reads, shares
from plausch.work.facts import Origin, record

_ADD_LIKE = column_statement(upsert(likes).on_conflict_do_nothing())
_REMOVE_LIKE = Statement(
    sa.delete(likes).where(likes.c.post_id == param("post"), likes.c.actor_id == param("actor")).returning(likes.c.at),
    int,
)
_ADD_SHARE = column_statement(upsert(shares).on_conflict_do_nothing())
_REMOVE_SHARE = Statement(
    sa.delete(shares)
    .where(shares.c.post_id == param("post"), shares.c.actor_id == param("actor"))
    .returning(shares.c.id),
    int,
)
_REMOVE_ENTRY = column_statement(sa.delete(entries).where(entries.c.id == param("id")))
_SHARE_OF = column_statement(
    sa.select(shares.c.id).where(shares.c.id == param("id"), shares.c.post_id == param("post"))
)
_LIKED_BY = column_statement(sa.select(likes.c.post_id).where(likes.c.actor_id == param("actor")).limit(param("limit")))
_SHARED_BY = column_statement(
    sa.select(entries.c.post_id)
    .where(entries.c.actor_id == param("actor"), entries.c.kind == EntryKind.SHARE.value)
    .limit(param("limit"))
)
_FORGET = [
    column_statement(sa.delete(bookmarks).where(bookmarks.c.actor_id == param("actor"))),
    column_statement(sa.delete(reads).where(reads.c.person_id == param("actor"))),
]
_ADD_BOOKMARK = column_statement(upsert(bookmarks).on_conflict_do_nothing())
_REMOVE_BOOKMARK = column_statement(
    sa.delete(bookmarks).where(bookmarks.c.post_id == param("post"), bookmarks.c.actor_id == param("actor"))
)
_COUNT_LIKE = column_statement(
    sa.update(posts).where(posts.c.id == param("id")).values(likes=posts.c.likes + param("change"))
)
_COUNT_SHARE = column_statement(
    sa.update(posts).where(posts.c.id == param("id")).values(shares=posts.c.shares + param("change"))
)


async def _seen(tx: Write, viewer: Viewer, post_id: int) -> Post:
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    await people.check_no_group(tx, viewer)
    await hold_post(tx, post_id)
    return await queries.get_post(tx, viewer, post_id)


async def like_post(tx: Write, viewer: Viewer, post_id: int, *, origin: Origin = Origin.LIVE) -> None:
    """Like a post; repeating it changes nothing. Raises NotFound when the viewer may not see it."""
    check_may_act(viewer)
    post = await _seen(tx, viewer, post_id)
    now = clock.now()
    if not await tx.run(_ADD_LIKE, post_id=post_id, actor_id=viewer.acting_as, at=now):
        return
    await tx.run(_COUNT_LIKE, id=post_id, change=1)
    await record(
        tx,
        PostLiked(
            post_id=post_id,
            conversation_id=post.conversation_id,
            actor_id=viewer.acting_as,
            post_actor_id=post.actor_id,
            scope_kind=post.audience_kind.value,
            scope_id=post.scope_id,
            origin=origin,
            occurred_at=now,
        ),
    )


async def unlike_post(tx: Write, viewer: Viewer, post_id: int) -> None:
    await hold_post(tx, post_id)
    liked_at = await tx.first(_REMOVE_LIKE, post=post_id, actor=viewer.acting_as)
    if liked_at is not None:
        await tx.run(_COUNT_LIKE, id=post_id, change=-1)
        await record(tx, LikeRemoved(post_id=post_id, actor_id=viewer.acting_as, liked_at=liked_at))


async def share_post(
    tx: Write, viewer: Viewer, post_id: int, *, via: int | None = None, origin: Origin = Origin.LIVE
) -> int | None:
    """Share a post with those of one's own followers who may see it; the share's id, None when it was shared before.

    `via` is the entry through which it was found: somebody's share, or the post itself. Raises NotFound, NotAllowed for
    what is between participants, and for a page's authors: what its followers get is seen by two.
    """
    check_may_act(viewer)
    await check_decides_for(tx, viewer)
    post = await _seen(tx, viewer, post_id)
    if post.audience_kind is AudienceKind.PARTICIPANTS:
        raise NotAllowed("not_shareable")
    if post.audience_kind is AudienceKind.GROUP:
        raise NotAllowed("not_out_of_group")
    now = clock.now()
    share_id = ids.new_id(now)
    source = via if via == post_id or via is None else await tx.first(_SHARE_OF, id=via, post=post_id)
    added = await tx.run(_ADD_SHARE, id=share_id, post_id=post_id, actor_id=viewer.acting_as, via_id=source, at=now)
    if not added:
        return None
    await tx.insert(
        entries,
        id=share_id,
        actor_id=viewer.acting_as,
        kind=EntryKind.SHARE.value,
        post_id=post_id,
        conversation_id=post.conversation_id,
    )
    await tx.run(_COUNT_SHARE, id=post_id, change=1)
    await record(
        tx,
        PostShared(
            share_id=share_id,
            post_id=post_id,
            conversation_id=post.conversation_id,
            actor_id=viewer.acting_as,
            post_actor_id=post.actor_id,
            scope_kind=post.audience_kind.value,
            scope_id=post.scope_id,
            origin=origin,
            occurred_at=now,
        ),
    )
    return share_id


async def unshare_post(tx: Write, viewer: Viewer, post_id: int) -> None:
    await hold_post(tx, post_id)
    share_id = await tx.first(_REMOVE_SHARE, post=post_id, actor=viewer.acting_as)
    if share_id is not None:
        await tx.run(_REMOVE_ENTRY, id=share_id)
        await tx.run(_COUNT_SHARE, id=post_id, change=-1)
        await record(
            tx,
            ShareRemoved(
                share_id=share_id, post_id=post_id, actor_id=viewer.acting_as, shared_at=ids.moment_of(share_id)
            ),
        )


async def withdraw_all_by(tx: Write, actor: int, limit: int) -> bool:
    """Take back up to `limit` responses of somebody who is gone, and forget what it kept; False at the end."""
    viewer = Viewer(actor, actor)
    liked = await tx.all(_LIKED_BY, actor=actor, limit=limit)
    for post_id in liked:
        await unlike_post(tx, viewer, post_id)
    shared = await tx.all(_SHARED_BY, actor=actor, limit=limit)
    for post_id in shared:
        await unshare_post(tx, viewer, post_id)
    voted = await forget_votes(tx, actor, limit)
    for forget in _FORGET:
        await tx.run(forget, actor=actor)
    await forget_counts(tx, actor)
    return bool(liked or shared or voted)


async def bookmark_post(tx: Write, viewer: Viewer, post_id: int) -> None:
    """Keep a post for later; nobody else learns of it."""
    await _seen(tx, viewer, post_id)
    await tx.run(_ADD_BOOKMARK, post_id=post_id, actor_id=viewer.acting_as, at=clock.now())


async def unbookmark_post(tx: Write, viewer: Viewer, post_id: int) -> None:
    await tx.run(_REMOVE_BOOKMARK, post=post_id, actor=viewer.acting_as)

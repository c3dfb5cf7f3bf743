"""Likes and shares: those who said what is liked hear of it, together with others."""

from plausch.feeds import actions
from plausch.feeds.listeners.posts import notify_of
from plausch.feeds.model import NotificationKind
from plausch.storage import Write
from plausch.talk import queries as talk
from plausch.talk.actions import hold_post
from plausch.talk.events import LikeRemoved, PostLiked, PostShared, ShareRemoved


async def on_post_liked(tx: Write, fact: PostLiked) -> None:
    if await hold_post(tx, fact.post_id) and await talk.has_liked(tx, fact.actor_id, fact.post_id):
        await _respond(tx, NotificationKind.LIKED, fact)


async def on_post_shared(tx: Write, fact: PostShared) -> None:
    if not (await hold_post(tx, fact.post_id) and await talk.has_shared(tx, fact.actor_id, fact.post_id)):
        return
    await _respond(tx, NotificationKind.SHARED, fact)
    if fact.live:
        await actions.tell_shared(tx, fact.share_id, fact.actor_id, fact.conversation_id)


async def _respond(tx: Write, kind: NotificationKind, fact: PostLiked | PostShared) -> None:
    """Tell the one whose post it is."""
    if fact.live and fact.post_actor_id != fact.actor_id:
        await notify_of(tx, fact.post_actor_id, kind, fact)


async def on_like_removed(tx: Write, fact: LikeRemoved) -> None:
    """Unless it was liked again meanwhile: facts of one moment may be heard in any order."""
    await hold_post(tx, fact.post_id)
    if not await talk.has_liked(tx, fact.actor_id, fact.post_id):
        await actions.forget_response(tx, NotificationKind.LIKED, fact.actor_id, fact.post_id)


async def on_share_removed(tx: Write, fact: ShareRemoved) -> None:
    await hold_post(tx, fact.post_id)
    if not await talk.has_shared(tx, fact.actor_id, fact.post_id):
        await actions.forget_response(tx, NotificationKind.SHARED, fact.actor_id, fact.post_id)
    await actions.tell_unshared(tx, fact)

"""What those who look after a group do with what is said there, and what becomes of it when the group ends."""

import sqlalchemy as sa

from plausch.groups import actions as group_actions
from plausch.groups import queries as groups
from plausch.groups.model import LOOKING_AFTER, REASON_MAX, GroupDraft, GroupStep, Visibility
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people.model import Viewer, check_may_act, clean_line
from plausch.storage import Statement, Write, any_of, column_statement, is_one_of, param, upsert
from plausch.storage.parts import drop_parts
from plausch.talk import queries
from plausch.talk.actions.counting import count_anew
from plausch.talk.actions.editing import remove_placed
from plausch.talk.actions.holding import hold_conversation, hold_post
from plausch.talk.events import GroupPostRemoved
from plausch.talk.model import OPEN, PINS_MAX, AudienceKind, Post
from plausch.talk.tables import conversations, pins, posts
from plausch.work.facts import record

_PLACE = param("place")
_PIN = column_statement(upsert(pins).on_conflict_do_nothing())
_UNPIN = column_statement(sa.delete(pins).where(pins.c.actor_id == _PLACE, pins.c.post_id == param("post")))
_PINNED = column_statement(sa.select(sa.func.count()).select_from(pins).where(pins.c.actor_id == _PLACE))
_THERE = sa.select(conversations.c.id).where(conversations.c.place_id == _PLACE)
_NARROW = {"scope_kind": AudienceKind.GROUP.value, "scope_id": _PLACE, "local_only": True}
_NARROW_TALKS = column_statement(
    sa.update(conversations)
    .where(conversations.c.place_id == _PLACE, is_one_of(conversations.c.scope_kind, OPEN))
    .values(**_NARROW)
)
_WIDE = Statement(
    sa.select(posts.c.id)
    .where(posts.c.conversation_id.in_(_THERE), is_one_of(posts.c.scope_kind, OPEN))
    .order_by(posts.c.id)
    .limit(param("limit")),
    int,
)
_NARROW_POSTS = column_statement(
    sa.update(posts).where(any_of(posts.c.id, "ids")).values(version=posts.c.version + 1, **_NARROW)
)
#: Takes less than a tenth of a second.
_NARROWED_AT_ONCE = 5_000
_UNPIN_ALL = column_statement(sa.delete(pins).where(pins.c.actor_id == _PLACE))


async def change_group(tx: Write, viewer: Viewer, group_id: int, draft: GroupDraft, links: group_actions.Links) -> None:
    """`edit_group`, with which what was said for everybody is for its members at once: doors change groups by this.

    Only of very large groups the oldest is narrowed here, and the rest by a job. Raises as `edit_group`.
    """
    await group_actions.edit_group(tx, viewer, group_id, draft, links)
    if draft.visibility is not Visibility.PUBLIC:
        await narrow_place(tx, group_id, _NARROWED_AT_ONCE)


async def pin_in_group(tx: Write, viewer: Viewer, post_id: int) -> None:
    """Put the beginning of a conversation above the others of its group. Raises NotFound, NotAllowed, Conflict."""
    post, place = await _tended(tx, viewer, post_id)
    if post.parent_id is not None:
        raise Conflict("pin_beginnings")
    if int(await tx.first(_PINNED, place=place) or 0) >= PINS_MAX:
        raise Conflict("pins_many")
    if await tx.run(_PIN, actor_id=place, post_id=post_id, at=clock.now()):
        await group_actions.note(tx, place, viewer.person, GroupStep.PINNED, post_id)


async def unpin_in_group(tx: Write, viewer: Viewer, post_id: int) -> None:
    _, place = await _tended(tx, viewer, post_id)
    if await tx.run(_UNPIN, place=place, post=post_id):
        await group_actions.note(tx, place, viewer.person, GroupStep.UNPINNED, post_id)


async def remove_in_group(tx: Write, viewer: Viewer, post_id: int, reason: str) -> None:
    """Remove what somebody said in a group that the viewer looks after; they are told why. Raises NotFound."""
    post, place = await _tended(tx, viewer, post_id)
    why = clean_line(reason, "reason", REASON_MAX)
    if not why:
        raise Invalid("reason", "missing")
    entry = await group_actions.note(tx, place, viewer.person, GroupStep.POST_REMOVED, post.actor_id, why)
    await remove_placed(tx, post)
    await record(tx, GroupPostRemoved(group_id=place, entry_id=entry, actor_id=post.actor_id, removed_by=viewer.person))


async def narrow_place(tx: Write, place: int, limit: int) -> bool:
    """What was said for everybody in a group is for its members from now on; False when nothing was left.

    What was said to fewer stays as it is: nobody is let into that. What is removed is narrowed, too: that it was there
    is no longer told to others.
    """
    await tx.run(_NARROW_TALKS, place=place)
    found = await tx.all(_WIDE, place=place, limit=limit)
    if found:
        await tx.run(_NARROW_POSTS, place=place, ids=found)
        await count_anew(tx, found)
        await drop_parts(tx, "post", found)
    return bool(found)


async def remove_all_at(tx: Write, place: int, limit: int) -> bool:
    """Remove up to `limit` posts of a place that is gone; False when none was left."""
    await tx.run(_UNPIN_ALL, place=place)
    found = await queries.list_posts_at(tx, place, limit)
    for post in found:
        await remove_placed(tx, post)
    return bool(found)


async def _tended(tx: Write, viewer: Viewer, post_id: int) -> tuple[Post, int]:
    """A post, held, in a group that the viewer looks after, with the group."""
    check_may_act(viewer)
    post = await queries.get_post(tx, viewer, post_id)
    await hold_conversation(tx, post.conversation_id)
    if not await hold_post(tx, post_id):
        raise NotFound("post_not_found")
    place = (await queries.get_conversation(tx, viewer, post.conversation_id)).place_id
    if not place or await groups.find_role(tx, place, viewer.person) not in LOOKING_AFTER:
        raise NotAllowed("not_allowed")
    return post, place

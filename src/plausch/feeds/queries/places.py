"""Feeds of a place rather than a person: this server, a topic, somebody's wall, one's bookmarks."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.model import Entry, Feed, Pick, Wall
from plausch.feeds.queries.cards import Outline, assemble, outline, show_posts
from plausch.feeds.queries.gathering import gather_picks
from plausch.feeds.queries.membership import ENTRY_COLUMNS
from plausch.kernel.paging import TOP, Page
from plausch.people.model import Relation, Viewer
from plausch.people.queries import is_active, is_recommended, not_muted_by, related
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind, EntryKind
from plausch.talk.queries import entry, joined_entries, post, seen_as, tagged, visible_entry

_ME = param("me")
_NOT_MUTED = not_muted_by(_ME, post.c.actor_id)
_PUBLIC = post.c.scope_kind == AudienceKind.PUBLIC.value


class _Place(NamedTuple):
    """The entries of a place, and which of some conversations stand higher up in it, on an earlier page."""

    entries: Statement[Entry]
    above: Statement[int] | None


def _place(*conditions: sa.ColumnElement[bool], repeating: bool = True) -> _Place:
    """Unless `repeating`, no conversation has several entries there."""
    entries = (
        sa.select(*ENTRY_COLUMNS)
        .select_from(joined_entries())
        .where(entry.c.id < param("before"), visible_entry(), *conditions)
        .order_by(entry.c.id.desc())
        .limit(param("limit"))
    )
    above = (
        sa.select(entry.c.conversation_id)
        .distinct()
        .select_from(joined_entries())
        .where(any_of(entry.c.conversation_id, "ids"), entry.c.id >= param("before"), visible_entry(), *conditions)
    )
    return _Place(Statement(entries, Entry), column_statement(above) if repeating else None)


_KNOWN = sa.or_(post.c.actor_id == _ME, related(Relation.FOLLOW, _ME, post.c.actor_id))
_RECOMMENDED = sa.or_(_KNOWN, is_recommended(post.c.actor_id))
_IN_GOOD_STANDING = sa.or_(_KNOWN, is_active(post.c.actor_id))
_LOCAL = _place(entry.c.kind == EntryKind.POST.value, _PUBLIC, _NOT_MUTED, _RECOMMENDED, repeating=False)
_TAG = _place(
    entry.c.kind != EntryKind.SHARE.value,
    _PUBLIC,
    _NOT_MUTED,
    _IN_GOOD_STANDING,
    tagged(param("tag", sa.Text()), entry.c.post_id),
)
_OF_ACTOR = entry.c.actor_id == param("actor")
_WALLS = {
    Wall.POSTS: _place(_OF_ACTOR, entry.c.kind != EntryKind.REPLY.value),
    Wall.REPLIES: _place(_OF_ACTOR, entry.c.kind == EntryKind.REPLY.value),
    Wall.PICTURES: _place(_OF_ACTOR, entry.c.kind != EntryKind.SHARE.value, post.c.pictures > 0),
    Wall.OWN_PICTURES: _place(_OF_ACTOR, entry.c.kind == EntryKind.POST.value, post.c.pictures > 0),
}


async def _picks(
    tx: Read, viewer: Viewer, place: _Place, page: Page, **values: object
) -> tuple[list[Pick], int | None]:
    async def read(part: Page) -> tuple[list[Entry], int | None]:
        found = await tx.all(place.entries, before=part.before, limit=part.limit, **values, **seen_as(viewer))
        return found, found[-1].id if len(found) == part.limit else None

    async def find_above(ids: Sequence[int]) -> set[int]:
        if place.above is None:
            return set()
        return set(await tx.all(place.above, ids=ids, before=page.before, **values, **seen_as(viewer)))

    return await gather_picks(page, read, find_above)


async def _feed(tx: Read, viewer: Viewer, place: _Place, page: Page, **values: object) -> Feed:
    picks, next_before = await _picks(tx, viewer, place, page, **values)
    return await assemble(tx, viewer, picks, next_before)


async def local_feed(tx: Read, viewer: Viewer, page: Page) -> Feed:
    """What people of this server have begun to talk about in public."""
    return await _feed(tx, viewer, _LOCAL, page)


async def tag_feed(tx: Read, viewer: Viewer, tag: str, page: Page) -> Feed:
    """What was said in public under a tag."""
    return await _feed(tx, viewer, _TAG, page, tag=tag)


async def actor_feed(tx: Read, viewer: Viewer, actor: int, page: Page, wall: Wall = Wall.POSTS) -> Feed:
    """What somebody posted and shared, or replied, or posted with pictures, as far as the viewer may see it."""
    return await _feed(tx, viewer, _WALLS[wall], page, actor=actor)


async def actor_outline(
    tx: Read, viewer: Viewer, actor: int, page: Page, wall: Wall = Wall.POSTS
) -> tuple[list[Pick], Outline, int | None]:
    """The same before any post is read: the conversations, what of each to show, and where to read on."""
    picks, next_before = await _picks(tx, viewer, _WALLS[wall], page, actor=actor)
    return picks, await outline(tx, viewer, picks), next_before


async def actor_entries(tx: Read, viewer: Viewer, actor: int, limit: int) -> list[Entry]:
    """The newest that somebody posted and shared, one by one: for readers elsewhere, who know no cards."""
    return await _entries(tx, viewer, _WALLS[Wall.POSTS], limit, actor=actor)


async def tag_entries(tx: Read, viewer: Viewer, tag: str, limit: int) -> list[Entry]:
    return await _entries(tx, viewer, _TAG, limit, tag=tag)


async def local_entries(tx: Read, viewer: Viewer, limit: int) -> list[Entry]:
    return await _entries(tx, viewer, _LOCAL, limit)


async def _entries(tx: Read, viewer: Viewer, place: _Place, limit: int, **values: object) -> list[Entry]:
    return await tx.all(place.entries, before=TOP, limit=limit, **values, **seen_as(viewer))


async def bookmarks_feed(tx: Read, viewer: Viewer, page: Page) -> Feed:
    """What the viewer has kept. A conversation stands where the newest of it puts it, with all that was kept of it."""
    before: int | None = page.before
    shown: list[int] = []
    while before is not None and not shown:
        ids = await talk.list_bookmarks(tx, viewer, Page(before=before, limit=page.limit))
        before = ids[-1] if len(ids) == page.limit else None
        kept = await talk.list_bookmarks_beside(tx, viewer, ids)
        above = {one.conversation_id for one in kept if one.post_id >= page.before}
        shown = [one.post_id for one in kept if one.conversation_id not in above]
    return await show_posts(tx, viewer, shown, before)


async def liked_feed(tx: Read, viewer: Viewer, page: Page) -> Feed:
    """What the viewer likes. A conversation stands where the last like puts it, with all that is liked of it."""
    before: int | None = page.before
    shown: list[int] = []
    while before is not None and not shown:
        found = await talk.list_liked(tx, viewer, Page(before=before, limit=page.limit))
        before = found[-1].position if len(found) == page.limit else None
        liked = await talk.list_liked_beside(tx, viewer, [one.post_id for one in found])
        above = {one.conversation_id for one in liked if one.position >= page.before}
        shown = [one.post_id for one in liked if one.conversation_id not in above]
    return await show_posts(tx, viewer, shown, before)

"""Feeds of a place rather than a person: this server, a topic, somebody's wall, one's bookmarks."""

import sqlalchemy as sa

from plausch.feeds.model import Entry, Feed, pick_conversations
from plausch.feeds.queries.cards import assemble, show_posts
from plausch.feeds.queries.membership import ENTRY_COLUMNS
from plausch.kernel.paging import Page
from plausch.people.model import Relation, Viewer
from plausch.people.queries import is_recommended, related
from plausch.storage import Read, Statement, param
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind, EntryKind
from plausch.talk.queries import entry, joined_entries, post, seen_as, tagged, visible_entry

_ME = param("me")
_NOT_MUTED = sa.not_(related(Relation.MUTE, _ME, post.c.actor_id))
_PUBLIC = post.c.scope_kind == AudienceKind.PUBLIC.value


def _stream(*conditions: sa.ColumnElement[bool]) -> Statement[Entry]:
    return Statement(
        sa.select(*ENTRY_COLUMNS)
        .select_from(joined_entries())
        .where(entry.c.id < param("before"), visible_entry(), *conditions)
        .order_by(entry.c.id.desc())
        .limit(param("limit")),
        Entry,
    )


_RECOMMENDED = sa.or_(
    post.c.actor_id == _ME, related(Relation.FOLLOW, _ME, post.c.actor_id), is_recommended(post.c.actor_id)
)
_LOCAL = _stream(entry.c.kind == EntryKind.POST.value, _PUBLIC, _NOT_MUTED, _RECOMMENDED)
_TAG = _stream(
    entry.c.kind != EntryKind.SHARE.value, _PUBLIC, _NOT_MUTED, tagged(param("tag", sa.Text()), entry.c.post_id)
)
_WALL = _stream(entry.c.actor_id == param("actor"))


async def _feed(tx: Read, viewer: Viewer, statement: Statement[Entry], page: Page, **values: object) -> Feed:
    found = await tx.all(statement, before=page.before, limit=2 * page.limit, **values, **seen_as(viewer))
    picks, cut = pick_conversations(found, page.limit)
    more = found[-1].id if len(found) == 2 * page.limit else None
    return await assemble(tx, viewer, picks, cut or more)


async def local_feed(tx: Read, viewer: Viewer, page: Page) -> Feed:
    """What people of this server have begun to talk about in public."""
    return await _feed(tx, viewer, _LOCAL, page)


async def tag_feed(tx: Read, viewer: Viewer, tag: str, page: Page) -> Feed:
    """What was said in public under a tag."""
    return await _feed(tx, viewer, _TAG, page, tag=tag)


async def actor_feed(tx: Read, viewer: Viewer, actor: int, page: Page) -> Feed:
    """What somebody posted, replied and shared, as far as the viewer may see it."""
    return await _feed(tx, viewer, _WALL, page, actor=actor)


async def bookmarks_feed(tx: Read, viewer: Viewer, page: Page) -> Feed:
    """What the viewer has kept."""
    ids = await talk.list_bookmarks(tx, viewer, page)
    return await show_posts(tx, viewer, ids, ids[-1] if len(ids) == page.limit else None)


async def liked_feed(tx: Read, viewer: Viewer, page: Page) -> Feed:
    """What the viewer likes, what it liked last first."""
    found = await talk.list_liked(tx, viewer, page)
    more = found[-1].position if len(found) == page.limit else None
    return await show_posts(tx, viewer, [one.post_id for one in found], more)

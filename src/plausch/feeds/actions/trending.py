"""Keeping the trends, and keeping tags out of them."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.feeds.queries.links import LinkTrend
from plausch.feeds.queries.trends import PostTrend, TagTrend
from plausch.feeds.tables import hidden_tags, trending_links, trending_posts, trending_tags
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed
from plausch.language.inline_rules import tag_name
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert
from plausch.talk.actions import hold_post

_CLEAR_TAGS = column_statement(sa.delete(trending_tags))
_CLEAR_POSTS = column_statement(sa.delete(trending_posts))
_CLEAR_LINKS = column_statement(sa.delete(trending_links))
_ADD_TAG = column_statement(upsert(trending_tags).on_conflict_do_nothing())
_ADD_POST = column_statement(upsert(trending_posts).on_conflict_do_nothing())
_ADD_LINK = column_statement(upsert(trending_links).on_conflict_do_nothing())
_FORGET_POST = column_statement(sa.delete(trending_posts).where(trending_posts.c.post_id == param("post")))
_HIDE = column_statement(upsert(hidden_tags).on_conflict_do_nothing())
_SHOW = column_statement(sa.delete(hidden_tags).where(hidden_tags.c.tag == param("tag", sa.Text())))


async def keep_trends(
    tx: Write, tags: Sequence[TagTrend], posts: Sequence[PostTrend], links: Sequence[LinkTrend]
) -> None:
    """Put these in the place of the former ones; of the posts those that are still there."""
    await tx.run(_CLEAR_TAGS)
    await tx.run(_CLEAR_POSTS)
    await tx.run(_CLEAR_LINKS)
    for place, tag in enumerate(tags):
        await tx.run(_ADD_TAG, tag=tag.tag, people=tag.people, usual=round(100 * tag.usual), place=place)
    for place, link in enumerate(links):
        await tx.run(_ADD_LINK, preview_id=link.id, people=link.people, place=place)
    there = [one for one in sorted(posts) if await hold_post(tx, one.post_id)]
    for place, post in enumerate(one for one in posts if one in there):
        await tx.run(_ADD_POST, post_id=post.post_id, people=post.people, place=place)


async def forget_trending_post(tx: Write, post: int) -> None:
    await tx.run(_FORGET_POST, post=post)


async def hide_tag(tx: Write, viewer: Viewer, tag: str) -> None:
    """Keep a tag out of the trends. Raises NotAllowed, Invalid("tag", ...)."""
    name = _named(viewer, tag)
    await tx.run(_HIDE, tag=name, by_id=viewer.person, at=clock.now())


async def show_tag(tx: Write, viewer: Viewer, tag: str) -> None:
    """Let a tag trend again. Raises NotAllowed."""
    await tx.run(_SHOW, tag=_named(viewer, tag))


def _named(viewer: Viewer, tag: str) -> str:
    if not viewer.staff:
        raise NotAllowed
    name = tag_name(tag)
    if name is None:
        raise Invalid("tag", "tag_form")
    return name

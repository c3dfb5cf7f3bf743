"""Keeping the trends, and keeping tags, posts and links out of them."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.feeds.queries.links import LinkTrend
from plausch.feeds.queries.trends import PostTrend, TagTrend
from plausch.feeds.tables import hidden_hosts, hidden_tags, hidden_trends, trending_links, trending_posts, trending_tags
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed
from plausch.language.inline_rules import tag_name
from plausch.people.model import Viewer, clean_domain
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
_HIDE_ONE = column_statement(upsert(hidden_trends).on_conflict_do_nothing())
_SHOW_ONE = column_statement(sa.delete(hidden_trends).where(hidden_trends.c.id == param("id")))
_HIDE_HOST = column_statement(upsert(hidden_hosts).on_conflict_do_nothing())
_SHOW_HOST = column_statement(sa.delete(hidden_hosts).where(hidden_hosts.c.host == param("host", sa.Text())))


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
    await tx.run(_SHOW_ONE, id=post)


async def hide_tag(tx: Write, viewer: Viewer, tag: str) -> None:
    """Keep a tag out of the trends. Raises NotAllowed, Invalid("tag", ...)."""
    name = _named(viewer, tag)
    await tx.run(_HIDE, tag=name, by_id=viewer.person, at=clock.now())


async def show_tag(tx: Write, viewer: Viewer, tag: str) -> None:
    """Let a tag trend again. Raises NotAllowed."""
    await tx.run(_SHOW, tag=_named(viewer, tag))


async def hide_trend(tx: Write, viewer: Viewer, id_: int) -> None:
    """Keep a post, or the preview of a link, out of the trends. Raises NotAllowed."""
    _check_staff(viewer)
    await tx.run(_HIDE_ONE, id=id_, by_id=viewer.person, at=clock.now())


async def show_trend(tx: Write, viewer: Viewer, id_: int) -> None:
    """Let it trend again. Raises NotAllowed."""
    _check_staff(viewer)
    await tx.run(_SHOW_ONE, id=id_)


async def hide_host(tx: Write, viewer: Viewer, host: str) -> None:
    """Keep all links to a host out of the trends. Raises NotAllowed, Invalid("domain", ...)."""
    _check_staff(viewer)
    await tx.run(_HIDE_HOST, host=clean_domain(host), by_id=viewer.person, at=clock.now())


async def show_host(tx: Write, viewer: Viewer, host: str) -> None:
    """Let them trend again. Raises as above."""
    _check_staff(viewer)
    await tx.run(_SHOW_HOST, host=clean_domain(host))


def _check_staff(viewer: Viewer) -> None:
    if not viewer.staff:
        raise NotAllowed


def _named(viewer: Viewer, tag: str) -> str:
    _check_staff(viewer)
    name = tag_name(tag)
    if name is None:
        raise Invalid("tag", "tag_form")
    return name

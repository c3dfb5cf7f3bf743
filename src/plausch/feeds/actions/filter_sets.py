"""Filters of several words under one title, and tags on profiles: what only programs know."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.feeds import queries
from plausch.feeds.actions.reading import add_filter, check_places, hold_reader, remove_filter, reshape
from plausch.feeds.actions.telling import tell_reader
from plausch.feeds.model import (
    FILTERED_POSTS_MAX,
    FILTERS_MAX,
    TAGS_FEATURED_MAX,
    FilterDraft,
    clean_title,
)
from plausch.feeds.tables import featured_tags, filters
from plausch.kernel import ids
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.language.inline_rules import tag_name
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert
from plausch.talk import queries as talk

_ME = param("me")
_OF_SET = (
    filters.c.reader_id == _ME,
    sa.or_(filters.c.set_id == param("set"), sa.and_(filters.c.set_id == 0, filters.c.id == param("set"))),
)
_CHANGE = column_statement(
    sa.update(filters)
    .where(*_OF_SET)
    .values(
        set_id=param("set"),
        title=param("new_title", sa.Text()),
        places=param("new_places", sa.Text()),
        action=param("new_action", sa.Text()),
        ends_at=param("new_end"),
    )
)
_DROP = column_statement(sa.delete(filters).where(*_OF_SET))
_FORGET_POST = column_statement(sa.delete(filters).where(filters.c.post_id == param("post"), filters.c.post_id != 0))
_FEATURE = column_statement(upsert(featured_tags).on_conflict_do_nothing())
_UNFEATURE = column_statement(
    sa.delete(featured_tags).where(featured_tags.c.actor_id == _ME, featured_tags.c.tag == param("tag", sa.Text()))
)


async def add_filter_set(tx: Write, viewer: Viewer, title: str, drafts: Sequence[FilterDraft]) -> int:
    """Be spared several words at once; the id of the whole. Raises Invalid, Conflict when there are too many."""
    name, set_id = clean_title(title), ids.new_id()
    for draft in drafts:
        await add_filter(tx, viewer, draft, set_id, name)
    return set_id


async def add_empty_set(tx: Write, viewer: Viewer, title: str, draft: FilterDraft) -> int:
    """A title and what holds for all that will stand under it; the id of the whole. Raises Invalid, Conflict."""
    me = await hold_reader(tx, viewer)
    if len(await queries.list_all_filters(tx, viewer)) >= FILTERS_MAX + FILTERED_POSTS_MAX:
        raise Conflict("filters_many")
    set_id = ids.new_id()
    await _insert(tx, me, set_id, clean_title(title), draft.action.value, check_places(draft), draft.ends_at, 0)
    await reshape(tx, me)
    return set_id


async def filter_post(tx: Write, viewer: Viewer, set_id: int, post: int) -> int:
    """Be spared a single post, as the words of the set; the filter's id. Raises NotFound, Conflict."""
    me = await hold_reader(tx, viewer)
    there = await queries.list_set(tx, viewer, set_id)
    await talk.get_post(tx, viewer, post)
    for one in there:
        if one.post_id == post:
            return one.id
    if len([one for one in await queries.list_all_filters(tx, viewer) if one.post_id]) >= FILTERED_POSTS_MAX:
        raise Conflict("filters_many")
    first = there[0]
    id_ = await _insert(tx, me, set_id, first.name, first.action.value, first.places, first.ends_at, post)
    await reshape(tx, me)
    await tell_reader(tx, me, "filtered")
    return id_


async def _insert(
    tx: Write, me: int, set_id: int, title: str, action: str, places: str, ends_at: int | None, post: int
) -> int:
    id_ = ids.new_id()
    await tx.insert(
        filters,
        id=id_,
        reader_id=me,
        phrase="",
        whole_word=False,
        places=places,
        action=action,
        ends_at=ends_at,
        set_id=set_id,
        title=title,
        post_id=post,
    )
    return id_


async def forget_filtered_post(tx: Write, post: int) -> None:
    """A post is gone that some people had filtered."""
    await tx.run(_FORGET_POST, post=post)


async def change_filter_set(tx: Write, viewer: Viewer, set_id: int, title: str, draft: FilterDraft) -> None:
    """What holds for all its words, and not the words themselves. Raises NotFound, Invalid."""
    me = await hold_reader(tx, viewer)
    await queries.list_set(tx, viewer, set_id)
    await tx.run(
        _CHANGE,
        me=me,
        set=set_id,
        new_title=clean_title(title),
        new_places=check_places(draft),
        new_action=draft.action.value,
        new_end=draft.ends_at,
    )
    await reshape(tx, me)
    await tell_reader(tx, me, "filtered")


async def remove_from_set(tx: Write, viewer: Viewer, id_: int) -> None:
    """Take a word or a post out of its set, of which the title and what holds for it stays, also without any."""
    me = await hold_reader(tx, viewer)
    one = next((one for one in await queries.list_all_filters(tx, viewer) if one.id == id_), None)
    if one is None:
        return
    if len(await queries.list_set(tx, viewer, one.whole_id)) == 1:
        await _insert(tx, me, one.whole_id, one.name, one.action.value, one.places, one.ends_at, 0)
    await remove_filter(tx, viewer, id_)


async def remove_filter_set(tx: Write, viewer: Viewer, set_id: int) -> None:
    """Raises NotFound."""
    me = await hold_reader(tx, viewer)
    if not await tx.run(_DROP, me=me, set=set_id):
        raise NotFound
    await reshape(tx, me)
    await tell_reader(tx, me, "filtered")


async def feature_tag(tx: Write, viewer: Viewer, tag: str) -> None:
    """Show a tag on one's profile; repeating it changes nothing. Raises Invalid("tag", ...), Conflict."""
    me = await hold_reader(tx, viewer)
    name = tag_name(tag)
    if name is None:
        raise Invalid("tag", "tag_form")
    there = await queries.list_featured_tags(tx, viewer, me)
    if len(there) >= TAGS_FEATURED_MAX and name not in [one.tag for one in there]:
        raise Conflict("tags_many")
    await tx.run(_FEATURE, id=ids.new_id(), actor_id=me, tag=name)


async def unfeature_tag(tx: Write, viewer: Viewer, tag: str) -> None:
    me = await hold_reader(tx, viewer)
    await tx.run(_UNFEATURE, me=me, tag=tag_name(tag) or tag)

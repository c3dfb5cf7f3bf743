"""Filters of several words under one title, and tags on profiles: what only programs know."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.feeds import queries
from plausch.feeds.actions.reading import add_filter, check_filter, hold_reader, reshape
from plausch.feeds.actions.telling import tell_reader
from plausch.feeds.model import (
    TAGS_FEATURED_MAX,
    Filter,
    FilterDraft,
    clean_title,
)
from plausch.feeds.tables import featured_tags, filters
from plausch.kernel import ids
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.language.inline_rules import tag_name
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert

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
_FEATURE = column_statement(upsert(featured_tags).on_conflict_do_nothing())
_UNFEATURE = column_statement(
    sa.delete(featured_tags).where(featured_tags.c.actor_id == _ME, featured_tags.c.tag == param("tag", sa.Text()))
)


async def add_filter_set(tx: Write, viewer: Viewer, title: str, drafts: Sequence[FilterDraft]) -> int:
    """Be spared several words at once; the id of the whole. Raises Invalid, Conflict when there are too many."""
    if not drafts:
        raise Invalid("phrase", "missing")
    name, set_id = clean_title(title), ids.new_id()
    for draft in drafts:
        await add_filter(tx, viewer, draft, set_id, name)
    return set_id


async def change_filter_set(tx: Write, viewer: Viewer, set_id: int, title: str, draft: FilterDraft) -> None:
    """What holds for all its words, and not the words themselves. Raises NotFound, Invalid."""
    me = await hold_reader(tx, viewer)
    first = (await queries.list_set(tx, viewer, set_id))[0]
    _, places = check_filter(_with_phrase(draft, first))
    await tx.run(
        _CHANGE,
        me=me,
        set=set_id,
        new_title=clean_title(title),
        new_places=places,
        new_action=draft.action.value,
        new_end=draft.ends_at,
    )
    await reshape(tx, me)
    await tell_reader(tx, me, "filtered")


def _with_phrase(draft: FilterDraft, like: Filter) -> FilterDraft:
    return FilterDraft(phrase=like.phrase, places=draft.places, action=draft.action, ends_at=draft.ends_at)


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

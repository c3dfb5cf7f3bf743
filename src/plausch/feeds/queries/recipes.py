"""Feeds that people put together themselves: what stands under some tags, or comes from some people and groups."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.feeds.model import (
    Entry,
    Feed,
    FilterPlace,
    OwnFeed,
    Pick,
    Reason,
    ReasonKind,
    Recipe,
    RecipeKind,
    RecipeOrder,
    pick_conversations,
)
from plausch.feeds.queries import membership
from plausch.feeds.queries.answers import is_unanswered
from plausch.feeds.queries.cards import assemble
from plausch.feeds.queries.choosing import MOST, Brief, brief_columns, offered, show_ranked
from plausch.feeds.queries.filters import get_sieve, sift
from plausch.feeds.queries.gathering import gather, gather_picks
from plausch.feeds.queries.membership import ENTRY_COLUMNS, ME, Stretch, not_muted
from plausch.feeds.queries.reader import FILTERS, Reader, conversation_not_muted, followed, merge
from plausch.feeds.queries.watching import board_not_muted
from plausch.feeds.tables import recipe_actors, recipes
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import TOP, Page
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.people.queries import is_active
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind, Form, TopicKind
from plausch.talk.queries import (
    conversation,
    entry,
    has_poll,
    is_topic_of,
    joined_entries,
    post,
    root,
    seen_as,
    tag_rows,
    visible_entry,
)

#: Entries looked at where a feed is not in the order of time.
_LOOKED_AT = 100
_RECIPE = param("recipe")
_COLUMNS = (recipes.c.id, recipes.c.name, recipes.c.tags, recipes.c.kinds, recipes.c.sorted_by)
_ALL = Statement(
    sa.select(recipes.c.id, recipes.c.name).where(recipes.c.owner_id == ME).order_by(recipes.c.id), OwnFeed
)
_ONE = Statement(sa.select(*_COLUMNS).where(recipes.c.owner_id == ME, recipes.c.id == _RECIPE), Recipe)
_ACTOR_IDS = column_statement(
    sa.select(recipe_actors.c.actor_id)
    .select_from(recipe_actors.join(recipes, recipes.c.id == recipe_actors.c.recipe_id))
    .where(recipes.c.owner_id == ME, recipes.c.id == _RECIPE)
)
_in_it = sa.select(recipe_actors.c.actor_id).where(recipe_actors.c.recipe_id == _RECIPE)


def _of_actors() -> Statement[int]:
    """The newest of each in the recipe, merged."""
    one = entry.alias("one")
    newest = (
        sa.select(one.c.id)
        .where(one.c.actor_id == recipe_actors.c.actor_id, one.c.id < param("before"))
        .order_by(one.c.id.desc())
        .limit(param("limit"))
        .correlate(recipe_actors)
    )
    return column_statement(
        sa.select(entry.c.id)
        .select_from(recipe_actors.join(entry, entry.c.id.in_(newest)))
        .where(recipe_actors.c.recipe_id == _RECIPE)
        .order_by(entry.c.id.desc())
        .limit(param("limit"))
    )


def _under_tags() -> Statement[int]:
    bearing = tag_rows("bearing")
    return column_statement(
        sa.select(bearing.c.post_id)
        .distinct()
        .where(any_of(bearing.c.tag, "tags"), bearing.c.post_id < param("before"))
        .order_by(bearing.c.post_id.desc())
        .limit(param("limit"))
    )


def _kind() -> sa.ColumnElement[str]:
    """A `model.RecipeKind`. Needs `conversation` joined with `root`."""
    return sa.case(
        (is_topic_of(TopicKind.QUESTION, conversation.c.id), RecipeKind.QUESTION.value),
        (has_poll(root), RecipeKind.POLL.value),
        (conversation.c.form == Form.TOPIC.value, RecipeKind.TOPIC.value),
        (conversation.c.form == Form.ARTICLE.value, RecipeKind.ARTICLE.value),
        else_=sa.literal(RecipeKind.NOTE.value, sa.Text()),
    )


def _shown() -> sa.ColumnElement[bool]:
    """An entry belongs in the feed: somebody in the recipe did it, or it is under one of its tags.

    A recipe without either is made of the viewer's home. Needs `entry` joined with `post`.
    """
    bearing = tag_rows("worn")
    tagged = sa.exists(sa.select(sa.literal(1)).where(bearing.c.post_id == post.c.id, any_of(bearing.c.tag, "tags")))
    # Whoever is followed may be read under a tag though the post is not for everybody, or its author limited.
    open_ = sa.and_(post.c.scope_kind == AudienceKind.PUBLIC.value, is_active(post.c.actor_id))
    return sa.and_(
        sa.or_(
            entry.c.actor_id.in_(_in_it),
            sa.and_(entry.c.id == post.c.id, tagged, sa.or_(open_, followed())),
            sa.and_(param("of_home", sa.Boolean()), followed()),
        ),
        post.c.scope_kind != AudienceKind.PARTICIPANTS.value,
        visible_entry(),
        not_muted(),
        conversation_not_muted(entry.c.conversation_id),
        board_not_muted(entry.c.conversation_id),
        any_of(_kind(), "kinds"),
    )


_AS_TALKS = (
    joined_entries()
    .join(conversation, conversation.c.id == entry.c.conversation_id)
    .join(root, root.c.id == conversation.c.root_id)
)
_NEWEST, _TAGGED = _of_actors(), _under_tags()
_VISIBLE = Statement(sa.select(*ENTRY_COLUMNS).select_from(_AS_TALKS).where(any_of(entry.c.id, "ids"), _shown()), Entry)
_SHOWN_ABOVE = column_statement(
    sa.select(entry.c.conversation_id)
    .distinct()
    .select_from(_AS_TALKS)
    .where(any_of(entry.c.conversation_id, "ids"), entry.c.id >= param("before"), _shown())
)


def _briefs(*conditions: sa.ColumnElement[bool]) -> Statement[Brief]:
    return Statement(
        sa.select(*brief_columns(), sa.literal(0.0, sa.Double()), sa.literal(0))
        .select_from(conversation.join(root, root.c.id == conversation.c.root_id))
        .where(any_of(conversation.c.id, "ids"), offered(), *conditions),
        Brief,
    )


_RANKED = {RecipeOrder.LIVELY: _briefs(), RecipeOrder.WAITING: _briefs(is_unanswered())}


async def list_recipes(tx: Read, viewer: Viewer) -> list[OwnFeed]:
    """The viewer's own feeds, in the order in which they were made."""
    return await tx.all(_ALL, me=viewer.acting_as)


async def get_recipe(tx: Read, viewer: Viewer, id_: int) -> Recipe:
    """One of the viewer's own. Raises NotFound."""
    found = await tx.first(_ONE, me=viewer.acting_as, recipe=id_)
    if found is None:
        raise NotFound("feed_not_found")
    return found


async def list_recipe_actors(tx: Read, viewer: Viewer, id_: int) -> list[Actor]:
    """People, pages and groups in a recipe, as far as the viewer may see them, by name."""
    found: Sequence[int] = await tx.all(_ACTOR_IDS, me=viewer.acting_as, recipe=id_)
    actors = await people.list_actors(tx, viewer, found)
    return sorted(actors.values(), key=lambda one: one.shown_name.casefold())


class _Cooking:
    """Reading one recipe for one viewer."""

    def __init__(self, tx: Read, viewer: Viewer, reader: Reader, recipe: Recipe, actors: int) -> None:
        self._tx, self._viewer, self._reader = tx, viewer, reader
        self._recipe = recipe
        self._tags = recipe.tag_list()
        self._actors = actors
        kinds = recipe.kind_list() or list(RecipeKind)
        self._how: dict[str, object] = {
            "recipe": recipe.id,
            "tags": self._tags,
            "kinds": [kind.value for kind in kinds],
            "of_home": not self._tags and not actors,
            **seen_as(viewer),
        }

    async def read_on(self, before: int, limit: int) -> Stretch:
        tx = self._tx
        if self._how["of_home"]:
            return await membership.read_on(tx, self._viewer, before, limit, self._reader.crowd)
        stretch = Stretch([], None)
        if self._actors:
            found = await tx.all(_NEWEST, recipe=self._recipe.id, before=before, limit=limit)
            stretch = merge(stretch, Stretch(found, found[-1] if len(found) == limit else None))
        if self._tags:
            found = await tx.all(_TAGGED, tags=self._tags, before=before, limit=limit)
            stretch = merge(stretch, Stretch(found, found[-1] if len(found) == limit else None))
        return stretch

    async def show(self, ids: Sequence[int]) -> list[Entry]:
        return await self._tx.all(_VISIBLE, ids=ids, **self._how)

    async def find_above(self, ids: Sequence[int], before: int) -> set[int]:
        return set(await self._tx.all(_SHOWN_ABOVE, ids=ids, before=before, **self._how))

    async def with_tags(self, picks: Sequence[Pick]) -> list[Pick]:
        """Where a tag of the recipe stands above a conversation, that is the reason."""
        worn = (
            await talk.list_tags_of(self._tx, self._viewer, [pick.conversation_id for pick in picks])
            if self._tags
            else {}
        )
        wanted = set(self._tags)
        named = {id_: next((tag for tag in tags if tag in wanted), "") for id_, tags in worn.items()}
        return [
            Pick(
                pick.position,
                pick.conversation_id,
                Reason(ReasonKind.TAGGED, pick.reason.actor_id, tag=named[pick.conversation_id]),
                pick.post_ids,
            )
            if named.get(pick.conversation_id)
            else pick
            for pick in picks
        ]


async def recipe_feed(tx: Read, viewer: Viewer, id_: int, page: Page, reader: Reader) -> Feed:
    """A page of one of the viewer's own feeds. Raises NotFound."""
    recipe = await get_recipe(tx, viewer, id_)
    actors: Sequence[int] = await tx.all(_ACTOR_IDS, me=viewer.acting_as, recipe=id_)
    cooking = _Cooking(tx, viewer, reader, recipe, len(actors))
    if recipe.order is not RecipeOrder.LATEST:
        return await show_ranked(tx, viewer, await _ranked(tx, viewer, recipe, cooking), page, reader)

    async def read(part: Page) -> tuple[list[Entry], int | None]:
        return await gather(part, cooking.read_on, cooking.show)

    async def find_above(ids: Sequence[int]) -> set[int]:
        return await cooking.find_above(ids, page.before)

    picks, before = await gather_picks(page, read, find_above)
    feed = await assemble(tx, viewer, await cooking.with_tags(picks), before)
    return sift(feed, viewer, await get_sieve(tx, viewer, FilterPlace.HOME)) if reader.shaped & FILTERS else feed


async def _ranked(tx: Read, viewer: Viewer, recipe: Recipe, cooking: _Cooking) -> list[Pick]:
    """Of the newest the liveliest first, or only those that nobody has answered."""
    stretch = await cooking.read_on(TOP, _LOOKED_AT)
    entries = sorted(await cooking.show(stretch.ids), key=lambda one: one.id, reverse=True)
    picks, _ = pick_conversations(entries, _LOOKED_AT)
    ids = [pick.conversation_id for pick in picks]
    found: list[Brief] = await tx.all(_RANKED[recipe.order], ids=ids, **seen_as(viewer))
    briefs = {one.id: one for one in found}
    there = [pick for pick in picks if pick.conversation_id in briefs]
    if recipe.order is not RecipeOrder.WAITING:
        there.sort(key=lambda pick: briefs[pick.conversation_id].liveliness, reverse=True)
    return await cooking.with_tags(there[:MOST])

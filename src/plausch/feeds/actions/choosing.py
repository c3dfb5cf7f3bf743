"""Which feed somebody reads, the feeds they put together themselves, and the scores of those for everybody."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.feeds import queries
from plausch.feeds.actions.reading import hold_reader
from plausch.feeds.model import (
    RECIPE_ACTORS_MAX,
    RECIPES_MAX,
    FeedKind,
    RecipeDraft,
    clean_recipe_name,
    clean_tags,
    write_kinds,
    write_own_feeds,
)
from plausch.feeds.queries.scoring import Scored
from plausch.feeds.tables import readers, recipe_actors, recipes, scores
from plausch.kernel import ids
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Statement, Write, column_statement, param, upsert
from plausch.talk.actions import hold_post

_ME = param("me")
_CHOOSE = column_statement(
    sa.update(readers).where(readers.c.reader_id == _ME).values(feed=param("new_feed", sa.Text()))
)
_KEEP_OWN = column_statement(
    sa.update(readers).where(readers.c.reader_id == _ME).values(own_feeds=param("new_own", sa.Text()))
)
_CHANGE = column_statement(
    sa.update(recipes)
    .where(recipes.c.owner_id == _ME, recipes.c.id == param("recipe"))
    .values(
        name=param("new_name", sa.Text()),
        tags=param("new_tags", sa.Text()),
        kinds=param("new_kinds", sa.Text()),
        sorted_by=param("new_order", sa.Text()),
    )
)
_DROP = column_statement(sa.delete(recipes).where(recipes.c.owner_id == _ME, recipes.c.id == param("recipe")))
_EMPTY = column_statement(sa.delete(recipe_actors).where(recipe_actors.c.recipe_id == param("recipe")))
_ADD_ACTOR = column_statement(upsert(recipe_actors).on_conflict_do_nothing())
_MINE = sa.select(recipes.c.id).where(recipes.c.owner_id == _ME)
_FORGET: list[Statement[object]] = [
    column_statement(sa.delete(recipe_actors).where(recipe_actors.c.recipe_id.in_(_MINE))),
    column_statement(sa.delete(recipe_actors).where(recipe_actors.c.actor_id == _ME)),
    column_statement(sa.delete(recipes).where(recipes.c.owner_id == _ME)),
]
_CLEAR_SCORES = column_statement(sa.delete(scores).where(scores.c.feed == param("feed", sa.Text())))
_ADD_SCORE = column_statement(upsert(scores).on_conflict_do_nothing())
_FORGET_SCORES = column_statement(sa.delete(scores).where(scores.c.conversation_id == param("conversation")))


async def choose_feed(tx: Write, viewer: Viewer, feed: FeedKind | int) -> None:
    """Let home show a feed from now on. Raises NotFound for somebody else's, NotAllowed for visitors."""
    me = await hold_reader(tx, viewer)
    if not isinstance(feed, FeedKind):
        await queries.get_recipe(tx, viewer, feed)
    await tx.run(_CHOOSE, me=me, new_feed="" if feed is FeedKind.LATEST else str(feed))


async def make_recipe(tx: Write, viewer: Viewer, draft: RecipeDraft) -> int:
    """A feed of one's own; its id. Raises Invalid, Conflict when there are too many."""
    me = await hold_reader(tx, viewer)
    values = _checked(draft)
    if len(await queries.list_recipes(tx, viewer)) >= RECIPES_MAX:
        raise Conflict("recipes_many")
    id_ = ids.new_id()
    await tx.insert(
        recipes,
        id=id_,
        owner_id=me,
        name=values["new_name"],
        tags=values["new_tags"],
        kinds=values["new_kinds"],
        sorted_by=values["new_order"],
    )
    await _put_in(tx, viewer, id_, draft.actors)
    await _name_own(tx, viewer)
    return id_


async def change_recipe(tx: Write, viewer: Viewer, id_: int, draft: RecipeDraft) -> None:
    """Raises NotFound, Invalid."""
    me = await hold_reader(tx, viewer)
    if not await tx.run(_CHANGE, me=me, recipe=id_, **_checked(draft)):
        raise NotFound("feed_not_found")
    await tx.run(_EMPTY, recipe=id_)
    await _put_in(tx, viewer, id_, draft.actors)
    await _name_own(tx, viewer)


async def remove_recipe(tx: Write, viewer: Viewer, id_: int) -> None:
    """If home shows it, it shows the latest again. Raises NotFound."""
    me = await hold_reader(tx, viewer)
    if not await tx.run(_DROP, me=me, recipe=id_):
        raise NotFound("feed_not_found")
    await tx.run(_EMPTY, recipe=id_)
    await _name_own(tx, viewer)
    if (await queries.get_reader(tx, viewer)).chosen == id_:
        await tx.run(_CHOOSE, me=me, new_feed="")


def _checked(draft: RecipeDraft) -> dict[str, str]:
    if len(draft.actors) > RECIPE_ACTORS_MAX:
        raise Invalid("people", "recipe_actors_many")
    return {
        "new_name": clean_recipe_name(draft.name),
        "new_tags": " ".join(clean_tags(draft.tags)),
        "new_kinds": write_kinds(draft.kinds),
        "new_order": draft.order.value,
    }


async def _put_in(tx: Write, viewer: Viewer, recipe: int, actors: Sequence[int]) -> None:
    """Those whom the viewer may see."""
    for actor in await people.list_actors(tx, viewer, list(dict.fromkeys(actors))):
        await tx.run(_ADD_ACTOR, recipe_id=recipe, actor_id=actor)


async def _name_own(tx: Write, viewer: Viewer) -> None:
    """Keep the names where home reads them with what it reads anyway."""
    own = write_own_feeds(await queries.list_recipes(tx, viewer))
    await tx.run(_KEEP_OWN, me=viewer.acting_as, new_own=own)


async def forget_recipes(tx: Write, actor: int) -> None:
    """The feeds of somebody who is gone, and where others had put them."""
    for forget in _FORGET:
        await tx.run(forget, me=actor)


async def put_scores(tx: Write, feed: FeedKind, found: Sequence[Scored], until: int) -> None:
    """Put these in the place of the feed's former scores; of the conversations those that are still there.

    Whoever may see what of them is asked when they are read: a score tells nobody that there is a conversation.
    """
    await tx.run(_CLEAR_SCORES, feed=feed.value)
    for one in sorted(found):
        if await hold_post(tx, one.conversation_id):
            await tx.run(
                _ADD_SCORE,
                feed=feed.value,
                conversation_id=one.conversation_id,
                score=one.score,
                figure=one.figure,
                until=until,
            )


async def forget_scores(tx: Write, conversation: int) -> None:
    await tx.run(_FORGET_SCORES, conversation=conversation)

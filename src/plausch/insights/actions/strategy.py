"""Saying whom a place is there for, and setting goals."""

import msgspec
import sqlalchemy as sa

from plausch.groups import actions as groups_actions
from plausch.groups import queries as groups
from plausch.groups.model import Visibility
from plausch.insights import queries
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.model.goals import GOALS_MAX, LIMITS, WEEKS_MAX, GoalKind
from plausch.insights.model.strategy import (
    COMMUNITIES_MAX,
    GROUPS_MAX,
    LINE_MAX,
    TOPICS_MAX,
    WORD_MAX,
    WORDS_MAX,
    Description,
)
from plausch.insights.model.weeks import WEEK, monday_of
from plausch.insights.queries.targets import list_circles
from plausch.insights.tables import goals, strategies
from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid
from plausch.moderation import actions as moderation_actions
from plausch.moderation.model import Act
from plausch.people import actions as people_actions
from plausch.people import queries as people
from plausch.people.model import TeamStep, Viewer, check_may_act, clean_line
from plausch.storage import Write, column_statement, param, upsert
from plausch.work import queue

#: Whom a place knows and reaches is counted behind the scenes, and so are the weeks before it set itself goals.
MEASURE_TARGET = "insights.measure_target"
MEASURE_WEEKS = "insights.measure_weeks"
#: What the logs of groups, pages and the community call it.
STRATEGY_CHANGED, GOALS_CHANGED = "strategy_changed", "goals_changed"

_new = upsert(strategies)
_KEEP = column_statement(
    _new.on_conflict_do_update(
        index_elements=[strategies.c.scope_id],
        set_={"description": _new.excluded.description, "changed_at": _new.excluded.changed_at},
    )
)
_DROP_GOAL = column_statement(sa.delete(goals).where(goals.c.id == param("id"), goals.c.scope_id == param("scope")))
_DROP = [column_statement(sa.delete(table).where(table.c.scope_id == param("scope"))) for table in (strategies, goals)]
_COUNT = column_statement(sa.select(sa.func.count()).select_from(goals).where(goals.c.scope_id == param("scope")))


async def describe_target(tx: Write, viewer: Viewer, scope: Scope, description: Description) -> None:
    """Say whom a place is there for. Raises NotAllowed, NotFound, Invalid."""
    check_may_act(viewer)
    await queries.check_may_look(tx, viewer, scope)
    cleaned = Description(
        about=clean_line(description.about, "about", LINE_MAX),
        topics=_clean(tuple(one.strip().lstrip("#").casefold() for one in description.topics), "topics", TOPICS_MAX),
        groups=await _readable(tx, viewer, scope, description.groups),
        communities=await _there(tx, description.communities),
        words=_clean(description.words, "words", WORDS_MAX),
        names=_clean(description.names, "names", WORDS_MAX),
        others=_clean(description.others, "others", WORDS_MAX),
    )
    if cleaned == await queries.find_description(tx, viewer, scope):
        return
    await tx.run(
        _KEEP,
        scope_id=scope.id,
        kind=scope.kind.value,
        description=msgspec.json.encode(cleaned).decode(),
        changed_at=clock.now(),
    )
    await _note(tx, viewer, scope, STRATEGY_CHANGED, _told(cleaned))
    await queue.put(tx, MEASURE_TARGET, scope)


def _clean(texts: tuple[str, ...], name: str, most: int) -> tuple[str, ...]:
    """Lines without what is empty or said twice. Raises Invalid."""
    found: dict[str, str] = {}
    for text in texts:
        if one := clean_line(text, name, WORD_MAX):
            found.setdefault(one.casefold(), one)
    if len(found) > most:
        raise Invalid(name, "target_many")
    return tuple(found.values())


async def _readable(tx: Write, viewer: Viewer, scope: Scope, ids_: tuple[int, ...]) -> tuple[int, ...]:
    """Who is in a closed group is nobody else's business. Raises Invalid."""
    wanted = tuple(dict.fromkeys(ids_))
    if len(wanted) > GROUPS_MAX:
        raise Invalid("groups", "target_many")
    found = await groups.list_groups(tx, viewer, wanted)
    for id_ in wanted:
        if id_ != scope.id and (id_ not in found or found[id_].visibility is not Visibility.PUBLIC):
            raise Invalid("groups", "target_group_closed")
    return wanted


async def _there(tx: Write, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Those communities of interest that there are. Raises Invalid."""
    wanted = tuple(dict.fromkeys(numbers))
    if len(wanted) > COMMUNITIES_MAX or set(wanted) - {one.number for one in await list_circles(tx)}:
        raise Invalid("communities", "choice_unknown")
    return wanted


def _told(description: Description) -> str:
    """For the log, short."""
    words = (*(f"#{one}" for one in description.topics), *description.words)
    return ", ".join(words)[:200]


async def set_goal(tx: Write, viewer: Viewer, scope: Scope, kind: GoalKind, target: int, weeks: int) -> int:
    """Set a goal for so many weeks, from this one on. Raises NotAllowed, NotFound, Invalid, Conflict."""
    check_may_act(viewer)
    await queries.check_may_look(tx, viewer, scope)
    least, most = LIMITS[kind]
    if not least <= target <= most:
        raise Invalid("target", "goal_between")
    if not 1 <= weeks <= WEEKS_MAX:
        raise Invalid("weeks", "goal_weeks")
    if int(await tx.first(_COUNT, scope=scope.id) or 0) >= GOALS_MAX:
        raise Conflict("goals_many", field="kind")
    id_, this = ids.new_id(), monday_of(clock.now(), await people.find_usual_zone(tx))
    await tx.insert(
        goals, id=id_, scope_id=scope.id, kind=kind.value, target=target, begins_at=this, ends_at=this + weeks * WEEK
    )
    await _note(tx, viewer, scope, GOALS_CHANGED, "")
    await queue.put(tx, MEASURE_WEEKS, scope)
    return id_


async def drop_goal(tx: Write, viewer: Viewer, scope: Scope, id_: int) -> None:
    """Give a goal up. Raises NotAllowed, NotFound."""
    check_may_act(viewer)
    await queries.check_may_look(tx, viewer, scope)
    if await tx.run(_DROP_GOAL, id=id_, scope=scope.id):
        await _note(tx, viewer, scope, GOALS_CHANGED, "")


async def _note(tx: Write, viewer: Viewer, scope: Scope, step: str, text: str) -> None:
    """Who changed what, where those who look after the place read it."""
    if scope.kind is ScopeKind.GROUP:
        await groups_actions.note(tx, scope.id, viewer.person, step, 0, text)
    elif scope.kind is ScopeKind.PAGE:
        await people_actions.note_step(tx, scope.id, viewer.person, TeamStep(step), 0, text)
    else:
        await moderation_actions.note_act(tx, viewer.person, Act(step))


async def drop_strategy(tx: Write, scope: int) -> None:
    """The place is gone."""
    for statement in _DROP:
        await tx.run(statement, scope=scope)

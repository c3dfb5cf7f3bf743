"""What the town of Ines has for its pages of insights: a target group, goals, weeks, and letters of the week."""

from plausch.insights import actions
from plausch.insights.model import Measure, Scope, ScopeKind
from plausch.insights.model.goals import GoalKind
from plausch.insights.model.strategy import Description
from plausch.insights.model.weeks import WEEK, monday_of
from plausch.insights.queries import list_letters
from plausch.kernel import clock
from plausch.people.model import Viewer
from plausch.people.queries import resolve_handles
from plausch.storage import Database
from tests.harness.community import publish

_LONG = "Donaudampfschifffahrtsgesellschaftskapitänskajütenamtstürschlosserei"


async def look_back(database: Database, ines: Viewer, anna: Viewer) -> int:
    """As if it were Monday of next week; a letter."""
    monday = monday_of(clock.now())
    async with database.write() as tx:
        page = Scope(ScopeKind.PAGE, (await resolve_handles(tx, ["rathaus"]))["rathaus"].id)
        topics, names, others = ("garten", _LONG[:50].lower()), ("Rathaus", _LONG[:60]), ("Bahn", _LONG[:59])
        wanted = Description(
            about=f"Alle, die {_LONG}",
            topics=("garten", _LONG[:50].lower()),
            words=("Bank",),
            names=names,
            others=others,
        )
        await actions.describe_target(tx, ines, page, wanted)
        with clock.at(monday - 6 * WEEK):
            for kind in GoalKind:
                await actions.set_goal(tx, ines, page, kind, 20, 12)
        for week in range(-7, 0):
            at = monday + week * WEEK
            await actions.keep_history(tx, page.id, Measure.WEEK_ANSWERED, [(0, 80 + 5 * week)], at=at)
        for post in [await publish(tx, anna, f"Was macht das Rathaus mit der Bank, {_LONG}? @rathaus #garten")]:
            await publish(tx, ines, "Sie streicht sie", reply_to=post)
    await actions.measure_target(database, page)
    with clock.at(monday + WEEK + 8 * clock.HOUR):
        await actions.make_letters(database)
    async with database.read() as read:
        return (await list_letters(read, ines, page, 1))[0].id

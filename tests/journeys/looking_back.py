"""What the town of Ines has for its pages of insights: a target group, goals, weeks, and letters of the week."""

import msgspec

from plausch.insights import actions
from plausch.insights.model import (
    Belonging,
    Cohort,
    Community,
    Figures,
    Health,
    Loyalties,
    Loyalty,
    Maker,
    Measure,
    Membership,
    Move,
    Result,
    Scope,
    ScopeKind,
    Stage,
    WeekOfTalk,
)
from plausch.insights.model.communities import Tie
from plausch.insights.model.goals import GoalKind
from plausch.insights.model.loyalty import FEW, MOVES
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
        names, others = ("Rathaus", _LONG[:60]), ("Bahn", _LONG[:59])
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
    await _find_health(database, ines)
    await _find_circles(database, ines, anna)
    with clock.at(monday + WEEK + 8 * clock.HOUR):
        await actions.make_letters(database)
    async with database.read() as read:
        return (await list_letters(read, ines, page, 1))[0].id


async def _find_circles(database: Database, ines: Viewer, anna: Viewer) -> None:
    """Three communities of interest, who is in them, and how both are heard."""
    named = (("Garten", "Beet", "Gießkanne", _LONG), ("Schach",), ())
    ties = (Tie(2, 0.2), Tie(3, 0.1))
    circles = [
        Result(
            number,
            Community(
                size=20 - 5 * number,
                labels=labels,
                tags=labels[:1],
                x=0.25 * number,
                y=0.5 + 0.1 * (-1) ** number,
                radius=0.1,
                inside=0.5,
                ties=ties if number == 1 else (),
                bridges=6 if number == 1 else 0,
            ),
            number,
        )
        for number, labels in enumerate(named, 1)
    ]
    both = (Belonging(1, 0.7), Belonging(2, 0.3))
    heard = Maker(31, 2, 12, 8, 2.5, tags=("garten", _LONG), bridges=(1, 2), weeks=(*range(12),))
    found: dict[Measure, list[Result[msgspec.Struct]]] = {
        Measure.COMMUNITIES_USUAL: [*circles],
        Measure.MEMBERSHIPS: [
            Result(one.person, Membership((), both[: 3 - place], ()), place)
            for place, one in enumerate((ines, anna), 1)
        ],
        Measure.MAKERS: [Result(one.person, heard, place) for place, one in enumerate((ines, anna), 1)],
    }
    for measure, results in found.items():
        await actions.keep_finding(database, 0, measure, results, method="made up", as_of=clock.now())


async def _find_health(database: Database, ines: Viewer) -> None:
    """How the server's conversations are, and where everybody is on the way from reader to fan."""
    now, server = clock.now(), 0
    figures = Figures(
        people=44,
        begun=325,
        due=319,
        answered=0.88,
        first_answer=30 * clock.MINUTE,
        newcomers=11,
        greeted=0.64,
        reciprocity=0.61,
        unevenness=0.34,
        depth=1.5,
        deepest=8,
    )
    weeks = tuple(WeekOfTalk(monday_of(now) - back * WEEK, 0.8, back * clock.HOUR) for back in range(5, 0, -1))
    step = ((30, 0, FEW, 0, 0, 0), (0, 8, FEW, 0, 0, 0), (FEW, 0, 9, 7, 0, 0), *(((0,) * 4 + (6, 5)),) * 3)
    stages = Loyalties(
        people=44,
        stages=(30, 8, FEW, 9, 6, 19),
        moments=(now - 56 * clock.DAY, now - 28 * clock.DAY, now),
        flows=(step, step),
        cohorts=(Cohort(now - 90 * clock.DAY, 32, (0.84, 1.0, 0.5)), Cohort(now - 60 * clock.DAY, 5, (1.0, FEW))),
        moves=tuple(Move(what, 12, 7, 8, FEW) for what in MOVES),
        knows_visits=True,
    )
    found: dict[Measure, tuple[int, Health | Loyalties | Loyalty]] = {
        Measure.HEALTH: (0, Health(figures, figures, weeks)),
        Measure.LOYALTIES: (0, stages),
        Measure.LOYALTY: (ines.person, Loyalty(Stage.REGULAR, 7, 12, 53.1)),
    }
    for measure, (subject, value) in found.items():
        await actions.keep_finding(database, server, measure, [Result(subject, value)], method="made up", as_of=now)
    async with database.write() as tx:
        await actions.volunteer(tx, ines, Scope(ScopeKind.SERVER))

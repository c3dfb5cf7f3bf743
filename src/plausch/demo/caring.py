"""What people of Lindenau do to look after it, by the real actions: `care.toml` says who does what."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import time

from plausch.demo.care import GoalPlan, Meeting, TargetPlan, Visiting, Volunteering
from plausch.demo.gathering import Gathering
from plausch.demo.model import Town, day, joined
from plausch.demo.moments import Deed, Moment
from plausch.insights import actions as insights
from plausch.insights.model import Scope, ScopeKind
from plausch.insights.model.strategy import Description
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.people import actions as people
from plausch.people import queries as people_queries
from plausch.people.model import Consent, Viewer
from plausch.storage import Write

_WEEK = 7 * clock.DAY
#: When on a day it is done.
_IN_THE_MORNING = time(10, 30)
#: How long after they came newcomers are greeted.
_GREETS_AFTER = 2 * clock.DAY
#: So long after an introduction those answer who agree, one after the other.
_AGREES_AFTER = 3 * clock.HOUR


class Caring:
    """What of that happens in one performance."""

    def __init__(self, town: Town, viewers: Mapping[str, Viewer], gathering: Gathering) -> None:
        self._town = town
        self._care = town.care
        self._viewers = viewers
        self._gathering = gathering

    def moments(self, now: int) -> Iterator[Moment]:
        for one in self._care.volunteers:
            yield Moment(_at(one.days_ago, now), self._volunteer(one))
        for visiting in self._care.visits:
            yield from self._visit(visiting, now)
        for greetings in self._care.greetings:
            for handle in greetings.people:
                at = joined(self._town.person(handle), now) + _GREETS_AFTER
                yield Moment(at, self._greet(greetings.by, handle))
        for meeting in self._care.introductions:
            yield from self._introduce(meeting, now)
        for target in self._care.targets:
            yield Moment(_at(target.days_ago, now), self._describe(target))
        for goal in self._care.goals:
            yield Moment(_at(goal.days_ago, now), self._set(goal))

    def _scope(self, place: str) -> Scope:
        if not place:
            return Scope(ScopeKind.SERVER)
        kind = ScopeKind.GROUP if self._gathering.channels.group(place) is not None else ScopeKind.PAGE
        return Scope(kind, self._gathering.place(place))

    def _volunteer(self, plan: Volunteering) -> Deed:
        return lambda tx: insights.volunteer(tx, self._viewers[plan.by], self._scope(plan.place))

    def _greet(self, by: str, newcomer: str) -> Deed:
        async def greet(tx: Write) -> None:
            # Somebody may have been quicker: whoever greets and answers has said hello.
            with suppress(NotFound):
                await insights.mark_greeted(tx, self._viewers[by], 0, self._viewers[newcomer].person)

        return greet

    def _visit(self, plan: Visiting, now: int) -> Iterator[Moment]:
        since = _at(plan.days_ago, now)

        async def agree(tx: Write) -> None:
            for handle in plan.by:
                await people.set_consent(tx, self._viewers[handle], Consent.KEEP_VISITS, True)

        async def come(tx: Write) -> None:
            places = {0, *(self._gathering.place(place) for place in plan.places)}
            for handle in plan.by:
                await insights.note_visits(tx, self._viewers[handle].person, places)

        yield Moment(since, agree)
        for at in range(since + clock.HOUR, now, _WEEK):
            yield Moment(at, come)

    def _introduce(self, plan: Meeting, now: int) -> Iterator[Moment]:
        at = _at(plan.days_ago, now)

        async def introduce(tx: Write) -> None:
            first, second = (self._viewers[handle].person for handle in plan.people)
            await people.introduce(tx, self._viewers[plan.by], first, second, plan.line)

        yield Moment(at, introduce, sets_off=True)
        for nth, handle in enumerate(plan.agreed, 1):
            yield Moment(at + nth * _AGREES_AFTER, self._agree(plan, handle), sets_off=True)

    def _agree(self, plan: Meeting, handle: str) -> Deed:
        async def agree(tx: Write) -> None:
            viewer, maker = self._viewers[handle], self._viewers[plan.by].person
            asked = await people_queries.list_introductions(tx, viewer)
            one = next(one for one in asked if one.made_by == maker)
            await people.agree_to_meet(tx, viewer, one.id)

        return agree

    def _describe(self, plan: TargetPlan) -> Deed:
        async def describe(tx: Write) -> None:
            description = Description(
                about=plan.about,
                topics=plan.topics,
                groups=tuple(self._gathering.place(group) for group in plan.groups),
                words=plan.words,
                names=plan.names,
                others=plan.others,
            )
            await insights.describe_target(tx, self._viewers[plan.by], self._scope(plan.place), description)

        return describe

    def _set(self, plan: GoalPlan) -> Deed:
        return lambda tx: insights.set_goal(
            tx, self._viewers[plan.by], self._scope(plan.place), plan.kind, plan.target, plan.weeks
        )


def _at(days_ago: int, now: int) -> int:
    return day(now, days_ago, _IN_THE_MORNING)

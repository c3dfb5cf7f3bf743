"""A week of talk somewhere in figures; each says something of its own, and there is no score.

A week begins on Monday in the time zone of most people here. Its name is the midnight of that Monday in UTC, so that it
is the same when most people have another time zone; when it was, `span_of` says.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

import msgspec

from plausch.insights.model.findings import FEWEST
from plausch.kernel import clock
from plausch.language.formats import zone
from plausch.talk.model.said import Said

WEEK = 7 * clock.DAY
#: The first Monday after the beginning of 1970, which was a Thursday.
_FIRST_MONDAY = 4 * clock.DAY
#: A post has been answered when somebody else did within this time.
IN_TIME = clock.DAY

METHOD = "week 2"

UTC = "UTC"


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """What was said in a week by those who count; of people and shares nothing below the fewest."""

    #: Conversations begun, and replies.
    begun: int = 0
    replies: int = 0
    #: Different people who said something.
    people: int = 0
    #: Posts whose day for an answer ended in the week, and those of them that somebody else has answered in time.
    due: int = 0
    answered: int = 0
    #: Of those answered in time: the middle one waited so many minutes.
    answer_minutes: int | None = None
    #: People who said something there for the first time, and those of them whom somebody has answered.
    newcomers: int = 0
    greeted: int = 0

    @property
    def answered_percent(self) -> int | None:
        """None of fewer than five posts."""
        return round(100 * self.answered / self.due) if self.due >= FEWEST else None

    @property
    def greeted_percent(self) -> int | None:
        return round(100 * self.greeted / self.newcomers) if self.newcomers >= FEWEST else None

    @property
    def shown_people(self) -> int | None:
        """None of fewer than five people."""
        return self.people if self.people >= FEWEST else None

    @property
    def shown_newcomers(self) -> int | None:
        return self.newcomers if self.newcomers >= FEWEST else None

    @property
    def quiet(self) -> bool:
        return not (self.begun or self.replies)


class Span(NamedTuple):
    """From a moment on until before another."""

    since: int
    until: int


def monday_of(moment: int, time_zone: str = UTC) -> int:
    """The name of the week in which a moment is."""
    here = datetime.fromtimestamp(moment / clock.SECOND, zone(time_zone))
    named = int(here.replace(tzinfo=zone(UTC)).timestamp()) * clock.SECOND
    return named - (named - _FIRST_MONDAY) % WEEK


def span_of(week: int, time_zone: str = UTC) -> Span:
    """When a week was; an hour shorter or longer where clocks are changed."""
    monday = datetime.fromtimestamp(week / clock.SECOND, zone(UTC)).replace(tzinfo=zone(time_zone))
    ends = (monday, monday + timedelta(days=7))
    return Span(*(int(one.timestamp()) * clock.SECOND for one in ends))


def measure_week(said: Sequence[Said], earlier: Collection[int], span: Span) -> Week:
    """A week, of what was said from the day before on until its end.

    `earlier` are those of its speakers who had said something there before it.
    """
    since, until = span
    counted = [one for one in said if one.counts]
    within = [one for one in counted if since <= one.at < until]
    first_answer: dict[int, Said] = {}
    for one in counted:
        if one.parent_id and one.author_id != one.parent_author_id:
            first_answer.setdefault(one.parent_id, one)
    due = [one for one in counted if not one.parent_id and since - IN_TIME <= one.at < until - IN_TIME]
    waits = [first_answer[one.id].at - one.at for one in due if one.id in first_answer]
    in_time = sorted(wait for wait in waits if wait < IN_TIME)
    first_posts: dict[int, Said] = {}
    for one in within:
        if one.author_id not in earlier:
            first_posts.setdefault(one.author_id, one)
    return Week(
        begun=sum(not one.parent_id for one in within),
        replies=sum(bool(one.parent_id) for one in within),
        people=len({one.author_id for one in within}),
        due=len(due),
        answered=len(in_time),
        answer_minutes=round(median(in_time) / clock.MINUTE) if len(in_time) >= FEWEST else None,
        newcomers=len(first_posts),
        greeted=sum(one.id in first_answer for one in first_posts.values()),
    )

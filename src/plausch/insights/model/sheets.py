"""Tables within a finding, row by row as a spreadsheet wants them. Programs have them in the JSON of the whole."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from plausch.insights.model.advice import Knowledge
from plausch.insights.model.awareness import Awareness
from plausch.insights.model.findings import Measure
from plausch.insights.model.health import Health
from plausch.insights.model.loyalty import Loyalties, Stage
from plausch.language.formats import iso

Row = dict[str, Any]


def _day(moment: int) -> str:
    return iso(moment)[:10]


def _health_weeks(health: Health) -> Iterator[Row]:
    for one in health.weeks:
        yield {"week": _day(one.since), "answered": one.answered, "first_answer": one.first_answer}


def _stages(loyalties: Loyalties) -> Iterator[Row]:
    for stage, people in zip(Stage, loyalties.stages, strict=False):
        yield {"stage": stage.name.lower(), "people": people}


def _flows(loyalties: Loyalties) -> Iterator[Row]:
    for until, step in zip(loyalties.moments[1:], loyalties.flows, strict=False):
        for one, row in zip(Stage, step, strict=False):
            for other, people in zip(Stage, row, strict=False):
                if people:
                    yield {"until": _day(until), "from": one.name.lower(), "to": other.name.lower(), "people": people}


def _cohorts(loyalties: Loyalties) -> Iterator[Row]:
    for cohort in loyalties.cohorts:
        for months, active in enumerate(cohort.active):
            yield {"joined": _day(cohort.since), "people": cohort.people, "months_later": months, "active": active}


def _moves(loyalties: Loyalties) -> Iterator[Row]:
    for move in loyalties.moves:
        yield {"what": move.what, "happened": True, "people": move.with_people, "active": move.with_active}
        yield {"what": move.what, "happened": False, "people": move.without_people, "active": move.without_active}


def _mentions(awareness: Awareness) -> Iterator[Row]:
    for week, posts in awareness.weeks:
        yield {"week": _day(week), "posts": posts}


def _voices(awareness: Awareness) -> Iterator[Row]:
    for one in awareness.voices:
        yield {"community": one.community, "labels": "; ".join(one.labels), "people": one.people}


def _shares(awareness: Awareness) -> Iterator[Row]:
    for one in awareness.shares:
        yield {"word": one.word, "posts": one.posts, "about": awareness.about}


def _hours(knowledge: Knowledge) -> Iterator[Row]:
    for number, share in enumerate(knowledge.times.shares if knowledge.times else ()):
        yield {"weekday": number // 24 + 1, "hour": number % 24, "answered": share}


SHEETS: Mapping[Measure, Mapping[str, Callable[[Any], Iterator[Row]]]] = {
    Measure.HEALTH: {"weeks": _health_weeks},
    Measure.LOYALTIES: {"stages": _stages, "flows": _flows, "cohorts": _cohorts, "moves": _moves},
    Measure.AWARENESS: {"mentions": _mentions, "voices": _voices, "shares": _shares},
    Measure.ADVICE: {"hours": _hours},
}

"""What a weekly letter says in words: what changed, how far the goals are; and how one begins to thank or greet."""

from collections.abc import Iterator

from plausch.insights.model.goals import Goal, GoalKind, Progress
from plausch.insights.model.letters import ShownLetter
from plausch.insights.model.weeks import Week
from plausch.kernel import clock
from plausch.language.catalogues import N_, Catalogue, catalogue
from plausch.language.formats import Formats

GOALS = {
    GoalKind.ANSWER_HOURS: N_("The middle answer comes within so many hours"),
    GoalKind.ANSWERED: N_("Posts answered within a day, in per cent"),
    GoalKind.NEWCOMERS: N_("People a week who say something for the first time"),
    GoalKind.GREETED: N_("Newcomers whose first post is answered, in per cent"),
}
#: What a message begins with; whoever sends it changes it.
SAYINGS = {
    "thanks": N_("Hello %(name)s, thank you for answering so many people here. That makes this a good place to be."),
    "greeting": N_("Hello %(name)s, good that you are here! If you have any questions, just ask me."),
}


def tell_letter(language: str, shown: ShownLetter) -> list[str]:
    """A letter's figures against those of the week before, and its goals, a sentence each."""
    words, now = catalogue(language), shown.letter.figures
    formats = Formats(language, "UTC", clock.now())
    told = tell_week(words, formats, now, shown.letter.before)
    return [*told, *(tell_goal(language, goal, progress) for goal, progress in shown.goals)]


def tell_week(words: Catalogue, formats: Formats, now: Week, before: Week) -> list[str]:
    """A sentence a figure, and none where too few people or posts are behind it."""
    number = formats.number
    return [
        words.ngettext("%(num)s conversation was begun", "%(num)s conversations were begun", now.begun)
        % {"num": number(now.begun)}
        + _compared(words, formats, now.begun, before.begun),
        words.ngettext("There was %(num)s reply", "There were %(num)s replies", now.replies)
        % {"num": number(now.replies)}
        + _compared(words, formats, now.replies, before.replies),
        *_tell_people(words, formats, now, before),
        *_tell_answers(words, formats, now, before),
    ]


def _compared(words: Catalogue, formats: Formats, now: int, before: int) -> str:
    if now == before:
        told = words.gettext("as many as the week before")
    elif now > before:
        told = words.gettext("%(more)s more than the week before") % {"more": formats.number(now - before)}
    else:
        told = words.gettext("%(less)s fewer than the week before") % {"less": formats.number(before - now)}
    return f", {told}."


def _tell_people(words: Catalogue, formats: Formats, now: Week, before: Week) -> Iterator[str]:
    if now.shown_people is not None:
        told = words.gettext("%(num)s different people said something") % {"num": formats.number(now.people)}
        shown = before.shown_people is not None
        yield told + (_compared(words, formats, now.people, before.people) if shown else ".")
    if now.shown_newcomers is not None:
        yield words.ngettext(
            "%(num)s person said something for the first time; answered: %(greeted)s.",
            "%(num)s people said something for the first time; answered: %(greeted)s.",
            now.newcomers,
        ) % {"num": formats.number(now.newcomers), "greeted": formats.number(now.greeted)}


def _tell_answers(words: Catalogue, formats: Formats, now: Week, before: Week) -> Iterator[str]:
    share, share_before = now.answered_percent, before.answered_percent
    if share is not None:
        told = words.gettext("%(share)s %% of the posts had an answer by somebody else within a day") % {"share": share}
        if share_before is not None:
            told += "; " + words.gettext("the week before it was %(share)s %%") % {"share": share_before}
        yield f"{told}."
    if now.answer_minutes is not None:
        span = _rounded(formats, now.answer_minutes)
        yield words.gettext("Half of these answers came within %(time)s.") % {"time": span}


def _rounded(formats: Formats, minutes: int) -> str:
    """To hours from two hours on."""
    span = max(minutes, 1) * clock.MINUTE
    return formats.duration(round(span / clock.HOUR) * clock.HOUR if minutes >= 120 else span)


def tell_goal(language: str, goal: Goal, progress: Progress) -> str:
    """What was set out to be reached, where that stands, and until when it holds."""
    words = catalogue(language)
    formats = Formats(language, "UTC", clock.now())
    told = f"{words.gettext(GOALS[goal.kind])}: {formats.number(goal.target)}."
    if progress.before is not None:
        told += " " + words.gettext("Before: %(value)s.") % {"value": show_value(formats, progress.before)}
    if progress.latest is None:
        told += " " + words.gettext("There is no week yet with enough to say.")
    else:
        told += " " + words.gettext("Last: %(value)s.") % {"value": show_value(formats, progress.latest)}
        told += " " + words.ngettext(
            "Reached in %(met)s of %(num)s week.", "Reached in %(met)s of %(num)s weeks.", len(progress.weeks)
        ) % {"met": progress.met, "num": len(progress.weeks)}
    return told + " " + words.gettext("It runs until %(day)s.") % {"day": formats.date(goal.ends_at)}


def show_value(formats: Formats, value: float) -> str:
    """With a place behind the point only where there is something in it."""
    return formats.decimal(value) if value % 1 else formats.number(int(value))


def begin_message(language: str, saying: str, name: str) -> str:
    """The first words of a message to somebody; none for what is no such saying."""
    return catalogue(language).gettext(SAYINGS[saying]) % {"name": name} if saying in SAYINGS else ""

"""Making the weekly letters."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from plausch.feeds import actions as feeds_actions
from plausch.feeds.model import NotificationKind
from plausch.insights.actions.findings import keep_history
from plausch.insights.events import LetterMade
from plausch.insights.model.findings import Scope
from plausch.insights.model.goals import figures_of
from plausch.insights.model.letters import Item, letter_due
from plausch.insights.model.weeks import WEEK, Week, monday_of, span_of
from plausch.insights.queries.letters import gather_items, gather_week, list_readers, list_wanting_letters
from plausch.insights.tables import letter_items, letters
from plausch.kernel import clock, ids
from plausch.people import queries as people
from plausch.storage import Database, Write, column_statement, param, upsert
from plausch.work.facts import record

#: How many weeks back the figures of a place are made when it sets itself goals.
LOOK_BACK = 12
#: A letter tells of a week; so long it is kept.
_KEPT = 52 * WEEK

_NEW = column_statement(upsert(letters).on_conflict_do_nothing())
_ITEM = column_statement(
    sa.insert(letter_items).values(
        letter_id=param("letter"),
        section=param("section", sa.Text()),
        place=param("place"),
        person_id=param("person"),
        post_id=param("post"),
        number=param("number"),
        more=param("more"),
    )
)
_OF_SCOPE = sa.select(letters.c.id).where(letters.c.scope_id == param("scope"))
_OLD = sa.select(letters.c.id).where(letters.c.week < param("before"))
_DROP = [
    column_statement(sa.delete(letter_items).where(letter_items.c.letter_id.in_(_OF_SCOPE))),
    column_statement(sa.delete(letters).where(letters.c.scope_id == param("scope"))),
]
_DROP_OLD = [
    column_statement(sa.delete(letter_items).where(letter_items.c.letter_id.in_(_OLD))),
    column_statement(sa.delete(letters).where(letters.c.week < param("before"))),
]
_FORGET_PERSON = column_statement(sa.delete(letter_items).where(letter_items.c.person_id == param("subject")))
_FORGET_POST = column_statement(sa.delete(letter_items).where(letter_items.c.post_id == param("subject")))
_LETTERS_OF = column_statement(_OF_SCOPE)


async def make_letters(database: Database) -> None:
    """The letters whose moment has come: each once a week, in a transaction of its own after a long read."""
    now = clock.now()
    async with database.slow_read() as read:
        zone = await people.find_usual_zone(read)
        week = monday_of(now, zone) - WEEK
        wanting = [one for one in await list_wanting_letters(read, week) if letter_due(one.id, week, zone) <= now]
    span, span_before = span_of(week, zone), span_of(week - WEEK, zone)
    for scope in wanting:
        async with database.slow_read() as read:
            gathered = await gather_week(read, scope, span)
            before = await gather_week(read, scope, span_before)
            items = await gather_items(read, scope, span, gathered)
        async with database.write() as tx:
            await _keep_letter(tx, scope, week, gathered.figures, before.figures, items)
    async with database.write() as tx:
        for statement in _DROP_OLD:
            await tx.run(statement, before=week - _KEPT)


async def _keep_letter(tx: Write, scope: Scope, week: int, figures: Week, before: Week, items: Sequence[Item]) -> None:
    """Keep it, and tell those who look after the place; of a week in which nothing was, nobody hears.

    Who has gone or objected while it was gathered is left out: what is told to forget them has been told already.
    """
    counted = await people.list_counted(tx, sorted({item.person_id for item in items}))
    items = [item for item in items if not item.person_id or item.person_id in counted]
    id_ = ids.new_id()
    empty = figures.quiet and not items
    kept = await tx.run(
        _NEW,
        id=id_,
        kind=scope.kind.value,
        scope_id=scope.id,
        week=week,
        figures=msgspec.json.encode(figures).decode(),
        figures_before=msgspec.json.encode(before).decode(),
        empty=empty,
    )
    if not kept:
        return
    await keep_week(tx, scope, week, figures)
    await keep_week(tx, scope, week - WEEK, before)
    if empty:
        return
    await tx.run_many(_ITEM, [_row(id_, item) for item in items])
    for person in await list_readers(tx, scope):
        await feeds_actions.notify(tx, person, NotificationKind.WEEKLY_LETTER, person, request=id_)
    await record(tx, LetterMade(letter_id=id_))


def _row(letter: int, item: Item) -> dict[str, object]:
    return {
        "letter": letter,
        "section": item.section.value,
        "place": item.place,
        "person": item.person_id,
        "post": item.post_id,
        "number": item.number,
        "more": item.more,
    }


async def keep_week(tx: Write, scope: Scope, week: int, figures: Week) -> None:
    """Note what the figures of a week were."""
    for measure, value in figures_of(figures).items():
        await keep_history(tx, scope.id, measure, [(0, value)], at=week)


async def measure_weeks(database: Database, scope: Scope) -> None:
    """The figures of the last weeks, for a place that has not kept any: what goals are compared with."""
    async with database.read() as read:
        zone = await people.find_usual_zone(read)
    this = monday_of(clock.now(), zone)
    for number in range(LOOK_BACK, 0, -1):
        week = this - number * WEEK
        async with database.slow_read() as read:
            figures = (await gather_week(read, scope, span_of(week, zone))).figures
        if not figures.quiet:
            async with database.write() as tx:
                await keep_week(tx, scope, week, figures)


async def forget_in_letters(tx: Write, subject: int) -> None:
    """Somebody, or a post, is gone."""
    await tx.run(_FORGET_PERSON, subject=subject)
    await tx.run(_FORGET_POST, subject=subject)


async def drop_letters(tx: Write, scope: int) -> None:
    """The place is gone, and with it what announced its letters."""
    for letter in await tx.all(_LETTERS_OF, scope=scope):
        await feeds_actions.forget_matter(tx, NotificationKind.WEEKLY_LETTER, letter)
    for statement in _DROP:
        await tx.run(statement, scope=scope)

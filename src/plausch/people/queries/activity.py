"""How many are here, and how many came: figures of the whole server, without anybody in them."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.people.model import PRESENT
from plausch.people.queries.accounts import WITH_ACTOR
from plausch.people.tables import accounts, actors, sessions, tokens
from plausch.storage import Read, Statement, column_statement, is_one_of, param

_Pair = tuple[int, int]
#: Weeks begin on Monday; 1970 began on a Thursday.
_MONDAY = 4 * clock.DAY
_WEEK = 7 * clock.DAY
_SINCE = param("since")
_came = sa.union(
    sa.select(sessions.c.person_id).where(sessions.c.seen_at >= _SINCE),
    sa.select(tokens.c.person_id).where(tokens.c.created_at >= _SINCE, tokens.c.person_id != 0),
).subquery()
_ACTIVE = column_statement(sa.select(sa.func.count()).select_from(_came))


def week_of(moment: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return (moment - sa.literal(_MONDAY)) // sa.literal(_WEEK)


def week_number(moment: int) -> int:
    """Weeks from Monday to Sunday (UTC), counted from 1970."""
    return (moment - _MONDAY) // _WEEK


def week_start(number: int) -> int:
    """When a week begins (ms)."""
    return number * _WEEK + _MONDAY


def _by_week(moment: sa.ColumnElement[int], source: sa.FromClause, *more: sa.ColumnElement[bool]) -> Statement[_Pair]:
    return Statement(
        sa.select(week_of(moment).label("week"), sa.func.count())
        .select_from(source)
        .where(moment >= _SINCE, *more)
        .group_by(sa.text("week")),
        lambda number, count: (int(number), int(count)),
    )


_JOINED = _by_week(accounts.c.created_at, WITH_ACTOR, is_one_of(actors.c.standing, PRESENT))
_SIGNED_IN = _by_week(sessions.c.created_at, sessions)

_JOINED_BY_DAY = Statement(
    sa.select((accounts.c.created_at // sa.literal(clock.DAY)).label("day"), sa.func.count())
    .select_from(WITH_ACTOR)
    .where(accounts.c.created_at >= _SINCE, is_one_of(actors.c.standing, PRESENT))
    .group_by(sa.text("day")),
    lambda number, count: (int(number), int(count)),
)
_LOCALES = Statement(
    sa.select(accounts.c.locale, sa.func.count())
    .select_from(WITH_ACTOR)
    .where(is_one_of(actors.c.standing, PRESENT))
    .group_by(accounts.c.locale)
    .order_by(sa.func.count().desc(), accounts.c.locale),
    lambda locale, count: (str(locale), int(count)),
)


async def count_active(tx: Read, since: int) -> int:
    """How many people were here since a moment (ms)."""
    return int(await tx.first(_ACTIVE, since=since) or 0)


async def count_joined(tx: Read, since: int) -> dict[int, int]:
    """How many joined, by the number of the week."""
    return dict(await tx.all(_JOINED, since=since))


async def count_sign_ins(tx: Read, since: int) -> dict[int, int]:
    """How often somebody signed in, by the number of the week, as far as it is remembered."""
    return dict(await tx.all(_SIGNED_IN, since=since))


async def count_joined_by_day(tx: Read, since: int) -> dict[int, int]:
    """How many joined, by the number of the day (UTC, from 1970)."""
    return dict(await tx.all(_JOINED_BY_DAY, since=since))


async def count_locales(tx: Read) -> list[tuple[str, int]]:
    """How many read the pages in which language, the most first."""
    return await tx.all(_LOCALES)

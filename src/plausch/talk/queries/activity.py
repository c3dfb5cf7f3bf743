"""How much is said in public: figures of the whole server, without anybody in them."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.people.queries.activity import week_of
from plausch.storage import Read, Statement, column_statement, is_one_of, param
from plausch.talk.model import OPEN
from plausch.talk.tables import likes, posts, shares

_OPEN = sa.and_(is_one_of(posts.c.scope_kind, OPEN), posts.c.deleted_at.is_(None))
_ALL = column_statement(sa.select(sa.func.count()).select_from(posts).where(_OPEN))
_BY_WEEK = Statement(
    sa.select(week_of(posts.c.published_at).label("week"), sa.func.count())
    .where(_OPEN, posts.c.id >= param("from_id"))
    .group_by(sa.text("week")),
    lambda number, count: (int(number), int(count)),
)
_BETWEEN = column_statement(
    sa.select(sa.func.count())
    .select_from(posts)
    .where(_OPEN, posts.c.id >= param("from_id"), posts.c.id < param("until_id"))
)
_DAY = sa.literal(clock.DAY)
_given = sa.union_all(
    sa.select((posts.c.published_at // _DAY).label("day")).where(
        _OPEN, posts.c.parent_id.is_not(None), posts.c.id >= param("from_id")
    ),
    *(
        sa.select((given.c.at // _DAY).label("day"))
        .select_from(given.join(posts, posts.c.id == given.c.post_id))
        .where(_OPEN, given.c.at >= param("since"))
        for given in (likes, shares)
    ),
).subquery("given")
_INTERACTIONS = Statement(
    sa.select(_given.c.day, sa.func.count()).group_by(_given.c.day),
    lambda number, count: (int(number), int(count)),
)


async def count_open(tx: Read) -> int:
    """Posts that everybody may read; of the others nobody learns that there are any. It looks at every post."""
    return int(await tx.first(_ALL) or 0)


async def count_open_by_week(tx: Read, since: int) -> dict[int, int]:
    """The same by the number of the week (`people.queries.activity`), since a moment (ms)."""
    return dict(await tx.all(_BY_WEEK, from_id=first_id_at(since)))


async def count_open_between(tx: Read, since: int, until: int) -> int:
    """The same between two moments (ms)."""
    return int(await tx.first(_BETWEEN, from_id=first_id_at(since), until_id=first_id_at(until)) or 0)


async def count_interactions_by_day(tx: Read, since: int) -> dict[int, int]:
    """Replies, likes and shares of what everybody may read, by the number of the day (UTC, from 1970)."""
    return dict(await tx.all(_INTERACTIONS, since=since, from_id=first_id_at(since)))

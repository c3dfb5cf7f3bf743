"""How much is said in public: figures of the whole server, without anybody in them."""

import sqlalchemy as sa

from plausch.kernel.ids import first_id_at
from plausch.people.queries.activity import week_of
from plausch.storage import Read, Statement, column_statement, is_one_of, param
from plausch.talk.model import OPEN
from plausch.talk.tables import posts

_OPEN = sa.and_(is_one_of(posts.c.scope_kind, OPEN), posts.c.deleted_at.is_(None))
_ALL = column_statement(sa.select(sa.func.count()).select_from(posts).where(_OPEN))
_BY_WEEK = Statement(
    sa.select(week_of(posts.c.published_at).label("week"), sa.func.count())
    .where(_OPEN, posts.c.id >= param("from_id"))
    .group_by(sa.text("week")),
    lambda number, count: (int(number), int(count)),
)


async def count_open(tx: Read) -> int:
    """Posts that everybody may read; of the others nobody learns that there are any. It looks at every post."""
    return int(await tx.first(_ALL) or 0)


async def count_open_by_week(tx: Read, since: int) -> dict[int, int]:
    """The same by the number of the week (`people.queries.activity`), since a moment (ms)."""
    return dict(await tx.all(_BY_WEEK, from_id=first_id_at(since)))

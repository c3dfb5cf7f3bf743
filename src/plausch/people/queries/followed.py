"""Who follows whom in a crowd, and how far a crowd is heard: figures, for those who know the crowd."""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from plausch.people.model import PRESENT, Relation
from plausch.people.tables import actors, relations
from plausch.storage import Read, Statement, any_of, column_statement, is_one_of

_FOLLOWS = relations.c.kind == Relation.FOLLOW.value
_AMONG = Statement(
    sa.select(relations.c.source_id, relations.c.target_id).where(
        any_of(relations.c.source_id, "sources"), any_of(relations.c.target_id, "targets"), _FOLLOWS
    ),
    lambda source, target: (int(source), int(target)),
)
_FOLLOWERS = column_statement(
    sa.select(sa.func.count(sa.distinct(relations.c.source_id)))
    .select_from(relations.join(actors, actors.c.id == relations.c.source_id))
    .where(any_of(relations.c.target_id, "ids"), _FOLLOWS, is_one_of(actors.c.standing, PRESENT))
)
_SERVERS = column_statement(sa.select(sa.func.count(sa.distinct(actors.c.server_id))).where(any_of(actors.c.id, "ids")))


async def list_follows_among(tx: Read, sources: Sequence[int], targets: Sequence[int]) -> dict[int, set[int]]:
    """Which of some actors each of others follows now."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for source, target in await tx.all(_AMONG, sources=sources, targets=targets):
        found[source].add(target)
    return found


async def count_followers(tx: Read, ids: Sequence[int]) -> int:
    """How many different people follow somebody of these."""
    return int(await tx.first(_FOLLOWERS, ids=ids) or 0)


async def count_servers(tx: Read, ids: Sequence[int]) -> int:
    """On how many servers these are at home."""
    return int(await tx.first(_SERVERS, ids=ids) or 0)

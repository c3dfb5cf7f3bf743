"""Which scopes there is something to say about."""

from collections.abc import Iterable

import numpy as np

from plausch.insights.compute.night import Night
from plausch.insights.gather.columns import Ids
from plausch.insights.gather.ledger import all_interactions, all_posts, among
from plausch.insights.model.findings import FEWEST, Scope, ScopeKind
from plausch.kernel import clock
from plausch.people import queries as people

#: How far back somebody counts as active, in ms.
ACTIVE = 90 * clock.DAY


async def find_scopes(night: Night) -> tuple[Scope, ...]:
    """The whole server first; then the groups, pages and boards in which enough people were active of late."""
    said, done = await all_posts(night), await all_interactions(night)
    async with night.database.slow_read() as tx:
        pages = np.array(sorted(await people.list_counted_pages(tx)), dtype=np.int64)
    late, lately = said.at >= night.now - ACTIVE, done.at >= night.now - ACTIVE
    boards = _board_of(said.id, said.board, done.post)
    begun, wall = (late & said.open & among(pages, column) for column in (said.begun_by, said.wall))
    turned = lately & done.open & among(pages, done.target)
    found = [Scope(ScopeKind.SERVER)]
    for kind, pairs in (
        (ScopeKind.GROUP, [(said.place[late], said.actor[late]), (done.place[lately], done.source[lately])]),
        (
            ScopeKind.PAGE,
            [
                (said.begun_by[begun], said.actor[begun]),
                (said.wall[wall], said.actor[wall]),
                (done.target[turned], done.source[turned]),
            ],
        ),
        (ScopeKind.BOARD, [(said.board[late], said.actor[late]), (boards[lately], done.source[lately])]),
    ):
        found += [Scope(kind, id_) for id_ in _busy(pairs, pages)]
    return tuple(found)


def _board_of(posts: Ids, boards: Ids, wanted: Ids) -> Ids:
    """In which board posts stand; 0 for none."""
    if not len(posts):
        return np.zeros(len(wanted), dtype=np.int64)
    place = np.minimum(np.searchsorted(posts, wanted), len(posts) - 1)
    return np.where(posts[place] == wanted, boards[place], 0)


def _busy(pairs: Iterable[tuple[Ids, Ids]], pages: Ids) -> list[int]:
    """Where enough different people were; pages are no people."""
    places, actors = (np.concatenate(column) for column in zip(*pairs, strict=True))
    which = (places != 0) & ~among(pages, actors)
    different = np.unique(np.stack([places[which], actors[which]]), axis=1)
    place, count = np.unique(different[0], return_counts=True)
    busy: list[int] = place[count >= FEWEST].tolist()
    return busy

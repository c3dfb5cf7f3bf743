"""How a post spread, for those whose post it is: computed when they look, from what there is now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.insights.model import cascades
from plausch.insights.model.cascades import Cascade
from plausch.insights.model.findings import Measure, Scope, ScopeKind
from plausch.insights.model.spread import FORECAST_VERSION, Forecast, Forecasts, Node, Shared, foretell, grow
from plausch.insights.queries.findings import find_constants
from plausch.insights.queries.interactions import find_graph
from plausch.insights.tables import interactions
from plausch.kernel import clock
from plausch.kernel.errors import NotAllowed
from plausch.kernel.ids import first_id_at
from plausch.people import queries as people
from plausch.people.model import Actor, Consent, Viewer
from plausch.storage import Read, any_of, column_statement, param
from plausch.talk import queries as talk
from plausch.talk.model import OPEN, Post

_AUTHOR, _BEFORE = param("author"), interactions.c.at < param("before")
_KNOWN = column_statement(
    sa.union(
        sa.select(interactions.c.source_id).where(
            interactions.c.target_id == _AUTHOR, any_of(interactions.c.source_id, "ids"), _BEFORE
        ),
        sa.select(interactions.c.target_id).where(
            interactions.c.source_id == _AUTHOR, any_of(interactions.c.target_id, "ids"), _BEFORE
        ),
    )
)
#: What counts as of late.
_LATELY = 30 * clock.DAY
#: Shares that are looked at, the oldest first.
MOST_SHARES = 5_000


class Reach(NamedTuple):
    """Different people who did something about a post; never who merely saw it."""

    people: int
    #: How many of them liked, shared, replied and quoted.
    kinds: Mapping[str, int]
    #: Those who had not had to do with whoever posted it before; None while that is not known.
    new: tuple[int, ...] | None


class Spread(NamedTuple):
    """All there is to know of how a post spread."""

    tree: list[Node]
    figures: Cascade
    #: Those of the tree whom the viewer may see and who let themselves be counted, by id.
    named: Mapping[int, Actor]
    reach: Reach
    #: Everybody who follows somebody of the tree; None where the post is not for everybody.
    possible: int | None
    servers: int
    #: There are more shares than were looked at.
    cut: bool
    forecast: Forecast | None
    #: When what the forecast rests on was learnt, in ms.
    learnt_at: int = 0


async def may_see_spread(tx: Read, viewer: Viewer, post: Post) -> bool:
    """Whether it is the viewer's own post or one of a page it speaks for; staff looks at open posts of those who let
    themselves be counted."""
    if not viewer.signed_in:
        return False
    if await talk.is_own(tx, viewer, post.id):
        return True
    if await people.find_team_member(tx, post.actor_id, viewer.person) is not None:
        return True
    open_to_all = post.audience_kind in OPEN
    return viewer.staff and open_to_all and await people.has_consent(tx, post.author_id, Consent.COUNT_IN_INSIGHTS)


async def list_spread_lately(tx: Read, viewer: Viewer, limit: int) -> list[Post]:
    """The viewer's posts of late that were shared most."""
    passed = await talk.list_passed_on(tx, viewer, first_id_at(clock.now() - _LATELY), limit)
    found = await talk.list_posts(tx, viewer, [one.post_id for one in passed])
    return [found[one.post_id] for one in passed if one.post_id in found]


async def get_spread(tx: Read, viewer: Viewer, post: Post) -> Spread:
    """How a post spread that the viewer may see. Raises NotAllowed for somebody else's."""
    if not await may_see_spread(tx, viewer, post):
        raise NotAllowed("insights_not_for_you")
    rows = await talk.list_shares(tx, viewer, post.id, MOST_SHARES + 1)
    cut, rows = len(rows) > MOST_SHARES, rows[:MOST_SHARES]
    shares = [Shared(row.id, row.actor_id, row.via_id, row.at) for row in rows]
    tree = await _grow(tx, post, shares)
    ids = [node.actor for node in tree]
    counted = [post.actor_id, *(row.actor_id for row in rows if row.counted)]
    server = Scope(ScopeKind.SERVER)
    found = await find_constants(tx, server, Measure.SPREAD_FORECAST, Forecasts, FORECAST_VERSION)
    delays = [node.at - post.published_at for node in tree[1:]]
    forecasts = found.results[0].value if found is not None and post.audience_kind in OPEN else Forecasts()
    return Spread(
        tree=tree,
        figures=cascades.measure([node.parent for node in tree], [node.at for node in tree]),
        named=await people.list_actors(tx, viewer, counted),
        reach=await _reach(tx, viewer, post),
        possible=await people.count_followers(tx, ids) if post.audience_kind in OPEN else None,
        servers=await people.count_servers(tx, ids),
        cut=cut,
        forecast=None if cut else foretell(forecasts, delays, clock.now() - post.published_at),
        learnt_at=found.as_of if found is not None else 0,
    )


async def _grow(tx: Read, post: Post, shares: Sequence[Shared]) -> list[Node]:
    there = {post.id, *(share.id for share in shares)}
    unsure = [share.actor for share in shares if share.via not in there]
    everybody = [post.actor_id, *(share.actor for share in shares)]
    follows = await people.list_follows_among(tx, unsure, everybody) if unsure else {}
    return grow(post.id, post.actor_id, post.published_at, shares, follows)


async def _reach(tx: Read, viewer: Viewer, post: Post) -> Reach:
    responses = await talk.list_responses(tx, viewer, post.id)
    everybody = {one.actor_id for one in responses}
    new = None
    graph = await find_graph(tx)
    if graph is not None and graph.whole:
        known = await tx.all(_KNOWN, author=post.actor_id, ids=list(everybody), before=post.published_at)
        new = tuple(sorted(everybody.difference(known)))
    return Reach(len(everybody), Counter(one.kind for one in responses), new)

"""What people of several circles like: scores for the feed, handed down to the room that shows it."""

import numpy as np

from plausch.feeds import actions as feeds_actions
from plausch.feeds import queries as feeds
from plausch.feeds.model import FeedKind
from plausch.feeds.queries import Scored
from plausch.insights.compute.night import Night
from plausch.insights.gather.graph import load_graph, weights
from plausch.insights.gather.ledger import among, chosen, interactions
from plausch.insights.measures.bridging import bridging
from plausch.insights.measures.communities import find_communities
from plausch.insights.measures.graph import contacts
from plausch.insights.model.communities import RESOLUTIONS, Grain
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.kernel import clock
from plausch.talk.model import InteractionKind

#: How far back likes and shares count, and how long the scores do when no other night follows.
_SINCE, _LAST = 14 * clock.DAY, 3 * clock.DAY
_KEPT = 300
#: Circles are found coarsely: two halves of one circle would bridge nothing.
_RUNS = 3
_ENDORSING = (InteractionKind.LIKE.value, InteractionKind.SHARE.value)
_SERVER = Scope(ScopeKind.SERVER)


async def compute(night: Night) -> None:
    """Public talk only, and only people who are counted."""
    found = await _score(night)
    async with night.database.write() as tx:
        await feeds_actions.put_scores(tx, FeedKind.BRIDGING, found, night.now + _LAST)


async def _score(night: Night) -> list[Scored]:
    rows = await interactions(night, _SERVER, night.now - _SINCE)
    ids, sums = await load_graph(night, _SERVER)
    rows = chosen(rows, np.isin(rows.kind, _ENDORSING) & among(ids, rows.source))
    if not len(rows.post):
        return []
    circle = find_communities(
        contacts(weights(sums)), resolution=RESOLUTIONS[Grain.COARSE], seed=night.seed, runs=_RUNS
    ).community
    posts, post = np.unique(rows.post, return_inverse=True)
    endorser = np.searchsorted(ids, rows.source).astype(np.int32)
    result = bridging(post.astype(np.int32), endorser, len(posts), circle)
    best = np.argsort(-result.score, kind="stable")[: int((result.score > 0).sum())]
    async with night.database.slow_read() as tx:
        open_ = set(await feeds.list_offerable(tx, posts[best].tolist()))
    return [
        Scored(int(posts[one]), float(result.score[one]), int(result.circles[one]))
        for one in best
        if int(posts[one]) in open_
    ][:_KEPT]

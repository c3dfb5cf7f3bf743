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
from plausch.insights.measures.graph import Contacts, Ints, contacts
from plausch.insights.model.communities import RESOLUTIONS, Grain
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.kernel import clock
from plausch.talk.model import InteractionKind

#: How far back likes and shares count, and how long the scores do when no other night follows.
_SINCE, _LAST = 14 * clock.DAY, 3 * clock.DAY
_KEPT = 300
_RUNS = 3
#: With more of all people in one circle there is hardly an elsewhere.
_ALMOST_ALL = 0.75
_ENDORSING = (InteractionKind.LIKE.value, InteractionKind.SHARE.value)
_SERVER = Scope(ScopeKind.SERVER)


async def compute(night: Night) -> None:
    """Public talk only, and only people who are counted."""
    found = await _score(night)
    async with night.database.write() as tx:
        await feeds_actions.put_scores(tx, FeedKind.BRIDGING, found, night.now + _LAST)


def circles(who: Contacts, seed: int) -> Ints:
    """The circle of each person, found coarsely: two halves of one circle would bridge nothing.

    Where that leaves almost everybody in one circle, as in a small town, they are told apart as usual.
    """
    found = find_communities(who, resolution=RESOLUTIONS[Grain.COARSE], seed=seed, runs=_RUNS).community
    if np.bincount(found, minlength=1).max() <= _ALMOST_ALL * who.people:
        return found
    return find_communities(who, resolution=RESOLUTIONS[Grain.USUAL], seed=seed, runs=_RUNS).community


async def _score(night: Night) -> list[Scored]:
    rows = await interactions(night, _SERVER, night.now - _SINCE)
    ids, sums = await load_graph(night, _SERVER)
    rows = chosen(rows, np.isin(rows.kind, _ENDORSING) & among(ids, rows.source))
    if not len(rows.post):
        return []
    circle = circles(contacts(weights(sums)), night.seed)
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

"""What people of several circles like: scores for the feed, handed down to the room that shows it."""

import numpy as np

from plausch.feeds import actions as feeds_actions
from plausch.feeds import queries as feeds
from plausch.feeds.model import FeedKind
from plausch.feeds.queries import Scored
from plausch.insights.compute.night import Night
from plausch.insights.compute.partitions import circles_of, people_of
from plausch.insights.gather.ledger import among, chosen, interactions
from plausch.insights.measures.bridging import bridging
from plausch.insights.measures.graph import Ints
from plausch.insights.model.communities import Grain
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.kernel import clock
from plausch.talk.model import InteractionKind

#: How far back likes and shares count, and how long the scores do when no other night follows.
_SINCE, _LAST = 14 * clock.DAY, 3 * clock.DAY
_KEPT = 300
#: With more of all people in one circle there is hardly an elsewhere.
_ALMOST_ALL = 0.75
_ENDORSING = (InteractionKind.LIKE.value, InteractionKind.SHARE.value)
_SERVER = Scope(ScopeKind.SERVER)


async def compute(night: Night) -> None:
    """Public talk only, and only people who are counted."""
    found = await _score(night)
    async with night.database.write() as tx:
        await feeds_actions.put_scores(tx, FeedKind.BRIDGING, found, night.now + _LAST)


def tells_apart(circle: Ints) -> bool:
    """Where almost everybody is in one circle, as a small town looks from afar, nothing can be bridged."""
    return bool(np.bincount(circle, minlength=1).max() <= _ALMOST_ALL * len(circle))


async def _circles(night: Night) -> Ints:
    """Found coarsely, since two halves of one circle would bridge nothing; where that tells nobody apart, as usual."""
    coarse = (await circles_of(night, _SERVER, Grain.COARSE)).partition.community
    return coarse if tells_apart(coarse) else (await circles_of(night, _SERVER)).partition.community


async def _score(night: Night) -> list[Scored]:
    rows = await interactions(night, _SERVER, night.now - _SINCE)
    ids = (await people_of(night, _SERVER)).ids
    rows = chosen(rows, np.isin(rows.kind, _ENDORSING) & among(ids, rows.source))
    if not len(rows.post):
        return []
    circle = await _circles(night)
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

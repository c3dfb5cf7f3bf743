"""What usually comes of posts that were shared so and so often, learnt from how those of this server spread."""

from collections import defaultdict

from plausch.insights.actions import keep_finding
from plausch.insights.compute.night import Night
from plausch.insights.model import Measure, Result
from plausch.insights.model.spread import FORECAST_VERSION, SETTLED, learn
from plausch.kernel.clock import DAY
from plausch.kernel.ids import first_id_at
from plausch.talk import queries as talk

#: How far back it looks, and how much it reads at once.
_HISTORY = 180 * DAY
_PORTION = 5_000


async def compute(night: Night) -> None:
    """Learn forecasts from all posts that spread no more."""
    since, until = (first_id_at(night.now - ago) for ago in (_HISTORY, SETTLED))
    delays: defaultdict[int, list[int]] = defaultdict(list)
    after, portion = since, _PORTION
    while portion == _PORTION:
        async with night.database.read() as tx:
            rows = await talk.list_delays(tx, since, until, after, _PORTION)
        for row in rows:
            delays[row.post_id].append(max(0, row.delay))
        after, portion = rows[-1].id if rows else after, len(rows)
    learnt = learn([sorted(one) for one in delays.values()])
    await keep_finding(
        night.database,
        0,
        Measure.SPREAD_FORECAST,
        [Result(0, learnt)],
        method=FORECAST_VERSION,
        as_of=night.now,
    )

"""Counting how much of its target group a place knows, and how others speak of a page."""

import os
from collections.abc import Collection

from plausch.feeds.actions import keep_server_key
from plausch.insights.actions.findings import keep_finding, keep_history
from plausch.insights.model import awareness, strategy
from plausch.insights.model.awareness import Mention
from plausch.insights.model.findings import Measure, Result, Scope, ScopeKind
from plausch.insights.model.rounding import ROUNDING_KEY
from plausch.insights.queries.strategy import list_described, read_description
from plausch.insights.queries.targets import gather_awareness, gather_target
from plausch.kernel import clock
from plausch.storage import Database


async def measure_target(database: Database, scope: Scope) -> None:
    """As soon as those who look after a place have described whom it is there for."""
    await _measure(database, scope, clock.now())


async def measure_targets(database: Database, scopes: Collection[Scope], now: int) -> None:
    """Of all places that have said whom they are there for; how others speak of it of each page among `scopes`, too."""
    async with database.read() as read:
        described = await list_described(read)
    for scope in described:
        await _measure(database, scope, now)
    for scope in scopes:
        if scope.kind is ScopeKind.PAGE and scope not in described:
            await _measure_awareness(database, scope, now)


async def _measure(database: Database, scope: Scope, now: int) -> None:
    """Short sentences in a long read, and one change each."""
    key = await _key(database)
    async with database.slow_read() as read:
        description = await read_description(read, scope)
        target = await gather_target(read, scope, description, now, key)
    found = [Result(0, target)]
    await keep_finding(database, scope.id, Measure.TARGET, found, method=strategy.METHOD, as_of=now)
    if target.talked is not None:
        async with database.write() as tx:
            await keep_history(tx, scope.id, Measure.TARGET, [(0, target.talked)], at=now)
    if scope.kind is ScopeKind.PAGE:
        await _measure_awareness(database, scope, now)


async def _measure_awareness(database: Database, scope: Scope, now: int) -> None:
    key = await _key(database)
    async with database.slow_read() as read:
        description = await read_description(read, scope)
        found, latest = await gather_awareness(read, scope.id, description, now, key)
    named = [Result(post, Mention(at), place) for place, (post, at) in enumerate(latest, 1)]
    method = awareness.METHOD
    await keep_finding(database, scope.id, Measure.AWARENESS, [Result(0, found)], method=method, as_of=now)
    await keep_finding(database, scope.id, Measure.AWARENESS_POSTS, named, method=method, as_of=now)


async def _key(database: Database) -> bytes:
    """What draws the lots by which numbers are rounded: nobody who knows all the people can draw them, too."""
    async with database.write() as tx:
        return await keep_server_key(tx, ROUNDING_KEY, os.urandom(32))

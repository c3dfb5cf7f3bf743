"""A worker that dies between any two of its transactions neither loses nor repeats an effect; wrong ones do.

The wrong ones show that `tests.harness.consistency`, which the kill tests rely on, notices.
"""

from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa

from plausch.app.background import register_all
from plausch.feeds.model import NotificationKind
from plausch.feeds.tables import notifications
from plausch.kernel import ids
from plausch.people.model import Viewer
from plausch.storage import Database, Write, column_statement
from plausch.storage.media import MediaFiles
from plausch.talk.actions import like_post
from plausch.talk.events import PostLiked
from plausch.work import queue
from plausch.work.queue import Lease
from plausch.work.registry import Registry
from plausch.work.tables import jobs
from plausch.work.worker import Worker
from tests.harness.community import join_all, publish
from tests.harness.consistency import Promises, find_faults

#: In transactions. A batch of three facts takes four when it is done right, seven when it is not.
_LIVES = range(1, 8)
_END_LEASES = column_statement(sa.update(jobs).values(due_at=0))


class _Killed(BaseException):
    """Nothing that anybody handles."""


class _Mortal:
    """A database whose process dies before it begins one transaction too many."""

    def __init__(self, database: Database, life: int) -> None:
        self._database = database
        self._life = life

    def write(self) -> Any:
        self._life -= 1
        if self._life < 0:
            raise _Killed
        return self._database.write()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


class _FinishingBefore(Worker):
    """Wrong: whoever dies in between has lost the effects."""

    async def _dispatch(self, job: Lease) -> None:
        async with self._database.write() as tx:
            await queue.finish(tx, self._name, job)
        async with self._database.write() as tx:
            await self._effects(tx, job)


class _FinishingAfter(Worker):
    """Wrong: whoever dies in between has others repeat the effects."""

    async def _dispatch(self, job: Lease) -> None:
        async with self._database.write() as tx:
            await self._effects(tx, job)
        async with self._database.write() as tx:
            await queue.finish(tx, self._name, job)


async def _trusting(tx: Write, fact: PostLiked) -> None:
    """Notifies without looking whether it has done so before, which a listener may."""
    await tx.insert(
        notifications,
        id=ids.new_id(),
        recipient_id=fact.post_actor_id,
        kind=NotificationKind.LIKED.value,
        actor_id=fact.actor_id,
        post_id=fact.post_id,
        at=fact.occurred_at,
    )


def _registry(media: MediaFiles) -> Registry:
    registry = register_all(media)
    registry.listeners[f"fact:{PostLiked.__name__}"] = {"trusting": _trusting}
    registry.repeated.clear()
    return registry


async def _live_through(
    database: Database, registry: Registry, kind: type[Worker], life: int, people: list[Viewer]
) -> None:
    """Something happens, a worker dies of it, its lease ends, and another one comes."""
    anna, ben = people
    async with database.write() as tx:
        post = await publish(tx, anna, f"wort{life} @ben #garten")
        await publish(tx, ben, f"antwort{life}", reply_to=post)
        await like_post(tx, ben, post)
    with suppress(_Killed):
        await kind(cast(Database, _Mortal(database, life)), registry).work_all()
    async with database.write() as tx:
        await tx.run(_END_LEASES)
    await kind(database, registry).work_all()


@pytest.mark.parametrize(
    ("kind", "noticed"), [(Worker, set()), (_FinishingBefore, {"missing"}), (_FinishingAfter, {"too often"})]
)
async def test_dying_between_transactions(
    database: Database, tmp_path: Path, kind: type[Worker], noticed: set[str]
) -> None:
    people = await join_all(database, "anna", "ben")
    registry = _registry(MediaFiles(tmp_path))
    for life in _LIVES:
        await _live_through(database, registry, kind, life, people)
    faults = await find_faults(database, Promises())
    assert {how for fault in faults for how in ("missing", "too often") if how in fault} == noticed, faults
    assert bool(faults) == bool(noticed), faults

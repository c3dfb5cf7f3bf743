"""Facts: what happened, in the past tense, recorded in the transaction in which it happened (rule 3).

A fact carries ids and never content. Listeners of upper rooms react to it later, each exactly once as far as the
database is concerned.
"""

import enum
from typing import Any

import msgspec

from plausch.kernel import clock, ids
from plausch.storage import Write
from plausch.work import queue


class Origin(enum.StrEnum):
    """Where a fact comes from. Only live facts notify and fan out; all of them reach search and counters."""

    LIVE = "live"
    IMPORT = "import"
    BACKFILL = "backfill"


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all facts."""

    origin: Origin = Origin.LIVE
    #: Milliseconds since 1970 UTC.
    occurred_at: int = msgspec.field(default_factory=clock.now)

    @property
    def live(self) -> bool:
        return self.origin is Origin.LIVE


def kind_of(fact: type[Fact]) -> str:
    """The job kind under which a fact waits."""
    return f"fact:{fact.__name__}"


async def record(tx: Write, fact: Fact) -> None:
    """Record a fact; its listeners run after the transaction is durable."""
    await queue.put(tx, kind_of(type(fact)), fact, at=clock.real_now(), id_=ids.new_id())


def decode(fact: type[Fact], payload: bytes) -> Any:
    """A recorded fact, as it was."""
    return msgspec.json.decode(payload, type=fact)

"""What every computation of a night is handed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plausch.insights.model.findings import Scope
from plausch.insights.model.interactions import EPOCH, Rule
from plausch.kernel import clock
from plausch.storage import Database


@dataclass(frozen=True)
class Night:
    """One run of all computations."""

    database: Database
    #: Where the columnar snapshots lie.
    folder: Path
    #: The moment as of which everything is computed, in ms.
    now: int
    #: The whole server, and every group, page and board with enough people in it.
    scopes: tuple[Scope, ...] = ()
    #: Chance begins here.
    seed: int = 1
    #: What interactions count.
    rule: Rule = field(default_factory=Rule)
    #: What several computations need and `gather` reads once.
    kept: dict[str, Any] = field(default_factory=dict)
    #: Hears which share of a computation is done, of those that say so.
    told: Callable[[float], None] = lambda share: None

    @property
    def today(self) -> float:
        """By which an amount, as seen from the epoch, becomes what it is this night."""
        return float(2.0 ** (-(self.now - EPOCH) / (self.rule.half_life * clock.DAY)))

"""What every computation of a night is handed."""

from dataclasses import dataclass
from pathlib import Path

from plausch.insights.model.findings import Scope
from plausch.storage import Database


@dataclass(frozen=True)
class Night:
    """One run of all computations."""

    database: Database
    #: Where the columnar snapshots lie.
    folder: Path
    #: The moment as of which everything is computed, in ms.
    now: int
    #: The whole server, and every group and page with enough people in it.
    scopes: tuple[Scope, ...]
    #: Chance begins here.
    seed: int = 1

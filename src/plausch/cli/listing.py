"""Tables on standard output, for people."""

from collections.abc import Sequence
from datetime import UTC, datetime


def print_table(*rows: Sequence[str]) -> None:
    """Columns as wide as they have to be; the first row is their names."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def day_of(moment: int) -> str:
    """The date of a moment, in UTC."""
    return datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()

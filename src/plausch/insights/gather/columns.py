"""Rows of the database as columns of numbers."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Ids = NDArray[np.int64]
Flags = NDArray[np.bool_]


def columns_of(rows: Sequence[tuple[Any, ...]], types: Sequence[type]) -> list[Column]:
    """The columns of some rows."""
    if not rows:
        return [np.empty(0, dtype=type_) for type_ in types]
    return [np.fromiter(column, type_, len(rows)) for column, type_ in zip(zip(*rows, strict=True), types, strict=True)]


def joined(portions: Iterable[list[Column]], types: Sequence[type]) -> list[Column]:
    """Portions of the same columns, one behind the other."""
    found = list(portions)
    if not found:
        return columns_of((), types)
    return [np.concatenate(parts) for parts in zip(*found, strict=True)]


def distinct(values: Ids) -> Ids:
    """Each value once, in order. On millions of numbers sorting is many times as fast as numpy's hashing."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]

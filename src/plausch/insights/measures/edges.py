"""Edge lists: an interaction a line, with source, target and optionally weight and Unix time.

Between the fields stand commas, tabs or blanks; a header, lines that begin with #, and gzip are allowed. A header may
name the columns in any order. Whole blocks of lines are read at once; what is not plain is looked at line by line.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np

from plausch.insights.measures.graph import Floats, Ints
from plausch.insights.measures.lines import BadLine, Progress, fields_of, line_blocks, no_progress

_COLUMNS = ("source", "target", "weight", "time")
#: What headers call them.
_SPOKEN = {
    "source": "source src from node node1 fromnodeid",
    "target": "target dst to other node2 tonodeid",
    "weight": "weight count interactions",
    "time": "time timestamp unix_time unixtime",
}
_NAMES = {spoken.encode(): name for name, many in _SPOKEN.items() for spoken in many.split()}
#: Later than any Unix time in seconds that could be meant.
_MILLISECONDS = 1e11
#: More than anybody turns to anybody; the sum of many has to be a number still.
_HEAVIEST = 1e15
#: A third column that begins so high is no weight: many published networks have source, target and time.
_THIS_CENTURY = 9e8


@dataclass(frozen=True)
class EdgeList:
    """What a file says: the names of nodes in the order they come in, and an entry of each array a line."""

    names: list[str]
    source: Ints
    target: Ints
    amount: Floats
    time: Floats | None


def read_edges(path: Path, progress: Progress = no_progress) -> EdgeList:
    """Read an edge list. Raises BadLine and OSError."""
    numbers: defaultdict[bytes, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    ends: list[Ints] = []
    amounts: list[Floats] = []
    times: list[Floats] = []
    form: _Form | None = None
    for first, block in line_blocks(path, progress):
        form = form or _form_of(block, first)
        where, columns = form.columns_of(block, first) if form else ([], {})
        if where:
            both = [np.fromiter(map(numbers.__getitem__, columns[name]), np.int32, len(where)) for name in _COLUMNS[:2]]
            ends.append(np.stack(both))
            amounts.append(_numbers(columns["weight"], where, "weight") if "weight" in columns else np.ones(len(where)))
            if "time" in columns:
                times.append(_numbers(columns["time"], where, "time"))
    if not ends:
        raise BadLine("there is no edge in it")
    source, target = np.concatenate(ends, axis=1)
    time = np.concatenate(times) if times else None
    return EdgeList(_decoded(numbers), source, target, np.concatenate(amounts), time)


@dataclass(frozen=True)
class _Form:
    """How the lines of a file are put together, as its first one shows."""

    separator: bytes | None
    columns: tuple[str, ...]
    header: int | None

    def columns_of(self, block: bytes, first: int) -> tuple[Sequence[int], dict[str, Sequence[bytes]]]:
        """The numbers of the lines that hold an edge, and their columns."""
        fields = None if self.header and self.header >= first else self._plain(block)
        if fields:
            count = len(self.columns)
            columns: dict[str, Sequence[bytes]] = {name: fields[n::count] for n, name in enumerate(self.columns)}
            return range(first, first + len(fields) // count), columns
        where, rows = [], []
        for number, line in enumerate(block.split(b"\n"), first):
            row = fields_of(line, self.separator)
            if row and number != self.header:
                where.append(number)
                rows.append(self._checked(row, number))
        return where, dict(zip(self.columns, zip(*rows, strict=True), strict=True)) if rows else {}

    def _plain(self, block: bytes) -> list[bytes] | None:
        """The quick way: all fields one after the other, if every line has just what is expected."""
        separator = self.separator or b" "
        if b"#" in block or b'"' in block or (self.separator and b" " in block):
            return None
        text = block.removesuffix(b"\n")
        if set(map(bytes.count, text.split(b"\n"), repeat(separator))) != {len(self.columns) - 1}:
            return None
        fields = text.replace(b"\n", separator).split(separator)
        return None if b"" in fields else fields

    def _checked(self, fields: list[bytes], number: int) -> list[bytes]:
        if len(fields) != len(self.columns):
            raise BadLine(f"{_counted(len(fields))} where the first line has {len(self.columns)}", number)
        row = []
        for name, field in zip(self.columns, fields, strict=True):
            if not field and name in ("source", "target"):
                raise BadLine(f"the {name} is empty", number)
            row.append(b"1" if name == "weight" and not field else field)
        return row


def _form_of(block: bytes, first: int) -> _Form | None:
    """The form of a file that begins with this block; None when there are only comments so far."""
    filled = [(number, line) for number, line in enumerate(block.split(b"\n"), first) if fields_of(line, None)]
    if not filled:
        return None
    number, line = filled[0]
    separator = next((sign for sign in (b"\t", b",") if sign in line), None)
    fields = fields_of(line, separator)
    if len(fields) < 2:
        raise BadLine("1 field, but an edge has a source and a target", number)
    following = fields_of(filled[1][1], separator) if len(filled) > 1 else []
    if _is_header(fields, following):
        return _Form(separator, _named(fields), number)
    if len(fields) > len(_COLUMNS):
        raise BadLine(f"{_counted(len(fields))}, but an edge has source, target, weight and time", number)
    if len(fields) == 3 and _is_number(fields[2]) and _THIS_CENTURY <= float(fields[2]) <= _MILLISECONDS:
        return _Form(separator, ("source", "target", "time"), None)
    return _Form(separator, _COLUMNS[: len(fields)], None)


def _is_header(fields: list[bytes], following: list[bytes]) -> bool:
    """By the words themselves, or because there is no number where the next line has one."""
    named = {_NAMES.get(field.lower()) for field in fields}
    if {"source", "target"} <= named:
        return True
    begins = 0 if len(fields) == 2 else 2
    pairs = list(zip(fields, following, strict=False))[begins:]
    return bool(pairs) and all(not _is_number(one) and _is_number(below) for one, below in pairs)


def _named(header: list[bytes]) -> tuple[str, ...]:
    """The columns by the header's words; where it does not say, by position. What is not needed keeps a number."""
    named = [_NAMES.get(field.lower(), "") for field in header]
    if not {"source", "target"} <= set(named):
        named[:2] = _COLUMNS[:2]
    if not {"weight", "time"} & set(named):
        named[2:4] = _COLUMNS[2 : len(named)] if len(named) <= len(_COLUMNS) else named[2:4]
    return tuple(
        name if name and name not in named[:place] else f"column {place + 1}" for place, name in enumerate(named)
    )


def _numbers(fields: Sequence[bytes], where: Sequence[int], name: str) -> Floats:
    """A column as numbers."""
    try:
        values = np.fromiter(map(float, fields), np.float64, len(fields))
    except ValueError:
        wrong = next(place for place, field in enumerate(fields) if not _is_number(field))
        text = fields[wrong].decode(errors="replace")
        raise BadLine(f"the {name} {text!r} is no number", where[wrong]) from None
    bad = ~np.isfinite(values) | (values < 0)
    if bad.any():
        raise BadLine(f"the {name} must be a number from 0 on", where[int(np.argmax(bad))])
    if name == "weight" and (values > _HEAVIEST).any():
        raise BadLine(f"the weight must be at most {_HEAVIEST:g}", where[int(np.argmax(values > _HEAVIEST))])
    if name == "time" and (values > _MILLISECONDS).any():
        raise BadLine("the time must be in seconds since 1970", where[int(np.argmax(values > _MILLISECONDS))])
    return values


def _is_number(field: bytes) -> bool:
    try:
        return math.isfinite(float(field))
    except ValueError:
        return False


def _counted(fields: int) -> str:
    return "1 field" if fields == 1 else f"{fields} fields"


def _decoded(numbers: Iterable[bytes]) -> list[str]:
    try:
        return [name.decode() for name in numbers]
    except UnicodeDecodeError as error:
        raise BadLine(f"the name {error.object!r} is not UTF-8") from None

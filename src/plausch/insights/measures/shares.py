"""Lists of shares: cascade, node, parent (empty for the author) and Unix time a line, with commas or tabs between."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from plausch.insights.measures.lines import BadLine, Progress, fields_of, line_blocks, no_progress
from plausch.insights.model.cascades import ROOT, Cascade, NoTree, measure

_COLUMNS = [b"cascade", b"node", b"parent", b"time"]


@dataclass
class _Rows:
    """The lines of one cascade, which may lie anywhere in the file."""

    number: dict[bytes, int] = field(default_factory=dict)
    parents: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def read_cascades(path: Path, progress: Progress = no_progress) -> Iterator[tuple[str, Cascade]]:
    """The figures of each cascade of a file, in the order they begin. Raises BadLine and OSError."""
    cascades: dict[bytes, _Rows] = {}
    for line, (name, node, parent, time) in _rows(path, progress):
        rows = cascades.setdefault(name, _Rows())
        if node in rows.number:
            text, earlier = _text(node), rows.lines[rows.number[node]]
            raise BadLine(f"{text!r} shares the cascade {_text(name)!r} a second time (first on line {earlier})", line)
        rows.number[node] = len(rows.lines)
        rows.parents.append(parent)
        rows.times.append(_time(time, line))
        rows.lines.append(line)
    if not cascades:
        raise BadLine("there is no cascade in it")
    for name, rows in cascades.items():
        yield _text(name), _measured(name, rows)


def _measured(name: bytes, rows: _Rows) -> Cascade:
    parents = []
    for parent, line in zip(rows.parents, rows.lines, strict=True):
        if parent and parent not in rows.number:
            raise BadLine(f"the parent {_text(parent)!r} is not in the cascade {_text(name)!r}", line)
        parents.append(rows.number[parent] if parent else ROOT)
    try:
        return measure(parents, rows.times)
    except NoTree as error:
        raise BadLine(f"the cascade {_text(name)!r} has {error}", rows.lines[error.node]) from None


def _rows(path: Path, progress: Progress) -> Iterator[tuple[int, list[bytes]]]:
    """The four fields of each line that has some, with its number."""
    separator: bytes | None = None
    order = [0, 1, 2, 3]
    for first, block in line_blocks(path, progress):
        for number, line in enumerate(block.split(b"\n"), first):
            if separator is None and fields_of(line, None):
                separator = b"\t" if b"\t" in line else b","
                header = [field.lower() for field in fields_of(line, separator)]
                if set(_COLUMNS) <= set(header):
                    order = [header.index(column) for column in _COLUMNS]
                    width = len(header)
                    continue
                width = len(_COLUMNS)
                if len(header) == width and not _is_time(header[3]):
                    continue
            fields = fields_of(line, separator)
            if fields:
                if len(fields) != width:
                    raise BadLine(f"{len(fields)} fields, but cascade, node, parent and time are needed", number)
                _encoded(line, number)
                yield number, [fields[place] for place in order]


def _encoded(line: bytes, number: int) -> None:
    """Two names that are no UTF-8 could look the same."""
    try:
        line.decode()
    except UnicodeDecodeError:
        raise BadLine("it is not UTF-8", number) from None


def _time(text: bytes, line: int) -> float:
    if not _is_time(text):
        raise BadLine(f"the time {_text(text)!r} is no number", line)
    return float(text)


def _is_time(text: bytes) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _text(name: bytes) -> str:
    return name.decode(errors="replace")

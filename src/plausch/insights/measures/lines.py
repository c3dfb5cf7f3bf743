"""Text files of people who measure: lines, gzip or not, with the number of the line that cannot be understood."""

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

#: Is told which share of the work is done.
Progress = Callable[[float], None]

_BLOCK = 1 << 22
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class BadLine(ValueError):
    """A file that cannot be understood; `line` is where, or None when all of it is meant."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def no_progress(share: float) -> None:
    """For whoever does not watch."""


def line_blocks(path: Path, progress: Progress) -> Iterator[tuple[int, bytes]]:
    """Some megabytes of whole lines at a time, each with the number of its first line. Raises BadLine and OSError."""
    with path.open("rb") as raw:
        # A pipe has no size, and cannot be read from the beginning again.
        size = path.stat().st_size if raw.seekable() else 0
        packed = raw.peek(2).startswith(_GZIP)
        file = gzip.GzipFile(fileobj=raw) if packed else raw
        first = 1
        try:
            while block := file.read(_BLOCK):
                block += file.readline()
                if first == 1:
                    block = block.removeprefix(_BYTE_ORDER_MARK)
                # Some published files have two of them before each end of line.
                block = block.replace(b"\r", b"")
                yield first, block
                first += block.count(b"\n")
                progress(min(raw.tell() / size, 1.0) if size else 0.0)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BadLine("the gzip file is damaged or cut off") from error


def fields_of(line: bytes, separator: bytes | None) -> list[bytes]:
    """The fields of a line without blanks and quotation marks around them; none of an empty line or a comment."""
    line = line.strip(b" \r\n") if separator == b"\t" else line.strip()
    if not line or line.startswith(b"#"):
        return []
    if b'"' in line:
        return _quoted(line, separator)
    return [field.strip() for field in line.split(separator)]


def _quoted(line: bytes, separator: bytes | None) -> list[bytes]:
    """As tables are written: what parts fields may stand between quotation marks, and two of these mean one."""
    parted = (separator or b" ").decode()
    # Names are bytes until all are read; this encoding keeps them whatever they are.
    text = line.decode("latin-1")
    try:
        [fields] = csv.reader([text], delimiter=parted, skipinitialspace=True, strict=True)
    except csv.Error:
        # A mark that nothing closes, or that does not go around a field, belongs to a name.
        fields = text.split(parted if separator else None)
    return [field.strip().encode("latin-1") for field in fields if field or separator]

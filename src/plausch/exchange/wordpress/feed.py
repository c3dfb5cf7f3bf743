"""The XML of an export, read item by item: no entities but XML's own, nothing from elsewhere, and within bounds."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

from plausch.exchange.bundles import ArchiveBroken

_CHUNK = 1 << 20
_DEPTH_MAX = 40
#: What some servers put before or into XML, though it may not be there.
_NOT_XML = bytes(set(range(32)) - {9, 10, 13})
_WP = re.compile(r"https?://wordpress\.org/export/\d[\d.]*/(excerpt/)?\Z")
_SHORT = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://wellformedweb.org/CommentAPI/": "wfw",
}
#: Elements that are handed over whole, and then forgotten.
_WHOLE = ("item", "wp_author")
_MARK = re.compile(rb"https?://wordpress\.org/export/\d")


def is_export(beginning: bytes) -> bool:
    """Whether the first bytes of a file are those of an export."""
    return _MARK.search(beginning) is not None


class _Forbidden(Exception):
    pass


class _Reader:
    """Builds small trees out of the parser's events."""

    def __init__(self) -> None:
        self.found: list[ET.Element] = []
        #: What the channel says of itself.
        self.channel: dict[str, str] = {}
        self._path: list[ET.Element] = []
        self._depth = 0
        self._text: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._forbid
        self.parser.EntityDeclHandler = self._forbid
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _forbid(self, *_: object) -> NoReturn:
        raise _Forbidden

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise _Forbidden
        self._put_text()
        element = ET.Element(_short(name), attributes)
        if self._path:
            self._path[-1].append(element)
        if self._path or element.tag in _WHOLE:
            self._path.append(element)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._path:
            self._put_text()
            done = self._path.pop()
            if not self._path:
                self.found.append(done)
        else:
            self.channel.setdefault(_short(name), "".join(self._text).strip())
        self._text.clear()

    def _put_text(self) -> None:
        if self._path and self._text:
            last = self._path[-1]
            last.text = (last.text or "") + "".join(self._text)
        self._text.clear()


def read_feed(data: bytes, where: str, channel: dict[str, str]) -> Iterator[ET.Element]:
    """The items and authors in an export; what the channel says is put into `channel`. Raises ArchiveBroken."""
    reader = _Reader()
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"\x00" not in data[:4]:  # in UTF-16 such bytes are halves of characters
        data = data.translate(None, _NOT_XML)
    try:
        for start in range(0, len(data), _CHUNK):
            reader.parser.Parse(data[start : start + _CHUNK], False)
            yield from reader.found
            reader.found.clear()
        reader.parser.Parse(b"", True)
    except _Forbidden as error:
        raise ArchiveBroken("archive_xml_forbidden", where) from error
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise ArchiveBroken("archive_xml", f"{where}, {reader.parser.CurrentLineNumber}") from error
    channel.update({name: text for name, text in reader.channel.items() if name not in channel})


def _short(name: str) -> str:
    """Names with the prefixes that everybody knows (`wp_post_id`), whichever version of the format it is."""
    space, _, local = name.rpartition(" ")
    if found := _WP.match(space):
        return f"excerpt_{local}" if found[1] else f"wp_{local}"
    prefix = _SHORT.get(space)
    return f"{prefix}_{local}" if prefix else local

"""Feeds for readers elsewhere: what a channel has to say, and how Atom, RSS and JSON Feed write it down."""

from collections.abc import Callable
from typing import NamedTuple

from plausch.web.syndication import atom, json_feed, rss
from plausch.web.syndication.model import Author, Channel, Item, Media

__all__ = ["FORMATS", "Author", "Channel", "Format", "Item", "Media"]


class Format(NamedTuple):
    mime: str
    name: str
    write: Callable[[Channel], bytes]


#: By the ending of the address.
FORMATS = {
    "atom": Format(atom.MIME, "Atom", atom.write),
    "rss": Format(rss.MIME, "RSS", rss.write),
    "json": Format(json_feed.MIME, "JSON Feed", json_feed.write),
}

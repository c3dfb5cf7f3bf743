"""What a feed says, whatever it is written in. Addresses are absolute, texts may be anything."""

import re

import msgspec

#: What XML cannot hold, and what no reader needs: control characters, lone surrogates, half of a pair.
_UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Author(msgspec.Struct, frozen=True):
    name: str
    url: str
    #: Of a picture; empty without one.
    picture: str = ""


class Media(msgspec.Struct, frozen=True):
    """A picture."""

    url: str
    mime: str
    alt: str


class Item(msgspec.Struct, frozen=True):
    """A post."""

    #: An address that stays what it is, and leads there.
    id: str
    url: str
    #: Empty where it has none of its own.
    title: str
    #: The title, or how it begins: for formats that ask for one.
    heading: str
    html: str
    #: In plain words; empty where the whole is not much longer.
    summary: str
    authors: tuple[Author, ...]
    published_at: int
    updated_at: int
    language: str
    tags: tuple[str, ...]
    media: tuple[Media, ...]


class Channel(msgspec.Struct, frozen=True):
    """Somebody, a place or a conversation that one can read elsewhere."""

    title: str
    about: str
    #: The page that people read.
    url: str
    #: The address of the feed, without its ending.
    feed: str
    language: str
    picture: str
    #: The newest change of what is in it (ms).
    updated_at: int
    items: tuple[Item, ...]

    def address(self, ending: str) -> str:
        return f"{self.feed}.{ending}"


def readable(text: str) -> str:
    """Without what the formats cannot hold."""
    return text if text.isascii() and text.isprintable() else _UNREADABLE.sub("", text)

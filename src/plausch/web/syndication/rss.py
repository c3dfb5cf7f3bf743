"""RSS 2.0, with what its readers expect beside it: the feed's own address, and names of authors without addresses."""

from email.utils import formatdate

from plausch.kernel.clock import SECOND
from plausch.web.syndication.model import Channel, Item, readable
from plausch.web.syndication.xml import document, element

MIME = "application/rss+xml"
_ROOT = 'rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
#: How large a picture is we do not know; the format asks for a number, and its board says which.
_SIZE_UNKNOWN = "0"


def write(channel: Channel) -> bytes:
    elements = [
        "<channel>",
        element("title", channel.title),
        element("link", channel.url),
        element("description", readable(channel.about) or channel.title),
        element("language", channel.language) if channel.language else "",
        element("lastBuildDate", _date(channel.updated_at)),
        element("generator", "Plausch"),
        element("atom:link", rel="self", type=MIME, href=channel.address("rss")),
        "\n",
        *map(_item, channel.items),
        "</channel>",
    ]
    return document(_ROOT, elements)


def _item(item: Item) -> str:
    parts = [
        "<item>",
        element("title", item.heading),
        element("link", item.url),
        element("guid", item.id),
        element("pubDate", _date(item.published_at)),
        *[element("dc:creator", one.name) for one in item.authors],
        *[element("category", tag) for tag in item.tags],
        # More than one of an item confuses readers; all pictures are in the text.
        *[element("enclosure", url=one.url, type=one.mime, length=_SIZE_UNKNOWN) for one in item.media[:1]],
        element("description", item.html),
        "</item>\n",
    ]
    return "".join(parts)


def _date(moment: int) -> str:
    return formatdate(moment // SECOND, usegmt=True)

"""Atom 1.0 (RFC 4287)."""

from plausch.language.formats import iso
from plausch.web.syndication.model import Author, Channel, Item
from plausch.web.syndication.xml import document, element, opening

MIME = "application/atom+xml"


def write(channel: Channel) -> bytes:
    elements = [
        element("id", channel.url),
        element("title", channel.title),
        element("subtitle", channel.about) if channel.about else "",
        element("updated", iso(channel.updated_at)),
        element("link", rel="self", type=MIME, href=channel.address("atom")),
        element("link", rel="alternate", type="text/html", href=channel.url),
        element("logo", channel.picture) if channel.picture else "",
        element("generator", "Plausch"),
        "\n",
        *map(_entry, channel.items),
    ]
    return document(opening("feed", xmlns="http://www.w3.org/2005/Atom", xml_lang=channel.language), elements)


def _entry(item: Item) -> str:
    parts = [
        f"<{opening('entry', xml_lang=item.language)}>",
        element("id", item.id),
        element("title", item.heading),
        element("link", rel="alternate", type="text/html", href=item.url),
        element("published", iso(item.published_at)),
        element("updated", iso(item.updated_at)),
        *map(_author, item.authors),
        *[element("category", term=tag) for tag in item.tags],
        *[element("link", rel="enclosure", type=one.mime, href=one.url, title=one.alt) for one in item.media],
        element("summary", item.summary) if item.summary else "",
        element("content", item.html, type="html"),
        "</entry>\n",
    ]
    return "".join(parts)


def _author(author: Author) -> str:
    return f"<author>{element('name', author.name)}{element('uri', author.url)}</author>"

"""JSON Feed 1.1."""

from typing import Any

import msgspec

from plausch.language.formats import iso
from plausch.web.syndication.model import Author, Channel, Item, readable

MIME = "application/feed+json"


def write(channel: Channel) -> bytes:
    feed = _filled(
        version="https://jsonfeed.org/version/1.1",
        title=channel.title,
        home_page_url=channel.url,
        feed_url=channel.address("json"),
        description=channel.about,
        icon=channel.picture,
        language=channel.language,
    )
    return msgspec.json.encode(feed | {"items": [_item(item) for item in channel.items]})


def _item(item: Item) -> dict[str, Any]:
    found = _filled(
        id=item.id,
        url=item.url,
        title=item.title,
        summary=item.summary,
        image=item.media[0].url if item.media else "",
        date_published=iso(item.published_at),
        date_modified=iso(item.updated_at),
        language=item.language,
    )
    found["content_html"] = readable(item.html)
    found["authors"] = [_author(one) for one in item.authors]
    if item.tags:
        found["tags"] = [readable(tag) for tag in item.tags]
    if item.media:
        found["attachments"] = [_filled(url=one.url, mime_type=one.mime, title=one.alt) for one in item.media]
    return found


def _author(author: Author) -> dict[str, Any]:
    return _filled(name=author.name, url=author.url, avatar=author.picture)


def _filled(**values: str) -> dict[str, Any]:
    """What has a value."""
    return {name: readable(value) for name, value in values.items() if value}

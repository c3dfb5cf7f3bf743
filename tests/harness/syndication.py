"""Feeds and sitemaps as others read them: parsers and schemas that know nothing of ours."""

import functools
import json
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
from lxml import etree

_SCHEMAS = Path(__file__).parents[1] / "corpus" / "schemas"
_ATOM = "{http://www.w3.org/2005/Atom}"
MIMES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}
ENDINGS = tuple(MIMES)


def read_feed(ending: str, body: bytes) -> list[dict[str, Any]]:
    """The items of a feed (id, url, title, html), when all who may complain have nothing to complain about."""
    if ending == "json":
        feed = json.loads(body)
        _json_validator().validate(feed)
        found = [(one["id"], one["url"], one.get("title", ""), one["content_html"]) for one in feed["items"]]
    else:
        root = etree.fromstring(body, _parser())
        if ending == "atom":
            _atom_schema().assertValid(root)
            assert all(entry.find(f"{_ATOM}author") is not None for entry in root.iter(f"{_ATOM}entry"))
        else:
            _check_rss(root)
        # What it would clean away is what we look for.
        parsed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
        assert not parsed.bozo, parsed.get("bozo_exception")
        assert parsed.version == {"atom": "atom10", "rss": "rss20"}[ending]
        found = [(one.id, one.link, one.title, _content(one)) for one in parsed.entries]
    ids = [id_ for id_, *_ in found]
    assert len(set(ids)) == len(ids), "an item twice"
    return [dict(zip(("id", "url", "title", "html"), one, strict=True)) for one in found]


def read_sitemap(body: bytes) -> list[str]:
    """The addresses in a list of pages, or in a list of such lists."""
    root = etree.fromstring(body, _parser())
    _sitemap_schema().assertValid(root)
    assert len(body) <= 50 * 1024 * 1024
    return [str(one.text) for one in root.iter("{*}loc")]


def _content(entry: Any) -> str:
    return str(entry.content[0].value if "content" in entry else entry.get("description", ""))


def _check_rss(root: Any) -> None:
    """What RSS 2.0 asks for, which has no schema."""
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    [channel] = root
    for name in ("title", "link", "description"):
        assert channel.findtext(name), name
    assert channel.find(f"{_ATOM}link").get("rel") == "self"
    for item in channel.findall("item"):
        assert item.findtext("title") or item.findtext("description")
        assert item.findtext("guid", "").startswith("http")
        assert len(item.findall("enclosure")) <= 1
        for enclosure in item.findall("enclosure"):
            assert enclosure.keys() == ["url", "type", "length"]


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True)


@functools.cache
def _atom_schema() -> Any:
    return etree.RelaxNG(etree.parse(_SCHEMAS / "atom.rng"))


@functools.cache
def _sitemap_schema() -> Any:
    return etree.XMLSchema(etree.parse(_SCHEMAS / "sitemap.xsd"))


@functools.cache
def _json_validator() -> Any:
    schema = json.loads((_SCHEMAS / "json-feed.json").read_text("utf-8"))
    return jsonschema.Draft202012Validator(schema)

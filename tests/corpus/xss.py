"""Hostile texts, and what a browser must never find in a page that shows them.

`PAYLOADS` goes through every field that takes text. `dangers` reads sanitised HTML and names what should not be there;
for whole pages, which have forms, pictures and scripts of their own, `attacks_in_page` looks only for what no page of
ours ever has.
"""

import functools
import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

from plausch.language.sanitising import ALLOWED_CLASSES, ALLOWED_TAGS, LINK_SCHEMES

GROUPS: dict[str, list[str]] = json.loads(Path(__file__).with_name("xss.json").read_text("utf-8"))
PAYLOADS: tuple[str, ...] = tuple(payload for group in GROUPS.values() for payload in group)

_VOID = {"br", "hr"}
_ATTRIBUTES = {
    "href": {"a"},
    "rel": {"a"},
    "class": {"a", "span", "p"},
    "start": {"ol"},
    "reversed": {"ol"},
    "value": {"li"},
    "dir": {"p", "blockquote", "pre", "ul", "ol", "li", "h3", "h4", "h5", "h6"},
}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
#: What only our own pages link to: programs for codes.
_OUR_OWN = "otpauth://totp/"
#: What browsers overlook within a scheme.
_OVERLOOKED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_RUNNING_TAGS = {"iframe", "object", "embed", "base", "applet", "math"}
_RUNNING_ATTRIBUTES = {"srcdoc", "xlink:href", "style", "ping", "background"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.odd.append(f"</{tag}> closes nothing")

    def handle_comment(self, data: str) -> None:
        self.odd.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.odd.append(f"declaration {decl!r}")

    def unknown_decl(self, data: str) -> None:
        self.odd.append(f"section {data!r}")

    def handle_pi(self, data: str) -> None:
        self.odd.append(f"instruction {data!r}")


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def dangers(html: str, *, relative: Iterable[str] = ()) -> list[str]:
    """What a fragment of sanitised HTML must not contain; `relative`: the beginnings of our own addresses."""
    reader = _read(html)
    found = reader.odd + [f"<{tag}> is left open" for tag in reader.open]
    for tag, attributes in reader.tags:
        if tag not in ALLOWED_TAGS:
            found.append(f"<{tag}>")
        for name, value in attributes.items():
            if tag not in _ATTRIBUTES.get(name, ()):
                found.append(f"<{tag} {name}={value!r}>")
        found += [f"class {name!r}" for name in attributes.get("class", "").split()
                  if name not in ALLOWED_CLASSES[tag]]  # fmt: skip
        href = attributes.get("href")
        if href is not None and not href.startswith(tuple(relative)) and not _leads_openly(href):
            found.append(f"leads to {href!r}")
    if "\x00" in html:
        found.append("NUL")
    return found


def attacks_in_page(html: str) -> list[str]:
    """Event handlers, running addresses and inline scripts: no page of ours has any, whatever it shows."""
    return list(_attacks_in_page(html))


# Most pages that are looked over are those that say again and again that something was wrong.
@functools.lru_cache(maxsize=500)
def _attacks_in_page(html: str) -> tuple[str, ...]:
    found = []
    for tag, attributes in _read(html).tags:
        for name, value in attributes.items():
            if name.startswith("on") or name in _RUNNING_ATTRIBUTES:
                found.append(f"<{tag} {name}={value!r}>")
            if name == "formaction" and not re.match(r"/(?!/)", value):
                found.append(f"<{tag} {name}={value!r}>")
            scheme = _SCHEME.match(_OVERLOOKED.sub("", value))
            leads = name in ("href", "src", "action", "data") and not value.startswith(_OUR_OWN)
            if leads and scheme and not _known(scheme[1]):
                found.append(f"<{tag} {name}={value!r}>")
        # JSON-LD is data: it runs nowhere.
        inline = tag == "script" and "src" not in attributes and attributes.get("type") != "application/ld+json"
        if inline or tag in _RUNNING_TAGS:
            found.append(f"<{tag}>")
    return tuple(found)


def _known(scheme: str) -> bool:
    return scheme.lower() in LINK_SCHEMES


def _leads_openly(href: str) -> bool:
    scheme = _SCHEME.match(_OVERLOOKED.sub("", href))
    return scheme is not None and _known(scheme[1])

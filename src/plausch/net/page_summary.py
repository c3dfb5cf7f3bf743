"""What a web page says of itself in its head: title, description, picture. Read tolerantly, within bounds.

Pages of strangers are broken in every way, so this is no parser: it looks for the few tags that matter, each of
bounded length, and never goes over the text twice.
"""

import codecs
import itertools
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import msgspec

from plausch.net.fetching import Fetched

#: What is looked through: heads are at the beginning.
HEAD_MAX = 128 << 10
_TITLE_MAX, _TEXT_MAX, _SITE_MAX = 200, 300, 80
_VALUE_MAX = 2_000

#: Longer tags, and tags beyond this number, are not looked at: they would only cost time.
_TAG_MAX, _TAGS_MAX = 4_000, 2_000
_BEGIN = re.compile(r"<([a-zA-Z]{1,10})\b")
#: Without going back: what was read as a part of a tag is not read again as something else.
_REST = re.compile(r"""((?:[^"'<>]++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(r"""([a-zA-Z][\w:-]{0,40}+)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++))""")
_TITLE = re.compile(r"<title\b[^<>]{0,500}+>([^<]{0,2000}+)", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta\b[^<>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
#: Signs that turn the direction of what stands beside them, or are none.
_UNSEEN = dict.fromkeys(
    [*range(32), *range(127, 160), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], " "
)


class PageSummary(msgspec.Struct, frozen=True):
    """Plain text on one line each; the picture is a full address or empty."""

    title: str = ""
    text: str = ""
    site: str = ""
    picture: str = ""


def summarise(page: Fetched) -> PageSummary:
    """What the page says of itself; empty when it is no page, or says nothing."""
    if page.media_type not in ("text/html", "application/xhtml+xml"):
        return PageSummary()
    html = _decode(page)
    said = _meta(html)
    written = _TITLE.search(html)
    title = said.get("og:title") or said.get("twitter:title") or (written[1] if written else "")
    text = said.get("og:description") or said.get("description") or said.get("twitter:description", "")
    picture = said.get("og:image:secure_url") or said.get("og:image") or said.get("twitter:image", "")
    return PageSummary(
        title=_line(title, _TITLE_MAX),
        text=_line(text, _TEXT_MAX),
        site=_line(said.get("og:site_name", ""), _SITE_MAX) or (urlsplit(page.url).hostname or ""),
        picture=_absolute(page.url, picture),
    )


def tags(html: str, *names: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The tags of these names with their attributes, in order; names in lower case, values as they are meant."""
    starts = (found for found in _BEGIN.finditer(html) if found[1].lower() in names)
    for start in itertools.islice(starts, _TAGS_MAX):
        rest = _REST.match(html, start.end(), start.end() + _TAG_MAX)
        if rest is not None:
            found = _ATTRIBUTE.findall(rest[1])
            yield start[1].lower(), {key.lower(): unescape(a or b or c) for key, a, b, c in found}


def _meta(html: str) -> dict[str, str]:
    """What is said in the head, by property; what is said first counts."""
    said: dict[str, str] = {}
    for name, attributes in tags(html, "meta", "body"):
        if name == "body":
            break
        about = attributes.get("property") or attributes.get("name") or ""
        content = attributes.get("content", "")[:_VALUE_MAX].strip()
        if content:
            said.setdefault(about.strip().lower(), content)
    return said


def _decode(page: Fetched) -> str:
    body = page.body[:HEAD_MAX]
    declared = re.search(r"charset=[\"']?([\w.:-]{2,40})", page.headers.get("content-type", ""), re.IGNORECASE)
    named = declared[1] if declared else ""
    if not named and (found := _CHARSET.search(body[:4096])):
        named = found[1].decode("ascii", "replace")
    try:
        codec = codecs.lookup(named or "utf-8")
        # Python has codecs that unpack, which is not what a page means.
        name = codec.name if getattr(codec, "_is_text_encoding", True) else "utf-8"
        return body.decode(name, "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")


def _line(text: str, most: int) -> str:
    text = " ".join(unescape(text).translate(_UNSEEN).split())
    text = text.encode("utf-8", "ignore").decode()
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def _absolute(base: str, address: str) -> str:
    if not address:
        return ""
    try:
        found = urljoin(base, unescape(address).strip())
    except ValueError:
        return ""
    return found if found.lower().startswith(("http://", "https://")) else ""

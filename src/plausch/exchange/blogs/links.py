"""Links in what is brought along that lead to other parts of it: where those were, and where they are now."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from plausch.exchange.blogs.model import BroughtArticle

_LINK = re.compile(r"(\]\(<?|(?<!\()<)(https?://[^\s<>()]{1,2000})", re.IGNORECASE)


def by_address(articles: Iterable[BroughtArticle]) -> dict[str, BroughtArticle]:
    """What was at which address; drafts were at none."""
    found = [(_plain(url), one) for one in articles if not one.draft for url in one.addresses]
    return {address: one for address, one in found if address}


def linked_in(source: str, known: Mapping[str, BroughtArticle]) -> dict[str, BroughtArticle]:
    """The articles to which a text links, by their addresses as they stand in it."""
    found = {match[2]: known.get(_plain(match[2])) for match in _LINK.finditer(source)}
    return {url: one for url, one in found.items() if one is not None}


def led_to(source: str, moved: Mapping[str, str]) -> str:
    """The text with its links leading to other addresses."""
    return _LINK.sub(lambda match: match[1] + moved.get(match[2], match[2]), source) if moved else source


def _plain(url: str) -> str:
    """An address as one of the many that are the same; empty for what leads to no place of its own."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    path = unquote(parts.path).rstrip("/")
    query = f"?{parts.query}" if re.fullmatch(r"p(age_id)?=\d+", parts.query) else ""
    return f"{host}{path}{query}" if host and (path or query) else ""

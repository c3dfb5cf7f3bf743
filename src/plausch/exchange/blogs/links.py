"""Links in what is brought along that lead to other parts of it: where those were, and where they are now."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urljoin, urlsplit

from plausch.exchange.blogs.model import BroughtArticle

#: A link in words, one of the named ones below a text, or an address by itself.
_LINK = re.compile(
    r"(\]\(<?|^[ ]{0,3}\[[^\]^\n][^\]\n]{0,300}\]:[ \t]{0,9}<?|(?<!\()<(?=https?://))([^\s<>()]{1,2000})",
    re.IGNORECASE | re.MULTILINE,
)


def by_address(articles: Iterable[BroughtArticle]) -> dict[str, BroughtArticle]:
    """What was at which address; drafts were at none."""
    found = [(_plain(url), one) for one in articles if not one.draft for url in one.addresses]
    return {address: one for address, one in found if address}


def linked_in(article: BroughtArticle, known: Mapping[str, BroughtArticle]) -> dict[str, BroughtArticle]:
    """The articles to which one links, by their addresses as they stand in it."""
    found = {match[2]: known.get(_plain(match[2], article.base)) for match in _LINK.finditer(article.source)}
    return {url: one for url, one in found.items() if one is not None}


def led_to(source: str, moved: Mapping[str, str]) -> str:
    """The text with its links leading to other addresses."""
    return _LINK.sub(lambda match: match[1] + moved.get(match[2], match[2]), source) if moved else source


def _plain(url: str, base: str = "") -> str:
    """An address as one of the many that are the same; empty for what leads to no place of its own."""
    if url.startswith("#"):
        return ""
    try:
        parts = urlsplit(urljoin(base, url))
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    path = unquote(parts.path).rstrip("/")
    query = f"?{parts.query}" if re.fullmatch(r"p(age_id)?=\d+", parts.query) else ""
    return f"{host}{path}{query}" if host and (path or query) else ""

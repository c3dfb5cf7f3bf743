"""What is written around what others wrote: who and when, and where the pictures stand."""

import re
from collections.abc import Mapping

from plausch.exchange.blogs.model import PLACEHOLDER, BroughtArticle, BroughtComment, alt_text
from plausch.exchange.texts import as_hashtags, literal
from plausch.language.catalogues import LANGUAGES, N_, catalogue
from plausch.language.formats import Formats

_COMMENT = N_("*%(name)s wrote on %(day)s (comment brought along with this article)*")
_COMMENT_AT = N_("*%(name)s wrote on %(day)s on %(site)s (comment brought along with this article)*")
_SOMEBODY = N_("Somebody")
_BYLINE = N_("*Written by %(name)s*")


class Words:
    """In the article's language, or that of whoever brings it."""

    def __init__(self, language: str, other: str, blog: str) -> None:
        self._language = next((one for one in (language, other) if one in LANGUAGES), LANGUAGES[0])
        self._blog = blog
        self._gettext = catalogue(self._language).gettext
        self._formats = Formats(self._language, "UTC", 0)

    def comment(self, comment: BroughtComment, site: str) -> str:
        """Who it was and when, and what they wrote as a quotation."""
        day = self._formats.date(comment.published_at)
        name = literal(comment.author) or self._gettext(_SOMEBODY)
        head = self._gettext(_COMMENT_AT if site else _COMMENT) % {"name": name, "day": day, "site": literal(site)}
        return f"{head}\n\n" + "\n".join(f"> {line}".rstrip() for line in comment.source.split("\n"))

    def byline(self, author: str) -> str:
        """Who wrote an article, where that is not who speaks here."""
        if not author or author.casefold() in (self._blog.casefold(), "admin"):
            return ""
        return self._gettext(_BYLINE) % {"name": literal(author)}


def article_source(article: BroughtArticle, ids: Mapping[int, int], words: Words) -> str:
    """The text with its pictures, who wrote it, and its tags as those who read it see them."""

    def placed(found: re.Match[str]) -> str:
        place, title = int(found[2]), found[3]
        if place in ids:
            return f"![{found[1]}](picture:{ids[place]}{title})"
        caption = re.sub(r"\\(.)", r"\1", title.strip().strip('"'))
        if place >= len(article.pictures):
            return found[1]  # somebody has written it so
        url = article.pictures[place].url
        said = found[1] or alt_text(article.pictures[place].alt or caption)
        if url:
            return f"[{said or alt_text(url)}](<{url.replace('<', '%3C').replace('>', '%3E')}>)"
        return said

    text = PLACEHOLDER.sub(placed, article.source)
    return "\n\n".join(filter(None, [text, words.byline(article.author), as_hashtags(article.tags)]))

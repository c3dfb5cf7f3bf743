"""From the HTML of others to Markdown: what was brought in is read, searched and edited like anything else.

Only the child process that opens archives comes here: what parses HTML is large.
"""

import re
from typing import Any

from bs4 import BeautifulSoup
from markdownify import MarkdownConverter

from plausch.exchange.texts import escape_names

_MEANINGLESS = ("script", "style", "template", "iframe", "noscript", "form")
#: Nobody nests as deeply; what does is shown without its markup.
_TAGS = re.compile(r"<[^<>]*>")


class Converter(MarkdownConverter):
    """Hashtags stay hashtags; people of other servers become links, and never people of ours."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        return escape_names(super().escape(text, parent_tags))  # type: ignore[misc]  # its types name no methods

    def convert_a(self, element: Any, text: str, parent_tags: set[str]) -> str:
        words = element.get_text()
        if "hashtag" in (element.get("class") or ()) and words.startswith("#"):
            return str(words)
        return str(super().convert_a(element, text, parent_tags))  # type: ignore[misc]  # the same


def markdown_of(html: str) -> str:
    """Markdown that reads like the HTML of a note; line breaks stay, pictures go."""
    if not html:
        return ""
    return converted(html, Converter(newline_style="backslash", bullets="-", heading_style="ATX", strip=["img"]))


def converted(html: str, converter: MarkdownConverter) -> str:
    """What a converter makes of HTML, without what is not to be read. Never fails."""
    try:
        soup = BeautifulSoup(html, "html.parser")
        for tag in soup(_MEANINGLESS):
            tag.decompose()
        text = str(converter.convert_soup(soup))
    except RecursionError:  # nested as nobody nests: the words alone
        text = escape_names(_TAGS.sub(" ", html))
    return re.sub(r"\n{3,}", "\n\n", text).strip()

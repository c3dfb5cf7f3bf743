"""From the HTML of others to Markdown: what was brought in is read, searched and edited like anything else."""

import re
from typing import Any

from bs4 import BeautifulSoup
from markdownify import MarkdownConverter

#: At the beginning of a word it would mean somebody of this server.
_AT = re.compile(r"(?<![\w\\])@")


class _Converter(MarkdownConverter):
    """Hashtags stay hashtags; people of other servers become links, and never people of ours."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        return _AT.sub(r"\\@", super().escape(text, parent_tags))  # type: ignore[misc]  # its types name no methods

    def convert_a(self, element: Any, text: str, parent_tags: set[str]) -> str:
        words = element.get_text()
        if "hashtag" in (element.get("class") or ()) and words.startswith("#"):
            return str(words)
        return str(super().convert_a(element, text, parent_tags))  # type: ignore[misc]  # the same


def markdown_of(html: str) -> str:
    """Markdown that reads like the HTML; line breaks stay."""
    if not html:
        return ""
    try:
        soup = BeautifulSoup(html, "html.parser")
        for script in soup(["script", "style", "template", "iframe"]):
            script.decompose()
        converter = _Converter(newline_style="backslash", bullets="-", heading_style="ATX", strip=["img"])
        text = str(converter.convert_soup(soup))
    except RecursionError:  # nested as nobody nests: the words alone
        text = _AT.sub(r"\\@", re.sub(r"<[^<>]*>", " ", html))
    return re.sub(r"\n{3,}", "\n\n", text).strip()

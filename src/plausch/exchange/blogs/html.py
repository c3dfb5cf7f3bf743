"""HTML of articles as Markdown: their pictures, captions, code and notes stay."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from plausch.exchange.blogs.model import PICTURE, picture_mark
from plausch.exchange.html import Converter, converted

#: Told what a picture's element says (address, attachment's number, description); its place, or None to leave it out.
FindPicture = Callable[[str, int, str], int | None]

_SOURCES = ("data-orig-file", "data-src", "data-lazy-src", "src")
_LANGUAGE = re.compile(r"(?:language-|lang-|brush:\s*)([\w+#-]+)")


class ArticleConverter(Converter):
    def __init__(self, find: FindPicture, notes: Mapping[str, int] = MappingProxyType({})) -> None:
        super().__init__(
            newline_style="backslash",
            bullets="-",
            heading_style="ATX",
            table_infer_header=True,
            code_language_callback=_language_of,
        )
        self._find = find
        self._notes = notes

    def convert_img(self, element: Any, text: str, parent_tags: set[str]) -> str:
        source = next((str(element[name]) for name in _SOURCES if _is_address(element.get(name))), "")
        known = re.search(r"wp-image-(\d+)", " ".join(element.get("class") or ()))
        number = int(known[1]) if known else int(_digits(element.get("data-id")) or 0)
        alt = str(element.get("alt") or "")
        place = self._find(source, number, alt) if source or number else None
        if place is None:
            return ""
        if "_inline" in parent_tags or "a" in parent_tags:
            return picture_mark(alt, place)
        return f"\n\n{picture_mark(alt, place)}\n\n"

    def convert_a(self, element: Any, text: str, parent_tags: set[str]) -> str:
        if PICTURE in text:  # to the file in full, or to a page about it
            return f"\n\n{text.strip()}\n\n"
        return super().convert_a(element, text, parent_tags)

    def convert_figcaption(self, element: Any, text: str, parent_tags: set[str]) -> str:
        figure = element.find_parent("figure")
        if figure is not None and len(figure.find_all("img")) == 1:
            return ""  # it stands with the picture
        return f"\n\n*{text.strip()}*\n\n" if text.strip() else ""

    def convert_figure(self, element: Any, text: str, parent_tags: set[str]) -> str:
        caption = element.find("figcaption")
        if caption is not None and PICTURE in text and len(element.find_all("img")) == 1:
            words = " ".join(caption.get_text(" ").split())
            return _with_caption(text, words)
        return f"\n\n{text.strip()}\n\n"

    def convert_sup(self, element: Any, text: str, parent_tags: set[str]) -> str:
        note = self._notes.get(str(element.get("data-fn") or ""))
        return f"[^{note}]" if note else text


def read_html(content: str, find: FindPicture) -> str:
    """Markdown of HTML alone, with its pictures."""
    return converted(content, ArticleConverter(find))


def _is_address(value: Any) -> bool:
    return bool(value) and not str(value).startswith(("data:", "blob:"))


def _digits(value: Any) -> str:
    return str(value) if value and str(value).isdigit() else ""


def _with_caption(text: str, words: str) -> str:
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    return re.sub(rf"(\({PICTURE}\d+)\)", lambda found: f'{found[1]} "{quoted}")' if quoted else found[0], text)


def _language_of(element: Any) -> str:
    inner = element.find("code")
    told = " ".join([*(element.get("class") or ()), *((inner.get("class") or ()) if inner is not None else ())])
    named = _LANGUAGE.search(told)
    lang = (inner.get("lang") if inner is not None else None) or element.get("lang") or element.get("data-lang")
    return named[1] if named else re.sub(r"[^\w+#-]", "", str(lang or ""))[:20]

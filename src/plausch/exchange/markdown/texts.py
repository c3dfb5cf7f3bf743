"""The Markdown of other programs as ours: what they add to it becomes plain Markdown; code stays as it is."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from bs4 import BeautifulSoup

from plausch.exchange.blogs.html import read_html
from plausch.exchange.blogs.model import picture_mark
from plausch.exchange.texts import escape_names

_FENCE = re.compile(r"[ ]{0,3}(?:>[ ]?)*[ ]{0,3}(`{3,}|~{3,})(.*)")
_FENCE_ATTRIBUTES = re.compile(r"^(\s*(?:>\s?)*\s*(?:`{3,}|~{3,}))\s*\{\s*\.?([\w+#-]*)[^}]*\}\s*$")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)", re.S)
_KEPT = re.compile("\ue000(\\d+)\ue001")
_MARKS = re.compile("[\ue000\ue001]")

_REFERENCE = re.compile(r"^[ ]{0,3}\[([^\]^][^\]]*)\]:[ \t]*<?([^\s>]+)>?(?:[ \t]+[\"'(](.*?)[\"')])?[ \t]*$", re.M)
_PICTURE = re.compile(
    r"!\[((?:[^\]\\]|\\.){0,2000})\]\(\s*(?:<([^>\n]{1,2000})>|([^\s()]{1,2000}(?:\([^\s()]{0,200}\)[^\s()]{0,200}){0,5}))"
    r"(?:\s+(?:\"((?:[^\"\\]|\\.)*)\"|'([^']*)'))?\s*\)(?:\{[^}\n]*\})?"
)
_PICTURE_BY_NAME = re.compile(r"!\[((?:[^\]\\]|\\.){0,2000})\]\[([^\]]{0,200})\]")
_EMBEDDED = re.compile(r"!\[\[([^\]|\n#]{1,300})(?:#[^\]|\n]{0,300})?(?:\|([^\]\n]{0,300}))?\]\]")
_WIKILINK = re.compile(r"\[\[([^\]|\n]{1,300})(?:\|([^\]\n]{0,300}))?\]\]")
_CALLOUT = re.compile(r"^((?:>\s?)+)\[!(\w+)\][+-]?[ \t]*(.*)$", re.M)
_OBSIDIAN_COMMENT = re.compile(r"%%.{0,5000}?%%", re.S)
_HIGHLIGHT = re.compile(r"==(?=\S)([^=\n]{1,500}?)(?<=\S)==")

_HUGO_CODE = re.compile(
    r"\{\{[<%]\s*highlight\s+\"?([\w+#-]+)[^\n]*?[>%]\}\}\n?(.*?)\{\{[<%]\s*/\s*highlight\s*[>%]\}\}", re.S
)
_HUGO_FIGURE = re.compile(
    r"\{\{[<%]\s*(?:figure|image|img)\s([^}]*?)/?\s*[>%]\}\}(?:\s*\{\{[<%]\s*/\s*figure\s*[>%]\}\})?"
)
_HUGO_VIDEO = re.compile(r"\{\{[<%]\s*(youtube|vimeo)\s+(?:id\s*=\s*)?\"?([\w-]+)\"?[^}]*[>%]\}\}")
_HUGO_LINK = re.compile(r"(?<!!)\[([^\]]{0,1000})\]\(\s*\{\{.{0,300}?\}\}[^)\s]{0,300}\s*\)")
_HUGO_ANY = re.compile(r"\{\{[<%]-?\s{0,9}/?\s{0,9}[\w/.-]{1,80}.{0,2000}?[>%]\}\}", re.S)
_JEKYLL_CODE = re.compile(r"\{%-?\s*highlight\s+([\w+#-]+)[^%]*%\}\n?(.*?)\{%-?\s*endhighlight\s*-?%\}", re.S)
_JEKYLL_FIGURE = re.compile(r"\{%-?\s*include\s+(?:figure|image|img)[\w./-]*\s([^%]*)%\}")
_JEKYLL_LINK = re.compile(r"(?<!!)\[([^\]]{0,1000})\]\(\s*\{%.{0,300}?%\}[^)\s]{0,300}\s*\)")
_JEKYLL_ANY = re.compile(r"\{%-?\s{0,9}\w{1,80}.{0,2000}?%\}", re.S)
_SITE_BASE = re.compile(r"\{\{\s*(?:site|page)\.\w+\s*(?:\|[^}]*)?\}\}|\{\{\s*[\"']([^\"'}]*)[\"']\s*\|[^}]*\}\}")
_KRAMDOWN = re.compile(r"[ ]?\{:[^}\n]{0,300}\}")
_TOC = re.compile(r"^(?:[*-]\s+(?:toc|this unordered seed list[^\n]*)|\[\[?toc\]?\]|\$\{toc\})[ \t]*\n?", re.M | re.I)
_HEADING_ATTRIBUTES = re.compile(r"^(#{1,6}[^\n]*?)[ \t]*\{[#.-][^}\n]*\}[ \t]*$", re.M)
_DIV = re.compile(r"^:{3,}[^\n]*\n?", re.M)
_SPAN = re.compile(r"\[([^\[\]]{1,1000})\]\{[.#][^}\n]{0,300}\}")
_MORE = re.compile(r"<!--\s*(?:more|excerpt)\s*-->", re.I)
_COMMENT = re.compile(r"<!--(?!more-->).{0,5000}?-->", re.S)
_ATTRIBUTE = re.compile(r"([\w-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|(\S{1,2000}))")

_HTML_BLOCK = re.compile(
    r"^[ ]{0,3}<(figure|table|div|p|center|ul|ol|dl|details|section|aside|blockquote|h[1-6]|picture|video|audio|iframe)"
    r"(?=[\s>]).*?</\1>[ \t]*$",
    re.S | re.M | re.I,
)
_IMG = re.compile(r"<img\b[^>]*>", re.I)
_ANCHOR = re.compile(r"<a\b[^>]{0,500}?href\s*=\s*[\"']([^\"']{1,2000})[\"'][^>]{0,500}>(.{0,2000}?)</a>", re.S | re.I)
_BREAK = re.compile(r"<br\s*/?>[ \t]*\n?", re.I)
_STRONG = re.compile(r"</?(?:b|strong)>", re.I)
_EMPHASIS = re.compile(r"</?(?:i|em|cite)>", re.I)
_STRUCK = re.compile(r"</?(?:s|del|strike)>", re.I)
_CODE_TAG = re.compile(r"<(?:code|kbd|samp|tt)>([^<`]*)</(?:code|kbd|samp|tt)>", re.I)
_OTHER_TAG = re.compile(
    r"</?(?:span|div|p|u|ins|mark|small|big|sub|sup|abbr|font|center|section|article|aside|details|summary|figure|"
    r"figcaption|picture|source|a|nobr|wbr|q|dfn|time|hr|script|style|iframe|video|audio|object|embed)\b[^>]*>",
    re.I,
)

#: Told a picture's address as it stands there, and its description; its place, or None when it is none.
FindPicture = Callable[[str, str], int | None]


class _Text:
    """One text under way; what must not be changed any more stands aside."""

    def __init__(self, find: FindPicture) -> None:
        self._find = find
        self._kept: list[str] = []
        self._references: dict[str, tuple[str, str]] = {}

    def convert(self, body: str) -> str:
        text = _MARKS.sub("", body.replace("\r\n", "\n").replace("\r", "\n"))
        text = self._set_code_aside(_fences_of_templates(text))
        text = _MORE.sub("<!--more-->", text)
        text = _OBSIDIAN_COMMENT.sub("", _COMMENT.sub("", text))
        text = self._templates(text)
        text = _HTML_BLOCK.sub(self._html, text)
        text = self._pictures(text)
        text = _plain_tags(_dialects(text))
        text = escape_names(text)
        for _ in range(3):
            text = _KEPT.sub(lambda found: self._kept[int(found[1])], text)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n").rstrip()

    def _keep(self, what: str) -> str:
        self._kept.append(what)
        return f"\ue000{len(self._kept) - 1}\ue001"

    def _set_code_aside(self, text: str) -> str:
        parts = []
        for code, block in _blocks(text):
            parts.append(self._keep(block) + "\n" if code else block)
        return _CODE_SPAN.sub(lambda found: self._keep(found[0]), "".join(parts))

    def _picture(self, address: str, alt: str, caption: str = "") -> str:
        """A picture, or its words where there is none."""
        place = self._find(address, alt)
        return self._keep(picture_mark(alt, place, caption)) if place is not None else caption or alt

    def _pictures(self, text: str) -> str:
        for name, address, title in _REFERENCE.findall(text):
            self._references.setdefault(name.strip().lower(), (address, title))

        def by_name(found: re.Match[str]) -> str:
            address, title = self._references.get((found[2] or found[1]).strip().lower(), ("", ""))
            return self._picture(address, _unescaped(found[1]), title) if address else found[0]

        def embedded(found: re.Match[str]) -> str:
            words = (found[2] or "").strip()
            alt = "" if re.fullmatch(r"\d+(?:x\d+)?", words) else words
            place = self._find(found[1].strip(), alt)
            return self._keep(picture_mark(alt, place)) if place is not None else words or found[1].strip()

        def inline(found: re.Match[str]) -> str:
            address = found[2] or found[3]
            return self._picture(address, _unescaped(found[1]), _unescaped(found[4] or found[5] or ""))

        text = _EMBEDDED.sub(embedded, text)
        text = _PICTURE.sub(inline, text)
        text = _PICTURE_BY_NAME.sub(by_name, text)
        return _IMG.sub(lambda found: self._from_tag(found[0]), text)

    def _from_tag(self, tag: str) -> str:
        attributes = _attributes(tag)
        address = attributes.get("src", "")
        return self._picture(address, attributes.get("alt", ""), attributes.get("title", "")) if address else ""

    def _templates(self, text: str) -> str:
        """What site generators put in on their own: pictures and links of it stay, the rest is nothing to read."""

        def figure(found: re.Match[str]) -> str:
            told = _attributes(found[1])
            address = told.get("src") or told.get("image_path") or told.get("url") or told.get("path") or ""
            caption = told.get("caption") or told.get("title") or ""
            mark = self._picture(address, told.get("alt", ""), caption) if address else ""
            return f"\n\n{mark}\n\n"

        def video(found: re.Match[str]) -> str:
            at = "https://www.youtube.com/watch?v=" if found[1] == "youtube" else "https://vimeo.com/"
            return f"\n\n<{at}{found[2]}>\n\n"

        text = _HUGO_VIDEO.sub(video, _HUGO_FIGURE.sub(figure, text))
        text = _JEKYLL_FIGURE.sub(figure, _SITE_BASE.sub(lambda found: found[1] or "", text))
        text = _JEKYLL_LINK.sub(r"\1", _HUGO_LINK.sub(r"\1", text))
        return _JEKYLL_ANY.sub("", _HUGO_ANY.sub("", text))

    def _html(self, found: re.Match[str]) -> str:
        """A piece of HTML among the Markdown."""
        if _KEPT.search(found[0]):
            return found[0]  # with Markdown in it
        told = BeautifulSoup(found[0], "html.parser").find("iframe")
        if told is not None and str(told.get("src", "")).startswith("http"):
            return f"\n<{told['src']}>\n"
        return self._keep(read_html(found[0], lambda source, _, alt: self._find(source, alt)))


def read_text(body: str, find: FindPicture) -> str:
    """A text as it is written here."""
    return _Text(find).convert(body)


def _blocks(text: str) -> Iterator[tuple[bool, str]]:
    """The pieces of a text, and whether they are fenced code; what is opened is closed at the end."""
    piece: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line)
        if fence:
            piece.append(line)
            if mark is not None and mark[1].startswith(fence) and not mark[2].strip():
                yield True, "".join(piece).rstrip("\n")
                piece, fence = [], ""
        elif mark is not None and not (mark[1][0] == "`" and "`" in mark[2]):
            yield False, "".join(piece)
            named = _FENCE_ATTRIBUTES.match(line.rstrip("\n"))
            piece, fence = [f"{named[1]}{named[2]}\n" if named else line], mark[1]
        else:
            piece.append(line)
    yield bool(fence), "".join(piece).rstrip("\n") if fence else "".join(piece)


def _fences_of_templates(text: str) -> str:
    def fenced(found: re.Match[str]) -> str:
        return f"\n```{found[1]}\n{found[2].strip(chr(10))}\n```\n"

    return _JEKYLL_CODE.sub(fenced, _HUGO_CODE.sub(fenced, text))


def _dialects(text: str) -> str:
    """What Obsidian, kramdown and Pandoc write beyond Markdown."""
    text = _WIKILINK.sub(lambda found: (found[2] or found[1]).strip(), text)
    text = _CALLOUT.sub(_callout, text)
    text = _HIGHLIGHT.sub(r"*\1*", text)
    text = _TOC.sub("", _KRAMDOWN.sub("", text))
    text = _HEADING_ATTRIBUTES.sub(r"\1", _DIV.sub("", text))
    return _SPAN.sub(r"\1", text)


def _callout(found: re.Match[str]) -> str:
    """A quotation of a kind: its heading, or what kind it is."""
    return f"{found[1]}**{found[3].strip() or found[2].capitalize()}**\n{found[1].rstrip()}"


def _plain_tags(text: str) -> str:
    """HTML within lines: here it would be shown as it stands."""
    text = _BREAK.sub("\\\\\n", text)
    text = _CODE_TAG.sub(r"`\1`", text)
    text = _STRUCK.sub("~~", _EMPHASIS.sub("*", _STRONG.sub("**", text)))
    text = _ANCHOR.sub(r"[\2](\1)", text)
    return _OTHER_TAG.sub("", text)


def _attributes(text: str) -> dict[str, str]:
    found = _ATTRIBUTE.finditer(text)
    return {one[1].lower(): next((value for value in one.groups()[1:] if value is not None), "") for one in found}


def _unescaped(text: str) -> str:
    return re.sub(r"\\([^\w\s])", r"\1", text)


def plain_address(address: str) -> str:
    """A picture's address as the name of a file."""
    return unquote(address).partition("#")[0].partition("?")[0].strip().replace("\\", "/")

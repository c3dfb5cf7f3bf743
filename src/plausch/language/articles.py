"""Markdown of long texts: what posts have, and headings with anchors, footnotes, tables and pictures in the text.

A line break within a paragraph is a space, as in Markdown written elsewhere. Pictures are the author's own uploads,
named by their id (`![words](picture:ID "caption")`); all others stay links, as in posts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from plausch.language import inline_rules
from plausch.language.markdown import (
    MARKUP,
    Markdown,
    Parsed,
    Renderer,
    as_attribute,
    as_text,
    excerpt,
    href_of,
    plain_text,
    verbatim,
)
from plausch.language.sanitising import clean_article, clean_rendered, well_formed

#: As in posts: more is no honest text, and is shown as it is written.
_MAX_LENGTH = 250_000
_MAX_MARKUP = 20_000
_PICTURE = re.compile(r"(?:picture:|/pictures/)(\d{1,19})(?:/(?:small|large))?\Z")
_WORD = re.compile(r"\w+")
_NOT_IN_ANCHOR = re.compile(r"[^\w]+")
_ANCHOR_MAX = 60
_MORE = "<!--more-->"
#: So much of an article stands in feeds, where its author does not say where to stop; and at most so much.
_BEGINNING, _BEGINNING_MAX = 500, 1_500


class InlinePicture(NamedTuple):
    """A picture of the author's that may stand in the text."""

    src: str
    alt: str
    width: int
    height: int


class Heading(NamedTuple):
    """A line of the table of contents."""

    depth: int
    anchor: str
    text: str


class Rendered(NamedTuple):
    """An article ready to be stored."""

    body: str
    #: Its beginning, as HTML of a post.
    beginning: str
    contents: list[Heading]
    words: int


class _ArticleMarkdown(Markdown):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return _PICTURE.match(url) is not None or super().validateLink(url)


def _parser() -> MarkdownIt:
    options = {"html": False, "breaks": False, "maxNesting": 20}
    md = _ArticleMarkdown("commonmark", options).enable(["strikethrough", "table"])
    md.disable(["html_block", "html_inline"])
    footnote_plugin(md)
    inline_rules.install(md)
    return md


_parser_of_articles = _parser()


class ParsedArticle(Parsed):
    """A long text that was understood."""

    __slots__ = ("pictures",)

    def __init__(self, blocks: list[Token]) -> None:
        super().__init__(list(_with_figures(blocks)))
        inline = [child for block in self.blocks for child in block.children or ()]
        found = [picture_of(href_of(token)) for token in inline if token.type == "image"]
        #: Ids of the pictures it wants to show, in order.
        self.pictures = tuple(dict.fromkeys(id_ for id_ in found if id_))

    def render_article(
        self,
        mention_urls: Mapping[str, str],
        tag_url: Callable[[str], str],
        emoji: Mapping[str, str] = MappingProxyType({}),
        pictures: Mapping[int, InlinePicture] = MappingProxyType({}),
    ) -> Rendered:
        """Sanitised HTML; see `Parsed.render`. `pictures`: those that may be shown, of the others only the words."""
        renderer = _ArticleRenderer(mention_urls, tag_url, emoji, pictures)
        raw = "".join(renderer.blocks(self.blocks))
        sources = {picture.src for picture in pictures.values()} | set(emoji.values())
        body = clean_article(raw, sources)
        beginning = "".join(_BeginningRenderer(mention_urls, tag_url, emoji, {}).blocks(_beginning(self.blocks)))
        beginning = clean_rendered(beginning, emoji)
        if len(plain_text(beginning)) > _BEGINNING_MAX:
            beginning = f'<p dir="auto">{as_text(excerpt(beginning, _BEGINNING))}</p>'
        return Rendered(body, beginning, renderer.contents, len(_WORD.findall(plain_text(body))))


def parse_article(source: str) -> ParsedArticle:
    """Understand a long text. Never fails, whatever it is."""
    source = well_formed(source)
    if len(source) > _MAX_LENGTH or sum(map(source.count, MARKUP)) > _MAX_MARKUP:
        return ParsedArticle(verbatim(source))
    return ParsedArticle(_parser_of_articles.parse(source))


def picture_of(href: str) -> int:
    """The id of the picture that an address in a text means; 0 for none."""
    found = _PICTURE.match(href)
    return int(found[1]) if found and int(found[1]) < 1 << 63 else 0


def _with_figures(blocks: list[Token]) -> Iterator[Token]:
    """Pictures that stand alone are figures, and the sign that ends the beginning is none of the text."""
    skipped = 0
    for place, token in enumerate(blocks):
        if skipped:
            skipped -= 1
            continue
        inside = blocks[place + 1] if token.type == "paragraph_open" and place + 2 < len(blocks) else None
        if inside is not None and inside.content.strip() == _MORE and not token.hidden:
            skipped = 2
            yield Token("more", "", 0)
        elif inside is not None and _is_picture(inside.children) and not token.hidden:
            skipped = 2
            yield Token("figure", "figure", 0, level=token.level, children=inside.children)
        else:
            yield token


def _is_picture(children: list[Token] | None) -> bool:
    return len(children or ()) == 1 and any(picture_of(href_of(one)) for one in children or () if one.type == "image")


def _beginning(blocks: list[Token]) -> list[Token]:
    """What stands before the sign, else the first paragraphs."""
    end = next((place for place, token in enumerate(blocks) if token.type == "more"), None)
    found: list[Token] = []
    length = 0
    # Only whole paragraphs at the top: a quote or a list that begins is not left open.
    for place, (token, inside) in enumerate(pairwise(blocks)):
        if (end is not None and place >= end) or (end is None and found and token.type == "heading_open"):
            break
        if token.type != "paragraph_open" or token.level:
            continue
        if end is None and found and length + len(inside.content) > _BEGINNING:
            break
        found += [token, inside, Token("paragraph_close", "p", -1)]
        length += len(inside.content)
    return found


class _ArticleRenderer(Renderer):
    """Writes the HTML of one article."""

    first_heading, last_heading = 2, 4
    soft_break = "\n"

    def __init__(
        self,
        mention_urls: Mapping[str, str],
        tag_url: Callable[[str], str],
        emoji: Mapping[str, str],
        pictures: Mapping[int, InlinePicture],
    ) -> None:
        super().__init__(mention_urls, tag_url, emoji)
        self._pictures = pictures
        self._following: Token | None = None
        #: How often words have been made into an anchor.
        self._used: dict[str, int] = {}
        self.contents: list[Heading] = []
        self._anchors: set[str] = set()

    def blocks(self, tokens: list[Token]) -> Iterator[str]:
        for place, token in enumerate(tokens):
            self._following = tokens[place + 1] if place + 1 < len(tokens) else None
            yield from super().blocks([token])

    def _open_heading(self, tag: str) -> str:
        text = _words_of(self._following)
        anchor = self._new_anchor(text)
        if text:
            self.contents.append(Heading(int(tag[1]), anchor, text))
        return f'<{tag} id="{anchor}" dir="auto">'

    def _new_anchor(self, text: str) -> str:
        """From the words alone, so that it stays when others come before it; never one of the page's own."""
        stem = "s-" + (_NOT_IN_ANCHOR.sub("-", text.casefold()).strip("-_")[:_ANCHOR_MAX].strip("-_") or "section")
        self._used[stem] = number = self._used.get(stem, 0) + 1
        anchor = stem if number == 1 else f"{stem}-{number}"
        while anchor in self._anchors:
            anchor += "-"
        self._anchors.add(anchor)
        return anchor

    def _other(self, token: Token) -> str:
        match token.type:
            case "more":
                return ""
            case "figure":
                return self._figure((token.children or [])[0])
            case "code_block" | "fence":
                return f'<pre tabindex="0"><code>{as_text(token.content)}</code></pre>'
            case "footnote_block_open":
                return '<section class="footnotes"><ol>'
            case "footnote_block_close":
                return "</ol></section>"
            case "footnote_open":
                return f'<li id="fn-{token.meta["id"] + 1}">'
            case "footnote_close":
                return "</li>"
            case "footnote_anchor":
                return self._back(token)
            case "table_open":
                return '<div class="table" tabindex="0"><table>'
            case "table_close":
                return "</table></div>"
            case "th_open" | "td_open":
                return f"<{token.tag}{_alignment(token)}>"
        return f"<{'/' if token.nesting < 0 else ''}{token.tag}>" if token.tag in _OF_TABLES else ""

    def _reference(self, token: Token) -> str:
        if token.type == "footnote_ref":
            number, place = token.meta["id"] + 1, token.meta.get("subId", 0)
            here = f"fnref-{number}" + (f"-{place + 1}" if place else "")
            return f'<sup><a class="footnote" id="{here}" href="#fn-{number}">{number}</a></sup>'
        if token.type == "footnote_anchor":
            return self._back(token)
        picture = self._pictures.get(picture_of(href_of(token))) if token.type == "image" else None
        if picture is not None:
            return _image(token, picture)
        if token.type == "image" and picture_of(href_of(token)):
            return as_text(_alt(token))
        return super()._reference(token)

    def _link_of(self, token: Token) -> str:
        href = super()._link_of(token)
        return "" if picture_of(href) else href

    def _figure(self, token: Token) -> str:
        picture = self._pictures.get(picture_of(href_of(token)))
        caption = str(token.attrs.get("title", "")).strip()
        if picture is None:
            return f'<p dir="auto">{as_text(_alt(token))}</p>' if _alt(token) else ""
        shown = f'<figcaption dir="auto">{as_text(caption)}</figcaption>' if caption else ""
        return f"<figure>{_image(token, picture)}{shown}</figure>"

    def _back(self, token: Token) -> str:
        number, place = token.meta["id"] + 1, token.meta.get("subId", 0)
        return f' <a class="back" href="#fnref-{number}{f"-{place + 1}" if place else ""}">↩</a>'


class _BeginningRenderer(_ArticleRenderer):
    """The same without what only stands in the article: pictures and notes."""

    def _reference(self, token: Token) -> str:
        if token.type == "footnote_ref" or (token.type == "image" and picture_of(href_of(token))):
            return ""
        return super()._reference(token)


_OF_TABLES = frozenset({"thead", "tbody", "tr", "th", "td"})


def _alignment(token: Token) -> str:
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return f' class="{side}"' if side in ("center", "right") else ""


def _alt(token: Token) -> str:
    return "".join(child.content for child in token.children or ()).strip()


def _image(token: Token, picture: InlinePicture) -> str:
    alt = as_attribute(_alt(token) or picture.alt)
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img src="{as_attribute(picture.src)}" alt="{alt}" {size} loading="lazy" decoding="async">'


def _words_of(token: Token | None) -> str:
    """The words of a heading."""
    children: list[Any] = (token.children if token is not None else None) or []
    shown = "".join(child.content if child.type != "hashtag" else f"#{child.content}" for child in children)
    return " ".join(shown.split())

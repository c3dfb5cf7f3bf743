"""Markdown as people write it in posts: parsed once, rendered to sanitised HTML.

CommonMark without raw HTML, with strikethrough, mentions, hashtags and bare addresses; a line break is a line break.
Pictures in the text become links: pictures are attachments, and no page of ours makes a browser ask a third party.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape, unescape
from types import MappingProxyType

from markdown_it import MarkdownIt
from markdown_it.token import Token

from plausch.language import inline_rules
from plausch.language.sanitising import LINK_REL, clean_rendered, well_formed

#: Text that is longer, or in which more than this many signs could mean something, is shown as it is written: the
#: parser would take longer over it than any honest text deserves.
_MAX_LENGTH = 150_000
_MAX_MARKUP = 6_000
MARKUP = "!#$%&*+-:<=>@[\\]^_`{}~\n"
#: Emphasis within emphasis beyond this depth is dropped.
_MAX_EMPHASIS = 8
_SHOWN_URL_LENGTH = 32

_LINK = re.compile(r"https?://[^/?#@\s\\%]+(?:[/?#]|$)|mailto:[^/?#@\s]+@[^/?#@\s]+(?:\?|$)", re.IGNORECASE)
_SHOWN_SCHEME = re.compile(r"(?:https?://(?:www\.)?|mailto:)", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n\n+")
_LINE_BREAK = Token("softbreak", "br", 0)
_CONTROLS_OF_DIRECTION = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])

_TAGS = {
    "paragraph_open": '<p dir="auto">',
    "paragraph_close": "</p>",
    "blockquote_open": '<blockquote dir="auto">',
    "blockquote_close": "</blockquote>",
    "bullet_list_open": '<ul dir="auto">',
    "bullet_list_close": "</ul>",
    "ordered_list_close": "</ol>",
    "list_item_open": "<li>",
    "list_item_close": "</li>",
    "hr": "<hr>",
    "hardbreak": "<br>",
    "softbreak": "<br>",
}
_EMPHASIS = {"em": ("<em>", "</em>"), "strong": ("<strong>", "</strong>"), "s": ("<del>", "</del>")}


class Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Only links that lead elsewhere openly: with a scheme we know and no user name to mislead."""
        return _LINK.match(url) is not None

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        try:
            return super().normalizeLink(url)
        except ValueError:
            return ""


def _parser() -> MarkdownIt:
    options = {"html": False, "breaks": True, "maxNesting": 20}
    md = Markdown("commonmark", options).enable("strikethrough").disable(["html_block", "html_inline"])
    inline_rules.install(md)
    return md


_parser_of_posts = _parser()


class Parsed:
    """A text that was understood: what it refers to, and how it looks."""

    __slots__ = ("blocks", "emoji", "links", "mentions", "tags")

    def __init__(self, blocks: list[Token]) -> None:
        self.blocks = blocks
        inline = [token for block in blocks if block.type == "inline" for token in block.children or ()]
        self.mentions = _unique(token.info for token in inline if token.type == "mention")
        self.tags = _unique(token.info for token in inline if token.type == "hashtag")
        self.emoji = _unique(token.info for token in inline if token.type == "emoji")
        self.links = _unique(href for href in map(href_of, inline) if href.startswith("http"))

    def render(
        self,
        mention_urls: Mapping[str, str],
        tag_url: Callable[[str], str],
        emoji: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Sanitised HTML. `mention_urls`: the address of each handle that is known; the others stay plain text.

        `emoji`: the same of shortcodes, with the paths of their pictures.
        """
        return clean_rendered("".join(Renderer(mention_urls, tag_url, emoji).blocks(self.blocks)), emoji)


def parse(source: str) -> Parsed:
    """Understand a text. Never fails, whatever it is."""
    source = well_formed(source)
    if len(source) > _MAX_LENGTH or sum(map(source.count, MARKUP)) > _MAX_MARKUP:
        return Parsed(verbatim(source))
    return Parsed(_parser_of_posts.parse(source))


def verbatim(source: str) -> list[Token]:
    """Paragraphs and line breaks, nothing else."""
    blocks = []
    for paragraph in _BLANK_LINES.split(_strip_lines(source)):
        lines = [token for line in paragraph.split("\n") for token in (_LINE_BREAK, Token("text", "", 0, content=line))]
        blocks += [Token("paragraph_open", "p", 1), Token("inline", "", 0, children=lines[1:])]
        blocks += [Token("paragraph_close", "p", -1)]
    return blocks


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def href_of(token: Token) -> str:
    match token.type:
        case "address":
            return token.info
        case "link_open":
            return str(token.attrs["href"])
        case "image":
            return str(token.attrs["src"])
    return ""


class Renderer:
    """Writes the HTML of one text."""

    #: A page has its own first two levels of headings.
    first_heading, last_heading = 3, 6
    soft_break = "<br>"

    def __init__(
        self, mention_urls: Mapping[str, str], tag_url: Callable[[str], str], emoji: Mapping[str, str]
    ) -> None:
        self._mention_urls = mention_urls
        self._tag_url = tag_url
        self._emoji = emoji
        self._emphasis = 0
        self._in_link = False
        #: The headings one stands below, as the author numbered them.
        self._headings: list[str] = []

    def blocks(self, tokens: list[Token]) -> Iterator[str]:
        for token in tokens:
            if token.hidden:
                continue
            kind = token.type
            if kind == "inline":
                yield from self._inline(token.children or [])
            elif (fixed := _TAGS.get(kind)) is not None:
                yield fixed
            elif kind == "heading_open":
                yield self._open_heading(self._enter_heading(token.tag))
            elif kind == "heading_close":
                yield f"</{self._heading()}>"
            elif kind == "ordered_list_open":
                yield f'<ol start="{token.attrs["start"]}" dir="auto">' if "start" in token.attrs else '<ol dir="auto">'
            else:
                yield self._other(token)

    def _open_heading(self, tag: str) -> str:
        return f'<{tag} dir="auto">'

    def _other(self, token: Token) -> str:
        """A code_block or a fence."""
        return f"<pre><code>{as_text(token.content)}</code></pre>"

    def _enter_heading(self, tag: str) -> str:
        """Many begin with ## or leave a level out; whoever listens to a page needs levels without gaps (WCAG 1.3.1)."""
        while self._headings and self._headings[-1] >= tag:
            self._headings.pop()
        self._headings.append(tag)
        return self._heading()

    def _heading(self) -> str:
        return f"h{min(self.first_heading + len(self._headings) - 1, self.last_heading)}"

    def _inline(self, tokens: list[Token]) -> Iterator[str]:
        shown_address = False
        for token in tokens:
            kind = token.type
            if kind in ("text", "text_special"):
                yield _shown_url(token.content) if shown_address else as_text(token.content)
            elif kind == "softbreak":
                yield self.soft_break
            elif kind == "hardbreak":
                yield "<br>"
            elif kind == "code_inline":
                yield f"<code>{as_text(token.content)}</code>"
            elif token.tag in _EMPHASIS:
                yield self._emphasise(token)
            elif kind == "link_open":
                shown_address = token.markup == "autolink"
                self._in_link = bool(href := self._link_of(token))  # [text]() leads nowhere
                yield f'<a href="{as_attribute(href)}" rel="{LINK_REL}">' if href else ""
            elif kind == "link_close":
                yield "</a>" if self._in_link else ""
                self._in_link = shown_address = False
            else:
                yield self._reference(token)

    def _link_of(self, token: Token) -> str:
        return href_of(token)

    def _emphasise(self, token: Token) -> str:
        opening = token.nesting > 0
        self._emphasis += opening
        shown = self._emphasis <= _MAX_EMPHASIS
        self._emphasis -= not opening
        return _EMPHASIS[token.tag][0 if opening else 1] if shown else ""

    def _reference(self, token: Token) -> str:
        match token.type:
            case "mention":
                url = self._mention_urls.get(token.info)
                return as_text(token.content) if url is None else _link(url, as_text(token.content), 'class="mention"')
            case "hashtag":
                name = as_text(token.content)
                return _link(self._tag_url(token.info), f"#{name}", 'class="tag" rel="tag"')
            case "emoji" if (path := self._emoji.get(token.info)) is not None:
                return f'<img class="emoji" src="{as_attribute(path)}" alt="{token.content}" loading="lazy">'
            case "address":
                return _link(token.info, _shown_url(token.content), f'rel="{LINK_REL}"')
            case "image":
                description = as_text("".join(child.content for child in token.children or ()).strip())
                if self._in_link or not href_of(token):
                    return description
                return _link(href_of(token), description or _shown_url(href_of(token)), f'rel="{LINK_REL}"')
        return as_text(token.content)


def _link(url: str, content: str, attributes: str) -> str:
    return f'<a href="{as_attribute(url)}" {attributes}>{content}</a>'


def as_text(text: str) -> str:
    return escape(text, quote=False)


def as_attribute(text: str) -> str:
    return escape(text, quote=True)


def _shown_url(url: str) -> str:
    """An address without its scheme and with its tail hidden: there for whoever copies it."""
    url = url.translate(_CONTROLS_OF_DIRECTION)
    match = _SHOWN_SCHEME.match(url)
    scheme = match[0] if match else ""
    rest = url[len(scheme) :]
    hidden = f'<span class="invisible">{as_text(scheme)}</span>' if scheme else ""
    if len(rest) <= _SHOWN_URL_LENGTH:
        return hidden + as_text(rest)
    head, tail = rest[: _SHOWN_URL_LENGTH - 2], rest[_SHOWN_URL_LENGTH - 2 :]
    return f'{hidden}<span class="ellipsis">{as_text(head)}</span><span class="invisible">{as_text(tail)}</span>'


_INVISIBLE = re.compile(r'<span class="invisible">[^<]*</span>')
_ELLIPSIS = re.compile(r'(<span class="ellipsis">[^<]*)</span>')
_EMOJI = re.compile(r'<img\b[^>]*? alt="(:\w+:)"[^>]*>')
_PARAGRAPH_END = re.compile(r"</(?:p|h[3-6]|pre|blockquote|ul|ol)>|<hr>")
_LINE_END = re.compile(r"<br>|<(?:li|p|ul|ol|pre|blockquote|h[3-6])(?=[ >])")
_ANY_TAG = re.compile(r'<[^>"]*(?:"[^"]*"[^>"]*)*>')


def plain_text(html: str) -> str:
    """The words of sanitised HTML, with its line breaks: for search, notifications and mail."""
    html = _PARAGRAPH_END.sub("\n\n", _EMOJI.sub(r"\1", html))
    html = _LINE_END.sub(lambda found: "\n" + found[0], html)
    return _BLANK_LINES.sub("\n\n", _strip_lines(unescape(_ANY_TAG.sub("", html))))


def _strip_lines(text: str) -> str:
    return "\n".join(map(str.strip, text.strip().split("\n")))


def excerpt(html: str, length: int) -> str:
    """The beginning of sanitised HTML on one line, at most `length` characters, cut between words."""
    rest = ""
    if len(html) > length * 40:  # the beginning is enough
        html, rest = html[: html.rfind("<", 0, length * 40)], "…"
    shown = _ELLIPSIS.sub(r"\1…</span>", _INVISIBLE.sub("", html))
    text = " ".join(plain_text(shown).split()) + rest
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    words = cut if text[length - 1].isspace() else cut.rpartition(" ")[0]
    # A language without spaces, or one endless word, is cut where it must be.
    return (words if len(words) * 2 > length else cut).rstrip(" ,;:.–-") + "…"

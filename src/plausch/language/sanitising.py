"""What HTML may be stored: an explicit list of tags, attributes and link schemes.

HTML is sanitised once, when it is written; pages show it as it is. `clean` is for HTML from elsewhere,
`clean_rendered` for what our own Markdown renderer made of somebody's text.
"""

import re
from collections.abc import Collection, Mapping
from html import escape
from types import MappingProxyType

import nh3

#: What every link to elsewhere says: no endorsement, no handle on our window.
LINK_REL = "nofollow noopener ugc"
LINK_SCHEMES = frozenset({"http", "https", "mailto"})

_BLOCKS = {"p", "blockquote", "pre", "ul", "ol", "li", "h3", "h4", "h5", "h6"}
ALLOWED_TAGS = frozenset(
    _BLOCKS | {"br", "hr", "a", "span", "strong", "b", "em", "i", "u", "del", "s", "code", "sub", "sup"}
)
ALLOWED_CLASSES = {
    "a": {"mention", "hashtag", "tag", "u-url"},
    "span": {"mention", "hashtag", "tag", "h-card", "invisible", "ellipsis"},
    "p": {"quote-inline"},
}
#: "*" is empty on purpose: left out, the library would allow `lang` and `title` everywhere.
_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start", "reversed"}, "li": {"value"}}
_DIRECTIONS = {tag: {"dir": {"auto", "ltr", "rtl"}} for tag in _BLOCKS}
#: Their content is code or a foreign document, never something to read.
_DROPPED_WITH_CONTENT = {
    "audio", "canvas", "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "select", "style",
    "svg", "template", "textarea", "title", "video", "xmp",
}  # fmt: skip

#: Longer or deeper HTML costs a browser and us too much: of that only the text is kept.
_MAX_LENGTH = 400_000
_MAX_DEPTH = 60

_TAG_BEGIN = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)")
_TAG = re.compile(r"<[^<>]*>")
#: They do not nest: empty, or closed by the next one.
_FLAT_TAGS = frozenset(
    {"p", "li", "br", "hr", "img", "wbr", "input", "meta", "link", "area", "base", "col", "embed", "source", "track"}
)
#: A page has its own first two levels of headings.
_HIGH_HEADING = re.compile(r"<(/?)h[12](?=[\s/>])", re.IGNORECASE)
#: Control characters, which say nothing and which PostgreSQL (NUL) and XML (the rest) refuse.
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])

_foreign = nh3.Cleaner(
    tags=ALLOWED_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    allowed_classes=ALLOWED_CLASSES,
    tag_attribute_values=_DIRECTIONS,
    url_schemes=LINK_SCHEMES,
    url_relative="deny",
    link_rel=LINK_REL,
)


def _rendered_with(emoji: Mapping[str, str]) -> nh3.Cleaner:
    """Addresses of our own people and tags may be relative, and have a `rel` of their own."""
    pictures = {
        "src": set(emoji.values()),
        "alt": {f":{shortcode}:" for shortcode in emoji},
        "class": {"emoji"},
        "loading": {"lazy"},
    }
    return nh3.Cleaner(
        tags=ALLOWED_TAGS | {"img"} if emoji else ALLOWED_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        allowed_classes=ALLOWED_CLASSES,
        tag_attribute_values={**_DIRECTIONS, "a": {"rel": {LINK_REL, "tag"}}, **({"img": pictures} if emoji else {})},
        url_schemes=LINK_SCHEMES,
        link_rel=None,
    )


_rendered = _rendered_with({})

_OF_ARTICLES = {"h2", "table", "thead", "tbody", "tr", "th", "td", "div", "section", "figure", "figcaption", "img"}
_ANCHORED = ("h2", "h3", "h4", "li", "a")
_ARTICLE_CLASSES = {
    **ALLOWED_CLASSES,
    "a": {*ALLOWED_CLASSES["a"], "footnote", "back"},
    "div": {"table"},
    "section": {"footnotes"},
    "th": {"center", "right"},
    "td": {"center", "right"},
    "img": {"emoji"},
}
_ARTICLE_VALUES: dict[str, dict[str, set[str]]] = {
    **_DIRECTIONS,
    "h2": {"dir": {"auto"}},
    "figcaption": {"dir": {"auto"}},
    "pre": {"tabindex": {"0"}},
    "div": {"tabindex": {"0"}},
    "a": {"rel": {LINK_REL, "tag"}},
}
_SIZED = {"img": {"alt", "width", "height"}}
_ANCHOR = re.compile(r"(?:s|fn|fnref)-[\w-]+")


def clean(html: str) -> str:
    """HTML from elsewhere, reduced to what is allowed. Cleaning it again changes nothing."""
    html = well_formed(html)
    if len(html) > _MAX_LENGTH or _depth(html) > _MAX_DEPTH:
        html = escape(_TAG.sub(" ", html[:_MAX_LENGTH]), quote=False)
    return _foreign.clean(_HIGH_HEADING.sub(r"<\1h3", html))


def clean_rendered(html: str, emoji: Mapping[str, str] = MappingProxyType({})) -> str:
    """What the Markdown renderer made, checked once more: a mistake there must not become a hole.

    `emoji`: shortcodes with the paths of their pictures, the only ones there may be.
    """
    return (_rendered_with(emoji) if emoji else _rendered).clean(html)


def clean_article(html: str, sources: Collection[str]) -> str:
    """The same of an article: `sources` are the paths of all pictures it may show."""
    pictures = {"src": set(sources), "loading": {"lazy"}, "decoding": {"async"}}
    return nh3.Cleaner(
        tags=ALLOWED_TAGS | _OF_ARTICLES,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes={**_ATTRIBUTES, **{tag: _ATTRIBUTES.get(tag, set()) | {"id"} for tag in _ANCHORED}, **_SIZED},
        attribute_filter=_with_own_ids,
        allowed_classes=_ARTICLE_CLASSES,
        tag_attribute_values={**_ARTICLE_VALUES, "img": pictures},
        url_schemes=LINK_SCHEMES,
        link_rel=None,
    ).clean(html)


def _with_own_ids(_: str, attribute: str, value: str) -> str | None:
    """What a text can be led to is named apart from the page's own parts."""
    return value if attribute != "id" or _ANCHOR.fullmatch(value) else None


def well_formed(text: str) -> str:
    """Without control characters (but tab and newlines) and lone surrogates, which cannot be stored."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text.translate(_CONTROLS) if not text.isprintable() else text


def _depth(html: str) -> int:
    """How deep the tags nest at most, taking unclosed ones for open."""
    if html.count("<") <= _MAX_DEPTH:
        return 0
    depth = deepest = 0
    for closing, name in _TAG_BEGIN.findall(html):
        if name.lower() in _FLAT_TAGS:
            continue
        if closing:
            depth = max(depth - 1, 0)
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest

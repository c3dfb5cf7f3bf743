"""What stands in a post of WordPress, as Markdown: blocks, shortcodes, and text typed without tags for paragraphs."""

import html as entities
import json
import re

from plausch.exchange.blogs.html import ArticleConverter, FindPicture
from plausch.exchange.html import converted

_MORE = re.compile(r"<!--\s*more\b.*?-->", re.S)
_MORE_SIGN = "plausch-more-sign"
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_BLOCK = re.compile(r"<!--\s*wp:", re.S)
_REUSED = re.compile(r'<!--\s*wp:block\s+\{[^}]*"ref"\s*:\s*(\d+)[^}]*\}\s*/-->')
_BLOCK_TAGS = (
    "table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|map|area|blockquote|address|"
    "style|p|h[1-6]|hr|fieldset|legend|section|article|aside|hgroup|header|footer|nav|figure|figcaption|details|summary"
)
_OPENING = re.compile(rf"(<(?:{_BLOCK_TAGS})[\s/>])", re.I)
_CLOSING = re.compile(rf"(</(?:{_BLOCK_TAGS})>)", re.I)
_BEGINS_BLOCK = re.compile(rf"\s*</?(?:{_BLOCK_TAGS})[\s/>]", re.I)
_VERBATIM = re.compile(r"<pre\b.*?</pre>|<script\b.*?</script>|<style\b.*?</style>", re.S | re.I)
_KEPT = "\ue000{}\ue001"
_MARKS = re.compile("[\ue000\ue001]")
_KEPT_AT = re.compile("\ue000(\\d+)\ue001")

_CODE = re.compile(
    r"\[(code|sourcecode|source|php|html|css|js|javascript|python|sql|bash|xml)((?:\s[^\]]*)?)\](.*?)\[/\1\]",
    re.S | re.I,
)
_CAPTION = re.compile(r"\[(?:wp_)?caption((?:\s[^\]]{0,2000})?)\](.{0,5000}?)\[/(?:wp_)?caption\]", re.S | re.I)
_GALLERY = re.compile(r"\[gallery((?:\s[^\]]{0,1000})?)\]", re.I)
_EMBED = re.compile(r"\[embed[^\]]{0,300}\](.{0,2000}?)\[/embed\]", re.S | re.I)
_PLAYED = re.compile(
    r"\[(?:video|audio|youtube|vimeo|dailymotion)\b([^\]]{0,2000})\](?:\s*\[/(?:video|audio)\])?", re.I
)
_ESCAPED = re.compile(r"\[(\[[a-z][^\]]{0,300}\])\]", re.I)
_CLOSED = re.compile(r"\[([a-z][\w-]{0,60})((?:\s[^\[\]]{0,2000})?)\](.{0,50000}?)\[/\1\]", re.S | re.I)
_ALONE = re.compile(
    r"\[/?([a-z][\w-]{0,60})"
    r"((?:\s+[\w-]{1,60}\s{0,9}=\s{0,9}(?:\"[^\"]{0,2000}\"|'[^']{0,2000}'|[^\s\]]{1,2000})){0,50})"
    r"\s{0,9}/?\](?!\()",
    re.I,
)
_ATTRIBUTE = re.compile(r"([\w-]{1,60})\s{0,9}=\s{0,9}(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s\"'\]]{1,2000}))")
_URL = re.compile(r"https?://[^\s\"'<>\]\[]+")
_IMAGE = re.compile(r"<img\b[^>]*>(?:\s*</a>)?", re.I)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?.*)?\Z", re.I)


class PostTexts:
    """Makes Markdown of the posts of one export."""

    def __init__(self, blocks: dict[int, str]) -> None:
        #: Blocks that several posts have in common.
        self._blocks = blocks
        #: Shortcodes of plugins of which only the words within are left.
        self.dropped = 0

    def read_post(self, content: str, find: FindPicture, gallery: list[int], footnotes: str = "") -> str:
        """A post's text. `gallery` are the attachments that it shows where it does not say which."""
        content = _REUSED.sub(lambda found: self._blocks.get(int(found[1]), ""), content[:_LONGEST])
        kept: list[str] = []
        content = _MORE.sub(f"\n\n<p>{_MORE_SIGN}</p>\n\n", _MARKS.sub("", content))
        content = _CODE.sub(lambda found: _keep(kept, _code_block(found)), content)
        content = _VERBATIM.sub(lambda found: _keep(kept, found[0]), content)
        content = self._shortcodes(content, gallery, kept)
        typed = _BLOCK.search(content) is None
        content = _COMMENT.sub("", content)
        if typed:
            content = _paragraphs(content)
        content = _put_back(kept, content)
        notes = _footnotes(footnotes)
        text = converted(content, ArticleConverter(find, {id_: nth for nth, (id_, _) in enumerate(notes, 1)}))
        text = text.replace(_MORE_SIGN, "<!--more-->")
        for nth, (_, words) in enumerate(notes, 1):
            text += f"\n\n[^{nth}]: {' '.join(read_words(words).split())}"
        return text

    def _shortcodes(self, content: str, gallery: list[int], kept: list[str]) -> str:
        content = _ESCAPED.sub(lambda found: _keep(kept, found[1]), content)
        content = _CAPTION.sub(_captioned, content)
        content = _GALLERY.sub(lambda found: _gallery(found[1], gallery), content)
        content = _EMBED.sub(lambda found: f"\n\n{found[1].strip()}\n\n", content)
        content = _PLAYED.sub(_played, content)
        for _ in range(5):
            content, times = _CLOSED.subn(r"\3", content)
            self.dropped += times
            if not times:
                break
        return _ALONE.sub(self._drop_alone, content)

    def _drop_alone(self, found: re.Match[str]) -> str:
        """What nobody writes by hand in brackets; "[sic]" and "[Anmerkung]" stay."""
        if found[2] or "_" in found[1] or "-" in found[1] or found[0].startswith("[/"):
            self.dropped += 1
            return ""
        return found[0]


#: Longer texts are cut: no article may be longer here, and its markup is several times its words.
_LONGEST = 1_000_000


def read_words(content: str) -> str:
    """Markdown of what somebody wrote below a post, or of an excerpt: words and links."""
    kept: list[str] = []
    content = _VERBATIM.sub(lambda found: _keep(kept, found[0]), _COMMENT.sub("", _MARKS.sub("", content[:200_000])))
    return converted(_put_back(kept, _paragraphs(content)), ArticleConverter(lambda *_: None))


def _keep(kept: list[str], what: str) -> str:
    kept.append(what)
    return _KEPT.format(len(kept) - 1)


def _put_back(kept: list[str], text: str) -> str:
    """What was kept from being changed; it may have been kept within something else that was."""
    for _ in range(2):
        text = _KEPT_AT.sub(lambda found: kept[int(found[1])], text)
    return text


def _code_block(found: re.Match[str]) -> str:
    attributes = _attributes(found[2])
    language = attributes.get("language") or attributes.get("lang") or ""
    if not language and found[1].lower() not in ("code", "sourcecode", "source"):
        language = found[1].lower()
    words = entities.escape(entities.unescape(found[3]).strip("\r\n"), quote=False)
    return (
        f'<pre><code class="language-{entities.escape(language)}">{words}</code></pre>'
        if language
        else (f"<pre><code>{words}</code></pre>")
    )


def _attributes(text: str) -> dict[str, str]:
    found = _ATTRIBUTE.finditer(entities.unescape(text))
    return {one[1].lower(): next((value for value in one.groups()[1:] if value is not None), "") for one in found}


def _captioned(found: re.Match[str]) -> str:
    """Old ones have the words in an attribute, newer ones behind the picture."""
    image = _IMAGE.search(found[2])
    if image is None:
        return found[2]
    words = _attributes(found[1]).get("caption") or found[2][image.end() :]
    picture = re.search(r"<img\b[^>]*>", image[0], re.I)
    return f"\n\n<figure>{picture[0] if picture else ''}<figcaption>{words.strip()}</figcaption></figure>\n\n"


def _gallery(text: str, own: list[int]) -> str:
    attributes = _attributes(text)
    named = attributes.get("ids") or attributes.get("include") or ""
    numbers = [int(one) for one in re.findall(r"\d{1,12}", named)] or own
    figures = (f'<figure><img class="wp-image-{number}"></figure>' for number in numbers[:200])
    return "\n\n" + "\n\n".join(figures) + "\n\n"


def _played(found: re.Match[str]) -> str:
    address = _URL.search(entities.unescape(found[1]))
    return f"\n\n{address[0]}\n\n" if address else ""


def _footnotes(stored: str) -> list[tuple[str, str]]:
    """Those that the editor keeps apart from the text: their marks and words."""
    try:
        found = json.loads(stored) if stored else []
        return [(str(one["id"]), str(one["content"])) for one in found][:500]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def _paragraphs(text: str) -> str:
    """What WordPress does to text that was typed: an empty line ends a paragraph, a line break stays."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CLOSING.sub(r"\1\n\n", _OPENING.sub(r"\n\n\1", text))
    found = []
    for chunk in re.split(r"\n\s*\n", text):
        if not chunk.strip():
            continue
        if _BEGINS_BLOCK.match(chunk) or _KEPT_AT.fullmatch(chunk.strip()):
            found.append(chunk)
        else:
            found.append("<p>" + chunk.strip().replace("\n", "<br>\n") + "</p>")
    return "\n".join(found)


def plain_title(title: str) -> str:
    """A title without the markup and the entities that some have."""
    return " ".join(entities.unescape(re.sub(r"<[^<>]*>", "", entities.unescape(title))).split())

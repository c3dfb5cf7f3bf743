"""What Plausch adds to Markdown within a line: @mentions, #hashtags, :emoji: and bare addresses.

They are rules of the parser, not replacements in its output: so they hold neither in code nor in links, and a
backslash takes their meaning away.
"""

import re
import unicodedata

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

MAX_TAG_LENGTH = 100

_MENTION = re.compile(
    r"@([a-z0-9_](?:[a-z0-9_.-]{0,62}[a-z0-9_])?(?:@\w(?:[\w.-]{0,250}\w)?(?::\d{2,5})?)?)(?!\w)", re.IGNORECASE
)
#: The same wherever it stands, for whoever must not miss any.
_NAMED = re.compile(rf"(?<![^\W_]|[/=@&#]){_MENTION.pattern}", re.IGNORECASE)
_EMOJI = re.compile(r":([a-z0-9_]{2,30}):(?!\w)")
#: After these, @ and # belong to an address or an entity.
_NOT_BEFORE = frozenset("_/=@&#")
#: Joiners and middle dots within a word of Persian, Indic, Japanese and Catalan tags.
_JOINERS = "\u200c\u200d\u00b7\u30fb"
_WITHIN_TAG = frozenset("_" + _JOINERS)
_TAG_CANDIDATE = re.compile(r"#([^\s!-/:-@\[-^`{-~]{1,100})")

_URL_CHARACTERS = r"""[^\s<>\[\]"`\\^{|}\u0000-\u001f\u202a-\u202e\u2066-\u2069]"""
_SCHEME_BEFORE = re.compile(r"(?:^|[^\w])(https?)$", re.IGNORECASE)
_AFTER_SCHEME = re.compile(rf"://{_URL_CHARACTERS}{{3,2000}}")
#: Bare names count as addresses only with an ending that is common here: "usw.Am Montag" has none.
_BARE_ADDRESS = re.compile(
    rf"(?<![\w.+@/:-])(?:"
    rf"(?P<email>[\w.+-]{{1,64}}@(?:[\w-]{{1,63}}\.)+[a-z]{{2,24}})(?![\w@-])"
    rf"|(?P<host>(?:www\.(?:[\w-]{{1,63}}\.)+[^\W\d_]{{2,24}}"
    rf"|(?:[\w-]{{2,63}}\.)+(?:de|at|ch|li|lu|eu|org|net|com|info|social|online|club|app|dev))(?![\w@-]|\.\w)"
    rf"(?::\d{{2,5}})?(?:[/?#]{_URL_CHARACTERS}{{0,2000}})?)"
    rf")"
)
_TRAILING = "?!.,:;*_~'’“”«»…"


def install(md: MarkdownIt) -> None:
    md.inline.ruler.before("emphasis", "mention", _mention)
    md.inline.ruler.before("emphasis", "hashtag", _hashtag)
    md.inline.ruler.before("emphasis", "address", _address)
    md.inline.ruler.before("emphasis", "emoji", _emoji)
    md.core.ruler.after("inline", "bare_addresses", _bare_addresses)


def tag_name(text: str) -> str | None:
    """The one form in which a tag is stored and compared, or None when it is none (only digits, say)."""
    name = "".join(filter(_in_tag, _fold(text))).strip(_JOINERS)[:MAX_TAG_LENGTH]
    return name if any(map(str.isalpha, name)) else None


def names_in(text: str) -> list[str]:
    """Everything that stands behind an @, as in `Parsed.mentions`, whatever Markdown makes of it there.

    An underscore at the end may belong to the name or to the emphasis around it: both are told.
    """
    found = [match[1].lower() for match in _NAMED.finditer(text)]
    return list(dict.fromkeys(name for one in found for name in (one, one.rstrip("_")) if name))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _in_tag(character: str) -> bool:
    return character.isalnum() or character in _WITHIN_TAG or unicodedata.category(character) in ("Mn", "Mc")


def _starts_freely(state: StateInline) -> bool:
    if state.linkLevel > 0:
        return False
    before = state.src[state.pos - 1] if state.pos else " "
    return not (before.isalnum() or before in _NOT_BEFORE)


def _mention(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "@" or not _starts_freely(state):
        return False
    match = _MENTION.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("mention", "a", 0)
        token.content = match[0]
        token.info = match[1].lower()
    state.pos = match.end()
    return True


def _hashtag(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "#" or not _starts_freely(state):
        return False
    match = _TAG_CANDIDATE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    text = match[1]
    length = next((index for index, character in enumerate(text) if not _in_tag(character)), len(text))
    text = text[:length].rstrip(_JOINERS)
    name = tag_name(text)
    if name is None or not (text[0].isalnum() or text[0] == "_"):
        return False
    if not silent:
        token = state.push("hashtag", "a", 0)
        token.content = text
        token.info = name
    state.pos += 1 + len(text)
    return True


def _emoji(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != ":" or not _starts_freely(state):
        return False
    match = _EMOJI.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("emoji", "img", 0)
        token.content = match[0]
        token.info = match[1]
    state.pos = match.end()
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """`https://...`: seen at the colon, so that underscores and asterisks in it stay what they are."""
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    scheme = _SCHEME_BEFORE.search(state.src[max(state.pos - 6, 0) : state.pos])
    rest = _AFTER_SCHEME.match(state.src, state.pos, state.posMax)
    if scheme is None or rest is None:
        return False
    text = _without_trailing(rest[0])
    href = state.md.normalizeLink(scheme[1].lower() + text)
    if not state.md.validateLink(href):
        return False
    if not silent:
        if not state.pending.endswith(scheme[1]):
            return False
        state.pending = state.pending[: -len(scheme[1])]
        token = state.push("address", "a", 0)
        token.content = scheme[1] + text
        token.info = href
    state.pos += len(text)
    return True


def _without_trailing(url: str) -> str:
    """Punctuation after an address is the sentence's, and so is a closing bracket that was not opened in it."""
    while True:
        shorter = url.rstrip(_TRAILING)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == url:
            return url
        url = shorter


def _bare_addresses(state: StateCore) -> None:
    """`www.verein.example`, `verein.de` and `anna@verein.de` in what is left as text."""
    for block in state.tokens:
        if block.type == "inline" and block.children and "." in block.content:
            block.children = _with_addresses(state.md, block.children)


def _with_addresses(md: MarkdownIt, tokens: list[Token]) -> list[Token]:
    result: list[Token] = []
    links = 0
    for token in tokens:
        links += token.nesting if token.tag == "a" else 0
        if token.type == "text" and not links and "." in token.content:
            result.extend(_split(md, token.content))
        else:
            result.append(token)
    return result


def _split(md: MarkdownIt, text: str) -> list[Token]:
    tokens: list[Token] = []
    start = 0
    for match in _BARE_ADDRESS.finditer(text):
        found = _without_trailing(match[0])
        href = md.normalizeLink(("mailto:" if match["email"] else "https://") + found)
        if not md.validateLink(href):
            continue
        tokens.append(Token("text", "", 0, content=text[start : match.start()]))
        tokens.append(Token("address", "a", 0, content=found, info=href))
        start = match.start() + len(found)
    tokens.append(Token("text", "", 0, content=text[start:]))
    return tokens

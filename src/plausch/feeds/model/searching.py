"""What somebody searches for: words, phrases, and what narrows them down, as in `cake from:anna has:picture`."""

import enum
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from plausch.kernel import ids
from plausch.kernel.paging import TOP
from plausch.language.inline_rules import tag_name
from plausch.talk.model import clean_language

QUERY_MAX = 200
#: How many searches somebody may keep.
SEARCHES_MAX = 50
#: Whoever searches, in place of a handle.
ME = "@"


class Having(enum.StrEnum):
    """What a post has beside its words."""

    PICTURE = "picture"
    LINK = "link"
    POLL = "poll"


class SearchOrder(enum.StrEnum):
    TIME = "time"
    RELEVANCE = "relevance"


class Wanted(msgspec.Struct, frozen=True):
    """A search, taken apart. Of several authors or languages any will do; all else must hold."""

    #: Every one of them must occur; those of the phrases are among them.
    words: str = ""
    phrases: tuple[str, ...] = ()
    #: Handles, or ME.
    authors: tuple[str, ...] = ()
    having: tuple[Having, ...] = ()
    tags: tuple[str, ...] = ()
    conversations: tuple[int, ...] = ()
    #: Among what the viewer has kept.
    kept: bool = False
    #: From this day on, and before that one.
    since: date | None = None
    until: date | None = None
    languages: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Nothing but words."""
        return self == Wanted(words=self.words, phrases=self.phrases)

    @property
    def empty(self) -> bool:
        return self == Wanted()


class SavedSearch(msgspec.Struct, frozen=True):
    """A search that somebody keeps, for themselves only."""

    id: int
    query: str


class _Kept(enum.Enum):
    KEPT = enum.auto()


_QUOTES = str.maketrans("„“”«»", '"' * 5)
_PART = re.compile(r'(?P<name>[^\W\d_]+):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))|"(?P<phrase>[^"]*)"|[^\s"]+|"')
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?\Z", re.ASCII)
_GERMAN = re.compile(r"(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})\Z", re.ASCII)
_CONVERSATION = re.compile(r"(?:\S*conversations/)?(\d{1,19})(?:[?#]\S*)?\Z", re.ASCII)
_HAVING = {
    "picture": Having.PICTURE,
    "pictures": Having.PICTURE,
    "image": Having.PICTURE,
    "photo": Having.PICTURE,
    "bild": Having.PICTURE,
    "bilder": Having.PICTURE,
    "foto": Having.PICTURE,
    "link": Having.LINK,
    "links": Having.LINK,
    "poll": Having.POLL,
    "umfrage": Having.POLL,
}
_KEPT = ("bookmarks", "gemerkt")
_KEPT_PLACE = _Kept.KEPT
_LANGUAGES = {"deutsch": "de", "german": "de", "englisch": "en", "english": "en"}
_NOT_WORDS = re.compile(r"[\W_]+")


def parse_search(text: str) -> Wanted:
    """Take a search apart. It never fails: what is no operator of ours, or makes no sense after one, is words."""
    found: dict[str, list[Any]] = {}
    words: list[str] = []
    for part in _PART.finditer(text.translate(_QUOTES)):
        name, phrase = part["name"], part["phrase"]
        field, read = _OPERATORS.get(name.casefold(), _NO_OPERATOR) if name else _NO_OPERATOR
        value = read((part["value"] or part["quoted"] or "").strip())
        if value is not None:
            found.setdefault(field, []).append(value)
            continue
        words.append(part[0])
        if phrase is not None and flat_text(phrase):
            found.setdefault("phrases", []).append(flat_text(phrase))
    return _gather(found, " ".join(word for word in words if flat_text(word)))


def flat_text(text: str) -> str:
    """Words without case and signs, as phrases are compared."""
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def has_phrases(text: str, phrases: tuple[str, ...]) -> bool:
    """Every phrase occurs, word for word."""
    flat = f" {flat_text(text)} "
    return all(f" {phrase} " in flat for phrase in phrases)


def id_bounds(wanted: Wanted, zone: str) -> tuple[int, int]:
    """The days as ids: from the first on, and below the second. Days begin at the searching person's midnight."""
    try:
        place: tzinfo = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        place = UTC
    since = _first_id(wanted.since, place) if wanted.since is not None else 0
    until = _first_id(wanted.until, place) if wanted.until is not None else TOP
    return since, until


def _first_id(day: date, zone: tzinfo) -> int:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone) - datetime(1970, 1, 1, tzinfo=UTC)
    return min(max(ids.first_id_at(midnight // timedelta(milliseconds=1)), 0), TOP)


def _gather(found: dict[str, list[Any]], words: str) -> Wanted:
    each = {field: tuple(dict.fromkeys(values)) for field, values in found.items()}
    places = each.get("places", ())
    return Wanted(
        words=words,
        phrases=each.get("phrases", ()),
        authors=each.get("authors", ()),
        having=each.get("having", ()),
        tags=tuple(one for one in places if isinstance(one, str)),
        conversations=tuple(one for one in places if isinstance(one, int)),
        kept=_KEPT_PLACE in places,
        since=max(each.get("since", ()), default=None),
        until=min(each.get("until", ()), default=None),
        languages=each.get("languages", ()),
    )


def _author(value: str) -> str | None:
    if value.casefold() in ("me", "mir"):
        return ME
    handle = value.removeprefix("@").casefold()
    return handle if re.fullmatch(r"[\w.@-]{1,100}", handle) else None


def _place(value: str) -> str | int | _Kept | None:
    """A tag, a conversation's id, or what is kept."""
    if value.casefold() in _KEPT:
        return _KEPT_PLACE
    match = _CONVERSATION.match(value)
    if match:
        return ids.parse_id(match[1]) or None
    return tag_name(value.removeprefix("#"))


def _day(value: str) -> date | None:
    """2026-03-01, 2026-03, 2026, 1.3.2026 or 3.2026."""
    iso, german = _ISO.match(value), _GERMAN.match(value)
    if iso:
        year, month, day = iso[1], iso[2], iso[3]
    elif german:
        year, month, day = german[3], german[2], german[1]
    else:
        return None
    try:
        return date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None


def _language(value: str) -> str | None:
    return _LANGUAGES.get(value.casefold()) or clean_language(value) or None


def _having(value: str) -> Having | None:
    return _HAVING.get(value.casefold())


def _nothing(_: str) -> None:
    return None


Reading = tuple[str, Callable[[str], object]]
_NO_OPERATOR: Reading = ("", _nothing)
_OPERATORS: dict[str, Reading] = {
    name: reading
    for names, reading in (
        (("from", "von"), ("authors", _author)),
        (("has", "hat"), ("having", _having)),
        (("in",), ("places", _place)),
        (("before", "vor"), ("until", _day)),
        (("after", "nach", "seit", "since"), ("since", _day)),
        (("language", "sprache"), ("languages", _language)),
    )
    for name in names
}

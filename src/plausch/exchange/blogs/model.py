"""A blog as it is brought along, whatever program it comes from."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

import msgspec

#: How a text names its pictures until they are here: by their places among the article's.
PICTURE = "brought-picture:"
PLACEHOLDER = re.compile(r"!\[((?:[^\]\\]|\\.)*)\]\(brought-picture:(\d{1,6})((?: \"(?:[^\"\\]|\\.)*\")?)\)")
#: Nobody posted anything anywhere before 1990.
_FIRST_MOMENT = 631_152_000_000
_KEY_MAX = 400
_FORMATS = ("%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M %z", "%d.%m.%Y", "%d.%m.%Y %H:%M")
_WRITTEN = (*_FORMATS, "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y%m%d", "%m/%d/%Y", "%Y-%m", "%Y")


class BroughtPicture(msgspec.Struct, frozen=True):
    """A picture of an article: a file of what was brought, or an address on the web, or both."""

    #: Its name among the files; empty: it is not among them.
    name: str
    url: str = ""
    alt: str = ""


class BroughtComment(msgspec.Struct, frozen=True):
    """What somebody wrote below an article. They have no account here, and never get one by this."""

    key: str
    #: The comment it answers; empty: the article.
    parent: str
    author: str
    published_at: int
    source: str


class BroughtArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article as it is brought in."""

    key: str
    #: What it is called where something is wrong with it.
    where: str
    title: str
    source: str
    #: 0: unknown.
    published_at: int
    subtitle: str = ""
    slug: str = ""
    #: Where it was on the web, if that is known.
    addresses: tuple[str, ...] = ()
    #: From where links without a host lead on; empty: nowhere.
    base: str = ""
    pictures: tuple[BroughtPicture, ...] = ()
    #: The place of its cover among the pictures; -1: none.
    cover: int = -1
    tags: tuple[str, ...] = ()
    series: str = ""
    #: Who wrote it there; empty: nobody says.
    author: str = ""
    language: str = ""
    draft: bool = False
    comments: tuple[BroughtComment, ...] = ()


class BroughtBlog(msgspec.Struct, frozen=True):
    """All that there is for us; the oldest first."""

    #: Where it was, as people call it; empty: nobody says.
    site: str
    articles: tuple[BroughtArticle, ...]
    #: What cannot be taken over, by kind.
    left_out: dict[str, int]
    #: Files and posts of which nothing could be made, by name.
    unread: tuple[str, ...] = ()

    def count(self) -> dict[str, int]:
        """What is in it, by kind, for whoever decides about it."""
        return {
            "articles": sum(not one.draft for one in self.articles),
            "drafts": sum(one.draft for one in self.articles),
            "comments": sum(len(one.comments) for one in self.articles),
            "pictures": sum(len(one.pictures) for one in self.articles),
            "fetched": sum(not picture.name for one in self.articles for picture in one.pictures),
        }


def picture_mark(alt: str, place: int, caption: str = "") -> str:
    """How a picture stands in a text until it is here."""
    words = " ".join(caption.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f"![{alt_text(alt)}]({PICTURE}{place}" + (f' "{words}")' if words else ")")


def alt_text(alt: str) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", " ".join(alt.split()))


def key_of(*parts: str) -> str:
    """By what a thing is known when it is brought again."""
    key = " ".join(parts).replace("\x00", "")
    return key if len(key.encode()) <= _KEY_MAX else f"{key[:40]} {sha256(key.encode()).hexdigest()}"


def moment_in(value: object) -> int:
    """A moment (ms) as programs and people write it, in UTC where they name no zone; 0 when it is none."""
    if isinstance(value, datetime):
        when = value
    elif isinstance(value, date):
        when = datetime(value.year, value.month, value.day, tzinfo=UTC)
    else:
        found = _parsed(str(value).strip()) if value else None
        if found is None:
            return 0
        when = found
    try:
        moment = int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return 0
    return moment if moment >= _FIRST_MOMENT else 0


def _parsed(text: str) -> datetime | None:
    if not text or len(text) > 60 or text.startswith("0000") or " -0" in text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _WRITTEN:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone, where there is none, is settled above
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def first_moment(values: Sequence[object]) -> int:
    return next((moment for moment in map(moment_in, values) if moment), 0)

"""Articles: what they have beyond a post, and their rules without a database."""

import re
import unicodedata
from hashlib import sha256

import msgspec

from plausch.talk.model.audiences import AudienceKind, WhoReplies
from plausch.talk.model.pictures import Picture

ARTICLE_MAX = 200_000
SUBTITLE_MAX = 300
SLUG_MAX = 80
ARTICLE_PICTURES_MAX = 40
AUTHORS_MAX = 10
#: Words that people read in a minute.
_PACE = 200
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "&": "-"})
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
#: For whom an article may be; in a group it is for all of the group.
ARTICLE_AUDIENCES = (AudienceKind.PUBLIC, AudienceKind.QUIET, AudienceKind.FOLLOWERS, AudienceKind.CONNECTIONS)


class ArticlePart(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a post an article, beside its text and its title."""

    subtitle: str = ""
    #: Its name in the address; empty: made of the title. It stays when the title changes.
    slug: str = ""
    #: One of the author's own uploaded pictures; 0 for none.
    cover: int = 0
    #: The title of a series of the blog, which begins with this article when there is none; empty for none.
    series: str = ""
    #: Its place there; 0: behind the last one.
    series_place: int = 0
    #: Handles of those who wrote it too, in one line as they were typed; each is asked first.
    authors: str = ""


class ArticleDraft(ArticlePart, frozen=True, kw_only=True):
    """An article to publish. Pictures in the text are the author's own uploads: `![words](picture:ID)`."""

    source: str
    title: str
    #: None: everybody, or all of the group.
    audience: AudienceKind | None = None
    local_only: bool = False
    who_replies: WhoReplies = WhoReplies.EVERYBODY
    language: str = ""
    warning: str = ""
    #: In which group's blog; 0: in that of whoever speaks.
    place: int = 0

    @property
    def part(self) -> ArticlePart:
        return ArticlePart(**{name: getattr(self, name) for name in ArticlePart.__struct_fields__})


class Article(msgspec.Struct, frozen=True):
    """What cards show of an article beside its post."""

    post_id: int
    blog_id: int
    #: With the slug its address.
    blog_handle: str
    slug: str
    subtitle: str
    words: int
    #: 0 for none.
    series_id: int
    cover: Picture | None = None

    @property
    def minutes(self) -> int:
        """How long it takes to read, about."""
        return max(1, round(self.words / _PACE))


class Section(msgspec.Struct, frozen=True, array_like=True):
    """A line of an article's table of contents."""

    depth: int
    anchor: str
    text: str


class Authorship(msgspec.Struct, frozen=True):
    """Somebody who wrote an article, or was named as its author and has not agreed yet."""

    actor_id: int
    agreed: bool


class Series(msgspec.Struct, frozen=True):
    """Articles of a blog that belong together, as far as the viewer sees them."""

    id: int
    slug: str
    title: str
    about: str
    #: How many.
    articles: int


class SeriesEntry(msgspec.Struct, frozen=True):
    """An article in its series."""

    post_id: int
    slug: str
    title: str


def make_slug(text: str) -> str:
    """A title as a part of an address; empty when nothing in it can be."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_SPELT))
    slug = _NOT_IN_SLUG.sub("-", plain.encode("ascii", "ignore").decode()).strip("-")
    return slug if len(slug) <= SLUG_MAX else (slug[:SLUG_MAX].rpartition("-")[0] or slug[:SLUG_MAX])


def gone_slug(slug: str) -> str:
    """What is kept of the address of a removed article: enough to say that it is gone, and none of its words."""
    return "~" + sha256(slug.encode()).hexdigest()[:40]

"""What an account archive holds for us, once it has been read."""

from hashlib import sha256

import msgspec

from plausch.talk.model import AudienceKind

#: What a key of the database may have, on every engine.
_URI_MAX = 500


class ArchivedPicture(msgspec.Struct, frozen=True):
    """A picture under a post: its name within the archive, and its description."""

    name: str
    alt: str


class ArchivedPost(msgspec.Struct, frozen=True):
    """A post as it is brought in."""

    uri: str
    published_at: int
    source: str
    warning: str
    language: str
    audience: AudienceKind
    local_only: bool
    #: Where what it replies to was; empty for a post of its own.
    in_reply_to: str
    pictures: tuple[ArchivedPicture, ...]


class ArchivedProfile(msgspec.Struct, frozen=True):
    uri: str
    handle: str
    name: str
    about: str
    #: Its picture's name within the archive, or empty.
    picture: str
    #: What is to be seen in it.
    picture_alt: str = ""


class Relations(msgspec.Struct, frozen=True):
    """Addresses `handle@server` of those the account followed, blocked and muted, and its lists by name."""

    follows: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    mutes: tuple[str, ...] = ()
    lists: dict[str, tuple[str, ...]] = {}


class AccountArchive(msgspec.Struct, frozen=True):
    """All that an archive holds for us; posts oldest first."""

    profile: ArchivedProfile
    posts: tuple[ArchivedPost, ...]
    relations: Relations
    #: What cannot be taken over, by kind: shares of others' posts, posts without text, files of other kinds.
    left_out: dict[str, int]


def uri_key(uri: str) -> str:
    """An address as it is remembered: long ones by their hash."""
    return uri if len(uri.encode()) <= _URI_MAX and "\x00" not in uri else sha256(uri.encode()).hexdigest()

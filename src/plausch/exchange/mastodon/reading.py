"""Reading an account archive, with nothing but the archive: whatever is wrong with it is found here, before anything
is written.

What is in one is not specified anywhere; this follows what Mastodon 3.0 to 4.5 write, and takes what others leave out.
"""

import csv
import io
import posixpath
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from plausch.exchange.bundles import ArchiveBroken, Bundle
from plausch.exchange.html import markdown_of
from plausch.exchange.mastodon.model import (
    AccountArchive,
    ArchivedPicture,
    ArchivedPost,
    ArchivedProfile,
    Relations,
    uri_key,
)
from plausch.talk.model import AudienceKind

_PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
#: What an activity makes that becomes a post here.
_POSTED = ("Note", "Question", "Article", "Page")
_PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")

#: Nobody posted anything anywhere before 1990.
_FIRST_MOMENT = 631_152_000_000
_POSTS_MAX = 100_000

T = TypeVar("T")


class _Image(msgspec.Struct):
    url: str = ""
    #: What is to be seen in it: some say it as `name`, some as `summary`.
    name: str | None = None
    summary: str | None = None


class _Actor(msgspec.Struct):
    id: str = ""
    preferredUsername: str = ""  # noqa: N815 - as it is written
    name: str | None = None
    summary: str | None = None
    icon: _Image | None = None
    image: _Image | None = None
    followers: str = ""


class _Attachment(msgspec.Struct):
    url: str = ""
    mediaType: str | None = None  # noqa: N815
    name: str | None = None


class _Source(msgspec.Struct):
    content: str = ""
    mediaType: str = ""  # noqa: N815


class _Option(msgspec.Struct):
    name: str = ""


class _Posted(msgspec.Struct):
    id: str
    published: str
    type: str
    content: str | None = ""
    contentMap: dict[str, str] | None = None  # noqa: N815
    source: _Source | str | None = None
    summary: str | None = None
    inReplyTo: str | dict[str, Any] | None = None  # noqa: N815
    to: list[str] | str | None = None
    cc: list[str] | str | None = None
    attachment: list[_Attachment] | None = None
    oneOf: list[_Option] | None = None  # noqa: N815
    anyOf: list[_Option] | None = None  # noqa: N815
    endTime: str | None = None  # noqa: N815
    localOnly: bool = False  # noqa: N815 - only ours writes it


def read_archive(bundle: Bundle) -> AccountArchive:
    """Everything in the archive. Raises ArchiveBroken with the file, and the place in it, that is wrong."""
    if "outbox.json" not in bundle.names or "actor.json" not in bundle.names:
        raise ArchiveBroken("archive_not_mastodon")
    actor = _decode(bundle.read("actor.json"), _Actor, "actor.json")
    left_out: dict[str, int] = {}
    posts = []
    activities = _activities(bundle.read("outbox.json"))
    if len(activities) > _POSTS_MAX:
        raise ArchiveBroken("archive_file_too_large", "outbox.json")
    for place, activity in enumerate(activities, 1):
        made = _made(activity, f"outbox.json, {place}")
        if made is None:
            _count(left_out, "shares")
            continue
        post = _post(bundle, made, actor.followers, left_out, f"outbox.json, {place}")
        if post.audience is AudienceKind.PARTICIPANTS:
            _count(left_out, "messages")  # they belong to others too, who are not here
        elif post.source or post.pictures:
            posts.append(post)
        else:
            _count(left_out, "empty")
    posts.sort(key=lambda post: post.published_at)
    return AccountArchive(_profile(bundle, actor), tuple(posts), _relations(bundle), left_out)


def _decode(data: bytes, shape: type[T], where: str) -> T:
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise ArchiveBroken("archive_json", where) from error


class _Outbox(msgspec.Struct):
    orderedItems: list[msgspec.Raw]  # noqa: N815


class _Activity(msgspec.Struct):
    type: str
    object: msgspec.Raw = msgspec.Raw(b"null")


class _Kind(msgspec.Struct):
    type: str = ""


def _activities(data: bytes) -> list[msgspec.Raw]:
    return _decode(data, _Outbox, "outbox.json").orderedItems


def _made(raw: msgspec.Raw, where: str) -> _Posted | None:
    """What the activity posted; None for everything else that people do."""
    activity = _decode(bytes(raw), _Activity, where)
    if activity.type != "Create" or not bytes(activity.object).startswith(b"{"):
        return None
    if _decode(bytes(activity.object), _Kind, where).type not in _POSTED:
        return None
    return _decode(bytes(activity.object), _Posted, where)


def _post(bundle: Bundle, made: _Posted, followers: str, left_out: dict[str, int], where: str) -> ArchivedPost:
    pictures = tuple(_pictures(bundle, made.attachment or (), left_out))
    options = "\n".join(f"- {option.name}" for option in made.oneOf or made.anyOf or ())
    return ArchivedPost(
        uri=uri_key(made.id),
        published_at=_moment(made.published, where),
        source=_clean("\n\n".join(filter(None, [_source(made), options]))),
        warning=_clean(made.summary or ""),
        language=next(iter(made.contentMap or {}), "").partition("-")[0],
        audience=_audience(_list(made.to), _list(made.cc), followers),
        local_only=made.localOnly,
        in_reply_to=_clean(_reference(made.inReplyTo))[:2_000],
        pictures=pictures,
    )


def _source(made: _Posted) -> str:
    """What was typed, where the archive has it; else Markdown that reads like the HTML."""
    if isinstance(made.source, _Source) and made.source.mediaType == "text/markdown":
        return made.source.content
    return markdown_of(made.content or next(iter((made.contentMap or {}).values()), ""))


def _reference(value: str | dict[str, Any] | None) -> str:
    if isinstance(value, dict):
        return str(value.get("id", ""))
    return value or ""


def _list(value: list[str] | str | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def _audience(to: Sequence[str], cc: Sequence[str], followers: str) -> AudienceKind:
    """As Mastodon reads addressing: public in `to`, unlisted in `cc`, for followers, or for those named."""
    if any(one in _PUBLIC for one in to):
        return AudienceKind.PUBLIC
    if any(one in _PUBLIC for one in cc):
        return AudienceKind.QUIET
    if any(one.endswith("/followers") or one == followers for one in [*to, *cc] if one):
        return AudienceKind.FOLLOWERS
    if any(one.endswith("/connections") for one in to):  # our own
        return AudienceKind.CONNECTIONS
    return AudienceKind.PARTICIPANTS


def _moment(text: str, where: str) -> int:
    try:
        when = datetime.fromisoformat(text)
        moment = int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise ArchiveBroken("archive_date", where) from error
    if moment < _FIRST_MOMENT:
        raise ArchiveBroken("archive_date", where)
    return moment


def _pictures(bundle: Bundle, attached: Sequence[_Attachment], left_out: dict[str, int]) -> Iterator[ArchivedPicture]:
    for one in attached:
        name = posixpath.normpath(one.url.lstrip("/")) if one.url else ""
        if (one.mediaType or "image/jpeg") not in _PICTURES:
            _count(left_out, "media")
        elif name not in bundle.names:
            _count(left_out, "missing_media")
        else:
            yield ArchivedPicture(name, _clean(one.name or ""))


def _profile(bundle: Bundle, actor: _Actor) -> ArchivedProfile:
    picture = posixpath.normpath(actor.icon.url.lstrip("/")) if actor.icon and actor.icon.url else ""
    return ArchivedProfile(
        uri=actor.id,
        handle=actor.preferredUsername,
        name=_clean(actor.name or ""),
        about=_clean(markdown_of(actor.summary or "")),
        picture=picture if picture in bundle.names else "",
        picture_alt=_clean(actor.icon.name or actor.icon.summary or "") if actor.icon else "",
    )


def _relations(bundle: Bundle) -> Relations:
    lists: dict[str, list[str]] = {}
    for row in _rows(bundle, "lists.csv"):
        if len(row) >= 2 and row[0]:
            lists.setdefault(_clean(row[0]), []).append(_address(row[1]))
    return Relations(
        follows=_addresses(bundle, "following_accounts.csv"),
        blocks=_addresses(bundle, "blocked_accounts.csv"),
        mutes=_addresses(bundle, "muted_accounts.csv"),
        lists={name: tuple(members) for name, members in lists.items()},
    )


def _addresses(bundle: Bundle, name: str) -> tuple[str, ...]:
    return tuple(_address(row[0]) for row in _rows(bundle, name) if row and "@" in row[0])


def _address(text: str) -> str:
    return _clean(text).strip().removeprefix("@").lower()


def _rows(bundle: Bundle, name: str) -> Iterator[list[str]]:
    """The rows of a CSV file, without its head. Files that are not there have none."""
    if name not in bundle.names:
        return
    try:
        rows = list(csv.reader(io.StringIO(bundle.read(name).decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ArchiveBroken("archive_csv", name) from error
    for row in rows:
        if row and not row[0].startswith("Account address"):
            yield row


def _clean(text: str) -> str:
    """Without the one character that PostgreSQL cannot keep."""
    return text.replace("\x00", "")


def _count(left_out: dict[str, int], what: str) -> None:
    left_out[what] = left_out.get(what, 0) + 1

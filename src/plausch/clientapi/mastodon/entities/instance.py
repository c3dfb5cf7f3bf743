"""The server, as apps see it before anybody signs in."""

from typing import Any

import msgspec

from plausch.clientapi.mastodon.entities.emojis import CustomEmoji


class Rule(msgspec.Struct, frozen=True):
    id: str
    text: str
    hint: str
    translations: dict[str, dict[str, str]]


class Icon(msgspec.Struct, frozen=True):
    src: str
    size: str


class Thumbnail(msgspec.Struct, frozen=True):
    url: str
    blurhash: str | None = None
    versions: dict[str, str] | None = None
    description: str = ""


class Users(msgspec.Struct, frozen=True):
    active_month: int


class Usage(msgspec.Struct, frozen=True):
    users: Users


class Contact(msgspec.Struct, frozen=True):
    email: str
    account: msgspec.Raw | None = None


class Registrations(msgspec.Struct, frozen=True):
    enabled: bool
    approval_required: bool
    reason_required: bool
    url: str
    message: str | None = None
    min_age: int | None = None


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """`/api/v2/instance`. What the server takes is a plain object: it grows with the API."""

    domain: str
    title: str
    version: str
    source_url: str
    description: str
    usage: Usage
    thumbnail: Thumbnail
    icon: list[Icon]
    languages: list[str]
    configuration: dict[str, Any]
    registrations: Registrations
    api_versions: dict[str, int]
    contact: Contact
    rules: list[Rule]
    wrapstodon: str | None = None


class Statistics(msgspec.Struct, frozen=True):
    user_count: int
    status_count: int
    domain_count: int


class FormerInstance(msgspec.Struct, frozen=True, kw_only=True):
    """`/api/v1/instance`, for apps that know no other."""

    uri: str
    title: str
    short_description: str
    description: str
    email: str
    version: str
    urls: dict[str, str]
    stats: Statistics
    thumbnail: str
    languages: list[str]
    registrations: bool
    approval_required: bool
    invites_enabled: bool
    configuration: dict[str, Any]
    rules: list[Rule]
    contact_account: msgspec.Raw | None = None


class Activity(msgspec.Struct, frozen=True):
    """A week, all of it in digits."""

    week: str
    statuses: str
    logins: str
    registrations: str


class ExtendedDescription(msgspec.Struct, frozen=True):
    """Also the privacy policy, which has the same form."""

    updated_at: str
    content: str


class TermsOfService(msgspec.Struct, frozen=True):
    effective_date: str
    effective: bool
    content: str
    succeeded_by: str | None


class AnnouncementReaction(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the server's own emoji has an address."""

    name: str
    count: int
    me: bool
    url: str | None = None
    static_url: str | None = None


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    content: str
    starts_at: str | None
    ends_at: str | None
    published_at: str
    updated_at: str
    read: bool
    emojis: list[CustomEmoji]
    all_day: bool = False
    mentions: list[Any] = []
    statuses: list[Any] = []
    tags: list[Any] = []
    reactions: list[AnnouncementReaction] = []


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    visibility: str = msgspec.field(name="posting:default:visibility", default="public")
    sensitive: bool = msgspec.field(name="posting:default:sensitive", default=False)
    language: str | None = msgspec.field(name="posting:default:language")
    quote_policy: str = msgspec.field(name="posting:default:quote_policy")
    media: str = msgspec.field(name="reading:expand:media", default="default")
    spoilers: bool = msgspec.field(name="reading:expand:spoilers", default=False)
    gifs: bool = msgspec.field(name="reading:autoplay:gifs", default=False)


class DomainBlock(msgspec.Struct, frozen=True):
    """A server that is kept away, as everybody may know of it."""

    domain: str
    digest: str
    severity: str
    comment: str | None

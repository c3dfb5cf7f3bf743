"""Accounts, as the API's documentation has them (docs.joinmastodon.org/entities/Account)."""

from typing import Any

import msgspec

from plausch.clientapi.mastodon.entities.emojis import CustomEmoji
from plausch.clientapi.mastodon.entities.reading import FeaturedTag
from plausch.groups.model import PACKS_MAX


class Field(msgspec.Struct, frozen=True):
    """A pair of a profile; the value is HTML."""

    name: str
    value: str
    verified_at: str | None = None


class FeatureApproval(msgspec.Struct, frozen=True, kw_only=True):
    """Who may put an account into a collection: at once, or after it has agreed."""

    automatic: list[str] = []
    manual: list[str] = []
    current_user: str = "denied"


class AccountBody(msgspec.Struct, frozen=True, kw_only=True):
    """An account without what is counted about it."""

    id: str
    username: str
    acct: str
    display_name: str
    locked: bool
    group: bool
    created_at: str
    note: str
    url: str
    uri: str
    avatar: str
    avatar_static: str
    header: str
    header_static: str
    emojis: list[CustomEmoji]
    fields: list[Field]
    avatar_description: str = ""
    header_description: str = ""
    bot: bool = False
    discoverable: bool = False
    indexable: bool = False
    noindex: bool = True
    hide_collections: bool | None = False
    roles: list[dict[str, str]] = []
    limited: bool = False
    show_media: bool = True
    show_media_replies: bool = True
    show_featured: bool = True
    feature_approval: FeatureApproval = FeatureApproval()


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What only its owner is told of an account: how it was typed, and what is usual when it posts."""

    note: str
    fields: list[Field]
    privacy: str
    sensitive: bool
    language: str | None
    follow_requests_count: int
    hide_collections: bool | None
    discoverable: bool | None
    indexable: bool
    quote_policy: str
    attribution_domains: list[str] = []


class OwnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """An account for its owner alone, as it was typed (4.6)."""

    id: str
    display_name: str
    note: str
    fields: list[Field]
    avatar: str | None
    avatar_static: str | None
    avatar_description: str = ""
    header: str | None
    header_static: str | None
    header_description: str = ""
    locked: bool
    bot: bool
    hide_collections: bool = False
    discoverable: bool
    indexable: bool
    show_media: bool = True
    show_media_replies: bool = True
    show_featured: bool = True
    attribution_domains: list[str] = []
    featured_tags: list[FeaturedTag]


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may do here."""

    id: str
    name: str
    permissions: str
    color: str = ""
    highlighted: bool = False
    collection_limit: int = PACKS_MAX


class Relationship(msgspec.Struct, frozen=True, kw_only=True):
    """How whoever asks stands to somebody."""

    id: str
    following: bool
    showing_reblogs: bool
    notifying: bool
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    requested: bool
    requested_by: bool
    languages: list[str] | None = None
    muting_expires_at: str | None = None
    domain_blocking: bool = False
    endorsed: bool = False
    note: str = ""
    plausch: dict[str, Any] = {}

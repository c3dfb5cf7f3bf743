"""Statuses and what hangs on them, as the API's documentation has them (docs.joinmastodon.org/entities/Status)."""

from typing import Any

import msgspec

from plausch.clientapi.mastodon.entities.emojis import CustomEmoji
from plausch.clientapi.mastodon.entities.reading import TagDay


class Mention(msgspec.Struct, frozen=True):
    id: str
    username: str
    url: str
    acct: str


class StatusTag(msgspec.Struct, frozen=True):
    name: str
    url: str


class MediaAttachment(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    type: str
    url: str | None
    preview_url: str | None
    remote_url: str | None = None
    preview_remote_url: str | None = None
    text_url: str | None = None
    meta: dict[str, Any]
    description: str | None
    blurhash: str | None


class PreviewCard(msgspec.Struct, frozen=True, kw_only=True):
    """What a link leads to."""

    url: str
    title: str
    description: str
    type: str = "link"
    author_name: str = ""
    author_url: str = ""
    authors: list[dict[str, Any]] = []
    provider_name: str
    provider_url: str
    html: str = ""
    width: int
    height: int
    image: str | None
    image_description: str = ""
    embed_url: str = ""
    blurhash: str | None = None
    published_at: str | None = None
    language: str | None = None


class TrendsLink(PreviewCard, frozen=True, kw_only=True):
    """What a link leads to, and how often it was posted of late."""

    history: list[TagDay]


class PollOption(msgspec.Struct, frozen=True):
    title: str
    votes_count: int | None


class Poll(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    expires_at: str
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int | None
    voted: bool
    own_votes: list[int]
    options: list[PollOption]
    emojis: list[CustomEmoji] = []


class WrittenWith(msgspec.Struct, frozen=True):
    """The app with which a status was written."""

    name: str
    website: str | None


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """What the API has no words for."""

    #: One of `talk.model.AudienceKind`.
    audience: str
    local_only: bool
    conversation_id: str
    title: str
    #: The group or wall on which it stands.
    place_id: str | None


class StatusBody(msgspec.Struct, frozen=True, kw_only=True):
    """What only its author changes about a status."""

    id: str
    created_at: str
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    sensitive: bool
    spoiler_text: str
    visibility: str
    language: str | None
    uri: str
    url: str
    edited_at: str | None
    content: str
    media_attachments: list[MediaAttachment]
    mentions: list[Mention]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    card: PreviewCard | None
    application: WrittenWith | None
    #: The last of all: who wrote it for a page is added within it.
    plausch: Extension


class FilterOf(msgspec.Struct, frozen=True, kw_only=True):
    """A filter as far as a status caught in it tells of it."""

    id: str
    title: str
    context: list[str]
    expires_at: str | None
    filter_action: str


class FilterResult(msgspec.Struct, frozen=True, kw_only=True):
    filter: FilterOf
    keyword_matches: list[str] = []
    status_matches: list[str] = []


class StatusEdit(msgspec.Struct, frozen=True, kw_only=True):
    """How a status once read."""

    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: msgspec.Raw
    media_attachments: list[MediaAttachment]
    emojis: list[CustomEmoji]
    poll: dict[str, Any] | None = None
    quote: None = None


class StatusSource(msgspec.Struct, frozen=True):
    id: str
    text: str
    spoiler_text: str
    content_type: str = "text/markdown"


class ScheduledStatus(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    scheduled_at: str
    params: dict[str, Any]
    media_attachments: list[MediaAttachment]

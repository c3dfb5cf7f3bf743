"""Tags, lists, filters, and what is found or suggested, as the API's documentation has them."""

import msgspec


class TagDay(msgspec.Struct, frozen=True):
    day: str
    uses: str
    accounts: str


class Tag(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Its id is its name: there is nothing else to know it by."""

    id: str
    name: str
    url: str
    history: list[TagDay]
    following: bool | None = None
    featuring: bool | None = None


class FeaturedTag(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    url: str
    statuses_count: str
    last_status_at: str | None


class List(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    replies_policy: str
    exclusive: bool


class FilterKeyword(msgspec.Struct, frozen=True):
    id: str
    keyword: str
    whole_word: bool


class FilterStatus(msgspec.Struct, frozen=True):
    id: str
    status_id: str


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    context: list[str]
    expires_at: str | None
    filter_action: str
    keywords: list[FilterKeyword]
    statuses: list[FilterStatus]


class FormerFilter(msgspec.Struct, frozen=True, kw_only=True):
    """`/api/v1/filters`: each word is one."""

    id: str
    phrase: str
    context: list[str]
    expires_at: str | None
    irreversible: bool
    whole_word: bool


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    sources: list[str]
    account: msgspec.Raw


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    unread: bool
    accounts: list[msgspec.Raw]
    last_status: msgspec.Raw | None


class Embedded(msgspec.Struct, frozen=True, kw_only=True):
    """What another page shows of a status."""

    type: str = "rich"
    version: str = "1.0"
    title: str
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int | None = None

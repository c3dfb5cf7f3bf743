"""Collections, as the API's documentation has them (docs.joinmastodon.org/entities/Collection)."""

import msgspec


class CollectionItem(msgspec.Struct, frozen=True, kw_only=True):
    """An account in a collection, or asked to be."""

    id: str
    account_id: str
    state: str
    created_at: str


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts that somebody recommends."""

    id: str
    account_id: str
    uri: str
    url: str
    name: str
    description: str
    language: str | None = None
    local: bool = True
    sensitive: bool = False
    discoverable: bool = True
    tag: None = None
    item_count: int
    items: list[CollectionItem]
    created_at: str
    updated_at: str

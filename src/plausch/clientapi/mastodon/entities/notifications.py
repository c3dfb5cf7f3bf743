"""Notifications, their policy and requests, markers and push, as the API's documentation has them."""

from typing import Any

import msgspec


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """Whose notifications come among the others, and whose are kept aside."""

    for_not_following: str
    for_not_followers: str = "accept"
    for_new_accounts: str = "accept"
    for_private_mentions: str
    for_limited_accounts: str = "accept"
    summary: dict[str, int]


class FormerPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`/api/v1/notifications/policy`."""

    filter_not_following: bool
    filter_not_followers: bool = False
    filter_new_accounts: bool = False
    filter_private_mentions: bool
    summary: dict[str, int]


class NotificationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did that is kept aside."""

    id: str
    created_at: str
    updated_at: str
    account: msgspec.Raw
    notifications_count: str
    last_status: msgspec.Raw | None


class NotificationGroup(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Notifications that are one to a reader."""

    group_key: str
    notifications_count: int
    type: str
    #: The one id that is a number, as the documentation has it, and as apps expect it that are strict.
    most_recent_notification_id: int
    page_min_id: str
    page_max_id: str
    latest_page_notification_at: str
    sample_account_ids: list[str]
    status_id: str | None = None
    report: Any = None
    moderation_warning: Any = None


class NotificationFallback(msgspec.Struct, frozen=True, kw_only=True):
    """What an app shows of a notification whose type it does not know."""

    title: str
    summary: str | None
    details: str | None


class PartialAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Whose face alone is shown."""

    id: str
    acct: str
    url: str
    avatar: str
    avatar_static: str
    avatar_description: str
    locked: bool
    bot: bool


class AccountWarning(msgspec.Struct, frozen=True, kw_only=True):
    """A decision of those who look after the place."""

    id: str
    action: str
    text: str
    status_ids: list[str] | None
    target_account: msgspec.Raw
    appeal: dict[str, str] | None
    created_at: str


class Marker(msgspec.Struct, frozen=True):
    last_read_id: str
    version: int
    updated_at: str


class PushSubscription(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    endpoint: str
    standard: bool = True
    alerts: dict[str, bool]
    policy: str
    server_key: str

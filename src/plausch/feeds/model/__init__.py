"""What feeds are made of, and their rules without a database."""

from plausch.feeds.model.cards import (
    SHOWN_REPLIES,
    Card,
    Entry,
    Feed,
    Pick,
    Reason,
    ReasonKind,
    pick_conversations,
)
from plausch.feeds.model.notifications import (
    Notification,
    NotificationGroup,
    NotificationKind,
    group_notifications,
)

__all__ = [
    "SHOWN_REPLIES",
    "Card",
    "Entry",
    "Feed",
    "Notification",
    "NotificationGroup",
    "NotificationKind",
    "Pick",
    "Reason",
    "ReasonKind",
    "group_notifications",
    "pick_conversations",
]

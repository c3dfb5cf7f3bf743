"""What is addressed to somebody, and how it is put together."""

import enum
from collections.abc import Iterable

import msgspec


class NotificationKind(enum.StrEnum):
    REPLIED = "replied"
    MENTIONED = "mentioned"
    ADDRESSED = "addressed"
    LIKED = "liked"
    SHARED = "shared"
    FOLLOWED = "followed"
    FOLLOW_REQUESTED = "follow_requested"
    CONNECTION_REQUESTED = "connection_requested"
    CONNECTED = "connected"


class Notification(msgspec.Struct, frozen=True):
    """Something that is addressed to somebody."""

    id: int
    kind: NotificationKind
    actor_id: int
    post_id: int | None
    conversation_id: int | None
    request_id: int | None
    at: int
    read_at: int | None


class NotificationGroup(msgspec.Struct, frozen=True):
    """Notifications that are one to a reader: several people liked the same post."""

    kind: NotificationKind
    newest: Notification
    actor_ids: tuple[int, ...]
    unread: bool


#: Kinds of which several about one post are shown as one.
_GROUPED = (NotificationKind.LIKED, NotificationKind.SHARED, NotificationKind.FOLLOWED)


def group_notifications(notifications: Iterable[Notification]) -> list[NotificationGroup]:
    """Put together what belongs together, in the place of the newest."""
    groups: dict[tuple[str, int | None, int], list[Notification]] = {}
    for one in notifications:
        own = 0 if one.kind in _GROUPED else one.id
        groups.setdefault((one.kind.value, one.post_id, own), []).append(one)
    return [
        NotificationGroup(
            kind=members[0].kind,
            newest=members[0],
            actor_ids=tuple(dict.fromkeys(member.actor_id for member in members)),
            unread=any(member.read_at is None for member in members),
        )
        for members in groups.values()
    ]

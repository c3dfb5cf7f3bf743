"""What happens in feeds that upper rooms react to."""

from plausch.work.facts import Fact


class NotificationsDue(Fact, frozen=True):
    """What was addressed to somebody, and is unread after a while: to be told by mail, all in one.

    Whoever writes the mail reads them again (`queries.list_due`): they may be gone or read by then.
    """

    person_id: int
    ids: tuple[int, ...]

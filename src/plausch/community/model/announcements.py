"""Announcements: a few words to everybody, for a while."""

import msgspec

from plausch.kernel.errors import Invalid
from plausch.people.model import clean_text

ANNOUNCEMENT_MAX = 2_000


class Announcement(msgspec.Struct, frozen=True):
    id: int
    source: str
    html: str
    from_at: int
    #: None: until somebody ends it.
    until_at: int | None

    def is_current(self, now: int) -> bool:
        return self.from_at <= now and (self.until_at is None or now < self.until_at)


def check_announcement(text: str, from_at: int, until_at: int | None) -> str:
    """The text as it is stored. Raises Invalid."""
    cleaned = clean_text(text, "text", ANNOUNCEMENT_MAX)
    if not cleaned:
        raise Invalid("text", "missing")
    if until_at is not None and until_at <= from_at:
        raise Invalid("until", "ends_before_it_begins")
    return cleaned

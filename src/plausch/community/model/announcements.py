"""Announcements: a few words to everybody, for a while."""

import unicodedata
from typing import NamedTuple

import msgspec

from plausch.kernel.errors import Invalid
from plausch.people.model import clean_text

ANNOUNCEMENT_MAX = 2_000
#: Different ones to one announcement.
REACTIONS_MAX = 8
_EMOJI_MAX = 12


class Announcement(msgspec.Struct, frozen=True):
    id: int
    source: str
    html: str
    from_at: int
    #: None: until somebody ends it.
    until_at: int | None

    def is_current(self, now: int) -> bool:
        return self.from_at <= now and (self.until_at is None or now < self.until_at)


class Reaction(NamedTuple):
    """An emoji with which people have reacted to an announcement, and how many."""

    name: str
    people: int
    #: Whoever asks is one of them.
    mine: bool


def is_emoji(text: str) -> bool:
    """One sign, of however many characters (a flag, a family), and no word."""
    if not text or len(text) > _EMOJI_MAX:
        return False
    kinds = {unicodedata.category(sign) for sign in text}
    # 1️⃣ is a digit, which a mark makes an emoji.
    keycap = text[0] in "0123456789#*" and text.endswith("\u20e3")
    return keycap or ("So" in kinds and kinds <= {"So", "Sk", "Mn", "Cf"})


def check_announcement(text: str, from_at: int, until_at: int | None) -> str:
    """The text as it is stored. Raises Invalid."""
    cleaned = clean_text(text, "text", ANNOUNCEMENT_MAX)
    if not cleaned:
        raise Invalid("text", "missing")
    if until_at is not None and until_at <= from_at:
        raise Invalid("until", "ends_before_it_begins")
    return cleaned

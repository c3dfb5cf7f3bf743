"""Introductions: somebody says that two people should meet."""

import msgspec

from plausch.kernel import clock

#: For so long people can answer one, in ms.
INTRODUCTION_LIFE = 30 * clock.DAY
#: For so long nobody is asked again about the same person, in ms.
INTRODUCTION_REST = 180 * clock.DAY


class Introduction(msgspec.Struct, frozen=True):
    """As one of the two who are to meet sees it, or who brings them together."""

    id: int
    made_by: int
    one_id: int
    other_id: int
    #: Why they should meet.
    line: str
    at: int
    #: When both had agreed (ms), or None.
    met_at: int | None

    def other_than(self, person: int) -> int:
        """Whom this one of the two is to meet."""
        return self.one_id if person == self.other_id else self.other_id

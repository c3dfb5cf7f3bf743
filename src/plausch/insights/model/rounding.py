"""Numbers of people whom somebody has chosen to be counted, told so that no two of them can be subtracted.

Whoever describes a target group twice, with and without one topic, or pads it with accounts of their own, would
otherwise learn of single people whether they belong to something.
"""

import hashlib
import hmac
from collections.abc import Collection

from plausch.insights.model.findings import FEWEST

#: The server's key that draws the lots, by its name.
ROUNDING_KEY = "insights_rounding"


def at_least(key: bytes, ids: Collection[int]) -> int | None:
    """A number that some people, or posts, are not fewer than; None where none is told, always of fewer than five.

    Up to four are left out by lot, two most often, and of the rest whole fives are told. Who they are draws the lot:
    the same are told alike each time, so that asking again tells no more, and one more or less draws anew.
    """
    drawn = hmac.new(key, b"".join(one.to_bytes(8, "big") for one in sorted(ids)), hashlib.sha256).digest()
    # Each bit leaves one out: all and none are drawn seldom, since only these tell an exact number.
    left = max(len(ids) - (drawn[0] & 0b1111).bit_count(), 0)
    return left // FEWEST * FEWEST or None


def within(part: int | None, whole: int | None) -> int | None:
    """A part that is told as no larger than the whole."""
    return min(part, whole) if part is not None and whole is not None else None

"""How a screenplay writes times and durations."""

import re
from datetime import time

from plausch.demo.model import Start
from plausch.kernel import clock

_DURATION = re.compile(r"^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$")
_DAY_AND_TIME = re.compile(r"^(\d+)d (\d\d?):(\d\d)$")


class ScreenplayError(ValueError):
    """The text is not a screenplay; the message says where and why."""


def duration(text: str) -> int:
    """`1d2h`, `35m` in milliseconds."""
    match = _DURATION.match(text)
    if not text or match is None:
        raise ScreenplayError(f"not a duration: {text!r}")
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return days * clock.DAY + hours * clock.HOUR + minutes * clock.MINUTE


def start(when: str) -> Start:
    if match := _DAY_AND_TIME.match(when):
        return Start(days_ago=int(match[1]), at=time(int(match[2]), int(match[3])))
    if when.endswith(" ago"):
        return Start(before=duration(when.removesuffix(" ago")))
    raise ScreenplayError(f"not a time for a first post: {when!r}")


def after(when: str) -> int:
    if not when.startswith("+"):
        raise ScreenplayError(f"expected a time after the parent, such as +2h: {when!r}")
    return duration(when[1:])

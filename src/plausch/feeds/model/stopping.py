"""Links by which people stop mails without signing in (RFC 8058): they say who and what, and nobody can make one up."""

import hashlib
import hmac
from typing import NamedTuple

from plausch.feeds.model.notifications import NotificationKind
from plausch.kernel.ids import parse_id

#: The server's key that signs them, by its name.
STOP_KEY = "stop"
_EVERYTHING = "all"


class Stop(NamedTuple):
    """Somebody wants no more mails of a kind; None: of any kind."""

    person: int
    kind: NotificationKind | None

    def token(self, key: bytes) -> str:
        what = f"{self.person}.{self.kind.value if self.kind is not None else _EVERYTHING}"
        return f"{what}.{_sign(key, what)}"

    @property
    def kinds(self) -> tuple[NotificationKind, ...]:
        return tuple(NotificationKind) if self.kind is None else (self.kind,)


def read_stop(key: bytes, token: str) -> Stop | None:
    """What a token says; None for one that is not ours."""
    what, _, signature = token.rpartition(".")
    person, _, kind = what.partition(".")
    number = parse_id(person)
    if not hmac.compare_digest(_sign(key, what).encode(), signature.encode()) or number is None:
        return None
    if kind == _EVERYTHING:
        return Stop(number, None)
    return Stop(number, NotificationKind(kind)) if kind in set(NotificationKind) else None


def _sign(key: bytes, what: str) -> str:
    return hmac.new(key, what.encode(), hashlib.sha256).hexdigest()[:32]

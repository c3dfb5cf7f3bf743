"""Addresses that carry who asks: what shows pictures in apps sends neither cookie nor token.

Such an address names the token of the app it was given to, and nobody can make one up. It opens one file, as long as
the token is good and its person may see that; and it ends with the week after the one in which it was made, up to when
it stays the same, so that apps load a picture once.
"""

import hashlib
import hmac

from plausch.kernel import clock
from plausch.kernel.ids import parse_id

#: The server's key that signs them, by its name.
PICTURE_KEY = "pictures"
_WEEK = 7 * clock.DAY


class Passes:
    """Makes and reads them."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, path: str, token: int) -> str:
        """The address of a file for whoever holds the token; what the path asks for already (`?v=`) is not signed."""
        bare, asks, _ = path.partition("?")
        what = f"{token}.{clock.now() // _WEEK + 2}"
        return f"{path}{'&' if asks else '?'}by={what}.{self._signature(bare, what)}"

    def read(self, path: str, by: str) -> int | None:
        """By which token the file is asked for; None for what is not ours, or has ended."""
        what, _, signature = by.rpartition(".")
        if not hmac.compare_digest(self._signature(path, what).encode(), signature.encode()):
            return None
        token, _, until = what.partition(".")
        return parse_id(token) if clock.now() < int(until) * _WEEK else None

    def _signature(self, path: str, what: str) -> str:
        return hmac.new(self._key, f"{path} {what}".encode(), hashlib.sha256).hexdigest()[:32]

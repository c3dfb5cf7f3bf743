"""Emoji of the community's own."""

import re

import msgspec

from plausch.kernel.errors import Invalid

EMOJI_MAX = 300
#: Bytes of an upload.
EMOJI_BYTES = 500_000

_SHORTCODE = re.compile(r"[a-z0-9_]{2,30}\Z")


class Emoji(msgspec.Struct, frozen=True):
    """`:shortcode:` in a text stands for the picture."""

    shortcode: str
    #: The key of its file.
    file: str

    @property
    def path(self) -> str:
        """A path, so that a change of the base URL breaks no post; it changes with the picture."""
        return f"/emoji/{self.shortcode}?v={self.file[:8]}"


def clean_shortcode(text: str) -> str:
    """Raises Invalid("shortcode", ...)."""
    shortcode = text.strip().strip(":").lower()
    if not shortcode:
        raise Invalid("shortcode", "missing")
    if not _SHORTCODE.match(shortcode):
        raise Invalid("shortcode", "shortcode_form")
    return shortcode

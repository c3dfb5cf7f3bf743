"""Emoji of the server's own."""

import msgspec


class CustomEmoji(msgspec.Struct, frozen=True):
    """`:shortcode:` in a text stands for the picture."""

    shortcode: str
    url: str
    static_url: str
    visible_in_picker: bool = True
    category: str | None = None

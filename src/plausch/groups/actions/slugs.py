"""How boards and packs stand in addresses."""

import re
import unicodedata
from collections.abc import Set

_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"}
_SLUG_MAX = 60


def plain_slug(name: str, otherwise: str) -> str:
    """A name in plain letters; `otherwise` where nothing of it is left."""
    spelled = "".join(_LETTERS.get(sign, sign) for sign in name.lower())
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_MAX].strip("-") or otherwise


def free_slug(name: str, otherwise: str, taken: Set[str]) -> str:
    """The same, numbered where that is taken."""
    slug = plain_slug(name, otherwise)
    found, number = slug, 1
    while found in taken:
        number += 1
        found = f"{slug}-{number}"
    return found

"""The words of the pages: English in the source, the other languages in one .po file each.

The .po file is read when its language is first asked for; there is no compiled copy to forget. Whoever changes a
message runs `python tools/messages.py update` and fills in what is empty.
"""

import re
from ast import literal_eval
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

LANGUAGES = ("de", "en")
#: What the languages call themselves.
LANGUAGE_NAMES = {"de": "Deutsch", "en": "English"}
_SOURCE_LANGUAGE = "en"


class Catalogue:
    """The messages of one language, by msgid, or by (context, msgid)."""

    def __init__(self, language: str, messages: dict[str | tuple[str, str], tuple[str, ...]]) -> None:
        self.language = language
        self._messages = messages

    def gettext(self, message: str) -> str:
        found = self._messages.get(message)
        return found[0] if found else message

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """German and English have the same two forms: one, and all else."""
        found = self._messages.get(singular)
        return found[count != 1] if found else singular if count == 1 else plural

    def pgettext(self, context: str, message: str) -> str:
        found = self._messages.get((context, message))
        return found[0] if found else message

    def npgettext(self, context: str, singular: str, plural: str, count: int) -> str:
        found = self._messages.get((context, singular))
        return found[count != 1] if found else singular if count == 1 else plural


def gettext_noop(message: str) -> str:
    """Marks a message where it is written down, for wherever it is translated later."""
    return message


N_ = gettext_noop


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of one of LANGUAGES."""
    if language not in LANGUAGES:
        raise KeyError(language)
    if language == _SOURCE_LANGUAGE:
        return Catalogue(language, {})
    return Catalogue(language, dict(_read(files(__package__).joinpath(f"{language}.po").read_text("utf-8"))))


def negotiate(accept_language: str | None, default: str = "en") -> str:
    """The language of ours that a browser asks for the most."""
    wishes: list[tuple[float, str]] = []
    for wish in (accept_language or "")[:500].split(","):
        name, _, quality = wish.partition(";")
        language = name.strip().lower().partition("-")[0]
        match = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", quality) if quality else None
        weight = float(match[1]) if match else 1.0
        if weight > 0 and (language in LANGUAGES or language == "*"):
            wishes.append((weight, default if language == "*" else language))
    # Of equal wishes max takes the first.
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else default


_FIELD = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? )?(".*")')


def _read(text: str) -> Iterator[tuple[str | tuple[str, str], tuple[str, ...]]]:
    """The translated messages of a .po file: what an editor or Babel writes, not every freedom of the format."""
    for block in text.split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        fuzzy = False
        for line in block.splitlines():
            if line.startswith("#"):
                fuzzy |= line.startswith("#,") and "fuzzy" in line
            elif match := _FIELD.fullmatch(line):
                name = f"{match[1]}{match[2] or 0}" if match[1] else name
                fields[name] = fields.get(name, "") + _unquote(match[3])
        forms = tuple(fields.get(f"msgstr{index}", "") for index in range(2 if "msgid_plural0" in fields else 1))
        message = fields.get("msgid0")
        if message and all(forms) and not fuzzy:
            yield (fields["msgctxt0"], message) if "msgctxt0" in fields else message, forms


def _unquote(quoted: str) -> str:
    return str(literal_eval(quoted)) if "\\" in quoted else quoted[1:-1]

"""Keeps the catalogues in step with the messages in the source.

    python tools/messages.py update    put new messages into the .po files, with an empty translation to fill in
    python tools/messages.py prune     the same, and drop what no longer occurs
    python tools/messages.py check     say what is missing or wrong

The .po files are sorted by source file and carry no line numbers, so that several people can work on them. A message
that vanishes is kept as a comment and revived when it comes back.
"""

import os
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "plausch"
CATALOGUES = SOURCE / "language" / "catalogues"
LANGUAGES = ("de",)

_METHODS = [("**.py", "python"), ("**/templates/**", "jinja2.ext:babel_extract")]
# A template that does not parse must be an error here, and not a file without messages.
_OPTIONS = {"**/templates/**": {"trimmed": "true", "silent": "false"}}
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_HEADER = """\
# Messages of Plausch, sorted by source file. New ones are put in by `python tools/messages.py update`.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%|\{\w*\}")
_TAG = re.compile(r"</?\w+")

Key = tuple[str | None, str]


def extract(source: Path = SOURCE) -> Catalog:
    """Every message in the source, with the files it occurs in."""
    template = Catalog()
    found = extract_from_dir(
        source, _METHODS, _OPTIONS, _KEYWORDS, ("Translators:",), strip_comment_tags=True, directory_filter=_is_source
    )
    for file, line, message, comments, context in found:
        template.add(message, locations=[(f"{source.name}/{file}", line)], auto_comments=comments, context=context)
    return template


def read(language: str) -> Catalog:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def merge(template: Catalog, old: Catalog) -> Catalog:
    """The template's messages with the translations there are; what occurs no longer becomes obsolete."""
    known = {_key(message): message for message in (*old.obsolete.values(), *_messages(old)) if any(_forms(message))}
    merged = Catalog(locale=old.locale)
    for message in _messages(template):
        before = known.pop(_key(message), None)
        string: Any = before.string if before and before.pluralizable == message.pluralizable else ""
        merged.add(
            message.id, string, sorted({(file, 0) for file, _ in message.locations}), before.flags if before else (),
            message.auto_comments, before.user_comments if before else (), context=message.context,
        )  # fmt: skip
    for message in known.values():
        obsolete: Any = merged.obsolete  # typed too narrowly for messages with a plural
        obsolete[_key(message)] = message
    return merged


def problems(template: Catalog, catalogue: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being complete and right, one sentence each."""
    translated = {_key(message): message for message in _messages(catalogue)}
    wanted = {_key(message): message for message in _messages(template)}
    for key, message in wanted.items():
        found = translated.get(key)
        if found is None:
            yield f"missing: {key[1]!r}"
            continue
        if found.fuzzy:
            yield f"fuzzy: {key[1]!r}"
        if len(_forms(found)) != len(_ids(message)):
            yield f"plural forms missing: {key[1]!r}"
        elif not all(_forms(found)):
            yield f"empty: {key[1]!r}"
        elif wrong := _differences(_ids(message), _forms(found)):
            yield f"{key[1]!r} and its translation differ in {', '.join(sorted(wrong))}"
    for key in (*(translated.keys() - wanted.keys()), *map(_key, catalogue.obsolete.values())):
        yield f"obsolete: {key[1]!r}"


def write(catalogue: Catalog, language: str, *, prune: bool) -> None:
    body = BytesIO()
    write_po(
        body, catalogue, width=110, omit_header=True, sort_by_file=True, include_lineno=False, ignore_obsolete=prune
    )
    path = CATALOGUES / f"{language}.po"
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(_HEADER.format(language=language) + body.getvalue().decode().lstrip("\n"), "utf-8")
    fresh.replace(path)


def _is_source(path: str | os.PathLike[str]) -> bool:
    return Path(path).name not in ("node_modules", "__pycache__")


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _key(message: Message) -> Key:
    return message.context, _ids(message)[0]


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _forms(message: Message) -> tuple[str, ...]:
    """The translations: one, or one for each plural form."""
    string = message.string
    return (string,) if isinstance(string, str) else tuple(string or ())


def _differences(ids: tuple[str, ...], forms: tuple[str, ...]) -> set[str]:
    """Placeholders and tags that only one side has. A singular may leave out the number: "one reply"."""
    differences = _marks(ids[-1]) ^ _marks(forms[-1])
    if len(ids) > 1:
        differences |= _marks(forms[0]) - _marks(ids[0]) - _marks(ids[-1])
    return differences


def _marks(text: str) -> set[str]:
    return {*_PLACEHOLDER.findall(text), *_TAG.findall(text)}


def main(command: str) -> int:
    template = extract()
    failed = False
    for language in LANGUAGES:
        if command in ("update", "prune"):
            write(merge(template, read(language)), language, prune=command == "prune")
        for problem in problems(template, read(language)):
            failed = True
            sys.stdout.write(f"{language}: {problem}\n")
    return int(failed)


if __name__ == "__main__":
    if sys.argv[1:] not in (["update"], ["prune"], ["check"]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))

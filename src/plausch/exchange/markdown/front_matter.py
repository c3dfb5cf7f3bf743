"""What stands above a text: YAML, TOML, JSON or Pandoc's title block. All values are words, lists or moments."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
import yaml

_YAML = re.compile(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_TOML = re.compile(r"\+\+\+[ \t]*\r?\n(.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_TITLE_BLOCK = re.compile(r"(?:%[^\n]*\n(?:[ \t]+[^\n]*\n)*){1,3}")
_LONGEST = 64 << 10


class FrontMatterBroken(Exception):
    """It begins like front matter and is none."""


class Parted(NamedTuple):
    """A file's text, apart from what is said about it."""

    fields: dict[str, Any]
    body: str


class _WordsLoader(yaml.BaseLoader):
    """Every value is the words that stand there: a title "No" is none other. What refers to itself is refused."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise FrontMatterBroken
        return super().compose_node(parent, index)


def part(text: str) -> Parted:
    """Raises FrontMatterBroken."""
    for pattern, read in ((_YAML, _read_yaml), (_TOML, tomllib.loads)):
        if found := pattern.match(text):
            if len(found[1]) > _LONGEST:
                raise FrontMatterBroken
            return Parted(_checked(read, found[1]), text[found.end() :])
    if text.startswith("{"):
        return _part_json(text)
    if found := _TITLE_BLOCK.match(text):
        lines = [" ".join(line.split()) for line in re.split(r"^%", found[0], flags=re.M)[1:]]
        return Parted(dict(zip(("title", "author", "date"), lines, strict=False)), text[found.end() :])
    return Parted({}, text)


def _read_yaml(text: str) -> Any:
    return yaml.load(text, Loader=_WordsLoader)  # noqa: S506 - it makes nothing but words, lists and maps


def _checked(read: Any, text: str) -> dict[str, Any]:
    try:
        found = read(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FrontMatterBroken from error
    if found is None or found == "":
        return {}
    if not isinstance(found, dict):
        raise FrontMatterBroken
    return {str(name).strip().lower(): value for name, value in found.items()}


def _part_json(text: str) -> Parted:
    """Hugo's third way; most that begins with a brace is a text."""
    end = re.search(r"^\}[ \t]*(?:\r?\n|\Z)", text[:_LONGEST], re.M)
    if end is None:
        return Parted({}, text)
    try:
        return Parted(_checked(msgspec.json.decode, text[: end.end()]), text[end.end() :])
    except (FrontMatterBroken, msgspec.DecodeError):
        return Parted({}, text)


def words(fields: dict[str, Any], *names: str) -> str:
    """The first of these fields that has words, in one line."""
    return next((found for name in names for found in _flat(fields.get(name)) if found), "")


def listed(fields: dict[str, Any], *names: str) -> Iterator[str]:
    """All words of these fields, whether in lists or with commas between."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            parts = value.split(",") if "," in value else value.split() if _is_spaced(name) else [value]
            yield from (one.strip() for one in parts if one.strip())
        else:
            yield from _flat(value)


def _is_spaced(name: str) -> bool:
    """Jekyll and Obsidian put spaces between these."""
    return name in ("tags", "categories")


def values(fields: dict[str, Any], *names: str) -> list[object]:
    """What may be moments, in the order of the names."""
    return [fields[name] for name in names if isinstance(fields.get(name), str | date | datetime)]


def is_true(fields: dict[str, Any], name: str) -> bool:
    return str(fields.get(name, "")).lower() in ("true", "yes", "on", "1")


def is_false(fields: dict[str, Any], name: str) -> bool:
    return str(fields.get(name, "")).lower() in ("false", "no", "off", "0")


def _flat(value: Any) -> Iterator[str]:
    """The words in a value: of maps what names the thing."""
    if isinstance(value, list):
        for one in value:
            yield from _flat(one)
    elif isinstance(value, dict):
        yield from _flat(next((value[name] for name in _NAMING if value.get(name)), None))
    elif isinstance(value, str | int | float) and str(value).strip().lower() not in ("", "null", "~", "false", "true"):
        yield " ".join(str(value).split())


_NAMING = ("name", "title", "src", "image", "url", "path", "teaser", "overlay_image", "relative", "text")

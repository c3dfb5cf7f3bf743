"""What apps send: JSON, forms and multipart alike, beside the query, with the names of fields as Rails writes them.

`ids[]=1&ids[]=2` is a list, `poll[options][]=Yes` a list within a part, `fields_attributes[0][name]=x` one of several
parts; in JSON the same stands as it is.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from starlette.datastructures import UploadFile

from plausch.http.errors import BadRequest
from plausch.http.forms import JSON_BYTES, UPLOAD_BYTES, bound_body, check_text, read_form
from plausch.http.request import Request
from plausch.kernel.ids import parse_id

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_KEY = re.compile(r"\[([^\[\]]*)\]")
#: Parts within parts.
_DEPTH = 6
_FALSE = frozenset({"false", "f", "0", "off", "no", ""})


class Fields:
    """Fields by name, read as what the caller expects; what has another shape is as if it were not there."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def names(self) -> list[str]:
        return list(self._values)

    def text(self, name: str, otherwise: str = "") -> str:
        found = self.maybe_text(name)
        return otherwise if found is None else found

    def maybe_text(self, name: str) -> str | None:
        """None where it was left out, which is not the same as empty. Raises BadRequest for what nobody can keep."""
        return _text(self._values.get(name))

    def flag(self, name: str) -> bool | None:
        """None where it was left out."""
        found = self._values.get(name)
        if isinstance(found, bool):
            return found
        text = _text(found)
        return None if text is None else text.strip().lower() not in _FALSE

    def number(self, name: str) -> int | None:
        text = (self.maybe_text(name) or "").strip()
        digits = text.removeprefix("-")
        return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None

    def id(self, name: str) -> int | None:
        return parse_id(self.text(name).strip())

    def texts(self, name: str) -> list[str]:
        """A list; a single value is a list of one."""
        found = self._values.get(name)
        if isinstance(found, Mapping):
            found = list(found.values())
        several = found if isinstance(found, list) else [found]
        return [text for one in several if (text := _text(one)) is not None]

    def ids(self, name: str) -> list[int]:
        """What is no id names nothing that there is."""
        return [id_ for text in self.texts(name) if (id_ := parse_id(text.strip())) is not None]

    def part(self, name: str) -> "Fields | None":
        found = self._values.get(name)
        return Fields(found) if isinstance(found, Mapping) else None

    def parts(self, name: str) -> "list[Fields]":
        """Several, as a list or numbered."""
        found = self._values.get(name)
        if isinstance(found, Mapping):
            found = [found[key] for key in sorted(found, key=_place)]
        return [Fields(one) for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []

    def file(self, name: str) -> UploadFile | None:
        found = self._values.get(name)
        return found if isinstance(found, UploadFile) and (found.filename or found.size) else None


async def read_fields(request: Request, *, most: int = UPLOAD_BYTES) -> Fields:
    """The body's fields over the query's; files of `most` bytes together. Raises BadRequest."""
    values = unfold(request.query_params.multi_items()) if request.scope["query_string"] else {}
    if request.method in ("GET", "HEAD"):
        return Fields(values)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _FORMS:
        values.update(unfold((await read_form(request, uploads=True, most=most)).multi_items()))
    elif kind == "application/json" or kind.endswith("+json"):
        values.update(await _read_json(request))
    return Fields(values)


def query_of(request: Request) -> Fields:
    """The query alone, where there is no body."""
    return Fields(unfold(request.query_params.multi_items()) if request.scope["query_string"] else {})


async def _read_json(request: Request) -> dict[str, Any]:
    bound_body(request, JSON_BYTES)
    body = await request.body()
    if not body.strip():
        return {}
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadRequest("json_broken") from error
    if not isinstance(found, dict):
        raise BadRequest("json_broken")
    return found


def unfold(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Flat names as parts and lists. Raises BadRequest for what contradicts itself."""
    values: dict[str, Any] = {}
    for name, value in items:
        beginning, bracket, _ = name.partition("[")
        keys = _KEY.findall(name[len(beginning) :]) if bracket else []
        if len(keys) > _DEPTH:
            raise BadRequest("form_broken")
        _put(values, beginning or name, keys, value)
    return values


def _put(into: dict[str, Any], name: str, keys: list[str], value: Any) -> None:
    if not keys:
        into[name] = value
        return
    key, *rest = keys
    if key:
        within = into.setdefault(name, {})
        if not isinstance(within, dict):
            raise BadRequest("form_broken")
        _put(within, key, rest, value)
        return
    several = into.setdefault(name, [])
    if not isinstance(several, list):
        raise BadRequest("form_broken")
    if not rest:
        several.append(value)
        return
    # `a[][x]=1&a[][y]=2&a[][x]=3`: a name that comes again begins the next one.
    last = several[-1] if several and isinstance(several[-1], dict) else None
    if last is None or rest[0] in last:
        several.append(last := {})
    _put(last, rest[0], rest[1:], value)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        return None
    check_text(value)
    return value


def _place(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isascii() and key.isdigit() and len(key) < 10 else (1 << 31, key)

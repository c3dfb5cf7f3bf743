"""Reading bodies within bounds: nothing larger, deeper or stranger than a form of ours gets any further."""

import hashlib
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from plausch.http.errors import BadRequest
from plausch.http.request import Request

#: Text fields of a form together; pictures have a limit of their own.
FORM_BYTES = 1 << 20
JSON_BYTES = 1 << 20
#: Four pictures at their limit, and their words.
UPLOAD_BYTES = 66 << 20
_ENCODED = "application/x-www-form-urlencoded"
_FIELDS = 200
_FILES = 8

T = TypeVar("T")


async def read_form(request: Request, *, uploads: bool = False, most: int = UPLOAD_BYTES) -> FormData:
    """The fields of a form, with files of `most` bytes together where it uploads any.

    Raises BadRequest for what is no form, or too large.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (_ENCODED, "multipart/form-data"):
        raise BadRequest("form_expected", 415)
    bound_body(request, most if uploads and kind != _ENCODED else FORM_BYTES)
    if kind == _ENCODED:
        _check_encoded(await request.body())
    try:
        form = await request.form(max_files=_FILES if uploads else 0, max_fields=_FIELDS, max_part_size=FORM_BYTES)
    except (MultiPartException, HTTPException, ValueError) as error:
        raise BadRequest("form_broken") from error
    for name, value in form.multi_items():
        check_text(name)
        if isinstance(value, str):
            check_text(value)
    return form


def _check_encoded(body: bytes) -> None:
    """Starlette reads any number of fields, and puts a sign in the place of what is no UTF-8."""
    if body.count(b"&") >= _FIELDS:
        raise BadRequest("form_broken")
    try:
        unquote_to_bytes(body).decode()
    except UnicodeDecodeError as error:
        raise BadRequest("text_broken") from error


async def read_json(request: Request, shape: type[T]) -> T:
    """A JSON body of a known shape. Raises BadRequest with what does not fit."""
    bound_body(request, JSON_BYTES)
    body = await request.body()
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeDecodeError) as error:
        raise BadRequest("json_broken") from error


def bound_body(request: Request, most: int) -> None:
    """Stop reading a body as soon as it is larger than `most` bytes, whatever its header says."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise BadRequest("body_too_large", 413)
    receive, seen = request.receive, 0

    async def bounded() -> Any:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise BadRequest("body_too_large", 413)
        return message

    request._receive = bounded  # Starlette offers no other place to stand between it and the body


def check_text(text: str) -> None:
    """Raises BadRequest for text that no database can keep: lone surrogates and NUL."""
    if "\x00" in text:
        raise BadRequest("text_broken")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadRequest("text_broken") from error


def field(form: FormData, name: str) -> str:
    """A text field; empty when it is missing. Raises BadRequest when a file was sent in its place."""
    value = form.get(name, "")
    if not isinstance(value, str):
        raise BadRequest("form_broken")
    return value


def files(form: FormData, name: str) -> list[UploadFile]:
    """The files chosen in a field; a browser sends an empty one when none was."""
    return [one for one in form.getlist(name) if isinstance(one, UploadFile) and (one.filename or one.size)]


def fingerprint(request: Request, form: FormData) -> bytes:
    """The same for a form that is sent again as it was; any other for whatever was changed in it."""
    found = hashlib.sha256(request.url.path.encode())
    for name, value in form.multi_items():
        words = (value,) if isinstance(value, str) else (value.filename or "", str(value.size))
        for word in (name, *words):
            found.update(b"%d:%b" % (len(word), word.encode()))
    return found.digest()

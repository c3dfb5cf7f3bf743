"""Errors as the API knows them: a sentence, and a status that apps understand."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.responses import Response

from plausch.http.errors import status_of
from plausch.http.reasons import REASONS, explain
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, TooMany

#: What is said after the name of the field, with the code that some apps look at.
_PHRASES = {
    "missing": ("ERR_BLANK", "can't be blank"),
    "too_long": ("ERR_TOO_LONG", "is too long"),
    "handle_taken": ("ERR_TAKEN", "has already been taken"),
    "email_taken": ("ERR_TAKEN", "has already been taken"),
    "redirect_form": ("ERR_INVALID", "must be an absolute URI"),
    "scope_unknown": ("ERR_INVALID", "doesn't match configured on the server"),
    "website_form": ("ERR_INVALID", "is not a valid address"),
    "picture_unfinished": ("ERR_INVALID", "have not finished processing. Try again in a moment!"),
    "not_accepted": ("ERR_ACCEPTED", "must be accepted"),
    "handle_form": ("ERR_INVALID", "must consist of letters, digits and underscores"),
    "handle_reserved": ("ERR_RESERVED", "is reserved"),
    "email_form": ("ERR_INVALID", "is not a valid e-mail address"),
    "email_barred": ("ERR_BLOCKED", "contains a disallowed e-mail provider"),
    "password_short": ("ERR_TOO_SHORT", "is too short"),
    "password_simple": ("ERR_INVALID", "is too simple"),
    "invitation_over": ("ERR_INVALID", "is not valid any more"),
    "pack_unfit": ("ERR_INVALID", "cannot be in a collection"),
    "pack_listed": ("ERR_INVALID", "must be true: there are no unlisted collections here"),
    "pack_plain": ("ERR_INVALID", "must be false: collections have no warnings here"),
}
_REALM = 'Bearer realm="Plausch"'


class Refused(DomainError):
    """An answer that the API has words of its own for."""

    def __init__(self, status: int, error: str, headers: Mapping[str, str] | None = None, **more: str) -> None:
        super().__init__("refused")
        self.status = status
        self.body = {"error": error, **more}
        self.headers = dict(headers or {})


class Unacceptable(DomainError):
    """Several fields at once."""

    def __init__(self, errors: Sequence[Invalid | Conflict], *, nested: bool = False) -> None:
        super().__init__("unacceptable")
        self.errors = errors
        #: All of it stands below `error`, as the documentation of some addresses has it.
        self.nested = nested


def login_pending() -> Refused:
    return Refused(403, "Your login is currently pending approval")


def bad_token() -> Refused:
    challenge = f'{_REALM}, error="invalid_token", error_description="The access token is invalid"'
    return Refused(401, "The access token is invalid", {"www-authenticate": challenge})


def scope_missing(wanted: str) -> Refused:
    challenge = f'{_REALM}, error="insufficient_scope", scope="{wanted}"'
    return Refused(403, "This action is outside the authorized scopes", {"www-authenticate": challenge})


def person_missing() -> Refused:
    """The token speaks for a program alone."""
    return Refused(422, "This method requires an authenticated user")


def answer_error(error: DomainError, language: str, names: Mapping[str, str] | None = None) -> Response:
    """An error of the domain as apps get it: most show the sentence to whoever uses them.

    `names` are those of fields that apps call otherwise.
    """
    if isinstance(error, Refused):
        return _json(error.status, error.body, error.headers)
    if isinstance(error, NotFound):
        return _json(404, {"error": "Record not found"})
    if isinstance(error, TooMany):
        return _json(429, {"error": "Too many requests"}, {"retry-after": str(error.retry_after)})
    if isinstance(error, Invalid | Conflict):
        return _json(422, _invalid([error], language, names))
    if isinstance(error, Unacceptable):
        said = _invalid(error.errors, language, names)
        return _json(422, {"error": said} if error.nested else said)
    status = 403 if isinstance(error, NotAllowed) else status_of(error)
    return _json(status, {"error": _sentence(error.reason, language)})


def _invalid(
    errors: Sequence[Invalid | Conflict], language: str, names: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """In Mastodon's own phrases where it has one, else in ours."""
    failed: list[str] = []
    sentences: list[str] = []
    details: dict[str, list[dict[str, str]]] = {}
    for one in errors:
        code, phrase = _PHRASES.get(one.reason, ("ERR_TAKEN" if isinstance(one, Conflict) else "ERR_INVALID", ""))
        field = (names or {}).get(one.field or "", one.field or "")
        said = phrase or _sentence(one.reason, language)
        details.setdefault(field or "base", []).append({"error": code, "description": said})
        if phrase:
            failed.append(f"{field.replace('_', ' ')} {phrase}".strip().capitalize())
        else:
            sentences.append(said)
    if failed:
        sentences.insert(0, f"Validation failed: {', '.join(failed)}")
    return {"error": " ".join(sentences), "details": details}


def _sentence(reason: str, language: str) -> str:
    """What only apps are told has no words of its own."""
    return explain(language, reason) if reason in REASONS else reason.replace("_", " ").capitalize()


def _json(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    given = {"cache-control": "no-store", **(headers or {})}
    return Response(msgspec.json.encode(body), status, media_type="application/json", headers=given)

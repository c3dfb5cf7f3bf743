"""Every answer that the tests of this folder get, held against the published OpenAPI description of the API.

Where it is stands in `PLAUSCH_MASTODON_OPENAPI` (`tools/verify_mastodon_api.py`); it is not part of the repository.
"""

import functools
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import jsonschema

WHERE = "PLAUSCH_MASTODON_OPENAPI"
#: Into which file it is noted what was found, where that is wanted.
NOTES = "PLAUSCH_MASTODON_NOTES"


class Known(NamedTuple):
    """Something in which the description is wrong, and how that is known."""

    #: Of the method and the address as the description has it, and of what is said of the answer.
    where: str
    what: str
    why: str


KNOWN = [
    Known(
        r".*",
        r"quote: .*(is valid under each of|\'state\')",
        "one of Quote and ShallowQuote is asked for, which have but `state` in common, so that either fits both",
    ),
    Known(
        r"GET /api/v1/filters",
        r"the answer: .* is not of type object",
        "the documentation says that it answers an array of filters, as Mastodon does",
    ),
    Known(
        r"(POST /api/v1/collections|PATCH /api/v1/collections/\{id\})",
        r"error/details: 'name' is a required property",
        "the documentation has details of those attributes that are wrong; in its example that is the name",
    ),
    Known(
        r"GET /api/v2/notifications.*",
        r"type: 'added_to_collection' is not of enum",
        "of the types of 4.6 the description has those of Notification alone; Mastodon groups hold them, too",
    ),
]


class Description:
    def __init__(self, path: Path) -> None:
        self._document: dict[str, Any] = json.loads(path.read_text())
        self._addresses = [
            (_pattern(address), address)
            # What is spelt out goes before what is a parameter.
            for address in sorted(self._document["paths"], key=lambda one: (one.count("{"), one))
        ]

    def find(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        """The address as it is described, and what is said of the method there."""
        for pattern, address in self._addresses:
            operation = self._document["paths"][address].get(method.lower())
            if operation is not None and pattern.fullmatch(path):
                return f"{method} {address}", operation
        return None

    def faults(self, method: str, path: str, status: int, answer: Any) -> Iterator[tuple[str, str]]:
        """Where and in what an answer is not as it is described."""
        found = self.find(method, path)
        if found is None:
            return
        where, operation = found
        response = operation["responses"].get(str(status))
        if response is None:
            if status < 400:
                yield where, f"answers {status}, which is not described"
            return
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return
        for error in self._validator(where, status).iter_errors(answer):
            for leaf in _leaves(error):
                at = "/".join("*" if isinstance(one, int) else str(one) for one in leaf.absolute_path)
                yield where, f"{at or 'the answer'}: {_shorten(leaf)}"

    def _validator(self, where: str, status: int) -> jsonschema.Draft202012Validator:
        method, address = where.split(" ", 1)
        operation = self._document["paths"][address][method.lower()]
        schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
        return jsonschema.Draft202012Validator({**schema, "components": self._document["components"]})


def _pattern(address: str) -> re.Pattern[str]:
    """Ids have digits in them: a word in such a place is another address, of which nothing is said."""
    pattern = re.sub(r"\{\w*id\}", r"[^/]*\\d[^/]*", address)
    return re.compile(re.sub(r"\{[^}]+\}", "[^/]+", pattern))


def _leaves(error: jsonschema.ValidationError) -> Iterator[jsonschema.ValidationError]:
    """Of several that would have to hold, what is wrong with the one that comes nearest."""
    if not error.context:
        yield error
        return
    by_branch: dict[Any, list[jsonschema.ValidationError]] = {}
    for one in error.context:
        by_branch.setdefault(one.schema_path[0], []).append(one)
    branches = [found for found in by_branch.values() if not _is_null(found)] or list(by_branch.values())
    for one in min(branches, key=len):
        yield from _leaves(one)


def _is_null(found: list[jsonschema.ValidationError]) -> bool:
    return len(found) == 1 and found[0].validator == "type" and found[0].validator_value == "null"


def _shorten(error: jsonschema.ValidationError) -> str:
    if error.validator in ("type", "enum", "format", "pattern"):
        return f"{str(error.instance)[:40]!r} is not of {error.validator} {str(error.validator_value)[:120]}"
    return str(error.message)[:160]


@functools.cache
def description() -> Description | None:
    where = os.environ.get(WHERE)
    return Description(Path(where)) if where else None


#: How often which address answered, and what was wrong how often.
asked: Counter[str] = Counter()
wrong: Counter[tuple[str, str]] = Counter()


def known(where: str, what: str) -> Known | None:
    return next((one for one in KNOWN if re.fullmatch(one.where, where) and re.search(one.what, what)), None)


async def check(answer: httpx.Response) -> None:
    """For the clients of the tests: note what is not as described."""
    described = description()
    path = answer.request.url.path
    if described is None or not path.startswith("/api/v"):
        return
    if "json" not in answer.headers.get("content-type", ""):
        return  # A stream never ends.
    await answer.aread()
    if not answer.content:
        return
    method = answer.request.method
    found = described.find(method, path)
    if found is None:
        return
    if answer.is_success:
        asked[found[0]] += 1
    for where, what in described.faults(method, path, answer.status_code, answer.json()):
        wrong[where, what] += 1
    _note()


def _note() -> None:
    file = os.environ.get(NOTES)
    if file:
        found = {"asked": dict(asked), "wrong": [[*key, count] for key, count in wrong.items()]}
        Path(file).write_text(json.dumps(found))

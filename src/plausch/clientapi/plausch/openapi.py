"""The description of the API (OpenAPI 3.1), made of the table of its endpoints."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from plausch import __version__
from plausch.clientapi.plausch import answers
from plausch.clientapi.plausch.endpoints import ROOT, Endpoint
from plausch.http.site import Site

_REF = "#/components/schemas/{name}"
_STATUSES = {
    400: "The request cannot be understood.",
    401: "There is no such token.",
    403: "The token has not the scope, or you may not do this.",
    404: "There is no such thing, or none that you may know of.",
    409: "It contradicts what is there.",
    410: "There was such a thing.",
    422: "A field holds something that cannot be accepted.",
    429: "Too much in too short a time; `Retry-After` says when to go on.",
}
_DONE = {200: "What was asked for.", 201: "What was made.", 204: "It is done."}
_ABOUT = """Everything a program may do for a person, with that person's eyes: what they may not see, it does not get.

Ids are strings. Moments are RFC 3339 in UTC. Errors are `{"error": code}`; lists go on with what their answer names."""


def describe(site: Site, endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The whole document."""
    shapes = _shapes(endpoints)
    schemas, components = msgspec.json.schema_components(shapes, ref_template=_REF)
    refs = dict(zip(shapes, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        paths.setdefault(ROOT + one.path, {})[one.method.lower()] = _operation(one, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Plausch", "version": __version__, "description": _ABOUT},
        "servers": [{"url": site.absolute("") or "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _shapes(endpoints: Iterable[Endpoint]) -> list[Any]:
    """Every shape of an answer, a body or a parameter, and those that only a reference by hand names."""
    found = {answers.Error: None, answers.Post: None, answers.RemovedPost: None}
    for one in endpoints:
        shapes = (one.answer, one.body, one.accepted, *(each.type for each in one.query))
        found.update(dict.fromkeys(shape for shape in shapes if shape is not None))
    return list(found)


def _operation(one: Endpoint, refs: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"summary": one.summary, "operationId": _name(one), "tags": [one.path.split("/")[1]]}
    parameters = [
        *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in one.parameters),
        *(
            {"name": each.name, "in": "query", "description": each.summary, "schema": refs[each.type]}
            for each in one.query
        ),
    ]
    if parameters:
        found["parameters"] = parameters
    if one.body is not None:
        found["requestBody"] = {"required": not one.body_optional, "content": _json(refs[one.body])}
    found["responses"] = _responses(one, refs)
    # Without a token a program sees what visitors see.
    token: dict[str, list[str]] = {"token": [one.scope or one.sees]}
    found["security"] = [token] if one.scope is not None else [{}, token]
    return found


def _responses(one: Endpoint, refs: dict[Any, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": _DONE[one.status]}
    if one.answer is not None:
        good["content"] = _json(refs[one.answer])
    found = {str(one.status): good}
    if one.accepted is not None:
        found["202"] = {"description": "Somebody lets it through first.", "content": _json(refs[one.accepted])}
    for status in one.errors:
        found[str(status)] = {"description": _STATUSES[status], "content": _json(refs[answers.Error])}
    return found


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _name(one: Endpoint) -> str:
    """As programs that write clients call it: `get_groups_handle`."""
    return re.sub(r"[^a-z0-9]+", "_", f"{one.method}{one.path}".lower()).strip("_")

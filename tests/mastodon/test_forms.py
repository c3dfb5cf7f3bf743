"""Bodies as apps send them, scopes, and the header by which lists go on."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from plausch.clientapi.mastodon.forms import Fields, read_fields, unfold
from plausch.clientapi.mastodon.paging import link_pages, range_of
from plausch.http.errors import BadRequest
from plausch.http.request import Request
from plausch.kernel.errors import DomainError
from plausch.people.model import SCOPES, has_scope, is_within
from tests.mastodon.conftest import Town


def request_of(town: Town, query: str = "", body: bytes = b"", kind: str = "", method: str = "POST") -> Request:
    scope = {
        "type": "http",
        "method": method,
        "path": "/api/v1/x",
        "query_string": query.encode(),
        "headers": [(b"content-type", kind.encode()), (b"host", b"localhost:8000")],
        "scheme": "http",
        "server": ("localhost", 8000),
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(scope, receive, None, town.site, {})


async def test_json_forms_and_multipart_say_the_same(town: Town) -> None:
    nested = {"status": "Hallo", "media_ids": ["1", "2"], "poll": {"options": ["Ja", "Nein"], "multiple": True}}
    flat = "status=Hallo&media_ids[]=1&media_ids[]=2&poll[options][]=Ja&poll[options][]=Nein&poll[multiple]=1"
    pairs = [one.split("=") for one in flat.split("&")]
    parts = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs)
    sent = [
        ("", json.dumps(nested).encode(), "application/json; charset=utf-8"),
        ("", flat.encode(), "application/x-www-form-urlencoded"),
        ("", f"{parts}--b--\r\n".encode(), "multipart/form-data; boundary=b"),
        (flat, b"", ""),
    ]
    for query, body, kind in sent:
        fields = await read_fields(request_of(town, query, body, kind))
        poll = fields.part("poll")
        assert poll is not None
        assert (fields.text("status"), fields.ids("media_ids")) == ("Hallo", [1, 2]), kind
        assert (poll.texts("options"), poll.flag("multiple"), poll.flag("hide_totals")) == (["Ja", "Nein"], True, None)


async def test_several_parts_come_numbered_or_one_after_the_other(town: Town) -> None:
    numbered = "f[1][name]=b&f[0][name]=a&f[10][name]=c"
    in_turn = "f[][name]=a&f[][value]=1&f[][name]=b&f[][name]=c"
    for query in (numbered, in_turn):
        fields = await read_fields(request_of(town, query, method="GET"))
        assert [one.text("name") for one in fields.parts("f")] == ["a", "b", "c"]


@pytest.mark.parametrize(("text", "flag"), [("true", True), ("1", True), ("on", True), ("t", True), ("0", False)])
def test_flags_are_written_in_many_ways(text: str, flag: bool) -> None:
    assert Fields({"x": text}).flag("x") is flag
    assert Fields({"x": flag}).flag("x") is flag
    assert Fields({}).flag("x") is None


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b'{"a":"\\ud800"}', b"[" * 100_000])
async def test_broken_json_is_refused(town: Town, body: bytes) -> None:
    with pytest.raises(BadRequest):
        (await read_fields(request_of(town, body=body, kind="application/json"))).text("a")


_NAMES = st.text("ab[]01", min_size=1, max_size=12)


@given(st.lists(st.tuples(_NAMES, st.text(max_size=3)), max_size=8))
def test_whatever_is_sent_is_read_or_refused(items: list[tuple[str, str]]) -> None:
    try:
        fields = Fields(unfold(items))
        for name in fields.names():
            fields.text(name), fields.texts(name), fields.number(name), fields.ids(name), fields.parts(name)
            fields.flag(name), fields.part(name), fields.file(name)
    except DomainError:
        pass


async def test_pages_go_on_by_addresses_on_the_base_url(town: Town) -> None:
    request = request_of(town, "limit=2&max_id=90&only_media=true", method="GET")
    assert range_of(request)[:3] == (90, 0, 2)
    linked = link_pages(Response(), request, [80, 70]).headers["link"]
    beginning = "<http://localhost:8000/api/v1/x?limit=2&only_media=true&"
    assert linked == f'{beginning}max_id=70>; rel="next", {beginning}min_id=80>; rel="prev"'
    assert range_of(request_of(town, "min_id=5&limit=999"))[1:] == (5, 40, True)
    assert "link" not in link_pages(Response(), request, []).headers


def test_wide_scopes_hold_the_granular_ones() -> None:
    assert has_scope("read", "read:statuses")
    assert has_scope("write:media read:lists", "read:accounts read:lists")
    assert has_scope("follow", "write:follows")
    assert has_scope("admin:read", "admin:read:accounts")
    assert not has_scope("read:statuses", "read")
    assert not has_scope("read write follow", "admin:read")
    assert not has_scope("follow", "write:statuses")
    assert not has_scope("", "read")
    assert is_within("read:statuses write:media", "read write")
    assert not is_within("read push", "read")
    assert all(has_scope(one, one) for one in SCOPES)

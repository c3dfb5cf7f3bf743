"""Addresses lead to the right view, however many there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route, Router, WrongMethod


async def _view(_: Request) -> Response:
    return Response()


def _router(*paths: str) -> Router:
    return Router([Route("GET", path, _view) for path in paths])


@pytest.mark.parametrize(
    ("path", "found", "params"),
    [
        ("/", "/", {}),
        ("/posts/17", "/posts/{id}", {"id": "17"}),
        ("/posts/new", "/posts/new", {}),
        ("/posts/17/edit", "/posts/{id}/edit", {"id": "17"}),
        ("/@anna", "/@{handle}", {"handle": "anna"}),
        ("/@anna/followers", "/@{handle}/followers", {"handle": "anna"}),
        ("/posts/new/edit", "/posts/{id}/edit", {"id": "new"}),
        ("/posts/", "/posts", {}),
    ],
)
def test_a_path_finds_its_route(path: str, found: str, params: dict[str, str]) -> None:
    router = _router(
        "/", "/posts", "/posts/new", "/posts/{id}", "/posts/{id}/edit", "/@{handle}", "/@{handle}/followers"
    )
    match = router.match("GET", path)
    assert match is not None
    assert (match.route.path, match.params) == (found, params)


@pytest.mark.parametrize("path", ["/nowhere", "/@", "/posts/17/edit/more", "/posts//edit"])
def test_other_paths_lead_nowhere(path: str) -> None:
    router = _router("/posts/{id}/edit", "/@{handle}")
    match = router.match("GET", path)
    assert match is None or match.params == {"id": ""}


def test_head_is_answered_like_get_and_other_methods_are_named() -> None:
    router = Router(
        [Route("GET", "/posts/{id}", _view), Route("POST", "/posts/{id}", _view), Route("GET", "/x", _view)]
    )
    assert router.match("HEAD", "/posts/1") is not None
    with pytest.raises(WrongMethod) as wrong:
        router.match("DELETE", "/posts/1")
    assert wrong.value.allowed == ["GET", "POST"]


def test_an_address_cannot_be_given_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        _router("/posts/{id}", "/posts/{id}")


@given(st.text(max_size=60))
def test_no_path_breaks_it(path: str) -> None:
    _router("/", "/posts/{id}", "/@{handle}/followers").match("GET", path)

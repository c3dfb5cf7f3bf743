"""The handbook for members and for owners: Markdown that comes with Plausch, in the reader's language.

It is rendered once a language. The texts are ours, so they need no sanitising; menu words stand in bold, and a test
holds them against the catalogue.
"""

import functools
import hashlib
import itertools
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.responses import Response

from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import NotFound
from plausch.web.pages import render
from plausch.web.wants import Wants

_FOLDER = files("plausch.web") / "handbook"
_PICTURES = "/handbook/pictures/"
_NO_LETTER = re.compile(r"[^\w]+")
_PICTURE_NAME = re.compile(r"[a-z-]+\.(?:de|en)\.webp")


@dataclass(frozen=True, slots=True)
class Heading:
    """A section one can go to."""

    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One of the handbook's texts, as a page."""

    title: str
    html: str
    headings: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class _Picture:
    body: bytes
    version: str
    width: int
    height: int


@functools.cache
def read_part(language: str, name: str) -> Part:
    """A text of the handbook. `name`: members or owners."""
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(_source(language, name))
    title, headings = _prepare(tokens)
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Part(title, html, headings)


def _source(language: str, name: str) -> str:
    return (_FOLDER / language / f"{name}.md").read_text("utf-8")


def _prepare(tokens: list[Token]) -> tuple[str, tuple[Heading, ...]]:
    """Anchors for headings, addresses and sizes for pictures; the title is left to the page."""
    title, headings = "", []
    for opening, inline in itertools.pairwise(tokens):
        if opening.type != "heading_open":
            continue
        if opening.tag == "h1":
            title = inline.content
        else:
            anchor = _NO_LETTER.sub("-", inline.content.lower()).strip("-")
            opening.attrSet("id", anchor)
            if opening.tag == "h2":
                headings.append(Heading(anchor, inline.content))
    for token in _within(tokens):
        if token.type == "image":
            _place(token)
        elif token.type == "link_open":
            _lead(token)
    del tokens[:3]
    return title, tuple(headings)


def _within(tokens: list[Token]) -> Iterator[Token]:
    return (one for token in tokens if token.type == "inline" for one in token.children or ())


def _place(image: Token) -> None:
    name = str(image.attrs["src"]).rpartition("/")[2]
    picture = _picture(name)
    image.attrs |= {
        "src": f"{_PICTURES}{name}?v={picture.version}",
        "width": picture.width,
        "height": picture.height,
        "loading": "lazy",
    }


def _lead(link: Token) -> None:
    """Between the texts files are named, so that the links work in a checkout too."""
    href = str(link.attrs["href"])
    paths = {"members.md": "/handbook", "owners.md": "/handbook/owners"}
    name, mark, anchor = href.partition("#")
    link.attrs["href"] = paths.get(name, name) + mark + anchor


@functools.cache
def _picture(name: str) -> _Picture:
    path = _FOLDER / "pictures" / name
    if not _PICTURE_NAME.fullmatch(name) or not path.is_file():
        raise NotFound
    body = path.read_bytes()
    # The head of a lossy WebP (RFC 9649, 2.5): fourteen bits each.
    width, height = struct.unpack_from("<HH", body, 26)
    return _Picture(body, hashlib.sha256(body).hexdigest()[:12], width & 0x3FFF, height & 0x3FFF)


async def show_members(request: Request) -> Response:
    return await _show(request, "members")


async def show_owners(request: Request) -> Response:
    return await _show(request, "owners")


async def _show(request: Request, name: str) -> Response:
    return await render(request, "handbook.html", part=read_part(request.language, name), name=name)


async def send_picture(request: Request) -> Response:
    try:
        picture = _picture(request.params["name"])
    except NotFound:
        return Response(status_code=404)
    good = request.query_params.get("v") == picture.version
    kept = "public, max-age=31536000, immutable" if good else "no-cache"
    return Response(picture.body, media_type="image/webp", headers={"cache-control": kept})


ROUTES = [
    Route("GET", "/handbook", show_members, Wants.ANYBODY),
    Route("GET", "/handbook/owners", show_owners, Wants.ANYBODY),
    Route("GET", "/handbook/pictures/{name}", send_picture, Wants.NOBODY),
]

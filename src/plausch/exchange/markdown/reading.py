"""Reading a folder of Markdown files, with nothing but the files."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from plausch.exchange.blogs.model import BroughtArticle, BroughtBlog, BroughtPicture, first_moment, key_of
from plausch.exchange.bundles import ArchiveBroken, Bundle
from plausch.exchange.markdown.front_matter import (
    FrontMatterBroken,
    is_false,
    is_true,
    listed,
    part,
    values,
    words,
)
from plausch.exchange.markdown.texts import plain_address, read_text
from plausch.kernel import clock

_ENDINGS = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd")
#: What lies in such folders and is no article.
_NOT_ARTICLES = ("readme", "license", "changelog", "contributing", "code_of_conduct", "_index", "404", "search")
_NOT_FOLDERS = (
    *("_includes", "_layouts", "_sass", "_site", "archetypes", "layouts"),
    *("node_modules", "templates", "themes", "vendor"),
)
_FILES_MAX = 20_000
#: A text that would be longer than any article, many times.
_TEXT_MAX = 1 << 20
_DATED = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[-_ ]+(.+)\Z")
_HEADING = re.compile(r"\s*#[ \t]+([^\n]+?)[ \t]*#*[ \t]*(?:\n|\Z)")
_UNDERLINED = re.compile(r"\s*([^\n]+)\n=+[ \t]*(?:\n|\Z)")
_PICTURE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)\Z", re.I)
#: Where site generators look for what an address beginning with / means.
_ROOTS = ("", "static", "assets", "public", "content", "src", "source", "docs")
#: As if the folder were on the web: nothing else is at such a host (RFC 6761).
_SITE = "https://folder.invalid/"
_PAGES = ("page", "pages", "about", "home", "landing", "single-page")
_COVERS = (
    *("cover", "image", "featured_image", "featuredimage", "thumbnail"),
    *("banner", "hero", "header", "images", "feature"),
)


def read_markdown(bundle: Bundle, *, pages: bool) -> BroughtBlog:
    """What there is for us in a folder; `pages`: as articles, too. Raises ArchiveBroken."""
    names = [name for name in sorted(bundle.names) if _is_text(name)]
    if not names:
        raise ArchiveBroken("archive_not_markdown")
    if len(names) > _FILES_MAX:
        raise ArchiveBroken("archive_too_many_files")
    return _Folder(bundle, names, pages).read()


def _is_text(name: str) -> bool:
    path = PurePosixPath(name)
    if any(one.startswith(".") or one in _NOT_FOLDERS for one in path.parts) or "__MACOSX" in path.parts:
        return False
    return path.suffix.lower() in _ENDINGS and path.stem.lower() not in _NOT_ARTICLES


class _Folder:
    def __init__(self, bundle: Bundle, names: list[str], pages: bool) -> None:
        self._bundle = bundle
        self._names = names
        self._pages = pages
        #: Jekyll has all that is no page in folders of these names.
        self._jekyll = any("_posts" in PurePosixPath(name).parts for name in names)
        self._left_out: dict[str, int] = {}
        self._unread: list[str] = []
        self._by_base: dict[str, list[str]] = {}
        for name in sorted(bundle.names):
            if _PICTURE_NAME.search(name):
                self._by_base.setdefault(posixpath.basename(name).lower(), []).append(name)

    def read(self) -> BroughtBlog:
        found = [article for name in self._names if (article := self._article(name)) is not None]
        return BroughtBlog(
            "", tuple(sorted(found, key=lambda one: one.published_at)), self._left_out, tuple(self._unread)
        )

    def _article(self, name: str) -> BroughtArticle | None:
        text = self._text(name)
        if text is None:
            return None
        try:
            fields, body = part(text)
        except FrontMatterBroken:
            self._leave_out("front_matter", name)
            return None
        if not self._pages and self._is_page(name, fields):
            self._leave_out("pages")
            return None
        pictures = _Pictures(self, posixpath.dirname(name))
        day, stem = _named(name)
        title, body = _titled(fields, body, stem)
        source = read_text(body, pictures.find)
        cover = _cover(fields, pictures)
        if not source and cover < 0:
            self._leave_out("empty")
            return None
        slug = words(fields, "slug") or _last_part(words(fields, "permalink", "url")) or stem
        published_at = first_moment(
            [*values(fields, "date", "published", "publishdate", "pubdate", "date_published", "created"), day]
        ) or self._bundle.changed_at(name)
        return BroughtArticle(
            key=key_of("markdown", name, slug),
            where=name,
            title=title,
            subtitle=words(fields, "subtitle", "description", "summary", "excerpt", "abstract", "lead"),
            source=source,
            published_at=published_at,
            slug=slug,
            addresses=tuple(_addresses(name, fields)),
            base=_SITE + quote(name),
            pictures=tuple(pictures.found),
            cover=cover,
            tags=tuple(_tags(fields)),
            series=next(listed(fields, "series"), ""),
            author=", ".join(listed(fields, "author", "authors"))[:120],
            language=words(fields, "lang", "language")[:2].lower(),
            draft=_is_draft(name, fields) or published_at > clock.real_now(),
        )

    def _text(self, name: str) -> str | None:
        data = self._bundle.read(name)
        if len(data) > _TEXT_MAX:
            self._leave_out("too_large", name)
            return None
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16", "replace").replace("\x00", "")
        if b"\x00" in data:
            self._leave_out("no_text", name)
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            # What editors of old wrote; better than nothing, and every byte means something there.
            return data.decode("cp1252", "replace")

    def _is_page(self, name: str, fields: dict[str, Any]) -> bool:
        if self._jekyll and not {"_posts", "_drafts"} & {*PurePosixPath(name).parts}:
            return True
        return any(words(fields, one).lower() in _PAGES for one in ("layout", "type"))

    def picture(self, address: str, folder: str, alt: str) -> BroughtPicture | None:
        """What is meant by an address in a text of a folder; None: nothing that anybody could bring."""
        if address.startswith(("http://", "https://")):
            return BroughtPicture("", address, alt)
        if address.startswith("//"):
            return BroughtPicture("", f"https:{address}", alt)
        path = plain_address(address)
        if not path or ":" in path.partition("/")[0]:
            return None
        name = self._file(path, folder)
        if name:
            return BroughtPicture(name, "", alt)
        if _PICTURE_NAME.search(path):
            self._leave_out("missing_pictures")
        return None

    def _file(self, path: str, folder: str) -> str:
        candidates = [] if path.startswith("/") else [posixpath.normpath(posixpath.join(folder, path))]
        candidates += [posixpath.normpath(posixpath.join(root, path.lstrip("/"))) for root in _ROOTS]
        for one in candidates:
            if one in self._bundle.names and _PICTURE_NAME.search(one):
                return one
        alike = self._by_base.get(posixpath.basename(path).lower(), [])
        return alike[0] if len(alike) == 1 or (alike and "/" not in path) else ""

    def _leave_out(self, what: str, name: str = "") -> None:
        self._left_out[what] = self._left_out.get(what, 0) + 1
        if name and len(self._unread) < 100:
            self._unread.append(name)


class _Pictures:
    """The pictures of one text, each once."""

    def __init__(self, files: _Folder, folder: str) -> None:
        self._files = files
        self._folder = folder
        self.found: list[BroughtPicture] = []
        self._places: dict[str, int] = {}

    def find(self, address: str, alt: str) -> int | None:
        picture = self._files.picture(address, self._folder, alt)
        if picture is None:
            return None
        place = self._places.setdefault(picture.url or picture.name, len(self.found))
        if place == len(self.found):
            self.found.append(picture)
        return place


def _named(name: str) -> tuple[str, str]:
    """The day and the short name that a file's name has; of a folder's own text those of the folder."""
    path = PurePosixPath(name)
    stem = path.stem
    if stem.lower() == "index" and path.parent.name:
        stem = path.parent.name
    dated = _DATED.match(stem)
    return (dated[1], dated[2]) if dated else ("", stem)


def _titled(fields: dict[str, Any], body: str, stem: str) -> tuple[str, str]:
    """The title, and the text without it."""
    title = words(fields, "title")
    heading = _HEADING.match(body) or _UNDERLINED.match(body)
    if heading is not None and (not title or heading[1].strip() == title):
        return heading[1].strip(), body[heading.end() :]
    return title or stem.replace("-", " ").replace("_", " ").strip().capitalize(), body


def _cover(fields: dict[str, Any], pictures: _Pictures) -> int:
    address = words(fields, *_COVERS)
    if not address:
        return -1
    told: dict[str, Any] = next((fields[name] for name in _COVERS if isinstance(fields.get(name), dict)), {})
    alt = words(told, "alt", "caption") or words(fields, "image_alt", "cover_alt", "alt")
    place = pictures.find(address.removeprefix("![[").removeprefix("[[").removesuffix("]]"), alt)
    return -1 if place is None else place


def _tags(fields: dict[str, Any]) -> list[str]:
    taxonomies = fields.get("taxonomies")
    inner = list(listed(taxonomies, "tags", "categories")) if isinstance(taxonomies, dict) else []
    found = [*listed(fields, "categories", "category", "tags", "tag", "keywords"), *inner]
    # Of Obsidian's nested ones the last says the most; "posts" and "all" file things for Eleventy.
    return [one.lstrip("#").rpartition("/")[2] for one in found if one.lower() not in ("posts", "post", "all")]


def _is_draft(name: str, fields: dict[str, Any]) -> bool:
    told = is_true(fields, "draft") or is_false(fields, "published") or is_false(fields, "publish")
    hidden = words(fields, "status", "visibility").lower() in ("draft", "private", "pending")
    return told or hidden or "_drafts" in PurePosixPath(name).parts


def _addresses(name: str, fields: dict[str, Any]) -> Iterator[str]:
    """Where an article is for the others: its file, with and without ending, and where it says that it is or was."""
    path = PurePosixPath(name)
    names = [name, str(path.parent if path.stem.lower() == "index" else path.with_suffix(""))]
    for one in names:
        yield _SITE + quote(one)
        root, _, inner = one.partition("/")
        if root in _ROOTS and inner:
            yield _SITE + quote(inner)
    for told in listed(fields, "permalink", "url", "aliases", "redirect_from"):
        if told.startswith(("https://", "http://")):
            yield told
        elif told.startswith("/") and ":" not in told:
            yield _SITE + quote(told.lstrip("/"), safe="/%")


def _last_part(address: str) -> str:
    """Of an address that is no pattern."""
    return "" if ":" in address else PurePosixPath(address).stem

"""Reading an export of WordPress, with nothing but the files: one or several, with or without the uploads beside."""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

from plausch.exchange.blogs.model import (
    BroughtArticle,
    BroughtBlog,
    BroughtComment,
    BroughtPicture,
    first_moment,
    key_of,
)
from plausch.exchange.bundles import ArchiveBroken, Bundle
from plausch.exchange.wordpress.feed import is_export, read_feed
from plausch.exchange.wordpress.texts import PostTexts, plain_title, read_words
from plausch.kernel import clock

_ITEMS_MAX = 200_000
_COMMENTS_MAX = 5_000
_BEGINNING = 16_384
_SIZED = re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w{2,5}\Z)")
_UPLOADS = re.compile(r"/(?:wp-content/uploads(?:/sites/\d+)?|files)/(.+)\Z")
_DRAFTS = ("draft", "pending", "future", "private")
#: What WordPress keeps for itself among the items.
_OWN_KINDS = ("nav_menu_item", "revision", "custom_css", "customize_changeset", "oembed_cache")
_PICTURE_NAME = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)\Z", re.I)


class _Attachment(NamedTuple):
    url: str
    alt: str
    post: int
    place: int


class _Export:
    """All items of all files, before the texts are read."""

    def __init__(self) -> None:
        self.channel: dict[str, str] = {}
        self.authors: dict[str, str] = {}
        self.posts: list[Element] = []
        self.attachments: dict[int, _Attachment] = {}
        self.blocks: dict[int, str] = {}
        self.left_out: dict[str, int] = {}
        self._seen = 0

    def take(self, element: Element) -> None:
        if element.tag == "wp_author":
            self.authors[_text(element, "wp_author_login")] = _text(element, "wp_author_display_name")
            return
        self._seen += 1
        if self._seen > _ITEMS_MAX:
            raise ArchiveBroken("archive_too_many_files")
        kind = _text(element, "wp_post_type") or "post"
        number = _number(element, "wp_post_id")
        if kind == "attachment":
            url = _text(element, "wp_attachment_url") or _text(element, "guid")
            alt = _meta(element, "_wp_attachment_image_alt")
            post, place = _number(element, "wp_post_parent"), _number(element, "wp_menu_order")
            self.attachments[number] = _Attachment(url, alt, post, place)
        elif kind == "wp_block":
            self.blocks[number] = _text(element, "content_encoded")
        elif kind in ("post", "page"):
            self.posts.append(element)
        elif kind not in _OWN_KINDS and not kind.startswith("wp_"):
            self.leave_out("other_kinds")

    def leave_out(self, what: str, times: int = 1) -> None:
        if times:
            self.left_out[what] = self.left_out.get(what, 0) + times


def read_wordpress(bundle: Bundle, *, pages: bool) -> BroughtBlog:
    """What there is for us in an export; `pages`: as articles, too. Raises ArchiveBroken."""
    export = _Export()
    found = 0
    for name in sorted(bundle.names):
        if name.lower().endswith(".xml"):
            data = bundle.read(name)
            if is_export(data[:_BEGINNING]):
                found += 1
                for element in read_feed(data, name, export.channel):
                    export.take(element)
    if not found:
        raise ArchiveBroken("archive_not_wordpress")
    return _Blog(export, bundle, pages).read()


class _Blog:
    def __init__(self, export: _Export, bundle: Bundle, pages: bool) -> None:
        self._export = export
        self._pages = pages
        self._address = (
            export.channel.get("wp_base_blog_url") or export.channel.get("wp_base_site_url")
            or export.channel.get("link", "")
        )  # fmt: skip
        self._site = urlsplit(self._address).hostname or "" if _is_web(self._address) else ""
        language = export.channel.get("language", "").partition("-")[0].lower()
        self._language = language if re.fullmatch(r"[a-z]{2,3}", language) else ""
        self._texts = PostTexts(export.blocks)
        self._files = _Uploads(bundle)
        self._by_url = {one.url: number for number, one in export.attachments.items()}
        self._of_post: dict[int, list[int]] = {}
        for number, one in sorted(export.attachments.items(), key=lambda pair: (pair[1].place, pair[0])):
            if _PICTURE_NAME.search(urlsplit(one.url).path):
                self._of_post.setdefault(one.post, []).append(number)

    def read(self) -> BroughtBlog:
        articles: dict[str, BroughtArticle] = {}
        for element in self._export.posts:
            article = self._article(element)
            if article is not None:
                articles.setdefault(article.key, article)
        self._export.leave_out("shortcodes", self._texts.dropped)
        ordered = sorted(articles.values(), key=lambda one: one.published_at)
        return BroughtBlog(self._site, tuple(ordered), self._export.left_out)

    def _article(self, element: Element) -> BroughtArticle | None:
        status = _text(element, "wp_status") or "publish"
        if _text(element, "wp_post_type") == "page" and not self._pages:
            self._export.leave_out("pages")
            return None
        if status not in ("publish", *_DRAFTS):
            self._export.leave_out("thrown_away")
            return None
        number = _number(element, "wp_post_id")
        pictures = _Pictures(self)
        source = self._texts.read_post(
            _text(element, "content_encoded"), pictures.find, self._of_post.get(number, []), _meta(element, "footnotes")
        )
        title = plain_title(_text(element, "title"))
        if not source and not title:
            self._export.leave_out("empty")
            return None
        cover_id = _meta(element, "_thumbnail_id")
        cover = pictures.find("", int(cover_id), "") if cover_id.isdigit() and len(cover_id) < 13 else None
        published_at = _moment(element, "wp_post_date_gmt", "wp_post_date", "pubDate")
        hidden = status in _DRAFTS or bool(_text(element, "wp_post_password")) or published_at > clock.real_now()
        categories = list(_categories(element))
        key = key_of("wordpress", _text(element, "guid") or self._address, str(number))
        return BroughtArticle(
            key=key,
            where=title or str(number),
            title=title or " ".join(source.split())[:60],
            subtitle=plain_title(_text(element, "excerpt_encoded")),
            source=source,
            published_at=published_at,
            slug=unquote(_text(element, "wp_post_name")),
            addresses=tuple(filter(_is_web, (_text(element, "link"), _text(element, "guid")))),
            pictures=tuple(pictures.found),
            cover=-1 if cover is None else cover,
            tags=tuple(name for domain, name in categories if domain in ("category", "post_tag")),
            series=next((name for domain, name in categories if domain == "series"), ""),
            author=self._author(_text(element, "dc_creator")),
            language=self._language,
            draft=hidden,
            comments=() if hidden else self._comments(element, key, published_at),
        )

    def _author(self, login: str) -> str:
        return " ".join((self._export.authors.get(login) or login).split())[:120]

    def _comments(self, element: Element, post: str, since: int) -> tuple[BroughtComment, ...]:
        """Those that everybody could read, in their order."""
        found: list[BroughtComment] = []
        for one in element.iterfind("wp_comment"):
            if _text(one, "wp_comment_type") not in ("", "comment"):
                self._export.leave_out("pingbacks")
                continue
            source = read_words(_text(one, "wp_comment_content"))
            if _text(one, "wp_comment_approved") != "1" or not source:
                self._export.leave_out("comments_hidden")
                continue
            parent = _text(one, "wp_comment_parent")
            found.append(
                BroughtComment(
                    key=key_of(post, "comment", _text(one, "wp_comment_id")),
                    parent=key_of(post, "comment", parent) if parent not in ("", "0") else "",
                    author=" ".join(plain_title(_text(one, "wp_comment_author")).split())[:120],
                    published_at=_moment(one, "wp_comment_date_gmt", "wp_comment_date") or since,
                    source=source,
                )
            )
        self._export.leave_out("comments_many", len(found) - _COMMENTS_MAX if len(found) > _COMMENTS_MAX else 0)
        return tuple(sorted(found[:_COMMENTS_MAX], key=lambda one: one.published_at))

    def picture(self, source: str, number: int, alt: str) -> BroughtPicture | None:
        """Where a picture is, preferably as it was uploaded; None: it is none that anybody could bring."""
        address = urljoin(self._address, source) if source else ""
        original = _SIZED.sub("", address)
        attachment = self._export.attachments.get(number or self._by_url.get(original, self._by_url.get(address, -1)))
        url = attachment.url if attachment else address
        name = next((name for one in (url, original, address) if (name := self._files.find(one))), "")
        if not name and not _is_web(url):
            return None
        return BroughtPicture(name, url if _is_web(url) else "", alt or (attachment.alt if attachment else ""))


class _Pictures:
    """The pictures of one post, each once."""

    def __init__(self, blog: _Blog) -> None:
        self._blog = blog
        self.found: list[BroughtPicture] = []
        self._places: dict[str, int] = {}

    def find(self, source: str, number: int, alt: str) -> int | None:
        picture = self._blog.picture(source, number, alt)
        if picture is None:
            return None
        place = self._places.setdefault(picture.url or picture.name, len(self.found))
        if place == len(self.found):
            self.found.append(picture)
        return place


class _Uploads:
    """Files beside the export, as they lie in the folder of uploads or in a copy of a part of it."""

    def __init__(self, bundle: Bundle) -> None:
        self._by_tail: dict[str, str] = {}
        #: Smaller copies, by the names of what they are copies of.
        self._smaller: dict[str, str] = {}
        self._by_base: dict[str, list[str]] = {}
        for name in sorted(bundle.names):
            if _PICTURE_NAME.search(name):
                parts = name.split("/")
                self._by_tail.setdefault("/".join(parts[-3:]), name)
                self._smaller.setdefault(_SIZED.sub("", "/".join(parts[-3:])), name)
                self._by_base.setdefault(parts[-1], []).append(name)

    def find(self, url: str) -> str:
        """The file that was at an address; empty when it is not here."""
        path = unquote(urlsplit(url).path) if url else ""
        if not path or not _PICTURE_NAME.search(path):
            return ""
        within = _UPLOADS.search(path)
        tail = "/".join((within[1] if within else path).strip("/").split("/")[-3:])
        alike = self._by_base.get(posixpath.basename(path), [])
        return self._by_tail.get(tail) or (alike[0] if len(alike) == 1 else self._smaller.get(tail, ""))


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").replace("\x00", "").strip()


def _number(element: Element, name: str) -> int:
    text = _text(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 13 else 0


def _meta(element: Element, key: str) -> str:
    for one in element.iterfind("wp_postmeta"):
        if _text(one, "wp_meta_key") == key:
            return _text(one, "wp_meta_value")
    return ""


def _moment(element: Element, *names: str) -> int:
    return first_moment([_text(element, name) for name in names])


def _categories(element: Element) -> Iterator[tuple[str, str]]:
    for one in element.iterfind("category"):
        name, domain = plain_title(one.text or ""), one.get("domain", "category")
        # WXR of old names each twice, and what WordPress files things under by itself says nothing.
        if name and one.get("nicename", "x") not in ("uncategorized", "allgemein", "nicht-kategorisiert"):
            yield ("post_tag" if domain == "tag" else domain), name


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))

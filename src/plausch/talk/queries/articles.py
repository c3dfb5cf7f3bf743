"""Reads of articles and blogs; permission is that of the article's post."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.kernel.errors import NotFound
from plausch.kernel.paging import Page
from plausch.people.model import Viewer
from plausch.people.queries import is_known_to, no_block_between, speaker
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import Article, Authorship, Held, Picture, Section, Series, SeriesEntry, gone_slug
from plausch.talk.queries.clauses import ME, post, seen_as, tagged, visible
from plausch.talk.tables import article_addresses, article_authors, articles, pictures, series, tags

#: So many articles of a series are named beside each of them.
SERIES_LISTED = 500


class _Row(NamedTuple):
    post_id: int
    blog_id: int
    blog_handle: str
    slug: str
    subtitle: str
    words: int
    series_id: int | None
    cover_id: int | None
    alt: str
    width: int
    height: int
    blurhash: str
    colour: str
    focus_x: int
    focus_y: int


_COLUMNS = (
    *(articles.c.post_id, articles.c.blog_id, speaker.c.handle, articles.c.slug, articles.c.subtitle),
    *(articles.c.words, articles.c.series_id, pictures.c.id, pictures.c.alt, pictures.c.width, pictures.c.height),
    *(pictures.c.blurhash, pictures.c.colour, pictures.c.focus_x, pictures.c.focus_y),
)
_cover = sa.and_(pictures.c.id == articles.c.cover_id, pictures.c.held != Held.GONE.value)
_FOUND = articles.join(speaker, speaker.c.id == articles.c.blog_id).outerjoin(pictures, _cover)
_ARTICLES = Statement(sa.select(*_COLUMNS).select_from(_FOUND).where(any_of(articles.c.post_id, "ids")), _Row)
_IN_BLOG = articles.join(post, post.c.id == articles.c.post_id)
_PLACED = _IN_BLOG.join(speaker, speaker.c.id == articles.c.blog_id)
_AT = (speaker.c.handle == param("handle", sa.Text()), articles.c.slug == param("slug", sa.Text()))
_ID = column_statement(sa.select(post.c.id).select_from(_PLACED).where(*_AT, visible()))
_GONE = column_statement(
    sa.select(post.c.id).select_from(_PLACED).where(*_AT, is_known_to(ME, articles.c.blog_id), visible(tombstones=True))
)
_ADDRESSED = article_addresses.join(post, post.c.id == article_addresses.c.post_id).join(
    speaker, speaker.c.id == article_addresses.c.blog_id
)
_AT_FORMER = (speaker.c.handle == param("handle", sa.Text()), article_addresses.c.slug == param("slug", sa.Text()))
_FORMER = column_statement(sa.select(post.c.id).select_from(_ADDRESSED).where(*_AT_FORMER, visible()))
_FORMER_GONE = column_statement(
    sa.select(post.c.id)
    .select_from(_ADDRESSED)
    .where(*_AT_FORMER, is_known_to(ME, article_addresses.c.blog_id), visible(tombstones=True))
)


class _Body(NamedTuple):
    html: str
    contents: str


_BODY = Statement(
    sa.select(articles.c.body_html, articles.c.contents)
    .select_from(_IN_BLOG)
    .where(post.c.id == param("id"), visible()),
    _Body,
)
_AUTHORS = Statement(
    sa.select(article_authors.c.actor_id, article_authors.c.agreed_at.is_not(None))
    .select_from(article_authors.join(post, post.c.id == article_authors.c.post_id))
    .where(article_authors.c.post_id == param("id"), no_block_between(article_authors.c.actor_id, post.c.actor_id))
    .order_by(article_authors.c.place),
    lambda actor_id, agreed: Authorship(int(actor_id), bool(agreed)),
)
_LIST = (
    sa.select(post.c.id)
    .select_from(_IN_BLOG)
    .where(articles.c.blog_id == param("blog"), articles.c.post_id < param("before"), visible())
    .order_by(articles.c.post_id.desc())
    .limit(param("limit"))
)
_NEWEST = column_statement(_LIST)
_TAGGED = column_statement(_LIST.where(tagged(param("tag", sa.Text()), post.c.id)))
_TAGS = Statement(
    sa.select(tags.c.tag, sa.func.count())
    .select_from(tags.join(articles, articles.c.post_id == tags.c.post_id).join(post, post.c.id == tags.c.post_id))
    .where(articles.c.blog_id == param("blog"), visible())
    .group_by(tags.c.tag)
    .order_by(sa.func.count().desc(), tags.c.tag)
    .limit(param("limit")),
    lambda tag, count: (str(tag), int(count)),
)
_SERIES_COLUMNS = (series.c.id, series.c.slug, series.c.title, series.c.about)
_ALL_SERIES = (
    sa.select(*_SERIES_COLUMNS, sa.func.count())
    .select_from(series.join(articles, articles.c.series_id == series.c.id).join(post, post.c.id == articles.c.post_id))
    .where(series.c.blog_id == param("blog"), visible())
    .group_by(*_SERIES_COLUMNS)
)
_SERIES = Statement(_ALL_SERIES.order_by(sa.func.max(articles.c.post_id).desc()).limit(param("limit")), Series)
_ONE_SERIES = Statement(_ALL_SERIES.where(series.c.slug == param("slug", sa.Text())), Series)
_ENTRIES = Statement(
    sa.select(post.c.id, articles.c.slug, post.c.title)
    .select_from(_IN_BLOG)
    .where(articles.c.series_id == param("series"), visible())
    .order_by(articles.c.series_place, articles.c.post_id)
    .limit(param("limit"))
    .offset(param("skip")),
    SeriesEntry,
)
_SERIES_NAME = Statement(
    sa.select(series.c.title, series.c.slug).where(series.c.id == param("id")),
    lambda title, slug: (str(title), str(slug)),
)
_PLACE = column_statement(sa.select(articles.c.series_place).where(articles.c.post_id == param("id")))
_ANY = column_statement(
    sa.select(post.c.id).select_from(_IN_BLOG).where(articles.c.blog_id == param("blog"), visible()).limit(1)
)


def _article(row: _Row) -> Article:
    cover = Picture(row.cover_id, row.post_id, *row[8:]) if row.cover_id is not None else None
    return Article(*row[:6], row.series_id or 0, cover)


async def find_articles(tx: Read, ids: Sequence[int]) -> dict[int, Article]:
    """What makes articles of posts that the viewer has been given, by post."""
    return {row.post_id: _article(row) for row in (await tx.all(_ARTICLES, ids=ids) if ids else ())}


async def find_article(tx: Read, viewer: Viewer, handle: str, slug: str) -> int | None:
    """The post of an article of a blog, as far as the viewer may see it."""
    found: int | None = await tx.first(_ID, handle=handle, slug=slug, **seen_as(viewer))
    return found


async def find_moved_article(tx: Read, viewer: Viewer, handle: str, slug: str) -> int | None:
    """The post of an article that was at an address of a blog before, as far as the viewer may see it."""
    found: int | None = await tx.first(_FORMER, handle=handle, slug=slug, **seen_as(viewer))
    return found


async def was_article(tx: Read, viewer: Viewer, handle: str, slug: str) -> bool:
    """There was one that the viewer might have seen, and it was removed."""
    asked = {"handle": handle, "slug": gone_slug(slug), **seen_as(viewer)}
    return await tx.first(_GONE, **asked) is not None or await tx.first(_FORMER_GONE, **asked) is not None


async def get_body(tx: Read, viewer: Viewer, id_: int) -> tuple[str, tuple[Section, ...]]:
    """All of an article's text, and its table of contents. Raises NotFound."""
    found = await tx.first(_BODY, id=id_, **seen_as(viewer))
    if found is None:
        raise NotFound("post_not_found")
    return found.html, msgspec.json.decode(found.contents, type=tuple[Section, ...])


async def list_authors(tx: Read, id_: int) -> tuple[Authorship, ...]:
    """Who wrote an article that the viewer has been given, also those who have not agreed to be named yet.

    A block between two of them ends that one is named beside the other.
    """
    return tuple(await tx.all(_AUTHORS, id=id_))


async def list_articles(tx: Read, viewer: Viewer, blog: int, page: Page, tag: str = "") -> list[int]:
    """The posts of a blog's articles, newest first; with `tag` only those that bear it."""
    bounds = {"blog": blog, "before": page.before, "limit": page.limit, **seen_as(viewer)}
    return await (tx.all(_TAGGED, tag=tag, **bounds) if tag else tx.all(_NEWEST, **bounds))


async def has_articles(tx: Read, viewer: Viewer, blog: int) -> bool:
    """There is something in the blog for the viewer."""
    return await tx.first(_ANY, blog=blog, **seen_as(viewer)) is not None


async def list_blog_tags(tx: Read, viewer: Viewer, blog: int, limit: int) -> list[tuple[str, int]]:
    """What a blog writes about, by how many articles bear the tag."""
    return await tx.all(_TAGS, blog=blog, limit=limit, **seen_as(viewer))


async def list_series(tx: Read, viewer: Viewer, blog: int, limit: int = 50) -> list[Series]:
    """The series of a blog, the one with the newest article first."""
    return await tx.all(_SERIES, blog=blog, limit=limit, **seen_as(viewer))


async def find_series(tx: Read, viewer: Viewer, blog: int, slug: str) -> Series | None:
    """One of them, as far as there is something in it for the viewer."""
    return await tx.first(_ONE_SERIES, blog=blog, slug=slug, **seen_as(viewer))


async def list_series_entries(
    tx: Read, viewer: Viewer, id_: int, limit: int = SERIES_LISTED, skip: int = 0
) -> list[SeriesEntry]:
    """The articles of a series in their order."""
    return await tx.all(_ENTRIES, series=id_, limit=limit, skip=skip, **seen_as(viewer))


async def get_series_name(tx: Read, id_: int) -> tuple[str, str]:
    """Title and slug of a series whose article the viewer has been given; empty when it was removed meanwhile."""
    return await tx.first(_SERIES_NAME, id=id_) or ("", "")


async def find_series_place(tx: Read, id_: int) -> int:
    """Where an article that the viewer has been given stands in its series."""
    return int(await tx.first(_PLACE, id=id_) or 0)

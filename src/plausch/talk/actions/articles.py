"""Articles: what makes one of a post, who wrote it, and the series it is in."""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Invalid, NotFound
from plausch.people import queries as people
from plausch.people.model import ActorKind, Viewer, clean_line
from plausch.storage import Write, column_statement, param, upsert
from plausch.talk import queries
from plausch.talk.actions.texts import Addresses, Text
from plausch.talk.events import AuthorNamed
from plausch.talk.model import (
    AUTHORS_MAX,
    DRAFT_LINE_MAX,
    SLUG_MAX,
    SUBTITLE_MAX,
    TITLE_MAX,
    Article,
    ArticlePart,
    gone_slug,
    is_blank,
    make_slug,
)
from plausch.talk.tables import article_addresses, article_authors, articles, pictures, series
from plausch.work.facts import Origin, record

_new = upsert(articles).values(
    {
        name: sa.bindparam(name, type_=articles.c[name].type)
        for name in ("post_id", "blog_id", "slug", "subtitle", "body_html", "contents", "words", "cover_id")
    }
    | {"series_id": param("series"), "series_place": param("nth")}
)
_ADD = column_statement(_new.on_conflict_do_nothing())
_CHANGE = column_statement(
    sa.update(articles)
    .where(articles.c.post_id == param("id"))
    .values(
        {
            name: sa.bindparam(f"new_{name}", type_=articles.c[name].type)
            for name in ("subtitle", "body_html", "contents", "words", "cover_id", "series_id", "series_place")
        }
    )
)
_RENDER = column_statement(
    sa.update(articles)
    .where(articles.c.post_id == param("id"))
    .values(
        {name: sa.bindparam(f"new_{name}", type_=articles.c[name].type) for name in ("body_html", "contents", "words")}
    )
)
_BURY = column_statement(
    sa.update(articles)
    .where(articles.c.post_id == param("id"))
    .values(
        slug=param("new_slug", sa.Text()),
        subtitle="",
        body_html="",
        contents="[]",
        words=0,
        cover_id=None,
        series_id=None,
        series_place=0,
    )
)
_READDRESS = column_statement(
    sa.update(articles).where(articles.c.post_id == param("id")).values(slug=param("new_slug", sa.Text()))
)
_AT = (article_addresses.c.blog_id == param("blog"), article_addresses.c.slug == param("slug", sa.Text()))
_CLAIM = column_statement(upsert(article_addresses).on_conflict_do_nothing())
_CLAIMED_BY = column_statement(sa.select(article_addresses.c.post_id).where(*_AT))
#: Also one that was written before addresses were claimed.
_STANDS_THERE = column_statement(
    sa.select(articles.c.post_id).where(
        articles.c.blog_id == param("blog"), articles.c.slug == param("slug", sa.Text())
    )
)
_ADDRESSES = column_statement(sa.select(article_addresses.c.slug).where(article_addresses.c.post_id == param("id")))
_RELEASE = column_statement(sa.delete(article_addresses).where(*_AT))
_SLUG = column_statement(sa.select(articles.c.slug).where(articles.c.post_id == param("id")))
_MAKE_ROOM = column_statement(
    sa.delete(articles).where(articles.c.blog_id == param("blog"), articles.c.slug == param("gone", sa.Text()))
)
_BLOG = column_statement(sa.select(articles.c.blog_id).where(articles.c.post_id == param("id")))
_DROP_AUTHORS = column_statement(sa.delete(article_authors).where(article_authors.c.post_id == param("id")))
#: Whoever posted it stands first, and stays.
_LEAVE = column_statement(
    sa.delete(article_authors).where(
        article_authors.c.post_id == param("id"),
        article_authors.c.actor_id == param("actor"),
        article_authors.c.place > 0,
    )
)
_NAMED = column_statement(sa.select(article_authors.c.actor_id).where(article_authors.c.post_id == param("id")))
_DROP_AUTHOR = column_statement(
    sa.delete(article_authors).where(
        article_authors.c.post_id == param("id"), article_authors.c.actor_id == param("actor")
    )
)
_FORGET_AUTHOR = column_statement(sa.delete(article_authors).where(article_authors.c.actor_id == param("actor")))
_AGREE = column_statement(
    sa.update(article_authors)
    .where(
        article_authors.c.post_id == param("id"),
        article_authors.c.actor_id == param("actor"),
        article_authors.c.agreed_at.is_(None),
    )
    .values(agreed_at=param("now"))
)
_PUT_AUTHOR = column_statement(
    sa.update(article_authors)
    .where(article_authors.c.post_id == param("id"), article_authors.c.actor_id == param("actor"))
    .values(place=param("nth"))
)
_SERIES = column_statement(
    sa.select(series.c.id).where(series.c.blog_id == param("blog"), series.c.slug == param("slug", sa.Text()))
)
_ADD_SERIES = column_statement(upsert(series).on_conflict_do_nothing())
_LAST_PLACE = column_statement(
    sa.select(sa.func.max(articles.c.series_place)).where(articles.c.series_id == param("series"))
)
_DROP_EMPTY = column_statement(
    sa.delete(series).where(
        series.c.blog_id == param("blog"),
        sa.not_(sa.exists(sa.select(sa.literal(1)).where(articles.c.series_id == series.c.id))),
    )
)
_COVER = column_statement(
    sa.select(pictures.c.id).where(
        pictures.c.id == param("cover"),
        pictures.c.owner_id == param("owner"),
        sa.or_(pictures.c.post_id.is_(None), pictures.c.post_id == param("id")),
    )
)
#: How many articles of one title a blog may have before their addresses get numbers nobody chose.
_ALIKE = 30


async def check_cover(tx: Write, owner: int, part: ArticlePart, post_id: int = 0) -> None:
    """Raises Invalid when the cover is no picture of whoever writes."""
    if part.cover and await tx.first(_COVER, cover=part.cover, owner=owner, id=post_id) is None:
        raise Invalid("cover", "picture_unknown")


def pictures_of(part: ArticlePart | None, text: Text) -> tuple[int, ...]:
    """All that are attached to the post: the cover, and what the text shows."""
    cover = (part.cover,) if part is not None and part.cover else ()
    return tuple(dict.fromkeys((*cover, *text.pictures)))


async def write_article(
    tx: Write,
    viewer: Viewer,
    blog: int,
    post_id: int,
    title: str,
    part: ArticlePart,
    text: Text,
    addresses: Addresses,
    origin: Origin,
) -> None:
    """What a post that was just inserted has beyond one. Raises Invalid."""
    series_id, nth = await _find_place_in_series(tx, blog, part)
    row = {
        "post_id": post_id,
        "blog_id": blog,
        "cover_id": part.cover or None,
        "subtitle": clean_line(part.subtitle, "subtitle", SUBTITLE_MAX),
        "series": series_id,
        "nth": nth,
        **_rendered(text),
    }
    if is_blank(part.slug) or origin is not Origin.LIVE:
        stem = make_slug(part.slug) or make_slug(title) or str(post_id)
        slugs = [stem, *(f"{stem}-{number}" for number in range(2, _ALIKE)), f"{stem}-{post_id}"]
    else:
        slugs = [_chosen_slug(part)]
    for slug in slugs:
        if await _claim(tx, blog, slug, post_id) and await tx.run(_ADD, slug=slug, **row):
            break
    else:
        raise Invalid("slug", "slug_taken")
    await tx.insert(
        article_authors, post_id=post_id, actor_id=viewer.acting_as, place=0, agreed_at=ids.moment_of(post_id)
    )
    await _name_authors(tx, viewer, post_id, viewer.acting_as, await _resolve(tx, part.authors, addresses), origin)


async def _claim(tx: Write, blog: int, slug: str, post_id: int) -> bool:
    """Have an address for an article from now on; False when another one has it, or had it before."""
    if await tx.first(_STANDS_THERE, blog=blog, slug=slug) not in (None, post_id):
        return False
    claimed = await tx.run(_CLAIM, blog_id=blog, slug=slug, post_id=post_id)
    return bool(claimed) or await tx.first(_CLAIMED_BY, blog=blog, slug=slug) == post_id


async def _readdress(tx: Write, before: Article, part: ArticlePart) -> None:
    """Another address, where one is chosen; the former ones lead to it. Raises Invalid."""
    slug = before.slug if is_blank(part.slug) else _chosen_slug(part)
    if slug == before.slug:
        return
    blog, id_ = before.blog_id, before.post_id
    if not (await _claim(tx, blog, before.slug, id_) and await _claim(tx, blog, slug, id_)):
        raise Invalid("slug", "slug_taken")
    await tx.run(_READDRESS, id=id_, new_slug=slug)


def _chosen_slug(part: ArticlePart) -> str:
    """What somebody has chosen is not exchanged for something alike. Raises Invalid."""
    slug = make_slug(clean_line(part.slug, "slug", SLUG_MAX))
    if not slug:
        raise Invalid("slug", "slug_form")
    return slug


async def rewrite_article(
    tx: Write,
    viewer: Viewer,
    post_id: int,
    first_author: int,
    part: ArticlePart | None,
    text: Text,
    addresses: Addresses,
) -> None:
    """The same after an edit; without a part only its text is another one. Raises Invalid."""
    rendered = {f"new_{name}": value for name, value in _rendered(text).items()}
    if part is None:
        await tx.run(_RENDER, id=post_id, **rendered)
        return
    blog: int | None = await tx.first(_BLOG, id=post_id)
    assert blog is not None
    before = (await queries.find_articles(tx, [post_id]))[post_id]
    await _readdress(tx, before, part)
    if part.series and not part.series_place and before.series_id:
        # It keeps its place where nobody says otherwise.
        place = await queries.find_series_place(tx, post_id)
        part = msgspec.structs.replace(part, series_place=place)
    series_id, nth = await _find_place_in_series(tx, blog, part)
    await tx.run(
        _CHANGE,
        id=post_id,
        new_subtitle=clean_line(part.subtitle, "subtitle", SUBTITLE_MAX),
        new_cover_id=part.cover or None,
        new_series_id=series_id,
        new_series_place=nth,
        **rendered,
    )
    await _name_authors(tx, viewer, post_id, first_author, await _resolve(tx, part.authors, addresses), Origin.LIVE)
    await tx.run(_DROP_EMPTY, blog=blog)


async def bury_article(tx: Write, post_id: int) -> None:
    """The post is removed: nothing is left but that there was something at the address."""
    slug: str | None = await tx.first(_SLUG, id=post_id)
    blog: int | None = await tx.first(_BLOG, id=post_id)
    if slug is None or blog is None:
        return
    gone = gone_slug(slug)
    await tx.run(_MAKE_ROOM, blog=blog, gone=gone)
    await tx.run(_BURY, id=post_id, new_slug=gone)
    for address in await tx.all(_ADDRESSES, id=post_id):
        await tx.run(_RELEASE, blog=blog, slug=address)
        await tx.run(_RELEASE, blog=blog, slug=gone_slug(address))
        await tx.run(_CLAIM, blog_id=blog, slug=gone_slug(address), post_id=post_id)
    await tx.run(_DROP_AUTHORS, id=post_id)
    await tx.run(_DROP_EMPTY, blog=blog)


async def agree_to_authorship(tx: Write, viewer: Viewer, post_id: int) -> None:
    """Be shown as one of an article's authors. Raises NotFound when nobody has asked."""
    await queries.get_post(tx, viewer, post_id)
    if not await tx.run(_AGREE, id=post_id, actor=viewer.acting_as, now=clock.now()):
        raise NotFound("authorship_not_found")


async def leave_authorship(tx: Write, viewer: Viewer, post_id: int) -> None:
    """Be named no more, or not at all, also where one cannot read it any more. Raises NotFound."""
    if not await tx.run(_LEAVE, id=post_id, actor=viewer.acting_as):
        raise NotFound("authorship_not_found")


async def forget_authorships(tx: Write, actor: int) -> None:
    """Whoever it is, is gone."""
    await tx.run(_FORGET_AUTHOR, actor=actor)


def _rendered(text: Text) -> dict[str, Any]:
    assert text.whole is not None
    contents = msgspec.json.encode([list(heading) for heading in text.whole.contents]).decode()
    return {"body_html": text.whole.body, "contents": contents, "words": text.whole.words}


async def _find_place_in_series(tx: Write, blog: int, part: ArticlePart) -> tuple[int | None, int]:
    """The series, made when there is none of that title, and the article's place in it."""
    title = clean_line(part.series, "series", TITLE_MAX)
    if not title:
        return None, 0
    slug = make_slug(title) or gone_slug(title)[1:13]
    await tx.run(_ADD_SERIES, id=ids.new_id(), blog_id=blog, slug=slug, title=title, about="")
    found: int | None = await tx.first(_SERIES, blog=blog, slug=slug)
    last: int | None = await tx.first(_LAST_PLACE, series=found)
    return found, max(1, min(part.series_place, 10_000)) if part.series_place else (last or 0) + 1


async def _name_authors(
    tx: Write, viewer: Viewer, post_id: int, first: int, named: Iterable[int], origin: Origin
) -> None:
    """Those who are named beside whoever posts it; each is asked before being shown. Raises Invalid."""
    wanted = [id_ for id_ in named if id_ != first]
    if len(wanted) > AUTHORS_MAX:
        raise Invalid("authors", "authors_many")
    before = set(await tx.all(_NAMED, id=post_id))
    for actor in before - {first, *wanted}:
        await tx.run(_DROP_AUTHOR, id=post_id, actor=actor)
    for place, actor in enumerate(wanted, 1):
        if actor in before:
            await tx.run(_PUT_AUTHOR, id=post_id, actor=actor, nth=place)
            continue
        await _check_author(tx, viewer, actor, post_id)
        await tx.insert(article_authors, post_id=post_id, actor_id=actor, place=place)
        await record(
            tx, AuthorNamed(post_id=post_id, conversation_id=post_id, actor_id=first, named_id=actor, origin=origin)
        )


async def _resolve(tx: Write, line: str, addresses: Addresses) -> tuple[int, ...]:
    try:
        return await queries.resolve_participants(tx, clean_line(line, "authors", DRAFT_LINE_MAX), addresses.here)
    except Invalid as error:
        raise Invalid("authors", error.reason) from error


async def _check_author(tx: Write, viewer: Viewer, actor: int, post_id: int) -> None:
    other = await people.get_relationship(tx, viewer, actor)
    kind = (await people.get_actor(tx, actor)).kind
    if other.blocks or other.blocked_by or kind is not ActorKind.PERSON:
        raise Invalid("authors", "participant_unknown")
    if await queries.find_post(tx, Viewer(actor, actor), post_id) is None:
        raise Invalid("authors", "author_outside")

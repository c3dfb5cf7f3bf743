"""Blogs and their articles."""

import msgspec
from starlette.responses import Response

from plausch.clientapi.plausch import answers, present
from plausch.clientapi.plausch.asking import answered, as_id, count_change, handle_of, id_of, page_of, viewer_in
from plausch.clientapi.plausch.bodies import ArticleEdit, ArticleForm
from plausch.clientapi.plausch.endpoints import ACTING_AS, BEFORE, LIMIT, READ_POSTS, Endpoint, Parameter
from plausch.clientapi.plausch.posting import check_texts, complete, post, shown
from plausch.clientapi.plausch.routes.posts import POSTS_MOST
from plausch.http.errors import BadRequest
from plausch.http.forms import check_text, read_json
from plausch.http.request import Request
from plausch.kernel.errors import NotFound
from plausch.language.inline_rules import tag_name
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.talk import actions, queries
from plausch.talk.model import Article, ArticleDraft, ArticlePart, Form, Post, PostDraft

_GONE = "article_not_found"


async def list_articles(request: Request) -> Response:
    """What somebody, a group or a page has written at length, newest first."""
    viewer, page = request.viewer, page_of(request)
    wanted = request.query_params.get("tag", "")[:100]
    check_text(wanted)
    async with request.site.database.read() as tx:
        owner = await people.get_profile(tx, viewer, handle_of(request))
        ids = await queries.list_articles(tx, viewer, owner.id, page, tag_name(wanted) or "")
        posts = await queries.list_posts(tx, viewer, ids)
        found = await complete(tx, request, viewer, [posts[id_] for id_ in ids if id_ in posts])
    before = str(ids[-1]) if len(ids) == page.limit else None
    return answered(answers.Articles(posts=found, before=before))


async def get_article(request: Request) -> Response:
    viewer, slug = request.viewer, request.params["slug"]
    check_text(slug)
    handle = handle_of(request)
    async with request.site.database.read() as tx:
        id_ = await queries.find_article(tx, viewer, handle, slug)
        id_ = id_ or await queries.find_moved_article(tx, viewer, handle, slug)
        if id_ is None:
            if await queries.was_article(tx, viewer, handle, slug):
                raise BadRequest("article_gone", 410)
            raise NotFound(_GONE)
        return answered(await _whole(tx, request, viewer, id_))


async def _whole(tx: Read, request: Request, viewer: Viewer, id_: int) -> answers.Article:
    site, found = request.site, await queries.get_post(tx, viewer, id_)
    if found.article is None:
        raise NotFound(_GONE)
    body, sections = await queries.get_body(tx, viewer, id_)
    agreed = [one.actor_id for one in await queries.list_authors(tx, id_) if one.agreed]
    authors = await people.list_actors(tx, viewer, agreed)
    return answers.Article(
        post=(await complete(tx, request, viewer, [found]))[0],
        html=site.absolute_html(body),
        contents=[answers.Section(depth=one.depth, anchor=one.anchor, text=one.text) for one in sections],
        authors=[present.present_actor(site, authors[one]) for one in agreed if one in authors],
        tags=await queries.list_tags(tx, id_),
        series=await _series(tx, viewer, found.article),
    )


async def _series(tx: Read, viewer: Viewer, article: Article) -> answers.Series | None:
    if not article.series_id:
        return None
    title, slug = await queries.get_series_name(tx, article.series_id)
    entries = await queries.list_series_entries(tx, viewer, article.series_id)
    listed = [answers.SeriesEntry(id=str(one.post_id), slug=one.slug, title=one.title) for one in entries]
    return answers.Series(title=title, slug=slug, articles=listed)


async def create(request: Request) -> Response:
    await count_change(request, "post", POSTS_MOST)
    form = await read_json(request, ArticleForm)
    check_texts(*(value for value in msgspec.structs.asdict(form).values() if isinstance(value, str)))
    draft = PostDraft(
        source=form.text,
        title=form.title,
        form=Form.ARTICLE,
        article=ArticlePart(
            subtitle=form.subtitle,
            slug=form.slug,
            cover=as_id(form.cover, "picture_not_found") if form.cover is not None else 0,
            series=form.series,
            series_place=form.series_place,
            authors=form.authors,
        ),
        audience=form.audience,
        local_only=form.local_only,
        who_replies=form.who_replies,
        language=form.language,
        warning=form.warning,
        place=as_id(form.group, "group_not_found") if form.group is not None else 0,
    )
    async with request.site.database.write() as tx:
        return await post(tx, request, await viewer_in(tx, request, groups_too=True), draft)


async def edit(request: Request) -> Response:
    """What is left out stays as it is."""
    await count_change(request, "post", POSTS_MOST)
    form = await read_json(request, ArticleEdit)
    changed = {name: value for name, value in msgspec.structs.asdict(form).items() if value is not None}
    check_texts(*(value for value in changed.values() if isinstance(value, str)))
    if "text" in changed:
        changed["source"] = changed.pop("text")
    if "cover" in changed:
        changed["cover"] = as_id(changed["cover"], "picture_not_found") if changed["cover"] else 0
    id_ = id_of(request, _GONE)
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request)
        draft = await _as_it_is(tx, viewer, await queries.get_post(tx, viewer, id_))
        await actions.edit_article(tx, viewer, id_, msgspec.structs.replace(draft, **changed), request.site.addresses)
        return answered(await shown(tx, request, viewer, id_))


async def _as_it_is(tx: Read, viewer: Viewer, found: Post) -> ArticleDraft:
    """Raises NotFound, NotAllowed for somebody else's."""
    article = found.article
    if article is None:
        raise NotFound(_GONE)
    source = await queries.get_source(tx, viewer, found.id)
    named = [one.actor_id for one in await queries.list_authors(tx, found.id) if one.actor_id != found.actor_id]
    actors = await people.list_actors(tx, viewer, named)
    return ArticleDraft(
        source=source.source,
        title=source.title,
        subtitle=article.subtitle,
        cover=article.cover.id if article.cover is not None else 0,
        series=(await queries.get_series_name(tx, article.series_id))[0] if article.series_id else "",
        authors=" ".join(f"@{actors[one].handle}" for one in named if one in actors),
        language=source.language,
        warning=source.warning,
    )


ENDPOINTS = [
    Endpoint(
        "GET",
        "/blogs/{handle}",
        list_articles,
        "The articles of a person, a group or a page",
        answers.Articles,
        query=(Parameter("tag", "Only those that bear it."), BEFORE, LIMIT),
        sees=READ_POSTS,
    ),
    Endpoint(
        "GET",
        "/blogs/{handle}/{slug}",
        get_article,
        "An article",
        answers.Article,
        refusals=(400, 410),
        sees=READ_POSTS,
    ),
    Endpoint(
        "POST",
        "/articles",
        create,
        "Publish an article",
        answers.Post,
        "write",
        ArticleForm,
        query=(ACTING_AS,),
        status=201,
        accepted=answers.Waiting,
    ),
    Endpoint(
        "PATCH",
        "/articles/{id}",
        edit,
        "Change your article",
        answers.Post,
        "write",
        ArticleEdit,
        query=(ACTING_AS,),
    ),
]

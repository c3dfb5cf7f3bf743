"""Writing articles: the page for it, drafts, how it will look, and the link with which others read it before."""

from typing import Any

from starlette.responses import Response

from plausch.groups import queries as groups
from plausch.http.forms import read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights.model.advice import Advice
from plausch.kernel import clock
from plausch.kernel.errors import DomainError, Invalid, NotAllowed, NotFound
from plausch.kernel.ids import parse_id
from plausch.language.articles import Rendered
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read, Write
from plausch.talk import actions, queries
from plausch.talk.actions.texts import understand_article
from plausch.talk.model import NEEDS_APPROVAL, Section, Spot
from plausch.web.advising import find_advice
from plausch.web.answers import is_partial, lead_to
from plausch.web.articles import ArticleForm, drafted_article, posted_article, read_article
from plausch.web.drafts import due_moment, find_group_of, take_uploads
from plausch.web.pages import render
from plausch.web.places import conversation_path, submitted_path
from plausch.web.reach import find_reach
from plausch.web.views.blogs import contents_of
from plausch.web.views.pictures import send_kept
from plausch.web.wants import Wants
from plausch.web.zones import local_field

_POSTS, _SAVES, _WITHIN = 60, 600, 10 * clock.MINUTE


async def show_desk(request: Request) -> Response:
    """The page on which an article is written: a new one, a draft, or one that is posted."""
    query = request.query_params
    async with request.site.database.read() as tx:
        if "draft" in query:
            article = await _kept(tx, request, query["draft"])
        elif "post" in query:
            post = await queries.get_post(tx, request.viewer, parse_id(query["post"]) or 0)
            if post.article is None:
                return lead_to(f"/posts/{post.id}/edit")
            article = await posted_article(tx, request.viewer, post)
        else:
            article = ArticleForm()
            if query.get("place"):
                article.place = (await groups.get_group(tx, request.viewer, query["place"])).id
    return await _desk(request, article)


async def _kept(tx: Read, request: Request, draft_id: str) -> ArticleForm:
    kept = await queries.get_draft(tx, request.viewer, parse_id(draft_id) or 0)
    article = await drafted_article(tx, kept)
    if kept.due_at is not None and request.signed_in is not None:
        article.due = local_field(kept.due_at, request.signed_in.time_zone)
    return article


async def _desk(
    request: Request, article: ArticleForm, preview: Rendered | None = None, advice: Advice | None = None
) -> Response:
    viewer, code = request.viewer, None
    async with request.site.database.read() as tx:
        article.group = await find_group_of(tx, request, article, None)
        reach = await find_reach(tx, request, article, None)
        series = await queries.list_series(tx, viewer, article.place or viewer.acting_as)
        if article.scheduled:
            code = (await queries.get_draft(tx, viewer, article.scheduled)).preview_code
    status = article.status if article.problems and request.method == "POST" else 200
    said = request.query_params.get("said", "")
    context: dict[str, Any] = {"article": article, "reach": reach, "series": series, "code": code, "said": said}
    return await render(request, "blogs/write.html", status=status, preview=preview, advice=advice, **context)


async def _take(request: Request, what: str, most: int) -> ArticleForm:
    """What was sent, with its uploads; its problems are in it."""
    form = await read_form(request, uploads=True)
    article = read_article(request, form)
    try:
        await count_try(request, what, str(request.viewer.person), most=most, within=_WITHIN)
        await take_uploads(request, form, article)
    except DomainError as error:
        article.note(error)
    return article


async def publish(request: Request) -> Response:
    """Post the article, change it, or have it looked at where that is needed."""
    article = await _take(request, "post", _POSTS)
    if not article.problems:
        article.ask_for_alt()
    if not article.problems:
        try:
            return lead_to(await _publish(request, article))
        except DomainError as error:
            article.note(error)
    return await _desk(request, article)


async def _publish(request: Request, article: ArticleForm) -> str:
    """Where it is now."""
    viewer, addresses = request.viewer, request.site.addresses
    async with request.site.database.write() as tx:
        if article.post_id:
            edit = article.changed_article()
            await article.describe(tx, request)
            await actions.edit_post(tx, viewer, article.post_id, edit, addresses)
            return conversation_path(article.post_id)

        async def send() -> int:
            await article.describe(tx, request)
            try:
                async with tx.savepoint():
                    if article.scheduled:
                        await actions.take_scheduled(tx, viewer, article.scheduled)
                    return await actions.publish_post(tx, viewer, article.article(), addresses)
            except NotAllowed as error:
                if error.reason != NEEDS_APPROVAL:
                    raise
            return await _submit(tx, request, article, None)

        made = await actions.send_once(tx, viewer, article.form_hash, send)
        post = await queries.find_post(tx, viewer, made)
    return conversation_path(post.conversation_id) if post is not None else submitted_path(made)


async def _submit(tx: Write, request: Request, article: ArticleForm, due: int | None) -> int:
    text = article.kept_text(to_send=True)
    draft = article.scheduled or await actions.save_draft(tx, request.viewer, text) or 0
    return await actions.submit_post(tx, request.viewer, text, request.site.addresses, due=due, draft=draft)


async def save(request: Request) -> Response:
    """Keep what is there. The page's script asks for no page in return."""
    article = await _take(request, "draft", _SAVES)
    kept = None
    if not article.problems:
        try:
            kept = await _save(request, article)
        except DomainError as error:
            article.note(error)
    if article.problems:
        return await _desk(request, article)
    if is_partial(request):
        return Response(status_code=204, headers={"plausch-draft": str(kept or "")})
    if kept is None:
        return lead_to("/write")
    return lead_to(f"/write?draft={kept}" + ("" if article.grows else "&said=kept"))


async def _save(request: Request, article: ArticleForm) -> int | None:
    if article.post_id:
        raise Invalid("text", "article_posted")
    async with request.site.database.write() as tx:
        await article.describe(tx, request)
        if article.grows:
            # It was begun as a post: that draft is this one now.
            kept = tuple(picture.id for picture in article.pictures)
            await actions.clear_spot(tx, request.viewer, Spot(place_id=article.place), keep=kept)
        if article.scheduled:
            await actions.withdraw_if_submitted(tx, request.viewer, article.scheduled)
        return await actions.save_draft(tx, request.viewer, article.kept_text(), scheduled=article.scheduled)


async def schedule(request: Request) -> Response:
    """Have it posted at the moment that was chosen."""
    article = await _take(request, "draft", _SAVES)
    try:
        due = due_moment(request, article)
        if not article.problems:
            article.ask_for_alt()
        if not article.problems:
            waits = await _schedule(request, article, due)
            return lead_to(submitted_path(waits) if waits else "/drafts?said=scheduled")
    except DomainError as error:
        article.note(error)
    return await _desk(request, article)


async def _schedule(request: Request, article: ArticleForm, due: int) -> int:
    """What waits to be let through first, if anything."""
    viewer, addresses = request.viewer, request.site.addresses
    async with request.site.database.write() as tx:

        async def send() -> int:
            await article.describe(tx, request)
            text = article.kept_text(to_send=True)
            try:
                async with tx.savepoint():
                    return await actions.schedule_draft(tx, viewer, text, due, addresses, scheduled=article.scheduled)
            except NotAllowed as error:
                if error.reason != NEEDS_APPROVAL:
                    raise
            return await _submit(tx, request, article, due)

        made = await actions.send_once(tx, viewer, article.form_hash, send)
        return made if (await queries.get_draft(tx, viewer, made)).waits_for else 0


async def preview(request: Request) -> Response:
    """How it will look: a part for the page's script, else the page with it."""
    article = await _take(request, "draft", _SAVES)
    rendered = None
    try:
        async with request.site.database.read() as tx:
            text = await understand_article(
                tx, request.viewer, article.text, request.site.addresses, post_id=article.post_id
            )
            rendered = text.whole
    except Invalid as error:
        article.note(error)
    if is_partial(request):
        status = article.status if article.problems else 200
        return await render(request, "blogs/preview.html", status=status, article=article, preview=rendered)
    return await _desk(request, article, rendered, await find_advice(request, article, article.post_id))


async def make_link(request: Request) -> Response:
    """A link with which others read it before it is posted."""
    draft_id = parse_id(request.params["id"]) or 0
    async with request.site.database.write() as tx:
        await actions.make_preview_link(tx, request.viewer, draft_id)
    return lead_to(f"/write?draft={draft_id}&said=linked#link")


async def revoke_link(request: Request) -> Response:
    draft_id = parse_id(request.params["id"]) or 0
    async with request.site.database.write() as tx:
        await actions.revoke_preview_link(tx, request.viewer, draft_id)
    return lead_to(f"/write?draft={draft_id}&said=unlinked#link")


async def show_linked(request: Request) -> Response:
    """An article that is not posted yet, for whoever has the link."""
    code = request.params["code"]
    async with request.site.database.read() as tx:
        draft = await queries.find_previewed_draft(tx, code) if code.isascii() and code.isprintable() else None
        if draft is None:
            raise NotFound("preview_gone")
        article = await drafted_article(tx, draft)
        at = f"/preview/{code}"
        text = await understand_article(
            tx, Viewer(draft.author_id, draft.actor_id), draft.source, request.site.addresses, pictures_at=at
        )
        found = await people.present_actors(tx, [draft.actor_id])
        actor = await people.get_actor(tx, draft.actor_id) if found else None
        drafted = (await queries.list_drafted_pictures(tx, [draft.id])).get(draft.id, [])
    assert text.whole is not None
    response = await render(
        request,
        "blogs/linked.html",
        article=article,
        draft=draft,
        actor=actor,
        body=text.whole.body,
        minutes=max(1, round(text.whole.words / 200)),
        sections=contents_of(tuple(Section(*one) for one in text.whole.contents)),
        cover=next((one for one in drafted if one.id == article.cover), None),
        at=at,
    )
    response.headers["x-robots-tag"] = "noindex"
    response.headers["referrer-policy"] = "no-referrer"
    return response


async def show_linked_picture(request: Request) -> Response:
    code, id_ = request.params["code"], parse_id(request.params["id"])
    async with request.site.database.read() as tx:
        known = id_ is not None and code.isascii() and code.isprintable()
        file = await queries.find_previewed_picture(tx, code, id_ or 0, request.params["variant"]) if known else None
    if file is None:
        raise NotFound
    return await send_kept(request, file.key, file.mime, "private, no-cache")


ROUTES = [
    Route("GET", "/write", show_desk, Wants.PERSON),
    Route("POST", "/write", publish, Wants.PERSON),
    Route("POST", "/write/draft", save, Wants.PERSON),
    Route("POST", "/write/schedule", schedule, Wants.PERSON),
    Route("POST", "/write/preview", preview, Wants.PERSON),
    Route("POST", "/write/{id}/link", make_link, Wants.PERSON),
    Route("POST", "/write/{id}/unlink", revoke_link, Wants.PERSON),
    Route("GET", "/preview/{code}", show_linked, Wants.ANYBODY),
    Route("GET", "/preview/{code}/{id}/{variant}", show_linked_picture, Wants.ANYBODY),
]

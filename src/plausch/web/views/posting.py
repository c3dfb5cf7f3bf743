"""Writing: new posts and replies, second thoughts about them, and taking them back."""

from starlette.responses import Response

from plausch.http.forms import read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import DomainError, NotFound
from plausch.kernel.ids import parse_id
from plausch.talk import actions, queries
from plausch.talk.actions.pictures import describe_pictures
from plausch.talk.model import Post
from plausch.web.answers import is_partial, lead_to
from plausch.web.drafts import (
    DraftForm,
    KeptPicture,
    find_participants,
    find_reply_target,
    fresh_draft,
    read_draft,
    take_uploads,
)
from plausch.web.pages import render
from plausch.web.places import conversation_path, post_id_of, post_path
from plausch.web.tree import Branch
from plausch.web.views.conversations import shown_post
from plausch.web.wants import Wants

_POSTS, _WITHIN = 60, 10 * clock.MINUTE


async def show_composer(request: Request) -> Response:
    """The composer on a page of its own, or as a part under the post it replies to."""
    reply_to = request.query_params.get("reply_to")
    if reply_to is None:
        return await _composer(request, fresh_draft(request))
    async with request.site.database.read() as tx:
        parent = await queries.get_post(tx, request.viewer, parse_id(reply_to) or 0)
    return await _composer(request, fresh_draft(request, parent))


async def _composer(request: Request, draft: DraftForm) -> Response:
    """The composer with a draft in it; under what it replies to, as far as that is still to be seen."""
    context: dict[str, object] = {"target": None}
    if draft.reply_to is not None:
        try:
            async with request.site.database.read() as tx:
                context["target"] = await find_reply_target(tx, request, draft.reply_to)
                _, shown = await shown_post(tx, request.viewer, draft.reply_to)
                context.update(shown)
        except NotFound as error:
            draft.note(error)
    template = "parts/answer.html" if is_partial(request) and context["target"] else "compose.html"
    status = draft.status if draft.problems else 200
    return await render(request, template, status=status, draft=draft, **context)


async def publish(request: Request) -> Response:
    """Publish what the composer sent. With problems it comes back as it was."""
    form = await read_form(request, uploads=True)
    draft = read_draft(form)
    try:
        await count_try(request, "post", str(request.viewer.person), most=_POSTS, within=_WITHIN)
    except DomainError as error:
        draft.note(error)
        return await _composer(request, draft)
    await take_uploads(request, form, draft)
    if draft.problems:
        return await _composer(request, draft)
    try:
        post = await _publish(request, draft)
    except DomainError as error:
        draft.note(error)
        return await _composer(request, draft)
    if is_partial(request) and post.parent_id is not None:
        return await _show_reply(request, post)
    response = lead_to(post_path(post.conversation_id, post.id))
    if is_partial(request):
        # A redirect would be followed by htmx, which puts the page into a part of this one.
        response = Response(status_code=204, headers={"hx-redirect": response.headers["location"]})
    return response


async def _publish(request: Request, draft: DraftForm) -> Post:
    viewer = request.viewer
    async with request.site.database.write() as tx:
        participants = await find_participants(tx, draft.participants)
        await describe_pictures(tx, viewer, draft.alts)
        post_id = await actions.publish_post(tx, viewer, draft.draft(participants), request.site.addresses)
        post = await queries.get_post(tx, viewer, post_id)
    return post


async def _show_reply(request: Request, post: Post) -> Response:
    """The new reply for a page that is open."""
    async with request.site.database.read() as tx:
        _, context = await shown_post(tx, request.viewer, post.id)
    return await render(request, "parts/reply.html", status=201, branch=Branch(post), fresh=False, **context)


async def show_editor(request: Request) -> Response:
    """The form with what one wrote oneself."""
    post_id = post_id_of(request)
    async with request.site.database.read() as tx:
        source = await queries.get_source(tx, request.viewer, post_id)
        pictures = (await queries.list_pictures(tx, [post_id])).get(post_id, [])
    draft = DraftForm(
        text=source.source,
        warning=source.warning,
        language=source.language,
        pictures=[KeptPicture(picture.id, picture.alt) for picture in pictures],
    )
    return await _editor(request, post_id, draft)


async def _editor(request: Request, post_id: int, draft: DraftForm) -> Response:
    async with request.site.database.read() as tx:
        _, context = await shown_post(tx, request.viewer, post_id)
    status = draft.status if draft.problems else 200
    return await render(request, "edit.html", status=status, draft=draft, **context)


async def edit(request: Request) -> Response:
    """Change a post; the former wording stays in its history."""
    post_id = post_id_of(request)
    async with request.site.database.read() as tx:
        await queries.get_source(tx, request.viewer, post_id)
    draft = read_draft(await read_form(request))
    try:
        async with request.site.database.write() as tx:
            await actions.edit_post(tx, request.viewer, post_id, draft.edit(), request.site.addresses)
            post = await queries.get_post(tx, request.viewer, post_id)
    except DomainError as error:
        draft.note(error)
        return await _editor(request, post_id, draft)
    return lead_to(post_path(post.conversation_id, post_id))


async def ask_to_remove(request: Request) -> Response:
    """Whether it is meant."""
    async with request.site.database.read() as tx:
        post, context = await shown_post(tx, request.viewer, post_id_of(request))
    mine = post.author_id == request.viewer.person or post.actor_id == request.viewer.acting_as
    return await render(request, "remove.html", mine=mine, **context)


async def remove(request: Request) -> Response:
    """Take a post back, one's own or as a moderator anybody's."""
    post_id = post_id_of(request)
    async with request.site.database.write() as tx:
        post = await queries.get_post(tx, request.viewer, post_id)
        await actions.remove_post(tx, request.viewer, post_id)
    try:
        async with request.site.database.read() as tx:
            await queries.get_conversation(tx, request.viewer, post.conversation_id)
    except NotFound:
        return lead_to("/")
    return lead_to(conversation_path(post.conversation_id))


ROUTES = [
    Route("GET", "/compose", show_composer, Wants.PERSON),
    Route("POST", "/posts", publish, Wants.PERSON),
    Route("GET", "/posts/{id}/edit", show_editor, Wants.PERSON),
    Route("POST", "/posts/{id}/edit", edit, Wants.PERSON),
    Route("GET", "/posts/{id}/remove", ask_to_remove, Wants.PERSON),
    Route("POST", "/posts/{id}/remove", remove, Wants.PERSON),
]

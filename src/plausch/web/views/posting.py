"""Writing: new posts and replies, second thoughts about them, and taking them back."""

from typing import Any

from starlette.responses import Response

from plausch.groups import queries as groups
from plausch.groups.model import Board
from plausch.http.forms import read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import DomainError, NotAllowed, NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read, Write
from plausch.talk import actions, queries
from plausch.talk.model import NEEDS_APPROVAL, OPEN, AudienceKind, Post
from plausch.web.answers import is_partial, lead_to
from plausch.web.boards import Forum, forum_of_board
from plausch.web.drafts import (
    DraftForm,
    KeptPicture,
    ReplyTarget,
    draft_at,
    find_group_of,
    find_reply_target,
    find_wall_of,
    read_draft,
    stored_draft,
    take_uploads,
)
from plausch.web.extras import extras_of, find_quote
from plausch.web.pages import render
from plausch.web.places import conversation_path, post_id_of, post_path, submitted_path
from plausch.web.reach import find_reach
from plausch.web.tree import Branch
from plausch.web.views.posts import shown_post
from plausch.web.wants import Wants
from plausch.web.weekly import begin_message
from plausch.web.zones import local_field

_POSTS, _WITHIN = 60, 10 * clock.MINUTE


async def show_composer(request: Request) -> Response:
    """The composer on a page of its own, or as a part under the post it replies to; with what was begun there."""
    query = request.query_params
    reply_to, draft_id, quoted = query.get("reply_to"), query.get("draft"), query.get("quote")
    async with request.site.database.read() as tx:
        if draft_id is not None:
            draft = await _kept_draft(tx, request, draft_id)
        elif reply_to is not None:
            parent = await queries.get_post(tx, request.viewer, parse_id(reply_to) or 0)
            draft = await draft_at(tx, request, parent)
        elif "to" in query:
            draft = await _message(tx, request, query["to"], query.get("say", ""))
        elif "board" in query:
            forum, there = await forum_of_board(tx, request.viewer, parse_id(query["board"]) or 0)
            draft = await draft_at(tx, request, place=forum.place_id, board=there.id)
        else:
            draft = await draft_at(tx, request, quoted_id=parse_id(quoted or "") or 0, place=await _place(tx, request))
            if quoted is not None:
                post, draft.quoted = await find_quote(tx, request, draft.quoted_id)
                if not draft.kept:
                    draft.audience = "" if post.audience_kind in OPEN else post.audience_kind.value
                    draft.local_only = post.local_only
    return await show_draft(request, draft)


async def _message(tx: Read, request: Request, handle: str, saying: str) -> DraftForm:
    """To somebody alone; what the viewer has begun to write elsewhere stays there. Raises NotFound."""
    profile = await people.get_profile(tx, request.viewer, handle.lower())
    draft = await draft_at(tx, request)
    if not draft.kept:
        draft.audience, draft.participants = AudienceKind.PARTICIPANTS.value, f"@{profile.handle}"
        draft.text = begin_message(request.language, saying, profile.shown_name)
    return draft


async def _place(tx: Read, request: Request) -> int:
    """The group or the wall for which one is to write. Raises NotFound."""
    handle, whose = request.query_params.get("group"), request.query_params.get("wall")
    if whose:
        return (await people.get_profile(tx, request.viewer, whose)).id
    return (await groups.get_group(tx, request.viewer, handle)).id if handle else 0


async def _kept_draft(tx: Read, request: Request, draft_id: str) -> DraftForm:
    kept = await queries.get_draft(tx, request.viewer, parse_id(draft_id) or 0)
    draft = await stored_draft(tx, kept)
    if kept.due_at is not None:
        assert request.signed_in is not None
        draft.due = local_field(kept.due_at, request.signed_in.time_zone)
    return draft


async def show_draft(request: Request, draft: DraftForm, **more: Any) -> Response:
    """The composer with a draft in it; under what it replies to, as far as that is still to be seen."""
    context: dict[str, object] = {"target": None}
    async with request.site.database.read() as tx:
        if draft.reply_to is not None:
            try:
                context["target"] = await find_reply_target(tx, request, draft.reply_to)
                _, shown = await shown_post(tx, request.viewer, draft.reply_to)
                context.update(shown)
            except NotFound as error:
                draft.note(error)
        if draft.quoted_id and draft.quoted is None:
            try:
                _, draft.quoted = await find_quote(tx, request, draft.quoted_id)
            except (NotFound, NotAllowed) as error:
                draft.note(error)
        context["where"] = await _find_board(tx, request, draft) if draft.board else None
        target = context["target"]
        draft.group = await find_group_of(tx, request, draft, target.post if isinstance(target, ReplyTarget) else None)
        draft.wall = await find_wall_of(tx, request, draft)
        reach = await find_reach(tx, request, draft, target.post if isinstance(target, ReplyTarget) else None)
    template = "parts/answer.html" if is_partial(request) and context["target"] else "compose.html"
    # Whoever only opens it finds it, whatever has become of the post that it answers.
    status = draft.status if draft.problems and request.method == "POST" else 200
    return await render(request, template, status=status, draft=draft, reach=reach, **context, **more)


async def _find_board(tx: Read, request: Request, draft: DraftForm) -> tuple[Forum, Board] | None:
    """Where a topic is to stand, as far as that is still to be seen."""
    try:
        return await forum_of_board(tx, request.viewer, draft.board)
    except NotFound as error:
        draft.note(error)
        return None


async def publish(request: Request) -> Response:
    """Publish what the composer sent. With problems it comes back as it was."""
    form = await read_form(request, uploads=True)
    draft = read_draft(request, form)
    try:
        await count_try(request, "post", str(request.viewer.person), most=_POSTS, within=_WITHIN)
    except DomainError as error:
        draft.note(error)
        return await show_draft(request, draft)
    await take_uploads(request, form, draft)
    draft.ask_for_alt()
    if draft.problems:
        return await show_draft(request, draft)
    try:
        post = await _publish(request, draft)
    except DomainError as error:
        draft.note(error)
        return await show_draft(request, draft)
    if isinstance(post, int):
        return _lead(request, submitted_path(post))
    if is_partial(request) and post.parent_id is not None:
        return await _show_reply(request, post)
    return _lead(request, post_path(post.conversation_id, post.id))


def _lead(request: Request, path: str) -> Response:
    # A redirect would be followed by the script, which knows only parts.
    return Response(status_code=204, headers={"plausch-lead-to": path}) if is_partial(request) else lead_to(path)


async def _publish(request: Request, draft: DraftForm) -> Post | int:
    """The post, or what waits to be let through."""
    viewer, addresses = request.viewer, request.site.addresses
    async with request.site.database.write() as tx:

        async def send() -> int:
            participants = await queries.resolve_participants(tx, draft.participants, addresses.here)
            await draft.describe(tx, request)
            try:
                async with tx.savepoint():
                    if draft.scheduled:
                        await actions.take_scheduled(tx, viewer, draft.scheduled)
                    speaker = await _speaker(tx, request, draft)
                    post_id = await actions.publish_post(tx, speaker, draft.draft(participants), addresses)
            except NotAllowed as error:
                if error.reason != NEEDS_APPROVAL:
                    raise
                text = draft.kept_text(to_send=True)
                return await actions.submit_post(tx, viewer, text, addresses, draft=draft.scheduled)
            if not draft.scheduled:
                await actions.clear_spot(tx, viewer, draft.spot)
            return post_id

        made = await actions.send_once(tx, viewer, draft.form_hash, send)
        return await queries.find_post(tx, viewer, made) or made


async def _speaker(tx: Write, request: Request, draft: DraftForm) -> Viewer:
    """Who speaks: the viewer, or the group that it looks after. Whether it does, the domain asks, too."""
    viewer = request.viewer
    if not draft.for_group:
        return viewer
    parent = await queries.get_post(tx, viewer, draft.reply_to) if draft.reply_to is not None else None
    group = await find_group_of(tx, request, draft, parent)
    if group is None or not group.looked_after:
        raise NotAllowed("group_not_for_you")
    await actions.hand_pictures(tx, viewer, group.id, [picture.id for picture in draft.pictures])
    return Viewer(viewer.person, group.id, viewer.role)


async def _show_reply(request: Request, post: Post) -> Response:
    """The new reply for a page that is open."""
    async with request.site.database.read() as tx:
        _, context = await shown_post(tx, request.viewer, post.id)
    return await render(
        request, "parts/reply.html", status=201, branch=Branch(post, post=post), linear=False, fresh=False, **context
    )


async def show_editor(request: Request) -> Response:
    """The form with what one wrote oneself."""
    post_id = post_id_of(request)
    async with request.site.database.read() as tx:
        source = await queries.get_source(tx, request.viewer, post_id)
        await actions.check_may_change(tx, request.viewer, source.actor_id)
        pictures = (await queries.list_pictures(tx, [post_id])).get(post_id, [])
        post = await queries.get_post(tx, request.viewer, post_id)
        beside = await queries.list_named_tags(tx, post_id) if post.title else []
    if post.article is not None:
        return lead_to(f"/write?post={post_id}")
    draft = DraftForm(
        extras=extras_of(post) | {"tags": beside},
        text=source.source,
        title=source.title or None,
        warning=source.warning,
        language=source.language,
        pictures=[KeptPicture(one.id, one.alt, f"{one.focus_x} {one.focus_y}") for one in pictures],
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
    draft = read_draft(request, await read_form(request))
    try:
        await count_try(request, "edit", str(request.viewer.person), most=_POSTS, within=_WITHIN)
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
        if not await _is_own(tx, request, post):
            return _leave_to_moderation(post)
    return await render(request, "remove.html", **context)


async def _is_own(tx: Read, request: Request, post: Post) -> bool:
    """Otherwise the viewer looks after the place. Raises NotAllowed."""
    await actions.check_may_remove(tx, request.viewer, post)
    return await queries.is_own(tx, request.viewer, post.id)


def _leave_to_moderation(post: Post) -> Response:
    """Whoever removes what others wrote says why, and they hear of it."""
    return lead_to(f"/admin/posts/{post.id}")


async def remove(request: Request) -> Response:
    """Take one's own post back."""
    post_id = post_id_of(request)
    async with request.site.database.write() as tx:
        post = await queries.get_post(tx, request.viewer, post_id)
        if not await _is_own(tx, request, post):
            return _leave_to_moderation(post)
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

"""What is done with topics: answers, pins, locks and moves, watching, and making a note a topic."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.feeds import actions as feeds
from plausch.groups import queries as groups
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.ids import parse_id
from plausch.people.model import Viewer
from plausch.storage import Read, Write
from plausch.talk import actions, queries
from plausch.talk.model import Conversation, Form, Post, TopicEdit, TopicKind
from plausch.web.answers import lead_to
from plausch.web.boards import Forum, forum_of
from plausch.web.extras import read_tags
from plausch.web.pages import render
from plausch.web.places import conversation_id_of, conversation_path, post_id_of, post_path
from plausch.web.problems import Problems
from plausch.web.standing import find_standing
from plausch.web.views.posts import shown_post
from plausch.web.wants import Wants

Change = Callable[[Write, Viewer, int], Awaitable[None]]
View = Callable[[Request], Awaitable[Response]]
#: Of the groups somebody is in, as many are offered.
_GROUPS = 20
_EDITS, _WITHIN = 60, 10 * clock.MINUTE


async def show_unread(request: Request) -> Response:
    """Where somebody left off: the first post that is new to them."""
    async with request.site.database.read() as tx:
        conversation = await queries.get_conversation(tx, request.viewer, conversation_id_of(request))
        found = await queries.find_first_unread(tx, request.viewer, conversation)
    if found is None:
        return lead_to(conversation_path(conversation.id))
    return lead_to(post_path(conversation.id, found))


def _on_conversation(change: Change) -> View:
    async def view(request: Request) -> Response:
        id_ = conversation_id_of(request)
        async with request.site.database.write() as tx:
            await change(tx, request.viewer, id_)
        return lead_to(conversation_path(id_))

    return view


def _on_post(change: Change) -> View:
    async def view(request: Request) -> Response:
        id_ = post_id_of(request)
        async with request.site.database.write() as tx:
            await change(tx, request.viewer, id_)
            post = await queries.get_post(tx, request.viewer, id_)
        return lead_to(post_path(post.conversation_id, id_))

    return view


async def move(request: Request) -> Response:
    """Into another board of the same place."""
    id_, board = conversation_id_of(request), parse_id(field(await read_form(request), "board"))
    async with request.site.database.write() as tx:
        await actions.move_topic(tx, request.viewer, id_, board or 0)
    return lead_to(conversation_path(id_))


async def show_head(request: Request) -> Response:
    """Its title, what it is and its tags, for those who may change them."""
    return await _show_head(request, None, Problems())


async def change_head(request: Request) -> Response:
    id_, form, problems = conversation_id_of(request), await read_form(request), Problems()
    values = {name: field(form, name) for name in ("title", "topic", "tags")}
    try:
        if values["topic"] and values["topic"] not in set(TopicKind):
            raise Invalid("topic", "choice_unknown")
        edit = TopicEdit(
            title=values["title"],
            kind=TopicKind(values["topic"]) if values["topic"] else None,
            tags=read_tags(form),
        )
        await count_try(request, "edit", str(request.viewer.person), most=_EDITS, within=_WITHIN)
        async with request.site.database.write() as tx:
            await actions.change_topic(tx, request.viewer, id_, edit)
    except (Invalid, Conflict) as error:
        problems.note(error)
        return await _show_head(request, values, problems)
    return lead_to(conversation_path(id_))


async def _show_head(request: Request, values: dict[str, str] | None, problems: Problems) -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        conversation = await queries.get_conversation(tx, viewer, conversation_id_of(request))
        standing = await find_standing(tx, viewer, conversation)
        if standing is None:
            raise NotFound("conversation_not_found")
        if not standing.changed_here:
            raise NotAllowed("not_yours")
        post, context = await shown_post(tx, viewer, conversation.root_id)
        beside = await queries.list_named_tags(tx, post.id)
    kind = standing.topic.kind
    return await render(
        request,
        "forum/edit_topic.html",
        status=422 if problems else 200,
        kinds=_kinds(kind, post, looked_after=standing.forum.looked_after),
        values=values or {"title": post.title, "topic": kind.value, "tags": " ".join(beside)},
        errors=problems.in_words(request.language),
        **context,
    )


def _kinds(now: TopicKind, post: Post, *, looked_after: bool) -> list[TopicKind]:
    """What a topic can become; none where others say what it is."""
    if now is TopicKind.ANNOUNCEMENT and not looked_after:
        return []
    found = [TopicKind.DISCUSSION, TopicKind.QUESTION]
    if now is TopicKind.POLL or post.poll is not None:
        found.append(TopicKind.POLL)
    return [*found, TopicKind.ANNOUNCEMENT] if looked_after else found


async def show_promotion(request: Request) -> Response:
    """Which title, and in which board."""
    values = {"title": "", "board": "", "topic": TopicKind.DISCUSSION.value}
    return await _show_promotion(request, values, Problems())


async def promote(request: Request) -> Response:
    id_, form = conversation_id_of(request), await read_form(request)
    values, problems = {name: field(form, name) for name in ("title", "board", "topic")}, Problems()
    try:
        if values["topic"] not in set(TopicKind):
            raise Invalid("topic", "choice_unknown")
        async with request.site.database.write() as tx:
            made = await actions.promote_to_topic(
                tx,
                request.viewer,
                id_,
                parse_id(values["board"]) or 0,
                values["title"],
                request.site.addresses,
                TopicKind(values["topic"]),
            )
    except (Invalid, Conflict) as error:
        problems.note(error)
        return await _show_promotion(request, values, problems)
    return lead_to(conversation_path(made))


async def _show_promotion(request: Request, values: dict[str, str], problems: Problems) -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        conversation = await queries.get_conversation(tx, viewer, conversation_id_of(request))
        if conversation.form is not Form.NOTE:
            raise NotFound("conversation_not_found")
        post, context = await shown_post(tx, viewer, conversation.root_id)
        own = post.actor_id == viewer.acting_as
        if not own and not await queries.looks_after(tx, viewer, conversation):
            raise NotAllowed
        forums = [await forum_of(tx, viewer, conversation.place_id)] if not own else await _mine(tx, viewer)
    choices = [one for forum in forums for one in _choices(forum, conversation, own=own)]
    return await render(
        request,
        "forum/promote.html",
        status=422 if problems else 200,
        choices=choices,
        starred=any(name.endswith("*") for _, name in choices),
        values=values,
        errors=problems.in_words(request.language),
        **context,
    )


async def _mine(tx: Read, viewer: Viewer) -> list[Forum]:
    """Those of the community and of the groups that the viewer is in."""
    mine = await groups.list_mine(tx, viewer, _GROUPS)
    return [await forum_of(tx, viewer, place) for place in (0, *(one.id for one in mine))]


def _choices(forum: Forum, conversation: Conversation, *, own: bool) -> list[tuple[str, str]]:
    """Boards in which it can become a topic; those with a star in which another one would begin."""
    stays = actions.keeps_its_place(conversation, forum.group)
    if not stays and not own:
        return []
    where = f"{forum.group.shown_name}: " if forum.group is not None else ""
    return [(str(one.id), f"{where}{one.name}{'' if stays else ' *'}") for one in forum.boards if forum.may_begin(one)]


ROUTES = [
    Route("GET", "/conversations/{id}/unread", show_unread, Wants.ANYBODY),
    Route("POST", "/conversations/{id}/pin", _on_conversation(actions.pin_topic), Wants.PERSON),
    Route("POST", "/conversations/{id}/unpin", _on_conversation(actions.unpin_topic), Wants.PERSON),
    Route("POST", "/conversations/{id}/lock", _on_conversation(actions.lock_conversation), Wants.PERSON),
    Route("POST", "/conversations/{id}/unlock", _on_conversation(actions.unlock_conversation), Wants.PERSON),
    Route("POST", "/conversations/{id}/move", move, Wants.PERSON),
    Route("GET", "/conversations/{id}/topic", show_head, Wants.PERSON),
    Route("POST", "/conversations/{id}/topic", change_head, Wants.PERSON),
    Route("POST", "/conversations/{id}/watch", _on_conversation(feeds.watch_conversation), Wants.PERSON),
    Route("POST", "/conversations/{id}/unwatch", _on_conversation(feeds.unwatch_conversation), Wants.PERSON),
    Route("GET", "/conversations/{id}/promote", show_promotion, Wants.PERSON),
    Route("POST", "/conversations/{id}/promote", promote, Wants.PERSON),
    Route("POST", "/posts/{id}/accept", _on_post(actions.accept_answer), Wants.PERSON),
    Route("POST", "/posts/{id}/unaccept", _on_post(actions.unaccept_answer), Wants.PERSON),
]

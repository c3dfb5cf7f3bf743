"""Conversations as trees or in parts, and what is done with topics."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from starlette.responses import Response

from plausch.clientapi.plausch import answers, present
from plausch.clientapi.plausch.asking import (
    answered,
    as_id,
    count_change,
    done,
    id_of,
    json_response,
    limit_of,
    viewer_in,
)
from plausch.clientapi.plausch.bodies import BoardChoice, PromotionForm, ReadForm, TopicChange
from plausch.clientapi.plausch.endpoints import ACTING_AS, LIMIT, READ_POSTS, Endpoint, Parameter
from plausch.clientapi.plausch.parts import join_posts, keep, text_of
from plausch.clientapi.plausch.posting import check_texts, complete
from plausch.clientapi.plausch.routes.posts import POSTS_MOST
from plausch.feeds import actions as feeds
from plausch.http.forms import read_json
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import TOP
from plausch.people.model import Viewer
from plausch.storage import Read, Write
from plausch.storage.parts import Part
from plausch.talk import actions, queries
from plausch.talk.model import Conversation, Form, TopicEdit
from plausch.talk.queries import Spotted

Change = Callable[[Write, Viewer, int], Awaitable[None]]
_encode = msgspec.json.Encoder().encode
_WINDOW = 50
#: Of a window, what was read already stands above what is new.
_ABOVE = 5
_WINDOWS = ("around", "before", "after")
_GONE = "conversation_not_found"


async def get_conversation(request: Request) -> Response:
    """The whole tree in the order of time, or a window of it."""
    if any(name in request.query_params for name in _WINDOWS):
        return await _get_window(request)
    viewer = request.viewer
    async with request.site.database.slow_read() as tx:
        conversation = await queries.get_conversation(tx, viewer, id_of(request, _GONE))
        head = await _head(tx, viewer, conversation, await _first_unread(tx, viewer, conversation))
        tree = await queries.list_conversation_posts(tx, viewer, conversation.id)
        whole = await complete(tx, request, viewer, [one for one in tree if not one.deleted])
    left = [present.present_removed(one.id, conversation.id, one.parent_id) for one in tree if one.deleted]
    posts: list[answers.Post | answers.RemovedPost] = [*whole, *left]
    posts.sort(key=_by_id)
    return json_response(b'%b,"posts":%b,"before":null,"after":null}' % (head, _encode(posts)))


def _by_id(one: answers.Post | answers.RemovedPost) -> int:
    return int(one.id)


async def _first_unread(tx: Read, viewer: Viewer, conversation: Conversation) -> int | None:
    return await queries.find_first_unread(tx, viewer, conversation) if conversation.unread else None


async def _head(tx: Read, viewer: Viewer, conversation: Conversation, unread: int | None) -> bytes:
    """What there is to say of a conversation beside its posts."""
    topic = await queries.find_topic(tx, conversation.id) if conversation.form is Form.TOPIC else None
    shown = (
        answers.Topic(
            board_id=str(topic.board_id),
            kind=topic.kind,
            answer_id=str(topic.answer_id) if topic.answer_id is not None else None,
            pinned=topic.pinned_at is not None,
            tags=(await queries.list_tags_of(tx, viewer, [conversation.root_id])).get(conversation.root_id, []),
        )
        if topic is not None
        else None
    )
    return (
        b'{"id":"%d","form":"%b","place_id":%b,"locked":%b,"replies":%d,"voices":%d,"topic":%b,"first_unread":%b'
    ) % (
        conversation.id,
        conversation.form.encode(),
        text_of(conversation.place_id or None),
        b"true" if conversation.locked_at is not None else b"false",
        conversation.replies,
        conversation.voices,
        _encode(shown),
        text_of(unread),
    )


async def _get_window(request: Request) -> Response:
    """Some posts around, before or after one: a conversation of thousands costs what is shown of it."""
    viewer, limit = request.viewer, limit_of(request, _WINDOW)
    async with request.site.database.read() as tx:
        conversation = await queries.get_conversation(tx, viewer, id_of(request, _GONE))
        unread = await _first_unread(tx, viewer, conversation)
        head = await _head(tx, viewer, conversation, unread)
        spots, before, after = await _spots(tx, request, conversation, unread or conversation.root_id, limit)
        body, made = await _join(tx, request, conversation.id, spots)
    await keep(request, made)
    return json_response(b'%b,"posts":[%b],"before":%b,"after":%b}' % (head, body, text_of(before), text_of(after)))


async def _spots(
    tx: Read, request: Request, conversation: Conversation, start: int, limit: int
) -> tuple[list[Spotted], int | None, int | None]:
    """The posts to show, around `start` where no other is named, and where it goes on in both directions."""
    viewer, id_, query = request.viewer, conversation.id, request.query_params
    above: list[Spotted] = []
    below: list[Spotted] = []
    if "around" in query:
        at, most = parse_id(query["around"]) or start, min(_ABOVE, limit // 2)
        above = await queries.list_spots_before(tx, viewer, id_, at, most + 1)
        more_above, above = len(above) > most, above[max(0, len(above) - most) :]
        below = await queries.list_spots_from(tx, viewer, id_, at, limit - len(above) + 1)
        more_below, below = len(below) > limit - len(above), below[: limit - len(above)]
    elif "before" in query:
        above = await queries.list_spots_before(tx, viewer, id_, parse_id(query["before"]) or TOP, limit + 1)
        more_above, above, more_below = len(above) > limit, above[-limit:], True
    else:
        after = min(parse_id(query["after"]) or 0, TOP - 1)
        below = await queries.list_spots_from(tx, viewer, id_, after + 1, limit + 1)
        more_below, below, more_above = len(below) > limit, below[:limit], True
    spots = [*above, *below]
    if not spots:
        return [], None, None
    return spots, spots[0].id if more_above else None, spots[-1].id if more_below else None


async def _join(tx: Read, request: Request, conversation_id: int, spots: Sequence[Spotted]) -> tuple[bytes, list[Part]]:
    joined = await join_posts(tx, request, [one.id for one in spots if not one.deleted])

    def piece(one: Spotted) -> bytes:
        if one.deleted:
            return _encode(present.present_removed(one.id, conversation_id, one.parent_id))
        return joined.posts.get(one.id, b"")

    return b",".join(filter(None, map(piece, spots))), joined.made


async def mark_read(request: Request) -> Response:
    form = await read_json(request, ReadForm)
    async with request.site.database.write() as tx:
        upto = as_id(form.upto, "post_not_found")
        await actions.mark_read(tx, request.viewer, id_of(request, _GONE), upto)
    return done()


async def move(request: Request) -> Response:
    form = await read_json(request, BoardChoice)
    async with request.site.database.write() as tx:
        board = as_id(form.board, "board_not_found")
        await actions.move_topic(tx, request.viewer, id_of(request, _GONE), board)
    return done()


async def promote(request: Request) -> Response:
    """A note becomes a topic; where it would be shown to others, another one begins with its words."""
    await count_change(request, "post", POSTS_MOST)
    form = await read_json(request, PromotionForm)
    check_texts(form.title)
    async with request.site.database.write() as tx:
        made = await actions.promote_to_topic(
            tx,
            request.viewer,
            id_of(request, _GONE),
            as_id(form.board, "board_not_found"),
            form.title,
            request.site.addresses,
            form.kind,
        )
        topic = await queries.find_topic(tx, made)
    if topic is None:
        raise NotFound(_GONE)
    return answered(answers.Promoted(id=str(made), board_id=str(topic.board_id)), 201)


async def change_topic(request: Request) -> Response:
    """Another title, kind or tags, by its author or by whoever looks after the place."""
    await count_change(request, "post", POSTS_MOST)
    form = await read_json(request, TopicChange)
    check_texts(form.title, *(form.tags or ()))
    edit = TopicEdit(title=form.title, kind=form.kind, tags=tuple(form.tags) if form.tags is not None else None)
    async with request.site.database.write() as tx:
        await actions.change_topic(tx, await viewer_in(tx, request), id_of(request, _GONE), edit)
    return done()


def _changing(change: Change, reason: str = _GONE) -> View:
    async def view(request: Request) -> Response:
        async with request.site.database.write() as tx:
            await change(tx, request.viewer, id_of(request, reason))
        return done()

    return view


def _post(path: str, view: View, summary: str, body: object = None) -> Endpoint:
    return Endpoint("POST", path, view, summary, None, "write", body, status=204)


ENDPOINTS = [
    Endpoint(
        "GET",
        "/conversations/{id}",
        get_conversation,
        "A conversation: all of it, or a window",
        answers.Conversation,
        query=(
            Parameter("around", "`unread`, or the id of a post: a window of posts around it."),
            Parameter("before", "A window before this post."),
            Parameter("after", "A window after this post."),
            LIMIT,
        ),
        sees=READ_POSTS,
    ),
    _post("/conversations/{id}/read", mark_read, "Remember how far you have read", ReadForm),
    _post("/conversations/{id}/lock", _changing(actions.lock_conversation), "Only moderators go on in it"),
    _post("/conversations/{id}/unlock", _changing(actions.unlock_conversation), "Open it again"),
    _post("/conversations/{id}/pin", _changing(actions.pin_topic), "Put a topic above the others of its board"),
    _post("/conversations/{id}/unpin", _changing(actions.unpin_topic), "Put it back among them"),
    _post("/conversations/{id}/move", move, "Move a topic to another board of its place", BoardChoice),
    _post("/conversations/{id}/watch", _changing(feeds.watch_conversation), "Hear of each reply"),
    _post("/conversations/{id}/unwatch", _changing(feeds.unwatch_conversation), "Hear of it as of others"),
    Endpoint(
        "POST",
        "/conversations/{id}/topic",
        promote,
        "Make a topic of a note",
        answers.Promoted,
        "write",
        PromotionForm,
        status=201,
    ),
    Endpoint(
        "PATCH",
        "/conversations/{id}/topic",
        change_topic,
        "Give a topic another title, kind or tags",
        None,
        "write",
        TopicChange,
        query=(ACTING_AS,),
        status=204,
    ),
    _post("/posts/{id}/accept", _changing(actions.accept_answer, "post_not_found"), "It answers the topic's question"),
    _post("/posts/{id}/unaccept", _changing(actions.unaccept_answer, "post_not_found"), "It does not after all"),
]

"""Single posts and conversations, and posting, for programs."""

import msgspec
from starlette.responses import Response

from plausch.clientapi import present
from plausch.clientapi.routes.home import json_response
from plausch.http.forms import check_text, read_json
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.storage import Read
from plausch.talk import actions as talk
from plausch.talk import queries
from plausch.talk.model import AudienceKind, PollDraft, Post, PostDraft

_encode = msgspec.json.Encoder().encode
_POSTS_MOST, _POSTS_WITHIN = 120, 10 * clock.MINUTE


class PostForm(msgspec.Struct, forbid_unknown_fields=True):
    """What a program posts."""

    text: str
    reply_to: str | None = None
    audience: AudienceKind | None = None
    local_only: bool = False
    language: str = ""
    warning: str = ""
    #: The id of the post it quotes.
    quote: str | None = None
    poll: PollDraft | None = None


class VoteForm(msgspec.Struct, forbid_unknown_fields=True):
    """What a program votes for, by place."""

    choices: list[int]


def _id_of(request: Request) -> int:
    id_ = parse_id(request.params["id"])
    if id_ is None:
        raise NotFound("post_not_found")
    return id_


async def _complete(tx: Read, request: Request, posts: list[Post]) -> bytes:
    viewer = request.viewer
    pictures = await queries.list_pictures(tx, [post.id for post in posts if post.pictures_count])
    actors = await people.list_actors(tx, viewer, list({post.actor_id for post in posts}))
    return _encode([present.present_post(request.site, post, pictures.get(post.id, []), actors) for post in posts])


async def get_post(request: Request) -> Response:
    async with request.site.database.read() as tx:
        post = await queries.get_post(tx, request.viewer, _id_of(request))
        body = await _complete(tx, request, [post])
    return json_response(body[1:-1])


async def get_conversation(request: Request) -> Response:
    """The whole tree, in the order of time."""
    async with request.site.database.slow_read() as tx:
        conversation = await queries.get_conversation(tx, request.viewer, _id_of(request))
        posts = await queries.list_conversation_posts(tx, request.viewer, conversation.id)
        body = await _complete(tx, request, posts)
    return json_response(b'{"id":"%d","replies":%d,"posts":%b}' % (conversation.id, conversation.replies, body))


async def create_post(request: Request) -> Response:
    await count_try(request, "post", str(request.viewer.person), most=_POSTS_MOST, within=_POSTS_WITHIN)
    form = await read_json(request, PostForm)
    for text in (form.text, form.language, form.warning):
        check_text(text)
    reply_to = parse_id(form.reply_to) if form.reply_to is not None else None
    if form.reply_to is not None and reply_to is None:
        raise NotFound("post_not_found")
    quote = (parse_id(form.quote) or 0) if form.quote is not None else None
    draft = PostDraft(
        source=form.text,
        reply_to=reply_to,
        audience=form.audience,
        local_only=form.local_only,
        language=form.language,
        warning=form.warning,
        quote=quote,
        poll=form.poll,
    )
    async with request.site.database.write() as tx:
        id_ = await talk.publish_post(tx, request.viewer, draft, request.site.addresses)
        post = await queries.get_post(tx, request.viewer, id_)
        body = await _complete(tx, request, [post])
    response = json_response(body[1:-1])
    response.status_code = 201
    return response


async def vote(request: Request) -> Response:
    """Vote in a post's poll; the post as it stands then."""
    form = await read_json(request, VoteForm)
    id_ = _id_of(request)
    async with request.site.database.write() as tx:
        await talk.vote(tx, request.viewer, id_, form.choices)
        body = await _complete(tx, request, [await queries.get_post(tx, request.viewer, id_)])
    return json_response(body[1:-1])


async def get_me(request: Request) -> Response:
    """Whom the token speaks for."""
    async with request.site.database.read() as tx:
        actor = await people.get_actor(tx, request.viewer.acting_as)
    return json_response(_encode(present.present_actor(request.site, actor)))


ROUTES = [
    Route("GET", "/api/plausch/v1/me", get_me, "read"),
    Route("GET", "/api/plausch/v1/posts/{id}", get_post),
    Route("POST", "/api/plausch/v1/posts", create_post, "write"),
    Route("POST", "/api/plausch/v1/posts/{id}/votes", vote, "write"),
    Route("GET", "/api/plausch/v1/conversations/{id}", get_conversation),
]

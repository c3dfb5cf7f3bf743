"""Single posts, and posting, for programs."""

from starlette.responses import Response

from plausch.clientapi.plausch import answers, present
from plausch.clientapi.plausch.asking import answered, as_id, count_change, done, id_of, viewer_in
from plausch.clientapi.plausch.bodies import PostForm, VoteForm
from plausch.clientapi.plausch.endpoints import ACTING_AS, READ_ACCOUNTS, READ_POSTS, Endpoint
from plausch.clientapi.plausch.posting import check_texts, post, shown
from plausch.http.forms import read_json
from plausch.http.request import Request
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.talk import actions as talk
from plausch.talk.model import PostDraft

#: Posts in ten minutes.
POSTS_MOST = 120


async def get_post(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(await shown(tx, request, request.viewer, id_of(request, "post_not_found")))


async def create_post(request: Request) -> Response:
    await count_change(request, "post", POSTS_MOST)
    form = await read_json(request, PostForm)
    check_texts(form.text, form.language, form.warning)
    draft = PostDraft(
        source=form.text,
        reply_to=as_id(form.reply_to, "post_not_found") if form.reply_to is not None else None,
        audience=form.audience,
        local_only=form.local_only,
        language=form.language,
        warning=form.warning,
        quote=(parse_id(form.quote) or 0) if form.quote is not None else None,
        poll=form.poll,
        place=as_id(form.place, "actor_not_found") if form.place is not None else 0,
        labels=present.labels_of(form.labels),
    )
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request, groups_too=True)
        return await post(tx, request, viewer, draft)


async def remove_post(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await talk.remove_post(tx, await viewer_in(tx, request), id_of(request, "post_not_found"))
    return done()


async def vote(request: Request) -> Response:
    """Vote in a post's poll; the post as it stands then."""
    form = await read_json(request, VoteForm)
    id_ = id_of(request, "post_not_found")
    async with request.site.database.write() as tx:
        await talk.vote(tx, request.viewer, id_, form.choices)
        return answered(await shown(tx, request, request.viewer, id_))


async def get_me(request: Request) -> Response:
    """Whom the token speaks for."""
    async with request.site.database.read() as tx:
        actor = await people.get_actor(tx, request.viewer.acting_as)
    return answered(present.present_actor(request.site, actor))


ENDPOINTS = [
    Endpoint("GET", "/me", get_me, "Whom the token speaks for", answers.Actor, READ_ACCOUNTS),
    Endpoint("GET", "/posts/{id}", get_post, "A post", answers.Post, sees=READ_POSTS),
    Endpoint(
        "POST",
        "/posts",
        create_post,
        "Post something, or reply",
        answers.Post,
        "write",
        PostForm,
        query=(ACTING_AS,),
        status=201,
        accepted=answers.Waiting,
    ),
    Endpoint("DELETE", "/posts/{id}", remove_post, "Remove your post", None, "write", query=(ACTING_AS,), status=204),
    Endpoint("POST", "/posts/{id}/votes", vote, "Vote in a poll", answers.Post, "write", VoteForm),
]

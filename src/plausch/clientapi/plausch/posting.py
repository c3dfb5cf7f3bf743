"""Posting for programs: what has to be let through first is submitted, as the composer does it."""

from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from plausch.clientapi.plausch import answers, present
from plausch.clientapi.plausch.asking import answered
from plausch.http.forms import check_text
from plausch.http.request import Request
from plausch.kernel.errors import NotAllowed
from plausch.language.formats import exact_iso, iso
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read, Write
from plausch.talk import actions, queries
from plausch.talk.model import NEEDS_APPROVAL, Attached, Draft, DraftText, Post, PostDraft


async def complete(tx: Read, request: Request, viewer: Viewer, posts: Sequence[Post]) -> list[answers.Post]:
    """Posts with all that is shown of them; none of them is a tombstone."""
    pictures = await queries.list_pictures(tx, [post.id for post in posts if post.pictures_count])
    speaking = {id_ for post in posts for id_ in (post.actor_id, post.author_id)}
    actors = await people.list_actors(tx, viewer, list(speaking))
    return [present.present_post(request.site, post, pictures.get(post.id, []), actors) for post in posts]


async def shown(tx: Read, request: Request, viewer: Viewer, id_: int) -> answers.Post:
    """A post as the viewer gets it. Raises NotFound."""
    return (await complete(tx, request, viewer, [await queries.get_post(tx, viewer, id_)]))[0]


def check_texts(*texts: str | None) -> None:
    """Raises BadRequest for what no database can keep."""
    for text in texts:
        check_text(text or "")


async def post(tx: Write, request: Request, viewer: Viewer, draft: PostDraft) -> Response:
    """Post it and show it (201), or have others let it through first (202)."""
    addresses = request.site.addresses
    try:
        async with tx.savepoint():
            id_ = await actions.publish_post(tx, viewer, draft, addresses)
    except NotAllowed as error:
        if error.reason != NEEDS_APPROVAL:
            raise
        waits = await actions.submit_post(tx, viewer, text_of(draft), addresses)
        found = await queries.get_submitted(tx, viewer, waits)
        return answered((await waiting(tx, request, [found]))[0], 202)
    return answered(await shown(tx, request, viewer, id_), 201)


def text_of(draft: PostDraft) -> DraftText:
    """The same as a draft that is kept."""
    extras = {
        "poll": msgspec.to_builtins(draft.poll) if draft.poll is not None else None,
        "topic": draft.topic.value,
        "tags": list(draft.tags),
        "article": msgspec.to_builtins(draft.article) if draft.article is not None else None,
        "sponsored": bool(draft.labels & Attached.SPONSORED),
        "ai_assisted": bool(draft.labels & Attached.AI_ASSISTED),
    }
    return DraftText(
        source=draft.source,
        parent_id=draft.reply_to or 0,
        quoted_id=draft.quote or 0,
        place_id=draft.place,
        board_id=draft.board,
        form=draft.form,
        title=draft.title,
        audience=draft.audience,
        local_only=draft.local_only,
        who_replies=draft.who_replies,
        language=draft.language,
        warning=draft.warning,
        extras={name: value for name, value in extras.items() if value},
    )


async def waiting(tx: Read, request: Request, drafts: Sequence[Draft]) -> list[answers.Waiting]:
    """What has to be let through, with those it is about."""
    ids = {id_ for one in drafts for id_ in (one.actor_id, one.author_id, one.waits_for) if id_}
    found = await people.list_actors(tx, request.viewer, list(ids)) if ids else {}
    actors = {id_: present.present_actor(request.site, one) for id_, one in found.items()}
    return [
        answers.Waiting(
            id=str(one.id),
            actor=actors.get(one.actor_id),
            author=actors.get(one.author_id),
            waits_for=actors.get(one.waits_for),
            waits_since=exact_iso(one.waits_since or one.changed_at),
            form=one.form,
            title=one.title,
            text=one.source,
            warning=one.warning,
            parent_id=str(one.parent_id) if one.parent_id else None,
            place_id=str(one.place_id) if one.place_id else None,
            due_at=iso(one.due_at) if one.due_at is not None else None,
        )
        for one in drafts
    ]

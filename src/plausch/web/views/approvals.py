"""What waits to be let through: for those who decide, and for whoever wrote it."""

from typing import NamedTuple

from starlette.responses import Response

from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import DomainError, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import Page
from plausch.language import markdown
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Read
from plausch.talk import actions, queries
from plausch.talk.actions.texts import understand_article
from plausch.talk.model import NOTE_MAX, AudienceKind, Draft, Form
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.places import handle_of, post_path, submitted_path
from plausch.web.problems import WHOLE, Problems
from plausch.web.views.posts import shown_post
from plausch.web.wants import Wants

_LISTED = 100
_DECISIONS, _WITHIN = 120, 10 * clock.MINUTE


class Waiting(NamedTuple):
    """A draft that waits, with those it is about."""

    draft: Draft
    actor: Actor | None
    author: Actor | None
    #: Who decides.
    place: Actor | None

    @property
    def audience_kind(self) -> str:
        return self.draft.audience or AudienceKind.PUBLIC.value

    @property
    def local_only(self) -> bool:
        return self.draft.local_only


async def _complete(tx: Read, request: Request, drafts: list[Draft]) -> list[Waiting]:
    ids = {id_ for one in drafts for id_ in (one.actor_id, one.author_id, one.waits_for) if id_}
    actors = await people.list_actors(tx, request.viewer, list(ids))
    return [
        Waiting(one, actors.get(one.actor_id), actors.get(one.author_id), actors.get(one.waits_for)) for one in drafts
    ]


async def show_approvals(request: Request) -> Response:
    async with request.site.database.read() as tx:
        waiting = await _complete(tx, request, await queries.list_to_decide(tx, request.viewer, _LISTED))
        own = await _complete(tx, request, await queries.list_submitted(tx, request.viewer))
    said = request.query_params.get("said", "")
    return await render(request, "approvals/approvals.html", waiting=waiting, own=own, said=said)


def _draft_id(request: Request) -> int:
    id_ = parse_id(request.params["id"])
    if id_ is None:
        raise NotFound("draft_not_found")
    return id_


async def show_approval(request: Request) -> Response:
    """One of them as it would be posted, with what was done about it."""
    return await _page(request, "", Problems())


async def _page(request: Request, note: str, problems: Problems, status: int = 422) -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        draft = await queries.get_submitted(tx, viewer, _draft_id(request))
        (one,) = await _complete(tx, request, [draft])
        steps = await queries.list_approval_steps(tx, viewer, draft.id)
        actors = await people.list_actors(tx, viewer, [step.person_id for step in steps])
        pictures = (await queries.list_drafted_pictures(tx, [draft.id])).get(draft.id, [])
        parent, quoted = [await _seen_with(tx, request, id_) for id_ in (draft.parent_id, draft.quoted_id)]
        html = await _as_posted(tx, request, draft)
    own = draft.author_id == viewer.person
    return await render(
        request,
        "approvals/approval.html",
        status=status if problems else 200,
        one=one,
        html=html,
        article=draft.form is Form.ARTICLE,
        steps=steps,
        actors=actors,
        thumbs=pictures,
        parent=parent,
        quoted=quoted,
        own=own,
        speaking=draft.actor_id == viewer.acting_as,
        decides=not own and draft.waits_for != 0,
        note=note,
        note_max=NOTE_MAX,
        errors=problems.in_words(request.language),
        said=request.query_params.get("said", ""),
    )


async def _as_posted(tx: Read, request: Request, draft: Draft) -> str:
    """The text as it would be shown."""
    addresses = request.site.addresses
    if draft.form is not Form.ARTICLE:
        return markdown.parse(draft.source).render({}, addresses.tag)
    whole = (await understand_article(tx, Viewer(draft.author_id, draft.actor_id), draft.source, addresses)).whole
    return whole.body if whole is not None else ""


async def _seen_with(tx: Read, request: Request, id_: int) -> dict[str, object] | None:
    """What it replies to or quotes, as far as the viewer sees it."""
    if not id_:
        return None
    try:
        _, shown = await shown_post(tx, request.viewer, id_)
    except NotFound:
        return None
    return shown


async def approve(request: Request) -> Response:
    form = await read_form(request)
    seen = parse_id(field(form, "seen"))
    try:
        await count_try(request, "approve", str(request.viewer.person), most=_DECISIONS, within=_WITHIN)
        async with request.site.database.write() as tx:
            post_id = await actions.approve_post(
                tx, request.viewer, _draft_id(request), request.site.addresses, seen=seen
            )
            post = await queries.find_post(tx, request.viewer, post_id) if post_id is not None else None
    except NotFound as error:
        if error.reason == "draft_not_found":
            raise
        return await _page(request, "", Problems({WHOLE: error.reason}))
    except DomainError as error:
        return await _page(request, "", Problems({WHOLE: error.reason}))
    return lead_to(post_path(post.conversation_id, post.id) if post else "/approvals?said=approved")


async def decline(request: Request) -> Response:
    form = await read_form(request)
    note = field(form, "note")
    try:
        async with request.site.database.write() as tx:
            await actions.decline_post(tx, request.viewer, _draft_id(request), note)
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _page(request, note, problems)
    return lead_to("/approvals?said=declined")


async def withdraw(request: Request) -> Response:
    await read_form(request)
    async with request.site.database.write() as tx:
        await actions.withdraw_submitted(tx, request.viewer, _draft_id(request))
    return lead_to(submitted_path(_draft_id(request)) + "?said=withdrawn")


async def show_log(request: Request) -> Response:
    """All that was decided for a page or in a group, for those who decide there."""
    page = Page(before=page_of(request).before, limit=_LISTED)
    async with request.site.database.read() as tx:
        place = await people.get_profile(tx, request.viewer, handle_of(request))
        if not await queries.may_decide(tx, request.viewer, place.id):
            raise NotFound("actor_not_found")
        entries = await queries.list_approvals_at(tx, request.viewer, place.id, page)
        actors = await people.list_actors(tx, request.viewer, [one.person_id for one in entries])
    next_before = entries[-1].id if len(entries) == page.limit else None
    return await render(
        request, "approvals/log.html", whose=place, entries=entries, actors=actors, next_before=next_before
    )


ROUTES = [
    Route("GET", "/approvals", show_approvals, Wants.PERSON),
    Route("GET", "/approvals/{id}", show_approval, Wants.PERSON),
    Route("POST", "/approvals/{id}/approve", approve, Wants.PERSON),
    Route("POST", "/approvals/{id}/decline", decline, Wants.PERSON),
    Route("POST", "/approvals/{id}/withdraw", withdraw, Wants.PERSON),
    Route("GET", "/approvals/log/{handle}", show_log, Wants.PERSON),
]

"""What is not posted yet: kept while one types, listed, scheduled, thrown away."""

from typing import NamedTuple

from starlette.responses import Response

from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import DomainError, Invalid, NotAllowed, NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Actor
from plausch.talk import actions, queries
from plausch.talk.model import NEEDS_APPROVAL, AudienceKind, Draft, LoosePicture
from plausch.web.answers import is_partial, lead_to
from plausch.web.drafts import (
    DraftForm,
    draft_at,
    due_moment,
    find_group_of,
    find_reply_target,
    find_wall_of,
    read_draft,
    take_uploads,
)
from plausch.web.pages import render
from plausch.web.places import submitted_path
from plausch.web.reach import find_reach
from plausch.web.views.posting import show_draft
from plausch.web.wants import Wants

#: Saved after each pause in typing.
_SAVES, _WITHIN = 600, 10 * clock.MINUTE


class Kept(NamedTuple):
    """A draft as the list shows it."""

    draft: Draft
    pictures: list[LoosePicture]
    #: Whom it replies to; None also where that is not to be seen any more.
    to: Actor | None

    @property
    def audience_kind(self) -> str:
        return self.draft.audience or AudienceKind.PUBLIC.value

    @property
    def local_only(self) -> bool:
        return self.draft.local_only


async def show_drafts(request: Request) -> Response:
    """What is scheduled, and what was begun."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        drafts = await queries.list_drafts(tx, viewer)
        pictures = await queries.list_drafted_pictures(tx, [draft.id for draft in drafts])
        parents = await queries.list_posts(tx, viewer, [draft.parent_id for draft in drafts if draft.parent_id])
        actors = await people.list_actors(tx, viewer, [parent.actor_id for parent in parents.values()])
    parent_of = {id_: actors.get(post.actor_id) for id_, post in parents.items()}
    kept = [Kept(draft, pictures.get(draft.id, []), parent_of.get(draft.parent_id)) for draft in drafts]
    return await render(
        request,
        "drafts.html",
        scheduled=[one for one in kept if one.draft.due_at is not None],
        begun=[one for one in kept if one.draft.due_at is None],
        said=request.query_params.get("said", ""),
    )


async def save(request: Request) -> Response:
    """Keep what is in the composer. The page's script asks for no page in return."""
    form = await read_form(request, uploads=True)
    draft = read_draft(request, form)
    try:
        await count_try(request, "draft", str(request.viewer.person), most=_SAVES, within=_WITHIN)
        await take_uploads(request, form, draft)
        if draft.problems:
            return await show_draft(request, draft)
        async with request.site.database.write() as tx:
            await draft.describe(tx, request)
            if draft.scheduled:
                await actions.withdraw_if_submitted(tx, request.viewer, draft.scheduled)
            kept = await actions.save_draft(tx, request.viewer, draft.kept_text(), scheduled=draft.scheduled)
    except DomainError as error:
        draft.note(error)
        return await show_draft(request, draft)
    if is_partial(request):
        return Response(status_code=204, headers={"plausch-draft": str(kept or "")})
    if field(form, "then") == "continue" and kept is not None:
        return lead_to(f"/compose?draft={kept}")
    return lead_to("/drafts?said=kept")


async def schedule(request: Request) -> Response:
    """Have it posted at the moment that was chosen."""
    form = await read_form(request, uploads=True)
    draft = read_draft(request, form)
    try:
        await count_try(request, "draft", str(request.viewer.person), most=_SAVES, within=_WITHIN)
        await take_uploads(request, form, draft)
        draft.ask_for_alt()
        if draft.for_group:
            raise Invalid("due", "group_speaks_now")
        due = due_moment(request, draft)
        if not draft.problems:
            waits = await _schedule(request, draft, due)
            return lead_to(submitted_path(waits) if waits else "/drafts?said=scheduled")
    except DomainError as error:
        draft.note(error)
    return await show_draft(request, draft)


async def _schedule(request: Request, draft: DraftForm, due: int) -> int:
    """What waits to be let through first, if anything."""
    viewer, addresses = request.viewer, request.site.addresses
    async with request.site.database.write() as tx:

        async def send() -> int:
            await draft.describe(tx, request)
            text = draft.kept_text(to_send=True)
            try:
                async with tx.savepoint():
                    return await actions.schedule_draft(tx, viewer, text, due, addresses, scheduled=draft.scheduled)
            except NotAllowed as error:
                if error.reason != NEEDS_APPROVAL:
                    raise
            return await actions.submit_post(tx, viewer, text, addresses, due=due, draft=draft.scheduled)

        made = await actions.send_once(tx, viewer, draft.form_hash, send)
        return made if (await queries.get_draft(tx, viewer, made)).waits_for else 0


async def show_here(request: Request) -> Response:
    """The composer of a place with what was begun there, for a page that did not look for it; 204 for nothing."""
    reply_to = request.query_params.get("reply_to")
    async with request.site.database.read() as tx:
        target = await find_reply_target(tx, request, parse_id(reply_to) or 0) if reply_to else None
        parent = target.post if target else None
        place = parse_id(request.query_params.get("place", "")) or 0
        draft = await draft_at(tx, request, parent, place=0 if parent is not None else place)
        draft.group = await find_group_of(tx, request, draft, parent)
        draft.wall = await find_wall_of(tx, request, draft)
        reach = await find_reach(tx, request, draft, target.post if target else None)
    if not draft.kept:
        return Response(status_code=204)
    return await render(request, "parts/kept_draft.html", draft=draft, target=target, reach=reach)


async def discard(request: Request) -> Response:
    """Throw it away."""
    draft_id = parse_id(request.params["id"])
    if draft_id is None:
        raise NotFound("draft_not_found")
    async with request.site.database.write() as tx:
        await actions.withdraw_if_submitted(tx, request.viewer, draft_id)
        await actions.discard_draft(tx, request.viewer, draft_id)
    return lead_to("/drafts?said=discarded")


ROUTES = [
    Route("GET", "/drafts", show_drafts, Wants.PERSON),
    Route("POST", "/drafts", save, Wants.PERSON),
    Route("GET", "/drafts/here", show_here, Wants.PERSON),
    Route("POST", "/drafts/schedule", schedule, Wants.PERSON),
    Route("POST", "/drafts/{id}/discard", discard, Wants.PERSON),
]

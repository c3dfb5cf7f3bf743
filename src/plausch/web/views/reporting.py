"""Reporting something, what became of it, and decisions as whoever is concerned sees them."""

from typing import NamedTuple

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.http.forms import check_text, field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.site import appeal_path
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import Page
from plausch.moderation import actions, queries
from plausch.moderation.model import MESSAGE_MAX, NOTE_MAX, Decision, ReportDraft
from plausch.people import actions as people_actions
from plausch.people import queries as people
from plausch.people.model import PRESENT, Actor, ActorKind, Viewer
from plausch.storage import Read, Write
from plausch.talk.model import Post
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.problems import Problems
from plausch.web.views.posts import shown_post
from plausch.web.wants import Wants

_LISTED = 40
#: A wall for scripts only.
_REPORTS_MOST, _REPORTS_WITHIN = 30, clock.HOUR
_APPEALS_MOST = 10
#: What one may do besides.
_ALSO = {"mute": people_actions.mute, "block": people_actions.block}


class _Matter(NamedTuple):
    """What is to be reported: a post, or a person."""

    actor: Actor
    post: Post | None
    #: How templates show the post.
    context: dict[str, object]

    @property
    def query(self) -> str:
        return f"post={self.post.id}" if self.post is not None else f"person={self.actor.handle}"


async def _matter(tx: Read, viewer: Viewer, post: str, person: str) -> _Matter:
    """Raises NotFound for what the viewer may not see."""
    if post:
        id_ = parse_id(post)
        if id_ is None:
            raise NotFound("post_not_found")
        found, context = await shown_post(tx, viewer, id_)
        return _Matter(context["actors"][found.actor_id], found, context)
    check_text(person)
    target = await people.find_handle(tx, person.strip().removeprefix("@").lower())
    if target is None:
        raise NotFound("actor_not_found")
    actor = await people.get_actor(tx, target)
    if actor.standing not in PRESENT:
        raise NotFound("actor_not_found")
    return _Matter(actor, None, {})


async def show_form(request: Request) -> Response:
    wanted = request.query_params
    async with request.site.database.read() as tx:
        matter = await _matter(tx, request.viewer, wanted.get("post", ""), wanted.get("person", ""))
    return await _form_page(request, matter, {"rules": [], "note": "", "also": ""}, Problems())


async def _form_page(request: Request, matter: _Matter, values: dict[str, object], problems: Problems) -> Response:
    return await render(
        request,
        "report.html",
        status=422 if problems else 200,
        matter=matter,
        rules=request.site.community.rules,
        values=values,
        note_max=NOTE_MAX,
        errors=problems.in_words(request.language),
        **matter.context,
    )


async def report(request: Request) -> Response:
    """Keep the report; and, where it is wished, see no more of that person."""
    await count_try(request, "report", str(request.viewer.person), most=_REPORTS_MOST, within=_REPORTS_WITHIN)
    form = await read_form(request)
    async with request.site.database.read() as read:
        matter = await _matter(read, request.viewer, field(form, "post"), field(form, "person"))
    rules = _rules(form)
    draft = ReportDraft(
        person=matter.actor.id,
        posts=(matter.post.id,) if matter.post is not None else (),
        rules=rules,
        note=field(form, "note"),
    )
    also = field(form, "also")
    try:
        async with request.site.database.write() as tx:
            await actions.report(tx, request.viewer, draft, request.site.settings)
            await _do_also(tx, request.viewer, matter.actor.id, also)
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error, "note" if isinstance(error, Invalid) and error.field == "note" else "")
        return await _form_page(request, matter, {"rules": rules, "note": draft.note, "also": also}, problems)
    return lead_to("/reports?done=1")


def _rules(form: FormData) -> tuple[int, ...]:
    return tuple(id_ for one in form.getlist("rule") if isinstance(one, str) and (id_ := parse_id(one)) is not None)


async def _do_also(tx: Write, viewer: Viewer, person: int, what: str) -> None:
    """Mute or block. Who is blocked by them cannot mute them, and need not."""
    if what in _ALSO:
        try:
            await _ALSO[what](tx, viewer, person)
        except NotFound:
            return


async def show_own(request: Request) -> Response:
    """What one has reported, and what became of it."""
    page = Page(before=page_of(request).before, limit=_LISTED)
    async with request.site.database.read() as tx:
        found = await queries.list_own_reports(tx, request.viewer, page)
        actors = {}
        for subject in {one.subject_id for one in found}:
            actors[subject] = await people.get_actor(tx, subject)
    return await render(
        request,
        "reports.html",
        reports=found,
        actors=actors,
        next_before=found[-1].id if len(found) == page.limit else None,
        done=request.query_params.get("done") == "1",
    )


async def _decision(request: Request) -> Decision:
    """Raises NotFound, also for whom it is not about."""
    id_ = parse_id(request.params["id"])
    if id_ is None:
        raise NotFound("decision_not_found")
    async with request.site.database.read() as tx:
        return await queries.get_own_decision(tx, request.viewer, id_, _key(request))


def _key(request: Request) -> str:
    return request.query_params.get("key", "")


async def show_decision(request: Request) -> Response:
    return await _decision_page(request, await _decision(request), "", Problems())


async def _decision_page(request: Request, decision: Decision, text: str, problems: Problems) -> Response:
    rules = {rule.id: rule for rule in request.site.community.rules}
    async with request.site.database.read() as tx:
        subject = await people.get_actor(tx, decision.subject_id)
    response = await render(
        request,
        "appeal.html",
        status=422 if problems else 200,
        decision=decision,
        about=subject if subject.kind is ActorKind.PAGE else None,
        rule=rules.get(decision.rule_id or 0),
        may_appeal=decision.may_be_appealed(clock.now()),
        action=appeal_path(decision.id, _key(request)),
        text=text,
        most=MESSAGE_MAX,
        errors=problems.in_words(request.language),
    )
    response.headers["x-robots-tag"] = "noindex"
    return response


async def appeal(request: Request) -> Response:
    decision = await _decision(request)
    await count_try(request, "appeal", str(decision.subject_id), most=_APPEALS_MOST, within=clock.HOUR)
    text = field(await read_form(request), "text")
    try:
        async with request.site.database.write() as tx:
            await actions.appeal(tx, request.viewer, decision.id, text, _key(request))
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        return await _decision_page(request, await _decision(request), text, problems)
    return lead_to(appeal_path(decision.id, _key(request)))


ROUTES = [
    Route("GET", "/report", show_form, Wants.PERSON),
    Route("POST", "/report", report, Wants.PERSON),
    Route("GET", "/reports", show_own, Wants.PERSON),
    Route("GET", "/appeal/{id}", show_decision, Wants.ANYBODY),
    Route("POST", "/appeal/{id}", appeal, Wants.ANYBODY),
]

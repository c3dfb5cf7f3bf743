"""Legal pages from a form: who runs the place, drafts that say what Plausch does, and publishing them."""

from starlette.responses import Response

from plausch.community import actions, queries
from plausch.community.model import DOCUMENT_MAX, OPERATOR_MAX, DocumentKind, Operator, Wording
from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import Conflict, Invalid
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.views.legal import kind_of
from plausch.web.views.settings import was_saved
from plausch.web.wants import Wants


async def show_legal(request: Request) -> Response:
    async with request.site.database.read() as tx:
        operator = await queries.get_operator(tx)
    return await _operator_page(request, operator, Problems())


async def _operator_page(request: Request, operator: Operator, problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        known = [(kind, await queries.find_document(tx, kind)) for kind in DocumentKind]
    return await render(
        request,
        "admin/legal.html",
        status=422 if problems else 200,
        operator=operator,
        documents=known,
        errors=problems.in_words(request.language),
        most=OPERATOR_MAX,
        saved=was_saved(request),
    )


async def save_operator(request: Request) -> Response:
    form = await read_form(request)
    operator = Operator(**{name: field(form, name) for name in Operator.__struct_fields__})
    try:
        async with request.site.database.write() as tx:
            await actions.set_operator(tx, request.viewer, operator)
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _operator_page(request, operator, problems)
    return lead_to("/admin/legal?saved=1")


async def show_document_form(request: Request) -> Response:
    """The page as it is now, or with `?draft=1` (and where there is none) as the form would have it."""
    kind = kind_of(request)
    async with request.site.database.read() as tx:
        now = await queries.find_document(tx, kind)
        operator = await queries.get_operator(tx)
    drafted = now is None or request.query_params.get("draft") == "1"
    here = request.site.community
    words = queries.draft_document(kind, here.name, operator) if now is None or drafted else now.words
    return await _document_page(request, kind, words, Problems(), drafted=drafted)


async def _document_page(
    request: Request, kind: DocumentKind, words: Wording, problems: Problems, *, drafted: bool = False
) -> Response:
    async with request.site.database.read() as tx:
        versions = await queries.list_versions(tx, kind)
    return await render(
        request,
        "admin/document.html",
        status=422 if problems else 200,
        kind=kind,
        words=words,
        drafted=drafted,
        versions=versions,
        errors=problems.in_words(request.language),
        most=DOCUMENT_MAX,
    )


async def publish_document(request: Request) -> Response:
    kind = kind_of(request)
    form = await read_form(request)
    words = Wording(field(form, "german"), field(form, "english"))
    try:
        async with request.site.database.write() as tx:
            await actions.publish_document(tx, request.viewer, kind, words)
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        return await _document_page(request, kind, words, problems)
    await request.site.held.renew()
    return lead_to(f"/legal/{kind}")


ROUTES = [
    Route("GET", "/admin/legal", show_legal, Wants.OWNER),
    Route("POST", "/admin/legal", save_operator, Wants.OWNER),
    Route("GET", "/admin/legal/{kind}", show_document_form, Wants.OWNER),
    Route("POST", "/admin/legal/{kind}", publish_document, Wants.OWNER),
]

"""Legal pages, in the version that holds and in all that held before."""

from starlette.responses import Response

from plausch.community import queries
from plausch.community.model import DocumentKind
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.http.site import tag_path
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.language import markdown
from plausch.web.pages import render
from plausch.web.wants import Wants


def kind_of(request: Request) -> DocumentKind:
    """The legal page in the path. Raises NotFound."""
    kind = request.params["kind"]
    if kind not in set(DocumentKind):
        raise NotFound
    return DocumentKind(kind)


async def show_document(request: Request) -> Response:
    kind, wanted = kind_of(request), request.query_params.get("version")
    async with request.site.database.read() as tx:
        document = await queries.find_document(tx, kind)
        newest = document.version if document is not None else 0
        if document is not None and wanted is not None:
            document = await queries.get_document(tx, kind, min(parse_id(wanted) or 0, newest))
        if document is None:
            raise NotFound
        versions = await queries.list_versions(tx, kind)
    text = document.words.in_language(request.language)
    return await render(
        request,
        "legal.html",
        document=document,
        html=markdown.parse(text).render({}, tag_path),
        language="de" if text == document.german else "en",
        newest=newest,
        versions=versions,
    )


ROUTES = [Route("GET", "/legal/{kind}", show_document, Wants.ANYBODY)]

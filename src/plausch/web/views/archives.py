"""Coming and going: an archive or a blog from elsewhere is brought in, one's own is made and fetched."""

import asyncio
import secrets
import shutil
from pathlib import Path
from typing import IO

from starlette.datastructures import FormData, UploadFile
from starlette.responses import FileResponse, Response

from plausch.exchange import errands
from plausch.exchange.blogs.importing import BlogWishes
from plausch.exchange.blogs.targets import list_targets
from plausch.exchange.errands import Errand, ErrandKind, ErrandState
from plausch.exchange.host import Host
from plausch.exchange.unpacking import BlogForm
from plausch.http.forms import field, files, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.language.formats import iso
from plausch.people.model import check_may_act
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import WHOLE, Problems
from plausch.web.wants import Wants

#: Ten years with pictures; larger ones are brought in on the command line.
_ARCHIVE_BYTES = 1 << 30
_PAGE = "/settings/archive"
_EXPORTS, _IMPORTS, _WITHIN = 5, 10, clock.DAY


def host_of(request: Request) -> Host:
    site = request.site
    return Host(site.settings, site.database, site.media, site.outgoing)


async def show_archives(request: Request) -> Response:
    return await _page(request, Problems())


async def _page(request: Request, problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        found = await errands.list_errands(tx, request.viewer)
        targets = await list_targets(tx, request.viewer)
    return await render(
        request,
        "settings/archive.html",
        status=422 if problems else 200,
        errands=found,
        under_way=any(one.under_way for one in found),
        targets=targets,
        blogs={one.id: one for one in targets},
        choices=[(str(one.id), one.name) for one in targets],
        kept_days=errands.KEPT // clock.DAY,
        fetchable=[one.id for one in found if _is_fetchable(request, one)],
        errors=problems.in_words(request.language),
    )


def _is_fetchable(request: Request, errand: Errand) -> bool:
    done = errand.kind is ErrandKind.EXPORT and errand.state is ErrandState.DONE
    return done and errands.file_of(host_of(request), errand.id).is_file()


async def make_archive(request: Request) -> Response:
    """Have everything of one's own written into a file."""
    try:
        await count_try(request, "archive_out", str(request.viewer.person), most=_EXPORTS, within=_WITHIN)
        async with request.site.database.write() as tx:
            await errands.begin_errand(tx, request.viewer, ErrandKind.EXPORT)
    except DomainError as error:
        return await _page(request, _noted(error))
    return lead_to(_PAGE)


async def bring_archive(request: Request) -> Response:
    """Take an archive, and have it brought in."""
    try:
        form = await _receive(request)
        await _keep(request, _chosen(form, "archive"), ErrandKind.IMPORT)
    except DomainError as error:
        return await _page(request, _noted(error))
    return lead_to(_PAGE)


async def bring_blog(request: Request) -> Response:
    """Take a blog, and have it read; it comes in when whoever brings it has seen what it is."""
    try:
        form = await _receive(request)
        wishes = BlogWishes(
            BlogForm.MARKDOWN if field(form, "form") == BlogForm.MARKDOWN else BlogForm.WORDPRESS,
            parse_id(field(form, "blog")) or request.viewer.person,
            pages=bool(field(form, "pages")),
            fetch=bool(field(form, "fetch")),
        )
        await _keep(request, _chosen(form, "blog_file"), ErrandKind.BLOG, wishes)
    except DomainError as error:
        return await _page(request, _noted(error))
    return lead_to(_PAGE)


async def answer_errand(request: Request) -> Response:
    """What was read comes in, or goes away."""
    form = await read_form(request)
    act = errands.discard_errand if field(form, "answer") == "no" else errands.confirm_errand
    try:
        async with request.site.database.write() as tx:
            await act(tx, request.viewer, parse_id(request.params["id"]) or 0)
    except Conflict as error:
        return await _page(request, _noted(error))
    return lead_to(_PAGE)


async def _receive(request: Request) -> FormData:
    """The form, after all has been asked that can be asked before a large body is taken."""
    check_may_act(request.viewer)
    await count_try(request, "archive_in", str(request.viewer.person), most=_IMPORTS, within=_WITHIN)
    async with request.site.database.read() as tx:
        if any(one.under_way for one in await errands.list_errands(tx, request.viewer)):
            raise Conflict("archive_under_way")
    return await read_form(request, uploads=True, most=_ARCHIVE_BYTES)


def _chosen(form: FormData, name: str) -> UploadFile:
    chosen = files(form, name)
    if len(chosen) != 1:
        raise Invalid(name, "archive_missing")
    return chosen[0]


async def _keep(request: Request, upload: UploadFile, kind: ErrandKind, wishes: BlogWishes | None = None) -> None:
    """The file first, then the errand that needs it: a crash between the two leaves a file that is removed later."""
    host = host_of(request)
    partial = host.folder / f"{secrets.token_hex(16)}.upload"
    await asyncio.to_thread(_copy, upload.file, partial)
    try:
        async with request.site.database.write() as tx:
            errand = await errands.begin_errand(tx, request.viewer, kind, wishes)
            partial.replace(errands.file_of(host, errand))
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _copy(source: IO[bytes], target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)


def _noted(error: DomainError) -> Problems:
    problems = Problems()
    problems.note(error if isinstance(error, Invalid) else Invalid(WHOLE, error.reason))
    return problems


async def fetch_archive(request: Request) -> Response:
    """One's own archive, as a file."""
    host = host_of(request)
    async with request.site.database.read() as tx:
        errand = await errands.get_errand(tx, request.viewer, parse_id(request.params["id"]) or 0)
    if not _is_fetchable(request, errand):
        raise NotFound
    assert request.signed_in is not None
    day = iso(clock.now())[:10]
    return FileResponse(
        errands.file_of(host, errand.id),
        media_type="application/zip",
        filename=f"{request.signed_in.handle}-{day}.zip",
        headers={"cache-control": "private, no-store"},
    )


ROUTES = [
    Route("GET", _PAGE, show_archives, Wants.PERSON),
    Route("POST", _PAGE, make_archive, Wants.PERSON),
    Route("POST", f"{_PAGE}/import", bring_archive, Wants.PERSON),
    Route("POST", f"{_PAGE}/blog", bring_blog, Wants.PERSON),
    Route("GET", f"{_PAGE}/{{id}}", fetch_archive, Wants.PERSON),
    Route("POST", f"{_PAGE}/{{id}}", answer_errand, Wants.PERSON),
]

"""The machine behind the community: what it holds, what it has to do, and whether it is well."""

import asyncio
import enum
import shutil
import time
from functools import partial
from typing import NamedTuple

from starlette.responses import Response

from plausch import __version__
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.insights import queries as insights
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id
from plausch.storage.measures import database_size
from plausch.web.answers import lead_to
from plausch.web.chores import name_chore, name_mishap
from plausch.web.pages import render
from plausch.web.views.settings import was_saved
from plausch.web.wants import Wants
from plausch.work import queue

_LISTED = 50
_LITTLE_ROOM = 2 << 30
#: Later than this (ms) background work lags behind: notifications come late.
_LAG = 5 * clock.MINUTE
_STARTED = time.monotonic()


class Check(enum.StrEnum):
    """What health looks at; the words for each are in the template."""

    DATABASE = "database"
    JOBS = "jobs"
    STUBBORN = "stubborn"
    LAG = "lag"
    ROOM = "room"
    TLS = "tls"
    MAIL = "mail"
    IMPRINT = "imprint"


class Finding(NamedTuple):
    check: Check
    good: bool
    #: A number that belongs to it, as text.
    detail: str = ""


async def show_storage(request: Request) -> Response:
    site = request.site
    async with site.database.slow_read() as tx:
        size = await database_size(tx)
    media = await site.media.measure()
    disk = await asyncio.to_thread(shutil.disk_usage, site.settings.data)
    return await render(
        request,
        "admin/storage.html",
        engine=site.database.engine,
        size=size,
        media=media,
        disk=disk,
        folder=str(site.settings.data),
        little=disk.free < _LITTLE_ROOM,
    )


async def show_jobs(request: Request) -> Response:
    async with request.site.database.slow_read() as tx:
        loads = await queue.list_loads(tx)
        failed = await queue.list_failed(tx, _LISTED)
    return await render(
        request,
        "admin/jobs.html",
        loads=loads,
        failed=failed,
        saved=was_saved(request),
        chore=partial(name_chore, request.language),
        mishap=partial(name_mishap, request.language),
    )


async def retry_job(request: Request) -> Response:
    job = _job_of(request)
    async with request.site.database.write() as tx:
        await queue.retry_job(tx, job)
    return lead_to("/admin/jobs?saved=1")


async def drop_job(request: Request) -> Response:
    job = _job_of(request)
    async with request.site.database.write() as tx:
        await queue.drop_job(tx, job)
    return lead_to("/admin/jobs?saved=1")


async def retry_all(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await queue.retry_failed(tx)
    return lead_to("/admin/jobs?saved=1")


def _job_of(request: Request) -> int:
    job = parse_id(request.params["id"])
    if job is None:
        raise NotFound
    return job


async def show_health(request: Request) -> Response:
    site, settings = request.site, request.site.settings
    began = time.perf_counter()
    async with site.database.read() as tx:
        failed = await queue.count_failed(tx)
        stubborn = await queue.count_stubborn(tx)
        lag = await queue.measure_delay(tx)
        computed = await insights.find_last_night(tx)
    took = (time.perf_counter() - began) * 1000
    disk = await asyncio.to_thread(shutil.disk_usage, settings.data)
    findings = [
        Finding(Check.DATABASE, True, f"{took:.1f} ms"),
        Finding(Check.JOBS, failed == 0, str(failed)),
        Finding(Check.STUBBORN, stubborn == 0, str(stubborn)),
        Finding(Check.LAG, lag < _LAG, str(lag // clock.MINUTE)),
        Finding(Check.ROOM, disk.free >= _LITTLE_ROOM),
        Finding(Check.TLS, settings.secure),
        Finding(Check.MAIL, settings.sends_mail),
        Finding(Check.IMPRINT, "imprint" in site.held.published),
    ]
    return await render(
        request,
        "admin/health.html",
        findings=findings,
        free=disk.free,
        version=__version__,
        engine=site.database.engine,
        workers=settings.workers,
        computed=computed,
        hours=int(time.monotonic() - _STARTED) // 3600,
        metrics=bool(settings.metrics_token),
    )


ROUTES = [
    Route("GET", "/admin/storage", show_storage, Wants.OWNER),
    Route("GET", "/admin/jobs", show_jobs, Wants.OWNER),
    Route("POST", "/admin/jobs/retry", retry_all, Wants.OWNER),
    Route("POST", "/admin/jobs/{id}/retry", retry_job, Wants.OWNER),
    Route("POST", "/admin/jobs/{id}/drop", drop_job, Wants.OWNER),
    Route("GET", "/admin/health", show_health, Wants.OWNER),
]

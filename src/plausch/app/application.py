"""The ASGI application: plain ASGI, so that any server of that kind runs it."""

import asyncio
import contextlib
import hmac
import logging
import os
import time
from collections.abc import Awaitable, Sequence
from typing import Any

import sqlalchemy as sa
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response, StreamingResponse

from plausch.app.background import register_all
from plausch.app.metrics import Metrics
from plausch.app.mishaps import note_mishap
from plausch.app.nights import Nights
from plausch.app.signals import END_STREAMS
from plausch.exchange.host import Host
from plausch.feeds.actions import keep_server_key
from plausch.http.community import HeldCommunity
from plausch.http.door import Door
from plausch.http.packing import choose, pack
from plausch.http.passes import PICTURE_KEY, Passes
from plausch.http.request import Request
from plausch.http.routing import Route, Router, WrongMethod
from plausch.http.security import SECURITY_HEADERS, STRICT_TRANSPORT, policy_leading_to
from plausch.http.site import OPENID_BACK, Site
from plausch.http.sockets import GOING_AWAY, Socket
from plausch.http.unread import body_of
from plausch.mail.jobs import Mailroom
from plausch.mail.notices import NoticeWords
from plausch.net.fetching import GuardedClient
from plausch.net.openid import OpenId
from plausch.settings import Settings, Switch
from plausch.storage import Unavailable, column_statement, open_database
from plausch.storage.media import MediaFiles
from plausch.web.notices import describe, name_kind
from plausch.web.weekly import tell_letter
from plausch.work.live import LiveBus
from plausch.work.worker import Worker

log = logging.getLogger("plausch.app")

#: An answer that took longer (seconds) is worth a line in the log.
_LONG = 1.0
#: When the database had no time, in seconds.
_TRY_AGAIN = "5"
#: Watchers and proxies are let in wherever they are.
_FOR_WATCHERS = ("/health", "/metrics")
_WORTH_COMPRESSING = 1_000
_ONE = column_statement(sa.select(sa.literal(1)))
_STREAM = "text/event-stream"
_COMPRESSIBLE = (
    b"text/",
    *(b"application/" + kind for kind in (b"json", b"javascript", b"xml", b"atom+xml", b"rss+xml", b"feed+json")),
    b"image/svg+xml",
)
_VARY = (b"vary", b"Accept-Encoding")


class Application:
    """One server process: its doors, its share of the background work, its live pages."""

    def __init__(self, settings: Settings, doors: Sequence[Door], *, outgoing: GuardedClient | None = None) -> None:
        self._settings = settings
        self._outgoing = outgoing or GuardedClient(settings.base_url, enabled=settings.outgoing is Switch.ON)
        beginnings = [(beginning, door) for door in doors for beginning in door.beginnings]
        self._doors = sorted(beginnings, key=lambda one: -len(one[0]))
        self._door_of = {id(route): door for door in doors for route in door.routes}
        own = (Route("GET", "/health", self._answer_health), Route("GET", "/metrics", self._answer_metrics))
        self._metrics = Metrics(settings.data / "metrics") if settings.metrics_token else None
        self._talks = {path: talk for door in doors for path, talk in door.converse.items()}
        self._router = Router([*own, *(route for door in doors for route in door.routes)])
        self._headers = [*SECURITY_HEADERS, *([STRICT_TRANSPORT] if settings.secure else [])]
        self._site: Site | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._worker: Worker | None = None
        self._nights = Nights(settings) if settings.insights is Switch.ON else None
        self._ending = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._converse(scope, receive, send)

    async def start(self) -> Site:
        """Open the database and begin the background work."""
        database = await open_database(self._settings.database_url)
        media = MediaFiles(self._settings.data / "media")
        live = LiveBus(database)
        host = Host(self._settings, database, media, outgoing=self._outgoing)
        mailroom = Mailroom(self._settings, NoticeWords(describe, name_kind, tell_letter))
        self._worker = Worker(database, register_all(media, self._outgoing, mailroom, host, self._nights))
        with contextlib.suppress(NotImplementedError, RuntimeError):  # in a thread, as some tests run it
            asyncio.get_running_loop().add_signal_handler(END_STREAMS, self._ending.set)
        held = HeldCommunity(database, self._settings)
        await held.renew()
        async with database.write() as tx:
            passes = Passes(await keep_server_key(tx, PICTURE_KEY, os.urandom(32)))
        tasks = [self._worker.run(), live.run(), held.follow(live)]
        if self._metrics is not None:
            tasks.append(self._metrics.run())
        self._tasks = [asyncio.create_task(one) for one in tasks]
        self._site = Site(
            self._settings,
            database,
            media,
            live,
            host.addresses,
            held,
            passes=passes,
            outgoing=self._outgoing,
            openid=_openid(self._settings),
        )
        return self._site

    async def stop(self) -> None:
        """Finish what is begun, hand the rest of the background work back, and close."""
        if self._site is None or self._worker is None:
            return
        self._ending.set()
        self._worker.stop()
        if self._nights is not None:
            self._nights.end()
        work, *listening = self._tasks
        await work
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        await self._site.database.close()

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        try:
            await self.start()
        except Exception as error:
            log.exception("the server cannot start")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        began = time.perf_counter()
        site = self._site
        if site is None:
            raise RuntimeError("the application was not started")
        body = body_of(scope, receive)
        request = Request(scope, body or receive, send, site, {})
        route: Route | None = None
        try:
            match = self._router.match(request.method, scope["path"])
            if site.held.shut_out and _is_shut_out(request):
                response = await self._refuse(request, "shut_out")
            elif match is None:
                response = await self._refuse(request, "not_found")
            else:
                route, request.params = match
                door = self._door_of.get(id(route))
                answer = door.answer(request, route) if door else route.view(request)
                response = await self._waited(request, answer, door, route.path)
        except WrongMethod as wrong:
            response = await self._refuse(request, "wrong_method")
            response.headers["allow"] = ", ".join(wrong.allowed)
        self._finish(request, response)
        if body is not None and not await body.finish() and scope["http_version"] != "2":
            response.headers["connection"] = "close"
        if isinstance(response, StreamingResponse) and response.media_type == _STREAM:
            # It lasts as long as somebody listens: what counts is when it began.
            self._note(request, route, response.status_code, time.perf_counter() - began)
            await self._stream(response, scope, receive, send)
            return
        await response(scope, receive, send)
        self._note(request, route, response.status_code, time.perf_counter() - began)

    def _note(self, request: Request, route: Route | None, status: int, seconds: float) -> None:
        """Log what went wrong or took long. Good answers are the proxy's to log: a line for each costs too much."""
        if self._metrics is not None:
            # Methods that no route has are not told apart: anybody may invent some.
            self._metrics.note(request.method if route else "-", route.path if route else "-", status, seconds)
        remarkable = status >= 400 or seconds > _LONG
        if remarkable or log.isEnabledFor(logging.DEBUG):
            log.log(
                logging.INFO if remarkable else logging.DEBUG,
                "answered",
                extra={
                    "method": request.method,
                    "route": route.path if route else "-",
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                },
            )

    async def _refuse(self, request: Request, reason: str) -> Response:
        door = self._door_for(request.scope["path"])
        return await self._waited(request, door.refuse(request, reason), door, "-")

    async def _waited(self, request: Request, answer: Awaitable[Response], door: Door | None, route: str) -> Response:
        """The answer; when something unexpected happens, a friendly one without details."""
        try:
            return await answer
        except ClientDisconnect:
            return Response(status_code=400)
        except Unavailable as error:
            log.warning("the database was not available", extra={"route": route, "error": str(error)})
            response = door.apologise(request) if door else Response()
            response.status_code = 503
            response.headers["retry-after"] = _TRY_AGAIN
            return response
        except Exception as error:  # noqa: BLE001 - whatever it was, somebody waits for an answer
            note_mishap(error, request.method, route)
            return door.apologise(request) if door else Response(status_code=500)

    async def _stream(self, response: Response, scope: Any, receive: Any, send: Any) -> None:
        """Until the stream ends by itself, or the server does: nobody waits for those who only listen."""
        sending = asyncio.ensure_future(response(scope, receive, send))
        ending = asyncio.ensure_future(self._ending.wait())
        try:
            await asyncio.wait({sending, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended_early = not sending.done()
            for task in (sending, ending):
                task.cancel()
            await asyncio.gather(sending, ending, return_exceptions=True)
        if not ended_early:
            sending.result()
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _converse(self, scope: Any, receive: Any, send: Any) -> None:
        """A WebSocket, until one side ends it, or the server does."""
        socket, site = Socket(scope, receive, send), self._site
        talk = self._talks.get(scope["path"].rstrip("/"))
        if site is None or talk is None:
            await socket.refuse(404, b"", [])
            return
        # What doors read of a request they read of what began the connection, too.
        request = Request({**scope, "type": "http", "method": "GET"}, receive, send, site, {})
        if site.held.shut_out and _is_shut_out(request):
            await socket.refuse(403, b"", [])
            return
        talking = asyncio.ensure_future(talk(request, socket))
        ending = asyncio.ensure_future(self._ending.wait())
        try:
            await asyncio.wait({talking, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (talking, ending):
                task.cancel()
            found = await asyncio.gather(talking, return_exceptions=True)
        await socket.close(GOING_AWAY)
        if isinstance(found[0], Exception):
            note_mishap(found[0], "WEBSOCKET", scope["path"])

    def _door_for(self, path: str) -> Door:
        return next((door for beginning, door in self._doors if path.startswith(beginning)), self._doors[-1][1])

    def _finish(self, request: Request, response: Response) -> None:
        """What every answer bears: security headers, and compression where it is asked for and worth it."""
        if response.status_code == 304:
            response.raw_headers.append(_VARY)  # as the answer that it stands for
        body = getattr(response, "body", None)
        if isinstance(body, bytes):
            if len(body) > _WORTH_COMPRESSING and _is_compressible(response):
                response.raw_headers.append(_VARY)
                coding = choose(request.headers.get("accept-encoding", ""))
                if coding:
                    packed = pack(body, coding)
                    response.body = packed
                    response.headers["content-encoding"] = coding
                    response.headers["content-length"] = str(len(packed))
            if request.method == "HEAD":
                response.body = b""
        response.raw_headers.extend(self._headers)
        if request.form_targets:
            response.headers["content-security-policy"] = policy_leading_to(request.form_targets)

    async def _answer_health(self, request: Request) -> Response:
        """Whether this process can reach its database; for proxies and watchers."""
        async with request.site.database.read() as tx:
            await tx.first(_ONE)
        return JSONResponse({"status": "ok"})

    async def _answer_metrics(self, request: Request) -> Response:
        """Figures for Prometheus, for whoever knows the token; for others there is no such page."""
        given = request.headers.get("authorization", "").encode()
        wanted = f"Bearer {self._settings.metrics_token}".encode()
        if self._metrics is None or not hmac.compare_digest(given, wanted):
            return Response(status_code=404)
        text = await self._metrics.text(request.site.database)
        return Response(text, media_type="text/plain; version=0.0.4", headers={"cache-control": "no-store"})


def _is_shut_out(request: Request) -> bool:
    return request.site.held.shuts_out(request.client_address) and request.scope["path"] not in _FOR_WATCHERS


def _openid(settings: Settings) -> OpenId | None:
    """The service with which people may sign in, where one is set."""
    if not settings.oidc_issuer:
        return None
    return OpenId(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.base_url + OPENID_BACK,
        base_url=settings.base_url,
    )


def _is_compressible(response: Response) -> bool:
    """From the raw headers: this is on every request's way."""
    good = False
    for name, value in response.raw_headers:
        if name == b"content-encoding":
            return False
        if name == b"content-type":
            good = value.startswith(_COMPRESSIBLE)
    return good

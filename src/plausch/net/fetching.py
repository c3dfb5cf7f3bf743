"""The one client for requests to the web: guarded, so that nobody can make this server ask what only it can reach.

It speaks http and https to the world outside only. A name is resolved here, every address it has is checked, and the
connection goes to the very address that was checked; each redirect is checked anew. Time, headers and bodies are
bounded; there are no cookies, no proxies and no credentials in addresses.
"""

import asyncio
import copy
import enum
import ipaddress
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from importlib.metadata import version
from typing import Any
from weakref import WeakValueDictionary

import httpcore
import msgspec

from plausch.net.addresses import BadUrl, Target, follow, is_public, is_within, read_url

#: Seconds for everything: names, redirects, and the last byte.
PATIENCE = 10.0
BODY_MAX = 1 << 20
_REDIRECTS_MAX = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_AT_ONCE = 10
#: How many of them of one host: nobody makes this server a burden to another.
_AT_ONE_HOST = 3
#: How many bytes of headers an answer may have together.
_HEADERS_MAX = 64 << 10


#: Whether nothing is to be had from a host.
Unwanted = Callable[[str], Awaitable[bool]]


class Refusal(enum.StrEnum):
    """Why there is no answer."""

    #: Whoever runs the server has switched outgoing requests off.
    OFF = "off"
    #: It is no http or https address, or one with a user name or an unusual port.
    ADDRESS = "address"
    #: It leads into this machine or a network that is not for everybody.
    NOT_PUBLIC = "not_public"
    #: Whoever asks wants nothing from there.
    UNWANTED = "unwanted"
    UNKNOWN_HOST = "unknown_host"
    #: Nobody answers there, or not in a way that can be trusted.
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    REDIRECTS = "redirects"
    #: What came is no HTTP, or not what was asked for.
    BROKEN = "broken"


class Refused(msgspec.Struct, frozen=True):
    """There is no answer."""

    reason: Refusal


class Fetched(msgspec.Struct, frozen=True):
    """An answer, whatever its status."""

    #: Where it came from after all redirects.
    url: str
    status: int
    #: By their names in lower case; of several of one name the last.
    headers: dict[str, str]
    body: bytes
    #: The body went on, and only its beginning was wanted.
    cut: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class _NotPublic(Exception):
    pass


class _TooLarge(Exception):
    pass


class _Broken(Exception):
    pass


class _UnknownHost(Exception):
    pass


class _CheckedConnections(httpcore.AnyIOBackend):
    """Connects only to addresses that were checked, and checks them itself: nothing can change in between."""

    def __init__(self, allow_loopback: bool, trusted: Target | None) -> None:
        self._allow_loopback = allow_loopback
        self._trusted = trusted

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        for place, address in enumerate(addresses):
            try:
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if place == len(addresses) - 1:
                    raise
        raise _UnknownHost

    async def _resolve(self, host: str, port: int) -> list[str]:
        """All addresses of a host. One that is not public spoils them all: an honest host has none."""
        addresses = [host] if _is_address(host) else await _look_up(host, port)
        if self._trusted is not None and (host, port) == (self._trusted.host, self._trusted.port):
            return addresses
        for address in map(ipaddress.ip_address, addresses):
            if not (is_public(address) or (self._allow_loopback and address.is_loopback)):
                raise _NotPublic
        return addresses


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def _look_up(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise _UnknownHost from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedClient:
    """Fetches what is on the web; use one for the whole process."""

    def __init__(self, base_url: str, *, enabled: bool = True, allow_loopback: bool = False, trusted: str = "") -> None:
        """`allow_loopback` is for tests: then servers of this machine may be asked, at any port.

        `trusted` is the address of one server, chosen by whoever runs this one, that may be in a network of one's own.
        A client with it is for requests to that server only, and never for addresses that somebody has written.
        """
        self._enabled = enabled
        self._allow_loopback = allow_loopback
        self._trusted = read_url(trusted, any_port=True) if trusted else None
        #: Who asks, for those who want to know.
        self.base_url = base_url
        self._agent = f"Plausch/{version('plausch')} (+{base_url})"
        self._connections = _CheckedConnections(allow_loopback, self._trusted)
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        #: Only of hosts that are asked just now.
        self._of_host: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._at_one_host = _AT_ONE_HOST
        #: Loading the world's certificates takes a while, and many servers never need them.
        self._tls: ssl.SSLContext | None = None

    def apart(self) -> "GuardedClient":
        """The same with places of its own, all of them for one host if need be: slow pages hold up nothing of it."""
        other = copy.copy(self)
        other._at_once, other._of_host = asyncio.Semaphore(_AT_ONCE), WeakValueDictionary()
        other._at_one_host = _AT_ONCE
        return other

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        most: int = BODY_MAX,
        cut: bool = False,
        patience: float = PATIENCE,
        unwanted: Unwanted | None = None,
    ) -> Fetched | Refused:
        """An answer within bounds, or why there is none. It raises nothing.

        `unwanted` is asked before each host is, also where a redirect leads to.

        A body of more than `most` bytes, unpacked, is refused; with `cut` its beginning is enough. Redirects are
        followed for GET only; at another host `headers` are left away.
        """
        if not self._enabled:
            return Refused(Refusal.OFF)
        try:
            target = read_url(url, any_port=self._allow_loopback or self._trusts(url))
        except BadUrl:
            return Refused(Refusal.ADDRESS)
        try:
            async with asyncio.timeout(patience):
                return await self._follow(target, method, dict(headers or {}), content, most, cut, unwanted)
        except (TimeoutError, httpcore.TimeoutException):
            return Refused(Refusal.TOO_SLOW)
        except Exception as error:  # noqa: BLE001 - strangers answer in every way there is; all of them have a name here
            return Refused(_name(error))

    def _trusts(self, url: str) -> bool:
        return self._trusted is not None and is_within(url, self._trusted.url)

    async def _follow(
        self,
        target: Target,
        method: str,
        headers: dict[str, str],
        content: bytes | None,
        most: int,
        cut: bool,
        unwanted: Unwanted | None,
    ) -> Fetched | Refused:
        for _ in range(_REDIRECTS_MAX + 1):
            if unwanted is not None and await unwanted(target.host):
                return Refused(Refusal.UNWANTED)
            of_host = self._of_host.setdefault(target.host, asyncio.Semaphore(self._at_one_host))
            async with of_host, self._at_once:
                fetched = await self._ask(target, method, headers, content, most, cut)
            location = fetched.headers.get("location")
            if fetched.status not in _REDIRECTS or location is None or method != "GET":
                return fetched
            after = follow(target, location, any_port=self._allow_loopback)
            if after.origin != target.origin:
                headers = {}
            target = after
        return Refused(Refusal.REDIRECTS)

    async def _ask(
        self, target: Target, method: str, headers: dict[str, str], content: bytes | None, most: int, cut: bool
    ) -> Fetched:
        """One request over a connection of its own."""
        if target.scheme == "https" and self._tls is None:
            self._tls = await asyncio.to_thread(httpcore.default_ssl_context)
        url = httpcore.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path.encode()
        )
        sent = {"user-agent": self._agent, "accept-encoding": "gzip", **headers}
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls, network_backend=self._connections, max_keepalive_connections=0
        )
        async with pool, pool.stream(method, url, headers=[*sent.items()], content=content) as response:
            answered = _headers(response.headers)
            body, went_on = b"", False
            if response.status not in _REDIRECTS:
                body, went_on = await _read(response, answered.get("content-encoding", ""), most, cut)
            return Fetched(target.url, response.status, answered, body, went_on)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found = list(raw)
    if sum(len(name) + len(value) for name, value in found) > _HEADERS_MAX:
        raise _TooLarge
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in found}


async def _read(response: httpcore.Response, encoding: str, most: int, cut: bool) -> tuple[bytes, bool]:
    """The body, unpacked, and whether it went on."""
    unpack = _unpacker(encoding.strip().lower())
    body = bytearray()
    async for chunk in response.aiter_stream():
        # One byte more than allowed shows that there is more; a bomb is never unpacked any further.
        body += unpack(chunk, most + 1 - len(body))
        if len(body) > most:
            if not cut:
                raise _TooLarge
            return bytes(body[:most]), True
    return bytes(body), False


def _unpacker(encoding: str) -> Any:
    if encoding in ("", "identity"):
        return lambda chunk, _: chunk
    if encoding not in ("gzip", "x-gzip"):
        raise _Broken
    packed = zlib.decompressobj(31)
    return lambda chunk, room: packed.decompress(packed.unconsumed_tail + chunk, room)


_NAMES: tuple[tuple[type[Exception], Refusal], ...] = (
    (_NotPublic, Refusal.NOT_PUBLIC),
    (_UnknownHost, Refusal.UNKNOWN_HOST),
    (_TooLarge, Refusal.TOO_LARGE),
    (BadUrl, Refusal.ADDRESS),
    (httpcore.ConnectError, Refusal.UNREACHABLE),
)


def _name(error: Exception) -> Refusal:
    return next((refusal for kind, refusal in _NAMES if isinstance(error, kind)), Refusal.BROKEN)


def refusing() -> GuardedClient:
    """A client that asks nobody: where nothing is to leave this machine."""
    return GuardedClient("", enabled=False)

"""The guarded client: what it asks for, what it never asks for, and how much it takes in."""

import asyncio
import gzip
import ipaddress
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from plausch.net.addresses import BadUrl, is_public, read_url
from plausch.net.fetching import Fetched, GuardedClient, Refusal, Refused, refusing
from tests.net.strangers import Stranger, Write, a_stranger

HERE = "https://plausch.example.org"


@pytest.fixture
async def stranger() -> AsyncIterator[Stranger]:
    async with a_stranger() as one:
        yield one


@pytest.fixture
def client() -> GuardedClient:
    return GuardedClient(HERE, allow_loopback=True)


async def refusal(client: GuardedClient, url: str, **how: Any) -> Refusal:
    answer = await client.fetch(url, **how)
    assert isinstance(answer, Refused), url
    return answer.reason


async def body(client: GuardedClient, url: str, **how: Any) -> bytes:
    answer = await client.fetch(url, **how)
    assert isinstance(answer, Fetched), answer
    return answer.body


async def test_it_says_who_asks_and_nothing_else(client: GuardedClient, stranger: Stranger) -> None:
    url = stranger.says("/a?b=c", b"Gr\xc3\xbc\xc3\x9fe", "text/html; charset=utf-8", "set-cookie: spy=1")
    for _ in range(2):
        answer = await client.fetch(url + "#part")
        assert isinstance(answer, Fetched)
        assert (answer.status, answer.body.decode(), answer.media_type) == (200, "Grüße", "text/html")
        assert answer.url == url
    assert all(f"(+{HERE})" in head and "cookie" not in head.lower() for head in stranger.asked)


async def test_redirects_are_followed_three_times(client: GuardedClient, stranger: Stranger) -> None:
    stranger.says("/end", b"there")
    for place in range(4):
        stranger.leads(f"/{place}", f"/{place - 1}" if place else "/end")
    assert await body(client, stranger.url + "/2") == b"there"
    assert await refusal(client, stranger.url + "/3") is Refusal.REDIRECTS
    assert await refusal(client, stranger.leads("/round", "/round")) is Refusal.REDIRECTS
    posted = await client.fetch(stranger.url + "/0", method="POST", content=b"{}")
    assert isinstance(posted, Fetched)
    assert posted.status == 302, "what is sent is sent once"


async def test_headers_stay_with_their_host(client: GuardedClient, stranger: Stranger) -> None:
    async with a_stranger() as other:
        url = stranger.leads("/away", other.says("/end", b"there"))
        assert await body(client, url, headers={"authorization": "secret"}) == b"there"
        assert "secret" in stranger.asked[0]
        assert "secret" not in other.asked[0]


@pytest.mark.parametrize("location", ["http://127.0.0.1:1/", "http://[::1]/", "file:///etc/passwd", "//10.0.0.1/", ""])
async def test_redirects_are_checked_anew(location: str, stranger: Stranger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first host may be asked here, as if it were outside; wherever else it leads is refused or has an end."""
    port = int(stranger.url.rpartition(":")[2])
    client = GuardedClient(HERE)
    real = ipaddress.ip_address(stranger.url.removeprefix("http://").partition(":")[0])
    monkeypatch.setattr("plausch.net.fetching.read_url", lambda url, **_: read_url(url, any_port=True))
    asked: list[str] = []

    def outside(address: Any) -> bool:
        asked.append(str(address))
        return len(asked) == 1 and address == real

    monkeypatch.setattr("plausch.net.fetching.is_public", outside)
    stranger.leads("/", location)
    found = await refusal(client, f"http://127.0.0.1:{port}/")
    assert found in (Refusal.NOT_PUBLIC, Refusal.ADDRESS)
    assert len(stranger.asked) == 1


NOT_PUBLIC = """
    127.0.0.1 127.9.9.9 0.0.0.0 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
    100.127.255.255 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
    255.255.255.255 192.88.99.1
    ::1 :: ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::1 100::1
    2001::1 2001:db8::1 2002:7f00:1:: 2002:808:808:: fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 5f00::1 3fff::1
"""
PUBLIC = "8.8.8.8 193.99.144.80 2606:4700::1111 2a00:1450:4001::64 64:ff9b::808:808"


def test_only_the_world_outside_is_public() -> None:
    assert [text for text in NOT_PUBLIC.split() if is_public(ipaddress.ip_address(text))] == []
    assert [text for text in PUBLIC.split() if not is_public(ipaddress.ip_address(text))] == []
    assert not is_public(ipaddress.ip_address("2606:4700::1111%eth0"))


NO_ADDRESS = [
    "", "nonsense", "//example.org", "ftp://example.org", "file:///etc/passwd", "javascript:alert(1)", "gopher://a.de/",
    "http://", "http:///path", "http://user@example.org", "http://user:word@example.org", "http://example.org@10.0.0.1",
    "http://example.org:8080/", "http://example.org:22/", "http://example.org:99999/", "http://example.org:x/",
    "http://example.org\\@10.0.0.1/", "http://exa mple.org/", "http://example.org/\r\nHost: b", "http://a\x00b.de/",
    "http://2130706433/", "http://0177.0.0.1/", "http://0x7f.1/", "http://0x7f000001/", "http://127.1/",
    "http://127.0.0.1.1/", "http://1.2.3/", "http://[::1/", "http://[::1%25eth0]/", "http://[::g]/", "http://[]/",
    "http://a..b/", "http://.de/", "http://example.org" + "/x" * 2000, "http://" + "a" * 64 + ".de/", "http://%31/",
    "http://a&b.de/", "http://a;b/", "http://xn--/\u202e", "http://1.2.3.999/", "http://00000177.1/",
]  # fmt: skip


@pytest.mark.parametrize("url", NO_ADDRESS)
async def test_what_is_no_plain_address_is_never_asked(url: str) -> None:
    assert await refusal(GuardedClient(HERE), url) is Refusal.ADDRESS


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://127.0.0.1/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://[::1]/",
            "https://[::ffff:127.0.0.1]/",
        ),
        *("http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:0:0:1]/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/"),
        *("http://0.0.0.0/", "http://[::]/"),
    ],
)
async def test_this_machine_is_not_asked(url: str, stranger: Stranger) -> None:
    assert await refusal(GuardedClient(HERE), url) is Refusal.NOT_PUBLIC


def test_an_address_has_one_form() -> None:
    assert read_url("HTTP://Bücher.Example:80/ä?q=ö#x").url == "http://xn--bcher-kva.example/%C3%A4?q=%C3%B6"
    assert read_url("https://example.org").url == "https://example.org/"
    assert read_url("https://[2606:4700::0:1111]/").url == "https://[2606:4700::1111]/"
    with pytest.raises(BadUrl):
        read_url("http://example.org:8080/")


class FakeNames:
    """Name servers of strangers, which answer as they like; the last answer is given for ever."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.asked = 0
        self.answers = answers
        monkeypatch.setattr(socket, "getaddrinfo", self.answer)

    def answer(self, host: str, port: int, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        if host[0].isdigit():
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            return [(family, socket.SOCK_STREAM, 6, "", (host, port))]
        found = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


async def test_a_name_that_leads_inside_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for found in (["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["169.254.169.254"]):
        FakeNames(monkeypatch, found)
        assert await refusal(GuardedClient(HERE), "http://evil.example/") is Refusal.NOT_PUBLIC


async def test_the_connection_goes_where_the_check_looked(
    client: GuardedClient, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name whose address changes between the check and the connection gains nothing: it is asked for once."""
    names = FakeNames(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    stranger.says("/", b"here")
    assert await body(client, stranger.url.replace("127.0.0.1", "evil.example") + "/") == b"here"
    assert names.asked == 1
    assert "evil.example" in stranger.asked[0]
    assert await refusal(client, "http://evil.example/") is Refusal.NOT_PUBLIC, "and anew with every request"


async def test_bodies_are_bounded(client: GuardedClient, stranger: Stranger) -> None:
    url = stranger.says("/long", b"x" * 5000)
    assert await body(client, url, most=5000) == b"x" * 5000
    assert await refusal(client, url, most=4999) is Refusal.TOO_LARGE
    assert len(await body(client, url, most=100, cut=True)) == 100
    packed = stranger.says("/packed", gzip.compress(b"y" * 5000), "text/plain", "content-encoding: gzip")
    assert await body(client, packed, most=5000) == b"y" * 5000
    assert await refusal(client, packed, most=4999) is Refusal.TOO_LARGE
    bomb = stranger.says("/bomb", gzip.compress(bytes(20 << 20)), "text/plain", "content-encoding: gzip")
    assert await refusal(client, bomb) is Refusal.TOO_LARGE
    assert len(await body(client, bomb, most=1000, cut=True)) == 1000
    broken = stranger.says("/broken", b"no gzip at all", "text/plain", "content-encoding: gzip")
    assert await refusal(client, broken) is Refusal.BROKEN
    other = stranger.says("/other", b"?", "text/plain", "content-encoding: br")
    assert await refusal(client, other) is Refusal.BROKEN


async def test_headers_are_bounded(client: GuardedClient, stranger: Stranger) -> None:
    async def endless(write: Write) -> None:
        await write(b"HTTP/1.1 200 OK\r\n")
        while True:
            await write(b"x-more: " + b"y" * 1000 + b"\r\n")

    assert await refusal(client, stranger.does("/endless", endless)) in (Refusal.BROKEN, Refusal.TOO_LARGE)
    many = stranger.says("/many", b"", "text/plain", *(f"x-{place}: {'y' * 700}" for place in range(100)))
    assert await refusal(client, many) is Refusal.TOO_LARGE


async def test_time_is_bounded(client: GuardedClient, stranger: Stranger) -> None:
    async def drip(write: Write) -> None:
        await write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while True:
            await write(b"x")
            await asyncio.sleep(0.02)

    async def silent(write: Write) -> None:
        await asyncio.sleep(3600)

    async def for_ever(write: Write) -> None:
        while True:
            await write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await asyncio.sleep(0.02)

    for path, answer in (("/drip", drip), ("/silent", silent), ("/100", for_ever)):
        assert await refusal(client, stranger.does(path, answer), patience=0.2) is Refusal.TOO_SLOW


async def test_one_host_is_asked_three_things_at_once(client: GuardedClient, stranger: Stranger) -> None:
    running = most = 0

    async def slow(write: Write) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        await write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    url = stranger.does("/slow", slow)
    answers = await asyncio.gather(*(client.fetch(url) for _ in range(8)))
    assert all(isinstance(answer, Fetched) for answer in answers)
    assert most == 3
    apart = client.apart()
    await asyncio.gather(*(one.fetch(url) for one in [client] * 3 + [apart] * 3))
    assert most == 6, "what has places of its own waits for nobody"


async def test_nonsense_is_refused(client: GuardedClient, stranger: Stranger) -> None:
    for path, answer in {
        "/nothing": b"",
        "/words": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "/short": b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc",
        "/lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "/chunks": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    }.items():
        stranger.answers[path] = answer
        assert await refusal(client, stranger.url + path) is Refusal.BROKEN, path
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert await refusal(client, f"http://127.0.0.1:{port}/") is Refusal.UNREACHABLE


async def test_it_can_be_switched_off(stranger: Stranger) -> None:
    url = stranger.says("/", b"hello")
    assert await refusal(GuardedClient(HERE, enabled=False, allow_loopback=True), url) is Refusal.OFF
    assert await refusal(refusing(), url) is Refusal.OFF
    assert stranger.asked == []

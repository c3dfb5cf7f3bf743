"""`python -m bench [--large] [--night] [--engine sqlite|postgres]`: seed, measure, print a table."""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import psutil
import sqlalchemy as sa

from bench import apps, channels, dataset, night, streams
from bench.channels import Channels
from bench.dataset import LARGE, SMALL, Loaded, Size
from bench.measuring import Bare, Figures, cpu_of, get, measure, memory_of, run
from plausch.kernel import ids
from plausch.people import actions as people
from plausch.storage import Database, column_statement, open_database
from tests.harness import postgres
from tests.harness.databases import PostgresDatabases, SqliteDatabases
from tests.harness.server import Server

_PARALLEL = (1, 8, 32)


class Case(NamedTuple):
    """One kind of request; `requests` are taken in turn."""

    name: str
    requests: list[str]
    times: int


class Secrets(NamedTuple):
    """How readers sign in: a token for programs and a session for browsers, by how many they follow."""

    tokens: dict[int, str]
    sessions: dict[int, str]
    #: Tokens of two hundred people, to read one home after the other.
    crowd: list[str]
    writer: str


async def _seed(url: str, size: Size) -> tuple[Loaded, Secrets]:
    database = await open_database(url)
    began = time.perf_counter()
    loaded = await dataset.load(database, size)
    print(f"loaded {size.name} in {time.perf_counter() - began:.1f} s", file=sys.stderr)
    tokens, sessions, crowd = {}, {}, []
    async with database.write() as tx:
        for follows, reader in loaded.readers.items():
            tokens[follows] = await people.create_token(tx, reader, "read write")
            sessions[follows] = await people.start_session(tx, reader, "bench")
        for person in loaded.people[:200]:
            crowd.append(await people.create_token(tx, person, "read"))
        writer = await people.create_token(tx, loaded.popular, "read write")
        await apps.add_notifications(tx, next(iter(loaded.readers.values())), loaded.people, loaded.thread)
    await _close(database)
    return loaded, Secrets(tokens, sessions, crowd, writer)


async def _add_channels(url: str, loaded: Loaded) -> Channels:
    """Later than the homes are measured: what people say in these would be most of what stands there."""
    database = await open_database(url)
    there = await channels.add(database, loaded.people, next(iter(loaded.readers.values())))
    await _close(database)
    return there


async def _close(database: Database) -> None:
    if database.engine == "postgres":
        async with database.write() as tx:  # what autovacuum does within a minute
            await tx.run(column_statement(sa.text("ANALYZE")))
    await database.close()


def _cases(port: int, loaded: Loaded, secrets: Secrets) -> list[Case]:
    deep = (loaded.thread + ids.new_id()) // 2
    api, cases = "/api/plausch/v1/home", []

    def bearer(token: str) -> str:
        return f"Authorization: Bearer {token}"

    any_token = next(iter(secrets.tokens.values()))
    cases.append(Case("who am I", [get("/api/plausch/v1/me", port, bearer(any_token))], 4000))
    for follows, token in secrets.tokens.items():
        for name, query in (("newest", ""), ("deep", f"?before={deep}")):
            cases.append(
                Case(f"20 posts, follows {follows}, {name}", [get(f"{api}/entries{query}", port, bearer(token))], 2000)
            )
    cases.append(
        Case("20 posts, 200 people in turn", [get(f"{api}/entries", port, bearer(t)) for t in secrets.crowd], 2000)
    )
    for follows, token in secrets.tokens.items():
        cases.append(Case(f"20 cards, follows {follows}", [get(f"{api}/conversations", port, bearer(token))], 1000))
    for follows, session in secrets.sessions.items():
        cases.append(Case(f"HTML home, follows {follows}", [get("/", port, f"Cookie: session={session}")], 500))
    of_apps = apps.requests_of(port, secrets.tokens, secrets.crowd, loaded.people, loaded.thread)
    cases += [Case(*one) for one in of_apps]
    session = next(iter(secrets.sessions.values()))
    thread = get(f"/conversations/{loaded.thread}", port, f"Cookie: session={session}")
    cases.append(Case("HTML thread, 100 replies", [thread], 200))
    return cases


def _channel_cases(port: int, loaded: Loaded, secrets: Secrets, there: Channels) -> list[Case]:
    session, token = next(iter(secrets.sessions.values())), next(iter(secrets.tokens.values()))
    handle = f"person{loaded.people.index(next(iter(loaded.readers.values())))}"
    pages = [
        ("HTML group home", f"/groups/{there.group}"),
        ("HTML board, 30 of 1,000 topics", f"/groups/{there.group}/forum/{there.board}"),
        ("HTML topic, 2,000 replies, unread", _led_to(port, f"/conversations/{there.topic}/unread", session)),
        ("HTML article, 30 comments", f"/@{handle}/blog/{there.article}"),
    ]
    data = [
        ("20 cards of a group", f"/groups/{there.group}/conversations"),
        ("30 of 1,000 topics of a board", f"/boards/{there.board_id}/topics"),
        ("50 of 2,000 replies, unread", f"/conversations/{there.topic}?around=unread"),
        ("an article", f"/blogs/{handle}/{there.article}"),
    ]
    return [
        *(Case(name, [get(path, port, f"Cookie: session={session}")], 200) for name, path in pages),
        *(
            Case(name, [get(f"/api/plausch/v1{path}", port, f"Authorization: Bearer {token}")], 500)
            for name, path in data
        ),
    ]


def _led_to(port: int, path: str, session: str) -> str:
    """Where a page leads at once."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Cookie": f"session={session}"})
    return (connection.getresponse().getheader("location") or path).partition("#")[0]


def _await_idle(server: Server) -> None:
    """What was said is still told to everybody: that is not what is measured next."""
    spent = -1.0
    while cpu_of(server.pid) - spent > 0.05:
        spent = cpu_of(server.pid)
        time.sleep(1)


def _measure(server: Server, everything: list[Case], only: str, database: int | None) -> None:
    cases = [case for case in everything if only in case.name]
    print(f"{'request':34} {'bytes':>7} {'CPU ms':>7} {'bare':>6} {'times':>6} {'db ms':>6} {'CPU@8':>7}", end="")
    print("".join(f" {f'req/s@{n}':>9} {'p50':>6} {'p99':>6}" for n in _PARALLEL))
    with tempfile.TemporaryDirectory() as folder:
        for place, case in enumerate(cases):
            Path(folder, str(place)).write_bytes(_body(server, case.requests[0]))
        bare = Bare(Path(folder))
        try:
            for place, case in enumerate(cases):
                _print_case(server, bare, case, place, len(Path(folder, str(place)).read_bytes()), database)
        finally:
            bare.stop()


def _print_case(server: Server, bare: Bare, case: Case, place: int, size: int, database: int | None) -> None:
    yardstick = measure(bare.pid, bare.port, [get(f"/{place}", bare.port)], count=3000, connections=1)
    found: list[Figures] = [
        measure(server.pid, server.port, case.requests, count=case.times, connections=n, database=database)
        for n in _PARALLEL
    ]
    alone = found[0]
    times = alone.cpu_ms / yardstick.cpu_ms
    line = f"{case.name:34} {size:7} {alone.cpu_ms:7.3f} {yardstick.cpu_ms:6.3f} {times:6.1f} {alone.database_ms:6.3f}"
    line += f" {found[1].cpu_ms:7.3f}"
    line += "".join(f" {one.per_second:9.0f} {one.p50_ms:6.2f} {one.p99_ms:6.2f}" for one in found)
    print(line, flush=True)


def _body(server: Server, request: str) -> bytes:
    lines = request.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    path = lines[0].split()[1]
    with urllib.request.urlopen(urllib.request.Request(f"{server.url}{path}", headers=headers)) as answer:
        return bytes(answer.read())


def _posting(server: Server, secrets: Secrets, database: int | None) -> None:
    """What a post costs with all that follows from it, and whom it holds up."""
    body = '{"text":"Guten Morgen, wer kommt heute Abend? #Schach","language":"de"}'
    headers = [f"Authorization: Bearer {secrets.writer}", "Content-Type: application/json"]
    headers.append(f"Content-Length: {len(body)}")
    request = get("/api/plausch/v1/posts", server.port, *headers).replace("GET", "POST", 1) + body
    figures = measure(server.pid, server.port, [request], count=100, connections=1, database=database)
    print(f"a post, side effects included: {figures.cpu_ms:.2f} ms CPU (+ {figures.database_ms:.2f} in the database), "
          f"answered after {figures.p50_ms:.1f} ms (p99 {figures.p99_ms:.1f})")  # fmt: skip
    quiet = run(server.port, [get("/health", server.port)], 2000, 1)
    print(f"others wait at most {max(quiet.latencies) * 1000:.1f} ms without load", end="")
    waits = _pings_while_posting(server, request)
    print(
        f", {waits[-1]:.1f} ms while the most followed person posts 20 times (p99 {waits[int(len(waits) * 0.99)]:.1f})"
    )


def _pings_while_posting(server: Server, request: str) -> list[float]:
    with ThreadPoolExecutor(1) as pool:
        posting = pool.submit(run, server.port, [request], 20, 1)
        waits: list[float] = []
        while not posting.done():
            waits += run(server.port, [get("/health", server.port)], 300, 1).latencies
    return sorted(wait * 1000 for wait in waits)


def _bench(engine: str, size: Size, only: str, *, by_night: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix="plausch-bench-", dir="/tmp"))
    postgres_pid = None
    try:
        if engine == "postgres":
            cluster = postgres.ensure(folder, os.getpid(), durable=True)
            url = PostgresDatabases(folder, cluster).create(folder / "data")
            postgres_pid = int((next(folder.rglob("postmaster.pid"))).read_text().split()[0])
        else:
            url = SqliteDatabases(folder).create(folder / "data")
        loaded, secrets = asyncio.run(_seed(url, size))
        with Server(url, folder / "data", {"PLAUSCH_WORKERS": "1"}) as server:
            time.sleep(3)
            print(f"\n{size.name}, {engine}: process tree at rest {memory_of(server.pid):.0f} MB (PSS)")
            if by_night:
                night.measure_night(server, secrets.crowd)
                return
            _measure(server, _cases(server.port, loaded, secrets), only, postgres_pid)
            _posting(server, secrets, postgres_pid)
            apps.measure_writing(
                server, secrets.writer, next(iter(secrets.tokens.values())), [loaded.thread], postgres_pid
            )
            streams.measure_streams(server, secrets.writer, secrets.crowd)
            there = asyncio.run(_add_channels(url, loaded))
            _await_idle(server)
            _measure(server, _channel_cases(server.port, loaded, secrets, there), only, postgres_pid)
            print(f"process tree afterwards {memory_of(server.pid):.0f} MB")
    finally:
        if engine == "postgres":
            postgres.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--large", action="store_true", help="a million posts instead of three thousand")
    parser.add_argument("--only", default="", help="measure only requests whose name contains this")
    parser.add_argument("--both", action="store_true", help="the small and the large community")
    parser.add_argument("--night", action="store_true", help="what computing insights costs, and readers beside it")
    options = parser.parse_args()
    print(f"{psutil.cpu_count()} processors, Python {sys.version.split()[0]}")
    for size in [SMALL, LARGE] if options.both else [LARGE if options.large else SMALL]:
        _bench(options.engine, size, options.only, by_night=options.night)


if __name__ == "__main__":
    main()

"""`plausch serve`: one server a port, a graceful end, small, and silent about people."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from plausch.app import serving
from plausch.kernel import clock
from plausch.settings import read_settings
from plausch.storage import Database, column_statement
from plausch.work import queue
from plausch.work.tables import jobs
from tests.cli.running import Run, environment
from tests.conftest import StartServer
from tests.harness.server import Server, free_port

#: Resident memory of the process tree at rest.
_MOST_MEMORY = 150e6


def processes(pid: int) -> list[int]:
    """A process and its children, and theirs."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in processes(int(child)))]


def own_memory(pid: int) -> int:
    """In bytes; what several processes share counts once among them (PSS), as in the benchmark."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_port_in_use_is_refused(server: Server, run: Run) -> None:
    for command in ("serve", "demo"):
        code, said, complained = run(command, "--port", server.port)
        assert (code, said) == (1, "")
        assert complained.startswith(f"plausch: cannot listen on 127.0.0.1:{server.port}: Address already in use.")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_port_just_closed_is_free_again(server: Server) -> None:
    httpx.get(f"{server.url}/health")
    assert server.stop() == 0
    server.start()
    assert httpx.get(f"{server.url}/health").json() == {"status": "ok"}


def test_it_says_where_it_answers_and_how_to_begin(server: Server, run_here: Run) -> None:
    assert f"Plausch answers at {server.url} (listening on 127.0.0.1:{server.port})." in server.log()
    assert "plausch user create NAME" in server.log()
    server.stop()
    run_here("user", "create", "anna", "--email", "anna@example.org", "--password", "ein langer Satz")
    server.log_file.write_text("")
    server.start()
    assert "plausch user create" not in server.log()


@pytest.mark.slow
def test_a_new_folder_becomes_a_community(tmp_path: Path) -> None:
    data = tmp_path / "new" / "folder"
    with Server(f"sqlite:///{data / 'plausch.db'}", data) as server:
        assert httpx.get(f"{server.url}/health").status_code == 200


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_server_is_small(server: Server) -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("memory is measured on Linux")
    httpx.get(f"{server.url}/")
    time.sleep(0.5)
    assert sum(own_memory(pid) for pid in processes(server.pid)) < _MOST_MEMORY


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"])
def test_listeners_do_not_hold_up_the_end(start_server: StartServer) -> None:
    server = start_server(PLAUSCH_WORKERS="2")
    with httpx.stream("GET", f"{server.url}/live/local", timeout=30) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 3
        # It ends in order, and not in the middle of a piece.
        assert isinstance(b"".join(stream.iter_raw()), bytes)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_request_under_way_is_finished(server: Server) -> None:
    body = b"login=anna&password=" + b"x" * 100
    head = f"POST /sign-in HTTP/1.1\r\nHost: localhost:{server.port}\r\nOrigin: {server.url}\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head.encode() + body[:20])
        time.sleep(0.3)
        os.kill(server.pid, 15)
        time.sleep(0.3)
        connection.sendall(body[20:])
        assert connection.recv(100).startswith(b"HTTP/1.1 422")
    assert server.stop() == 0


@pytest.mark.slow
async def test_background_work_is_handed_back(start_server: StartServer, database: Database) -> None:
    many = 3000
    async with database.write() as tx:
        for post in range(many):
            await queue.put(tx, "talk.detect_language", post)
    server = start_server()
    assert server.stop() == 0
    async with database.read() as tx:
        left = await tx.all(column_statement(sa.select(jobs.c.due_at)))
        leased = await tx.all(column_statement(sa.select(jobs.c.id).where(jobs.c.leased_by.is_not(None))))
    assert 0 < len(left) < many, "it was stopped in the middle of its work"
    assert leased == []
    assert max(left) <= clock.real_now()


@pytest.mark.slow
def test_logs_are_json_and_hold_nothing_personal(start_server: StartServer, run_here: Run) -> None:
    run_here("user", "create", "krokodil", "--email", "kroko@example.org", "--password", "ein langer Satz")
    server = start_server(PLAUSCH_LOG_FORMAT="json", PLAUSCH_FORWARDED="on")
    headers = {"X-Forwarded-For": "203.0.113.77", "User-Agent": "Schnappi/1.0", "Origin": server.url}
    with httpx.Client(base_url=server.url, headers=headers, follow_redirects=True) as browser:
        signing_in = {"login": "krokodil", "password": "ein langer Satz"}
        assert browser.post("/sign-in", data=signing_in).status_code == 200
        assert browser.post("/posts", data={"text": "Nilpferde sind #Geheimrat"}).status_code < 400
        for path in ("/@krokodil", "/tags/geheimrat", "/search?q=nilpferd", "/krokodil/%F0%9F%90%8A", "/settings"):
            browser.get(path)
        browser.post("/sign-in", data={"login": "kroko@example.org", "password": "falscher Satz"})
        # What goes wrong is what is logged.
        for path in ("/@krokodilmann", "/@krokodil/block", "/posts/77?nilpferd", "/tags/geheimrat"):
            browser.request("PUT" if "tags" in path else "GET", path)
        browser.post("/posts", data={"text": "Nilpferd" * 4000})
        browser.post("/posts", data={"text": "Nilpferd"}, headers={"Origin": "https://krokodil.example"})
    server.stop()
    lines = [line for line in server.log().splitlines() if not line.startswith("Plausch answers at")]
    entries = [json.loads(line) for line in lines]
    assert {"/@{handle}", "/posts/{id}", "/sign-in", "/posts", "-"} <= {entry.get("route") for entry in entries}
    assert {403, 404, 405, 422} <= {entry.get("status") for entry in entries}
    assert all({"at", "level", "logger", "message"} <= entry.keys() for entry in entries)
    text = "\n".join(lines).lower()
    for personal in ("kroko", "nilpferd", "geheimrat", "203.0.113", "127.0.0.1", "schnappi", "satz", "🐊", "%f0"):
        assert personal not in text


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_newer_database_is_refused(run: Run, run_here: Run, database_url: str) -> None:
    database = database_url.removeprefix("sqlite:///")
    assert Path(database).exists()
    plausch_port = free_port()
    _set_revision(database, "9999")
    commands = (("migrate",), ("user", "list"), ("backup", "x.tar.gz"))
    outcomes = [run("serve", "--port", plausch_port), *(run_here(*command) for command in commands)]
    for code, said, complained in outcomes:
        assert (code, said) == (1, "")
        assert "9999" in complained
        assert "newer" in complained


def _set_revision(path: str, revision: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_only_one_server_has_a_folder_and_a_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The locks last as long as the process; in this one they are held by what is opened."""
    monkeypatch.setattr(serving, "_PATIENCE", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    port = str(free_port())
    first, second = (read_settings({"data": str(tmp_path / name), "port": port}, {})[0] for name in ("a", "b"))
    serving.take_place(first)
    with pytest.raises(serving.FolderInUse):
        serving.take_place(first)
    with pytest.raises(serving.PortInUse):
        serving.take_place(second)


@pytest.mark.slow
@pytest.mark.parametrize("other", ["folder", "port"])
def test_of_two_that_start_at_once_one_wins(tmp_path: Path, other: str) -> None:
    ports = (free_port(), free_port())
    command = [sys.executable, "-m", "plausch.cli", "serve"]
    settings = [
        {
            "PLAUSCH_DATA": str(tmp_path / ("same" if other == "folder" else str(number))),
            "PLAUSCH_PORT": str(ports[0 if other == "port" else number]),
        }
        for number in range(2)
    ]
    started = [subprocess.Popen(command, env=environment(**one), stderr=subprocess.PIPE, text=True) for one in settings]
    while all(one.poll() is None for one in started):
        time.sleep(0.1)
    (lost,) = (one for one in started if one.poll() is not None)
    (won,) = (one for one in started if one is not lost)
    assert lost.returncode == 1
    assert ("another server runs on" if other == "folder" else "cannot listen on") in lost.communicate()[1]
    _wait_for_health(settings[started.index(won)]["PLAUSCH_PORT"])
    won.terminate()
    won.communicate(timeout=30)
    assert won.returncode == 0


def _wait_for_health(port: str) -> None:
    for _ in range(300):
        with suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200:
                return
        time.sleep(0.1)
    pytest.fail("it does not answer")

"""Child processes: every way they can fail ends in a ChildFailed and a working child afterwards, never in a hang."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plausch.kernel.child import Child, ChildFailed

WORKER = "tests.kernel.child_worker"


def new_child(timeout: float = 10, idle: float = 1, **limits: int) -> Child:
    return Child(WORKER, timeout=timeout, idle=idle, **limits)


async def failure(child: Child, **request: Any) -> str:
    with pytest.raises(ChildFailed) as caught:
        await child.ask(request)
    return caught.value.reason


async def pid(child: Child) -> int:
    return int(await child.ask({"do": "pid"}))


def is_running(pid: int) -> bool:
    """Also false for a zombie: it is gone, but for its name."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.01)


async def test_it_answers_with_what_the_handler_returns() -> None:
    child = new_child()
    for value in ("ä", 7, None, [1.5, True], {"a": b"\x00\xff"}):
        assert await child.ask({"do": "echo", "value": value}) == value
    large = os.urandom(5 << 20)
    assert await child.ask({"do": "echo", "value": large}, bytes) == large


async def test_requests_at_once_are_answered_by_one_process_each_with_its_own_answer() -> None:
    child = new_child(waiting=100)
    answers = await asyncio.gather(*(child.ask({"do": "echo", "value": n}) for n in range(50)))
    assert answers == list(range(50))
    assert await pid(child) == await pid(child)


async def test_a_request_that_takes_too_long_costs_the_child_its_life() -> None:
    child = new_child(timeout=0.3)
    first = await pid(child)
    started = time.monotonic()
    assert await failure(child, do="sleep", seconds=60) == "timeout"
    assert time.monotonic() - started < 5
    assert not is_running(first)
    assert await pid(child) != first


async def test_the_loop_goes_on_while_a_child_works() -> None:
    child = new_child()
    request = asyncio.create_task(child.ask({"do": "sleep", "seconds": 0.5}))
    longest = 0.0
    while not request.done():
        before = time.monotonic()
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - before)
    await request
    assert longest < 0.4


async def test_a_child_killed_in_the_middle_of_a_request_is_replaced() -> None:
    child = new_child()
    first = await pid(child)
    request = asyncio.create_task(failure(child, do="sleep", seconds=60))
    await asyncio.sleep(0.1)
    os.kill(first, signal.SIGKILL)
    assert await request == "died"
    assert await pid(child) != first
    assert await failure(child, do="die") == "died"
    assert await pid(child)


async def test_a_child_killed_while_idle_is_replaced_without_an_error() -> None:
    child = new_child()
    first = await pid(child)
    os.kill(first, signal.SIGKILL)
    await until(lambda: not is_running(first))
    assert await pid(child) != first


async def test_an_exception_of_the_handler_leaves_the_child_alive() -> None:
    child = new_child()
    first = await pid(child)
    assert await failure(child, do="raise") == "error"
    assert await pid(child) == first


async def test_what_is_no_request_or_no_such_answer_is_an_error() -> None:
    child = new_child()
    with pytest.raises(ChildFailed, match="error"):
        await child.ask(["not", "a", "mapping"])
    with pytest.raises(ValueError, match="int"):
        await child.ask({"do": "echo", "value": "text"}, int)
    with pytest.raises(TypeError):
        await child.ask(object())
    assert await pid(child)


async def test_a_module_that_does_not_start_is_a_failure() -> None:
    child = Child("tests.kernel.no_such_worker", timeout=1, idle=1)
    for _ in range(2):
        with pytest.raises(ChildFailed, match="died"):
            await child.ask(None)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces the limit")
async def test_memory_beyond_the_limit_is_refused_and_the_process_replaced() -> None:
    child = new_child(memory=300 << 20)
    assert await child.ask({"do": "allocate", "bytes": 50 << 20}) == 50 << 20
    first = await pid(child)
    assert await failure(child, do="allocate", bytes=400 << 20) == "memory"
    assert await pid(child) != first


async def test_more_requests_than_may_wait_are_refused_at_once() -> None:
    child = new_child(waiting=2)
    await pid(child)
    working = asyncio.create_task(child.ask({"do": "sleep", "seconds": 0.5}))
    await asyncio.sleep(0.1)
    waiting = [asyncio.create_task(pid(child)) for _ in range(2)]
    await asyncio.sleep(0.1)
    assert await failure(child, do="pid") == "busy"
    await asyncio.gather(working, *waiting)
    assert await pid(child)


async def test_a_cancelled_request_is_not_begun() -> None:
    child = new_child()
    first = await pid(child)
    working = asyncio.create_task(child.ask({"do": "sleep", "seconds": 0.3}))
    await asyncio.sleep(0.05)
    cancelled = asyncio.create_task(child.ask({"do": "die"}))
    await asyncio.sleep(0.05)
    cancelled.cancel()
    await working
    assert await pid(child) == first


async def test_an_idle_child_goes_away_and_comes_back() -> None:
    child = new_child(idle=0.2)
    first = await pid(child)
    await until(lambda: not is_running(first))
    assert await pid(child) != first


def test_it_works_across_event_loops() -> None:
    child = new_child(idle=10)
    assert asyncio.run(pid(child)) == asyncio.run(pid(child))


def test_it_works_in_a_forked_process_and_in_the_original() -> None:
    code = f"""
import asyncio, os, signal, warnings
from plausch.kernel.child import Child
warnings.simplefilter("ignore")  # newer Pythons warn of forks beside threads
child = Child({WORKER!r}, timeout=10, idle=10)
first = asyncio.run(child.ask({{"do": "pid"}}))
if os.fork() == 0:
    signal.alarm(20)  # it must not stay behind when it hangs
    os._exit(0 if asyncio.run(child.ask({{"do": "pid"}})) != first else 1)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 0
assert asyncio.run(child.ask({{"do": "pid"}})) == first
"""
    assert subprocess.run([sys.executable, "-c", code], env=_environment(), timeout=30, check=False).returncode == 0


@pytest.mark.parametrize("busy", [True, False], ids=["busy", "idle"])
def test_no_child_outlives_a_killed_parent(busy: bool) -> None:
    code = f"""
import asyncio
from plausch.kernel.child import Child
child = Child({WORKER!r}, timeout=60, idle=60)
async def main():
    print(await child.ask({{"do": "pid"}}), flush=True)
    await {'child.ask({"do": "sleep", "seconds": 60})' if busy else "asyncio.sleep(60)"}
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=_environment()) as parent:
        assert parent.stdout is not None
        orphan = int(parent.stdout.readline())
        time.sleep(0.1)
        assert is_running(orphan)
        parent.kill()
    asyncio.run(until(lambda: not is_running(orphan), seconds=5))


def test_what_was_begun_for_a_parent_that_is_gone_is_not_done(tmp_path: Path) -> None:
    """Killed before the child has asked the kernel to be ended with it."""
    code = f"""
import asyncio
from plausch.kernel.child import Errand
asyncio.run(Errand("tests.kernel.errand").run({{"FOLDER": {str(tmp_path)!r}}}))
"""
    started = tmp_path / "started"
    with subprocess.Popen([sys.executable, "-c", code], env=_environment()) as parent:
        asyncio.run(until(started.exists, seconds=20))
        parent.kill()
    orphan = int(started.read_text())
    asyncio.run(until(lambda: not is_running(orphan), seconds=20))
    assert not (tmp_path / "done").exists()


async def test_children_step_back_and_know_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUSCH_DATABASE_URL", "postgresql://secret")
    child = new_child()
    assert await child.ask({"do": "nice"}) >= 10
    assert "secret" not in str(await child.ask({"do": "environment"}))


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

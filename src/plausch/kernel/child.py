"""Child processes for work that must not happen here: heavy libraries, hostile files, long computation.

The parent keeps a `Child` per entry module (`python -m plausch.<room>.<name>_worker`), which calls `serve(handler,
request_type)` under `if __name__ == "__main__"`. The child starts when first asked, answers one request after the
other, and goes away when idle. Frames on its standard input and output are a length and a msgpack document.

A thread per child does the waiting, so it depends on no event loop and blocks none. The child never outlives its
parent, however that dies: the kernel kills it (Linux), it sees the end of its input, or its own alarm goes off.

An `Errand` is a process that is asked nothing: it does one thing and ends.
"""

import asyncio
import ctypes
import os
import queue
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec

#: Seconds a child may take to import its libraries, on a slow and busy machine.
_START_TIMEOUT = 60.0
_MAX_FRAME = 128 << 20
_PR_SET_PDEATHSIG = 1
#: The child parses what strangers send: it is given no setting and no secret of ours.
_INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "LD_LIBRARY_PATH")

#: In the environment of a child: whose it is.
_PARENT = "PARENT_PID"


class ChildFailed(Exception):
    """No answer. `reason`: busy, timeout, memory, died (or never started), error (the handler raised)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Answer(msgspec.Struct, array_like=True):
    """`value` holds the handler's result, unless `failure` says why there is none."""

    value: msgspec.Raw
    failure: str = ""


class _Call:
    """One request on its way, and where its answer is awaited."""

    def __init__(self, request: Any, answer_type: Any) -> None:
        self.request = request
        self.answer_type = answer_type
        self.future: Future[Any] = Future()


class Child:
    """A worker process that is there when it is needed."""

    def __init__(
        self, module: str, *, timeout: float, idle: float = 60.0, memory: int | None = None, waiting: int = 16
    ) -> None:
        """`timeout` and `idle` in seconds, `memory` in bytes of address space, `waiting`: how many may queue."""
        self._module = module
        self._timeout = timeout
        self._idle = idle
        self._memory = memory
        self._waiting = waiting
        self._lock = threading.Lock()
        self._calls: queue.SimpleQueue[_Call] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def ask(self, request: Any, answer_type: Any = Any) -> Any:
        """The handler's answer, as `answer_type`; raises ChildFailed. The timeout counts from this request's turn."""
        call = _Call(request, answer_type)
        with self._lock:
            if self._calls.qsize() >= self._waiting:
                raise ChildFailed("busy")
            self._calls.put(call)
            # After a fork the object is there but its thread is not: then a new one starts here too.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name=self._module, daemon=True)
                self._thread.start()
        return await asyncio.wrap_future(call.future)

    def _run(self) -> None:
        """The thread: owns the process, hands it one call after the other, ends both when idle."""
        process: _Process | None = None
        while True:
            try:
                call = self._calls.get(timeout=self._idle)
            except queue.Empty:
                with self._lock:
                    if not self._calls.empty():
                        continue
                    self._thread = None
                if process is not None:
                    process.end()
                return
            if call.future.set_running_or_notify_cancel():
                process = self._answer(call, process)

    def _answer(self, call: _Call, process: "_Process | None") -> "_Process | None":
        """Answer the call; the process to use for the next one."""
        try:
            request = msgspec.msgpack.encode(call.request)
            if process is not None and not process.alive():
                process.end()
                process = None
            if process is None:
                process = _Process(self._module, self._timeout, self._memory)
            answer = process.ask(request)
            if answer.failure:
                raise ChildFailed(answer.failure)
            call.future.set_result(msgspec.msgpack.decode(answer.value, type=call.answer_type))
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to whoever asked
            call.future.set_exception(error)
        return process


class Errand:
    """A process of its own that does one thing and ends: `python -m plausch.<room>.<name>`.

    It has its settings in its environment, and the last line it writes says what went wrong.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._popen: subprocess.Popen[str] | None = None
        self._ended = False

    async def run(self, settings: dict[str, str]) -> None:
        """Start it and wait; raises ChildFailed with what it says, or `died`."""
        popen = self._start(settings)
        try:
            said, _ = await asyncio.to_thread(popen.communicate)
        finally:
            if popen.poll() is None:
                popen.kill()
        if popen.returncode:
            raise ChildFailed("ended" if self._ended else (said.strip().splitlines() or ["died"])[-1])

    def _start(self, settings: dict[str, str]) -> "subprocess.Popen[str]":
        """Not in a thread of its own: with that the kernel would end the process, too."""
        if self._ended:
            raise ChildFailed("ended")
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-m", self._module],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=_environment() | settings,
            process_group=0,
        )
        return self._popen

    def end(self) -> None:
        """Now, and for good: the server ends."""
        self._ended = True
        if self._popen is not None and self._popen.poll() is None:
            self._popen.terminate()


class _Process:
    """One running process and the socket to it. Belongs to one thread."""

    def __init__(self, module: str, timeout: float, memory: int | None) -> None:
        self._timeout = timeout
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._popen = subprocess.Popen(
                [sys.executable, "-P", "-m", module, str(timeout), str(memory or 0)],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                env=_environment(),
                # Ctrl+C in the terminal is for the parent, which finishes what it has begun.
                process_group=0,
            )
        self._exchange(None, _START_TIMEOUT)

    def alive(self) -> bool:
        return self._popen.poll() is None

    def ask(self, request: bytes) -> _Answer:
        answer = msgspec.msgpack.decode(self._exchange(request, self._timeout), type=_Answer)
        if answer.failure == "memory":
            self._kill()  # a fresh one has all of it again
        return answer

    def end(self) -> None:
        """Close its input, so that it exits; kill it when it does not."""
        self._socket.close()
        try:
            self._popen.wait(self._timeout)
        except subprocess.TimeoutExpired:
            self._kill()

    def _exchange(self, request: bytes | None, timeout: float) -> bytes:
        """Send a frame, if any, and receive one; whatever goes wrong costs the process its life."""
        try:
            deadline = time.monotonic() + timeout
            if request is not None:
                self._socket.settimeout(timeout)
                _send(self._socket, request)
            return _receive(self._socket, deadline)
        except TimeoutError:
            self._kill()
            raise ChildFailed("timeout") from None
        except (OSError, EOFError):
            self._kill()
            raise ChildFailed("died") from None

    def _kill(self) -> None:
        self._popen.kill()
        self._popen.wait()
        self._socket.close()


def _environment() -> dict[str, str]:
    """The import path of this process; one thread for number crunching: its pools would eat the address space."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return inherited | threads | {"PYTHONPATH": path, _PARENT: str(os.getpid())}


def _send(pipe: socket.socket, frame: bytes) -> None:
    pipe.sendall(len(frame).to_bytes(4, "big"))
    pipe.sendall(frame)


def _receive(pipe: socket.socket, deadline: float | None = None) -> bytes:
    size = int.from_bytes(_receive_exactly(pipe, 4, deadline), "big")
    if size > _MAX_FRAME:
        raise EOFError("not a frame")
    return bytes(_receive_exactly(pipe, size, deadline))


def _receive_exactly(pipe: socket.socket, size: int, deadline: float | None) -> bytearray:
    buffer = bytearray(size)
    rest = memoryview(buffer)
    while rest:
        if deadline is not None:
            pipe.settimeout(max(deadline - time.monotonic(), 0.001))
        count = pipe.recv_into(rest)
        if count == 0:
            raise EOFError
        rest = rest[count:]
    return buffer


# The child's side


def serve(handler: Callable[[Any], Any], request_type: Any) -> None:
    """Answer requests until the parent closes the connection. For entry modules."""
    timeout, memory = float(sys.argv[1]), int(sys.argv[2])
    pipe = _take_over_stdin()
    _submit_to_limits(memory)
    decoder = msgspec.msgpack.Decoder(request_type)
    _send(pipe, b"")  # ready: the parent's clock for the first request starts now
    while True:
        try:
            request = _receive(pipe)
        except (OSError, EOFError):
            return
        # Should the parent be gone, nobody else stops a handler that hangs.
        signal.setitimer(signal.ITIMER_REAL, timeout + 1)
        answer = _handle(handler, decoder, request)
        signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            _send(pipe, msgspec.msgpack.encode(answer))
        except OSError:
            return


def _handle(handler: Callable[[Any], Any], decoder: msgspec.msgpack.Decoder[Any], request: bytes) -> _Answer:
    try:
        return _Answer(msgspec.Raw(msgspec.msgpack.encode(handler(decoder.decode(request)))))
    except MemoryError:
        failure = "memory"
    except Exception:  # noqa: BLE001 - the parent hears that it failed, the log hears why
        traceback.print_exc()
        failure = "error"
    return _Answer(msgspec.Raw(msgspec.msgpack.encode(None)), failure)


def _take_over_stdin() -> socket.socket:
    """The connection, moved away from where a stray print or a library's warning could garble it."""
    pipe = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return pipe


def behave() -> None:
    """Stand back behind the server's own work, and end when it does, however that ends."""
    os.nice(10)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # While this one was still loading its libraries it may have ended.
    if os.environ.get(_PARENT, str(os.getppid())) != str(os.getppid()):
        raise SystemExit(1)


def _submit_to_limits(memory: int) -> None:
    behave()
    if sys.platform == "linux" and memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

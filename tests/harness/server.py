"""A real `plausch serve` in processes of its own, for journeys, kill tests and the benchmark."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

#: On PYTHONPATH it takes the network away from a Python process.
OFFLINE = Path(__file__).parent / "offline"
#: Below the ports that systems give to outgoing connections, so that none of those takes one in between.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port on the loopback address that nobody listens on."""
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Server:
    """`plausch serve` on one database and data folder. It may be started, stopped and killed again and again."""

    def __init__(
        self, database_url: str, data: Path, env: Mapping[str, str] | None = None, port: int | None = None
    ) -> None:
        self.database_url = database_url
        self.data = data
        self.port = port or free_port()
        self.log_file = data / "server.log"
        self._env = {name: value for name, value in os.environ.items() if not name.startswith("PLAUSCH_")}
        self._env |= {
            "PLAUSCH_DATABASE_URL": database_url,
            "PLAUSCH_RATE_LIMITS": "off",
            "PLAUSCH_INSIGHTS": "off",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")])),
            **(env or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://localhost:{self.port}"

    @property
    def pid(self) -> int:
        """The main process; its children are in the process group of the same number."""
        if self._process is None:
            raise RuntimeError("the server is not running")
        return self._process.pid

    def start(self, timeout: float = 30) -> Self:
        """Start it and wait until it says that it is healthy."""
        if self._process is not None:
            raise RuntimeError("the server is running already")
        self.data.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "plausch.cli", "serve"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--data", str(self.data)]
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + timeout
        while not self._is_healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"plausch serve did not become healthy:\n{self.log()}")
            time.sleep(0.02)
        return self

    def stop(self, timeout: float = 30) -> int:
        """Ask it to shut down; its exit code. Whatever has not ended by then is killed, and that is an error."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.terminate()
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"plausch serve did not shut down:\n{self.log()}") from None
        finally:
            _kill_group(process)

    def kill(self) -> None:
        """`kill -9`, all its processes at once."""
        process, self._process = self._process, None
        if process is not None:
            _kill_group(process)

    def log(self) -> str:
        """What it has written so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.stop()
        else:
            self.kill()

    def _is_healthy(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2) as answer:
            return bool(answer.status == 200)
        return False


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

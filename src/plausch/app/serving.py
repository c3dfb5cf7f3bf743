"""Starting the server: a port that is free, settings handed on, and a main process that knows next to nothing."""

import fcntl
import os
import socket
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from plausch.settings import Settings

_LAUNCHER = "plausch.app.launcher"


#: How long to wait for a server that is just ending, in seconds.
_PATIENCE = 3.0


class PortInUse(Exception):
    """Somebody listens there already."""


class FolderInUse(Exception):
    """Another server runs on this data folder."""


def take_place(settings: Settings) -> None:
    """Be the only server on this data folder and at this port until the process ends, and what it becomes.

    Two that start at the same moment both find the port free; only one gets the locks. Raises FolderInUse, PortInUse.
    """
    check_port(settings.host, settings.port)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _lock(settings.data / "serving.lock"):
        raise FolderInUse(str(settings.data))
    if settings.port:
        name = f"plausch-{settings.host.replace(':', '.')}-{settings.port}.lock"
        with suppress(PermissionError):  # somebody else's: the port itself will tell
            if not _lock(Path(tempfile.gettempdir()) / name):
                raise PortInUse(f"{settings.host}:{settings.port}: another server is starting there")


def _lock(path: Path) -> bool:
    """The lock goes with the process; it is kept through becoming the server, and by its workers."""
    place = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(place)
                return False
            time.sleep(0.05)
        else:
            os.set_inheritable(place, True)
            return True


def check_port(host: str, port: int) -> None:
    """Raises PortInUse. Granian shares ports (SO_REUSEPORT): two servers would silently answer in turns."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # What a closed server left waiting (TIME_WAIT) is no server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            raise PortInUse(f"{host}:{port}: {error.strerror}") from error


def serve(settings: Settings) -> None:
    """Become the server, until it is told to stop (SIGTERM, SIGINT); the schema is up to date. Raises PortInUse.

    The process starts anew, with the same number but without all that was loaded to get here: some 50 MB.
    """
    check_port(settings.host, settings.port)
    environment = {f"PLAUSCH_{name.upper()}": str(getattr(settings, name)) for name in Settings.__struct_fields__}
    sys.stdout.flush()
    sys.stderr.flush()
    # -P: what lies in the folder one happens to be in is not ours to import.
    command = [sys.executable, "-P", "-m", _LAUNCHER]
    os.execve(sys.executable, command, {**os.environ, **environment})  # noqa: S606 - a fixed command of ours

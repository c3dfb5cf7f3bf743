"""Starting the server: a port that is free, settings handed on, and a main process that knows next to nothing."""

import os
import socket
import sys

from plausch.settings import Settings

_LAUNCHER = "plausch.app.launcher"


class PortInUse(Exception):
    """Somebody listens there already."""


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

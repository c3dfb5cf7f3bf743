"""Running the server with Granian: checked ports, worker processes, a graceful end."""

import os
import socket

from granian.constants import Interfaces, Loops
from granian.server import Server

from plausch.app.logs import set_up_logs
from plausch.settings import Settings

#: Seconds that requests under way get when the server is told to stop.
_GRACE = 20
_FACTORY = "plausch.app.process:application"


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
    """Serve until told to stop (SIGTERM, SIGINT). The database's schema is up to date. Raises PortInUse."""
    check_port(settings.host, settings.port)
    for name in Settings.__struct_fields__:
        os.environ[f"PLAUSCH_{name.upper()}"] = str(getattr(settings, name))
    set_up_logs(settings.log_format)
    server = Server(
        _FACTORY,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        loop=Loops.uvloop,
        factory=True,
        log_enabled=False,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE,
        backlog=2048,
    )
    server.serve()



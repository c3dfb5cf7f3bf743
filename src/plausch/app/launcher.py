"""The main process of a server: starts the worker processes and ends them. It loads nothing else, to stay small.

`plausch.app.serving` starts it with every setting in the environment.
"""

import contextlib
import multiprocessing
import os
import signal

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from plausch.app.signals import END_STREAMS

#: Seconds that requests under way get when the server is told to stop.
_GRACE = 20
_FACTORY = "plausch.app.process:application"


class _Main(Server):  # type: ignore[misc,valid-type]  # Granian chooses the class when it is imported
    def shutdown(self, exit_code: int = 0) -> None:
        for worker in multiprocessing.active_children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid or 0, END_STREAMS)
        super().shutdown(exit_code)


def _begin_worker() -> None:
    """A worker starts with a copy of the main process's handlers, which would swallow the signal to end."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # From the keyboard both get it, and the main process sees to it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def main() -> None:
    """Serve until told to stop; exit code 0 then."""
    # Workers begin with this too, so that one which is only starting does not die of it.
    signal.signal(END_STREAMS, signal.SIG_IGN)
    os.register_at_fork(after_in_child=_begin_worker)
    _Main(
        _FACTORY,
        address=os.environ["PLAUSCH_HOST"],
        port=int(os.environ["PLAUSCH_PORT"]),
        interface=Interfaces.ASGI,
        workers=int(os.environ["PLAUSCH_WORKERS"]),
        loop=Loops.uvloop,
        factory=True,
        log_level=LogLevels.error,
        websockets=True,
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE,
        backlog=2048,
    ).serve()


if __name__ == "__main__":
    main()

"""The entry of each worker process: the application with all its doors, as the settings in the environment say."""

import gc
import multiprocessing
import os
import signal
import threading

from plausch.app.application import Application
from plausch.app.logs import set_up_logs
from plausch.clientapi.mastodon import DOOR as MASTODON
from plausch.clientapi.plausch import DOOR as API
from plausch.settings import read_settings
from plausch.web import DOOR as WEB


def application() -> Application:
    """For Granian's factory mode."""
    threading.Thread(target=_end_with_main, name="end-with-main", daemon=True).start()
    settings, _ = read_settings()
    set_up_logs(settings.log_format)
    # What is loaded by now stays: the collector need not look at it again, nor so often at what requests make.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    return Application(settings, (API, MASTODON, WEB))


def _end_with_main() -> None:
    """When the main process is killed: else this one would keep the port, and nobody could tell it to end."""
    main = multiprocessing.parent_process()
    if main is not None:
        main.join()
        os.kill(os.getpid(), signal.SIGKILL)

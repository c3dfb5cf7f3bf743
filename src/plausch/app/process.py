"""The entry of each worker process: the application with all its doors, as the settings in the environment say."""

import gc

from plausch.app.application import Application
from plausch.app.logs import set_up_logs
from plausch.clientapi import DOOR as API
from plausch.kernel.child import die_with_parent
from plausch.settings import read_settings
from plausch.web import DOOR as WEB


def application() -> Application:
    """For Granian's factory mode."""
    # Else it would keep the port when the main process is killed, and nobody could tell it to end.
    die_with_parent()
    settings, _ = read_settings()
    set_up_logs(settings.log_format)
    # What is loaded by now stays: the collector need not look at it again, nor so often at what requests make.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    return Application(settings, (API, WEB))

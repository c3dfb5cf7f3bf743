"""What goes wrong, as one line on standard error that says what to do. Only mistakes of ours leave a traceback."""

import argparse
import errno
import sqlite3
import sys
from collections.abc import Callable

import asyncpg

from plausch.app.serving import FolderInUse, PortInUse
from plausch.kernel.errors import DomainError
from plausch.settings import SettingsError
from plausch.storage.schema import SchemaTooNew

_REASONS = {
    "account_not_found": "there is no such account; `plausch user list` shows all",
    "email_form": "this is no e-mail address",
    "email_taken": "this e-mail address has an account already",
    "handle_form": "a handle has 2 to 30 letters a-z, digits or underscores",
    "handle_reserved": "this handle is reserved for the server",
    "handle_taken": "this handle is taken, or was once",
    "last_owner": "somebody has to own the server: make another account its owner first",
    "missing": "this must not be empty",
    "password_short": "a password has at least 8 characters",
    "password_simple": "this password is too simple",
    "too_long": "this is too long",
}
#: What the output can be redirected to, and databases do not answer.
_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_DATABASE = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)


class CommandFailed(Exception):
    """A command cannot do what it was asked to; the text says why, and what to do."""


class Misused(CommandFailed):
    """Flags that do not go together; the text says which would."""


def run(work: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    """Do the command's work; the exit code."""
    try:
        return work(arguments)
    except (SettingsError, Misused) as error:
        return _complain(str(error), 2)
    except KeyboardInterrupt:
        return _complain("interrupted", 1)
    except BrokenPipeError:
        return 1
    except (CommandFailed, DomainError, FolderInUse, PortInUse, SchemaTooNew, OSError, *_DATABASE) as error:
        return _complain(in_words(error), 1)


def in_words(error: BaseException) -> str:
    """An error that people can do something about, as a sentence for them."""
    match error:
        case DomainError():
            words = _REASONS.get(error.reason, error.reason.replace("_", " "))
            field = getattr(error, "field", None)
            return f"{field}: {words}" if field else words
        case FolderInUse():
            return f"another server runs on {error}. Stop it, or name another folder with --data."
        case PortInUse():
            return f"cannot listen on {error}. Stop what runs there, or choose another one with --port."
        case SchemaTooNew():
            return f"{error}. Install the version of Plausch that was used before, or a newer one."
        case sqlite3.Error():
            return f"the database cannot be used: {error}. `plausch check` looks closer."
        case asyncpg.PostgresError() | asyncpg.InterfaceError():
            return f"PostgreSQL refuses: {error}. See the setting database_url (`plausch config`)."
        case PermissionError():
            return f"no permission for {error.filename}: run it as the user who owns the data folder."
        case OSError() if error.filename:
            return f"{error.filename}: {error.strerror}"
        case OSError() if error.errno in _UNWRITABLE:
            return str(error.strerror)
        case OSError():
            return f"the database cannot be reached ({error}). See the setting database_url (`plausch config`)."
    return str(error)


def _complain(text: str, code: int) -> int:
    print(f"plausch: {text}", file=sys.stderr)
    return code

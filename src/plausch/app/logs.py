"""Logs, as text for people or JSON for programs. Nothing personal: routes, not paths; kinds of errors, not texts."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec

from plausch.settings import LogFormat

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}


def _details(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _PLAIN}


def _error(record: logging.LogRecord, formatter: logging.Formatter) -> str:
    return formatter.formatException(record.exc_info) if record.exc_info else ""


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
        details = " ".join(f"{name}={value}" for name, value in _details(record).items())
        line = f"{moment} {record.levelname.lower():7} {record.getMessage()} {details}".rstrip()
        error = _error(record, self)
        return f"{line}\n{error}" if error else line


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_details(record),
        }
        error = _error(record, self)
        if error:
            entry["error_trace"] = error
        return msgspec.json.encode(entry, enc_hook=str).decode()


def set_up_logs(log_format: LogFormat, level: int = logging.INFO) -> None:
    """Log to standard error; other libraries only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if log_format is LogFormat.JSON else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("plausch").setLevel(level)

"""Errors that nobody expected: noted for those who run the server, without a word of what people wrote."""

import logging
import traceback
from pathlib import Path

log = logging.getLogger("plausch.app")

_FRAMES = 12
_PACKAGES = Path(__file__).parents[2]


def note_mishap(error: Exception, method: str, route: str) -> None:
    """Log the kind of error and the places in the code it went through. Its text may hold personal data."""
    log.error(
        "failed", extra={"method": method, "route": route, "error": type(error).__name__, "places": _places(error)}
    )


def _places(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return " > ".join(f"{_short(Path(frame.filename))}:{frame.lineno}" for frame in frames)


def _short(path: Path) -> str:
    return str(path.relative_to(_PACKAGES)) if path.is_relative_to(_PACKAGES) else path.name

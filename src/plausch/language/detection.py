"""In which language a text is written. The model and numpy live in a child process that goes away when idle."""

import re

from plausch.kernel.child import Child, ChildFailed
from plausch.language.sanitising import well_formed

#: Fewer letters than this say too little.
_MIN_LETTERS = 20
#: More do not make it surer.
_MAX_LENGTH = 2_000
_NOT_WORDS = re.compile(r"https?://\S+|[@#]\S+|[\d_]+")

_child = Child("plausch.language.detection_worker", timeout=10, idle=60)


async def detect(text: str) -> str | None:
    """The ISO 639-1 code of the text's language, or None when it is too short or unclear (or nobody can tell now)."""
    words = _words(text)
    if _weight(words) < _MIN_LETTERS:
        return None
    try:
        answer: str | None = await _child.ask(words, str | None)
    except ChildFailed:
        return None
    return answer


def tells_enough(text: str) -> bool:
    """Whether a text is long enough to tell its language by."""
    return _weight(_words(text)) >= _MIN_LETTERS


def _words(text: str) -> str:
    return " ".join(_NOT_WORDS.sub(" ", well_formed(text[: _MAX_LENGTH * 2])).split())[:_MAX_LENGTH]


def _weight(words: str) -> int:
    """Letters; a Chinese or Japanese sign says as much as several."""
    return sum(map(str.isalpha, words)) + 4 * sum("\u3040" <= character <= "\ud7ff" for character in words)

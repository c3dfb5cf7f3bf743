"""Words reduced to what a search compares, the same for every database engine.

A document is stored as `document_text`: its stems, separated by spaces. SQLite's FTS5 and PostgreSQL's `simple`
configuration take each stem for one token, because a stem has nothing but a-z and 0-9 and starts with a letter: neither
engine's own rules about accents, digits, underscores or scripts come into play. Words of other scripts are stored as
the hexadecimal of their UTF-8, which keeps beginnings beginnings.

A document is stemmed in its own language; a query, whose language nobody knows, offers every stem of each word:
`query_terms` gives one tuple of alternatives per word. All words must be found, of each any alternative.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import snowballstemmer

#: ISO 639-1 code to Snowball algorithm. Words of other languages are compared unstemmed.
_ALGORITHMS = {"de": "german", "en": "english"}
#: Longer "words" are encodings or nonsense; their beginning will do.
_MAX_WORD = 40
_MAX_CACHED = 16_384

_stemmers = threading.local()

#: Scripts written without spaces (Thai, Lao, Khmer, Burmese; kana, Han): stored by signs and pairs of signs.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+")
_ACCENTS = dict.fromkeys(range(0x300, 0x370))
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_POSSESSIVE = re.compile(r"['’]s\b|\u00ad")


class _WordCharacters(dict[int, str]):
    """For str.translate: letters, marks and digits stay, all else separates."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = character if unicodedata.category(character)[0] in "LMN" else " "
        if code < 0x3000:  # of the others there are too many to remember
            self[code] = kept
        return kept


_word_characters = _WordCharacters()


def stems(text: str, language: str | None) -> list[str]:
    """The stems of a text in the order of its words. Of an unknown language (None): those of all languages we know."""
    languages = tuple(_ALGORITHMS) if language is None else (language,)
    found: list[str] = []
    for word in _words(text):
        if _UNSPACED.match(word):
            found += _signs_and_pairs(word)
        else:
            found += dict.fromkeys(_stem(word, each) for each in languages)
    return found


def document_text(text: str, language: str | None) -> str:
    """What a full-text index stores of a text."""
    return " ".join(stems(text, language))


def query_terms(text: str) -> list[tuple[str, ...]]:
    """What to look for: one tuple for each different word, of which any alternative may match."""
    terms: list[tuple[str, ...]] = []
    for word in _words(text):
        if _UNSPACED.match(word):
            terms += [(pair,) for pair in _signs_and_pairs(word)[-max(len(word) - 1, 1) :]]
        else:
            terms.append(tuple(dict.fromkeys(_stem(word, each) for each in (*_ALGORITHMS, ""))))
    return list(dict.fromkeys(terms))


def _words(text: str) -> Iterator[str]:
    """Words as they are compared before stemming: case folded, compatibility forms unified, accents still there."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    for word in _POSSESSIVE.sub("", text.lower()).translate(_word_characters).split():
        yield from _by_script(word) if not word.isascii() and _UNSPACED.search(word) else (word[:_MAX_WORD],)


def _by_script(word: str) -> Iterator[str]:
    """`第3回vhs祭り`: what needs no spaces between words may be mixed with what does."""
    end = 0
    for match in _UNSPACED.finditer(word):
        if match.start() > end:
            yield word[end : match.start()][:_MAX_WORD]
        yield match[0]
        end = match.end()
    if end < len(word):
        yield word[end:][:_MAX_WORD]


def _signs_and_pairs(word: str) -> list[str]:
    """Single signs first, then the pairs: a query asks for the pairs, or for the sign when there is but one."""
    pairs = [word[index : index + 2] for index in range(len(word) - 1)]
    return [_encode(part) for part in (*word, *pairs)]


@lru_cache(_MAX_CACHED)
def _stem(word: str, language: str) -> str:
    """The stem of a word as it is stored. Umlauts help the German stemmer and are dropped only afterwards."""
    if language == "de":
        return _encode(_without_accents(_stemmer("german").stemWord(word)))
    plain = _without_accents(word)
    return _encode(_stemmer("english").stemWord(plain) if language == "en" else plain)


def _stemmer(algorithm: str) -> Any:
    """A stemmer has a state, so each thread has its own."""
    try:
        return getattr(_stemmers, algorithm)
    except AttributeError:
        stemmer = snowballstemmer.stemmer(algorithm)
        setattr(_stemmers, algorithm, stemmer)
        return stemmer


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).translate(_ACCENTS)).translate(_LETTERS)


def _encode(word: str) -> str:
    if word.isascii():
        return word if word[:1].isalpha() else f"n{word}"
    return f"zz{word.encode().hex()}"

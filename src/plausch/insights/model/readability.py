"""How easily a text is read: Flesch's formula for English, Amstad's and the first Wiener for German.

Syllables are counted by groups of vowels: a hyphenation dictionary leaves out those that printers do not part
("A-bend"), and costs a server process megabytes.
"""

import enum
import re
from typing import NamedTuple

from plausch.insights.model.wording import list_words

#: Below that the formulas say nothing.
FEWEST_WORDS = 20
FEWEST_SENTENCES = 2
#: A sentence of more words is long.
LONG_SENTENCE = 30

_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”“«»)\]]*(?=\s|$)|\n+")
_ABBREVIATED = re.compile(
    r"\b(?:\d{1,4}|[^\W\d_]|abs|art|bzw|ca|co|dr|e\.g|etc|evtl|fr|ggf|hr|i\.e|inkl|jr|max|min|mio|mr|mrs|ms|nr|prof|"
    r"sog|sr|st|str|tel|usw|vgl|vs|zzgl|mon|di|mi|do|fr|sa|so|jan|feb|apr|aug|sept|sep|okt|oct|nov|dez|dec)$",
    re.IGNORECASE,
)

_VOWELS_DE = "aeiouyäöüáàâéèêíóôú"
_RUN_DE = re.compile(f"[{_VOWELS_DE}]+")
_DIPHTHONG = re.compile("aa|ai|au|ay|äu|ee|ei|eu|ey|ie|oo|ou|oi|.")
#: Where vowels that look like one are two: beenden, geehrt, Ideen; Familie, Linie, Ferien, Italien; Museum.
_APART_DE = re.compile(
    r"(?:(?<=^be)|(?<=^ge))(?=e(?!r[ekn]|t|st))|(?:(?<=^se)|(?<=ide)|(?<=^be))(?=en)|(?<=^be)(?=erb)|"
    r"(?:(?<=ali)|(?<=ili)|(?<=ini)|(?<=ani)|(?<=[fs]eri))(?=en?$)|(?<=muse)(?=um)"
)
_RUN_EN = re.compile("[aeiouy]+")
#: An e that is not heard: love, careless, someone, called, makes; not in table, wanted, boxes, agreed.
_SILENT = re.compile(
    r"(?<![aeiouyl])e$|(?<=[aeiou]l)e$|(?<=[aeiou]l)e(?=[ds]$)|(?<![aeioultd])e(?=d$)|(?<=ll)e(?=d$)|(?<=[gq])ue$|"
    r"(?<![aeioulcgsxz])(?<!ch)(?<!sh)e(?=s$)|(?<=[^aeiouy])e(?=(?:ly|less|ful|ment|thing|times|one|body|where|work)$)"
)
#: Vowels side by side that are two syllables.
_APART_EN = re.compile(
    r"(?<![cst])i(?=a)|(?<![cstg])(?<!ll)(?<!in)i(?=o)|i(?=u)|(?<![qg])u(?=[ao])|e(?=o(?!p|u))|(?:(?<=id)|(?<=cr))e(?=a(?!tu))|"
    r"(?<=p)o(?=e[tm])|(?:(?<=qu)|(?<=sc)|(?<=cl)|(?<=d))i(?=e(?:t|n))|i(?=e(?:r|st)$)|[aeouy](?=ing)"
)


class Ease(enum.StrEnum):
    EASY = "easy"
    #: Neither nor: nothing to say.
    FAIR = "fair"
    HARD = "hard"


class Reading(NamedTuple):
    """What the formulas look at."""

    words: int
    sentences: int
    longest_sentence: int
    syllables: int
    #: Words of one syllable, of three or more, and of more than six letters.
    short: int
    heavy: int
    long: int
    language: str

    @property
    def sentence_length(self) -> float:
        return self.words / self.sentences

    @property
    def word_length(self) -> float:
        """In syllables."""
        return self.syllables / self.words

    @property
    def ease(self) -> Ease:
        if self.language == "en":
            score = flesch(self.sentence_length, self.word_length)
            return Ease.EASY if score >= 60 else Ease.HARD if score < 30 else Ease.FAIR
        score = amstad(self.sentence_length, self.word_length)
        parts = (self.heavy, self.long, self.short)
        grade = wiener(self.sentence_length, *(100 * part / self.words for part in parts))
        if score >= 60 and grade <= 9:
            return Ease.EASY
        return Ease.HARD if score < 30 and grade >= 12 else Ease.FAIR


def flesch(sentence_length: float, word_length: float) -> float:
    """Reading ease of English (Flesch 1948): 60 to 70 is plain English, below 30 for graduates."""
    return 206.835 - 1.015 * sentence_length - 84.6 * word_length


def amstad(sentence_length: float, word_length: float) -> float:
    """The same for German (Amstad 1978)."""
    return 180 - sentence_length - 58.5 * word_length


def wiener(sentence_length: float, heavy: float, long: float, short: float) -> float:
    """First Wiener Sachtextformel (Bamberger and Vanecek 1984): a school year, 4 to 15; the shares in per cent."""
    return 0.1935 * heavy + 0.1672 * sentence_length + 0.1297 * long - 0.0327 * short - 0.875


def measure_reading(text: str, language: str) -> Reading | None:
    """None for what is too short to judge, or in a language without a formula."""
    if language not in ("de", "en"):
        return None
    lengths = [length for length in map(len, map(list_words, split_sentences(text))) if length]
    total = sum(lengths)
    # One alone says nothing of the text, unless it is long; and while it has no end nobody knows what it becomes.
    one_long = max(lengths, default=0) > LONG_SENTENCE and text.rstrip().endswith((".", "!", "?", "…"))
    if total < FEWEST_WORDS or (len(lengths) < FEWEST_SENTENCES and not one_long):
        return None
    words = list_words(text)
    syllables = [count_syllables(word, language) for word in words]
    return Reading(
        words=total,
        sentences=len(lengths),
        longest_sentence=max(lengths),
        syllables=sum(syllables),
        short=syllables.count(1),
        heavy=sum(count >= 3 for count in syllables),
        long=sum(len(word) > 6 for word in words),
        language=language,
    )


def split_sentences(text: str) -> list[str]:
    """At full stops, question and exclamation marks and line ends; not within "z. B." or "am 3. Mai"."""
    found, start = [], 0
    for end in _END.finditer(text):
        dotted = end[0].startswith(".") and len(end[0].rstrip("\"'”“«»)]")) == 1
        if dotted and end.end() < len(text) and _ABBREVIATED.search(text, start, end.start()):
            continue
        found.append(text[start : end.end()])
        start = end.end()
    return [*found, text[start:]]


def count_syllables(word: str, language: str) -> int:
    """Of a compound with hyphens: of all its parts."""
    count = _count_english if language == "en" else _count_german
    return sum(count(part) for part in re.split(r"['’\u2010-]", word.lower()) if len(part) > 1 or part in "aio") or 1


def _count_german(word: str) -> int:
    word = _APART_DE.sub("|", word.replace("qu", "kw"))
    if word.startswith("y"):
        word = f"j{word[1:]}"
    return max(1, sum(len(_DIPHTHONG.findall(run)) for run in _RUN_DE.findall(word)))


def _count_english(word: str) -> int:
    word = _APART_EN.sub(r"\g<0>|", _SILENT.sub("", word))
    return max(1, len(_RUN_EN.findall(word)))

"""The words of a text that is being written: without markup, addresses and signs, and which of them say something.

It must be quick, since it runs while somebody types: no parser, no model of languages, nothing but the words.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from plausch.language.stemming import stems

#: Longer texts are judged by their beginning.
LONGEST = 20_000

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
# None of these looks at a sign more than once: whoever types brackets only must not keep a process busy.
_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\s]*\)")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\([^()\s]*\)")
_ADDRESS = re.compile(r"<?\b(?:https?://|www\.)[^\s<>]+>?", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w@/])@[\w.-]+(?:@[\w.-]+)?")
_TAG = re.compile(r"(?<![\w#&/])#(\w+)")
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>+[ \t]?|[-*+][ \t]+|\d{1,3}[.)][ \t]+)", re.MULTILINE)
_SIGNS = re.compile(r"[*_~|]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’\u2010-][^\W\d_]+)*")

#: What every text is made of: it tells languages apart and says nothing of what is talked about.
_GERMAN = """
aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da dabei dafür damit
dann daran darauf das dass dazu dein deine dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch
dort du durch ein eine einem einen einer eines einige er es etwas euch euer eure für gab ganz gar gegen geht gern gerne
gibt gut habe haben habt hallo hast hat hatte hatten heute hier ich ihm ihn ihnen ihr ihre ihrem ihren im immer in ins
ist ja jede jedem jeden jeder jedes jemand jetzt kann kannst kein keine können könnt könnte lieber liebe machen macht
man mal mehr mein meine meinem meinen mich mir mit muss müssen nach nicht nichts noch nun nur ob oder ohne schon sehr
sein seine seinem seinen seit sich sie sind so soll sollen sollte sondern über um und uns unser unsere unserem unseren
unserer unter viel viele vielen vielleicht vom von vor wann war waren warum was weil welche welcher wenn wer werde
werden wie wieder will wir wird wo wollen wurde wurden würde zu zum zur zwischen
"""
_ENGLISH = """
a about after again all also am an and another any anybody anyone are as at be because been before being both but by can
could did do does doing don't each even every everyone few for from get gets go goes going good got had has have having
he hello her here him his how i i'm if in into is it it's its just know last let like make many may me might more most
much must my new next no not now of off on once one only or other our out over own please same see she should since so
some somebody someone something still such than thank thanks that that's the their them then there these they thing
things think this those through to today too two under until up us use very want was way we well were what when where
whether which while who whom why will with would yes yet you your
"""
FUNCTION_WORDS = {"de": frozenset(_GERMAN.split()), "en": frozenset(_ENGLISH.split())}


class Text(NamedTuple):
    """What is left of a source when marks, addresses, code and mentions are gone; tags stay as words."""

    words: str
    #: As they stand, without their sign.
    tags: tuple[str, ...]
    mentions: int
    links: int


def read_text(source: str) -> Text:
    """The words of a post's source."""
    text = _IMAGE.sub(" ", _CODE.sub(" ", source[:LONGEST]))
    text, named = _LINK.subn(r"\1", text)
    text, bare = _ADDRESS.subn(" ", text)
    text, mentions = _MENTION.subn(" ", text)
    tags = tuple(_TAG.findall(text))
    text = _SIGNS.sub(" ", _TAG.sub(r"\1", _MARKS.sub("\n", text)))
    return Text(text, tags, mentions, named + bare)


def list_words(text: str) -> list[str]:
    return _WORD.findall(text)


def guess_language(words: list[str], otherwise: str) -> str:
    """German or English by the small words, where they are clearly of one of them."""
    low = [word.lower() for word in words]
    counts = {language: sum(word in known for word in low) for language, known in FUNCTION_WORDS.items()}
    first, second = sorted(counts, key=lambda language: -counts[language])
    return first if counts[first] >= 2 and counts[first] >= 2 * counts[second] else otherwise


def telling_stems(words: list[str], language: str) -> Iterator[tuple[str, str]]:
    """(stem, word) of the words that say what it is about."""
    small = FUNCTION_WORDS.get(language, frozenset())
    for word in words:
        if len(word) > 2 and word.lower() not in small:
            for stem in stems(word, language):
                yield stem, word

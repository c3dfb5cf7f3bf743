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

#: What all texts are made of: it tells languages apart and says nothing of what is talked about.
_GERMAN = """
abend abends aber acht achter alle allem allen aller alles als also alte alten am an andere anderen anfang antwort
antworten april auch auf august aus außerdem bei beide beiden beim bin bis bist bitte brauche brauchen braucht bringen
bringt da dabei dafür dagegen damit danach daneben dank danke dann daran darauf das dass davon davor dazu dazwischen
dein deine dem den denn der des deshalb dezember dich die dienstag dies diese diesem diesen dieser dieses ding dinge
dir doch donnerstag dort drei dreier dreißig dritte du durch eigentlich ein eine einem einen einer eines einige einmal
eins elf elfer ende endlich er erste ersten erster es etwas euch euer eure euro februar finde finden findet frage
fragen frau freitag freue freuen freut fünf fünfer für gab ganz gar gegen gehen geht gern gerne gesagt gesehen gestern
gibt gramm große großen gruß grüße gut gute guten guter gutes habe haben habt halb halbe hallo hand hast hat hatte
hatten herr heute hier hinten hundert hätte hätten ich idee ihm ihn ihnen ihr ihre ihrem ihren im immer in ins ist ja
jahr jahre jahren januar jede jedem jeden jeder jedes jemand jetzt juli juni kann kannst kein keine kilo kilometer
kind kinder kleine kleinen komme kommen kommt können könnt könnte leider letzte letzten leute leuten liebe lieber
links liter machen macht mai mal man mann mehr mein meine meinem meinen mensch menschen meter mich minus minute
minuten mir mit mitbringen mittag mittwoch moin monat monate montag morgen morgens muss märz müssen nach nachmittag
nacht name nehmen neue neuen neues neun neuner nicht nichts nie niemand nimmt noch november nun nur nächste nächsten
ob oben oder ohne oktober paar plus prozent rechts sache sachen sagen sagt sagte samstag schon schöne schönen schöner
schönes sechs sechser sehen sehr sein seine seinem seinen seit selbst september servus sich sie sieben siebener sieht
sind so soll sollen sollte sondern sonntag sonst stehen steht stunde stunden stück suche suchen sucht tag tage tagen
teil trotzdem uhr um und uns unser unsere unserem unseren unserer unten unter viel viele vielen vielleicht vier vierer
vom von vor vormittag vorn vorne wann war waren warum was weg weil weiter weiß welche welcher wenn wer werde werden
wie wieder will wir wird wissen wo woche wochen wollen wort worte wurde wurden wäre wären würde würden zehn zehner
zeit zentimeter zu zum zur zurück zwanzig zwei zweier zweimal zweite zweiten zwischen zwölf über übermorgen
"""
_ENGLISH = """
a about across after afternoon again ago all almost along already also always am an and another any anybody anyone
anything anyway april are around as ask asked asking at august away back be because been before being best better
between big bit both bring brings brought but by call called came can can't come comes coming could couldn't day days
december did didn't do does doesn't doing don't down dozen each eight eleven else enough euro euros even evening ever
every everyone everything far february few find first five for found four friday from get gets go goes going good got
had half has have having he hello her here him his hour hours how however hundred i i'd i'll i'm i've idea if in
instead into is isn't it it'll it's its january july june just keep kept kilo kilometre kilometres kind know last left
let let's like line list litre litres little live long look looked looking lost lot lots made make man many march may
maybe me meet men metre metres might minus minute minutes monday month months more morning most much must my name
never new next nice night nine no nobody none not note november now number october of off old on once one only or
other our out over own part people percent perhaps person place please plus put question questions quite read really
reply right run said same sat saturday saw say says second see seem seems seen send september set seven she should
show since sit six small so some somebody someone something sometimes soon sorry sort stand start still stood stop
such sunday sure take talk tell ten than thank thanks that that'll that's the their them then there there's these they
they're thing things think third thirty this those though three through thursday till time times to today told
tomorrow tonight too took tried try tuesday turn turned twelve twenty twice two under until up upon us use used very
walk want wanted wants was wasn't way we we'll we're we've wednesday week weeks well went were what what's when where
whether which while who who's whole whom whose why will with within without won't wonder word words work would write
wrote year years yes yesterday yet you you'll you're you've your
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
    """(stem, word) of the words that say what it is about: in German those with a capital, where there are any."""
    small = FUNCTION_WORDS.get(language, frozenset())
    nouns = language == "de" and any(word[0].isupper() for word in words)
    for word in words:
        if len(word) > 2 and (word[0].isupper() or not nouns) and word.lower() not in small:
            for stem in stems(word, language):
                yield stem, word

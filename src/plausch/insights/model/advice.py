"""The post adviser: what may be said of a text before it is sent, and which of it first.

What is about the community was computed by night (`Knowledge`); here it is only compared with what is being written,
quickly enough for while somebody types. Nothing of it is about a person, and nothing claims a cause.
"""

import enum
import math
from collections import Counter
from typing import NamedTuple

import msgspec

from plausch.insights.model.readability import LONG_SENTENCE, Ease, measure_reading
from plausch.insights.model.wording import Text, guess_language, list_words, read_text, telling_stems

VERSION = "post adviser 1"

#: More would be in the way.
HINTS_MAX = 3
#: Differences in how often something is answered that are worth a sentence.
_NOTABLE = 0.05
_LONG_PARAGRAPH = 120
_SHOUTED_LETTERS = 20
_SHOUTED_SHARE = 0.8
#: From so many words on a text is more than a remark.
_SAYS_SOMETHING = 20
_NEW_WORDS = 5
_SHORT, _LONG = 8, 80
_WEEKEND = 5


class Trait(enum.StrEnum):
    """What the learnt part looks at; of each a post has it or not."""

    QUESTION = "question"
    PICTURE = "picture"
    POLL = "poll"
    TAG = "tag"
    MENTION = "mention"
    LINK = "link"
    #: A handful of words.
    SHORT = "short"
    LONG = "long"
    #: It is about what is talked about there.
    FITTING = "fitting"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    WEEKEND = "weekend"


#: Whoever writes can still give these to a post.
_CAN_BE_ADDED = (Trait.QUESTION, Trait.PICTURE, Trait.POLL, Trait.TAG, Trait.MENTION)
#: When something is sent is told by `Times`.
_OF_TIME = (Trait.MORNING, Trait.AFTERNOON, Trait.EVENING, Trait.WEEKEND)


class Topics(msgspec.Struct, frozen=True):
    """What is talked about somewhere: the heaviest part of the TF-IDF centroid of its posts."""

    #: By stem: its share of the centroid (which has length 1), and its inverse document frequency.
    weights: dict[str, tuple[float, float]]
    #: The inverse document frequency of what hardly anybody says.
    other: float
    #: Half of the posts fit better than this.
    usual: float = 1.0
    #: Hashtags that several people use, by their stem.
    tags: dict[str, str] = {}
    #: The heaviest as people write them.
    words: list[str] = []


class Times(msgspec.Struct, frozen=True):
    """How often posts are answered within a day, by when they are sent."""

    #: Of all posts.
    usual: float
    #: By hour of the week, Monday 0:00 first; None where too few people posted to say.
    shares: list[float | None]
    zone: str = "UTC"


class Effect(msgspec.Struct, frozen=True):
    """How often posts are answered with and without a trait, all else being the same: by the learnt part."""

    trait: Trait
    with_it: float
    without: float


class Trial(msgspec.Struct, frozen=True):
    """How forecasts did on posts that were not learnt from."""

    #: So many posts; of so many it was right, and of so many who always says the same.
    tested: int
    right: int
    always: int
    #: Whether "always the same" is yes.
    mostly_answered: bool
    auc: float
    calibration_error: float


class Learnt(msgspec.Struct, frozen=True):
    """What the community's own posts taught; there is none where the trial says that it is not to be trusted."""

    bias: float
    weights: dict[Trait, float]
    #: Those that are sure enough to be told, the largest first.
    effects: list[Effect]


class Knowledge(msgspec.Struct, frozen=True):
    """What the adviser knows of an audience."""

    topics: Topics | None = None
    times: Times | None = None
    learnt: Learnt | None = None
    #: None where there were too few posts to learn from.
    trial: Trial | None = None
    #: So many posts were looked at.
    posts: int = 0


class Writing(NamedTuple):
    """A text that is being written, with what belongs to it."""

    source: str
    #: As it was chosen; empty when nobody did.
    language: str = ""
    #: Of the person's pages: of texts too short to tell.
    locale: str = ""
    pictures: int = 0
    #: Of these, so many have no words.
    undescribed: int = 0
    poll: bool = False
    #: Or a change of what was posted: what brings answers is not said of it.
    reply: bool = False
    #: When it would be sent, in the community's zone: Monday is 0.
    weekday: int = 0
    hour: int = 0


class HintKind(enum.StrEnum):
    """In the order of their help: what shuts somebody out or is hard to read, what may be added, what is good."""

    ALT_MISSING = "alt_missing"
    LINK_ALONE = "link_alone"
    CAPITALS = "capitals"
    LONG_SENTENCE = "long_sentence"
    HARD = "hard"
    LONG_PARAGRAPH = "long_paragraph"
    TRAIT_MISSING = "trait_missing"
    TAGS = "tags"
    ASK = "ask"
    NEW_HERE = "new_here"
    TIME_WEAKER = "time_weaker"
    FITS = "fits"
    TRAIT = "trait"
    TIME_STRONGER = "time_stronger"
    QUESTION = "question"
    EASY = "easy"


_ORDER = list(HintKind)
_MENDS = frozenset(_ORDER[: _ORDER.index(HintKind.TRAIT_MISSING)])


class Hint(NamedTuple):
    kind: HintKind
    #: How many words a sentence has, or pictures are without.
    number: int = 0
    #: Those that fit, or tags.
    words: tuple[str, ...] = ()
    trait: Trait | None = None
    #: Answered posts of 100: such ones, and others.
    share: int = 0
    usual: int = 0

    @property
    def mends(self) -> bool:
        return self.kind in _MENDS


class Forecast(NamedTuple):
    """In how many of 100 cases such a post is answered, and how right such forecasts were."""

    share: int
    trial: Trial


class Advice(NamedTuple):
    hints: list[Hint]
    #: Only where the learnt part says something.
    forecast: Forecast | None = None


class _Read(NamedTuple):
    """A text and what was found in it, so that each rule need not look again."""

    writing: Writing
    text: Text
    words: list[str]
    language: str


def advise(writing: Writing, knowledge: Knowledge | None = None) -> Advice:
    """At most three hints, the most helpful first; what a rule has nothing to say about stays unsaid."""
    text = read_text(writing.source)
    words = list_words(text.words)
    language = writing.language or guess_language(words, writing.locale)
    read = _Read(writing, text, words, language)
    known = knowledge or Knowledge()
    hints = [*_form_hints(read), *_topic_hints(read, known.topics)]
    forecast = None
    if words and not writing.reply:
        hints += _time_hints(writing, known.times)
        learnt = _learnt_hints(read, known)
        hints += learnt or _question_hints(read)
        if learnt and known.learnt is not None and known.trial is not None:
            forecast = Forecast(_per_cent(_predict(read, known, known.learnt)), known.trial)
    hints = sorted(hints, key=lambda hint: _ORDER.index(hint.kind))[:HINTS_MAX]
    told = any(hint.trait is not None for hint in hints)
    return Advice(hints, forecast if told else None)


def find_traits(text: Text, words: list[str], language: str, writing: Writing, topics: Topics | None) -> set[Trait]:
    """What a text has of what the learnt part looks at."""
    holds = {
        Trait.QUESTION: has_question(text),
        Trait.PICTURE: writing.pictures > 0,
        Trait.POLL: writing.poll,
        Trait.TAG: bool(text.tags),
        Trait.MENTION: text.mentions > 0,
        Trait.LINK: text.links > 0,
        Trait.SHORT: len(words) < _SHORT,
        Trait.LONG: len(words) >= _LONG,
        Trait.FITTING: topics is not None and measure_fit(words, language, topics)[0] >= topics.usual,
        Trait.MORNING: 5 <= writing.hour < 11,
        Trait.AFTERNOON: 11 <= writing.hour < 17,
        Trait.EVENING: 17 <= writing.hour < 23,
        Trait.WEEKEND: writing.weekday >= _WEEKEND,
    }
    return {trait for trait, has in holds.items() if has}


def has_question(text: Text) -> bool:
    return "?" in text.words


def measure_fit(words: list[str], language: str, topics: Topics) -> tuple[float, tuple[str, ...]]:
    """Cosine of a text's TF-IDF to the centroid, and the words that add most to it."""
    shown: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for stem, word in telling_stems(words, language):
        counts[stem] += 1
        shown.setdefault(stem, word)
    fit, shares = fit_stems(counts, topics)
    best = sorted(shares, key=lambda stem: -shares[stem])
    return fit, tuple(shown[stem] for stem in best)


def fit_stems(counts: Counter[str], topics: Topics) -> tuple[float, dict[str, float]]:
    """The cosine, and what each stem adds to it."""
    length = product = 0.0
    shares: dict[str, float] = {}
    for stem, count in counts.items():
        share, rarity = topics.weights.get(stem, (0.0, topics.other))
        weight = (1 + math.log(count)) * rarity
        length += weight * weight
        if share:
            shares[stem] = weight * share
            product += weight * share
    return product / math.sqrt(length) if length else 0.0, shares


def _form_hints(read: _Read) -> list[Hint]:
    """How it is written."""
    writing, text, words = read.writing, read.text, read.words
    found = []
    if writing.undescribed:
        found.append(Hint(HintKind.ALT_MISSING, writing.undescribed))
    if text.links and not words and not writing.pictures:
        found.append(Hint(HintKind.LINK_ALONE))
    if _is_shouted(words):
        found.append(Hint(HintKind.CAPITALS))
    reading = measure_reading(text.words, read.language)
    if reading is not None:
        if reading.longest_sentence > LONG_SENTENCE:
            found.append(Hint(HintKind.LONG_SENTENCE, reading.longest_sentence))
        elif reading.ease is Ease.HARD:
            found.append(Hint(HintKind.HARD))
        elif reading.ease is Ease.EASY:
            found.append(Hint(HintKind.EASY))
    longest = max((len(list_words(part)) for part in text.words.split("\n\n")), default=0)
    if longest > _LONG_PARAGRAPH:
        found.append(Hint(HintKind.LONG_PARAGRAPH, longest))
    return found


def _is_shouted(words: list[str]) -> bool:
    letters = "".join(word for word in words if len(word) > 1)
    return len(letters) >= _SHOUTED_LETTERS and sum(map(str.isupper, letters)) >= _SHOUTED_SHARE * len(letters)


def _topic_hints(read: _Read, topics: Topics | None) -> list[Hint]:
    """Whether it is about what is talked about there, and which of the tags used there it might bear."""
    if topics is None:
        return []
    found = []
    stems = {stem for stem, _ in telling_stems(read.words, read.language)}
    borne = {tag.lower() for tag in read.text.tags}
    tags = [tag for stem, tag in topics.tags.items() if stem in stems and tag not in borne]
    if tags and not borne and not read.writing.reply:
        found.append(Hint(HintKind.TAGS, words=tuple(tags[:HINTS_MAX])))
    fit, words = measure_fit(read.words, read.language, topics)
    if len(words) >= 2 and fit >= topics.usual:
        found.append(Hint(HintKind.FITS, words=words[:HINTS_MAX]))
    elif not words and len(stems) >= _NEW_WORDS and len(read.words) >= _SAYS_SOMETHING and not read.writing.reply:
        found.append(Hint(HintKind.NEW_HERE))
    return found


def _time_hints(writing: Writing, times: Times | None) -> list[Hint]:
    share = times.shares[writing.weekday * 24 + writing.hour] if times is not None else None
    if times is None or share is None or abs(share - times.usual) < _NOTABLE:
        return []
    kind = HintKind.TIME_STRONGER if share > times.usual else HintKind.TIME_WEAKER
    return [Hint(kind, share=_per_cent(share), usual=_per_cent(times.usual))]


def _question_hints(read: _Read) -> list[Hint]:
    if has_question(read.text):
        return [Hint(HintKind.QUESTION)]
    return [Hint(HintKind.ASK)] if len(read.words) >= _SAYS_SOMETHING else []


def _learnt_hints(read: _Read, known: Knowledge) -> list[Hint]:
    """The largest of what was learnt that this text has, or might have."""
    if known.learnt is None:
        return []
    has = find_traits(read.text, read.words, read.language, read.writing, known.topics)
    found = []
    for effect in known.learnt.effects:
        if effect.trait in _OF_TIME or abs(effect.with_it - effect.without) < _NOTABLE:
            continue
        if effect.trait in has:
            kind = HintKind.TRAIT
        elif effect.trait in _CAN_BE_ADDED and effect.with_it > effect.without and len(read.words) >= _SHORT:
            kind = HintKind.TRAIT_MISSING
        else:
            continue
        found.append(Hint(kind, trait=effect.trait, share=_per_cent(effect.with_it), usual=_per_cent(effect.without)))
    return found[: HINTS_MAX - 1]


def _predict(read: _Read, known: Knowledge, learnt: Learnt) -> float:
    has = find_traits(read.text, read.words, read.language, read.writing, known.topics)
    return 1 / (1 + math.exp(-learnt.bias - sum(learnt.weights.get(trait, 0.0) for trait in has)))


def _per_cent(share: float) -> int:
    return round(100 * share)

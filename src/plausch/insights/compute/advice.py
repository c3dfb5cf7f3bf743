"""What the post adviser knows of the server and of each group: what is talked about, when posts are answered, and what
went along with that."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from plausch.insights import actions
from plausch.insights.compute.night import Night
from plausch.insights.measures import answering
from plausch.insights.measures.centroids import Document, find_topics
from plausch.insights.measures.graph import Floats
from plausch.insights.model.advice import (
    VERSION,
    Effect,
    Knowledge,
    Learnt,
    Times,
    Topics,
    Trait,
    Trial,
    Writing,
    find_traits,
)
from plausch.insights.model.findings import FEWEST, Measure, Result, Scope, ScopeKind
from plausch.insights.model.wording import Text, guess_language, list_words, read_text, telling_stems
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.language.stemming import stems
from plausch.people import queries as people
from plausch.talk import queries as talk
from plausch.talk.queries import Beginning

#: The newest posts say how it is now; more would not say it better.
_POSTS_MOST, _POSTS_MOST_OF_GROUP = 5_000, 1_000
_PORTION = 500
#: Posts are learnt from once it is known whether they were answered.
_SETTLED = clock.DAY
#: From so many posts on there is enough to learn from; so many of the newest, or a share of all, are to try it on.
LEARNS_FROM = 500
_TRIED_LEAST, _TRIED_MOST, _TRIED_SHARE = 200, 2_000, 0.4
#: So many posts' worth of what is usual stands beside what was seen: of an hour, of an author.
_SHRINK_TIME, _SHRINK_AUTHOR = 20, 5
_FEWEST_IN_HOUR = 20
#: An effect is told when its weight is so many times as large as its error.
_TOLD = 2.58
_HOURS = 168
_TRAITS = list(Trait)


class Example(NamedTuple):
    """A post with what the adviser would see of it, and whether it was answered."""

    writing: Writing
    text: Text
    words: list[str]
    language: str
    author: int
    answered: bool


async def compute(night: Night) -> None:
    async with night.database.read() as tx:
        zone = await people.find_usual_zone(tx)
    for scope in night.scopes:
        if scope.kind not in (ScopeKind.SERVER, ScopeKind.GROUP):
            continue
        found = find_out(await _read(night, scope, ZoneInfo(zone)), zone)
        if found is not None:
            await actions.keep_finding(
                night.database, scope.id, Measure.ADVICE, [Result(0, found)], method=VERSION, as_of=night.now
            )
    async with night.database.write() as tx:
        await actions.drop_older(tx, Measure.ADVICE, night.now)


async def _read(night: Night, scope: Scope, zone: ZoneInfo) -> list[Example]:
    """The newest that are settled, in the order of time."""
    most = _POSTS_MOST_OF_GROUP if scope.kind is ScopeKind.GROUP else _POSTS_MOST
    before, found = first_id_at(night.now - _SETTLED), list[Beginning]()
    while len(found) < most:
        async with night.database.slow_read() as tx:
            portion = await talk.list_beginnings(tx, scope.id, before, _PORTION)
        found += portion
        if len(portion) < _PORTION:
            break
        before = portion[-1].conversation_id
    return [_understand(one, zone) for one in sorted(found[:most], key=lambda one: one.published_at)]


def _understand(one: Beginning, zone: ZoneInfo) -> Example:
    moment = datetime.fromtimestamp(one.published_at / 1000, zone)
    source = f"{one.title}\n\n{one.source}" if one.title else one.source
    text = read_text(source)
    words = list_words(text.words)
    writing = Writing(source="", pictures=one.pictures, poll=one.has_poll, weekday=moment.weekday(), hour=moment.hour)
    language = one.language or guess_language(words, "")
    return Example(writing, text, words, language, one.author_id, one.answered)


def find_out(posts: Sequence[Example], zone: str = "UTC") -> Knowledge | None:
    """All there is to know of a scope; None of fewer than five people."""
    if len({post.author for post in posts}) < FEWEST:
        return None
    documents = _documents(posts)
    topics = find_topics(documents)
    times = _find_times(posts, zone)
    trial, trusted = _try(posts, documents) if len(posts) >= LEARNS_FROM else (None, False)
    learnt = _learn(posts, topics) if trusted else None
    return Knowledge(topics, times, learnt, trial, len(posts))


def _documents(posts: Sequence[Example]) -> list[Document]:
    return [
        Document(
            post.author,
            list(telling_stems(post.words, post.language)),
            {stem: tag.lower() for tag in post.text.tags for stem in stems(tag, post.language)[:1]},
        )
        for post in posts
    ]


def _find_times(posts: Sequence[Example], zone: str) -> Times | None:
    """An hour borrows from the one before and the one after; what little is known is drawn to what is usual."""
    usual = sum(post.answered for post in posts) / len(posts)
    number: Counter[int] = Counter()
    answered: Counter[int] = Counter()
    authors: defaultdict[int, set[int]] = defaultdict(set)
    for post in posts:
        here = post.writing.weekday * 24 + post.writing.hour
        for hour in ((here - 1) % _HOURS, here, (here + 1) % _HOURS):
            number[hour] += 1
            answered[hour] += post.answered
            authors[hour].add(post.author)
    shares = [
        round((answered[hour] + _SHRINK_TIME * usual) / (number[hour] + _SHRINK_TIME), 4)
        if len(authors[hour]) >= FEWEST and number[hour] >= _FEWEST_IN_HOUR
        else None
        for hour in range(_HOURS)
    ]
    return Times(usual=round(usual, 4), shares=shares, zone=zone) if any(shares) else None


def _try(posts: Sequence[Example], documents: Sequence[Document]) -> tuple[Trial, bool]:
    """Learn from the older posts, and forecast the newer ones without knowing their authors, as the adviser has to.

    Whether that is to be trusted comes with it.
    """
    tried = min(max(_TRIED_LEAST, round(_TRIED_SHARE * len(posts))), _TRIED_MOST)
    first = len(posts) - tried
    answered = np.array([post.answered for post in posts])
    known = _author_shares(posts)
    # What is talked about is taken from before, too: else the trial would know a little of what it forecasts.
    columns = _columns(posts, find_topics(documents[:first]))
    found = answering.fit(np.column_stack([columns[:first], known[:first]]), answered[:first])
    nobody = np.full(tried, known[:first].mean())
    shares = answering.predict(found, np.column_stack([columns[first:], nobody]))
    judged = answering.judge(shares, answered[first:], float(answered[:first].mean()))
    trial = Trial(
        tested=judged.tested,
        right=judged.right,
        always=judged.always,
        mostly_answered=bool(answered[first:].mean() >= 0.5),
        auc=round(judged.auc, 4),
        calibration_error=round(judged.calibration_error, 4),
    )
    return trial, judged.can_be_trusted


def _learn(posts: Sequence[Example], topics: Topics | None) -> Learnt:
    """From all of the posts."""
    columns, known = _columns(posts, topics), _author_shares(posts)
    everything = np.column_stack([columns, known])
    found = answering.fit(everything, np.array([post.answered for post in posts]))
    effects = []
    for place, trait in enumerate(_TRAITS):
        if columns[:, place].any() and abs(found.weights[place]) >= _TOLD * found.errors[place]:
            with_it, without = answering.change_by(found, everything, place)
            effects.append(Effect(trait, round(with_it, 4), round(without, 4)))
    return Learnt(
        bias=round(found.bias + float(found.weights[-1] * known.mean()), 4),
        weights={trait: round(float(found.weights[place]), 4) for place, trait in enumerate(_TRAITS)},
        effects=sorted(effects, key=lambda effect: -abs(effect.with_it - effect.without)),
    )


def _columns(posts: Sequence[Example], topics: Topics | None) -> Floats:
    """A row a post, a column a trait; what hardly anybody's posts have, or lack, is left out as if nobody's had."""
    has = [find_traits(post.text, post.words, post.language, post.writing, topics) for post in posts]
    columns = np.array([[trait in traits for trait in _TRAITS] for traits in has], dtype=np.float64)
    for place in range(len(_TRAITS)):
        if not _has_people(posts, columns[:, place]) or not _has_people(posts, 1 - columns[:, place]):
            columns[:, place] = 0
    return columns


def _has_people(posts: Sequence[Example], column: Floats) -> bool:
    return len({posts[place].author for place in np.flatnonzero(column).tolist()}) >= FEWEST


def _author_shares(posts: Sequence[Example]) -> Floats:
    """How often each post's author had been answered before it."""
    usual = sum(post.answered for post in posts) / len(posts)
    number: Counter[int] = Counter()
    answered: Counter[int] = Counter()
    found = []
    for post in posts:
        seen = number[post.author] + _SHRINK_AUTHOR
        found.append((answered[post.author] + _SHRINK_AUTHOR * usual) / seen)
        number[post.author] += 1
        answered[post.author] += post.answered
    return np.array(found)

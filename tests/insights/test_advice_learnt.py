"""What the adviser learns by night: on generated posts whose truth is known, and from the rows of a real database."""

import dataclasses
import math
import random
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.insights import queries as insights
from plausch.insights.compute.advice import Example, compute, find_out
from plausch.insights.compute.night import Night
from plausch.insights.measures.answering import find_auc, find_calibration_error, fit, judge, predict
from plausch.insights.measures.centroids import Document, find_topics
from plausch.insights.model.advice import Knowledge, Topics, Trait, Writing, advise, fit_stems
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.model.wording import list_words, read_text
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.people import actions as people
from plausch.people.model import Consent
from plausch.storage import Database
from plausch.talk import actions as talk_actions
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind
from tests.harness.community import join_all, publish

_WORDS = ["Schach", "Turnier", "Garten", "Brunnen", "Radweg", "Kuchen", "Chor", "Probe", "Verein", "Fest"]


def examples(count: int, seed: int, *, truth: dict[str, float] | None = None, authors: int = 30) -> list[Example]:
    """Posts that are answered by chance, with odds that `truth` raises; some authors are answered more than others."""
    chance = random.Random(seed)
    odds = truth or {}
    liked = [chance.gauss(0, 0.5) for _ in range(authors)]
    found = []
    for _ in range(count):
        author, hour, weekday = chance.randrange(authors), chance.randrange(24), chance.randrange(7)
        question, picture = chance.random() < 0.4, chance.random() < 0.3
        text = f"Wir treffen uns beim {' '.join(chance.sample(_WORDS, 4))}, kommt vorbei{'?' if question else '.'}"
        logit = liked[author] + odds.get("usual", 0.0) + odds.get("question", 0.0) * question
        logit += odds.get("picture", 0.0) * picture + odds.get("evening", 0.0) * (17 <= hour < 23)
        read = read_text(text)
        writing = Writing("", pictures=int(picture), weekday=weekday, hour=hour)
        answered = chance.random() < 1 / (1 + math.exp(-logit))
        found.append(Example(writing, read, list_words(read.words), "de", author, answered))
    return found


_TRUTH = {"usual": -1.0, "question": 2.0, "evening": 1.2}


def test_it_learns_what_goes_along_with_answers_and_says_how_well() -> None:
    found = find_out(examples(1_200, 1, truth=_TRUTH))
    assert found is not None
    learnt = found.learnt
    assert learnt is not None
    assert learnt.effects[0].trait is Trait.QUESTION
    assert learnt.effects[0].with_it > learnt.effects[0].without + 0.2
    assert {effect.trait for effect in learnt.effects} <= {
        Trait.QUESTION,
        Trait.EVENING,
        Trait.MORNING,
        Trait.AFTERNOON,
    }
    assert Trait.PICTURE not in {effect.trait for effect in learnt.effects}, "that made no difference"
    trial = found.trial
    assert trial is not None
    assert (trial.tested, trial.auc > 0.65, trial.right > trial.always) == (480, True, True)
    asked, plain = (advise(Writing(text, locale="de", hour=12), found) for text in ("Wer kommt zum Fest?", "Zum Fest."))
    assert asked.forecast is not None
    assert plain.forecast is None
    # usual -1, question +2: odds of e to the 1.
    assert abs(asked.forecast.share - 73) < 12


@pytest.mark.parametrize("seed", range(8))
def test_it_is_silent_where_nothing_is_to_be_learnt(seed: int) -> None:
    found = find_out(examples(550, seed))
    assert found is not None
    assert found.learnt is None


def test_it_is_silent_of_few_posts_of_few_people_and_where_the_world_has_changed() -> None:
    assert find_out(examples(600, 1, truth=_TRUTH, authors=4)) is None
    few = find_out(examples(499, 1, truth=_TRUTH))
    assert few is not None
    assert (few.learnt, few.trial) == (None, None)
    turned = {**_TRUTH, "question": -2.0}
    changed = find_out([*examples(600, 1, truth=_TRUTH), *examples(400, 2, truth=turned)])
    assert changed is not None
    assert changed.trial is not None
    assert changed.learnt is None
    certain = find_out([post._replace(answered=True) for post in examples(500, 1)])
    assert certain is not None
    assert certain.learnt is None


def test_what_one_or_two_people_do_is_no_trait_of_the_community() -> None:
    posts = examples(800, 5, truth=_TRUTH)
    posts = [
        post._replace(writing=post.writing._replace(poll=post.author < 2), answered=post.author < 2 or post.answered)
        for post in posts
    ]
    found = find_out(posts)
    assert found is not None
    assert found.learnt is not None
    assert found.learnt.weights[Trait.POLL] == 0
    assert Trait.POLL not in {effect.trait for effect in found.learnt.effects}


def test_times_are_drawn_to_the_usual_and_unknown_where_few_people_post() -> None:
    found = find_out(examples(4_000, 2, truth={"evening": 3.0}))
    assert found is not None
    assert found.times is not None
    usual, shares = found.times.usual, found.times.shares
    assert len(shares) == 168
    evening, noon = shares[19], shares[12]
    assert evening is not None
    assert noon is not None
    assert noon < usual < evening
    sparse = find_out(examples(60, 2))
    assert sparse is not None
    assert sparse.times is None


def test_a_fit_finds_the_odds_that_made_the_data() -> None:
    chance = np.random.default_rng(4)
    columns = (chance.random((20_000, 3)) < 0.5).astype(np.float64)
    truth = np.array([1.0, -0.5, 0.0])
    shares = 1 / (1 + np.exp(-(-0.4 + columns @ truth)))
    answered = chance.random(20_000) < shares
    found = fit(columns, answered)
    assert np.allclose([found.bias, *found.weights], [-0.4, *truth], atol=0.12)
    assert (np.abs(found.weights - truth) < 4 * found.errors).all()
    assert find_calibration_error(predict(found, columns), answered) < 0.02
    trial = judge(shares, answered, float(answered.mean()))
    assert trial.can_be_trusted
    assert not judge(shares**3, answered, float(answered.mean())).can_be_trusted, "it says less than what happens"
    assert fit(np.zeros((10, 2)), np.arange(10) < 5).weights.tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(20))
def test_auc_is_that_of_all_pairs(seed: int) -> None:
    chance = np.random.default_rng(seed)
    shares, answered = chance.integers(0, 6, 40) / 5, chance.random(40) < 0.5
    pairs = [(a > b) + (a == b) / 2 for a in shares[answered] for b in shares[~answered]]
    assert find_auc(shares, answered) == pytest.approx(np.mean(pairs) if pairs else 0.5)


def test_topics_are_what_several_people_talk_about() -> None:
    documents = [Document(place % 6, [("schach", "Schach"), (f"wort{place}", "Wort")], {}) for place in range(30)]
    documents += [Document(9, [("geheim", "geheim"), ("garten", "Garten")], {"garten": "garten"})] * 10
    topics = find_topics(documents)
    assert topics is not None
    assert set(topics.weights) == {"schach"}, "what one person says, however often, is no topic"
    assert topics.words == ["Schach"]
    assert topics.tags == {}
    assert fit_stems(Counter(["schach"]), topics)[0] > topics.usual > fit_stems(Counter(["geheim"]), topics)[0]
    assert find_topics(documents[:19]) is None
    tagged = [
        Document(place % 3, [("garten", "Garten"), (f"wort{place % 10}", "Wort")], {"garten": "garten"})
        for place in range(30)
    ]
    assert (find_topics(tagged) or Topics({}, 0)).tags == {"garten": "garten"}


def test_what_is_kept_is_small_and_comes_back_as_it_was() -> None:
    found = find_out(examples(1_200, 1, truth=_TRUTH))
    kept: Any = msgspec.json.encode(found)
    assert len(kept) < 20_000
    assert msgspec.json.decode(kept, type=Knowledge) == found


async def test_it_reads_what_all_may_read_of_who_lets_themselves_be_counted(database: Database) -> None:
    now = clock.now()
    with clock.at(now - 5 * clock.DAY):
        anna, ben, cem = await join_all(database, "anna", "ben", "cem")
        async with database.write() as tx:
            draft = GroupDraft(name="Chor", handle="chor", visibility=Visibility.CLOSED)
            group = await groups.create_group(tx, anna, draft, groups.Links(ADDRESSES.profile, ADDRESSES.tag))
            await publish(tx, cem, "Ich zähle nicht")
            await people.set_consent(tx, cem, Consent.COUNT_IN_INSIGHTS, False)
            answered = await publish(tx, anna, "Wer kommt?")
            late, alone, uncounted = [await publish(tx, anna, f"Wer kommt zum {what}?") for what in "ABC"]
            await publish(tx, ben, "Ich", reply_to=answered)
            await publish(tx, anna, "Niemand?", reply_to=alone)
            await publish(tx, cem, "Ich", reply_to=uncounted)
            inside = await publish(tx, anna, "Probe am Freitag", place=group)
            await publish(tx, anna, "Unter uns", audience=AudienceKind.CONNECTIONS)
            await talk_actions.remove_post(tx, anna, await publish(tx, anna, "Doch nicht"))
    with clock.at(now - 3 * clock.DAY):
        async with database.write() as tx:
            await publish(tx, ben, "Ich doch", reply_to=late)

    async def read(of: int) -> dict[int, bool]:
        async with database.read() as tx:
            found = await talk.list_beginnings(tx, of, first_id_at(now), 100)
            assert len(await talk.list_beginnings(tx, of, found[0].conversation_id, 100)) == len(found) - 1
            return {one.conversation_id: one.answered for one in found}

    assert await read(0) == {answered: True, late: False, alone: False, uncounted: False}
    assert await read(group) == {inside: False}


async def test_a_night_keeps_what_it_found_and_forgets_what_holds_no_more(database: Database) -> None:
    now = clock.now()
    night = Night(database, Path("unused"), now, (Scope(ScopeKind.SERVER), Scope(ScopeKind.GROUP, 17)))
    with clock.at(now - 30 * clock.DAY):
        members = await join_all(database, *(f"member{number}" for number in range(6)))
    for number in range(30):
        with clock.at(now - 29 * clock.DAY + number * clock.HOUR):
            async with database.write() as tx:
                await publish(tx, members[number % 6], f"Heute {'Schach' if number % 2 else 'Chor'} im Haus {number}")
    await compute(night)

    async def known(scope: Scope) -> Knowledge | None:
        async with database.read() as tx:
            known = await insights.find_knowledge(tx, members[0], scope)
            return known.knowledge if known is not None else None

    found = await known(Scope(ScopeKind.SERVER))
    assert found is not None
    assert found.topics is not None
    assert set(found.topics.weights) == {"schach", "chor"}
    assert found.learnt is None
    assert await known(Scope(ScopeKind.GROUP, 17)) is None
    async with database.write() as tx:
        for one in members[:2]:
            await people.set_consent(tx, one, Consent.COUNT_IN_INSIGHTS, False)
    await compute(dataclasses.replace(night, now=now + 1))
    assert await known(Scope(ScopeKind.SERVER)) is None, "of four people nothing is said"

"""The post adviser's rules: what it says of which text, in which order, and when it says nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plausch.insights.model.advice import (
    HINTS_MAX,
    Effect,
    HintKind,
    Knowledge,
    Learnt,
    Times,
    Topics,
    Trait,
    Trial,
    Writing,
    advise,
)
from plausch.insights.model.wording import guess_language, list_words, read_text

_LONG = "Wir haben lange überlegt und " + "dann noch einmal gefragt und " * 8 + "am Ende ja gesagt. Kommt gern vorbei."
_CHESS = Topics(
    weights={"schach": (0.8, 1.5), "turni": (0.5, 2.0)}, other=4.0, usual=0.4, tags={"schach": "schach", "turm": "turm"}
)
_TIMES = Times(usual=0.55, shares=[0.62 if hour == 19 else 0.4 if hour == 3 else 0.56 for hour in range(168)])
_LEARNT = Learnt(
    bias=0.0,
    weights={Trait.QUESTION: 1.0},
    effects=[
        Effect(Trait.QUESTION, 0.73, 0.5),
        Effect(Trait.LINK, 0.4, 0.6),
        Effect(Trait.PICTURE, 0.6, 0.5),
        Effect(Trait.EVENING, 0.9, 0.1),
        Effect(Trait.TAG, 0.52, 0.5),
    ],
)
_TRIAL = Trial(tested=200, right=142, always=128, mostly_answered=True, auc=0.7, calibration_error=0.03)


def kinds(source: str, knowledge: Knowledge | None = None, **more: Any) -> list[str]:
    writing = Writing(source, locale="de")._replace(**more)
    return [hint.kind.value for hint in advise(writing, knowledge).hints]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ("Hallo zusammen", []),
        ("Wer kommt am Freitag?", ["question"]),
        ("https://example.org/a?b=1", ["link_alone"]),
        ("[Hier](https://example.org) steht es", []),
        ("DAS IST EINE FRECHHEIT SONDERGLEICHEN", ["capitals"]),
        ("ADAC und BMW", []),
        (_LONG, ["long_sentence", "ask"]),
        (_LONG.removesuffix(" Kommt gern vorbei."), ["long_sentence", "ask"]),
        ("wort " * 130, ["long_paragraph", "ask"]),
        ("`SELECT * FROM eine_lange_anweisung WHERE grossbuchstaben`", []),
    ],
)
def test_what_is_said_of_a_text_alone(source: str, expected: list[str]) -> None:
    assert kinds(source) == expected


def test_pictures_without_words_come_first_and_no_more_than_three_are_said() -> None:
    found = advise(Writing("LAUTER GROSSE BUCHSTABEN " * 50, undescribed=2, pictures=2))
    assert [hint.kind for hint in found.hints] == [HintKind.ALT_MISSING, HintKind.CAPITALS, HintKind.LONG_PARAGRAPH]
    assert found.hints[0].number == 2
    assert all(hint.mends for hint in found.hints)
    assert kinds("", pictures=1, undescribed=1) == ["alt_missing"]


def test_topics_are_named_in_the_words_of_the_text() -> None:
    known = Knowledge(topics=_CHESS)
    found = advise(Writing("Schach und noch ein Turnier für alle", locale="de"), known).hints
    assert [(hint.kind.value, hint.words) for hint in found] == [
        ("tags", ("schach",)),
        ("fits", ("Schach", "Turnier")),
    ]
    assert kinds("#Schach und noch ein Turnier", known) == ["fits"], "it bears the tag"
    assert kinds("Schach und Turnier", known, reply=True) == ["fits"]
    strange = (
        "Gestern sah man Polarlichter hinter den Bergen, Wolken zogen an die Küste, und Möwen kreisten um das Schiff"
    )
    assert kinds(f"{strange}, ganz leise?", known) == ["new_here", "question"]
    assert kinds(strange, known) == [], "a remark is let alone"
    assert kinds(f"{strange}, mitten im Schach?", known) == ["tags", "question"]


def test_times_are_compared_with_the_usual() -> None:
    known = Knowledge(times=_TIMES)
    (hint,) = advise(Writing("Guten Abend zusammen", hour=19), known).hints
    assert (hint.kind, hint.share, hint.usual) == (HintKind.TIME_STRONGER, 62, 55)
    assert kinds("Gute Nacht zusammen", known, hour=3) == ["time_weaker"]
    assert kinds("Mahlzeit", known, hour=12) == []
    assert kinds("Gute Nacht zusammen", known, hour=3, reply=True) == []
    unknown = Knowledge(times=Times(0.5, [None] * 168))
    assert kinds("Gute Nacht zusammen", unknown, hour=3) == []


def test_what_was_learnt_speaks_of_what_is_there_or_can_be_added() -> None:
    known = Knowledge(learnt=_LEARNT, trial=_TRIAL)
    advice = advise(Writing("Wer kommt?", locale="de"), known)
    assert [(hint.kind, hint.trait) for hint in advice.hints] == [(HintKind.TRAIT, Trait.QUESTION)]
    assert advice.forecast is not None
    assert (advice.forecast.share, advice.forecast.trial.right) == (73, 142)
    missing = advise(Writing("Am Freitag spielen wir wieder im Vereinsheim, kommt vorbei", locale="de"), known)
    assert [(hint.kind, hint.trait, hint.share, hint.usual) for hint in missing.hints] == [
        (HintKind.TRAIT_MISSING, Trait.QUESTION, 73, 50),
        (HintKind.TRAIT_MISSING, Trait.PICTURE, 60, 50),
    ]
    assert advise(Writing("Wer kommt?", reply=True), known) == ([], None)
    assert advise(Writing("Am Freitag"), known).forecast is None, "it says nothing, so its hit rate is of no use"


@pytest.mark.parametrize(
    ("source", "words", "tags", "links"),
    [
        ("**Hallo** _Welt_", ["Hallo", "Welt"], (), 0),
        ("# Titel\n> Zitat\n- Punkt\n1. eins", ["Titel", "Zitat", "Punkt", "eins"], (), 0),
        ("@anna @ben@example.org kommt #Schach?", ["kommt", "Schach"], ("Schach",), 0),
        ("[Worte](https://a.example) www.b.example ![Bild](picture:1)", ["Worte"], (), 2),
        ("```\ncode\n``` und `mehr`", ["und"], (), 0),
    ],
)
def test_marks_addresses_and_names_are_no_words(
    source: str, words: list[str], tags: tuple[str, ...], links: int
) -> None:
    text = read_text(source)
    assert (list_words(text.words), text.tags, text.links) == (words, tags, links)


def test_languages_are_told_apart_by_small_words() -> None:
    assert guess_language(list_words("Das ist doch ein schöner Tag"), "en") == "de"
    assert guess_language(list_words("What a nice day that was"), "de") == "en"
    assert guess_language(["Schach", "Schach"], "de") == "de"


@settings(max_examples=80)
@given(
    st.text(max_size=300),
    st.integers(0, 4),
    st.integers(0, 6),
    st.integers(0, 23),
    st.booleans(),
)
def test_nothing_breaks_it_and_it_stays_brief(source: str, pictures: int, weekday: int, hour: int, reply: bool) -> None:
    known = Knowledge(topics=_CHESS, times=_TIMES, learnt=_LEARNT, trial=_TRIAL)
    advice = advise(Writing(source, "", "de", pictures, pictures, False, reply, weekday, hour), known)
    assert len(advice.hints) <= HINTS_MAX
    mends = [hint.mends for hint in advice.hints]
    assert mends == sorted(mends, reverse=True)
    assert not reply or advice.forecast is None

"""Readability: syllables held against words parted by hand, the formulas against published figures, and properties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plausch.insights.model.readability import (
    Ease,
    amstad,
    count_syllables,
    flesch,
    measure_reading,
    split_sentences,
    wiener,
)

_GERMAN = """
A-bend Schach Ver-ein Mit-glie-der-ver-samm-lung Fa-mi-li-e Li-ni-e Fe-ri-en Na-ti-on Mu-se-um ge-ehrt be-en-den Bee-re
Beet ak-tu-ell neu-e Fei-er Bäu-er-in Qua-li-tät Ei-er Bus Zoo Bat-te-rie Me-lo-die The-a-ter Ki-no po-e-tisch
Ge-mein-de-rat Bür-ger-meis-te-rin Rad-weg Haupt-stra-ße Ü-bung I-dee I-de-en See Se-en Spa-ni-en I-ta-li-en
Dis-kus-si-on Ak-ti-on Ma-te-ri-al ge-än-dert Yo-ga Ba-by Han-dy Stu-di-um öf-fent-lich Un-ter-stüt-zung heu-te wer
kom-men wir tref-fen uns am Don-ners-tag um sie-ben im Ver-eins-heim Klei-ne Frau Bie-ne Knie Au-to-rin Ru-i-ne Kai-ser
Mai Ha-se Ver-ant-wort-lich-keit Par-ti-zi-pa-ti-on Ei-gen-tü-mer-ge-mein-schaft ge-o-gra-fisch Re-gi-on Jo-ghurt
be-ei-len be-er-ben
"""
_ENGLISH = """
the cat sat on mat sen-tence ta-ken as a rea-ding pas-sage un-to it-self be-ing used to prove point Aus-tra-li-an
plat-y-pus is seem-ing-ly hy-brid mam-mal rep-til-i-an crea-ture ta-ble lit-tle peo-ple a-gree a-greed wan-ted nee-ded
walked called lived box-es watch-es wish-es hors-es pla-ces makes times com-mu-ni-ty mem-bers meet-ing ev-ery-one qui-et
sci-ence i-de-a cre-ate cre-a-tive na-tion na-tion-al spe-cial mil-lion o-pin-ion re-gion vi-o-lin di-a-ry me-di-a
so-cial ra-di-o vid-e-o cu-ri-ous se-ri-ous pre-vi-ous love-ly care-less move-ment care-ful use-ful late-ly some-thing
some-times home-work go-ing do-ing try-ing stud-y-ing eas-i-er eas-i-est hap-pi-er cli-ent a-chieve friend friends
be-lieve re-spon-si-bil-i-ty or-gan-i-sa-tion tour-na-ment chess ques-tion an-swer be-cause beau-ti-ful eight through
though thought a-cross queue you your they eye eyes are were where there these those one once done some ac-tu-al-ly
u-su-al sit-u-a-tion grad-u-ate e-val-u-ate du-o po-et build-ing guide league vague cre-at-ed
"""
#: Whoever counts by rule errs somewhere; the formulas take means.
_MAY_ERR = 0.03

_CLUB = (
    "Die Versammlung findet am 3. Mai um 19.30 Uhr statt. Bitte kommt z. B. auch dann, wenn ihr sonst nie kommt! "
    "Wir freuen uns auf euch alle und auf den Kuchen von Dr. Meier."
)
_OFFICE = (
    "Unter Berücksichtigung der satzungsrechtlichen Bestimmungen hinsichtlich der ordnungsgemäßen Einberufung der "
    "Mitgliederversammlung wird hiermit bekanntgegeben, dass die diesbezüglichen Unterlagen fristgerecht einzureichen "
    "sind. Zuwiderhandlungen werden entsprechend geahndet."
)
_EVENING = (
    "We meet on Tuesday at seven. Bring a friend, and bring cake if you like. Who is in for a short game of chess?"
)
_NOTICE = (
    "Pursuant to the aforementioned considerations regarding organisational responsibilities, participants are "
    "requested to familiarise themselves with the applicable documentation. Administrative irregularities necessitate "
    "immediate notification of the coordinating authority."
)


@pytest.mark.parametrize(("language", "words"), [("de", _GERMAN), ("en", _ENGLISH)])
def test_syllables_are_those_parted_by_hand(language: str, words: str) -> None:
    parted = words.split()
    wrong = [
        (word, counted)
        for word in parted
        if (counted := count_syllables(word.replace("-", ""), language)) != word.count("-") + 1
    ]
    assert len(wrong) <= _MAY_ERR * len(parted), wrong


def test_formulas_give_the_published_figures() -> None:
    # "The cat sat on the mat." and "This sentence, taken as a reading passage unto itself, ..."
    assert flesch(6, 1) == pytest.approx(116, abs=0.2)
    assert flesch(16, 23 / 16) == pytest.approx(69, abs=0.1)
    assert flesch(13, 24 / 13) == pytest.approx(37.5, abs=0.1)
    assert amstad(10, 2) == 53
    # A text of monosyllables in sentences of five words is for the youngest; what offices write is for nobody.
    assert wiener(5, 0, 0, 100) == pytest.approx(-3.309)
    assert wiener(20, 40, 50, 30) == pytest.approx(15.713)


@pytest.mark.parametrize(
    ("text", "language", "ease", "longest"),
    [
        (_CLUB, "de", Ease.EASY, 13),
        (_OFFICE, "de", Ease.HARD, 21),
        (_EVENING, "en", Ease.EASY, 9),
        (_NOTICE, "en", Ease.HARD, 18),
    ],
)
def test_real_texts_are_judged_as_people_would(text: str, language: str, ease: Ease, longest: int) -> None:
    reading = measure_reading(text, language)
    assert reading is not None
    assert reading.ease is ease
    assert abs(reading.longest_sentence - longest) <= 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "de"),
        ("Wer kommt?", "de"),
        ("ein Satz ohne Ende " * 10, "de"),
        ("Kurz. " * 19, "de"),
        ("Bonjour à tous. " * 20, "fr"),
    ],
)
def test_it_is_silent_about_what_is_too_short_or_in_another_language(text: str, language: str) -> None:
    assert measure_reading(text, language) is None


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Am 3. Mai, z. B. um 9.30 Uhr, kommt Dr. A. Meier. Und dann? Mal sehen…", 3),
        ("Come at 7.30 p.m., e.g. with Mr. Smith! Fine.\nA line\nanother", 4),
    ],
)
def test_sentences_do_not_end_at_abbreviations_numbers_and_initials(text: str, sentences: int) -> None:
    assert len(list(filter(str.strip, split_sentences(text)))) == sentences


@settings(max_examples=60)
@given(st.text(max_size=60), st.sampled_from(["de", "en"]))
def test_any_word_has_a_syllable_and_no_more_than_letters(word: str, language: str) -> None:
    assert 1 <= count_syllables(word, language) <= max(1, len(word.casefold()) * 2)


@settings(max_examples=60)
@given(st.text(max_size=400), st.sampled_from(["de", "en"]))
def test_any_text_is_measured_or_not_and_is_no_harder_in_shorter_sentences(text: str, language: str) -> None:
    assert "".join(split_sentences(text)) == text
    reading = measure_reading(text, language)
    if reading is not None:
        assert reading.longest_sentence >= reading.sentence_length
        assert reading.short + reading.heavy <= reading.words
        split = reading._replace(sentences=reading.words)
        order = [Ease.HARD, Ease.FAIR, Ease.EASY]
        assert order.index(split.ease) >= order.index(reading.ease)

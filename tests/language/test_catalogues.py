"""The messages are complete, and read as written."""

from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from plausch.language import catalogues
from plausch.language.catalogues import LANGUAGES, Catalogue, catalogue, negotiate
from tools import messages


def _catalogue(text: str) -> Catalogue:
    return Catalogue("de", dict(catalogues._read(text)))


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    assert not list(messages.problems(messages.extract(), messages.read(language)))


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_our_reader_and_babels_agree(language: str) -> None:
    ours = catalogue(language)
    for message in messages.read(language):
        ids, context = message.id, message.context
        if isinstance(ids, str) and ids:
            assert (ours.pgettext(context, ids) if context else ours.gettext(ids)) == message.string
        elif ids:
            one, many = ids
            forms = [ours.npgettext(context, one, many, n) if context else ours.ngettext(one, many, n) for n in (1, 2)]
            assert tuple(forms) == message.string


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_nothing_is_said_twice(language: str) -> None:
    twice = []
    for message in messages.read(language):
        strings = message.string
        for text in (strings,) if isinstance(strings, str) else strings or ():
            half = len(text) // 2
            if half > 1 and text[:half].strip() == text[half:].strip():
                twice.append(text)
    assert twice == []


def test_all_languages_but_the_sources_have_a_file() -> None:
    assert set(LANGUAGES) == {*messages.LANGUAGES, "en"}
    with pytest.raises(KeyError):
        catalogue("../de")


_PO = r"""
msgid ""
msgstr "Language: de\n"

#: a.py
#, python-format
msgid "one \"reply\""
msgid_plural ""
"%(num)d "
"replies"
msgstr[0] "eine \"Antwort\""
msgstr[1] ""
"%(num)d "
"Antworten\n"

msgctxt "verb"
msgid "post"
msgstr "posten"

msgid "post"
msgstr "Beitrag"

#, fuzzy
msgid "guess"
msgstr "geraten"

msgid "empty"
msgstr ""

#~ msgid "old"
#~ msgstr "alt"
"""


def test_reading_and_falling_back() -> None:
    words = _catalogue(_PO)
    assert words.ngettext('one "reply"', "…", 1) == 'eine "Antwort"'
    assert words.ngettext('one "reply"', "…", 0) == words.ngettext('one "reply"', "…", 5) == "%(num)d Antworten\n"
    assert (words.gettext("post"), words.pgettext("verb", "post")) == ("Beitrag", "posten")
    for message in ("guess", "empty", "old", "unknown"):
        assert words.gettext(message) == message
    assert words.ngettext("a", "b", 1) == words.npgettext("x", "a", "b", 1) == "a"
    assert words.ngettext("a", "b", 2) == words.npgettext("x", "a", "b", 2) == "b"
    assert catalogue("en").gettext("post") == "post"


def _template(*sources: str, tmp_path: Path) -> Catalog:
    (tmp_path / "templates").mkdir(exist_ok=True)
    for number, source in enumerate(sources):
        name = f"templates/{number}.html" if "{" in source else f"{number}.py"
        (tmp_path / name).write_text(source)
    return messages.extract(tmp_path)


def _read_po(tmp_path: Path, text: str) -> Catalog:
    path = tmp_path / "x.po"
    path.write_text(text)
    with path.open("rb") as file:
        return read_po(file, locale="de")


def test_messages_are_found_in_code_and_templates(tmp_path: Path) -> None:
    template = _template(
        '_("a"); words.gettext("b"); ngettext("c", "cs", 2); N_("d"); pgettext("x", "e")',
        "{{ _('f') }}{{ ngettext('g', 'gs', 2) }}"
        "{% trans count=n %}\n  one {{ count }}\n {% pluralize %}many{% endtrans %}",
        tmp_path=tmp_path,
    )
    found = {message.id for message in template if message.id}
    assert found == {"a", "b", ("c", "cs"), "d", "e", "f", ("one %(count)s", "many"), ("g", "gs")}


def test_a_broken_template_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="translation block"):
        _template("{% trans %}a", tmp_path=tmp_path)


@pytest.mark.parametrize(
    ("po", "problem"),
    [
        ("", "missing: 'Hello %(name)s'"),
        ('msgid "Hello %(name)s"\nmsgstr ""', "empty: 'Hello %(name)s'"),
        ('#, fuzzy\nmsgid "Hello %(name)s"\nmsgstr "Hallo %(name)s"', "fuzzy: 'Hello %(name)s'"),
        (
            'msgid "Hello %(name)s"\nmsgstr "Hallo %(Name)s"',
            "'Hello %(name)s' and its translation differ in %(Name)s, %(name)s",
        ),
        ('msgid "Hello %(name)s"\nmsgstr "Hallo <b>%(name)s"', "'Hello %(name)s' and its translation differ in <b"),
        ('msgid "Hello %(name)s"\nmsgstr "Hallo %(name)s"\n\nmsgid "x"\nmsgstr "y"', "obsolete: 'x'"),
        ('msgid "Hello %(name)s"\nmsgstr "Hallo %(name)s"\n\n#~ msgid "x"\n#~ msgstr "y"', "obsolete: 'x'"),
    ],
)
def test_what_is_wrong_is_said(po: str, problem: str, tmp_path: Path) -> None:
    template = _template('_("Hello %(name)s")', tmp_path=tmp_path)
    assert list(messages.problems(template, _read_po(tmp_path, po))) == [problem]


@pytest.mark.parametrize(
    ("forms", "problem"),
    [
        ('msgstr[0] "eine"\nmsgstr[1] ""', "empty: 'one %(num)d'"),
        ('msgstr[0] "eine"', "empty: 'one %(num)d'"),
        ('msgstr[0] "eine"\nmsgstr[1] "viele"', "'one %(num)d' and its translation differ in %(num)d"),
        ('msgstr[0] "eine %(n)d"\nmsgstr[1] "%(num)d"', "'one %(num)d' and its translation differ in %(n)d"),
        ('msgstr[0] "eine"\nmsgstr[1] "%(num)d"', None),
    ],
)
def test_what_is_wrong_with_plurals_is_said(forms: str, problem: str | None, tmp_path: Path) -> None:
    template = _template('ngettext("one %(num)d", "%(num)d", 1)', tmp_path=tmp_path)
    catalogue_ = _read_po(tmp_path, f'msgid "one %(num)d"\nmsgid_plural "%(num)d"\n{forms}')
    assert list(messages.problems(template, catalogue_)) == ([problem] if problem else [])


def test_merging_keeps_translations_and_revives_old_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "CATALOGUES", tmp_path)
    (tmp_path / "de.po").write_text('msgid "gone"\nmsgstr "weg"\n\n#~ msgid "back"\n#~ msgstr "zurück"\n')
    template = _template('_("back"); _("new")', tmp_path=tmp_path)
    messages.write(messages.merge(template, messages.read("de")), "de", prune=False)
    text = (tmp_path / "de.po").read_text()
    assert 'msgid "back"\nmsgstr "zurück"' in text
    assert 'msgid "new"\nmsgstr ""' in text
    assert '#~ msgid "gone"\n#~ msgstr "weg"' in text
    messages.write(messages.merge(template, messages.read("de")), "de", prune=False)
    assert (tmp_path / "de.po").read_text() == text
    messages.write(messages.merge(template, messages.read("de")), "de", prune=True)
    assert "gone" not in (tmp_path / "de.po").read_text()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr-FR,fr;q=0.9,de;q=0.2,en;q=0.1", "de"),
        ("fr", "en"),
        ("de;q=0, en;q=0.1", "en"),
        ("de;q=0.5,en;q=0.5", "de"),
        ("*", "en"),
        ("de;q=zwei", "de"),
        (";;;,,,", "en"),
    ],
)
def test_negotiation(header: str | None, language: str) -> None:
    assert negotiate(header, "en") == language


@given(st.text(st.characters()))
def test_no_header_is_refused(header: str) -> None:
    assert negotiate(header, "de") in LANGUAGES

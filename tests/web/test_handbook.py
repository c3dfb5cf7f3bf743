"""The handbook: in the reader's language, with the words that stand on the pages, and with pictures that are there."""

import re
from pathlib import Path

import pytest

from plausch.language.catalogues import LANGUAGES
from plausch.web.views.handbook import read_part
from tests.web.conftest import Web
from tools import messages

FOLDER = Path(__file__).parents[2] / "src" / "plausch" / "web" / "handbook"
NAMES = ("members", "owners")
TEXTS = [(language, name) for language in LANGUAGES for name in NAMES]
#: What is said of bold print itself.
ITSELF = {"fett", "bold"}


def words_of(language: str) -> set[str]:
    """All words of the pages in a language."""
    words: set[str] = set()
    for message in messages.extract() if language == "en" else messages.read(language):
        texts = message.id if language == "en" else message.string
        words.update([texts] if isinstance(texts, str) else texts or ())
    return words


def unknown(text: str, words: set[str]) -> list[str]:
    return sorted(set(re.findall(r"\*\*(.+?)\*\*", text)) - words - ITSELF)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_in_bold_are_those_of_the_pages(language: str) -> None:
    words = words_of(language)
    for name in NAMES:
        assert unknown((FOLDER / language / f"{name}.md").read_text(), words) == []
    assert unknown("Press **Sendd**.", words) == ["Sendd"]


@pytest.mark.parametrize(("language", "name"), TEXTS)
def test_both_languages_have_the_same_sections_and_pictures(language: str, name: str) -> None:
    text, other = ((FOLDER / one / f"{name}.md").read_text() for one in (language, "de"))
    assert len(re.findall("^## ", text, re.MULTILINE)) == len(re.findall("^## ", other, re.MULTILINE)) > 10
    pictures = re.findall(r"!\[(.+)\]\(\.\./pictures/([a-z-]+)\.(\w+)\.webp\)", text)
    assert [one[1] for one in pictures] == re.findall(r"pictures/([a-z-]+)\.", other)
    assert {one[2] for one in pictures} == {language}
    assert all(len(one[0]) > 20 for one in pictures), "each picture is described"


@pytest.mark.parametrize(("language", "name"), TEXTS)
def test_sections_have_anchors_of_their_own(language: str, name: str) -> None:
    part = read_part(language, name)
    anchors = [one.anchor for one in part.headings]
    assert len(anchors) == len(set(anchors))
    assert all(f'id="{one}"' in part.html for one in anchors)
    assert "<h1" not in part.html, "the title is the page's"


def test_the_pictures_are_light_and_all_used() -> None:
    there = sorted((FOLDER / "pictures").iterdir())
    text = "".join(path.read_text() for path in FOLDER.glob("*/*.md"))
    assert [path.name for path in there if path.name not in text] == []
    assert sum(path.stat().st_size for path in there) < 600_000


async def test_visitors_read_it_in_their_language(web: Web) -> None:
    visitor = await web.open("de")
    german = (await visitor.get("/handbook")).text
    assert 'id="dich-vernetzen"' in german
    assert 'href="#dich-vernetzen"' in german
    owners = (await (await web.open("en")).get("/handbook/owners")).text
    assert "The first hour" in owners
    assert 'href="/handbook"' in owners
    (picture,) = re.findall(r'src="(/handbook/pictures/home\.de\.webp\?v=\w+)"', german)
    answer = await visitor.get(picture)
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    assert (await visitor.get("/handbook/pictures/home.fr.webp")).status_code == 404
    assert (await visitor.get("/handbook/pictures/..%2Fde%2Fmembers.md")).status_code == 404

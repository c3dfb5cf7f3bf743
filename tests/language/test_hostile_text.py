"""The corpus of hostile texts, through Markdown and through the sanitiser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.language.markdown import excerpt, parse, plain_text
from plausch.language.sanitising import clean, clean_rendered
from tests.corpus.xss import GROUPS, PAYLOADS, attacks_in_page, dangers

_OURS = ("/@", "/tags/")
#: Pieces that mean something to a parser, to be put together at random.
_PIECES = st.lists(
    st.sampled_from(
        [*"<>\"'=`*_)#@&\n\\ pbß\x00\u202e", "</", "/>", "```", "**", "~~", "[", "](", "![", "\n\n", "> ", "- ", "1. ",
         "&lt;", "&#60;", "javascript:", "https://", "data:", "www.", "a.de", "script", "img", "svg", "math", "style",
         "title", "a href", "<!--", "-->", "<![CDATA[", "onerror=", "anna"]
    )
).map("".join)  # fmt: skip


def _render(source: str) -> str:
    parsed = parse(source)
    return parsed.render({handle: f"/@{handle}" for handle in parsed.mentions}, lambda tag: f"/tags/{tag}")


def test_the_corpus_is_large_and_without_repetition() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) >= 150


@pytest.mark.parametrize("group", GROUPS)
def test_no_payload_survives_markdown(group: str) -> None:
    found = {payload: dangers(_render(payload), relative=_OURS) for payload in GROUPS[group]}
    assert not {payload: what for payload, what in found.items() if what}


@pytest.mark.parametrize("group", GROUPS)
def test_no_payload_survives_cleaning(group: str) -> None:
    found = {payload: dangers(clean(payload)) for payload in GROUPS[group]}
    assert not {payload: what for payload, what in found.items() if what}


@pytest.mark.parametrize(
    "around", ["[{}](https://e.example)", "> {}", "**{}**", "`{}`", "@anna {}", "#tag{}", '<p title="{}">']
)
def test_no_payload_survives_within_something_else(around: str) -> None:
    for payload in PAYLOADS:
        whole = around.replace("{}", payload)
        assert not dangers(_render(whole), relative=_OURS), whole
        assert not dangers(clean(whole)), whole


def test_cleaning_the_corpus_again_changes_nothing() -> None:
    for payload in PAYLOADS:
        cleaned = clean(payload)
        assert clean(cleaned) == cleaned, payload


def test_what_the_checks_look_for_is_found() -> None:
    for bad in (
        "<script></script>", "<p onclick=x></p>", "<a href=javascript:1></a>", "<!-- -->", "</p>", "<p class=x></p>",
        "<b>", "<a href='/x'></a>", "<img>", "<a href='java&#9;script:1'></a>",
    ):  # fmt: skip
        assert dangers(bad), bad
    for bad in ("<p onclick=x>", "<a href='java\tscript:1'>", "<script>1</script>", "<iframe>", "<p style=x>"):
        assert attacks_in_page(bad), bad
    assert not attacks_in_page('<script src="/assets/a.js"></script><a href="/x">x</a><form action="/y"><img src="/z">')


@given(_PIECES)
def test_nothing_put_together_at_random_survives(source: str) -> None:
    rendered = _render(source)
    assert not dangers(rendered, relative=_OURS)
    assert clean_rendered(rendered) == rendered
    cleaned = clean(source)
    assert not dangers(cleaned)
    assert clean(cleaned) == cleaned


@given(st.text(st.characters()) | _PIECES)
def test_no_text_is_refused(source: str) -> None:
    rendered = _render(source)
    plain_text(rendered)
    assert len(excerpt(rendered, 20)) <= 20
    clean(source)

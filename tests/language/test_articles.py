"""Markdown of long texts: what it becomes, that it stays harmless whatever is written, and that it ends in time."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.language.articles import InlinePicture, Rendered, parse_article
from plausch.language.markdown import plain_text
from tests.corpus.xss import attacks_in_page

PICTURE = InlinePicture("/pictures/12/large", "Das Beet", 40, 30)


def render(source: str) -> Rendered:
    return parse_article(source).render_article(
        {"anna": "/@anna"}, "/tags/{}".format, {"blume": "/emoji/1"}, {12: PICTURE}
    )


def test_headings_have_levels_without_gaps_and_anchors_that_stay() -> None:
    found = render("# Über *uns* & #garten\n\n### Tief\n\n###### Tiefer\n\n# Über uns\n\n## main\n\n## !!!\n")
    assert [(one.depth, one.anchor) for one in found.contents] == [
        (2, "s-über-uns-garten"),
        (3, "s-tief"),
        (4, "s-tiefer"),
        (2, "s-über-uns"),
        (3, "s-main"),
        (3, "s-section"),
    ]
    for one in found.contents:
        assert f'<h{one.depth} id="{one.anchor}" dir="auto">' in found.body
    twice = render("## Mehr\n\n## Mehr\n\n## Mehr-2\n\n## Mehr")
    anchors = [one.anchor for one in twice.contents]
    assert len(set(anchors)) == len(anchors)
    assert anchors[0] == "s-mehr"


def test_footnotes_lead_there_and_back() -> None:
    found = render("Erst[^b], dann[^b] und ^[*gleich* hier].\n\n[^b]: Die Note.\n\n[^nie]: Niemand fragt.")
    for part in ('id="fnref-1" href="#fn-1"', 'id="fnref-1-2" href="#fn-1"', 'href="#fn-2"', '<li id="fn-1">'):
        assert part in found.body
    assert 'href="#fnref-1-2"' in found.body
    assert "Niemand" not in found.body
    ids = set(re.findall(r'id="([^"]+)"', found.body))
    assert set(re.findall(r'href="#([^"]+)"', found.body)) <= ids


def test_tables_code_and_lists() -> None:
    found = render("| a | b |\n|:-:|--:|\n| 1 | <b> |\n\n```python onclick=x\n<script>\n```\n\n- [ ] offen\n")
    assert '<div class="table" tabindex="0"><table><thead><tr><th class="center">a</th>' in found.body
    assert '<td class="right">&lt;b&gt;</td>' in found.body
    assert "<code>&lt;script&gt;\n</code>" in found.body
    assert "<li>[ ] offen</li>" in found.body


def test_pictures_are_the_authors_own() -> None:
    found = render('![Ein Bild](picture:12 "Im *Mai*")\n\nUnd ![](/pictures/12/small) da.\n\n![fremd](picture:13)')
    assert '<figure><img src="/pictures/12/large" alt="Ein Bild" width="40" height="30" loading="lazy"' in found.body
    assert '<figcaption dir="auto">Im *Mai*</figcaption>' in found.body
    assert 'Und <img src="/pictures/12/large" alt="Das Beet"' in found.body
    assert "13" not in found.body
    assert "fremd" in found.body
    elsewhere = render("![x](https://evil.example/p.png) [y](picture:12) ![](picture:99999999999999999999)")
    assert "<img" not in elsewhere.body
    assert "picture:12" not in elsewhere.body
    assert parse_article("![](picture:12) ![](picture:12) ![](picture:5)").pictures == (12, 5)


def test_the_beginning_is_for_feeds() -> None:
    assert render("Eins[^1].\n\nZwei.\n\n## Drei\n\nVier.\n\n[^1]: x").beginning == (
        '<p dir="auto">Eins.</p><p dir="auto">Zwei.</p>'
    )
    assert "Vier" in render("Eins.\n\n## Drei\n\nVier.\n\n<!--more-->\n\nRest").beginning
    more = render("Eins.\n\n<!--more-->\n\nRest")
    assert ("Rest" in more.beginning, "more" in more.body) == (False, False)
    long = render("Wort " * 2_000)
    assert len(plain_text(long.beginning)) <= 500
    assert long.words == 2_000
    assert render("![](picture:12)").beginning == ""


TAGS = {
    *("p", "a", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "pre", "code", "em", "strong", "del", "sup", "img"),
    *("table", "thead", "tbody", "tr", "th", "td", "div", "section", "figure", "figcaption", "blockquote", "span"),
}
HOSTILE = st.lists(
    st.sampled_from(
        [
            *("# ", "\n", "\n\n", "[^1]", "[^1]: ", "^[", "]", "(", ")", "|", "|-", "picture:12", "![", '"', "'", "`"),
            *("```\n", "> ", "- ", "1. ", "*", "**", "~~", "<!--more-->", "<img src=x onerror=alert(1)>", "&#x3c;"),
            *("javascript:alert(1)", "<script>", "</script>", "@anna", "#tag", ":blume:", "id=main", "\t", "\\", "x"),
        ]
    ),
    max_size=40,
).map("".join)


@given(HOSTILE)
def test_whatever_is_written_stays_harmless(source: str) -> None:
    found = render(source)
    for html in (found.body, found.beginning):
        assert attacks_in_page(html) == []
        assert set(re.findall(r"<(\w+)", html)) <= TAGS
        assert all(one.startswith(("s-", "fn-", "fnref-")) for one in re.findall(r' id="([^"]*)"', html))


@pytest.mark.parametrize(
    "source",
    [
        "a[^1] " * 3_000 + "\n\n[^1]: x",
        "^[" * 9_000,
        "a|b\n-|-\n" + "|\n" * 9_000,
        "![a](picture:12)" * 3_000,
        "## Mehr\n" * 9_000,
        "x" * 300_000,
        "*a **b " * 20_000,
    ],
)
def test_what_is_made_to_take_long_ends(source: str) -> None:
    assert render(source).body

"""What people write and what becomes of it."""

import time

import pytest

from plausch.language.inline_rules import tag_name
from plausch.language.markdown import excerpt, parse, plain_text
from plausch.language.sanitising import clean_rendered

_KNOWN = {"anna": "/@anna", "mehmet@stadt.example": "https://stadt.example/@mehmet"}


def _render(source: str) -> str:
    return parse(source).render(_KNOWN, lambda tag: f"/tags/{tag}")


def _line(source: str) -> str:
    """The HTML of a text of one paragraph, without the paragraph."""
    return _render(source).removeprefix('<p dir="auto">').removesuffix("</p>")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**fett** *kursiv* ~~weg~~ `x`", "<strong>fett</strong> <em>kursiv</em> <del>weg</del> <code>x</code>"),
        ("eins\nzwei  \ndrei", "eins<br>zwei<br>drei"),
        ('<b>x</b> & "y"', '&lt;b&gt;x&lt;/b&gt; &amp; "y"'),
        (
            "[hier](https://e.example/?a=1&b=2)",
            '<a href="https://e.example/?a=1&amp;b=2" rel="nofollow noopener ugc">hier</a>',
        ),
        ("[hier](/logout)", "[hier](/logout)"),
        (
            "![Katze](https://e.example/k.png)",
            '<a href="https://e.example/k.png" rel="nofollow noopener ugc">Katze</a>',
        ),
        ("@anna!", '<a href="/@anna" class="mention">@anna</a>!'),
        ("(@Anna)", '(<a href="/@anna" class="mention">@Anna</a>)'),
        (
            "@mehmet@stadt.example.",
            '<a href="https://stadt.example/@mehmet" class="mention">@mehmet@stadt.example</a>.',
        ),
        ("@unbekannt", "@unbekannt"),
        ("**@anna**", '<strong><a href="/@anna" class="mention">@anna</a></strong>'),
        ("#Grüße,", '<a href="/tags/grüsse" class="tag" rel="tag">#Grüße</a>,'),
        ("[@anna](https://e.example)", '<a href="https://e.example" rel="nofollow noopener ugc">@anna</a>'),
        ("`@anna #tag`", "<code>@anna #tag</code>"),
        (r"\@anna \#tag", "@anna #tag"),
        ("[leer]()", "leer"),
    ],
)
def test_a_line(source: str, html: str) -> None:
    assert _line(source) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (
            "# a\n\n## b\n\n### c\n\n###### d",
            '<h3 dir="auto">a</h3><h4 dir="auto">b</h4><h5 dir="auto">c</h5><h6 dir="auto">d</h6>',
        ),
        (
            "## a\n\n#### b\n\n### c\n\n# d",
            '<h3 dir="auto">a</h3><h4 dir="auto">b</h4><h4 dir="auto">c</h4><h3 dir="auto">d</h3>',
        ),
        ("- a\n- b", '<ul dir="auto"><li>a</li><li>b</li></ul>'),
        ("3. a\n4. b", '<ol start="3" dir="auto"><li>a</li><li>b</li></ol>'),
        ("> a", '<blockquote dir="auto"><p dir="auto">a</p></blockquote>'),
        ("```py\na < b\n```", "<pre><code>a &lt; b\n</code></pre>"),
        ("a\n\n---\n\nb", '<p dir="auto">a</p><hr><p dir="auto">b</p>'),
    ],
)
def test_blocks(source: str, html: str) -> None:
    assert _render(source) == html


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ("https://e.example/a_b_c*d*.", ["https://e.example/a_b_c*d"]),
        ("(https://e.example/a_(b))", ["https://e.example/a_(b)"]),
        ("**https://e.example/**", ["https://e.example/"]),
        ("<https://e.example/x>", ["https://e.example/x"]),
        ("www.verein.example/x_y, verein.de und usw.Am Ende", ["https://www.verein.example/x_y", "https://verein.de"]),
        ("HTTPS://E.example", ["https://E.example"]),
        ("https://münchen.example", ["https://xn--mnchen-3ya.example"]),
        ("anna@verein.de, [Post](mailto:a@b.example)", []),
        ("`https://e.example` https://user@e.example javascript://e.example", []),
        (
            "[a](https://e.example) https://e.example ![b](https://e.example/b)",
            ["https://e.example", "https://e.example/b"],
        ),
        ("https://e.example/@anna#tag", ["https://e.example/@anna#tag"]),
    ],
)
def test_links(source: str, links: list[str]) -> None:
    parsed = parse(source)
    assert list(parsed.links) == links
    assert not parsed.mentions
    assert not parsed.tags


def test_long_addresses_are_shown_short_and_copied_whole() -> None:
    url = "https://www.verein.example/termine/2026/sommerfest-am-see"
    html = _line(url)
    assert (
        '<span class="invisible">https://www.</span><span class="ellipsis">verein.example/termine/2026/so</span>'
        in html
    )
    assert plain_text(html) == url
    assert excerpt(html, 100) == "verein.example/termine/2026/so…"


@pytest.mark.parametrize(
    ("source", "mentions"),
    [
        ("@Anna @anna @anna_lena @b.c. @d-", ("anna", "anna_lena", "b.c", "d")),
        ("@a@Stadt.Example: @a@localhost:8000", ("a@stadt.example", "a@localhost:8000")),
        ("a@b /@c =@d @@e @ß @annaß", ()),
        ("> @in_quote\n\n- **@in_list**", ("in_quote", "in_list")),
    ],
)
def test_mentions(source: str, mentions: tuple[str, ...]) -> None:
    assert parse(source).mentions == mentions


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ("#Grüße #GRÜSSE #日本 #हिन्दी #foo_bar #2026er", ("grüsse", "日本", "हिन्दी", "foo_bar", "2026er")),
        ("#1 #2026 # #- a#b &#x41; ##c /#d #️⃣", ()),
        ("#eins#zwei #a-b #c·", ("eins", "a", "c")),
        ("#tag am Anfang ist keine Überschrift", ("tag",)),
    ],
)
def test_tags(source: str, tags: tuple[str, ...]) -> None:
    assert parse(source).tags == tags


def test_a_tag_has_one_name() -> None:
    assert tag_name("Straße") == tag_name("STRASSE") == tag_name("ＳＴＲＡＳＳＥ") == "strasse"
    assert tag_name("2026") is None
    assert tag_name("x" * 300) == "x" * 100


def test_emphasis_is_not_nested_without_end() -> None:
    assert _render("*a **b " * 200 + "** *" * 200).count("<em>") <= 200
    html = _render("**" * 60 + "a" + "**" * 60)
    assert html.count("<strong>") == html.count("</strong>") == 8


def test_plain_text_keeps_paragraphs_and_lines() -> None:
    assert plain_text(_render("# T\n\na < b\nc\n\n- x\n- y\n\n> z")) == "T\n\na < b\nc\n\nx\ny\n\nz"


def test_an_excerpt_is_cut_between_words() -> None:
    assert excerpt(_render("Am Samstag ist\n\nwieder Fest."), 100) == "Am Samstag ist wieder Fest."
    assert excerpt(_render("Am Samstag ist wieder Fest."), 17) == "Am Samstag ist…"
    assert excerpt(_render("Donaudampfschifffahrt"), 10) == "Donaudamp…"
    # However much HTML there is to a few words, no part of a tag is shown.
    assert excerpt(_render(f"eins [zwei](https://e.example/{'c' * 900}) drei"), 20) == "eins…"


_HARD = {
    "backticks": "`" * 10_000,
    "runs of backticks": " ".join("`" * length for length in range(1, 440)),
    "brackets": "[" * 100_000,
    "a few brackets": "[" * 5_900,
    "pictures": "![a](" * 10_000,
    "emphasis": "*a _b **c " * 10_000,
    "pairs": "**" * 1_400 + "a" + "**" * 1_400,
    "quotes": "> " * 10_000 + "a",
    "lists": "- a\n" * 25_000,
    "nested lists": "\n".join("  " * depth + "- a" for depth in range(300)),
    "headings": "a\n=\n" * 25_000,
    "references": "[a]: <" * 900,
    "entities": "&" * 100_000,
    "spaces": "*" * 6_100 + " " * 90_000 + "x",
    "dots": "a." * 50_000,
    "colons": "a://" * 25_000,
    "addresses": "www." * 25_000,
    "brackets after an address": "https://a.de/" + "(" * 2_900 + ")" * 2_900,
    "mail": "a@" * 2_900 + "b.",
    "mentions": "@a@b." * 1_000,
    "tags": "#a" * 2_900,
    "accents": "#a" + "\u0301" * 90_000,
    "megabyte": "**x** " * 200_000,
}


@pytest.mark.parametrize("name", _HARD)
def test_no_text_takes_long(name: str) -> None:
    """CPU time, with much room for a slow machine: what grows with the square would take minutes."""
    begin = time.thread_time()
    html = _render(_HARD[name])
    plain_text(html)
    excerpt(html, 200)
    assert time.thread_time() - begin < 10


_EMOJI = {"hallo": "/emoji/hallo?v=1", "ja": "/emoji/ja?v=2"}


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (":hallo:", '<img class="emoji" src="/emoji/hallo?v=1" alt=":hallo:" loading="lazy">'),
        ("(:ja:)!", '(<img class="emoji" src="/emoji/ja?v=2" alt=":ja:" loading="lazy">)!'),
        (":unbekannt: 12:30:45", ":unbekannt: 12:30:45"),
        ("`:ja:` x:ja: \\:ja:", "<code>:ja:</code> x:ja: :ja:"),
    ],
)
def test_emoji_of_the_community(source: str, html: str) -> None:
    parsed = parse(source)
    assert parsed.render({}, str, _EMOJI) == f'<p dir="auto">{html}</p>'
    assert "<img" not in parsed.render({}, str)
    assert plain_text(parsed.render({}, str, _EMOJI)) == plain_text(parsed.render({}, str)), "words stay words"


def test_no_other_picture_gets_through() -> None:
    foreign = '<img src="https://e.example/x.png" class="emoji" alt=":ja:"><img src="/emoji/x" onerror="x" alt="no">'
    cleaned = clean_rendered(foreign, _EMOJI)
    assert "e.example" not in cleaned
    assert "src=" not in cleaned
    assert "onerror" not in cleaned

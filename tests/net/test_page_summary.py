"""What pages say of themselves, also those that are broken or made to hurt."""

import pytest

from plausch.net.fetching import Fetched
from plausch.net.page_summary import HEAD_MAX, PageSummary, summarise, tags


def page(body: str | bytes, kind: str = "text/html; charset=utf-8") -> Fetched:
    url = "https://blatt.example/2026/see"
    return Fetched(url, 200, {"content-type": kind}, body if isinstance(body, bytes) else body.encode())


def test_a_page_is_summarised() -> None:
    found = summarise(
        page(
            """<!DOCTYPE html><html><head><title>Der See &ndash; Blatt</title>
            <meta property="og:title" content="Der See ist > als gedacht">
            <META NAME=description CONTENT='Am "Ufer" &amp; im Wasser'>
            <meta property="og:site_name" content="Lindenauer Blatt"/>
            <meta content="/bild.jpg?a=1&amp;b=2" property="og:image">
            <meta property="og:title" content="zu spät"></head><body>
            <meta property="og:description" content="nicht im Kopf"></body>"""
        )
    )
    assert found == PageSummary(
        "Der See ist > als gedacht",
        'Am "Ufer" & im Wasser',
        "Lindenauer Blatt",
        "https://blatt.example/bild.jpg?a=1&b=2",
    )


def test_little_is_enough() -> None:
    assert summarise(page("<title>\n Nur\tein  Titel </title>")) == PageSummary("Nur ein Titel", site="blatt.example")
    assert summarise(page("<p>nothing")).title == ""
    assert summarise(page("<title>x</title>", "application/pdf")) == PageSummary()
    assert summarise(page("<title>x", "")) == PageSummary()


def test_texts_are_bounded_and_plain() -> None:
    found = summarise(page(f"<title>{'Wort ' * 500}</title><meta name=description content='a\u202eb\x00c&#8238;d'>"))
    assert len(found.title) <= 200
    assert found.title.endswith("Wort…")
    assert found.text == "a b c d"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<title>Grüße</title>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ('<meta charset="iso-8859-1"><title>Grüße</title>'.encode("latin-1"), "text/html"),
        ("<title>Grüße</title>".encode(), "text/html"),
        ("<title>Grüße</title>".encode(), "text/html; charset=nonsense"),
        ("<title>Grüße</title>".encode(), "text/html; charset=hex"),
    ],
)
def test_letters_are_read_as_they_are_meant(body: bytes, kind: str) -> None:
    assert summarise(page(body, kind)).title == "Grüße"


def test_only_web_addresses_are_pictures() -> None:
    for address in ("javascript:alert(1)", "data:image/png;base64,AA", "file:///etc/passwd", "http://[::1", ""):
        assert summarise(page(f'<meta property="og:image" content="{address}">')).picture == ""


def test_tags_give_their_attributes() -> None:
    html = "<a href=/x rel='me nofollow'>x</a><A HREF=\"https://b.example/?a&amp;b\">"
    assert list(tags(html, "a")) == [
        ("a", {"href": "/x", "rel": "me nofollow"}),
        ("a", {"href": "https://b.example/?a&b"}),
    ]


@pytest.mark.parametrize(
    "piece",
    [
        *("<meta ", "<meta '", '<meta "', "<", "<!--", "<title", "<title>", "<meta a=", '<meta a="<', "<meta a='x' "),
        *("'<meta '\"<meta \"", "&#x", "<meta content='&", "\x00\xff", "<meta" + " " * 50, "<script>", "a="),
        *('<meta x="' + "y" * 3990 + " ", "<meta charset="),
    ],
)
def test_whatever_it_is_it_ends(piece: str) -> None:
    """With a look that goes back and forth in the text each of these would take minutes."""
    assert summarise(page((piece * (HEAD_MAX // len(piece) + 1))[:HEAD_MAX])).picture == ""

"""Blogs of other programs, read: what they mean is understood, and what is hostile is refused."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plausch.exchange import bundles
from plausch.exchange.blogs.model import BroughtArticle, BroughtBlog, moment_in
from plausch.exchange.bundles import ArchiveBroken, opened
from plausch.exchange.markdown.reading import read_markdown
from plausch.exchange.markdown.texts import read_text
from plausch.exchange.texts import as_hashtags
from plausch.exchange.wordpress.reading import read_wordpress
from plausch.exchange.wordpress.texts import PostTexts
from tests.exchange.archives import as_folder, as_tar, as_zip

CORPUS = Path("tests/exchange/corpus")


def wordpress(path: Path, *, pages: bool = False) -> BroughtBlog:
    with opened(path, "export.xml") as bundle:
        return read_wordpress(bundle, pages=pages)


def markdown(path: Path, *, pages: bool = False) -> BroughtBlog:
    with opened(path, "text.md") as bundle:
        return read_markdown(bundle, pages=pages)


def on(article: BroughtArticle) -> str:
    return f"{datetime.fromtimestamp(article.published_at / 1000, UTC):%Y-%m-%d %H:%M:%S}"


def test_posts_made_of_blocks_are_understood() -> None:
    blog = wordpress(CORPUS / "wordpress" / "blocks.xml", pages=True)
    assert (blog.site, [one.title for one in blog.articles if not one.draft]) == (
        "garten.example",
        ["Über uns", "Der erste Kürbis & das Beet", "Von Otto"],
    )
    assert blog.left_out == {"other_kinds": 1, "comments_hidden": 1, "pingbacks": 1, "thrown_away": 1}
    # What has a password is for nobody until its author says so.
    assert {one.title for one in blog.articles if one.draft} == {"Geheim", "Noch nicht fertig"}
    first = next(one for one in blog.articles if one.slug == "der-erste-kuerbis")
    assert (on(first), first.subtitle, first.author, first.language) == (
        "2019-07-12 16:05:09", "Wie alles anfing.", "Greta", "de",
    )  # fmt: skip
    assert first.tags == ("Garten & Balkon", "Kürbis")
    assert as_hashtags(first.tags) == "#GartenBalkon #Kürbis"
    assert first.source == (CORPUS / "wordpress" / "blocks.txt").read_text("utf-8").rstrip("\n")
    files = [(one.url.rpartition("/")[2], one.alt) for one in first.pictures]
    assert files == [("beet.png", "Ein Beet"), ("ernte.png", "Die Ernte"), ("weg.jpg", "Der Weg"), ("titel.jpg", "")]
    assert first.cover == 3
    hanna, greta = first.comments
    assert (hanna.author, hanna.source) == ("Hanna *Gieß*", "Schön!\n\nUnd wie **groß** war er, \\@greta?")
    assert (hanna.parent, greta.parent) == ("", hanna.key)
    assert "geheim.example" not in repr(blog)
    assert "203.0.113" not in repr(blog)


def test_posts_typed_without_tags_are_understood() -> None:
    blog = wordpress(CORPUS / "wordpress" / "classic.xml")
    (post,) = blog.articles
    assert (post.title, on(post), blog.left_out) == ("Cats & dogs – a start", "2012-05-08 08:30:00", {"shortcodes": 3})
    assert post.source == (CORPUS / "wordpress" / "classic.txt").read_text("utf-8").rstrip("\n")


def test_pictures_are_found_in_the_folder_of_uploads() -> None:
    blog = wordpress(CORPUS / "wordpress")
    names = {one.url.rpartition("/")[2]: one.name for article in blog.articles for one in article.pictures}
    assert names == {
        "beet.png": "uploads/2019/07/beet.png",
        "ernte.png": "uploads/2019/07/ernte.png",
        "titel.jpg": "uploads/2019/07/titel.jpg",
        "weg.jpg": "",
        # Of this one there is only a smaller copy.
        "katze.jpg": "uploads/2012/05/katze-300x200.jpg",
        "hund.jpg": "",
    }


def test_old_exports_in_other_encodings_are_understood() -> None:
    (post,) = wordpress(CORPUS / "wordpress" / "old-latin1.xml").articles
    assert (post.title, post.source, post.slug) == ("Grüße", "Schöne Grüße\n\naus dem Jahr 2008.", "grüße")
    assert (on(post), post.author) == ("2008-11-01 10:00:00", "Käthe")


def test_what_is_no_xml_and_was_exported_all_the_same(tmp_path: Path) -> None:
    """Control characters and blank lines before the beginning: WordPress writes them where plugins did."""
    data = (CORPUS / "wordpress" / "blocks.xml").read_bytes().replace(b"Was wuchs", b"Was\x08 wuchs\x00")
    path = tmp_path / "export.xml"
    path.write_bytes(b"\xef\xbb\xbf\n\n" + data)
    assert any("## Was wuchs" in one.source for one in wordpress(path).articles)


HEAD = b'<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
HOSTILE = {
    "laughs": (
        b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">' + LAUGHS + b"]>" + HEAD + b"<item>&l11;</item>",
        "archive_xml_forbidden",
    ),
    "file": (
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD + b"<item>&x;</item>",
        "archive_xml_forbidden",
    ),
    "elsewhere": (b'<!DOCTYPE rss SYSTEM "http://evil.example/x.dtd">' + HEAD, "archive_xml_forbidden"),
    "deep": (HEAD + b"<item>" + b"<a>" * 100_000, "archive_xml_forbidden"),
    "cut": (HEAD + b"<item><title>Ende", "archive_xml"),
    "wrong encoding": (HEAD + b"<item><title>Gr\xfc\xdfe</title></item></channel></rss>", "archive_xml"),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?>' + HEAD, "archive_xml"),
    "unknown entity": (HEAD + b"<item><title>&nbsp;</title></item></channel></rss>", "archive_xml"),
    "no export": (b"<rss><channel><item/></channel></rss>", "archive_not_wordpress"),
    "nothing": (b"", "archive_not_wordpress"),
    "no xml": (b"\x7fELF" * 100, "archive_not_wordpress"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_exports_are_refused(name: str, tmp_path: Path) -> None:
    data, reason = HOSTILE[name]
    path = tmp_path / "export.xml"
    path.write_bytes(data)
    with pytest.raises(ArchiveBroken) as error:
        wordpress(path)
    assert error.value.reason == reason


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST_BYTES", 1 << 20)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.xml", HEAD + b" " * (2 << 20))
    with pytest.raises(ArchiveBroken, match=r"export\.xml"):
        wordpress(tmp_path / "bomb.zip")


def of(name: str) -> tuple[BroughtBlog, dict[str, BroughtArticle]]:
    blog = markdown(CORPUS / "markdown" / name)
    return blog, {one.slug: one for one in blog.articles}


@pytest.mark.parametrize(
    ("folder", "slug", "when", "title", "tags", "pictures"),
    [
        ("hugo", "das-beet", "2021-04-03 08:15:00", "Das Beet: ein Anfang", "#Draußen #Garten #HochBeet", 3),
        ("jekyll", "mit-dem-rad", "2015-08-09 18:30:00", "No", "#reisen #fahrrad #Rad", 1),
        ("eleventy", "first", "2018-05-01 00:00:00", "First", "#SecondTag", 1),
        ("obsidian", "Ein Gedanke", "2024-03-04 05:06:00", "Ein Gedanke", "#tief", 1),
        ("pandoc", "aufsatz", "2017-05-03 00:00:00", "Über Kurven", "", 1),
    ],
)
def test_folders_of_other_programs_are_understood(
    folder: str, slug: str, when: str, title: str, tags: str, pictures: int
) -> None:
    article = of(folder)[1][slug]
    assert (on(article), article.title, as_hashtags(article.tags)) == (when, title, tags)
    assert len(article.pictures) == pictures
    assert article.source == (CORPUS / "markdown" / f"{folder}.txt").read_text("utf-8").rstrip("\n")


def test_what_is_no_article_stays_where_it_is() -> None:
    hugo, articles = of("hugo")
    assert set(articles) == {"das-beet", "toml-artikel"}
    assert (hugo.left_out, hugo.unread) == (
        {"pages": 1, "front_matter": 2, "missing_pictures": 1},
        ("content/posts/bombe.md", "content/posts/kaputt.md"),
    )
    assert articles["toml-artikel"].draft
    beet = articles["das-beet"]
    assert (beet.subtitle, beet.series, beet.author, beet.pictures[beet.cover].alt) == (
        "Wie wir anfingen", "Ein Jahr", "Greta", "Ein Beet im April",
    )  # fmt: skip
    jekyll, articles = of("jekyll")
    assert (jekyll.left_out, articles["idee"].draft, on(articles["undatiert"])) == (
        {"pages": 1}, True, "2016-01-02 00:00:00",
    )  # fmt: skip
    assert "impressum" in {one.slug for one in markdown(CORPUS / "markdown" / "jekyll", pages=True).articles}
    assert len(of("obsidian")[0].articles) == 1


def test_files_are_found_within_what_was_brought_and_nowhere_else(tmp_path: Path) -> None:
    text = (
        b"![a](../../../etc/passwd) ![b](/etc/hostname.png) ![c](file:///etc/x.png) ![d](data:image/png;base64,xx) "
        b"![e](../evil.png) <img src='javascript:1.png'>\n"
    )
    contents = {"posts/a.md": text, "../evil.png": b"x", "/evil2.png": b"x", "posts/b.md": b"x"}
    for path in (as_zip(contents, tmp_path / "a.zip"), as_tar(contents, tmp_path / "a.tar.gz")):
        first = next(one for one in markdown(path).articles if one.slug == "a")
        # What lies beside in the archive is its own, whatever it is called there; nothing is ever written by a name.
        assert {one.name for one in first.pictures} <= {"../evil.png"}
        assert "](" not in first.source.replace("](brought-picture:", "")
    assert not (tmp_path.parent / "evil.png").exists()


def test_texts_in_other_encodings_and_what_is_none(tmp_path: Path) -> None:
    contents = {
        "a.md": "---\ntitle: Grüße\n---\nÄ".encode("utf-16"),
        "b.md": "---\ntitle: Grüße\n---\nÖ".encode("cp1252"),
        "c.md": b"\xef\xbb\xbf---\r\ntitle: Gr\xc3\xbc\xc3\x9fe\r\n---\r\n\xc3\x9c",
        "d.md": b"\x00\x01\x02",
        "e.md": b"x" * ((1 << 20) + 1),
        "f.md": b"",
        "g.md": b"---\n" + b"[" * 3_000 + b"\n---\nText",
    }
    blog = markdown(as_folder(contents, tmp_path / "texts"))
    assert [(one.title, one.source) for one in sorted(blog.articles, key=lambda one: one.where)] == [
        ("Grüße", "Ä"), ("Grüße", "Ö"), ("Grüße", "Ü"),
    ]  # fmt: skip
    assert blog.left_out == {"no_text": 1, "too_large": 1, "empty": 1, "front_matter": 1}
    with pytest.raises(ArchiveBroken, match="not markdown"):
        markdown(as_folder({"a.txt": b"x"}, tmp_path / "none"))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2020-01-02", "2020-01-02 00:00"),
        ("2020-01-02 03:04:05 +0200", "2020-01-02 01:04"),
        ("2020-01-02T03:04:05Z", "2020-01-02 03:04"),
        ("2. 1. 2020", ""),
        ("02.01.2020", "2020-01-02 00:00"),
        ("January 2, 2020", "2020-01-02 00:00"),
        ("Thu, 02 Jan 2020 03:04:05 +0000", "2020-01-02 03:04"),
        ("0000-00-00 00:00:00", ""),
        ("Mon, 30 Nov -0001 00:00:00 +0000", ""),
        ("9999999999999", ""),
        ("true", ""),
        ("1970-01-01", ""),
        ("", ""),
    ],
)
def test_moments_are_read_as_they_are_written(written: str, meant: str) -> None:
    found = moment_in(written)
    assert (f"{datetime.fromtimestamp(found / 1000, UTC):%Y-%m-%d %H:%M}" if found else "") == meant


_PIECES = ("[", "]", "(", ")", "![", "[[", "{{< ", " >}}", "{% ", " %}", "`", "```\n", "<img src=a.png>", "<b>", "</b>")
_MORE_PIECES = ("<!--", "-->", "[caption]", "[/caption]", "[gallery]", "\ue0000\ue001", "\n", "@a", "x", '"', "\\")


@settings(max_examples=60)
@given(st.lists(st.sampled_from(_PIECES + _MORE_PIECES), max_size=40).map("".join))
def test_no_text_is_too_strange(text: str) -> None:
    assert "\ue000" not in read_text(text, lambda address, alt: 0)
    assert "\ue000" not in PostTexts({}).read_post(text, lambda *_: 0, [1])

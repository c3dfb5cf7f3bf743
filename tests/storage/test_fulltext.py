"""Both engines find the same: German and English forms, umlauts, hashtags, beginnings, other scripts."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from plausch.feeds.tables import post_words
from plausch.language.stemming import document_text, query_terms
from plausch.storage import Database, column_statement, open_database, param
from plausch.storage.fulltext import drop_document, indexed, matches, put_document, query_text
from tests.harness.databases import Databases
from tests.harness.properties import USUAL

ADD = column_statement(sa.insert(post_words).values(rowid=param("id"), words=indexed("text")))
CLEAR = column_statement(sa.delete(post_words))
FIND = column_statement(sa.select(post_words.c.rowid).where(matches(post_words, "query")).order_by(post_words.c.rowid))

DOCUMENTS: list[tuple[str, str | None]] = [
    ("Die Häuser am Marktplatz werden renoviert.", "de"),
    ("Unser Haus hat ein neues Dach.", "de"),
    ("Der Fußballverein sucht Spielerinnen und Spieler.", "de"),
    ("Straßenfest in der Große Gasse, Eintritt frei!", "de"),
    ("She was running through the gardens of the houses.", "en"),
    ("I run a small garden club; anyone's welcome.", "en"),
    ("#Gartenfreunde treffen sich am 12.05.2026 #vhs_kurs", "de"),
    ("Schöne Grüße aus Köln, Øystein und Łukasz!", "de"),
    ("café crème naïve", None),
    ("Москва и Волга", None),
    ("東京で祭りがあります", None),
    ("مرحبا بالعالم", None),
    ("ภาษาไทยไม่มีช่องว่าง", None),
    ("Ελλάδα όμορφη", None),
    ("100% C++ & <b>it's</b> \"quoted\" ' OR 1=1 -- * NEAR(a b)", "en"),
    ("🎉🎉 Party 🎉", "en"),
    ("", "de"),
]
#: A query and the documents it finds, by their places; with a star the last word is a beginning.
QUERIES: list[tuple[str, list[int]]] = [
    ("Haus", [0, 1]),
    ("Häuser", [0, 1]),
    ("haeuser", [0, 1]),
    ("houses", [4]),
    ("house garden", [4]),
    ("running", [4, 5]),
    ("gardens", [4, 5]),
    ("garten*", [6]),
    ("#gartenfreunde", [6]),
    ("vhs", [6]),
    ("12.05.2026", [6]),
    ("strassenfest", [3]),
    ("Straßenfest", [3]),
    ("STRASSENFEST", [3]),
    ("Fussballvereine", [2]),
    ("grosse", [3]),
    ("koln", [7]),
    ("Köln", [7]),
    ("oystein", [7]),
    ("lukasz", [7]),
    ("cafe", [8]),
    ("CAFÉ", [8]),
    ("москва", [9]),
    ("моск*", [9]),
    ("東京", [10]),
    ("祭", [10]),
    ("京祭", []),
    ("مرحبا", [11]),
    ("ไทย", [12]),
    ("ΕΛΛΆΔΑ", [13]),
    ("ελλ*", [13]),
    ("it's", [14]),
    ("100", [14]),
    ("party", [15]),
    ("eintritt straßenfest", [3]),
    ("eintritt marktplatz", []),
]


async def fill(database: Database, documents: list[tuple[str, str | None]]) -> None:
    async with database.write() as tx:
        await tx.run(CLEAR)
        for place, (text, language) in enumerate(documents):
            await tx.run(ADD, id=place, text=document_text(text, language))


async def search(database: Database, text: str, *, prefix: bool = False) -> list[int]:
    async with database.read() as read:
        query = query_text(query_terms(text), read.dialect.name, prefix=prefix)
        return await read.all(FIND, query=query) if query else []


async def test_forms_of_words_and_scripts(database: Database) -> None:
    await fill(database, DOCUMENTS)
    for text, places in QUERIES:
        found = await search(database, text.removesuffix("*"), prefix=text.endswith("*"))
        assert found == places, text


async def test_the_longest_post_can_be_indexed(database: Database) -> None:
    """In the script whose words take most room."""
    signs = "".join(chr(0x20000 + number) for number in range(20_000))
    await fill(database, [(signs, None), ("a" * 20_000, "de"), (" ".join(f"w{n}" for n in range(4_000)), None)])
    assert await search(database, signs[100:102]) == [0]
    assert await search(database, "w3999") == [2]


async def test_a_document_is_put_in_place_of_its_former_self(database: Database) -> None:
    """Also by two who index it at once: each saw nothing of the other."""

    async def put(words: str) -> None:
        async with database.write() as tx:
            await put_document(tx, post_words, 7, words)

    await put("alt")
    await asyncio.gather(*(put(f"neu wort{n}") for n in range(8)))
    assert await search(database, "alt") == []
    assert await search(database, "neu") == [7]
    async with database.write() as tx:
        await drop_document(tx, post_words, 7)
    assert await search(database, "neu") == []


@pytest.mark.postgres
def test_both_engines_find_the_same(tmp_path: Path, databases_of: Callable[[str], Databases]) -> None:
    """Whatever people write and look for."""
    urls = {engine: databases_of(engine).create(tmp_path / engine) for engine in ("sqlite", "postgres")}
    word = st.one_of(
        st.sampled_from(" ".join(text for text, _ in DOCUMENTS).split()),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12),
        st.text("aäeiostuß'\"*-_#@():&|!", min_size=1, max_size=8),
    )
    texts = st.lists(word, max_size=6).map(" ".join)
    documents = st.lists(st.tuples(texts, st.sampled_from(["de", "en", "fr", None])), min_size=1, max_size=6)

    with asyncio.Runner() as runner:
        opened = {engine: runner.run(open_database(url)) for engine, url in urls.items()}

        async def both(stored: list[tuple[str, str | None]], queries: list[str], prefix: bool) -> None:
            for database in opened.values():
                await fill(database, stored)
            for text in queries + [text for text, _ in stored]:
                found = [await search(database, text, prefix=prefix) for database in opened.values()]
                assert found[0] == found[1], text

        @settings(USUAL, max_examples=100)
        @given(documents, st.lists(texts, max_size=4), st.booleans())
        def same(stored: list[tuple[str, str | None]], queries: list[str], prefix: bool) -> None:
            runner.run(both(stored, queries, prefix))

        try:
            same()
        finally:
            for engine, database in opened.items():
                runner.run(database.close())
                databases_of(engine).drop(urls[engine])

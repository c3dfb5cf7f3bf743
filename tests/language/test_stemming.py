"""One query finds documents of every language, on both engines alike."""

import re
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.language.stemming import document_text, query_terms, stems
from tests.harness.databases import Databases

_LANGUAGES = st.sampled_from(["de", "en", "fr", None])
_TEXTS = st.text(st.characters(), max_size=60) | st.lists(
    st.sampled_from(
        [
            "Häuser",
            "Grüße",
            "don't",
            "l'école",
            "running",
            "日本語",
            "हिन्दी",
            "#foo_bar",
            "1e5",
            "-3.5",
            "a@b.de",
            "OR",
            "NOT",
            "NEAR(",
            "Ω",
            "ẞ",
            "İ",
            "ﬁ",
            "x²",
            "é",
            "e\u0301",
            "第3回vhs",
            "สวัสดี",
            "\x00",
            "*",
            ":",
            '"',
        ]
    )
).map(" ".join)


def _finds(query: str, document: str, language: str | None) -> bool:
    words = set(stems(document, language))
    terms = query_terms(query)
    return bool(terms) and all(words.intersection(alternatives) for alternatives in terms)


@pytest.mark.parametrize(
    ("query", "document", "language"),
    [
        ("Haus", "Die Häuser am See", "de"),
        ("haeuser", "Die Häuser am See", "de"),
        ("HÄUSER", "Das alte Haus", "de"),
        ("grüsse", "Viele Grüße!", "de"),
        ("gruesse", "Viele Grüße!", None),
        ("Vereine treffen", "Unser Verein: das Treffen", "de"),
        ("meeting", "Three meetings a week", "en"),
        ("Meetings", "Das Meeting fällt aus", "de"),
        ("running", "She runs", "en"),
        ("anna", "Anna's garden", "en"),
        ("école", "À l'ecole", "fr"),
        ("ecole", "À l'école", "fr"),
        ("sommerfest", "Kommt alle! #SommerFest", "de"),
        ("#foo_bar", "foo bar", None),
        ("2026", "Termine 2026", "de"),
        ("日本", "私は日本語を話します", "ja"),
        ("語", "私は日本語を話します", None),
        ("привет", "Привет, мир", "ru"),
        ("йод", "ИОД и ЙОД", "ru"),
        ("हिन्दी", "हिन्दी भाषा", "hi"),
        ("kalligrafie", "Ｋａｌｌｉｇｒａｆｉｅ", "de"),
        ("oresund", "Øresund", "da"),
    ],
)
def test_what_is_found(query: str, document: str, language: str | None) -> None:
    assert _finds(query, document, language)


@pytest.mark.parametrize(
    ("query", "document", "language"),
    [
        ("Haus", "Die Maus", "de"),
        ("日曜", "私は日本語", "ja"),
        ("Haus Garten", "Das Haus", "de"),
        ("", "x", "de"),
        ("?!", "?!", "de"),
    ],
)
def test_what_is_not_found(query: str, document: str, language: str | None) -> None:
    assert not _finds(query, document, language)


@given(_TEXTS, _LANGUAGES)
def test_every_word_finds_its_own_document(text: str, language: str | None) -> None:
    words = set(stems(text, language))
    assert all(words.intersection(alternatives) for alternatives in query_terms(text))


@given(_TEXTS, _LANGUAGES)
def test_stems_are_plain_tokens_whatever_the_text(text: str, language: str | None) -> None:
    found = stems(text, language)
    assert document_text(text, language) == " ".join(found)
    for stem in [*found, *(stem for alternatives in query_terms(text) for stem in alternatives)]:
        assert re.fullmatch(r"[a-z][a-z0-9]*", stem)


def test_threads_do_not_disturb_each_other() -> None:
    words = [
        f"{word}{ending}"
        for word in ("garten", "klingel", "fahrer", "wander")
        for ending in ("s", "en", "ung", "ungen")
    ]
    expected = [stems(word, "de") for word in words]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            assert list(pool.map(lambda word: stems(word, "de"), words)) == expected


_DOCUMENTS = [
    ("Die Häuser am See, gebaut 1e5 Jahre vor uns: -3.5 v2 foo_bar", "de"),
    ("Three meetings a week, don't forget! https://e.example/a-b.c?x=1", "en"),
    ("私は日本語を話します", "ja"),
    ("Привет हिन्दी Ω x² é", None),
]
_QUERIES = [
    "haus",
    "gebaut jahr",
    "1e5",
    "3.5",
    "foo_bar",
    "meeting",
    "e.example",
    "日本",
    "привет",
    "हिन्दी",
    "OR",
    "and",
    "é",
    "nichts",
    "v2",
]


def _sqlite_finds() -> dict[str, list[int]]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE document USING fts5(stems)")
    for text, language in _DOCUMENTS:
        connection.execute("INSERT INTO document VALUES (?)", (document_text(text, language),))
    found = {}
    for query in _QUERIES:
        match = " AND ".join(f"({' OR '.join(alternatives)})" for alternatives in query_terms(query))
        rows = connection.execute("SELECT rowid FROM document WHERE document MATCH ? ORDER BY rowid", (match,))
        found[query] = [row[0] for row in rows]
    connection.close()
    return found


def test_sqlite_finds_what_the_stems_say() -> None:
    for query, rows in _sqlite_finds().items():
        expected = [number for number, document in enumerate(_DOCUMENTS, 1) if _finds(query, *document)]
        assert rows == expected, query


@pytest.mark.postgres
async def test_postgres_finds_the_same(databases_of: Callable[[str], Databases], data: Path) -> None:
    databases = databases_of("postgres")
    url = databases.create(data)
    connection = await asyncpg.connect(url)
    try:
        for query, expected in _sqlite_finds().items():
            match = " & ".join(f"({' | '.join(alternatives)})" for alternatives in query_terms(query))
            rows = [
                number
                for number, (text, language) in enumerate(_DOCUMENTS, 1)
                if await connection.fetchval(
                    "SELECT to_tsvector('simple', $1) @@ to_tsquery('simple', $2)", document_text(text, language), match
                )
            ]
            assert rows == expected, query
    finally:
        await connection.close()
        databases.drop(url)

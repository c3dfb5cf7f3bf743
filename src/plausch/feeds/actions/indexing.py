"""Keeping the search index true."""

from plausch.feeds.tables import people_words, post_words
from plausch.language.markdown import plain_text
from plausch.language.stemming import document_text
from plausch.people import queries as people
from plausch.storage import Write
from plausch.storage.fulltext import drop_document, put_document
from plausch.talk import queries as talk


async def index_post(tx: Write, post: int, *, language: str | None = None) -> None:
    """Index a post as it is now; one that is gone meanwhile is left out."""
    found = await talk.find_words(tx, post)
    if found is None:
        await forget_post(tx, post)
        return
    text = " ".join([found.title, found.warning, plain_text(found.html), *await talk.list_options(tx, post)])
    await put_document(tx, post_words, post, document_text(text, found.language or language))


async def forget_post(tx: Write, post: int) -> None:
    await drop_document(tx, post_words, post)


async def index_person(tx: Write, actor: int) -> None:
    """Index how somebody is called and what they say about themselves."""
    found = await people.find_words(tx, actor)
    if found is None:
        await forget_person(tx, actor)
        return
    text = f"{found.name} {found.handle} {plain_text(found.about_html)}"
    await put_document(tx, people_words, actor, document_text(text, found.language))


async def forget_person(tx: Write, actor: int) -> None:
    await drop_document(tx, people_words, actor)

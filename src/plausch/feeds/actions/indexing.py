"""Keeping the search index true."""

import sqlalchemy as sa

from plausch.feeds.tables import people_words, post_words
from plausch.language.markdown import plain_text
from plausch.language.stemming import document_text
from plausch.people import queries as people
from plausch.storage import Write, column_statement, param
from plausch.storage.fulltext import indexed
from plausch.talk import queries as talk

_ADD = {
    index.name: column_statement(sa.insert(index).values(rowid=param("id"), words=indexed("text")))
    for index in (post_words, people_words)
}
_DROP = {
    index.name: column_statement(sa.delete(index).where(index.c.rowid == param("id")))
    for index in (post_words, people_words)
}


async def _put(tx: Write, index: sa.TableClause, id_: int, words: str) -> None:
    await tx.run(_DROP[index.name], id=id_)
    await tx.run(_ADD[index.name], id=id_, text=words)


async def index_post(tx: Write, post: int, *, language: str | None = None) -> None:
    """Index a post as it is now; one that is gone meanwhile is left out."""
    found = await talk.find_words(tx, post)
    if found is None:
        await forget_post(tx, post)
        return
    text = f"{found.warning} {plain_text(found.html)}"
    await _put(tx, post_words, post, document_text(text, found.language or language))


async def forget_post(tx: Write, post: int) -> None:
    await tx.run(_DROP[post_words.name], id=post)


async def index_person(tx: Write, actor: int) -> None:
    """Index how somebody is called and what they say about themselves."""
    found = await people.find_words(tx, actor)
    if found is None:
        await forget_person(tx, actor)
        return
    text = f"{found.name} {found.handle} {plain_text(found.about_html)}"
    await _put(tx, people_words, actor, document_text(text, found.language))


async def forget_person(tx: Write, actor: int) -> None:
    await tx.run(_DROP[people_words.name], id=actor)

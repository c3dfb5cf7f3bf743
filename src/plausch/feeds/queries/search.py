"""Search: posts, people and tags, among what the viewer may see and what agreed to be found."""

import sqlalchemy as sa

from plausch.feeds.tables import people_words, post_words
from plausch.kernel.paging import TOP, Page
from plausch.language.stemming import query_terms
from plausch.people.model import Consent, Relation, Viewer
from plausch.people.queries import consents_to, is_present, no_block_between, related
from plausch.storage import Read, column_statement, param
from plausch.storage.fulltext import matches, query_text
from plausch.talk.queries import list_matching_tags, post, seen_as, visible

_ME = param("me")
_POSTS = column_statement(
    sa.select(post.c.id)
    .select_from(post_words.join(post, post.c.id == post_words.c.rowid))
    .where(
        matches(post_words, "query"),
        post_words.c.rowid < param("before"),
        visible(),
        sa.or_(post.c.actor_id == _ME, consents_to(Consent.BE_FOUND, post.c.author_id)),
        sa.not_(related(Relation.MUTE, _ME, post.c.actor_id)),
    )
    .order_by(post_words.c.rowid.desc())
    .limit(param("limit"))
)
_PERSON = people_words.c.rowid
_PEOPLE = column_statement(
    sa.select(_PERSON)
    .where(
        matches(people_words, "query"),
        param("before") > _PERSON,
        is_present(_PERSON),
        no_block_between(_ME, _PERSON),
        sa.or_(
            _PERSON == _ME,
            related(Relation.CONNECT, _ME, _PERSON),
            consents_to(Consent.BE_FOUND, _PERSON),
        ),
    )
    .order_by(_PERSON.desc())
    .limit(param("limit"))
)
_MOST_TERMS = 12


def _query(tx: Read, text: str) -> str | None:
    terms = query_terms(text)[:_MOST_TERMS]
    return query_text(terms, tx.dialect.name, prefix=True) if terms else None


async def search_posts(tx: Read, viewer: Viewer, text: str, page: Page) -> list[int]:
    """Ids of posts in which every word of the text occurs in some form, newest first."""
    query = _query(tx, text)
    if query is None:
        return []
    return await tx.all(_POSTS, query=query, before=page.before, limit=page.limit, **seen_as(viewer))


async def search_people(tx: Read, viewer: Viewer, text: str, limit: int) -> list[int]:
    """Ids of people whose name, handle or words about themselves match; the last word may be a beginning."""
    query = _query(tx, text)
    if query is None:
        return []
    return await tx.all(_PEOPLE, query=query, before=TOP, limit=limit, me=viewer.acting_as)


async def search_tags(tx: Read, viewer: Viewer, text: str, limit: int) -> list[tuple[str, int]]:
    """Tags that begin like the text, with how many public posts bear them."""
    return await list_matching_tags(tx, viewer, text, limit)

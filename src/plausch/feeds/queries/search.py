"""Search: posts, people and tags, among what the viewer may see and what agreed to be found."""

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from plausch.feeds.model import Having, SavedSearch, SearchOrder, Wanted, has_phrases, id_bounds, parse_search
from plausch.feeds.model.searching import ME
from plausch.feeds.tables import people_words, post_words, searches
from plausch.kernel.paging import TOP, Page
from plausch.language.markdown import plain_text
from plausch.language.stemming import query_terms
from plausch.people import queries as people
from plausch.people.model import Consent, Relation, Viewer
from plausch.people.queries import consents_to, is_active, is_present, no_block_between, not_muted_by, related
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.storage.fulltext import matches, query_text
from plausch.talk import queries as talk
from plausch.talk.queries import has_link, has_poll, kept, list_matching_tags, post, seen_as, tagged, visible

_ME = param("me")
#: What can narrow a search down, by the name under which `_narrowing` gives its values.
_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "query": matches(post_words, "query"),
    "authors": any_of(post.c.actor_id, "authors"),
    "conversations": any_of(post.c.conversation_id, "conversations"),
    "languages": any_of(post.c.language, "languages"),
    Having.PICTURE: post.c.pictures > 0,
    Having.LINK: has_link(),
    Having.POLL: has_poll(),
    "kept": kept(),
    "days": sa.true(),
    **{f"tag{place}": tagged(param(f"tag{place}", sa.Text()), post.c.id) for place in range(5)},
}
#: How much came of a post. Both engines count alike, which cannot be said of what each calls a rank.
_RESPONSE = 2 * post.c.replies + 2 * post.c.shares + post.c.likes


@functools.lru_cache(512)
def _posts(names: frozenset[str], order: SearchOrder, upwards: bool) -> Statement[int]:  # a part of the key
    """The statement with just these conditions: each combination gets a plan of its own."""
    by_words = "query" in names
    id_ = post_words.c.rowid if by_words else post.c.id
    by_time = id_ if upwards else id_.desc()
    places = (by_time,) if order is SearchOrder.TIME else (_RESPONSE.desc(), by_time)
    return column_statement(
        sa.select(post.c.id)
        .select_from(post_words.join(post, post.c.id == post_words.c.rowid) if by_words else post)
        .where(
            *(_CONDITIONS[name] for name in sorted(names)),
            id_ < param("before"),
            id_ >= param("since"),
            visible(),
            sa.or_(post.c.actor_id == _ME, consents_to(Consent.BE_FOUND, post.c.author_id)),
            not_muted_by(_ME, post.c.actor_id),
        )
        .order_by(*places)
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
            sa.and_(
                consents_to(Consent.BE_FOUND, _PERSON),
                # Whoever is limited is put before nobody who does not know them.
                sa.or_(is_active(_PERSON), related(Relation.FOLLOW, _ME, _PERSON)),
            ),
        ),
    )
    .order_by(_PERSON.desc())
    .limit(param("limit"))
)
_SEARCHES = Statement(
    sa.select(searches.c.id, searches.c.text).where(searches.c.person_id == param("person")).order_by(searches.c.text),
    SavedSearch,
)
_MOST_TERMS = 12
_MOST_TAGS = 5
#: Posts looked through for a phrase at once, and how many times at most.
_STRETCH, _STRETCHES = 200, 10


def _query(tx: Read, text: str) -> str | None:
    terms = query_terms(text)[:_MOST_TERMS]
    return query_text(terms, tx.dialect.name, prefix=True) if terms else None


async def search_posts(
    tx: Read, viewer: Viewer, text: str, page: Page, *, order: SearchOrder = SearchOrder.TIME, zone: str = "UTC"
) -> list[int]:
    """Ids of posts in which every word of the text occurs in some form and for which its operators hold.

    Newest first, or those of which the most came; of the latter there are no further pages. Days are those of `zone`.
    """
    wanted = parse_search(text)
    narrowing = await _narrowing(tx, viewer, wanted)
    if not narrowing:
        return []
    since, until = id_bounds(wanted, zone)
    statement = _posts(frozenset(narrowing), order, page.upwards)
    bounds = {"since": max(since, page.after + 1), "before": min(until, page.before)}
    values = {**narrowing, **bounds, **seen_as(viewer)}
    if wanted.phrases:
        stretches = _STRETCHES if order is SearchOrder.TIME else 1
        found = await _with_phrases(tx, viewer, wanted.phrases, statement, page, values, stretches)
    else:
        found = await tx.all(statement, limit=page.limit, **values)
    return found[::-1] if page.upwards else found


async def _narrowing(tx: Read, viewer: Viewer, wanted: Wanted) -> dict[str, Any]:
    """The values of the conditions that a search makes, by their names; none when it asks for nothing."""
    found: dict[str, Any] = dict.fromkeys(wanted.having, True)
    query = _query(tx, wanted.words)
    if query is not None:
        found["query"] = query
    if wanted.authors:
        known = await people.resolve_handles(tx, [one for one in wanted.authors if one != ME])
        found["authors"] = [actor.id for actor in known.values()] + [viewer.acting_as] * (ME in wanted.authors)
    if wanted.conversations:
        found["conversations"] = wanted.conversations
    if wanted.languages:
        found["languages"] = wanted.languages
    if wanted.kept:
        found["kept"] = True
    found |= {f"tag{place}": tag for place, tag in enumerate(wanted.tags[:_MOST_TAGS])}
    if not found and (wanted.since or wanted.until):
        found["days"] = True
    return found


async def _with_phrases(
    tx: Read,
    viewer: Viewer,
    phrases: tuple[str, ...],
    statement: Statement[int],
    page: Page,
    values: dict[str, Any],
    stretches: int,
) -> list[int]:
    """The index knows words and not their order: what holds them all is looked through, stretch by stretch."""
    found: list[int] = []
    for _ in range(stretches):
        ids: Sequence[int] = await tx.all(statement, **{**values, "limit": _STRETCH})
        posts = await talk.list_posts(tx, viewer, ids)
        for id_ in ids:
            text = f"{posts[id_].warning} {plain_text(posts[id_].html)}" if id_ in posts else ""
            if has_phrases(text, phrases):
                found.append(id_)
        if len(found) >= page.limit or len(ids) < _STRETCH:
            break
        values |= {"since": max(ids) + 1} if page.upwards else {"before": min(ids)}
    return found[: page.limit]


async def list_searches(tx: Read, viewer: Viewer) -> list[SavedSearch]:
    """The searches that the viewer keeps, in the order of the alphabet."""
    return await tx.all(_SEARCHES, person=viewer.person)


async def search_people(tx: Read, viewer: Viewer, text: str, limit: int) -> list[int]:
    """Ids of people whose name, handle or words about themselves match; the last word may be a beginning."""
    query = _query(tx, parse_search(text).words)
    if query is None:
        return []
    return await tx.all(_PEOPLE, query=query, before=TOP, limit=limit, me=viewer.acting_as)


async def search_tags(tx: Read, viewer: Viewer, text: str, limit: int) -> list[tuple[str, int]]:
    """Tags that begin like the text, with how many public posts bear them."""
    return await list_matching_tags(tx, viewer, parse_search(text).words, limit)

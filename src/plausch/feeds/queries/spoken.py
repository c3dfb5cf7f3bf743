"""Who speaks of something in what everybody here may read, for figures: nobody is shown what this returns.

Whoever does not want to count in insights is not in it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.model import FeedKind, has_phrases
from plausch.feeds.model.searching import flat_text
from plausch.feeds.tables import post_words, scores
from plausch.kernel import clock
from plausch.language.markdown import plain_text
from plausch.language.stemming import query_terms
from plausch.people.model import Consent
from plausch.people.queries import consents_to, is_present
from plausch.storage import Read, Statement, any_of, is_one_of, param
from plausch.storage.fulltext import matches, query_text
from plausch.talk.model import OPEN
from plausch.talk.queries import post, tag_rows


class Spoken(NamedTuple):
    """A post, and by whom it is."""

    post_id: int
    actor_id: int
    author_id: int
    at: int


class Bridging(NamedTuple):
    """A conversation, and of how many circles those are who like it."""

    conversation_id: int
    circles: int


class _Words(NamedTuple):
    post_id: int
    actor_id: int
    author_id: int
    at: int
    title: str
    html: str


_columns = (post.c.id, post.c.actor_id, post.c.author_id, post.c.published_at)
_counted = (
    post.c.id >= param("first"),
    post.c.deleted_at.is_(None),
    is_one_of(post.c.scope_kind, OPEN),
    is_present(post.c.actor_id),
    consents_to(Consent.COUNT_IN_INSIGHTS, post.c.author_id),
)
_BRIDGING = Statement(
    sa.select(scores.c.conversation_id, scores.c.figure)
    .where(
        scores.c.feed == FeedKind.BRIDGING.value,
        scores.c.until > param("now"),
        scores.c.conversation_id >= param("first"),
    )
    .order_by(scores.c.score.desc(), scores.c.conversation_id)
    .limit(param("limit")),
    Bridging,
)
_tags = tag_rows("spoken_tags")
_TAGGED = Statement(
    sa.select(*_columns)
    .distinct()
    .select_from(_tags.join(post, post.c.id == _tags.c.post_id))
    .where(any_of(_tags.c.tag, "tags"), *_counted),
    Spoken,
)
_SAYING = Statement(
    sa.select(*_columns, post.c.title, post.c.html)
    .select_from(post_words.join(post, post.c.id == post_words.c.rowid))
    .where(matches(post_words, "query"), *_counted),
    _Words,
)
_LINKING = Statement(
    sa.select(*_columns).where(
        sa.or_(post.c.html.contains(param("site", sa.Text())), post.c.html.contains(param("below", sa.Text()))),
        *_counted,
    ),
    Spoken,
)
_BY_IDS = Statement(sa.select(*_columns).where(any_of(post.c.id, "ids"), *_counted), Spoken)


async def list_tagged(tx: Read, tags: Sequence[str], first: int) -> list[Spoken]:
    """Open posts from an id on that bear one of some tags."""
    return await tx.all(_TAGGED, tags=list(tags), first=first) if tags else []


async def list_saying(tx: Read, phrase: str, first: int, *, exactly: bool = False) -> list[Spoken]:
    """Open posts in which all words of a phrase occur in some form, or just as they stand."""
    terms = query_terms(phrase)
    if not terms:
        return []
    found = await tx.all(_SAYING, query=query_text(terms, tx.dialect.name), first=first)
    wanted = (flat_text(phrase),)
    return [
        Spoken(*one[:4]) for one in found if not exactly or has_phrases(f"{one.title} {plain_text(one.html)}", wanted)
    ]


async def list_linking(tx: Read, site: str, first: int) -> list[Spoken]:
    """Open posts with a link to a site or a page of it. It looks at every post from an id on."""
    return await tx.all(_LINKING, site=f'href="{site}"', below=f'href="{site}/', first=first)


async def list_bridging(tx: Read, first: int, limit: int) -> list[Bridging]:
    """The conversations from an id on that people of most circles like, as the night has found."""
    return await tx.all(_BRIDGING, first=first, now=clock.now(), limit=limit)


async def list_spoken(tx: Read, ids: Sequence[int], first: int) -> list[Spoken]:
    """Those of some posts that everybody here may read."""
    return await tx.all(_BY_IDS, ids=list(ids), first=first) if ids else []

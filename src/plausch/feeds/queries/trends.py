"""What this server talks about more than usual: public posts of people who let themselves be counted and found."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.sql.expression import FromClause

from plausch.feeds.model import TREND_PEOPLE, is_trending, trend_score
from plausch.feeds.queries.membership import ME
from plausch.feeds.tables import hidden_tags, hidden_trends, trending_posts, trending_tags
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.people.model import Consent, Viewer
from plausch.people.queries import consents_to, is_recommended, not_muted_by
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import AudienceKind
from plausch.talk.queries import like, post, seen_as, share, tag_rows, visible

#: What counts as of late, and how many such times before it are looked at for what is usual.
LATELY = 2 * clock.DAY
_TIMES_BEFORE = 7
_MOST_TAGS = 30
_MOST_POSTS = 30
_bearing = tag_rows("bearing")
KeyT = TypeVar("KeyT")


class TagTrend(NamedTuple):
    tag: str
    #: How many different people used it of late.
    people: int
    #: How many usually do in such a time.
    usual: float = 0.0


class PostTrend(NamedTuple):
    post_id: int
    #: How many different people responded.
    people: int


def countable(of: FromClause = post) -> sa.ColumnElement[bool]:
    """A post that may count for everybody, whoever looks: public to the world, of somebody who agrees."""
    return sa.and_(
        of.c.deleted_at.is_(None),
        of.c.scope_kind == AudienceKind.PUBLIC.value,
        sa.not_(of.c.local_only),
        is_recommended(of.c.actor_id),
        consents_to(Consent.COUNT_IN_INSIGHTS, of.c.author_id),
        consents_to(Consent.BE_FOUND, of.c.author_id),
    )


#: How many different people wrote the posts that are counted, and which posts those are.
PEOPLE = sa.func.count(sa.distinct(post.c.author_id))
WITHIN = sa.and_(post.c.id >= param("since"), post.c.id < param("until"), countable())
_USED = post.join(_bearing, _bearing.c.post_id == post.c.id)


def history_of(key: sa.ColumnElement[Any], used: FromClause) -> Statement[tuple[Any, int, int, int]]:
    """For each of the `keys` and each day on which it was used: how often, and by how many people."""
    day = ((post.c.id - param("since")) // param("span")).label("day")
    return Statement(
        sa.select(key, day, sa.func.count(), PEOPLE)
        .select_from(used)
        .where(WITHIN, any_of(key, "keys"))
        .group_by(key, day),
        lambda one, day, uses, authors: (one, int(day), int(uses), int(authors)),
    )


_LATE = Statement(
    sa.select(_bearing.c.tag, PEOPLE)
    .select_from(_USED)
    .where(WITHIN)
    .group_by(_bearing.c.tag)
    .having(PEOPLE >= TREND_PEOPLE),
    TagTrend,
)
#: Who used a tag in which of the times before.
_once = (
    sa.select(_bearing.c.tag, post.c.author_id, ((post.c.id - param("since")) // param("span")).label("time"))
    .distinct()
    .select_from(_USED)
    .where(WITHIN, any_of(_bearing.c.tag, "tags"))
    .subquery("once")
)
_BEFORE = Statement(sa.select(_once.c.tag, sa.func.count()).group_by(_once.c.tag), TagTrend)
_HISTORY = history_of(_bearing.c.tag, _USED)
_DISCUSSED = column_statement(
    sa.select(post.c.id)
    .where(post.c.id >= param("since"), post.c.likes + post.c.shares + post.c.replies >= TREND_PEOPLE, countable())
    .order_by((post.c.likes + 2 * post.c.shares + 2 * post.c.replies).desc(), post.c.id.desc())
    .limit(param("limit"))
)


def _responders() -> Statement[PostTrend]:
    reply = post.alias("reply")
    each = sa.union(
        sa.select(like.c.post_id, like.c.actor_id).where(any_of(like.c.post_id, "ids")),
        sa.select(share.c.post_id, share.c.actor_id).where(any_of(share.c.post_id, "ids")),
        sa.select(reply.c.parent_id, reply.c.actor_id).where(
            reply.c.deleted_at.is_(None), any_of(reply.c.conversation_id, "talks"), any_of(reply.c.parent_id, "ids")
        ),
    ).subquery("response")
    number = sa.func.count()
    return Statement(
        sa.select(each.c.post_id, number)
        .select_from(each.join(post, post.c.id == each.c.post_id))
        .where(each.c.actor_id != post.c.actor_id, consents_to(Consent.COUNT_IN_INSIGHTS, each.c.actor_id))
        .group_by(each.c.post_id)
        .having(number >= TREND_PEOPLE)
        .order_by(number.desc(), each.c.post_id.desc()),
        PostTrend,
    )


_RESPONDERS = _responders()
_TALKS = column_statement(sa.select(post.c.conversation_id).where(any_of(post.c.id, "ids")))
_NOT_HIDDEN = sa.not_(sa.exists(sa.select(sa.literal(1)).where(hidden_tags.c.tag == trending_tags.c.tag)))


def not_hidden(of: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Nobody keeps this post, or this preview, out of the trends."""
    return sa.not_(sa.exists(sa.select(sa.literal(1)).where(hidden_trends.c.id == of)))


def _tags(*where: sa.ColumnElement[bool]) -> Statement[TagTrend]:
    return Statement(
        sa.select(trending_tags.c.tag, trending_tags.c.people, trending_tags.c.usual / 100.0)
        .where(*where)
        .order_by(trending_tags.c.place)
        .limit(param("limit")),
        TagTrend,
    )


def _posts(*where: sa.ColumnElement[bool]) -> Statement[int]:
    return column_statement(
        sa.select(trending_posts.c.post_id)
        .select_from(trending_posts.join(post, post.c.id == trending_posts.c.post_id))
        .where(visible(), not_muted_by(ME, post.c.actor_id), *where)
        .order_by(trending_posts.c.place)
        .limit(param("limit"))
    )


#: With those that are kept out, and without.
_TAGS = {True: _tags(), False: _tags(_NOT_HIDDEN)}
_POSTS = {True: _posts(), False: _posts(not_hidden(trending_posts.c.post_id))}
_HIDDEN_OF = column_statement(sa.select(hidden_tags.c.tag).where(any_of(hidden_tags.c.tag, "tags")))
_SPOKEN = Statement(
    sa.select(post.c.language, sa.func.count())
    .select_from(_USED)
    .where(WITHIN, _bearing.c.tag == param("tag", sa.Text()))
    .group_by(post.c.language)
    .order_by(sa.func.count().desc(), post.c.language),
    lambda language, number: (str(language), int(number)),
)
_KNOWN = column_statement(
    sa.select(_bearing.c.tag)
    .select_from(_USED)
    .where(countable())
    .group_by(_bearing.c.tag)
    .order_by(sa.func.max(post.c.id).desc())
    .limit(param("limit"))
    .offset(param("offset"))
)
_HIDDEN = column_statement(sa.select(sa.literal(1)).where(hidden_tags.c.tag == param("tag", sa.Text())))


async def find_trending_tags(tx: Read) -> list[TagTrend]:
    """Counted afresh, the strongest first: for the job that keeps them."""
    now = clock.now()
    since = first_id_at(now - LATELY)
    late = await tx.all(_LATE, since=since, until=first_id_at(now + 1))
    if not late:
        return []
    before = await tx.all(
        _BEFORE,
        tags=[one.tag for one in late],
        since=first_id_at(now - LATELY * (1 + _TIMES_BEFORE)),
        until=since,
        span=first_id_at(LATELY),
    )
    usual = {one.tag: one.people / _TIMES_BEFORE for one in before}
    found = [one._replace(usual=usual.get(one.tag, 0.0)) for one in late]
    trending = [one for one in found if is_trending(one.people, one.usual)]
    return sorted(trending, key=lambda one: (-trend_score(one.people, one.usual), one.tag))[:_MOST_TAGS]


async def find_trending_posts(tx: Read) -> list[PostTrend]:
    """Counted afresh, the strongest first: for the job that keeps them."""
    ids: Sequence[int] = await tx.all(_DISCUSSED, since=first_id_at(clock.now() - LATELY), limit=_MOST_POSTS)
    return await tx.all(_RESPONDERS, ids=ids, talks=await tx.all(_TALKS, ids=ids)) if ids else []


async def list_trending_tags(tx: Read, viewer: Viewer, limit: int, *, hidden_too: bool = False) -> list[TagTrend]:
    """The same for everybody: each stands for several people. Staff see also what they hide."""
    return await tx.all(_TAGS[hidden_too and viewer.staff], limit=limit)


class TagDay(NamedTuple):
    """How a tag or a link was used on a day."""

    at: int
    posts: int = 0
    people: int = 0


async def list_days(
    tx: Read, history: Statement[tuple[Any, int, int, int]], keys: Sequence[KeyT], days: int
) -> dict[KeyT, list[TagDay]]:
    """Of each of the keys its last days, today first."""
    now = clock.now()
    first = (now // clock.DAY - days + 1) * clock.DAY
    where = {"since": first_id_at(first), "until": first_id_at(now + 1), "span": first_id_at(clock.DAY)}
    rows = await tx.all(history, keys=list(keys), **where) if keys else []
    counted = {(key, day): (uses, authors) for key, day, uses, authors in rows}
    return {
        key: [TagDay(first + day * clock.DAY, *counted.get((key, day), (0, 0))) for day in range(days - 1, -1, -1)]
        for key in keys
    }


async def list_tag_days(tx: Read, viewer: Viewer, tags: Sequence[str], days: int = 7) -> dict[str, list[TagDay]]:
    """Of each tag: what everybody may read, of those who agree to be counted."""
    return await list_days(tx, _HISTORY, tags, days)


async def list_trending_posts(tx: Read, viewer: Viewer, limit: int, *, hidden_too: bool = False) -> list[int]:
    """Posts that many responded to, as far as the viewer may see them; hidden ones as above."""
    return await tx.all(_POSTS[hidden_too and viewer.staff], limit=limit, **seen_as(viewer))


async def list_known_tags(tx: Read, viewer: Viewer, limit: int, offset: int) -> list[str]:
    """Tags that stand where everybody reads them, those of late first: of those who agree to be counted, as above."""
    return await tx.all(_KNOWN, limit=limit, offset=offset)


async def count_tag_languages(tx: Read, viewer: Viewer, tag: str, since: int, until: int) -> list[tuple[str, int]]:
    """In which languages a tag was used between two moments (ms), and how often; of some it is not known."""
    return await tx.all(_SPOKEN, tag=tag, since=first_id_at(since), until=first_id_at(until))


async def list_hidden_tags(tx: Read, viewer: Viewer, tags: Sequence[str]) -> frozenset[str]:
    """Those of the tags that are kept out of the trends."""
    return frozenset(await tx.all(_HIDDEN_OF, tags=list(tags)) if tags else ())


async def is_hidden_tag(tx: Read, viewer: Viewer, tag: str) -> bool:
    """Whether those who look after the place keep a tag out of the trends."""
    return await tx.first(_HIDDEN, tag=tag) is not None

"""Words that somebody does not want to read for a while, and what they catch."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from plausch.feeds.model import Card, Feed, Filter, FilterAction, FilterPlace, Sieve
from plausch.feeds.queries.membership import ME
from plausch.feeds.tables import filters
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, param
from plausch.talk import queries as talk
from plausch.talk.model import Post

_COLUMNS = (
    filters.c.id,
    filters.c.phrase,
    filters.c.whole_word,
    filters.c.places,
    filters.c.action,
    filters.c.ends_at,
    filters.c.set_id,
    filters.c.title,
    filters.c.post_id,
)
_ALL = Statement(sa.select(*_COLUMNS).where(filters.c.reader_id == ME).order_by(filters.c.id), Filter)
_ONE = Statement(sa.select(*_COLUMNS).where(filters.c.reader_id == ME, filters.c.id == param("id")), Filter)
_IN_FORCE = Statement(
    sa.select(*_COLUMNS)
    .where(filters.c.reader_id == ME, sa.or_(filters.c.ends_at.is_(None), filters.c.ends_at > param("now")))
    .order_by(filters.c.id),
    Filter,
)


async def list_filters(tx: Read, viewer: Viewer) -> list[Filter]:
    """All words of the viewer's, also those whose time is over."""
    return [one for one in await list_all_filters(tx, viewer) if one.phrase]


async def list_all_filters(tx: Read, viewer: Viewer) -> list[Filter]:
    """Words, posts, and what only keeps a title."""
    return await tx.all(_ALL, me=viewer.acting_as)


async def get_filter(tx: Read, viewer: Viewer, id_: int) -> Filter:
    """A filter of words. Raises NotFound."""
    found = await tx.first(_ONE, me=viewer.acting_as, id=id_)
    if found is None or not found.phrase:
        raise NotFound
    return found


async def get_filtered_post(tx: Read, viewer: Viewer, id_: int) -> Filter:
    """A filter of a post. Raises NotFound."""
    found = await tx.first(_ONE, me=viewer.acting_as, id=id_)
    if found is None or not found.post_id:
        raise NotFound
    return found


async def list_set(tx: Read, viewer: Viewer, id_: int) -> list[Filter]:
    """Those that belong together, or the one that is alone. Raises NotFound."""
    found = [one for one in await list_all_filters(tx, viewer) if one.whole_id == id_]
    if not found:
        raise NotFound
    return found


async def get_sieve(tx: Read, viewer: Viewer, place: FilterPlace) -> Sieve:
    """The viewer's filters of a place that are in force."""
    found = await tx.all(_IN_FORCE, me=viewer.acting_as, now=clock.now())
    return Sieve(one for one in found if one.holds_in(place))


async def list_hidden(tx: Read, viewer: Viewer, sieve: Sieve, posts: Sequence[int]) -> set[int]:
    """Those of the posts that a filter hides."""
    found = await talk.list_posts(tx, viewer, posts)
    return {id_ for id_, post in found.items() if is_hidden(sieve, viewer, post)}


def is_hidden(sieve: Sieve, viewer: Viewer, post: Post) -> bool:
    caught = sieve.catch(post, viewer.acting_as)
    return caught is not None and caught.action is FilterAction.HIDE


def sift(feed: Feed, viewer: Viewer, sieve: Sieve) -> Feed:
    """Without what is to be hidden, and with the words for what is to be folded."""
    cards = []
    folded: dict[int, str] = {}
    for card in feed.cards:
        if card.root is not None and is_hidden(sieve, viewer, card.root):
            continue
        replies = tuple(post for post in card.replies if not is_hidden(sieve, viewer, post))
        cards.append(_with_replies(card, replies))
        folded |= fold(sieve, viewer, [post for post in (card.root, *replies) if post is not None])
    return msgspec.structs.replace(feed, cards=tuple(cards), folded=folded)


def fold(sieve: Sieve, viewer: Viewer, posts: Sequence[Post]) -> dict[int, str]:
    """What the posts are caught in, by their ids."""
    caught = {post.id: sieve.catch(post, viewer.acting_as) for post in posts if not post.deleted}
    return {id_: one.phrase or one.name for id_, one in caught.items() if one is not None}


def _with_replies(card: Card, replies: tuple[Post, ...]) -> Card:
    return card if len(replies) == len(card.replies) else msgspec.structs.replace(card, replies=replies)

"""Streams of single entries, for doors that know no conversations: pages of them both downwards and upwards."""

import functools
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.model import FilterPlace, Sieve
from plausch.feeds.queries import membership
from plausch.feeds.queries.filters import get_sieve, list_hidden
from plausch.feeds.queries.gathering import ReadOn, Show, gather
from plausch.feeds.queries.lists import get_list, read_list, shown_on_list
from plausch.feeds.queries.membership import Stretch
from plausch.feeds.queries.pieces import Piece, entry_pieces, list_home_pieces
from plausch.feeds.queries.reader import (
    FILTERS,
    TAGS,
    get_reader,
    is_shaped,
    merge,
    under_tags,
)
from plausch.kernel.paging import Page
from plausch.people.model import Relation, Viewer
from plausch.people.queries import is_active, is_recommended, not_muted_by, related
from plausch.storage import Read, Statement, any_of, param
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind, EntryKind
from plausch.talk.queries import (
    answered,
    bears_all,
    bears_any,
    entry,
    pinned_by,
    post,
    seen_as,
    tagged,
    visible_entry,
)

_ME = param("me")


class Pieces(NamedTuple):
    """A page of a stream, newest first; `more`: there may be others behind it."""

    pieces: list[Piece]
    more: bool
    #: The viewer's filters, where they had to be read already.
    sieve: Sieve | None = None


#: Where this much in a row is for others, a page upwards ends.
_MOST_ROUNDS = 50


async def home_pieces(tx: Read, viewer: Viewer, page: Page) -> Pieces:
    """The viewer's home, entry by entry."""
    reader = await get_reader(tx, viewer)
    shaped = is_shaped(reader)
    sieve = await get_sieve(tx, viewer, FilterPlace.HOME) if reader.shaped & FILTERS else None

    async def show(ids: Sequence[int]) -> list[Piece]:
        found = await list_home_pieces(tx, viewer, ids, shaped=shaped)
        if not sieve:
            return found
        hidden = await list_hidden(tx, viewer, sieve, [one.post_id for one in found])
        return [one for one in found if one.post_id not in hidden]

    if page.upwards:

        async def read_upwards(after: int, limit: int) -> Stretch:
            return await membership.read_upwards(tx, viewer, after, page.before, limit)

        return (await _climb(page, read_upwards, show))._replace(sieve=sieve)

    async def read_on(before: int, limit: int) -> Stretch:
        stretch = await membership.read_on(tx, viewer, before, limit, reader.crowd)
        if reader.shaped & TAGS:
            stretch = merge(stretch, await under_tags(tx, viewer, before, limit))
        return _above(stretch, page.after)

    found, before = await gather(page, read_on, show)
    return Pieces(found, before is not None, sieve)


def _above(stretch: Stretch, after: int) -> Stretch:
    """As much of a stretch as is newer than an id."""
    if not after or (stretch.ids and stretch.ids[-1] > after and (stretch.before or 0) > after):
        return stretch
    return Stretch([id_ for id_ in stretch.ids if id_ > after], None)


async def _climb(page: Page, read_on: ReadOn, show: Show[Piece]) -> Pieces:
    """Those just above an id; of home there may be more under followed tags, that only the way down shows."""
    found: list[Piece] = []
    after: int | None = page.after
    for _ in range(_MOST_ROUNDS):
        if after is None or len(found) >= page.limit:
            break
        stretch = await read_on(after, page.limit)
        if stretch.ids:
            found += await show(stretch.ids)
        after = stretch.before
    found.sort(key=_by_id)
    return Pieces(found[: page.limit][::-1], True)


def _by_id(one: Piece) -> int:
    return one.id


# Places


class Wanted(NamedTuple):
    """What of a stream is asked for."""

    pictures: bool = False
    #: Neither what somebody replied, nor what they shared or others put on their wall.
    no_replies: bool = False
    no_shares: bool = False
    #: Under a tag.
    tagged: bool = False
    pinned: bool = False


ALL = Wanted()
_PUBLIC = post.c.scope_kind == AudienceKind.PUBLIC.value
_NOT_MUTED = not_muted_by(_ME, post.c.actor_id)
_KNOWN = sa.or_(post.c.actor_id == _ME, related(Relation.FOLLOW, _ME, post.c.actor_id))
_PLACES: dict[str, tuple[sa.ColumnElement[bool], ...]] = {
    "local": (
        *(entry.c.kind == EntryKind.POST.value, _PUBLIC, _NOT_MUTED),
        sa.or_(_KNOWN, is_recommended(post.c.actor_id)),
    ),
    "actor": (entry.c.actor_id == param("actor"),),
    "list": (shown_on_list(),),
}


@functools.cache
def _statement(place: str, wanted: Wanted, upwards: bool) -> Statement[Piece]:  # part of a key
    conditions = [entry.c.id < param("before"), entry.c.id > param("after"), visible_entry(), *_PLACES[place]]
    if wanted.pictures:
        conditions.append(post.c.pictures > 0)
    if wanted.no_replies:
        conditions.append(
            sa.or_(
                entry.c.kind != EntryKind.REPLY.value,
                # Whoever goes on with what they said replies to nobody.
                sa.exists(
                    sa.select(sa.literal(1)).where(
                        answered.c.id == post.c.parent_id, answered.c.actor_id == post.c.actor_id
                    )
                ),
            )
        )
    if wanted.no_shares:
        conditions.append(entry.c.id == entry.c.post_id)
    if wanted.tagged:
        conditions.append(tagged(param("tag", sa.Text()), entry.c.post_id))
    if wanted.pinned:
        conditions += [entry.c.id == entry.c.post_id, post.c.id.in_(pinned_by(param("actor")))]
    return entry_pieces(*conditions, order=entry.c.id if upwards else entry.c.id.desc())


async def _pieces(tx: Read, viewer: Viewer, place: str, page: Page, wanted: Wanted, **values: object) -> Pieces:
    statement = _statement(place, wanted, page.upwards)
    where = {"before": page.before, "after": page.after, "limit": page.limit}
    found = await tx.all(statement, **where, **values, **seen_as(viewer))
    return Pieces(found[::-1] if page.upwards else found, page.upwards or len(found) == page.limit)


async def local_pieces(tx: Read, viewer: Viewer, page: Page, wanted: Wanted = ALL) -> Pieces:
    """What people of this server have begun to talk about in public."""
    return await _pieces(tx, viewer, "local", page, wanted)


_TAGGED = entry_pieces(
    any_of(entry.c.id, "ids"),
    *(entry.c.id == entry.c.post_id, _PUBLIC, _NOT_MUTED, visible_entry()),
    sa.or_(_KNOWN, is_active(post.c.actor_id)),
    *(bears_all(entry.c.post_id), sa.not_(bears_any(entry.c.post_id, "none"))),
)


async def tag_pieces(
    tx: Read,
    viewer: Viewer,
    page: Page,
    *,
    any_: Sequence[str],
    all_: Sequence[str] = (),
    none: Sequence[str] = (),
    pictures: bool = False,
) -> Pieces:
    """What was said in public under one of some tags and all of others, and none of still others."""
    how = {"all": list(all_), "all_count": len(set(all_)), "none": list(none), **seen_as(viewer)}

    async def read_on(at: int, limit: int) -> Stretch:
        """The next of each tag: however rare it is, nothing else is looked at."""
        found = [await talk.list_under_tag(tx, tag, at, limit, upwards=page.upwards) for tag in dict.fromkeys(any_)]
        ends = [several[-1] for several in found if len(several) == limit]
        ids = sorted({id_ for several in found for id_ in several}, reverse=not page.upwards)
        if not ends:
            return Stretch(ids, None)
        end = min(ends) if page.upwards else max(ends)
        return Stretch([id_ for id_ in ids if (id_ <= end if page.upwards else id_ >= end)], end)

    async def down(before: int, limit: int) -> Stretch:
        return _above(await read_on(before, limit), page.after)

    async def show(ids: Sequence[int]) -> list[Piece]:
        found = await tx.all(_TAGGED, ids=ids, **how)
        return [one for one in found if one.id < page.before and (one.pictures or not pictures)]

    if page.upwards:
        return await _climb(page, read_on, show)
    found, before = await gather(page, down, show)
    return Pieces(found, before is not None)


async def actor_pieces(tx: Read, viewer: Viewer, actor: int, page: Page, wanted: Wanted = ALL, tag: str = "") -> Pieces:
    """What somebody posted, replied and shared, as far as the viewer may see it."""
    values: dict[str, object] = {"actor": actor}
    if wanted.tagged:
        values["tag"] = tag
    return await _pieces(tx, viewer, "actor", page, wanted, **values)


async def list_pieces_of(tx: Read, viewer: Viewer, list_: int, page: Page) -> Pieces:
    """What those on a list of the viewer's do. Raises NotFound."""
    await get_list(tx, viewer, list_)
    if page.upwards:
        return await _pieces(tx, viewer, "list", page, ALL, list=list_)

    async def read_on(before: int, limit: int) -> Stretch:
        return _above(await read_list(tx, list_, before, limit), page.after)

    async def show(ids: Sequence[int]) -> list[Piece]:
        return await tx.all(_ON_LIST, ids=ids, list=list_, **seen_as(viewer))

    found, before = await gather(page, read_on, show)
    return Pieces(found, before is not None)


_ON_LIST = entry_pieces(any_of(entry.c.id, "ids"), shown_on_list())

# One of them

_ENTRY = entry_pieces(entry.c.id == param("id"), visible_entry())


async def find_entry_piece(tx: Read, viewer: Viewer, id_: int) -> Piece | None:
    """A share, or what was put on a wall, by the entry's id."""
    return await tx.first(_ENTRY, id=id_, **seen_as(viewer))

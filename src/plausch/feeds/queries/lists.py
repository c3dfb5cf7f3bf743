"""Lists: some of the people one follows, read apart."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.model import Entry, Feed, FilterPlace, ListReplies, ReaderList
from plausch.feeds.queries.cards import assemble
from plausch.feeds.queries.filters import get_sieve, sift
from plausch.feeds.queries.gathering import gather, gather_picks
from plausch.feeds.queries.membership import ENTRY_COLUMNS, ME, Stretch, not_muted
from plausch.feeds.tables import list_members, lists
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import Page
from plausch.people import queries as people
from plausch.people.model import Actor, Relation, Viewer
from plausch.people.queries import related
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import EntryKind
from plausch.talk.queries import answered, entry, joined_entries, post, seen_as, visible_entry

_MEMBERS = sa.select(sa.func.count()).where(list_members.c.list_id == lists.c.id).correlate(lists).scalar_subquery()
_COLUMNS = (lists.c.id, lists.c.name, lists.c.out_of_home, _MEMBERS, lists.c.replies)
_ALL = Statement(sa.select(*_COLUMNS).where(lists.c.owner_id == ME).order_by(lists.c.id), ReaderList)
_ONE = Statement(sa.select(*_COLUMNS).where(lists.c.owner_id == ME, lists.c.id == param("list")), ReaderList)
_MEMBER_IDS = column_statement(
    sa.select(list_members.c.actor_id)
    .select_from(list_members.join(lists, lists.c.id == list_members.c.list_id))
    .where(lists.c.owner_id == ME, lists.c.id == param("list"))
)


class ListChoice(NamedTuple):
    """One of the viewer's lists, and whether somebody is on it."""

    id: int
    name: str
    on: bool


_CHOICES = Statement(
    sa.select(
        lists.c.id,
        lists.c.name,
        sa.exists(
            sa.select(sa.literal(1)).where(
                list_members.c.list_id == lists.c.id, list_members.c.actor_id == param("actor")
            )
        ),
    )
    .where(lists.c.owner_id == ME)
    .order_by(lists.c.id),
    ListChoice,
)


def _of_members() -> Statement[int]:
    """The newest of each member, merged."""
    one = entry.alias("one")
    newest = (
        sa.select(one.c.id)
        .where(one.c.actor_id == list_members.c.actor_id, one.c.id < param("before"))
        .order_by(one.c.id.desc())
        .limit(param("limit"))
        .correlate(list_members)
    )
    return column_statement(
        sa.select(entry.c.id)
        .select_from(list_members.join(entry, entry.c.id.in_(newest)))
        .where(list_members.c.list_id == param("list"))
        .order_by(entry.c.id.desc())
        .limit(param("limit"))
    )


def _shows_reply() -> sa.ColumnElement[bool]:
    """A reply that the list's owner wants to read there. Needs `entry`, `post` and `lists`."""
    member = list_members.alias("answered_member")
    on_it = sa.exists(
        sa.select(sa.literal(1))
        .where(member.c.list_id == lists.c.id, member.c.actor_id == answered.c.actor_id)
        .correlate(lists, answered)
    )
    wanted = sa.or_(
        answered.c.actor_id == entry.c.actor_id,
        sa.and_(lists.c.replies != ListReplies.NONE.value, answered.c.actor_id == ME),
        sa.and_(lists.c.replies == ListReplies.FOLLOWED.value, related(Relation.FOLLOW, ME, answered.c.actor_id)),
        sa.and_(lists.c.replies == ListReplies.LIST.value, on_it),
    )
    return sa.or_(
        lists.c.replies == ListReplies.ALL.value,
        entry.c.kind != EntryKind.REPLY.value,
        sa.exists(
            sa.select(sa.literal(1)).where(answered.c.id == post.c.parent_id, wanted).correlate(entry, post, lists)
        ),
    )


def shown_on_list() -> sa.ColumnElement[bool]:
    """An entry is of somebody on the list whom the viewer follows still. Needs `entry` joined with `post`."""
    there = sa.exists(
        sa.select(sa.literal(1))
        .select_from(list_members.join(lists, lists.c.id == list_members.c.list_id))
        .where(
            list_members.c.actor_id == entry.c.actor_id,
            list_members.c.list_id == param("list"),
            lists.c.owner_id == ME,
            _shows_reply(),
        )
    )
    return sa.and_(there, related(Relation.FOLLOW, ME, entry.c.actor_id), visible_entry(), not_muted())


_NEWEST = _of_members()
_VISIBLE = Statement(
    sa.select(*ENTRY_COLUMNS).select_from(joined_entries()).where(any_of(entry.c.id, "ids"), shown_on_list()), Entry
)
_SHOWN_ABOVE = column_statement(
    sa.select(entry.c.conversation_id)
    .distinct()
    .select_from(joined_entries())
    .where(any_of(entry.c.conversation_id, "ids"), entry.c.id >= param("before"), shown_on_list())
)


async def list_lists(tx: Read, viewer: Viewer) -> list[ReaderList]:
    return await tx.all(_ALL, me=viewer.acting_as)


async def get_list(tx: Read, viewer: Viewer, id_: int) -> ReaderList:
    """One of the viewer's own. Raises NotFound."""
    found = await tx.first(_ONE, me=viewer.acting_as, list=id_)
    if found is None:
        raise NotFound("list_not_found")
    return found


async def list_choices(tx: Read, viewer: Viewer, actor: int) -> list[ListChoice]:
    """The viewer's lists, with whether somebody is on them."""
    return await tx.all(_CHOICES, me=viewer.acting_as, actor=actor)


async def list_list_members(tx: Read, viewer: Viewer, id_: int) -> list[Actor]:
    """Who is on a list, as far as the viewer may see them, by name."""
    found: Sequence[int] = await tx.all(_MEMBER_IDS, me=viewer.acting_as, list=id_)
    actors = await people.list_actors(tx, viewer, found)
    return sorted(actors.values(), key=lambda one: one.shown_name.casefold())


async def read_list(tx: Read, list_: int, before: int, limit: int) -> Stretch:
    """The next stretch of what those on a list did: who may see what of it is asked when it is shown."""
    found = await tx.all(_NEWEST, list=list_, before=before, limit=limit)
    return Stretch(found, found[-1] if len(found) == limit else None)


async def list_feed(tx: Read, viewer: Viewer, id_: int, page: Page) -> Feed:
    """What those on a list do, as cards. Raises NotFound for a list that is not the viewer's own."""
    await get_list(tx, viewer, id_)

    async def read_on(before: int, limit: int) -> Stretch:
        return await read_list(tx, id_, before, limit)

    async def show(ids: Sequence[int]) -> list[Entry]:
        return await tx.all(_VISIBLE, list=id_, ids=ids, **seen_as(viewer))

    async def read(part: Page) -> tuple[list[Entry], int | None]:
        return await gather(part, read_on, show)

    async def find_above(ids: Sequence[int]) -> set[int]:
        return set(await tx.all(_SHOWN_ABOVE, list=id_, ids=ids, before=page.before, **seen_as(viewer)))

    picks, before = await gather_picks(page, read, find_above)
    feed = await assemble(tx, viewer, picks, before)
    sieve = await get_sieve(tx, viewer, FilterPlace.HOME)
    return sift(feed, viewer, sieve) if sieve else feed

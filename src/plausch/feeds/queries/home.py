"""Home: what those whom one follows did, newest first, as conversations."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

import sqlalchemy as sa

from plausch.feeds.model import Entry, Feed, Pick, pick_conversations
from plausch.feeds.queries import membership
from plausch.feeds.queries.cards import assemble
from plausch.feeds.queries.membership import ENTRY_COLUMNS, not_muted
from plausch.feeds.queries.parts import EntryParts, list_entry_parts
from plausch.kernel.paging import TOP, Page
from plausch.people import queries as people
from plausch.people.model import Relation, Viewer
from plausch.people.queries import related
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.queries import entry, joined_entries, seen_as, visible_entry

_ME = param("me")
_VISIBLE = Statement(
    sa.select(*ENTRY_COLUMNS)
    .select_from(joined_entries())
    .where(any_of(entry.c.id, "ids"), visible_entry(), not_muted()),
    Entry,
)
#: Conversations that stand higher up in the home already, on an earlier page.
_SHOWN_ABOVE = column_statement(
    sa.select(entry.c.conversation_id)
    .distinct()
    .select_from(joined_entries())
    .where(
        any_of(entry.c.conversation_id, "ids"),
        entry.c.id >= param("before"),
        sa.or_(entry.c.actor_id == _ME, related(Relation.FOLLOW, _ME, entry.c.actor_id)),
        visible_entry(),
        not_muted(),
    )
)
#: Entries read for each card wanted: several belong to one conversation.
_ENTRIES_A_CARD = 1.5
_MOST_ROUNDS = 12


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


ShownT = TypeVar("ShownT", bound=_Numbered)
#: Turns entry ids into what is shown of those that the viewer may see.
Show = Callable[[Sequence[int]], Awaitable[list[ShownT]]]


async def home_entries(tx: Read, viewer: Viewer, page: Page) -> tuple[list[Entry], int | None]:
    """The newest entries of the viewer's home that it may see, and where to read on (None at the end)."""

    async def show(ids: Sequence[int]) -> list[Entry]:
        return await tx.all(_VISIBLE, ids=ids, **seen_as(viewer))

    return await _gather(tx, viewer, page, show)


async def home_parts(tx: Read, viewer: Viewer, page: Page, door: str) -> tuple[list[EntryParts], int | None]:
    """The same as pieces of a door's rendering."""

    async def show(ids: Sequence[int]) -> list[EntryParts]:
        return await list_entry_parts(tx, viewer, door, ids)

    return await _gather(tx, viewer, page, show)


async def _gather(
    tx: Read, viewer: Viewer, page: Page, show: Show[ShownT]
) -> tuple[list[ShownT], int | None]:
    crowd = await people.count_crowd(tx, viewer)
    found: list[ShownT] = []
    before: int | None = page.before
    for _ in range(_MOST_ROUNDS):
        if before is None or len(found) >= page.limit:
            break
        stretch = await membership.read_on(tx, viewer, before, page.limit - len(found), crowd)
        if stretch.ids:
            shown = await show(stretch.ids)
            shown.sort(key=_by_id, reverse=True)
            found += shown
        before = stretch.before
    if len(found) > page.limit:
        return found[: page.limit], found[page.limit - 1].id
    return found, before


def _by_id(one: _Numbered) -> int:
    return one.id


async def home_feed(tx: Read, viewer: Viewer, page: Page) -> Feed:
    """A page of the viewer's home as cards."""
    picks, before = await home_picks(tx, viewer, page)
    return await assemble(tx, viewer, picks, before)


async def home_picks(tx: Read, viewer: Viewer, page: Page) -> tuple[list[Pick], int | None]:
    """The conversations of a page of the viewer's home. One stands where its newest entry puts it, and only there."""
    entries: list[Entry] = []
    before: int | None = page.before
    for _ in range(_MOST_ROUNDS):
        if before is None or len({one.conversation_id for one in entries}) > page.limit:
            break
        found, before = await home_entries(tx, viewer, Page(before=before, limit=int(page.limit * _ENTRIES_A_CARD)))
        entries += await _not_above(tx, viewer, found, page.before)
    picks, cut = pick_conversations(entries, page.limit)
    return picks, cut or before


async def _not_above(tx: Read, viewer: Viewer, entries: list[Entry], before: int) -> list[Entry]:
    """Leave out conversations that an earlier page has shown."""
    if before == TOP or not entries:
        return entries
    ids = list({one.conversation_id for one in entries})
    above = set(await tx.all(_SHOWN_ABOVE, ids=ids, before=before, **seen_as(viewer)))
    return [one for one in entries if one.conversation_id not in above]

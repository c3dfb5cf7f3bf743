"""From stretches of entries to pages: of entries that may be seen, and of conversations each of which stands once."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from plausch.feeds.model import Entry, Pick, pick_conversations
from plausch.feeds.queries.membership import Stretch
from plausch.kernel.paging import TOP, Page

#: Entries read for each card wanted: several belong to one conversation.
_ENTRIES_A_CARD = 1.5
_MOST_ROUNDS = 12
#: With fewer new conversations in a stretch than every so many of those wanted, the next stretch is longer: when much
#: is said in one place, others still find room. There is an end to that, too: what is left stands on the next page.
_FEW, _LONGER, _LONGEST = 4, 4, 2_000


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


ShownT = TypeVar("ShownT", bound=_Numbered)
#: The next stretch below an id, of about so many.
ReadOn = Callable[[int, int], Awaitable[Stretch]]
#: Turns entry ids into what is shown of those that the viewer may see.
Show = Callable[[Sequence[int]], Awaitable[list[ShownT]]]
ReadEntries = Callable[[Page], Awaitable[tuple[list[Entry], int | None]]]
#: Those of some conversations that stand higher up already.
FindAbove = Callable[[Sequence[int]], Awaitable[set[int]]]


async def gather(page: Page, read_on: ReadOn, show: Show[ShownT]) -> tuple[list[ShownT], int | None]:
    """A page of what may be seen, and where to read on (None at the end)."""
    found: list[ShownT] = []
    before: int | None = page.before
    for _ in range(_MOST_ROUNDS):
        if before is None or len(found) >= page.limit:
            break
        stretch = await read_on(before, page.limit - len(found))
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


async def gather_picks(page: Page, read: ReadEntries, find_above: FindAbove) -> tuple[list[Pick], int | None]:
    """A page of conversations. One stands where its newest entry puts it, and only there."""
    entries: list[Entry] = []
    conversations: set[int] = set()
    before: int | None = page.before
    length = int(page.limit * _ENTRIES_A_CARD)
    for _ in range(_MOST_ROUNDS):
        if before is None or len(conversations) > page.limit or length > _LONGEST:
            break
        found, before = await read(Page(before=before, limit=length))
        if page.before != TOP and found:
            above = await find_above(list({one.conversation_id for one in found}))
            found = [one for one in found if one.conversation_id not in above]
        entries += found
        new = {one.conversation_id for one in found} - conversations
        conversations |= new
        if len(new) < page.limit // _FEW:
            length *= _LONGER
    picks, cut = pick_conversations(entries, page.limit)
    return picks, cut or before

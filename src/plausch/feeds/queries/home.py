"""Home: what those whom one follows did, newest first, as conversations."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from plausch.feeds.model import Entry, Feed, FilterPlace, Pick, Reason, ReasonKind, Sieve
from plausch.feeds.queries import membership
from plausch.feeds.queries.cards import Outline, assemble, outline
from plausch.feeds.queries.discoveries import discover
from plausch.feeds.queries.filters import get_sieve, list_hidden, sift
from plausch.feeds.queries.followed_tags import find_tag_reasons
from plausch.feeds.queries.gathering import ReadOn, gather, gather_picks
from plausch.feeds.queries.membership import ENTRY_COLUMNS, Stretch, not_muted
from plausch.feeds.queries.parts import EntryParts, list_entry_parts
from plausch.feeds.queries.reader import FILTERS, TAGS, Reader, at_home, get_reader, is_shaped, merge, under_tags
from plausch.kernel.paging import Page
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.queries import entry, joined_entries, seen_as, visible_entry

_VISIBLE = Statement(
    sa.select(*ENTRY_COLUMNS)
    .select_from(joined_entries())
    .where(any_of(entry.c.id, "ids"), visible_entry(), not_muted()),
    Entry,
)
_VISIBLE_AS_SHAPED = Statement(
    sa.select(*ENTRY_COLUMNS).select_from(joined_entries()).where(any_of(entry.c.id, "ids"), at_home(shaped=True)),
    Entry,
)


def _shown_above(*, shaped: bool) -> Statement[int]:
    """Conversations that stand higher up in the home already, on an earlier page."""
    return column_statement(
        sa.select(entry.c.conversation_id)
        .distinct()
        .select_from(joined_entries())
        .where(any_of(entry.c.conversation_id, "ids"), entry.c.id >= param("before"), at_home(shaped=shaped))
    )


_SHOWN_ABOVE = {shaped: _shown_above(shaped=shaped) for shaped in (False, True)}
#: What connections like takes up at most one card of so many, unless there is room left.
_CARDS_A_DISCOVERY = 4


async def home_entries(tx: Read, viewer: Viewer, page: Page) -> tuple[list[Entry], int | None]:
    """The newest entries of the viewer's home that it may see, and where to read on (None at the end)."""
    return await _entries(tx, viewer, page, await get_reader(tx, viewer))


async def _entries(tx: Read, viewer: Viewer, page: Page, reader: Reader) -> tuple[list[Entry], int | None]:
    statement = _VISIBLE_AS_SHAPED if is_shaped(reader) else _VISIBLE
    sieve = await _sieve(tx, viewer, reader)

    async def show(ids: Sequence[int]) -> list[Entry]:
        found = await tx.all(statement, ids=ids, **seen_as(viewer))
        if not sieve:
            return found
        hidden = await list_hidden(tx, viewer, sieve, [one.post_id for one in found])
        return [one for one in found if one.post_id not in hidden]

    return await gather(page, _reading(tx, viewer, reader), show)


async def home_parts(tx: Read, viewer: Viewer, page: Page) -> tuple[list[EntryParts], int | None]:
    """The same as pieces of a door's rendering."""
    reader = await get_reader(tx, viewer)
    shaped, sieve = is_shaped(reader), await _sieve(tx, viewer, reader)

    async def show(ids: Sequence[int]) -> list[EntryParts]:
        found = await list_entry_parts(tx, viewer, ids, shaped=shaped)
        if not sieve:
            return found
        hidden = await list_hidden(tx, viewer, sieve, [one.post_id for one in found])
        return [one for one in found if one.post_id not in hidden]

    return await gather(page, _reading(tx, viewer, reader), show)


async def _sieve(tx: Read, viewer: Viewer, reader: Reader) -> Sieve | None:
    return await get_sieve(tx, viewer, FilterPlace.HOME) if reader.shaped & FILTERS else None


def _reading(tx: Read, viewer: Viewer, reader: Reader) -> ReadOn:
    async def read_on(before: int, limit: int) -> Stretch:
        stretch = await membership.read_on(tx, viewer, before, limit, reader.crowd)
        if reader.shaped & TAGS:
            return merge(stretch, await under_tags(tx, viewer, before, limit))
        return stretch

    return read_on


async def home_feed(tx: Read, viewer: Viewer, page: Page, reader: Reader | None = None) -> Feed:
    """A page of the viewer's home as cards. Whoever has read the reader already hands it over."""
    reader = reader or await get_reader(tx, viewer)
    picks, before = await _picks(tx, viewer, page, reader)
    feed = await assemble(tx, viewer, picks, before)
    sieve = await _sieve(tx, viewer, reader)
    return sift(feed, viewer, sieve) if sieve else feed


async def home_outline(tx: Read, viewer: Viewer, page: Page) -> tuple[list[Pick], Outline, int | None]:
    """The same before any post is read: the conversations, what of each to show, and where to read on."""
    reader = await get_reader(tx, viewer)
    picks, before = await _picks(tx, viewer, page, reader)
    drawn = await outline(tx, viewer, picks)
    sieve = await _sieve(tx, viewer, reader)
    if sieve:
        hidden = await list_hidden(tx, viewer, sieve, drawn.post_ids())
        picks = [pick for pick in picks if drawn.conversations[pick.conversation_id].root_id not in hidden]
        drawn = Outline(
            {pick.conversation_id: drawn.conversations[pick.conversation_id] for pick in picks},
            {
                pick.conversation_id: [id_ for id_ in drawn.replies[pick.conversation_id] if id_ not in hidden]
                for pick in picks
            },
        )
    return picks, drawn, before


async def _picks(tx: Read, viewer: Viewer, page: Page, reader: Reader) -> tuple[list[Pick], int | None]:
    """One stands where its newest entry puts it, and only there."""

    async def read(part: Page) -> tuple[list[Entry], int | None]:
        return await _entries(tx, viewer, part, reader)

    async def find_above(ids: Sequence[int]) -> set[int]:
        statement = _SHOWN_ABOVE[is_shaped(reader)]
        return set(await tx.all(statement, ids=ids, before=page.before, **seen_as(viewer)))

    picks, next_before = await gather_picks(page, read, find_above)
    if picks and reader.shaped & TAGS:
        picks = await _with_tags(tx, viewer, picks)
    if reader.connections:
        room = max(page.limit // _CARDS_A_DISCOVERY, page.limit - len(picks))
        liked = await discover(tx, viewer, reader, low=next_before or 0, high=page.before, most=room)
        picks = sorted([*picks, *liked], key=_by_position, reverse=True)
    return picks, next_before


def _by_position(pick: Pick) -> int:
    return pick.position


async def _with_tags(tx: Read, viewer: Viewer, picks: list[Pick]) -> list[Pick]:
    """Where nothing but a tag brought a conversation here, that is the reason."""
    tags = await find_tag_reasons(tx, viewer, [pick.position for pick in picks])
    return [
        msgspec.structs.replace(pick, reason=Reason(ReasonKind.TAGGED, pick.reason.actor_id, tag=tags[pick.position]))
        if pick.position in tags
        else pick
        for pick in picks
    ]

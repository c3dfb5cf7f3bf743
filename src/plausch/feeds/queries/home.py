"""Home: what those whom one follows did, newest first, as conversations."""

import sqlalchemy as sa

from plausch.feeds.model import Entry, Feed, pick_conversations
from plausch.feeds.queries import membership
from plausch.feeds.queries.cards import assemble
from plausch.feeds.queries.membership import ENTRY_COLUMNS
from plausch.kernel.paging import TOP, Page
from plausch.people import queries as people
from plausch.people.model import Relation, Viewer
from plausch.people.queries import related
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.queries import entry, joined_entries, post, seen_as, visible_entry

_ME = param("me")
_NOT_MUTED = sa.not_(
    sa.or_(
        related(Relation.MUTE, _ME, entry.c.actor_id),
        related(Relation.MUTE, _ME, post.c.actor_id),
    )
)
_VISIBLE = Statement(
    sa.select(*ENTRY_COLUMNS)
    .select_from(joined_entries())
    .where(any_of(entry.c.id, "ids"), visible_entry(), _NOT_MUTED),
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
        _NOT_MUTED,
    )
)
#: Entries read for each card wanted: several belong to one conversation.
_ENTRIES_A_CARD = 2
_MOST_ROUNDS = 12


async def home_entries(tx: Read, viewer: Viewer, page: Page) -> tuple[list[Entry], int | None]:
    """The newest entries of the viewer's home that it may see, and where to read on (None at the end)."""
    following, actors = await people.count_following(tx, viewer), await people.count_actors(tx)
    found: list[Entry] = []
    before: int | None = page.before
    for _ in range(_MOST_ROUNDS):
        if before is None or len(found) >= page.limit:
            break
        stretch = await membership.read_on(tx, viewer, before, page.limit, following, actors)
        found += await _visible(tx, viewer, stretch.entries)
        before = stretch.before
    if len(found) > page.limit:
        return found[: page.limit], found[page.limit - 1].id
    return found, before


async def _visible(tx: Read, viewer: Viewer, entries: list[Entry]) -> list[Entry]:
    if not entries:
        return []
    found = await tx.all(_VISIBLE, ids=[one.id for one in entries], **seen_as(viewer))
    found.sort(key=lambda one: one.id, reverse=True)
    return found


async def home_feed(tx: Read, viewer: Viewer, page: Page) -> Feed:
    """A page of the viewer's home. A conversation stands where its newest entry puts it, and only there."""
    entries: list[Entry] = []
    before: int | None = page.before
    for _ in range(_MOST_ROUNDS):
        if before is None or len({one.conversation_id for one in entries}) > page.limit:
            break
        found, before = await home_entries(tx, viewer, Page(before=before, limit=page.limit * _ENTRIES_A_CARD))
        entries += await _not_above(tx, viewer, found, page.before)
    picks, cut = pick_conversations(entries, page.limit)
    return await assemble(tx, viewer, picks, cut or before)


async def _not_above(tx: Read, viewer: Viewer, entries: list[Entry], before: int) -> list[Entry]:
    """Leave out conversations that an earlier page has shown."""
    if before == TOP or not entries:
        return entries
    ids = list({one.conversation_id for one in entries})
    above = set(await tx.all(_SHOWN_ABOVE, ids=ids, before=before, **seen_as(viewer)))
    return [one for one in entries if one.conversation_id not in above]

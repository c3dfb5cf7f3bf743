"""Feeds somebody can choose instead of the latest: lively, bridging, waiting for an answer, quiet voices.

Each looks at a bounded number of conversations: those with the highest scores that a job has left for everybody, and
the newest of the viewer's own home. What the viewer may see is asked of each; then they are put into an order that
keeps many voices apart. Such a feed comes to an end.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.feeds.model import (
    QUIET_MOST,
    QUIET_TIME,
    Entry,
    Feed,
    FeedKind,
    FilterPlace,
    Pick,
    Reason,
    ReasonKind,
    Weighed,
    diversify,
    lively,
    pick_conversations,
)
from plausch.feeds.queries import membership
from plausch.feeds.queries.answers import is_unanswered
from plausch.feeds.queries.cards import assemble
from plausch.feeds.queries.filters import get_sieve, sift
from plausch.feeds.queries.home import home_feed
from plausch.feeds.queries.membership import ENTRY_COLUMNS, ME, not_muted
from plausch.feeds.queries.reader import FILTERS, Reader, as_shaped, conversation_not_muted, not_left_out
from plausch.feeds.queries.watching import board_not_muted
from plausch.feeds.tables import followed_tags, scores
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.kernel.paging import TOP, Page
from plausch.people.model import ActorKind, Consent, Relation, Viewer
from plausch.people.queries import (
    consents_to,
    is_active,
    is_known_to,
    no_block_between,
    not_muted_by,
    related,
    related_targets,
    speaker,
)
from plausch.storage import Read, Statement, any_of, param
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind
from plausch.talk.queries import (
    conversation,
    entry,
    post,
    root,
    seen_as,
    tag_rows,
    visible,
    visible_entry,
    within,
)

#: So many conversations are put into an order; a feed that is not the latest ends with them.
MOST = 60
#: Of the viewer's own home so many entries are looked at.
_AT_HOME = 60
#: Posts of one's own that tell what one is interested in.
_OWN_POSTS = 40
#: An interest counts more than whether something is asked and how fresh it is together.
_FOLLOWED, _OWN = 4.0, 2.0


class Brief(NamedTuple):
    """What is known of a conversation before any of it is read."""

    id: int
    author_id: int
    place_id: int
    voices: int
    likes: int
    began_at: int
    score: float
    figure: int

    @property
    def liveliness(self) -> float:
        return lively(max(0, self.voices - 1), self.likes, self.began_at)


def offered() -> sa.ColumnElement[bool]:
    """A conversation may be put before the viewer though nobody led it there. Needs `conversation` joined with `root`.

    Whoever keeps apart, and what was said to those who are named, is only for who knows of it.
    """
    place = conversation.c.place_id
    known = sa.or_(
        root.c.actor_id == ME,
        related(Relation.FOLLOW, ME, root.c.actor_id),
        sa.and_(place != 0, related(Relation.FOLLOW, ME, place)),
    )
    unknown = sa.and_(root.c.scope_kind != AudienceKind.QUIET.value, is_active(root.c.actor_id))
    return sa.and_(
        root.c.scope_kind != AudienceKind.PARTICIPANTS.value,
        within(conversation),
        visible(root),
        sa.or_(place == 0, sa.and_(no_block_between(ME, place), is_known_to(ME, place))),
        sa.or_(known, unknown),
        not_muted_by(ME, root.c.actor_id),
        not_muted_by(ME, place),
        conversation_not_muted(conversation.c.id),
        board_not_muted(conversation.c.id),
        not_left_out(root.c.actor_id),
    )


def brief_columns() -> tuple[sa.ColumnElement[Any], ...]:
    """The first columns of `Brief`."""
    of = conversation.c
    return (of.id, root.c.actor_id, of.place_id, of.voices, root.c.likes, root.c.published_at)


_TALKS = conversation.join(root, root.c.id == conversation.c.root_id)


def _scored(*conditions: sa.ColumnElement[bool]) -> Statement[Brief]:
    """Those with the highest scores that the viewer may be offered.

    Whoever has objected since they were found, to be counted or to be found, is put before nobody by them; in a group
    everything waits for an answer.
    """
    willing = (consents_to(kind, root.c.author_id) for kind in (Consent.COUNT_IN_INSIGHTS, Consent.BE_FOUND))
    agreed = sa.or_(conversation.c.scope_kind == AudienceKind.GROUP.value, sa.and_(*willing))
    return Statement(
        sa.select(*brief_columns(), scores.c.score, scores.c.figure)
        .select_from(scores.join(_TALKS, conversation.c.id == scores.c.conversation_id))
        .where(scores.c.feed == param("feed", sa.Text()), scores.c.until > param("now"), agreed, offered(), *conditions)
        .order_by(scores.c.score.desc(), scores.c.conversation_id.desc())
        .limit(param("limit")),
        Brief,
    )


_SCORED = _scored()
_UNANSWERED = _scored(is_unanswered(), conversation.c.locked_at.is_(None), root.c.actor_id != ME)
_one = entry.alias("one")
_OF_ENTRIES = Statement(
    sa.select(*brief_columns(), sa.literal(0.0, sa.Double()), sa.literal(0))
    .select_from(_TALKS)
    .where(conversation.c.id.in_(sa.select(_one.c.conversation_id).where(any_of(_one.c.id, "ids"))), offered()),
    Brief,
)


class _Interest(NamedTuple):
    tag: str
    weight: float


def _interests() -> Statement[_Interest]:
    """The tags that the viewer follows, and those it has used of late."""
    bearing = tag_rows("bearing")
    newest = (
        sa.select(entry.c.post_id)
        .where(entry.c.actor_id == ME, entry.c.id == entry.c.post_id)
        .order_by(entry.c.id.desc())
        .limit(_OWN_POSTS)
        .subquery("newest")
    )
    followed = sa.select(followed_tags.c.tag, sa.literal(_FOLLOWED, sa.Double()).label("weight")).where(
        followed_tags.c.reader_id == ME
    )
    own = sa.select(bearing.c.tag, sa.literal(_OWN, sa.Double())).where(
        bearing.c.post_id.in_(sa.select(newest.c.post_id))
    )
    both = sa.union_all(followed, own).subquery("both")
    return Statement(sa.select(both.c.tag, sa.func.max(both.c.weight)).group_by(both.c.tag), _Interest)


_INTERESTS = _interests()


def _of_quiet_voices() -> Statement[Entry]:
    """What those say whom the viewer follows and who have said no more than a few things in a while."""
    members, nth = related_targets(Relation.FOLLOW, ME).subquery("members"), entry.alias("nth")
    one_too_many = (
        sa.select(nth.c.id)
        .where(nth.c.actor_id == members.c.id, nth.c.id >= param("since"))
        .order_by(nth.c.id.desc())
        .offset(QUIET_MOST)
        .limit(1)
        .correlate(members)
        .scalar_subquery()
    )
    return Statement(
        sa.select(*ENTRY_COLUMNS)
        .select_from(
            members.join(speaker, speaker.c.id == members.c.id)
            .join(entry, sa.and_(entry.c.actor_id == members.c.id, entry.c.id >= param("since")))
            .join(post, post.c.id == entry.c.post_id)
        )
        .where(
            speaker.c.kind == ActorKind.PERSON.value,
            one_too_many.is_(None),
            post.c.scope_kind != AudienceKind.PARTICIPANTS.value,
            visible_entry(),
            not_muted(),
            as_shaped(),
        )
        .order_by(entry.c.id.desc())
        .limit(param("limit")),
        Entry,
    )


_OF_QUIET_VOICES = _of_quiet_voices()


async def chosen_feed(tx: Read, viewer: Viewer, kind: FeedKind, page: Page, reader: Reader) -> Feed:
    """A page of one of the feeds there are for everybody."""
    if kind is FeedKind.LATEST:
        return await home_feed(tx, viewer, page, reader)
    picks = await _PICKED[kind](tx, viewer, reader, _skipped(page) + page.limit + 1)
    return await show_ranked(tx, viewer, picks, page, reader)


def _skipped(page: Page) -> int:
    """How many stand on earlier pages: places count downwards, as ids do."""
    return max(0, MOST - page.before + 1) if page.before != TOP else 0


async def show_ranked(tx: Read, viewer: Viewer, picks: Sequence[Pick], page: Page, reader: Reader) -> Feed:
    """A page of picks that are in no order of time; where each stands is its place from above."""
    placed = [msgspec.structs.replace(pick, position=MOST - rank) for rank, pick in enumerate(picks[:MOST])]
    start = _skipped(page)
    shown = placed[start : start + page.limit]
    further = len(placed) > start + page.limit
    feed = await assemble(tx, viewer, shown, shown[-1].position if further else None)
    if not reader.shaped & FILTERS:
        return feed
    return sift(feed, viewer, await get_sieve(tx, viewer, FilterPlace.HOME))


async def _lively(tx: Read, viewer: Viewer, reader: Reader, most: int) -> list[Pick]:
    found = await _read_scored(tx, viewer, FeedKind.LIVELY)
    home = await membership.read_on(tx, viewer, TOP, _AT_HOME, reader.crowd)
    found += await tx.all(_OF_ENTRIES, ids=home.ids, **seen_as(viewer))
    joined_in = {one.id: one for one in found if one.voices > 1 or one.likes}
    return await _arrange(tx, viewer, joined_in.values(), lambda one: one.liveliness, most, _why_lively)


def _why_lively(one: Brief) -> Reason:
    if one.voices > 1:
        return Reason(ReasonKind.TALKED, others=one.voices)
    return Reason(ReasonKind.PRAISED, others=one.likes)


async def _bridging(tx: Read, viewer: Viewer, reader: Reader, most: int) -> list[Pick]:
    found = await _read_scored(tx, viewer, FeedKind.BRIDGING)
    return await _arrange(
        tx, viewer, found, lambda one: one.score, most, lambda one: Reason(ReasonKind.BRIDGED, others=one.figure)
    )


async def _waiting(tx: Read, viewer: Viewer, reader: Reader, most: int) -> list[Pick]:
    found = await _read_scored(tx, viewer, FeedKind.WAITING, _UNANSWERED)
    known = await tx.all(_INTERESTS, me=viewer.acting_as) if found else []
    interests = {one.tag: one.weight for one in known}
    tags = await talk.list_tags_of(tx, viewer, [one.id for one in found]) if interests else {}
    about = {
        id_: max((tag for tag in of if tag in interests), key=lambda tag: interests[tag], default="")
        for id_, of in tags.items()
    }
    now = clock.now()

    def weigh(one: Brief) -> float:
        return one.score + interests.get(about.get(one.id, ""), 0.0)

    def why(one: Brief) -> Reason:
        hours = max(1, (now - one.began_at) // clock.HOUR)
        return Reason(ReasonKind.WAITING, others=hours, tag=about.get(one.id, ""))

    return await _arrange(tx, viewer, found, weigh, most, why)


async def _quiet(tx: Read, viewer: Viewer, reader: Reader, most: int) -> list[Pick]:
    since = first_id_at(clock.now() - QUIET_TIME)
    entries = await tx.all(_OF_QUIET_VOICES, since=since, limit=2 * MOST, **seen_as(viewer))
    picks, _ = pick_conversations(entries, MOST)
    by_id = {pick.conversation_id: pick for pick in picks}
    order = diversify(
        (Weighed(id_, pick.reason.actor_id, 0, float(pick.position)) for id_, pick in by_id.items()), most
    )
    return [_as_quiet(by_id[id_]) for id_ in order]


def _as_quiet(pick: Pick) -> Pick:
    return msgspec.structs.replace(pick, reason=Reason(ReasonKind.QUIET, pick.reason.actor_id))


_PICKED = {
    FeedKind.LIVELY: _lively,
    FeedKind.BRIDGING: _bridging,
    FeedKind.WAITING: _waiting,
    FeedKind.QUIET: _quiet,
}


async def _read_scored(tx: Read, viewer: Viewer, kind: FeedKind, statement: Statement[Brief] = _SCORED) -> list[Brief]:
    return await tx.all(statement, feed=kind.value, now=clock.now(), limit=MOST, **seen_as(viewer))


async def _arrange(
    tx: Read,
    viewer: Viewer,
    found: Iterable[Brief],
    weigh: Callable[[Brief], float],
    most: int,
    why: Callable[[Brief], Reason],
) -> list[Pick]:
    """The best of what was found, many voices kept apart, each with its reason."""
    best = {one.id: one for one in sorted(found, key=lambda one: (-weigh(one), -one.id))[:MOST]}
    tags = await talk.list_tags_of(tx, viewer, list(best)) if best else {}
    weighed = (
        Weighed(one.id, one.author_id, one.place_id, weigh(one), frozenset(tags.get(one.id, ())))
        for one in best.values()
    )
    return [Pick(0, id_, why(best[id_]), ()) for id_ in diversify(weighed, most)]

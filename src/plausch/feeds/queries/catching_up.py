"""What somebody has missed: a few conversations of a time of absence, each once. It comes to an end."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.model import (
    LASTING,
    NAMED,
    Entry,
    Feed,
    FilterPlace,
    News,
    Pick,
    Reason,
    ReasonKind,
    Said,
    news_of,
    pick_conversations,
)
from plausch.feeds.queries.cards import assemble
from plausch.feeds.queries.filters import get_sieve, sift
from plausch.feeds.queries.membership import ENTRY_COLUMNS, not_muted
from plausch.feeds.queries.notifications import SHOWN, WITH_POST
from plausch.feeds.queries.reader import FILTERS, conversation_not_muted, get_reader
from plausch.feeds.queries.watching import board_not_muted
from plausch.feeds.tables import notifications
from plausch.kernel import ids
from plausch.people import queries as people
from plausch.people.model import Actor, Relation, Viewer
from plausch.people.queries import is_recommended, related
from plausch.storage import Read, Statement, any_of, column_statement, is_one_of, param
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind, EntryKind
from plausch.talk.queries import entry, joined_entries, post, root, seen_as, visible_entry

_ME = param("me")
#: How many conversations each part has at most, and in which the most relevant comes first rather than the newest.
_MOST = (10, 10, 10, 5)
_BY_WEIGHT = (True, True, False, False)
#: Conversations from which each part is chosen.
_CHOSEN_FROM = 60
#: Entries read to find them.
_LOOKED_THROUGH = 400


class CatchUp(NamedTuple):
    """What was missed, by conversation; each is in the first part where it belongs, the most relevant first."""

    #: Where somebody spoke to the viewer.
    to_me: Feed
    #: Where it takes part otherwise, or has read.
    joined: Feed
    #: What those said whom it is connected with.
    connections: Feed
    #: What others talked about most.
    talked_about: Feed
    #: What has happened in each, and those who are named in it.
    news: dict[int, News]
    actors: dict[int, Actor]

    @property
    def feeds(self) -> tuple[Feed, ...]:
        return (self.to_me, self.joined, self.connections, self.talked_about)

    @property
    def conversation_ids(self) -> list[int]:
        return [card.conversation.id for feed in self.feeds for card in feed.cards]

    @property
    def posts(self) -> int:
        """How many new posts there are in all of them."""
        return sum(self.news[id_].posts for id_ in self.conversation_ids if id_ in self.news)


class _Answer(NamedTuple):
    position: int
    actor_id: int
    post_id: int
    conversation_id: int


def _to_hear_of(conversation: sa.ColumnElement[int]) -> tuple[sa.ColumnElement[bool], ...]:
    """The viewer has muted neither the conversation nor its board."""
    return conversation_not_muted(conversation), board_not_muted(conversation)


_ANSWERS = Statement(
    sa.select(notifications.c.id, notifications.c.actor_id, post.c.id, post.c.conversation_id)
    .select_from(WITH_POST)
    .where(
        notifications.c.id >= param("since"),
        is_one_of(notifications.c.kind, [kind.value for kind in LASTING]),
        post.c.id.is_not(None),
        *_to_hear_of(post.c.conversation_id),
        *SHOWN,
    )
    .order_by(notifications.c.id.desc())
    .limit(param("limit")),
    _Answer,
)
_FROM_CONNECTIONS = Statement(
    sa.select(*ENTRY_COLUMNS)
    .select_from(joined_entries())
    .where(
        entry.c.id >= param("since"),
        related(Relation.CONNECT, _ME, entry.c.actor_id),
        visible_entry(),
        not_muted(),
        *_to_hear_of(entry.c.conversation_id),
    )
    .order_by(entry.c.id.desc())
    .limit(param("limit")),
    Entry,
)


def _may_be_shown(actor: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """As in the local feed: whoever is limited is before nobody who does not follow them."""
    return sa.or_(actor == _ME, related(Relation.FOLLOW, _ME, actor), is_recommended(actor))


_TALKED = column_statement(
    sa.select(entry.c.conversation_id)
    .select_from(joined_entries().join(root, root.c.id == entry.c.conversation_id))
    .where(
        entry.c.id >= param("since"),
        entry.c.kind == EntryKind.REPLY.value,
        entry.c.actor_id != _ME,
        post.c.scope_kind == AudienceKind.PUBLIC.value,
        # Nobody talks a conversation up alone, and least of all their own.
        entry.c.actor_id != root.c.actor_id,
        _may_be_shown(entry.c.actor_id),
        _may_be_shown(root.c.actor_id),
        visible_entry(),
        not_muted(),
        *_to_hear_of(entry.c.conversation_id),
    )
    .group_by(entry.c.conversation_id)
    .order_by(sa.func.count(entry.c.actor_id.distinct()).desc(), entry.c.conversation_id.desc())
    .limit(param("limit"))
)

_TO_HEAR_OF = column_statement(
    sa.select(root.c.conversation_id)
    .where(any_of(root.c.conversation_id, "ids"), root.c.id == root.c.conversation_id, *_to_hear_of(root.c.id))
    .order_by(root.c.id.desc())
)


async def catch_up(tx: Read, viewer: Viewer, since: int) -> CatchUp:
    """What happened since a moment (ms), as far as the viewer has not been there meanwhile."""
    how = {"since": ids.first_id_at(since), **seen_as(viewer)}
    answers = _picks_of(await tx.all(_ANSWERS, limit=_LOOKED_THROUGH, **how))
    taking_part = await talk.list_taking_part(tx, viewer, since, _CHOSEN_FROM)
    joined = await tx.all(_TO_HEAR_OF, ids=taking_part, **how) if taking_part else []
    entries = await tx.all(_FROM_CONNECTIONS, limit=_LOOKED_THROUGH, **how)
    by_connections, _ = pick_conversations(entries, _CHOSEN_FROM)
    most: Sequence[int] = await tx.all(_TALKED, limit=_CHOSEN_FROM, **how)
    parts = [answers, [_found(id_) for id_ in joined], by_connections, [_found(id_) for id_ in most]]
    news = await _news(tx, viewer, [pick.conversation_id for part in parts for pick in part], since)
    parts[0] += _for_me(parts[1], news, {pick.conversation_id for pick in answers})
    reader = await get_reader(tx, viewer)
    sieve = await get_sieve(tx, viewer, FilterPlace.HOME) if reader.shaped & FILTERS else None
    taken: set[int] = set()
    shown: list[Feed] = []
    for part, most_shown, by_weight in zip(parts, _MOST, _BY_WEIGHT, strict=True):
        picks = [pick for pick in part if pick.conversation_id not in taken]
        if by_weight:
            picks.sort(key=lambda pick: _weight(news, pick), reverse=True)
        feed = await assemble(tx, viewer, await _not_read(tx, viewer, picks, news, most_shown), None)
        shown.append(sift(feed, viewer, sieve) if sieve else feed)
        taken |= {pick.conversation_id for pick in picks[:most_shown]}
    there = {card.conversation.id for feed in shown for card in feed.cards}
    news = {id_: one for id_, one in news.items() if id_ in there}
    to_me, to_join, connections, talked_about = shown
    return CatchUp(to_me, to_join, connections, talked_about, news, await _named(tx, viewer, news))


def _for_me(joined: Sequence[Pick], news: dict[int, News], known: set[int]) -> list[Pick]:
    """Where somebody spoke to the viewer who wished not to be notified of it, or has not been yet."""
    missing = (pick for pick in joined if pick.conversation_id not in known)
    return [pick for pick in missing if pick.conversation_id in news and news[pick.conversation_id].to_me]


def _found(conversation: int) -> Pick:
    return Pick(conversation, conversation, Reason(ReasonKind.FOUND), ())


def _weight(news: dict[int, News], pick: Pick) -> tuple[tuple[bool, int, int, int], int]:
    one = news.get(pick.conversation_id)
    return (one.weight if one is not None else (False, 0, 0, 0), pick.position)


async def _not_read(tx: Read, viewer: Viewer, picks: Sequence[Pick], news: dict[int, News], most: int) -> list[Pick]:
    """Without conversations in which the viewer was meanwhile and has seen all there is."""
    silent = [pick.conversation_id for pick in picks if pick.conversation_id not in news]
    known = await talk.list_conversations(tx, viewer, silent) if silent else {}
    opened = {id_ for id_, one in known.items() if one.seen is not None}
    return [pick for pick in picks if pick.conversation_id not in opened][:most]


async def _news(tx: Read, viewer: Viewer, conversations: Sequence[int], since: int) -> dict[int, News]:
    found: dict[int, list[Said]] = {}
    for one in await talk.list_new_posts(tx, viewer, list(dict.fromkeys(conversations)), since):
        found.setdefault(one.conversation_id, []).append(Said(one.id, one.actor_id, bool(one.to_me), bool(one.asks)))
    return {id_: news_of(said) for id_, said in found.items()}


async def _named(tx: Read, viewer: Viewer, news: dict[int, News]) -> dict[int, Actor]:
    who = {actor for one in news.values() for actor in (*one.actor_ids[:NAMED], one.asked_by)}
    return await people.list_actors(tx, viewer, list(who))


def _picks_of(answers: Sequence[_Answer]) -> list[Pick]:
    """One pick a conversation, in the place of its newest answer."""
    found: dict[int, list[_Answer]] = {}
    for one in answers:
        found.setdefault(one.conversation_id, []).append(one)
    return [
        Pick(
            several[0].position,
            conversation,
            Reason(ReasonKind.FOUND, several[0].actor_id),
            tuple(one.post_id for one in several[:3]),
        )
        for conversation, several in found.items()
    ]

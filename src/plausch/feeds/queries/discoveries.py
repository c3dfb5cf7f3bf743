"""What connections like: conversations that would not be at home otherwise, each at its first like.

A like moves nothing that home shows for a stronger reason, and a second like moves nothing that the first has brought.
"""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.expression import FromClause

from plausch.feeds.model import Pick, Reason, ReasonKind
from plausch.feeds.queries.membership import ME
from plausch.feeds.queries.reader import Reader, at_home, conversation_not_muted, is_shaped, not_left_out
from plausch.feeds.queries.watching import board_not_muted
from plausch.kernel.ids import moment_of
from plausch.people.model import Consent, Relation, Viewer
from plausch.people.queries import consents_to, is_active, is_present, not_muted_by, related, related_targets
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import AudienceKind
from plausch.talk.queries import (
    entry,
    joined_entries,
    like,
    like_position,
    post,
    root,
    seen_as,
    visible,
)

#: Likes looked at for each card wanted: most are of what home shows anyway. So many at most, and of each connection.
_LIKES_A_CARD = 8
_MOST_LIKES = 60
_OF_EACH = 8
_LOW, _HIGH = param("low"), param("high")
#: Not put before people who did not look for it, or a matter of those who are named.
_KEPT_APART = (AudienceKind.QUIET.value, AudienceKind.PARTICIPANTS.value)


class _Like(NamedTuple):
    position: int
    actor_id: int
    post_id: int
    conversation_id: int


def _by_connection(given: FromClause) -> sa.ColumnElement[bool]:
    """Who likes it is connected with the viewer and lets that be seen."""
    who = given.c.actor_id
    return sa.and_(
        is_present(who),
        consents_to(Consent.SHOW_LIKES, who),
        not_muted_by(ME, who),
        not_left_out(who),
    )


def _brings(of: FromClause, given: FromClause) -> sa.ColumnElement[bool]:
    """A like of this post may bring it before the viewer."""
    return sa.and_(
        given.c.actor_id != of.c.actor_id,
        of.c.actor_id != ME,
        of.c.scope_kind.not_in([sa.literal(kind) for kind in _KEPT_APART]),
        visible(of),
        is_active(of.c.actor_id),
        not_muted_by(ME, of.c.actor_id),
        _by_connection(given),
    )


def _recent() -> sa.Subquery:
    """The newest likes of all connections within the page, by an index of each that holds all that is wanted."""
    one = like.alias("one")
    friends = related_targets(Relation.CONNECT, ME).subquery("friends")
    until = param("until")
    last_of_each = (
        sa.select(one.c.at)
        .where(one.c.actor_id == friends.c.id, one.c.at >= param("since"), one.c.at <= until)
        .order_by(one.c.at.desc())
        .limit(1)
        .offset(param("of_each") - 1)
        .correlate(friends)
        .scalar_subquery()
    )
    newest = sa.and_(
        like.c.actor_id == friends.c.id,
        like.c.at >= sa.func.coalesce(last_of_each, param("since")),
        like.c.at <= until,
    )
    return (
        sa.select(like.c.actor_id, like.c.post_id, like.c.at)
        .select_from(friends.join(like, newest))
        .order_by(like.c.at.desc())
        .limit(param("most"))
        .subquery("recent")
    )


def _candidates() -> Statement[_Like]:
    recent = _recent()
    return Statement(
        sa.select(like_position(recent), recent.c.actor_id, recent.c.post_id, post.c.conversation_id)
        .select_from(recent.join(post, post.c.id == recent.c.post_id).join(root, root.c.id == post.c.conversation_id))
        .where(
            like_position(recent) >= _LOW,
            like_position(recent) < _HIGH,
            root.c.actor_id != ME,
            sa.not_(related(Relation.FOLLOW, ME, root.c.actor_id)),
            root.c.scope_kind.not_in([sa.literal(kind) for kind in _KEPT_APART]),
            conversation_not_muted(post.c.conversation_id),
            _brings(post, recent),
        )
        .order_by(like_position(recent).desc()),
        _Like,
    )


def _new_here(*, shaped: bool) -> Statement[int]:
    """Of some conversations those that the viewer may be led to, and that neither home nor an older like shows."""
    elsewhere = sa.exists(
        sa.select(sa.literal(1))
        .select_from(joined_entries())
        .where(entry.c.conversation_id == root.c.id, at_home(shaped=shaped))
    )
    earlier = sa.exists(
        sa.select(sa.literal(1))
        .select_from(post.join(like, like.c.post_id == post.c.id))
        .where(
            post.c.conversation_id == root.c.id,
            like_position(like) < _LOW,
            related(Relation.CONNECT, ME, like.c.actor_id),
            _brings(post, like),
        )
    )
    return column_statement(
        sa.select(root.c.id).where(
            any_of(root.c.id, "ids"),
            visible(root),
            is_active(root.c.actor_id),
            not_muted_by(ME, root.c.actor_id),
            *([board_not_muted(root.c.conversation_id)] if shaped else []),
            sa.not_(elsewhere),
            sa.not_(earlier),
        )
    )


_CANDIDATES = _candidates()
_NEW_HERE = {shaped: _new_here(shaped=shaped) for shaped in (False, True)}


async def discover(tx: Read, viewer: Viewer, reader: Reader, *, low: int, high: int, most: int) -> list[Pick]:
    """Conversations whose first like by a connection lies from `low` to below `high`, newest first."""
    if not reader.connections or most <= 0:
        return []
    likes = await tx.all(
        _CANDIDATES,
        low=low,
        high=high,
        since=moment_of(low),
        until=moment_of(high),
        of_each=_OF_EACH,
        most=min(_LIKES_A_CARD * most, _MOST_LIKES),
        **seen_as(viewer),
    )
    if not likes:
        return []
    talks: dict[int, list[_Like]] = {}
    for one in likes:
        talks.setdefault(one.conversation_id, []).append(one)
    wanted = list(talks)[: 2 * most]
    new = set(await tx.all(_NEW_HERE[is_shaped(reader)], ids=wanted, low=low, **seen_as(viewer)))
    picks = [_pick(talks[id_]) for id_ in wanted if id_ in new]
    return sorted(picks, key=lambda pick: pick.position, reverse=True)[:most]


def _pick(likes: Sequence[_Like]) -> Pick:
    """Where the first like puts it, with all who like the same post."""
    first = likes[-1]
    people = list(dict.fromkeys(one.actor_id for one in likes if one.post_id == first.post_id))
    return Pick(
        position=first.position,
        conversation_id=first.conversation_id,
        reason=Reason(ReasonKind.LIKED, people[0], others=len(people) - 1),
        post_ids=(first.post_id,),
    )

"""How somebody wants to hear of those whom they follow, where that is not as of all others."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.feeds.model import FollowedHow
from plausch.feeds.queries.membership import ME
from plausch.feeds.tables import followed_how
from plausch.people.model import Relation, Viewer
from plausch.people.queries import related
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import EntryKind
from plausch.talk.queries import entry, post

_HOW = Statement(
    sa.select(
        *(followed_how.c.actor_id, followed_how.c.notify, followed_how.c.shares, followed_how.c.languages),
        followed_how.c.endorsed_at,
    ).where(followed_how.c.reader_id == ME, any_of(followed_how.c.actor_id, "actors")),
    lambda actor, notify, shares, languages, endorsed: (
        int(actor),
        FollowedHow(bool(notify), bool(shares), tuple(languages.split()), endorsed),
    ),
)
#: Whoever is not followed any more is not recommended from that moment on.
_FOLLOWED = related(Relation.FOLLOW, followed_how.c.reader_id, followed_how.c.actor_id)
_ENDORSED = column_statement(
    sa.select(followed_how.c.actor_id)
    .where(followed_how.c.reader_id == param("reader"), followed_how.c.endorsed_at.is_not(None), _FOLLOWED)
    .order_by(followed_how.c.endorsed_at.desc(), followed_how.c.actor_id)
)
_WAITING = column_statement(
    sa.select(followed_how.c.reader_id)
    .where(
        followed_how.c.actor_id == param("actor"),
        followed_how.c.notify,
        # Whoever has only asked to follow does not yet.
        _FOLLOWED,
    )
    .order_by(followed_how.c.reader_id)
)


def wanted_of_followed() -> sa.ColumnElement[bool]:
    """An entry is of a kind and in a language that the viewer wants of whoever did it. Needs `entry` and `post`.

    Whom this concerns is looked up once a statement, and the rest only for what they did.
    """
    one, other = followed_how.alias(), followed_how.alias()
    some = sa.or_(sa.not_(one.c.shares), one.c.languages != "")
    concerned = sa.select(one.c.actor_id).where(one.c.reader_id == ME, some)
    wanted = sa.exists(
        sa.select(sa.literal(1)).where(
            other.c.reader_id == ME,
            other.c.actor_id == entry.c.actor_id,
            sa.or_(other.c.shares, entry.c.kind != EntryKind.SHARE.value),
            sa.or_(
                other.c.languages == "",
                post.c.language == "",
                other.c.languages.like(sa.literal("% ") + post.c.language + sa.literal(" %")),
            ),
        )
    )
    return sa.or_(entry.c.actor_id.not_in(concerned), wanted)


async def list_followed_how(tx: Read, viewer: Viewer, actors: Sequence[int]) -> dict[int, FollowedHow]:
    """Only those of whom the viewer wants to hear otherwise than of others."""
    return dict(await tx.all(_HOW, me=viewer.acting_as, actors=list(actors))) if actors else {}


async def list_waiting_for(tx: Read, actor: int) -> list[int]:
    """Who wants to be notified when somebody posts: for work behind the scenes."""
    return await tx.all(_WAITING, actor=actor)


async def list_endorsed(tx: Read, viewer: Viewer, actor: int) -> list[int]:
    """Whom somebody recommends to everybody; who of them the viewer may see is asked apart."""
    return await tx.all(_ENDORSED, reader=actor)

"""How somebody hears of those whom they follow: by a notification of each post, without shares or some languages.

And recommending them to others.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.feeds import queries
from plausch.feeds.actions.reading import hold_reader, reshape
from plausch.feeds.actions.telling import tell_reader
from plausch.feeds.model import ENDORSED_MAX, PLAINLY, FollowedHow
from plausch.feeds.tables import followed_how
from plausch.kernel import clock
from plausch.kernel.errors import Conflict
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert
from plausch.talk.model import clean_language

#: Of one person somebody may want to read so many.
_LANGUAGES_MAX = 30
_new = upsert(followed_how)
_PUT = column_statement(
    _new.on_conflict_do_update(
        index_elements=[followed_how.c.reader_id, followed_how.c.actor_id],
        set_={name: _new.excluded[name] for name in ("notify", "shares", "languages", "endorsed_at")},
    )
)
_DROP = column_statement(
    sa.delete(followed_how).where(followed_how.c.reader_id == param("me"), followed_how.c.actor_id == param("actor"))
)


async def set_followed_how(
    tx: Write,
    viewer: Viewer,
    actor: int,
    *,
    notify: bool | None = None,
    shares: bool | None = None,
    languages: Sequence[str] | None = None,
) -> None:
    """How the viewer hears of somebody it follows, or has asked to; None: as it is. Raises Conflict for others."""
    me = await hold_reader(tx, viewer)
    found = await people.get_relationship(tx, viewer, actor)
    if not (found.follows or found.asked_to_follow):
        raise Conflict("follow_first")
    before = (await queries.list_followed_how(tx, viewer, [actor])).get(actor, PLAINLY)
    now = FollowedHow(
        before.notify if notify is None else notify,
        before.shares if shares is None else shares,
        before.languages if languages is None else _codes(languages),
        before.endorsed_at,
    )
    await _put(tx, me, actor, before, now)


async def endorse(tx: Write, viewer: Viewer, actor: int) -> None:
    """Recommend somebody whom one follows on one's profile. Raises Conflict for others, and for too many."""
    me = await hold_reader(tx, viewer)
    if not (await people.get_relationship(tx, viewer, actor)).follows:
        raise Conflict("endorse_followed")
    before = (await queries.list_followed_how(tx, viewer, [actor])).get(actor, PLAINLY)
    if before.endorsed_at is not None:
        return
    if len(await queries.list_endorsed(tx, viewer, me)) >= ENDORSED_MAX:
        raise Conflict("endorsed_many")
    await _put(tx, me, actor, before, before._replace(endorsed_at=clock.now()))


async def unendorse(tx: Write, viewer: Viewer, actor: int) -> None:
    me = await hold_reader(tx, viewer)
    before = (await queries.list_followed_how(tx, viewer, [actor])).get(actor, PLAINLY)
    await _put(tx, me, actor, before, before._replace(endorsed_at=None))


async def _put(tx: Write, me: int, actor: int, before: FollowedHow, now: FollowedHow) -> None:
    if now == before:
        return
    if now == PLAINLY:
        await tx.run(_DROP, me=me, actor=actor)
    else:
        kept = f" {' '.join(now.languages)} " if now.languages else ""
        how = {"notify": now.notify, "shares": now.shares, "languages": kept, "endorsed_at": now.endorsed_at}
        await tx.run(_PUT, reader_id=me, actor_id=actor, **how)
    await reshape(tx, me)
    await tell_reader(tx, me, "following")


async def forget_followed_how(tx: Write, reader: int, actor: int) -> None:
    """Somebody is not followed any more."""
    if await tx.run(_DROP, me=reader, actor=actor):
        await hold_reader(tx, Viewer(reader, reader))
        await reshape(tx, reader)


def _codes(languages: Sequence[str]) -> tuple[str, ...]:
    found = {clean_language(one) for one in languages} - {""}
    return tuple(sorted(found)[:_LANGUAGES_MAX])

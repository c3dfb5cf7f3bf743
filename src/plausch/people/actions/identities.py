"""Other services with which people sign in. Whoever has an account there is linked here once, by themselves."""

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict
from plausch.people import queries
from plausch.people.events import WayInChanged
from plausch.people.model import Stranger, Viewer, WayChange
from plausch.people.tables import identities
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.facts import record

_ADD = column_statement(upsert(identities).on_conflict_do_nothing())
_USED = column_statement(
    sa.update(identities)
    .where(
        identities.c.issuer == param("issuer_url", sa.Text()), identities.c.subject == param("their_subject", sa.Text())
    )
    .values(used_at=param("now"))
    .returning(identities.c.person_id)
)
_REMOVE = column_statement(
    sa.delete(identities).where(identities.c.id == param("identity"), identities.c.person_id == param("person"))
)


async def use_identity(tx: Write, stranger: Stranger) -> int | None:
    """To whom it is linked, if to anybody. Equal addresses mean nothing: services know them in different ways."""
    found: int | None = await tx.first(
        _USED, issuer_url=stranger.issuer, their_subject=stranger.subject, now=clock.now()
    )
    return found


async def link_identity(tx: Write, viewer: Viewer, stranger: Stranger, *, joining: bool = False) -> None:
    """Let the viewer sign in with it; `joining`: it is how they come. Raises Conflict when somebody else does."""
    now = clock.now()
    added = await tx.run(
        _ADD,
        id=ids.new_id(),
        person_id=viewer.person,
        issuer=stranger.issuer,
        subject=stranger.subject,
        created_at=now,
        used_at=now,
    )
    if not added and await use_identity(tx, stranger) != viewer.person:
        raise Conflict("identity_taken")
    if added and not joining:
        await record(tx, WayInChanged(person_id=viewer.person, what=WayChange.SERVICE_LINKED.value))


async def unlink_identity(tx: Write, viewer: Viewer, identity: int) -> None:
    """Raises Conflict when there is no other way in."""
    if await tx.run(_REMOVE, identity=identity, person=viewer.person):
        await queries.check_way_in(tx, viewer.person)
        await record(tx, WayInChanged(person_id=viewer.person, what=WayChange.SERVICE_UNLINKED.value))

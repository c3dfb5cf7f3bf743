"""What somebody who looks after a place decides about posts without an answer."""

import sqlalchemy as sa

from plausch.insights.model.findings import Scope
from plausch.insights.model.health import CareKind
from plausch.insights.queries.permission import check_may_look
from plausch.insights.queries.unanswered import find_waiting
from plausch.insights.tables import cares
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert

_new = upsert(cares)
_KEEP = column_statement(
    _new.values(
        post_id=param("post"), person_id=param("person"), kind=param("kind_", sa.Text()), at=param("at")
    ).on_conflict_do_update(
        index_elements=[cares.c.post_id],
        set_={"person_id": _new.excluded.person_id, "kind": _new.excluded.kind, "at": _new.excluded.at},
    )
)
_DROP = column_statement(sa.delete(cares).where(cares.c.post_id == param("post")))
_LEAVE = column_statement(
    sa.delete(cares).where(cares.c.person_id == param("person"), cares.c.kind == CareKind.TAKEN.value)
)
_UNNAME = column_statement(sa.update(cares).where(cares.c.person_id == param("person")).values(person_id=0))


async def care_for(tx: Write, viewer: Viewer, scope: Scope, post: int, kind: CareKind | None) -> None:
    """Take care of a post that waits in a scope, say that it needs no answer, or (None) take that back.

    Raises NotAllowed, NotFound.
    """
    await check_may_look(tx, viewer, scope)
    if not await find_waiting(tx, viewer, scope, post):
        raise NotFound("post_not_found")
    if kind is None:
        await tx.run(_DROP, post=post)
    else:
        await tx.run(_KEEP, post=post, person=viewer.person, kind_=kind.value, at=clock.now())


async def forget_care(tx: Write, post: int) -> None:
    """The post is gone."""
    await tx.run(_DROP, post=post)


async def forget_carer(tx: Write, person: int) -> None:
    """What somebody who is gone took care of waits again; what needs no answer goes on needing none."""
    await tx.run(_LEAVE, person=person)
    await tx.run(_UNNAME, person=person)

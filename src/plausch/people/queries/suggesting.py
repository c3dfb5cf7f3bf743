"""Reads of people whom somebody might like to meet."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.kernel.paging import Page
from plausch.people.model import Actor, ActorKind, Consent, Relation, Standing, Viewer
from plausch.people.queries.actors import ACTOR_COLUMNS
from plausch.people.queries.clauses import consents_to, no_block_between, not_muted_by, related_targets
from plausch.people.tables import actors, dismissals, requests
from plausch.storage import Read, Statement, any_of, param

_ME = param("me")
_ASKED = sa.select(requests.c.target_id).where(requests.c.source_id == _ME, requests.c.withdrawn_at.is_(None))
_DISMISSED = sa.select(dismissals.c.other_id).where(dismissals.c.person_id == _ME)
_SUGGESTIBLE = (
    actors.c.server_id == 0,
    actors.c.kind == ActorKind.PERSON.value,
    actors.c.standing == Standing.ACTIVE.value,
    actors.c.id != _ME,
    consents_to(Consent.BE_SUGGESTED, actors.c.id),
    no_block_between(_ME, actors.c.id),
    not_muted_by(_ME, actors.c.id),
    actors.c.id.not_in(related_targets(Relation.FOLLOW, _ME)),
    actors.c.id.not_in(related_targets(Relation.CONNECT, _ME)),
    actors.c.id.not_in(_DISMISSED),
)
_NEWCOMERS = Statement(
    sa.select(*ACTOR_COLUMNS)
    .where(*_SUGGESTIBLE, actors.c.id < param("before"))
    .order_by(actors.c.id.desc())
    .limit(param("limit")),
    Actor,
)
_THESE = Statement(
    sa.select(*ACTOR_COLUMNS).where(any_of(actors.c.id, "ids"), *_SUGGESTIBLE, actors.c.id.not_in(_ASKED)), Actor
)


async def list_newcomers(tx: Read, viewer: Viewer, page: Page) -> list[Actor]:
    """The newest people whom the viewer does not follow yet and who agree to be suggested."""
    return await tx.all(_NEWCOMERS, me=viewer.acting_as, before=page.before, limit=page.limit)


async def list_suggestible(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Actor]:
    """Those of `ids` who may be put before the viewer as somebody to meet, by id.

    They agree to be suggested; the viewer has no ties to them, has not asked them, and has not sent them away.
    """
    return {actor.id: actor for actor in await tx.all(_THESE, ids=ids, me=viewer.acting_as)} if ids else {}

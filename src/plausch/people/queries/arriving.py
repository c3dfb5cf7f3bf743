"""Reads about those who are about to come in: who waits, who was invited by whom, which secrets are good."""

import hashlib
from collections import defaultdict
from typing import NamedTuple

import sqlalchemy as sa

from plausch.kernel.errors import NotAllowed
from plausch.people.model import Actor, Invitation, Proof, Role, Standing, Viewer
from plausch.people.queries.actors import ACTOR_COLUMNS
from plausch.people.queries.clauses import is_present, is_recommended, no_block_between
from plausch.people.tables import accounts, actors, invitations, proofs
from plausch.storage import Read, Statement, any_of, column_statement, is_one_of, param


class Waiting(NamedTuple):
    """Somebody who waits to be let in, as those see it who decide."""

    person_id: int
    handle: str
    name: str
    email: str
    confirmed: bool
    reason: str
    locale: str
    created_at: int


_INVITATION_COLUMNS = tuple(invitations.c[name] for name in Invitation.__struct_fields__)
_WAITS = actors.c.standing == Standing.WAITING.value
_WAITING = Statement(
    sa.select(
        accounts.c.person_id,
        actors.c.handle,
        actors.c.name,
        accounts.c.email,
        accounts.c.email_confirmed_at.is_not(None).label("confirmed"),
        accounts.c.reason,
        accounts.c.locale,
        accounts.c.created_at,
    )
    .select_from(accounts.join(actors, actors.c.id == accounts.c.person_id))
    .where(_WAITS)
    .order_by(accounts.c.person_id)
    .limit(param("limit")),
    Waiting,
)
_COUNT_WAITING = column_statement(sa.select(sa.func.count()).select_from(actors).where(_WAITS))
_STAFF = column_statement(
    sa.select(accounts.c.person_id)
    .where(is_one_of(accounts.c.role, (Role.OWNER, Role.MODERATOR)), is_present(accounts.c.person_id))
    .order_by(accounts.c.person_id)
)
_PROOF = Statement(
    sa.select(proofs.c.id, proofs.c.person_id, proofs.c.purpose, proofs.c.address).where(
        proofs.c.secret_hash == param("hashed", sa.LargeBinary()), proofs.c.ends_at > param("now")
    ),
    Proof,
)
_GOOD = Statement(
    sa.select(*_INVITATION_COLUMNS).where(
        invitations.c.code == param("wanted", sa.Text()),
        invitations.c.ends_at > param("now"),
        invitations.c.uses < invitations.c.uses_max,
        is_recommended(invitations.c.person_id),
    ),
    Invitation,
)
_ALL = sa.select(*_INVITATION_COLUMNS).order_by(invitations.c.id.desc())
_OWN = Statement(_ALL.where(invitations.c.person_id == param("person")), Invitation)
_EVERYBODYS = Statement(_ALL, Invitation)


class _Guest(NamedTuple):
    invitation_id: int
    person_id: int


_GUESTS = Statement(
    sa.select(accounts.c.invitation_id, accounts.c.person_id)
    .where(any_of(accounts.c.invitation_id, "ids"))
    .order_by(accounts.c.person_id),
    _Guest,
)
_HOST = Statement(
    sa.select(*ACTOR_COLUMNS)
    .select_from(
        accounts.join(invitations, invitations.c.id == accounts.c.invitation_id).join(
            actors, actors.c.id == invitations.c.person_id
        )
    )
    .where(
        accounts.c.person_id == param("me"),
        is_present(invitations.c.person_id),
        no_block_between(param("me"), invitations.c.person_id),
    ),
    Actor,
)


async def list_waiting(tx: Read, viewer: Viewer, limit: int = 200) -> list[Waiting]:
    """Who waits to be let in, the longest first: for those who run the server. Raises NotAllowed."""
    if not viewer.staff:
        raise NotAllowed
    return await tx.all(_WAITING, limit=limit)


async def count_waiting(tx: Read) -> int:
    return int(await tx.first(_COUNT_WAITING) or 0)


async def list_staff(tx: Read) -> list[int]:
    """Owners and moderators, for work without a viewer."""
    return await tx.all(_STAFF)


async def find_proof(tx: Read, secret: str, now: int) -> Proof | None:
    """What a secret from a letter is good for, if for anything."""
    return await tx.first(_PROOF, hashed=hashlib.sha256(secret.encode()).digest(), now=now)


async def find_invitation(tx: Read, code: str, now: int) -> Invitation | None:
    """An invitation by which somebody could come in now."""
    return await tx.first(_GOOD, wanted=code, now=now)


async def list_invitations(tx: Read, viewer: Viewer, *, everybodys: bool = False) -> list[Invitation]:
    """The viewer's own, newest first, or for those who run the server everybody's. Raises NotAllowed."""
    if not everybodys:
        return await tx.all(_OWN, person=viewer.person)
    if not viewer.staff:
        raise NotAllowed
    return await tx.all(_EVERYBODYS)


async def list_guests(tx: Read, ids: list[int]) -> dict[int, list[int]]:
    """Who came by each of these invitations."""
    found: dict[int, list[int]] = defaultdict(list)
    for guest in await tx.all(_GUESTS, ids=ids):
        found[guest.invitation_id].append(guest.person_id)
    return found


async def find_host(tx: Read, viewer: Viewer) -> Actor | None:
    """Who has invited the viewer, as long as the invitation is remembered and both may see each other."""
    return await tx.first(_HOST, me=viewer.person)

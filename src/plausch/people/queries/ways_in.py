"""Reads about the ways in: what somebody has to sign in with, and what they are in the middle of."""

import hashlib

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Conflict
from plausch.people.model import NO_PASSWORD, Attempt, Identity, Passkey, Step, Viewer, WaysIn
from plausch.people.tables import accounts, attempts, identities, passkeys, recovery_codes, second_factors
from plausch.storage import Read, Statement, column_statement, param

_PERSON = param("person")
_ATTEMPT = Statement(
    sa.select(attempts.c.id, attempts.c.step, attempts.c.person_id, attempts.c.secret_content).where(
        attempts.c.secret_hash == param("hashed", sa.LargeBinary()),
        attempts.c.step == param("wanted", sa.Text()),
        attempts.c.ends_at > param("now"),
    ),
    Attempt,
)
_HAS_PASSWORD = column_statement(
    sa.select(accounts.c.password_hash != NO_PASSWORD).where(accounts.c.person_id == _PERSON)
)
_HAS_CODES = column_statement(
    sa.select(second_factors.c.person_id).where(
        second_factors.c.person_id == _PERSON, second_factors.c.confirmed_at.is_not(None)
    )
)
_NEW_SECRET = column_statement(
    sa.select(second_factors.c.secret).where(
        second_factors.c.person_id == _PERSON, second_factors.c.confirmed_at.is_(None)
    )
)
_RECOVERY = column_statement(
    sa.select(sa.func.count()).select_from(recovery_codes).where(recovery_codes.c.person_id == _PERSON)
)
_PASSKEYS = Statement(
    sa.select(*(passkeys.c[name] for name in Passkey.__struct_fields__))
    .where(passkeys.c.person_id == _PERSON)
    .order_by(passkeys.c.id),
    Passkey,
)
_IDENTITIES = Statement(
    sa.select(*(identities.c[name] for name in Identity.__struct_fields__))
    .where(identities.c.person_id == _PERSON)
    .order_by(identities.c.id),
    Identity,
)


async def find_attempt(tx: Read, secret: str, step: Step) -> Attempt | None:
    """What the browser that has this secret is in the middle of; it stays."""
    hashed = hashlib.sha256(secret.encode()).digest()
    return await tx.first(_ATTEMPT, hashed=hashed, wanted=step.value, now=clock.now())


async def has_password(tx: Read, person: int) -> bool:
    return bool(await tx.first(_HAS_PASSWORD, person=person))


async def has_codes(tx: Read, person: int) -> bool:
    """Whether the password alone does not do."""
    return await tx.first(_HAS_CODES, person=person) is not None


async def find_new_secret(tx: Read, viewer: Viewer) -> str | None:
    """The secret that the viewer is just putting into a program; once it is confirmed nobody is told it again."""
    found: str | None = await tx.first(_NEW_SECRET, person=viewer.person)
    return found


async def list_ways_in(tx: Read, viewer: Viewer) -> WaysIn:
    """The viewer's own."""
    person = viewer.person
    return WaysIn(
        has_password=await has_password(tx, person),
        has_codes=await has_codes(tx, person),
        recovery_codes=int(await tx.first(_RECOVERY, person=person) or 0),
        passkeys=await tx.all(_PASSKEYS, person=person),
        identities=await tx.all(_IDENTITIES, person=person),
    )


async def check_way_in(tx: Read, person: int) -> None:
    """Raises Conflict when somebody could not sign in any more."""
    ways = await list_ways_in(tx, Viewer(person, person))
    if not (ways.has_password or ways.passkeys or ways.identities):
        raise Conflict("last_way_in")

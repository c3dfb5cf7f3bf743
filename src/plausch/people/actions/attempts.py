"""What somebody is in the middle of when they come in. Each is bound to one browser by a cookie, and short."""

import secrets

import msgspec
import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.people.actions.sessions import hash_secret
from plausch.people.model import Attempt, Step
from plausch.people.tables import attempts
from plausch.storage import Statement, Write, column_statement, param

#: How long one may take, in ms; the form of somebody new takes longer.
ATTEMPT_LIFE = 10 * clock.MINUTE
_LIVES = {Step.JOIN: clock.HOUR, Step.PASSKEY: clock.HOUR}
_TAKE = Statement(
    sa.delete(attempts)
    .where(
        attempts.c.secret_hash == param("hashed", sa.LargeBinary()),
        attempts.c.step == param("wanted", sa.Text()),
        attempts.c.ends_at > param("now"),
    )
    .returning(attempts.c.id, attempts.c.step, attempts.c.person_id, attempts.c.secret_content),
    Attempt,
)
_VOID = column_statement(sa.delete(attempts).where(attempts.c.person_id == param("person")))
_PRUNE = column_statement(sa.delete(attempts).where(attempts.c.ends_at <= param("now")))


async def begin_attempt(tx: Write, step: Step, content: msgspec.Struct, person: int | None = None) -> str:
    """The secret for the browser's cookie."""
    secret = secrets.token_urlsafe(32)
    await tx.insert(
        attempts,
        id=ids.new_id(),
        secret_hash=hash_secret(secret),
        step=step.value,
        person_id=person,
        secret_content=msgspec.json.encode(content).decode(),
        ends_at=clock.now() + _LIVES.get(step, ATTEMPT_LIFE),
    )
    return secret


async def take_attempt(tx: Write, secret: str, step: Step) -> Attempt | None:
    """Use it up: nothing that was begun can be ended twice. None when it is none, was used, or is too old."""
    return await tx.first(_TAKE, hashed=hash_secret(secret), wanted=step.value, now=clock.now())


async def void_attempts(tx: Write, person: int) -> None:
    await tx.run(_VOID, person=person)


async def prune_attempts(tx: Write) -> None:
    await tx.run(_PRUNE, now=clock.now())

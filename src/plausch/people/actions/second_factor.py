"""Codes beside the password: those that a program makes every thirty seconds (RFC 6238), and ten for emergencies."""

import hmac
import secrets

import pyotp
import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid
from plausch.people import queries
from plausch.people.actions.sessions import hash_secret
from plausch.people.events import WayInChanged
from plausch.people.model import RECOVERY_CODES, Viewer, WayChange
from plausch.people.tables import recovery_codes, second_factors
from plausch.storage import Statement, Write, column_statement, param, upsert
from plausch.work.facts import record

_STEP = 30 * clock.SECOND
#: Clocks of phones go wrong by so many steps.
_SLACK = 1
#: Without letters and digits that look alike.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_PERSON = second_factors.c.person_id == param("person")
_new = upsert(second_factors)
_BEGIN = column_statement(
    _new.values(
        {name: sa.bindparam(name, type_=second_factors.c[name].type) for name in ("person_id", "secret")}
    ).on_conflict_do_update(
        index_elements=[second_factors.c.person_id],
        set_={"secret": _new.excluded.secret},
        where=second_factors.c.confirmed_at.is_(None),
    )
)
_STORED = Statement(
    sa.select(second_factors.c.secret, second_factors.c.confirmed_at.is_not(None)).where(_PERSON),
    lambda secret, confirmed: (str(secret), bool(confirmed)),
)
_CONFIRM = column_statement(
    sa.update(second_factors)
    .where(_PERSON, second_factors.c.confirmed_at.is_(None))
    .values(confirmed_at=param("now"), last_step=param("used"))
)
_USE = column_statement(
    sa.update(second_factors).where(_PERSON, second_factors.c.last_step < param("used")).values(last_step=param("used"))
)
_OFF = column_statement(sa.delete(second_factors).where(_PERSON))
_USE_RECOVERY = column_statement(
    sa.delete(recovery_codes).where(
        recovery_codes.c.person_id == param("person"),
        recovery_codes.c.code_hash == param("hashed", sa.LargeBinary()),
    )
)
_NO_RECOVERY = column_statement(sa.delete(recovery_codes).where(recovery_codes.c.person_id == param("person")))


async def begin_codes(tx: Write, viewer: Viewer) -> None:
    """Make a secret for the viewer's program. Nothing is asked for before `confirm_codes`. Raises Conflict."""
    if not await tx.run(_BEGIN, person_id=viewer.person, secret=pyotp.random_base32()):
        raise Conflict("codes_on")


async def confirm_codes(tx: Write, viewer: Viewer, code: str) -> list[str]:
    """From now on codes are asked for; the recovery codes, which nobody can be told again. Raises Invalid."""
    stored = await tx.first(_STORED, person=viewer.person)
    step = _step_of(stored[0], code) if stored is not None else None
    if step is None or not await tx.run(_CONFIRM, person=viewer.person, now=clock.now(), used=step):
        raise Invalid("code", "code_wrong")
    await record(tx, WayInChanged(person_id=viewer.person, what=WayChange.CODES_ON.value))
    return await _new_recovery(tx, viewer.person)


async def renew_recovery_codes(tx: Write, viewer: Viewer) -> list[str]:
    """New ones; the former are void. Raises Conflict where no codes are asked for."""
    if not await queries.has_codes(tx, viewer.person):
        raise Conflict("codes_off")
    return await _new_recovery(tx, viewer.person)


async def use_code(tx: Write, person: int, code: str) -> bool:
    """Whether it is one that the person has now, of the program or for emergencies. It is used up."""
    stored = await tx.first(_STORED, person=person)
    if stored is None or not stored[1]:
        return False
    step = _step_of(stored[0], code)
    if step is not None:
        return await tx.run(_USE, person=person, used=step) > 0
    return await tx.run(_USE_RECOVERY, person=person, hashed=_hash(person, code)) > 0


async def end_codes(tx: Write, person: int) -> bool:
    """No codes are asked for any more; False when none were."""
    await tx.run(_NO_RECOVERY, person=person)
    ended = await tx.run(_OFF, person=person) > 0
    if ended:
        await record(tx, WayInChanged(person_id=person, what=WayChange.CODES_OFF.value))
    return ended


async def _new_recovery(tx: Write, person: int) -> list[str]:
    await tx.run(_NO_RECOVERY, person=person)
    codes = ["-".join(_chosen(4) for _ in range(3)) for _ in range(RECOVERY_CODES)]
    for code in codes:
        await tx.insert(recovery_codes, person_id=person, code_hash=_hash(person, code))
    return codes


def _chosen(count: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def _hash(person: int, code: str) -> bytes:
    """They are random and never chosen by people: no slow hash is needed."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return hash_secret(f"{person} {plain}")


def _step_of(secret: str, code: str) -> int | None:
    """To which of the last steps a code belongs."""
    given = "".join(code.split())
    if not (given.isascii() and given.isdigit()):
        return None
    now, totp = clock.now() // _STEP, pyotp.TOTP(secret)
    steps = range(now - _SLACK, now + _SLACK + 1)
    return next((step for step in steps if hmac.compare_digest(totp.at(step * _STEP // clock.SECOND), given)), None)

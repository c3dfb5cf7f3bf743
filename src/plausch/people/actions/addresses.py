"""E-mail addresses: confirmed, changed, and used to set a new password."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, NotFound
from plausch.kernel.ids import moment_of
from plausch.people import queries
from plausch.people.actions.accounts import change_password
from plausch.people.actions.barring import check_email_welcome
from plausch.people.actions.proofs import ask_proof, make_proof, take_proof, void_proofs
from plausch.people.actions.relations import count
from plausch.people.actions.sessions import end_other_sessions, end_tokens
from plausch.people.actions.ways_in import end_ways_in
from plausch.people.events import PasswordResetAsked, TrialLetterAsked
from plausch.people.model import EVERYBODY, Purpose, Viewer, clean_email
from plausch.people.tables import accounts
from plausch.storage import Write, column_statement, param
from plausch.work.facts import record

#: Whoever takes somebody's address may have prepared that, in ms.
_EARLIER = clock.DAY
_PERSON = param("person")
_CONFIRM = column_statement(
    sa.update(accounts)
    .where(
        accounts.c.person_id == _PERSON,
        accounts.c.email == param("address", sa.Text()),
        accounts.c.email_confirmed_at.is_(None),
    )
    .values(email_confirmed_at=param("now"))
)
_SET = column_statement(
    sa.update(accounts)
    .where(accounts.c.person_id == _PERSON)
    .values(
        email=param("new_email", sa.Text()),
        email_key=param("new_key", sa.Text()),
        email_confirmed_at=param("now", accounts.c.email_confirmed_at.type),
    )
)
_TAKEN = column_statement(
    sa.select(accounts.c.person_id).where(
        accounts.c.email_key == param("key", sa.Text()), accounts.c.person_id != _PERSON
    )
)


async def ask_to_confirm(tx: Write, viewer: Viewer) -> None:
    """Have the viewer's address confirmed; nothing happens when it is."""
    account = await queries.get_account(tx, viewer.person)
    if not account.confirmed:
        await ask_proof(tx, viewer.person, Purpose.CONFIRM, account.email)


async def correct_email(tx: Write, viewer: Viewer, email: str) -> None:
    """Another address in place of one that nobody has confirmed yet. Raises Invalid, Conflict when it is taken."""
    account = await queries.get_account(tx, viewer.person)
    if account.confirmed:
        raise Conflict("email_confirmed", field="email")
    address = clean_email(email)
    await check_email_welcome(tx, address)
    await _check_free(tx, viewer.person, address)
    await void_proofs(tx, viewer.person, [Purpose.RESET, Purpose.CONFIRM, Purpose.CHANGE])
    await _set(tx, viewer.person, address, confirmed=False)


async def confirm_email(tx: Write, secret: str) -> int:
    """Whose address it was. Raises NotFound for a secret that is none any more."""
    proof = await take_proof(tx, secret, Purpose.CONFIRM)
    await tx.run(_CONFIRM, person=proof.person_id, address=proof.address, now=clock.now())
    return proof.person_id


async def ask_for_reset(tx: Write, address: str) -> None:
    """Have a new password set by letter. Known addresses and others leave the same trace and take the same time."""
    found = await queries.find_by_email(tx, address)
    await record(tx, PasswordResetAsked(person_id=found or 0))


async def begin_reset(tx: Write, person: int) -> None:
    """Have the secret sent to the account's address; nothing happens when there is no account any more."""
    try:
        account = await queries.get_account(tx, person)
    except NotFound:
        return
    await ask_proof(tx, person, Purpose.RESET, account.email)


async def reset_password(tx: Write, secret: str, password_hash: str) -> int:
    """Set a new password; all sessions and tokens end. It proves the address, too. Whose it was.

    Before that the account may have been anybody's who knew the address: their other ways in end.
    """
    proof = await take_proof(tx, secret, Purpose.RESET)
    person = proof.person_id
    if not (await queries.get_account(tx, person)).confirmed:
        await end_ways_in(tx, person, 0)
    await change_password(tx, Viewer(person, person), password_hash, session=0)
    await void_proofs(tx, person, [Purpose.RESET, Purpose.CHANGE])
    await tx.run(_CONFIRM, person=person, address=proof.address, now=clock.now())
    return person


async def ask_to_change_email(tx: Write, viewer: Viewer, email: str, *, at_once: bool) -> None:
    """Take a new address as soon as it is confirmed, or `at_once` where letters do not arrive.

    Raises Invalid, and Conflict when it is somebody else's.
    """
    address = clean_email(email)
    await check_email_welcome(tx, address)
    await _check_free(tx, viewer.person, address)
    if at_once:
        await _change(tx, viewer.person, address, confirmed=False)
    else:
        await ask_proof(tx, viewer.person, Purpose.CHANGE, address)


async def change_email(tx: Write, secret: str) -> int:
    """Whoever brings the secret reads the new address: it is the account's now. The former one is told."""
    proof = await take_proof(tx, secret, Purpose.CHANGE)
    await check_email_welcome(tx, proof.address)
    await _check_free(tx, proof.person_id, proof.address)
    await _change(tx, proof.person_id, proof.address, confirmed=True)
    return proof.person_id


async def undo_change(tx: Write, secret: str) -> str:
    """Take the former address back, and end whatever somebody else may have begun.

    A secret with which to set a new password: whoever changed the address knew the old one.
    """
    proof = await take_proof(tx, secret, Purpose.UNDO)
    person = proof.person_id
    await _check_free(tx, person, proof.address)
    await _set(tx, person, proof.address, confirmed=True)
    await void_proofs(tx, person, [Purpose.CHANGE, Purpose.CONFIRM])
    await end_tokens(tx, person)
    await end_ways_in(tx, person, moment_of(proof.id) - _EARLIER)
    await end_other_sessions(tx, Viewer(person, person), 0)
    return await make_proof(tx, person, Purpose.RESET, proof.address)


async def _change(tx: Write, person: int, address: str, *, confirmed: bool) -> None:
    former = (await queries.get_account(tx, person)).email
    if former.lower() != address.lower():
        await ask_proof(tx, person, Purpose.UNDO, former)
    await void_proofs(tx, person, [Purpose.RESET, Purpose.CONFIRM, Purpose.CHANGE])
    await _set(tx, person, address, confirmed=confirmed)


async def _set(tx: Write, person: int, address: str, *, confirmed: bool) -> None:
    now = clock.now() if confirmed else None
    await tx.run(_SET, person=person, new_email=address, new_key=address.lower(), now=now)


async def _check_free(tx: Write, person: int, address: str) -> None:
    """One after the other: two could take the same address at once."""
    await count(tx, "followers", EVERYBODY, 0)
    if await tx.first(_TAKEN, person=person, key=address.lower()):
        raise Conflict("email_taken", field="email")


async def ask_for_trial_letter(tx: Write, viewer: Viewer) -> None:
    """To the viewer's own address."""
    await record(tx, TrialLetterAsked(person_id=viewer.person))

"""One-time secrets sent to an address: whoever brings one back reads what arrives there."""

import secrets
from collections.abc import Iterable

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import NotFound
from plausch.people.actions.sessions import hash_secret
from plausch.people.events import ProofAsked
from plausch.people.model import Proof, Purpose
from plausch.people.tables import proofs
from plausch.storage import Statement, Write, any_of, column_statement, param
from plausch.work.facts import record

#: How long each is good, in ms.
_LIVES = {
    Purpose.CONFIRM: 7 * clock.DAY,
    Purpose.RESET: 2 * clock.HOUR,
    Purpose.CHANGE: 2 * clock.DAY,
    Purpose.UNDO: 14 * clock.DAY,
}
_COLUMNS = (proofs.c.id, proofs.c.person_id, proofs.c.purpose, proofs.c.address)
_SEAL = Statement(
    sa.update(proofs)
    .where(proofs.c.id == param("proof"), proofs.c.ends_at > param("now"))
    .values(secret_hash=param("hashed", sa.LargeBinary()))
    .returning(*_COLUMNS),
    Proof,
)
_TAKE = Statement(
    sa.delete(proofs)
    .where(
        proofs.c.secret_hash == param("hashed", sa.LargeBinary()),
        proofs.c.purpose == param("wanted", sa.Text()),
        proofs.c.ends_at > param("now"),
    )
    .returning(*_COLUMNS),
    Proof,
)
_VOID = column_statement(
    sa.delete(proofs).where(proofs.c.person_id == param("person"), any_of(proofs.c.purpose, "purposes"))
)
_PRUNE = column_statement(sa.delete(proofs).where(proofs.c.ends_at <= param("now")))


async def ask_proof(tx: Write, person: int, purpose: Purpose, address: str) -> None:
    """Have a secret sent to an address. Those asked for before are void; ways back to former addresses stay."""
    id_ = await _add(tx, person, purpose, address, None)
    await record(tx, ProofAsked(proof_id=id_, person_id=person, purpose=purpose.value))


async def make_proof(tx: Write, person: int, purpose: Purpose, address: str) -> str:
    """A secret for somebody who has just shown another one; no letter is needed."""
    secret = secrets.token_hex(24)
    await _add(tx, person, purpose, address, hash_secret(secret))
    return secret


async def _add(tx: Write, person: int, purpose: Purpose, address: str, hashed: bytes | None) -> int:
    if purpose is not Purpose.UNDO:
        await void_proofs(tx, person, [purpose])
    id_ = ids.new_id()
    await tx.insert(
        proofs,
        id=id_,
        person_id=person,
        purpose=purpose.value,
        address=address,
        secret_hash=hashed,
        ends_at=clock.now() + _LIVES[purpose],
    )
    return id_


async def seal_proof(tx: Write, id_: int) -> tuple[Proof, str] | None:
    """Make the secret, when its letter is written; None when it is void. Written again, the former secret is void."""
    secret = secrets.token_hex(24)
    proof = await tx.first(_SEAL, proof=id_, now=clock.now(), hashed=hash_secret(secret))
    return (proof, secret) if proof is not None else None


async def take_proof(tx: Write, secret: str, purpose: Purpose) -> Proof:
    """Use a secret up. Raises NotFound when it is none, was used, or is too old."""
    proof = await tx.first(_TAKE, hashed=hash_secret(secret), wanted=purpose.value, now=clock.now())
    if proof is None:
        raise NotFound("proof_over")
    return proof


async def void_proofs(tx: Write, person: int, purposes: Iterable[Purpose]) -> None:
    await tx.run(_VOID, person=person, purposes=[purpose.value for purpose in purposes])


async def prune_proofs(tx: Write) -> None:
    """Forget those that are too old."""
    await tx.run(_PRUNE, now=clock.now())

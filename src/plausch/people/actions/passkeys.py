"""Passkeys (Web Authentication): keys that people's devices keep, bound to this server and shown to no one else."""

import secrets
from typing import NamedTuple

import sqlalchemy as sa
import webauthn
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid
from plausch.people import queries
from plausch.people.events import WayInChanged
from plausch.people.model import PASSKEY_NAME_MAX, PASSKEYS_MAX, RelyingParty, Viewer, WayChange, clean_line
from plausch.people.tables import passkeys
from plausch.storage import Statement, Write, column_statement, param
from plausch.work.facts import record

#: More than any real one has; nothing longer is looked at.
_CREDENTIAL_MAX = 16_384


class _Stored(NamedTuple):
    id: int
    person_id: int
    public_key: bytes
    sign_count: int


class KeyUsed(NamedTuple):
    """Who has signed with a passkey."""

    person: int
    #: The device has made sure that it is its owner, by a finger, a face or a code.
    verified: bool


_BY_CREDENTIAL = Statement(
    sa.select(passkeys.c.id, passkeys.c.person_id, passkeys.c.public_key, passkeys.c.sign_count).where(
        passkeys.c.credential_id == param("credential", sa.LargeBinary())
    ),
    lambda id_, person, key, count: _Stored(int(id_), int(person), bytes(key), int(count)),
)
_CREDENTIALS = column_statement(sa.select(passkeys.c.credential_id).where(passkeys.c.person_id == param("person")))
_USED = column_statement(
    sa.update(passkeys)
    .where(passkeys.c.id == param("passkey"), passkeys.c.sign_count == param("former"))
    .values(sign_count=param("new_count"), used_at=param("now"))
)
_REMOVE = column_statement(
    sa.delete(passkeys).where(passkeys.c.id == param("passkey"), passkeys.c.person_id == param("person"))
)


def new_challenge() -> bytes:
    return secrets.token_bytes(32)


async def options_to_add(tx: Write, viewer: Viewer, party: RelyingParty, challenge: bytes) -> str:
    """What a browser needs to make a passkey, as JSON. Raises Conflict when there are very many."""
    account = await queries.get_account(tx, viewer.person)
    known = [bytes(one) for one in await tx.all(_CREDENTIALS, person=viewer.person)]
    if len(known) >= PASSKEYS_MAX:
        raise Conflict("passkeys_many")
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=str(viewer.person).encode(),
        user_name=account.handle,
        user_display_name=account.name or account.handle,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return webauthn.options_to_json(options)


def options_to_use(party: RelyingParty, challenge: bytes) -> str:
    """What a browser needs to use any passkey it has for this server, as JSON."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=party.id, challenge=challenge, user_verification=UserVerificationRequirement.PREFERRED
        )
    )


async def add_passkey(
    tx: Write, viewer: Viewer, party: RelyingParty, challenge: bytes, credential: str, name: str
) -> None:
    """Keep what a browser has made for the challenge. Raises Invalid, Conflict."""
    kept = clean_line(name, "name", PASSKEY_NAME_MAX)
    try:
        made = webauthn.verify_registration_response(
            credential=_bounded(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except _ERRORS as error:
        raise Invalid("passkey", "passkey_broken") from error
    if await tx.first(_BY_CREDENTIAL, credential=made.credential_id) is not None:
        raise Conflict("passkey_known")
    await tx.insert(
        passkeys,
        id=ids.new_id(),
        person_id=viewer.person,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=kept,
        created_at=clock.now(),
        used_at=None,
    )
    await record(tx, WayInChanged(person_id=viewer.person, what=WayChange.PASSKEY_ADDED.value))


async def use_passkey(tx: Write, party: RelyingParty, challenge: bytes, credential: str) -> KeyUsed:
    """Who has signed the challenge. Raises Invalid for what nobody's passkey has signed for this server."""
    try:
        parsed = webauthn.helpers.parse_authentication_credential_json(_bounded(credential))
        key = await tx.first(_BY_CREDENTIAL, credential=base64url_to_bytes(parsed.id))
        if key is None:
            raise Invalid("passkey", "passkey_unknown")
        used = webauthn.verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
    except _ERRORS as error:
        raise Invalid("passkey", "passkey_broken") from error
    noted = await tx.run(_USED, passkey=key.id, former=key.sign_count, new_count=used.new_sign_count, now=clock.now())
    if not noted:
        raise Invalid("passkey", "passkey_broken")  # somebody else was faster with the same count
    return KeyUsed(key.person_id, used.user_verified)


async def remove_passkey(tx: Write, viewer: Viewer, passkey: int) -> None:
    """Nobody signs in with it any more. Raises Conflict when there is no other way in."""
    if await tx.run(_REMOVE, passkey=passkey, person=viewer.person):
        await queries.check_way_in(tx, viewer.person)
        await record(tx, WayInChanged(person_id=viewer.person, what=WayChange.PASSKEY_REMOVED.value))


def _bounded(credential: str) -> str:
    if len(credential) > _CREDENTIAL_MAX:
        raise ValueError(len(credential))
    return credential


#: The library has names for most of what is wrong with what strangers send, and Python for the rest.
_ERRORS: tuple[type[Exception], ...] = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)

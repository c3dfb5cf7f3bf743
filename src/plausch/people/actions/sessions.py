"""Sessions of browsers and tokens of programs. Only hashes of their secrets are stored."""

import hashlib
import secrets

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.people.model import SESSION_LIFE, Viewer
from plausch.people.tables import codes, sessions, tokens
from plausch.storage import Write, column_statement, param
from plausch.work.live import Notice, tell

_END = column_statement(
    sa.delete(sessions).where(sessions.c.id == param("session"), sessions.c.person_id == param("person"))
)
_END_OTHERS = column_statement(
    sa.delete(sessions).where(sessions.c.person_id == param("person"), sessions.c.id != param("but"))
)
_TOUCH = column_statement(
    sa.update(sessions).where(sessions.c.id == param("session")).values(seen_at=param("now"), ends_at=param("until"))
)
_REVOKE = column_statement(
    sa.delete(tokens).where(tokens.c.id == param("token"), tokens.c.person_id == param("person"))
)
_END_TOKENS = [
    column_statement(sa.delete(table).where(table.c.person_id == param("person"))) for table in (tokens, codes)
]
_PRUNE = column_statement(sa.delete(sessions).where(sessions.c.ends_at <= param("now")))


def hash_secret(secret: str) -> bytes:
    """Secrets are long and random: one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).digest()


async def start_session(tx: Write, person: int, client: str) -> str:
    """Sign a person in; the secret for the browser's cookie. `client` says in a word which browser."""
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    await tx.insert(
        sessions,
        id=ids.new_id(),
        secret_hash=hash_secret(secret),
        person_id=person,
        acting_as=person,
        client=client,
        created_at=now,
        seen_at=now,
        ends_at=now + SESSION_LIFE,
    )
    return secret


async def end_session(tx: Write, viewer: Viewer, session: int) -> None:
    await tx.run(_END, session=session, person=viewer.person)


async def end_other_sessions(tx: Write, viewer: Viewer, but: int) -> None:
    """End all of the person's sessions but one; with 0 every one."""
    await tx.run(_END_OTHERS, person=viewer.person, but=but)


async def touch_session(tx: Write, session: int) -> None:
    """Note that a session is in use, which also prolongs it."""
    now = clock.now()
    await tx.run(_TOUCH, session=session, now=now, until=now + SESSION_LIFE)


async def prune_sessions(tx: Write) -> None:
    await tx.run(_PRUNE, now=clock.now())


async def create_token(tx: Write, person: int, scopes: str, name: str = "") -> str:
    """A secret with which a program speaks for a person."""
    secret = secrets.token_urlsafe(32)
    await tx.insert(
        tokens,
        id=ids.new_id(),
        secret_hash=hash_secret(secret),
        person_id=person,
        acting_as=person,
        name=name,
        scopes=scopes,
        created_at=clock.now(),
    )
    return secret


async def revoke_token(tx: Write, viewer: Viewer, token: int) -> bool:
    """End one of a person's own tokens; False when it was none of theirs."""
    await tell_tokens_ended(tx, viewer.person)
    return await tx.run(_REVOKE, token=token, person=viewer.person) > 0


async def end_tokens(tx: Write, person: int) -> None:
    """No program speaks for the person any more, nor may one fetch a token it was promised."""
    for statement in _END_TOKENS:
        await tx.run(statement, person=person)
    await tell_tokens_ended(tx, person)


async def tell_tokens_ended(tx: Write, person: int) -> None:
    """Streams that programs have open for somebody are to look whether they still may."""
    await tell(tx, Notice(f"tokens:{person}", "ended"))

"""Reads of programs: which one is this, and for whom does its token speak?"""

import sqlalchemy as sa

from plausch.people.model import App, AppToken, Standing
from plausch.people.tables import actors, apps, tokens
from plausch.storage import Read, Statement, column_statement, param

_COLUMNS = (
    apps.c.id,
    apps.c.client_id,
    apps.c.name,
    apps.c.website,
    apps.c.redirect_uris,
    apps.c.scopes,
    apps.c.created_at,
)
_APP = Statement(sa.select(*_COLUMNS).where(apps.c.id == param("app")), App)
_BY_CLIENT_ID = Statement(sa.select(*_COLUMNS).where(apps.c.client_id == param("client_id", sa.Text())), App)
_WITH_SECRET = Statement(
    sa.select(*_COLUMNS).where(
        apps.c.client_id == param("client_id", sa.Text()), apps.c.secret_hash == param("secret_hash", sa.LargeBinary())
    ),
    App,
)
_TOKEN = Statement(
    sa.select(tokens.c.app_id, tokens.c.scopes).where(
        tokens.c.secret_hash == param("secret_hash", sa.LargeBinary()), tokens.c.person_id == 0
    ),
    AppToken,
)


_WAITING = column_statement(
    sa.select(sa.literal(1))
    .select_from(tokens.join(actors, actors.c.id == tokens.c.person_id))
    .where(tokens.c.secret_hash == param("secret_hash", sa.LargeBinary()), actors.c.standing == Standing.WAITING.value)
)


async def is_waiting_token(tx: Read, secret_hash: bytes) -> bool:
    """It will speak for somebody who has to be let in first."""
    return await tx.first(_WAITING, secret_hash=secret_hash) is not None


async def find_app(tx: Read, app: int) -> App | None:
    return await tx.first(_APP, app=app)


async def find_client(tx: Read, client_id: str) -> App | None:
    """By the name it was given when it registered."""
    return await tx.first(_BY_CLIENT_ID, client_id=client_id)


async def find_client_with_secret(tx: Read, client_id: str, secret_hash: bytes) -> App | None:
    """Only if it knows its secret."""
    return await tx.first(_WITH_SECRET, client_id=client_id, secret_hash=secret_hash)


async def find_app_token(tx: Read, secret_hash: bytes) -> AppToken | None:
    """Which program speaks, where the token speaks for no person."""
    return await tx.first(_TOKEN, secret_hash=secret_hash)

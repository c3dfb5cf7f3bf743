"""Reads of accounts, sessions and tokens: who is this, and how do they sign in?"""

from typing import Any, NamedTuple

import sqlalchemy as sa

from plausch.kernel.errors import NotFound
from plausch.people.model import PRESENT, Account, Actor, Consent, Role, Session, SignedIn, Standing, Token, Viewer
from plausch.people.queries.actors import ACTOR_COLUMNS
from plausch.people.queries.clauses import consents_to, no_block_between
from plausch.people.tables import accounts, actors, sessions, teams, tokens
from plausch.storage import Read, Statement, column_statement, is_one_of, param

ACCOUNT_COLUMNS = (
    accounts.c.person_id,
    actors.c.handle,
    actors.c.name,
    accounts.c.email,
    accounts.c.role,
    actors.c.standing,
    accounts.c.locale,
    accounts.c.theme,
    accounts.c.time_zone,
    accounts.c.created_at,
    accounts.c.ends_at,
    accounts.c.email_confirmed_at.is_not(None).label("confirmed"),
)
WITH_ACTOR = accounts.join(actors, actors.c.id == accounts.c.person_id)


class Credentials(NamedTuple):
    """What signing in compares with."""

    person_id: int
    password_hash: str
    standing: Standing
    ends_at: int | None


_CREDENTIALS = Statement(
    sa.select(accounts.c.person_id, accounts.c.password_hash, actors.c.standing, accounts.c.ends_at)
    .select_from(WITH_ACTOR)
    .where(
        sa.or_(
            accounts.c.email_key == param("login", sa.Text()),
            sa.and_(actors.c.handle == param("login", sa.Text()), actors.c.server_id == 0),
        )
    ),
    Credentials,
)
_ACCOUNT = Statement(
    sa.select(*ACCOUNT_COLUMNS).select_from(WITH_ACTOR).where(accounts.c.person_id == param("person")), Account
)
_ACCOUNT_BY_HANDLE = Statement(
    sa.select(*ACCOUNT_COLUMNS)
    .select_from(WITH_ACTOR)
    .where(actors.c.handle == param("handle", sa.Text()), actors.c.server_id == 0),
    Account,
)
_ACCOUNTS = Statement(sa.select(*ACCOUNT_COLUMNS).select_from(WITH_ACTOR).order_by(actors.c.id), Account)
_USUAL_ZONE = column_statement(
    sa.select(accounts.c.time_zone)
    .group_by(accounts.c.time_zone)
    .order_by(sa.func.count().desc(), accounts.c.time_zone)
    .limit(1)
)
_BY_EMAIL = column_statement(
    sa.select(accounts.c.person_id).where(accounts.c.email_key == param("email_key", sa.Text()))
)
_HOLDERS = Statement(
    sa.select(*ACTOR_COLUMNS)
    .select_from(WITH_ACTOR)
    .where(
        accounts.c.role == param("role", sa.Text()),
        is_one_of(actors.c.standing, PRESENT),
        no_block_between(param("me"), actors.c.id),
    )
    .order_by(actors.c.id),
    Actor,
)
_ENDED = column_statement(sa.select(accounts.c.person_id).where(accounts.c.ends_at <= param("now")))
_COUNT = column_statement(sa.select(sa.func.count()).select_from(accounts))
_MEMBERS = column_statement(
    sa.select(sa.func.count()).select_from(WITH_ACTOR).where(is_one_of(actors.c.standing, PRESENT))
)
_SESSIONS = Statement(
    sa.select(sessions.c.id, sessions.c.client, sessions.c.created_at, sessions.c.seen_at)
    .where(sessions.c.person_id == param("person"), sessions.c.ends_at > param("now"))
    .order_by(sessions.c.seen_at.desc()),
    Session,
)
_TOKENS_OF = (
    sa.select(
        tokens.c.id,
        tokens.c.person_id,
        actors.c.handle,
        tokens.c.name,
        tokens.c.scopes,
        tokens.c.created_at,
        tokens.c.app_id,
    )
    .select_from(tokens.join(actors, actors.c.id == tokens.c.person_id))
    .order_by(tokens.c.id)
)
_ALL_TOKENS = Statement(_TOKENS_OF, Token)
_TOKENS = Statement(_TOKENS_OF.where(tokens.c.person_id == param("person")), Token)
_ACTIVE = is_one_of(actors.c.standing, PRESENT)
_speaks = actors.alias("speaks")


def _signed_in(source: sa.Table, seen_at: sa.ColumnElement[int], *more: sa.ColumnElement[Any]) -> sa.Select[tuple[int]]:
    # Whoever is not on a page's team any more speaks for themselves again.
    on_team = sa.and_(
        teams.c.page_id == source.c.acting_as,
        teams.c.person_id == source.c.person_id,
        teams.c.invited_by.is_(None),
    )
    return (
        sa.select(
            source.c.id,
            seen_at,
            source.c.person_id,
            sa.func.coalesce(_speaks.c.id, source.c.person_id),
            accounts.c.role,
            accounts.c.locale,
            accounts.c.theme,
            accounts.c.time_zone,
            sa.func.coalesce(_speaks.c.handle, actors.c.handle),
            sa.func.coalesce(_speaks.c.name, actors.c.name),
            sa.func.coalesce(_speaks.c.picture, actors.c.picture),
            accounts.c.email_confirmed_at.is_not(None).label("confirmed"),
            actors.c.handle,
            actors.c.name,
            actors.c.picture,
            accounts.c.adviser,
            consents_to(Consent.KEEP_VISITS, source.c.person_id).label("keeps_visits"),
            *more,
        )
        .select_from(
            source.join(accounts, accounts.c.person_id == source.c.person_id)
            .join(actors, actors.c.id == source.c.person_id)
            .outerjoin(teams, on_team)
            .outerjoin(_speaks, sa.and_(_speaks.c.id == teams.c.page_id, is_one_of(_speaks.c.standing, PRESENT)))
        )
        .where(_ACTIVE)
    )


def _secret_of(source: sa.Table) -> sa.ColumnElement[bool]:
    return source.c.secret_hash == param("secret_hash", sa.LargeBinary())


_SESSION = Statement(
    _signed_in(sessions, sessions.c.seen_at).where(_secret_of(sessions), sessions.c.ends_at > param("now")), SignedIn
)
_HOLDING = _signed_in(tokens, tokens.c.created_at, tokens.c.scopes, tokens.c.app_id)
_TOKEN = Statement(_HOLDING.where(_secret_of(tokens)), SignedIn)
_TOKEN_HOLDER = Statement(_HOLDING.where(tokens.c.id == param("id")), SignedIn)


async def find_credentials(tx: Read, login: str) -> Credentials | None:
    """By e-mail address or handle, in lower case."""
    return await tx.first(_CREDENTIALS, login=login.strip().removeprefix("@").lower())


async def find_session(tx: Read, secret_hash: bytes, now: int) -> SignedIn | None:
    """Who a session cookie belongs to, if it is still good."""
    return await tx.first(_SESSION, secret_hash=secret_hash, now=now)


async def find_token(tx: Read, secret_hash: bytes) -> SignedIn | None:
    """Who an access token speaks for."""
    return await tx.first(_TOKEN, secret_hash=secret_hash)


async def find_token_holder(tx: Read, id_: int) -> SignedIn | None:
    """The same by the token's id: only for whoever has been told apart from others by the door."""
    return await tx.first(_TOKEN_HOLDER, id=id_)


async def find_usual_zone(tx: Read) -> str:
    """The time zone that most people here have."""
    return await tx.first(_USUAL_ZONE) or "UTC"


async def list_tokens(tx: Read, person: int) -> list[Token]:
    """A person's own tokens, oldest first."""
    return await tx.all(_TOKENS, person=person)


async def list_all_tokens(tx: Read) -> list[Token]:
    """Everybody's, oldest first: for those who run the server."""
    return await tx.all(_ALL_TOKENS)


async def get_account(tx: Read, person: int) -> Account:
    found = await tx.first(_ACCOUNT, person=person)
    if found is None:
        raise NotFound("account_not_found")
    return found


async def find_account(tx: Read, handle: str) -> Account | None:
    return await tx.first(_ACCOUNT_BY_HANDLE, handle=handle.strip().removeprefix("@").lower())


async def find_by_email(tx: Read, email: str) -> int | None:
    """Whose address it is. Nobody must learn of it who does not read that address."""
    found: int | None = await tx.first(_BY_EMAIL, email_key=email.strip().lower())
    return found


async def list_accounts(tx: Read) -> list[Account]:
    """All accounts, oldest first: for those who run the server."""
    return await tx.all(_ACCOUNTS)


async def list_ended_accounts(tx: Read, now: int) -> list[int]:
    """Persons whose time of grace is over."""
    return await tx.all(_ENDED, now=now)


async def count_accounts(tx: Read) -> int:
    return int(await tx.first(_COUNT) or 0)


async def count_members(tx: Read) -> int:
    """How many people are here: whoever waits, leaves or is suspended is not."""
    return int(await tx.first(_MEMBERS) or 0)


async def list_sessions(tx: Read, person: int, now: int) -> list[Session]:
    """A person's own open sessions, the one last used first."""
    return await tx.all(_SESSIONS, person=person, now=now)


async def list_holders(tx: Read, viewer: Viewer, role: Role) -> list[Actor]:
    """Who has a role, as everybody may know of owners and moderators; the oldest account first."""
    return await tx.all(_HOLDERS, role=role.value, me=viewer.acting_as)

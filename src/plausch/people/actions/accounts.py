"""Accounts: how people come, what they set, and how they go."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed
from plausch.people import queries
from plausch.people.actions.actors import erase_actor, make_actor, set_standing
from plausch.people.actions.attempts import void_attempts
from plausch.people.actions.barring import check_email_welcome
from plausch.people.actions.profiles import note_consent
from plausch.people.actions.relations import count
from plausch.people.actions.sessions import end_other_sessions, end_tokens
from plausch.people.actions.teams import leave_all_teams
from plausch.people.events import AccountErased, ApprovalAsked, PersonJoined, RoleChanged
from plausch.people.model import (
    EVERYBODY,
    GRACE,
    REASON_MAX,
    ActorKind,
    Consent,
    Role,
    SignUp,
    Standing,
    Theme,
    Viewer,
    clean_email,
    clean_handle,
    clean_line,
)
from plausch.people.tables import (
    accounts,
    actors,
    attempts,
    codes,
    consents,
    identities,
    invitations,
    passkeys,
    proofs,
    recovery_codes,
    second_factors,
    sessions,
    tokens,
)
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.facts import record

#: Whoever stands like this is not seen for a while, and comes back as they were.
_AWAY = (Standing.SUSPENDED, Standing.LEAVING)

_PERSON = param("person")
_ADD_ACCOUNT = column_statement(
    upsert(accounts)
    .values(
        {
            name: sa.bindparam(name, type_=accounts.c[name].type)
            for name in (
                "person_id",
                "email",
                "email_key",
                "email_confirmed_at",
                "password_hash",
                "role",
                "locale",
                "time_zone",
                "created_at",
                "reason",
                "invitation_id",
            )
        }
    )
    .on_conflict_do_nothing()
)
_SET_PASSWORD = column_statement(
    sa.update(accounts).where(accounts.c.person_id == _PERSON).values(password_hash=param("new_hash", sa.Text()))
)
_SET_ADVISER = column_statement(
    sa.update(accounts).where(accounts.c.person_id == _PERSON).values(adviser=param("wanted", sa.Boolean()))
)
_SET_PREFERENCES = column_statement(
    sa.update(accounts)
    .where(accounts.c.person_id == _PERSON)
    .values(
        locale=param("new_locale", sa.Text()),
        theme=param("new_theme", sa.Text()),
        time_zone=param("new_zone", sa.Text()),
    )
)
_SET_ROLE = column_statement(
    sa.update(accounts).where(accounts.c.person_id == _PERSON).values(role=param("new_role", sa.Text()))
)
_SET_END = column_statement(sa.update(accounts).where(accounts.c.person_id == _PERSON).values(ends_at=param("new_end")))
_SET_RETURN = column_statement(
    sa.update(accounts).where(accounts.c.person_id == _PERSON).values(returns_to=param("former", sa.Text()))
)
_RETURN = column_statement(sa.select(accounts.c.returns_to).where(accounts.c.person_id == _PERSON))
_OTHER_OWNERS = column_statement(
    sa.select(sa.func.count())
    .select_from(accounts.join(actors, actors.c.id == accounts.c.person_id))
    .where(
        accounts.c.role == Role.OWNER.value,
        actors.c.standing == Standing.ACTIVE.value,
        accounts.c.person_id != _PERSON,
    )
)
_FORGET = [
    column_statement(sa.delete(table).where(column == _PERSON))
    for table, column in (
        (accounts, accounts.c.person_id),
        (proofs, proofs.c.person_id),
        (invitations, invitations.c.person_id),
        (sessions, sessions.c.person_id),
        (tokens, tokens.c.person_id),
        (codes, codes.c.person_id),
        (second_factors, second_factors.c.person_id),
        (recovery_codes, recovery_codes.c.person_id),
        (passkeys, passkeys.c.person_id),
        (identities, identities.c.person_id),
        (attempts, attempts.c.person_id),
        (consents, consents.c.person_id),
    )
]


async def sign_up(tx: Write, form: SignUp) -> int:
    """Make a person with an account; the first one owns the server. Their id.

    Raises Invalid for what cannot be accepted, Conflict for a handle or address that is taken.
    """
    handle = clean_handle(form.handle)
    email = clean_email(form.email)
    await check_email_welcome(tx, email)
    now = clock.now()
    # Also the one place where people who come at once wait for each other: only one of them is the first.
    await count(tx, "followers", EVERYBODY, 1)
    first = not await queries.count_accounts(tx)
    role = Role.OWNER if first else form.role
    waits = form.waits and not first
    person = await make_actor(
        tx,
        ActorKind.PERSON,
        handle,
        name=form.name,
        language=form.locale,
        standing=Standing.WAITING if waits else Standing.ACTIVE,
        locked=form.locked,
    )
    added = await tx.run(
        _ADD_ACCOUNT,
        person_id=person,
        email=email,
        email_key=email.lower(),
        email_confirmed_at=now if form.email_confirmed else None,
        password_hash=form.password_hash,
        role=role.value,
        locale=form.locale,
        time_zone=form.time_zone,
        created_at=now,
        reason=clean_line(form.reason, "reason", REASON_MAX) if waits else "",
        invitation_id=form.invitation_id,
    )
    if not added:
        raise Conflict("email_taken", field="email")
    if not form.be_found:
        await note_consent(tx, person, Consent.BE_FOUND, False)
    await record(tx, ApprovalAsked(person_id=person) if waits else PersonJoined(person_id=person))
    return person


async def change_password(tx: Write, viewer: Viewer, password_hash: str, session: int) -> None:
    """Set a new password; every other session ends, and every token: whoever knew the old one may have made some."""
    await tx.run(_SET_PASSWORD, person=viewer.person, new_hash=password_hash)
    await end_tokens(tx, viewer.person)
    await void_attempts(tx, viewer.person)
    await end_other_sessions(tx, viewer, session)


async def set_preferences(tx: Write, viewer: Viewer, locale: str, theme: Theme, time_zone: str) -> None:
    """How pages speak and look to this person."""
    await tx.run(_SET_PREFERENCES, person=viewer.person, new_locale=locale, new_theme=theme.value, new_zone=time_zone)


async def set_adviser(tx: Write, viewer: Viewer, wanted: bool) -> None:
    """Whether this person is given hints while it writes."""
    await tx.run(_SET_ADVISER, person=viewer.person, wanted=wanted)


async def set_role(tx: Write, person: int, role: Role, by: int = 0) -> None:
    """Raises Conflict when nobody would own the server any more."""
    account = await queries.get_account(tx, person)
    if account.role is role:
        return
    if account.role is Role.OWNER:
        await _keep_an_owner(tx, person)
    await tx.run(_SET_ROLE, person=person, new_role=role.value)
    await record(tx, RoleChanged(person_id=person, role=role.value, changed_by=by))


async def limit(tx: Write, person: int) -> None:
    """Put somebody no more before people who do not follow them. Whoever is away comes back like that."""
    account = await queries.get_account(tx, person)
    if account.standing is Standing.ACTIVE:
        await set_standing(tx, person, Standing.LIMITED)
    elif account.standing in _AWAY:
        await tx.run(_SET_RETURN, person=person, former=Standing.LIMITED.value)
    elif account.standing is not Standing.LIMITED:
        raise Conflict("not_here")


async def unlimit(tx: Write, person: int) -> None:
    """Undo it. Nothing happens to who is not limited."""
    account = await queries.get_account(tx, person)
    if account.standing is Standing.LIMITED:
        await set_standing(tx, person, Standing.ACTIVE)
    elif account.standing in _AWAY and await _former(tx, person) is Standing.LIMITED:
        await tx.run(_SET_RETURN, person=person, former=Standing.ACTIVE.value)


async def suspend(tx: Write, person: int) -> None:
    """Take somebody off the server until it is undone: nobody sees them, and they cannot sign in."""
    account = await queries.get_account(tx, person)
    if account.role is Role.OWNER:
        await _keep_an_owner(tx, person)
    await _take_away(tx, person, Standing.SUSPENDED)
    await leave_all_teams(tx, person)
    await end_other_sessions(tx, Viewer(person, person), 0)


async def unsuspend(tx: Write, person: int) -> None:
    """Undo a suspension. Who was leaving before is leaving still; nothing happens to who is not suspended."""
    account = await queries.get_account(tx, person)
    if account.standing is Standing.SUSPENDED:
        await set_standing(tx, person, await _former(tx, person) if account.ends_at is None else Standing.LEAVING)


async def leave(tx: Write, viewer: Viewer, successor: int | None = None) -> None:
    """End one's own account after the time of grace; nobody sees it from now on. Signing in again calls it off.

    An owner may name a successor, and has to when nobody else owns the server.
    """
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    if viewer.role is Role.OWNER and successor is not None:
        await hand_over(tx, viewer, successor)
    if viewer.role is Role.OWNER:
        await _keep_an_owner(tx, viewer.person)
    await tx.run(_SET_END, person=viewer.person, new_end=clock.now() + GRACE)
    await _take_away(tx, viewer.person, Standing.LEAVING)
    await end_other_sessions(tx, viewer, 0)


async def hand_over(tx: Write, viewer: Viewer, successor: int) -> None:
    """Make somebody else an owner of the server. Raises Invalid("successor", ...) for who cannot be one."""
    if viewer.role is not Role.OWNER:
        raise NotAllowed("not_allowed")
    account = await queries.get_account(tx, successor)
    if account.standing is not Standing.ACTIVE or successor == viewer.person:
        raise Invalid("successor", "successor_unfit")
    await set_role(tx, successor, Role.OWNER, viewer.person)


async def cancel_leaving(tx: Write, person: int) -> None:
    """The person signed in again within the time of grace. It ends no suspension."""
    if (await queries.get_account(tx, person)).standing is Standing.LEAVING:
        await tx.run(_SET_END, person=person, new_end=None)
        await set_standing(tx, person, await _former(tx, person))


async def erase_account(tx: Write, person: int) -> None:
    """Forget a person; a nameless tombstone stays where others refer to it. Listeners see to what they wrote."""
    await leave_all_teams(tx, person, forget=True)
    files = await erase_actor(tx, person)
    for forget in _FORGET:
        await tx.run(forget, person=person)
    await count(tx, "followers", EVERYBODY, -1)
    await record(tx, AccountErased(person_id=person, files=files))


async def _take_away(tx: Write, person: int, standing: Standing) -> None:
    """Nobody sees the person for a while; what it comes back to is remembered."""
    former = (await queries.get_account(tx, person)).standing
    if former not in _AWAY:
        await tx.run(_SET_RETURN, person=person, former=former.value)
    await set_standing(tx, person, standing)


async def _former(tx: Write, person: int) -> Standing:
    return Standing(await tx.first(_RETURN, person=person) or Standing.ACTIVE)


async def _keep_an_owner(tx: Write, leaving: int) -> None:
    await count(tx, "followers", EVERYBODY, 0)  # one after the other: two owners could go at once
    if not await tx.first(_OTHER_OWNERS, person=leaving):
        raise Conflict("last_owner")

"""How people come in: by themselves, let in by somebody, or by an invitation."""

import secrets
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people import queries
from plausch.people.actions.accounts import sign_up
from plausch.people.actions.actors import set_standing
from plausch.people.actions.relations import begin_following, hold_pair
from plausch.people.events import ActorFollowed, InvitationRevoked, PersonApproved, PersonDeclined, PersonJoined
from plausch.people.model import (
    DECLINED_FOR,
    INVITATIONS_MAX,
    LINE_MAX,
    USES_MAX,
    Invitation,
    Role,
    Severity,
    SignUp,
    Standing,
    Viewer,
    check_may_act,
    clean_line,
)
from plausch.people.tables import accounts, invitations
from plausch.settings import SignUpMode
from plausch.storage import Statement, Write, column_statement, param
from plausch.work.facts import record

_COLUMNS = tuple(invitations.c[name] for name in Invitation.__struct_fields__)
_USE = Statement(
    sa.update(invitations)
    .where(
        invitations.c.code == param("wanted", sa.Text()),
        invitations.c.ends_at > param("now"),
        invitations.c.uses < invitations.c.uses_max,
        queries.is_recommended(invitations.c.person_id),
    )
    .values(uses=invitations.c.uses + 1)
    .returning(*_COLUMNS),
    Invitation,
)
_MEMBERS = sa.select(accounts.c.person_id).where(accounts.c.role == Role.MEMBER.value)
_REVOKE = column_statement(
    sa.update(invitations)
    .where(
        invitations.c.id == param("invitation"),
        sa.or_(
            invitations.c.person_id == param("person"),
            param("owner", sa.Boolean()),
            sa.and_(param("staff", sa.Boolean()), invitations.c.person_id.in_(_MEMBERS)),
        ),
        invitations.c.ends_at > param("now"),
    )
    .values(ends_at=param("now"))
    .returning(invitations.c.person_id)
)
_DECIDED = column_statement(
    sa.update(accounts)
    .where(accounts.c.person_id == param("person"))
    .values(reason="", ends_at=param("new_end", accounts.c.ends_at.type))
)


class Arrival(NamedTuple):
    """Somebody new."""

    person: int
    #: Has to be let in first.
    waits: bool


async def arrive(tx: Write, form: SignUp, mode: SignUpMode, code: str = "") -> Arrival:
    """Make an account as far as the mode allows it; the code of an invitation opens every door but a closed one.

    From a barred network nobody comes in, or only after a look, unless somebody vouches for them by an invitation.
    Raises NotAllowed, Invalid for what cannot be accepted, Conflict for a handle or address that is taken.
    """
    if mode is SignUpMode.CLOSED:
        raise NotAllowed("sign_up_closed")
    severity = await queries.find_severity(tx, form.client_address, clock.now())
    if severity not in (None, Severity.WAITS):
        raise NotAllowed("network_barred")
    if code:
        return await _arrive_by(tx, form, code)
    if mode is SignUpMode.INVITE:
        raise NotAllowed("invitation_needed")
    asked = mode is SignUpMode.APPROVAL
    if asked and not form.reason.strip() and await queries.count_accounts(tx):
        raise Invalid("reason", "missing")
    person = await sign_up(tx, msgspec.structs.replace(form, waits=asked or severity is not None))
    # The first one does not wait: there is nobody who could let them in.
    return Arrival(person, (await queries.get_actor(tx, person)).standing is Standing.WAITING)


async def _arrive_by(tx: Write, form: SignUp, code: str) -> Arrival:
    """Whoever is invited follows whoever has invited them."""
    invitation = await tx.first(_USE, wanted=code, now=clock.now())
    if invitation is None:
        raise NotFound("invitation_over")
    person = await sign_up(tx, msgspec.structs.replace(form, waits=False, invitation_id=invitation.id))
    host = invitation.person_id
    await hold_pair(tx, person, host)
    if await begin_following(tx, person, host):
        await record(tx, ActorFollowed(follower_id=person, target_id=host))
    return Arrival(person, False)


async def approve(tx: Write, viewer: Viewer, person: int) -> None:
    """Let somebody in who waits. Raises NotFound when nobody waits any more."""
    await _decide(tx, viewer, person, Standing.ACTIVE, None)
    await record(tx, PersonJoined(person_id=person, approved_by=viewer.person))
    await record(tx, PersonApproved(person_id=person, decided_by=viewer.person))


async def decline(tx: Write, viewer: Viewer, person: int) -> None:
    """Tell somebody who waits no; the account is forgotten a few days later."""
    await _decide(tx, viewer, person, Standing.DECLINED, clock.now() + DECLINED_FOR)
    await record(tx, PersonDeclined(person_id=person, decided_by=viewer.person))


async def _decide(tx: Write, viewer: Viewer, person: int, standing: Standing, ends_at: int | None) -> None:
    if not viewer.staff:
        raise NotAllowed
    await hold_pair(tx, person, person)
    if (await queries.get_actor(tx, person)).standing is not Standing.WAITING:
        raise NotFound("waiting_not_found")
    await tx.run(_DECIDED, person=person, new_end=ends_at)
    await set_standing(tx, person, standing)


async def invite(tx: Write, viewer: Viewer, *, note: str, uses: int, ends_at: int, members_may: bool) -> int:
    """A link by which `uses` people may come in until a moment (ms); its id. Raises NotAllowed, Conflict, Invalid."""
    check_may_act(viewer)
    if not (members_may or viewer.staff):
        raise NotAllowed("invitation_not_yours")
    if (await queries.get_actor(tx, viewer.person)).standing is Standing.LIMITED:
        raise NotAllowed("limited_invites_nobody")
    now = clock.now()
    kept = clean_line(note, "note", LINE_MAX)
    if not 1 <= uses <= USES_MAX or ends_at <= now:
        raise Invalid("uses", "choice_unknown")
    good = [one for one in await queries.list_invitations(tx, viewer) if one.ends_at > now and one.uses < one.uses_max]
    if len(good) >= INVITATIONS_MAX:
        raise Conflict("invitations_many")
    id_ = ids.new_id()
    await tx.insert(
        invitations,
        id=id_,
        code=secrets.token_hex(8),
        person_id=viewer.person,
        note=kept,
        uses_max=uses,
        created_at=now,
        ends_at=ends_at,
    )
    return id_


async def revoke_invitation(tx: Write, viewer: Viewer, invitation: int) -> None:
    """Nobody comes by it any more. Owners may revoke everybody's, moderators those of members."""
    host = await tx.first(
        _REVOKE,
        invitation=invitation,
        person=viewer.person,
        staff=viewer.staff,
        owner=viewer.owner,
        now=clock.now(),
    )
    if host is not None:
        await record(tx, InvitationRevoked(invitation_id=invitation, person_id=host, revoked_by=viewer.person))

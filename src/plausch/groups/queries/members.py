"""Reads of who is in a group, who wants to be, and what was done there.

Those who call them have found the group for the viewer, and know what it may do there.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.groups.model import (
    QUIET_STEPS,
    Ban,
    GroupInvitation,
    GroupLink,
    GroupRole,
    JoinRequest,
    LogEntry,
    Member,
)
from plausch.groups.tables import bans, invitations, links, log, requests, roles
from plausch.kernel import clock
from plausch.kernel.paging import Page
from plausch.people.model import Relation, Viewer
from plausch.people.queries import group_actor, is_present, membership, no_block_between, speaker
from plausch.storage import Read, Statement, any_of, column_statement, is_one_of, param

_GROUP, _ME, _NOW = param("group"), param("me"), param("now")
_IN_GROUP = (membership.c.target_id == _GROUP, membership.c.kind == Relation.MEMBER.value)
_RANK = sa.case((roles.c.role == GroupRole.OWNER.value, 0), (roles.c.role == GroupRole.MODERATOR.value, 1), else_=2)
_WITH_ROLE = membership.outerjoin(
    roles, sa.and_(roles.c.group_id == membership.c.target_id, roles.c.actor_id == membership.c.source_id)
)
_ROLE = sa.func.coalesce(roles.c.role, GroupRole.MEMBER.value)
_NAMED = sa.func.lower(sa.func.coalesce(sa.func.nullif(speaker.c.name, ""), speaker.c.handle))


def _members(*conditions: sa.ColumnElement[bool]) -> Statement[Member]:
    """Those who look after it first, then by who has been here the longest."""
    return Statement(
        sa.select(membership.c.source_id, _ROLE, membership.c.at)
        .select_from(_WITH_ROLE.join(speaker, speaker.c.id == membership.c.source_id))
        .where(
            *_IN_GROUP,
            is_present(membership.c.source_id),
            no_block_between(_ME, membership.c.source_id),
            *conditions,
        )
        .order_by(_RANK, membership.c.at, membership.c.source_id)
        .limit(param("limit"))
        .offset(param("skip")),
        Member,
    )


_MEMBERS = _members()
_SEARCH = _members(
    sa.or_(
        _NAMED.contains(param("words", sa.Text())),
        speaker.c.handle.contains(param("words", sa.Text())),
    )
)
_GUARDIANS = Statement(
    sa.select(roles.c.actor_id, roles.c.role, roles.c.at)
    .where(roles.c.group_id == _GROUP, is_present(roles.c.actor_id))
    .order_by(_RANK, roles.c.at, roles.c.actor_id),
    Member,
)
_OWNED = column_statement(
    sa.select(roles.c.group_id).where(roles.c.actor_id == param("actor"), roles.c.role == GroupRole.OWNER.value)
)
_OTHER_OWNER = column_statement(
    sa.select(sa.literal(1))
    .where(
        roles.c.group_id == _GROUP,
        roles.c.actor_id != param("actor"),
        roles.c.role == GroupRole.OWNER.value,
        is_present(roles.c.actor_id),
    )
    .limit(1)
)
_SUCCESSOR = column_statement(
    sa.select(membership.c.source_id)
    .select_from(_WITH_ROLE)
    .where(*_IN_GROUP, membership.c.source_id != param("actor"), is_present(membership.c.source_id))
    .order_by(_RANK, membership.c.at, membership.c.source_id)
    .limit(1)
)
_REQUEST_COLUMNS = (requests.c.id, requests.c.group_id, requests.c.actor_id, requests.c.answer, requests.c.declined_at)
_REQUEST = Statement(
    sa.select(*_REQUEST_COLUMNS).where(
        requests.c.group_id == _GROUP, requests.c.actor_id == param("actor"), requests.c.withdrawn_at.is_(None)
    ),
    JoinRequest,
)
_ASKED = column_statement(
    sa.select(requests.c.group_id).where(
        any_of(requests.c.group_id, "groups"), requests.c.actor_id == _ME, requests.c.withdrawn_at.is_(None)
    )
)
_OPEN = (
    requests.c.group_id == _GROUP,
    requests.c.declined_at.is_(None),
    is_present(requests.c.actor_id),
    no_block_between(_ME, requests.c.actor_id),
)
_REQUESTS = Statement(
    sa.select(*_REQUEST_COLUMNS).where(*_OPEN).order_by(requests.c.id).limit(param("limit")).offset(param("skip")),
    JoinRequest,
)
_COUNT_REQUESTS = column_statement(sa.select(sa.func.count()).select_from(requests).where(*_OPEN))
_INVITATION_COLUMNS = (invitations.c.group_id, invitations.c.actor_id, invitations.c.invited_by, invitations.c.at)
_INVITATION = Statement(
    sa.select(*_INVITATION_COLUMNS).where(invitations.c.group_id == _GROUP, invitations.c.actor_id == param("actor")),
    GroupInvitation,
)
_INVITED = Statement(
    sa.select(*_INVITATION_COLUMNS)
    .where(invitations.c.group_id == _GROUP, sa.or_(param("by") == 0, invitations.c.invited_by == param("by")))
    .order_by(invitations.c.at.desc(), invitations.c.actor_id)
    .limit(param("limit"))
    .offset(param("skip")),
    GroupInvitation,
)
_INVITATIONS = Statement(
    sa.select(*_INVITATION_COLUMNS)
    .select_from(invitations.join(group_actor, group_actor.c.id == invitations.c.group_id))
    .where(invitations.c.actor_id == _ME, no_block_between(_ME, invitations.c.invited_by))
    .order_by(invitations.c.at.desc())
    .limit(param("limit")),
    GroupInvitation,
)
_LINK_COLUMNS = (
    *(links.c.id, links.c.code, links.c.group_id, links.c.made_by),
    *(links.c.uses_max, links.c.uses, links.c.ends_at),
)
_GOOD = (links.c.uses < links.c.uses_max, links.c.ends_at > _NOW)
_LINK = Statement(sa.select(*_LINK_COLUMNS).where(links.c.code == param("code", sa.Text()), *_GOOD), GroupLink)
_LINKS = Statement(
    sa.select(*_LINK_COLUMNS).where(links.c.group_id == _GROUP, *_GOOD).order_by(links.c.id.desc()), GroupLink
)
_IN_FORCE = sa.select(bans.c.actor_id, bans.c.reason, bans.c.ends_at, bans.c.by_id, bans.c.at).where(
    bans.c.group_id == _GROUP, sa.or_(bans.c.ends_at.is_(None), bans.c.ends_at > _NOW)
)
_BAN = Statement(_IN_FORCE.where(bans.c.actor_id == param("actor")), Ban)
_BANS = Statement(
    _IN_FORCE.order_by(bans.c.at.desc(), bans.c.actor_id).limit(param("limit")).offset(param("skip")), Ban
)
_LOG_COLUMNS = (log.c.id, log.c.group_id, log.c.actor_id, log.c.step, log.c.subject_id, log.c.note)


def _log(*conditions: sa.ColumnElement[bool]) -> Statement[LogEntry]:
    return Statement(
        sa.select(*_LOG_COLUMNS)
        .where(log.c.group_id == _GROUP, log.c.id < param("before"), *conditions)
        .order_by(log.c.id.desc())
        .limit(param("limit")),
        LogEntry,
    )


_LOG = _log()
_OPEN_LOG = _log(sa.not_(is_one_of(log.c.step, QUIET_STEPS)))
_LOG_ENTRIES = Statement(sa.select(*_LOG_COLUMNS).where(any_of(log.c.id, "ids")), LogEntry)


async def list_members(
    tx: Read, viewer: Viewer, group: int, limit: int, skip: int = 0, words: str = ""
) -> list[Member]:
    """Those who look after the group first, then the longest here; with `words` those whose name has them."""
    plain = words.strip().removeprefix("@").lower()
    if plain:
        return await tx.all(_SEARCH, group=group, me=viewer.acting_as, limit=limit, skip=skip, words=plain)
    return await tx.all(_MEMBERS, group=group, me=viewer.acting_as, limit=limit, skip=skip)


async def list_guardians(tx: Read, group: int) -> list[Member]:
    """Those who look after a group and are here."""
    return await tx.all(_GUARDIANS, group=group)


async def list_owned(tx: Read, actor: int) -> list[int]:
    """The groups that somebody owns."""
    return await tx.all(_OWNED, actor=actor)


async def has_other_owner(tx: Read, group: int, actor: int) -> bool:
    """Whether somebody else who is here owns it, too."""
    return await tx.first(_OTHER_OWNER, group=group, actor=actor) is not None


async def find_successor(tx: Read, group: int, leaving: int) -> int | None:
    """Who takes a group over: whoever moderates it the longest, else the longest member."""
    found: int | None = await tx.first(_SUCCESSOR, group=group, actor=leaving)
    return found


async def find_request(tx: Read, group: int, actor: int) -> JoinRequest | None:
    """Also one that was declined: whoever asked goes on seeing it as open."""
    return await tx.first(_REQUEST, group=group, actor=actor)


async def list_asked_to_join(tx: Read, viewer: Viewer, groups: Sequence[int]) -> set[int]:
    """Those of the groups that the viewer has asked to be let in, and was not: as it sees them, declined or not."""
    return set(await tx.all(_ASKED, groups=groups, me=viewer.acting_as)) if groups else set()


async def list_requests(tx: Read, viewer: Viewer, group: int, limit: int = 100, skip: int = 0) -> list[JoinRequest]:
    """Open ones, the oldest first."""
    return await tx.all(_REQUESTS, group=group, me=viewer.acting_as, limit=limit, skip=skip)


async def count_requests(tx: Read, viewer: Viewer, group: int) -> int:
    """How many are open."""
    return int(await tx.first(_COUNT_REQUESTS, group=group, me=viewer.acting_as) or 0)


async def find_invitation(tx: Read, group: int, actor: int) -> GroupInvitation | None:
    return await tx.first(_INVITATION, group=group, actor=actor)


async def list_invited(tx: Read, group: int, limit: int, skip: int = 0, *, by: int = 0) -> list[GroupInvitation]:
    """Who was asked to join and has not answered, the latest first; `by` one of those who asked."""
    return await tx.all(_INVITED, group=group, by=by, limit=limit, skip=skip)


async def list_invitations(tx: Read, viewer: Viewer, limit: int = 200) -> list[GroupInvitation]:
    """Where the viewer was asked to join, the latest first; `list_inviting` names the groups."""
    return await tx.all(_INVITATIONS, me=viewer.acting_as, limit=limit)


async def find_link(tx: Read, code: str) -> GroupLink | None:
    """A link that is good."""
    return await tx.first(_LINK, code=code, now=clock.now())


async def list_links(tx: Read, group: int) -> list[GroupLink]:
    """Those that are good, the newest first."""
    return await tx.all(_LINKS, group=group, now=clock.now())


async def find_ban(tx: Read, group: int, actor: int) -> Ban | None:
    """One that is in force."""
    return await tx.first(_BAN, group=group, actor=actor, now=clock.now())


async def list_bans(tx: Read, group: int, limit: int, skip: int = 0) -> list[Ban]:
    """Those in force, the latest first."""
    return await tx.all(_BANS, group=group, now=clock.now(), limit=limit, skip=skip)


async def list_log(tx: Read, group: int, page: Page, *, all_steps: bool) -> list[LogEntry]:
    """What was done in a group, newest first; `all_steps` for those who look after it."""
    return await tx.all(_LOG if all_steps else _OPEN_LOG, group=group, before=page.before, limit=page.limit)


async def list_log_entries(tx: Read, ids: Sequence[int]) -> dict[int, LogEntry]:
    """By id; for those whom they concern."""
    return {one.id: one for one in await tx.all(_LOG_ENTRIES, ids=ids)}

"""Reads of groups and their boards: which there are for a viewer, and what it may do in them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from plausch.groups.model import Board, Group, GroupRole
from plausch.groups.tables import bans, boards, groups, roles
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.people.model import Relation, Role, Viewer
from plausch.people.queries import group_actor, no_block_between, related, stands_before
from plausch.storage import Read, Statement, any_of, column_statement, param

ME = param("me")
#: The name under which statements of upper rooms join the group in which something stands.
house = groups.alias("house")


def role_in(group: sa.ColumnElement[Any], actor: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """What an actor is in a group; None when it is no member."""
    one = roles.alias()
    more = sa.select(one.c.role).where(one.c.group_id == group, one.c.actor_id == actor).scalar_subquery()
    return sa.case(
        (related(Relation.MEMBER, actor, group), sa.func.coalesce(more, GroupRole.MEMBER.value)), else_=sa.null()
    )


def looked_after_by(actor: sa.ColumnElement[Any]) -> sa.Select[tuple[int]]:
    """The groups that an actor looks after."""
    one = roles.alias()
    return sa.select(one.c.group_id).where(one.c.actor_id == actor)


_actor = group_actor
GROUP_COLUMNS = (
    groups.c.group_id,
    _actor.c.handle,
    _actor.c.name,
    _actor.c.picture,
    _actor.c.version,
    _actor.c.about_html,
    _actor.c.language,
    groups.c.visibility,
    groups.c.joining,
    groups.c.question,
    groups.c.rules_html,
    groups.c.who_posts,
    groups.c.who_replies,
    groups.c.slow_mode,
    groups.c.approve_first,
    groups.c.members,
    groups.c.created_at,
    groups.c.closed_at,
    role_in(groups.c.group_id, ME),
    _actor.c.header,
    _actor.c.picture_alt,
    _actor.c.header_alt,
)
WITH_ACTOR = groups.join(_actor, _actor.c.id == groups.c.group_id)
#: The viewer may know that the group exists.
KNOWN = sa.and_(stands_before(ME, _actor), no_block_between(ME, _actor.c.id))

_GROUP = Statement(
    sa.select(*GROUP_COLUMNS).select_from(WITH_ACTOR).where(groups.c.group_id == param("group"), KNOWN), Group
)
_GROUPS = Statement(
    sa.select(*GROUP_COLUMNS).select_from(WITH_ACTOR).where(any_of(groups.c.group_id, "ids"), KNOWN), Group
)
_BY_HANDLE = Statement(
    sa.select(*GROUP_COLUMNS).select_from(WITH_ACTOR).where(_actor.c.handle == param("handle", sa.Text()), KNOWN), Group
)
_ROLE = column_statement(sa.select(role_in(param("group"), param("actor"))))
_BANNED = column_statement(
    sa.select(sa.literal(1)).where(
        bans.c.group_id == param("group"),
        any_of(bans.c.actor_id, "actors"),
        sa.or_(bans.c.ends_at.is_(None), bans.c.ends_at > param("now")),
    )
)
#: Others may keep it, too; whoever changes the group waits for them.
_KEEP = column_statement(
    sa.select(groups.c.group_id).where(groups.c.group_id == param("group")).with_for_update(read=True)
)
_BOARD_COLUMNS = (
    boards.c.id,
    boards.c.group_id,
    boards.c.parent_id,
    boards.c.place,
    boards.c.slug,
    boards.c.name,
    boards.c.about,
    boards.c.who_posts,
    boards.c.who_replies,
    boards.c.closed_at,
)
_BOARD = Statement(sa.select(*_BOARD_COLUMNS).where(boards.c.id == param("board")), Board)
_BOARD_AT = Statement(
    sa.select(*_BOARD_COLUMNS).where(boards.c.group_id == param("group"), boards.c.slug == param("slug", sa.Text())),
    Board,
)
_BOARDS = Statement(
    sa.select(*_BOARD_COLUMNS)
    .where(boards.c.group_id == param("group"))
    .order_by(boards.c.parent_id, boards.c.place, boards.c.id),
    Board,
)


async def find_group(tx: Read, viewer: Viewer, id_: int) -> Group | None:
    """None also for a secret group of which the viewer is no member."""
    return await tx.first(_GROUP, group=id_, me=viewer.acting_as)


async def get_group(tx: Read, viewer: Viewer, handle: str) -> Group:
    """Raises NotFound, also for a secret group of which the viewer is no member."""
    found = await tx.first(_BY_HANDLE, handle=handle.lower(), me=viewer.acting_as)
    if found is None:
        raise NotFound("group_not_found")
    return found


async def list_groups(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Group]:
    """Those of `ids` that are groups which the viewer may know of, by id."""
    return {one.id: one for one in await tx.all(_GROUPS, ids=ids, me=viewer.acting_as)}


async def find_role(tx: Read, group: int, actor: int) -> GroupRole | None:
    """What an actor is in a group, for the domain's own checks."""
    found = await tx.first(_ROLE, group=group, actor=actor)
    return GroupRole(found) if found else None


async def is_banned(tx: Read, group: int, actor: int) -> bool:
    return await tx.first(_BANNED, group=group, actors=[actor], now=clock.now()) is not None


async def is_shut_out(tx: Read, group: int, viewer: Viewer) -> bool:
    """Whether the viewer is banned, whomever it speaks for: a page is no way back in."""
    actors = list({viewer.person, viewer.acting_as})
    return await tx.first(_BANNED, group=group, actors=actors, now=clock.now()) is not None


async def keep_group(tx: Read, group: int) -> None:
    """Have a group stay as it is until the transaction ends: what is said there is for whom it was then.

    Otherwise something could be said for everybody in a group that is being closed, and be missed by what narrows it.
    """
    await tx.first(_KEEP, group=group)


async def find_board(tx: Read, id_: int) -> Board | None:
    """A board, for those who may know of its group."""
    return await tx.first(_BOARD, board=id_)


async def find_board_at(tx: Read, group: int, slug: str) -> Board | None:
    """The board that has this in its address, for those who may know of its group."""
    return await tx.first(_BOARD_AT, group=group, slug=slug)


async def list_boards(tx: Read, group: int) -> list[Board]:
    """The boards of a group (0: of the whole community) in their order, for those who may know of it."""
    return await tx.all(_BOARDS, group=group)


def role_in_community(viewer: Viewer) -> GroupRole | None:
    """What somebody is in the boards of the whole community."""
    if not viewer.signed_in:
        return None
    return {Role.OWNER: GroupRole.OWNER, Role.MODERATOR: GroupRole.MODERATOR}.get(viewer.role, GroupRole.MEMBER)

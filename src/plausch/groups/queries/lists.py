"""Reads of many groups: one's own, all there are, and what they are found under."""

from collections.abc import Sequence

import sqlalchemy as sa

from plausch.groups.model import Group, GroupSource, Visibility
from plausch.groups.queries.groups import GROUP_COLUMNS, KNOWN, ME, WITH_ACTOR
from plausch.groups.tables import groups, invitations, topics
from plausch.people.model import PRESENT, ActorKind, Relation, Standing, Viewer
from plausch.people.queries import group_actor, no_block_between, related, related_targets
from plausch.storage import Read, Statement, any_of, column_statement, is_one_of, param

#: Also secret: whoever is invited knows of it.
_THERE = (*PRESENT, Standing.SECRET)
_MINE = Statement(
    sa.select(*GROUP_COLUMNS)
    .select_from(WITH_ACTOR)
    .where(groups.c.group_id.in_(related_targets(Relation.MEMBER, ME)), KNOWN)
    .order_by(sa.func.lower(sa.func.coalesce(sa.func.nullif(group_actor.c.name, ""), group_actor.c.handle)))
    .limit(param("limit")),
    Group,
)
#: Put before people who do not know it: what is secret is in nobody's directory, not even its members'.
_LISTED = (
    group_actor.c.standing == Standing.ACTIVE.value,
    groups.c.visibility != Visibility.SECRET.value,
    groups.c.closed_at.is_(None),
    no_block_between(ME, groups.c.group_id),
    sa.not_(related(Relation.MEMBER, ME, groups.c.group_id)),
)


def _directory(*conditions: sa.ColumnElement[bool]) -> Statement[Group]:
    return Statement(
        sa.select(*GROUP_COLUMNS)
        .select_from(WITH_ACTOR)
        .where(*_LISTED, *conditions)
        .order_by(groups.c.members.desc(), groups.c.group_id.desc())
        .limit(param("limit"))
        .offset(param("skip")),
        Group,
    )


_TAGGED = sa.exists(
    sa.select(sa.literal(1)).where(topics.c.group_id == groups.c.group_id, topics.c.tag == param("tag", sa.Text()))
)
_WORDS = param("words", sa.Text())
_FITS = sa.or_(
    sa.func.lower(group_actor.c.name).contains(_WORDS),
    group_actor.c.handle.contains(_WORDS),
    sa.func.lower(group_actor.c.about_source).contains(_WORDS),
)
_DIRECTORY, _BY_TAG, _BY_WORDS = (
    _directory(),
    _directory(_TAGGED),
    _directory(
        sa.or_(
            _FITS,
            sa.exists(sa.select(sa.literal(1)).where(topics.c.group_id == groups.c.group_id, topics.c.tag == _WORDS)),
        )
    ),
)
_INVITING_ALL = (
    sa.select(*GROUP_COLUMNS)
    .select_from(WITH_ACTOR.join(invitations, invitations.c.group_id == groups.c.group_id))
    .where(
        invitations.c.actor_id == ME,
        is_one_of(group_actor.c.standing, _THERE),
        no_block_between(ME, groups.c.group_id),
        no_block_between(ME, invitations.c.invited_by),
        groups.c.closed_at.is_(None),
    )
)
_INVITING = Statement(_INVITING_ALL.order_by(invitations.c.at.desc()).limit(param("limit")), Group)
_INVITING_ONE = Statement(_INVITING_ALL.where(groups.c.group_id == param("group")), Group)
_BY_LINK = Statement(
    sa.select(*GROUP_COLUMNS)
    .select_from(WITH_ACTOR)
    .where(
        groups.c.group_id == param("group"),
        is_one_of(group_actor.c.standing, _THERE),
        no_block_between(ME, groups.c.group_id),
    ),
    Group,
)
_SOURCE = Statement(
    sa.select(group_actor.c.about_source, groups.c.rules_source)
    .select_from(WITH_ACTOR)
    .where(groups.c.group_id == param("group")),
    GroupSource,
)
_TAGS = Statement(
    sa.select(topics.c.group_id, topics.c.tag).where(any_of(topics.c.group_id, "ids")).order_by(topics.c.tag),
    lambda group, tag: (int(group), str(tag)),
)
_BUSY = Statement(
    sa.select(topics.c.tag, sa.func.count())
    .select_from(topics.join(WITH_ACTOR, groups.c.group_id == topics.c.group_id))
    .where(
        group_actor.c.standing == Standing.ACTIVE.value,
        groups.c.visibility != Visibility.SECRET.value,
        groups.c.closed_at.is_(None),
    )
    .group_by(topics.c.tag)
    .order_by(sa.func.count().desc(), topics.c.tag)
    .limit(param("limit")),
    lambda tag, number: (str(tag), int(number)),
)
_WAS = column_statement(
    sa.select(groups.c.group_id)
    .select_from(WITH_ACTOR)
    .where(
        group_actor.c.handle == param("handle", sa.Text()),
        group_actor.c.kind == ActorKind.GROUP.value,
        group_actor.c.standing == Standing.DELETED.value,
        groups.c.visibility != Visibility.SECRET.value,
    )
)


async def list_mine(tx: Read, viewer: Viewer, limit: int = 200) -> list[Group]:
    """The groups of which the viewer is a member, by name."""
    return await tx.all(_MINE, me=viewer.acting_as, limit=limit) if viewer.signed_in else []


async def find_directory(
    tx: Read, viewer: Viewer, limit: int, skip: int = 0, *, tag: str = "", words: str = ""
) -> list[Group]:
    """Known groups of which the viewer is no member, those with many members first."""
    values = {"me": viewer.acting_as, "limit": limit, "skip": skip}
    if tag:
        return await tx.all(_BY_TAG, tag=tag, **values)
    plain = words.strip().removeprefix("@").lower()
    return await tx.all(_BY_WORDS, words=plain, **values) if plain else await tx.all(_DIRECTORY, **values)


async def list_inviting(tx: Read, viewer: Viewer, limit: int = 200) -> dict[int, Group]:
    """Groups into which the viewer was invited, secret ones too, by id, the latest first."""
    found = await tx.all(_INVITING, me=viewer.acting_as, limit=limit) if viewer.signed_in else []
    return {one.id: one for one in found}


async def find_inviting(tx: Read, viewer: Viewer, group: int) -> Group | None:
    """One of them."""
    if not viewer.signed_in:
        return None
    return await tx.first(_INVITING_ONE, me=viewer.acting_as, group=group)


async def find_linked(tx: Read, viewer: Viewer, group: int) -> Group | None:
    """The group that a link leads into; that the link is good, the caller answers for."""
    return await tx.first(_BY_LINK, group=group, me=viewer.acting_as)


async def find_source(tx: Read, group: int) -> GroupSource | None:
    """For those who look after the group."""
    return await tx.first(_SOURCE, group=group)


async def list_group_tags(tx: Read, ids: Sequence[int]) -> dict[int, list[str]]:
    """What groups are about, for those who may know of them."""
    found: dict[int, list[str]] = {}
    for group, tag in await tx.all(_TAGS, ids=ids):
        found.setdefault(group, []).append(tag)
    return found


async def list_subjects(tx: Read, limit: int) -> list[tuple[str, int]]:
    """What known groups are about, with how many of them."""
    return await tx.all(_BUSY, limit=limit)


async def was_group(tx: Read, handle: str) -> bool:
    """There was a group of this handle of which everybody could know, and it was deleted."""
    return await tx.first(_WAS, handle=handle) is not None


_PUBLIC = column_statement(
    sa.select(groups.c.group_id)
    .select_from(WITH_ACTOR)
    .where(
        group_actor.c.standing == Standing.ACTIVE.value,
        groups.c.visibility == Visibility.PUBLIC.value,
        groups.c.closed_at.is_(None),
    )
    .order_by(groups.c.group_id)
)


async def list_public_groups(tx: Read) -> list[int]:
    """The ids of all groups that everybody may read, for work behind the scenes."""
    return await tx.all(_PUBLIC)

"""What notifications about groups are forgotten when."""

import sqlalchemy as sa

from plausch.feeds.model import GROUP_KINDS, NotificationKind
from plausch.feeds.tables import notifications
from plausch.storage import Write, column_statement, is_one_of, param

_ABOUT = notifications.c.request_id == param("group")
_ASKED = column_statement(
    sa.delete(notifications).where(
        notifications.c.actor_id == param("actor"),
        notifications.c.kind == NotificationKind.GROUP_REQUESTED.value,
        _ABOUT,
    )
)
_TOLD = column_statement(
    sa.delete(notifications).where(
        notifications.c.recipient_id == param("actor"), is_one_of(notifications.c.kind, GROUP_KINDS), _ABOUT
    )
)
_INVITED = column_statement(
    sa.delete(notifications).where(
        notifications.c.recipient_id == param("actor"),
        notifications.c.kind == NotificationKind.GROUP_INVITED.value,
        _ABOUT,
    )
)
_PACK = column_statement(
    sa.delete(notifications).where(
        notifications.c.recipient_id == param("actor"),
        is_one_of(notifications.c.kind, (NotificationKind.PACK_ASKED, NotificationKind.PACK_CHANGED)),
        notifications.c.request_id == param("pack"),
    )
)
_ALL = column_statement(sa.delete(notifications).where(is_one_of(notifications.c.kind, GROUP_KINDS), _ABOUT))


async def forget_joining(tx: Write, group: int, actor: int) -> None:
    """What somebody asked of a group is answered, or taken back."""
    await tx.run(_ASKED, group=group, actor=actor)


async def forget_invitation(tx: Write, group: int, actor: int) -> None:
    await tx.run(_INVITED, group=group, actor=actor)


async def forget_group_of(tx: Write, group: int, actor: int) -> None:
    """Whoever is in a group no more has nothing to do with what happens there."""
    await tx.run(_TOLD, group=group, actor=actor)


async def forget_group(tx: Write, group: int) -> None:
    await tx.run(_ALL, group=group)


async def forget_pack(tx: Write, pack: int, actor: int) -> None:
    """Whether somebody, or a group of theirs, may be in a pack is answered."""
    await tx.run(_PACK, pack=pack, actor=actor)

"""Notifications: made by listeners, read and forgotten by people."""

import sqlalchemy as sa

from plausch.feeds.model import NotificationKind
from plausch.feeds.tables import notifications
from plausch.kernel import clock, ids
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param
from plausch.work.live import Notice, tell

_MARK = column_statement(
    sa.update(notifications)
    .where(
        notifications.c.recipient_id == param("me"),
        notifications.c.read_at.is_(None),
        notifications.c.id <= param("upto"),
    )
    .values(read_at=param("now"))
)
_BY_POST = column_statement(sa.delete(notifications).where(notifications.c.post_id == param("post")))
_BY_REQUEST = column_statement(
    sa.delete(notifications).where(
        notifications.c.recipient_id == param("recipient"), notifications.c.request_id == param("request")
    )
)
_BY_ACTOR = column_statement(
    sa.delete(notifications).where(
        sa.or_(notifications.c.actor_id == param("actor"), notifications.c.recipient_id == param("actor"))
    )
)
_BY_RESPONSE = column_statement(
    sa.delete(notifications).where(
        notifications.c.post_id == param("post"),
        notifications.c.kind == param("kind_", sa.Text()),
        notifications.c.actor_id == param("actor"),
    )
)
_SAME = column_statement(
    sa.select(notifications.c.id)
    .where(
        notifications.c.recipient_id == param("recipient"),
        notifications.c.kind == param("kind_", sa.Text()),
        notifications.c.actor_id == param("actor"),
        notifications.c.post_id.is_not_distinct_from(param("post")),
        notifications.c.request_id.is_not_distinct_from(param("request")),
    )
    .limit(1)
)


async def notify(
    tx: Write,
    recipient: int,
    kind: NotificationKind,
    actor: int,
    *,
    post: int | None = None,
    conversation: int | None = None,
    request: int | None = None,
    at: int | None = None,
) -> None:
    """Tell somebody; the same person doing the same to the same post is told once."""
    if await tx.first(
        _SAME, recipient=recipient, kind_=kind.value, actor=actor, post=post, request=request
    ):
        return
    when = clock.now() if at is None else at
    id_ = ids.new_id(when)
    await tx.insert(
        notifications,
        id=id_,
        recipient_id=recipient,
        kind=kind.value,
        actor_id=actor,
        post_id=post,
        conversation_id=conversation,
        request_id=request,
        at=when,
    )
    await tell(tx, Notice(f"person:{recipient}", "notified", id_, actor))


async def mark_notifications_read(tx: Write, viewer: Viewer, upto: int) -> None:
    """The viewer has seen its notifications up to one."""
    await tx.run(_MARK, me=viewer.acting_as, upto=upto, now=clock.now())


async def forget_about_post(tx: Write, post: int) -> None:
    await tx.run(_BY_POST, post=post)


async def forget_response(tx: Write, kind: NotificationKind, actor: int, post: int) -> None:
    """Somebody took a like or share back."""
    await tx.run(_BY_RESPONSE, kind_=kind.value, actor=actor, post=post)


async def forget_request(tx: Write, recipient: int, request: int) -> None:
    await tx.run(_BY_REQUEST, recipient=recipient, request=request)


async def forget_actor(tx: Write, actor: int) -> None:
    """Forget what somebody who is gone did, and what they were told."""
    await tx.run(_BY_ACTOR, actor=actor)

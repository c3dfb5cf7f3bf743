"""The browsers and programs that take push messages."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.feeds.model import NotificationKind, PushedOf
from plausch.feeds.tables import push_subscriptions
from plausch.kernel import clock, ids
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param, upsert

#: Longer ones are no addresses of push services.
_ENDPOINT_MAX = 2_000
#: Of a person's browsers the oldest makes room.
_MOST = 20

_new = upsert(push_subscriptions)
_SUBSCRIBE = column_statement(
    _new.on_conflict_do_update(
        index_elements=[push_subscriptions.c.endpoint],
        set_={
            name: _new.excluded[name]
            for name in (
                *("person_id", "session_id", "public_key", "secret", "client", "created_at"),
                *("kinds", "pushed_of", "token_secret"),
            )
        },
    )
)
_mine = push_subscriptions.c.person_id == param("person")
_TOO_MANY = column_statement(
    sa.delete(push_subscriptions).where(
        _mine,
        push_subscriptions.c.id.not_in(
            sa.select(push_subscriptions.c.id).where(_mine).order_by(push_subscriptions.c.id.desc()).limit(_MOST)
        ),
    )
)
_DROP = column_statement(sa.delete(push_subscriptions).where(_mine, push_subscriptions.c.id == param("id")))


_OF_SESSION = column_statement(
    sa.delete(push_subscriptions).where(_mine, push_subscriptions.c.session_id == param("session"))
)
_CHANGE = column_statement(
    sa.update(push_subscriptions)
    .where(_mine, push_subscriptions.c.session_id == param("session"))
    .values(kinds=param("new_kinds", sa.Text()), pushed_of=param("new_of", sa.Text()))
)


class Wanted(NamedTuple):
    """What a program wants to hear of, and the token by which it knows for whom it is."""

    kinds: tuple[NotificationKind, ...]
    pushed_of: PushedOf
    token: str

    @property
    def names(self) -> str:
        return " ".join(kind.value for kind in self.kinds)


BROWSER = Wanted((), PushedOf.ALL, "")


async def subscribe_to_push(
    tx: Write,
    viewer: Viewer,
    session: int,
    endpoint: str,
    public_key: bytes,
    secret: bytes,
    client: str,
    wanted: Wanted = BROWSER,
) -> None:
    """Push the viewer's notifications to a browser or program from now on. Raises Invalid."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    if len(endpoint) > _ENDPOINT_MAX or not endpoint.startswith(("https://", "http://")):
        raise Invalid("endpoint", "push_address")
    if len(public_key) != 65 or public_key[0] != 4 or len(secret) != 16:
        raise Invalid("keys", "push_keys")
    await tx.run(
        _SUBSCRIBE,
        id=ids.new_id(),
        person_id=viewer.person,
        session_id=session,
        endpoint=endpoint,
        public_key=public_key,
        secret=secret,
        client=client,
        created_at=clock.now(),
        kinds=wanted.names,
        pushed_of=wanted.pushed_of.value,
        token_secret=wanted.token,
    )
    await tx.run(_TOO_MANY, person=viewer.person)


async def unsubscribe_from_push(tx: Write, person: int, id_: int) -> None:
    """The browser takes no more: it was switched off, signed out, or its push service says so."""
    await tx.run(_DROP, person=person, id=id_)


async def end_push_of(tx: Write, viewer: Viewer, session: int) -> None:
    """A program takes no more with its token."""
    await tx.run(_OF_SESSION, person=viewer.person, session=session)


async def change_push_of(tx: Write, viewer: Viewer, session: int, wanted: Wanted) -> None:
    """What a program hears of from now on. Raises NotFound when it has not asked for anything."""
    changed = await tx.run(
        _CHANGE, person=viewer.person, session=session, new_kinds=wanted.names, new_of=wanted.pushed_of.value
    )
    if not changed:
        raise NotFound("push_not_found")

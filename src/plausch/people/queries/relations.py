"""Reads of who stands how to whom."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from plausch.kernel.paging import Page
from plausch.people.model import EVERYBODY, PRESENT, Actor, ActorKind, Relation, Relationship, Request, Viewer
from plausch.people.queries.actors import ACTOR_COLUMNS
from plausch.people.queries.clauses import no_block_between, related, stands_before
from plausch.people.tables import actors, counts, relations, requests
from plausch.storage import Read, Statement, column_statement, is_one_of, param


class Crowd(NamedTuple):
    """How densely somebody's home lies in all that is said here."""

    following: int
    everybody: int


_ME, _OTHER = param("me"), param("other")


def _asked(
    kind: Relation, source: sa.BindParameter[int], target: sa.BindParameter[int], *more: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    return sa.exists(
        sa.select(sa.literal(1)).where(
            requests.c.source_id == source,
            requests.c.kind == kind.value,
            requests.c.target_id == target,
            requests.c.withdrawn_at.is_(None),
            *more,
        )
    )


_OPEN = sa.and_(requests.c.declined_at.is_(None), requests.c.withdrawn_at.is_(None))
_RELATIONSHIP = Statement(
    sa.select(
        related(Relation.FOLLOW, _ME, _OTHER),
        related(Relation.FOLLOW, _OTHER, _ME),
        related(Relation.CONNECT, _ME, _OTHER),
        related(Relation.BLOCK, _ME, _OTHER),
        related(Relation.BLOCK, _OTHER, _ME),
        related(Relation.MUTE, _ME, _OTHER),
        _asked(Relation.FOLLOW, _ME, _OTHER),
        _asked(Relation.CONNECT, _ME, _OTHER),
        _asked(Relation.CONNECT, _OTHER, _ME, _OPEN),
        _asked(Relation.FOLLOW, _OTHER, _ME, _OPEN),
    ),
    Relationship,
)
_PRESENT = is_one_of(actors.c.standing, PRESENT)


def _is_group(actor: sa.BindParameter[int]) -> sa.ColumnElement[bool]:
    one = actors.alias()
    return sa.exists(sa.select(sa.literal(1)).where(one.c.id == actor, one.c.kind == ActorKind.GROUP.value))


def _list(
    mine: sa.ColumnElement[int], theirs: sa.ColumnElement[int], *, upwards: bool = False, groups_too: bool = False
) -> Statement[Actor]:
    # Who is in a group, its members know.
    known = (_PRESENT, actors.c.kind != ActorKind.GROUP.value, sa.not_(_is_group(param("of"))))
    return Statement(
        sa.select(*ACTOR_COLUMNS)
        .select_from(relations.join(actors, actors.c.id == theirs))
        .where(
            mine == param("of"),
            relations.c.kind == param("kind", sa.Text()),
            theirs < param("before"),
            theirs > param("after"),
            *((stands_before(_ME, actors),) if groups_too else known),
            no_block_between(_ME, actors.c.id),
        )
        .order_by(theirs if upwards else theirs.desc())
        .limit(param("limit")),
        Actor,
    )


def _both_ways(
    mine: sa.ColumnElement[int], theirs: sa.ColumnElement[int], *, groups_too: bool = False
) -> dict[bool, Statement[Actor]]:
    """By whether one goes upwards."""
    return {upwards: _list(mine, theirs, upwards=upwards, groups_too=groups_too) for upwards in (False, True)}


_TARGETS = _both_ways(relations.c.source_id, relations.c.target_id)
_OWN_TARGETS = _both_ways(relations.c.source_id, relations.c.target_id, groups_too=True)
_SOURCES = _both_ways(relations.c.target_id, relations.c.source_id)
_IDS = column_statement(
    sa.select(relations.c.target_id).where(
        relations.c.source_id == param("of"), relations.c.kind == param("kind", sa.Text())
    )
)
_theirs = relations.alias("theirs")
_COMMON = Statement(
    sa.select(*ACTOR_COLUMNS)
    .select_from(
        relations.join(
            _theirs,
            sa.and_(_theirs.c.target_id == relations.c.target_id, _theirs.c.kind == Relation.CONNECT.value),
        ).join(actors, actors.c.id == relations.c.target_id)
    )
    .where(
        relations.c.source_id == _ME,
        relations.c.kind == Relation.CONNECT.value,
        _theirs.c.source_id == _OTHER,
        _PRESENT,
        no_block_between(_ME, actors.c.id),
    )
    .order_by(actors.c.id)
    .limit(param("limit")),
    Actor,
)
_REQUEST_COLUMNS = (
    requests.c.id,
    requests.c.kind,
    requests.c.source_id,
    requests.c.target_id,
    requests.c.line,
    requests.c.at,
)
_INCOMING = Statement(
    sa.select(*_REQUEST_COLUMNS)
    .select_from(requests.join(actors, actors.c.id == requests.c.source_id))
    .where(requests.c.target_id == _ME, _OPEN, requests.c.id < param("before"), _PRESENT)
    .order_by(requests.c.id.desc())
    .limit(param("limit")),
    Request,
)
_INCOMING_FROM = Statement(
    sa.select(*_REQUEST_COLUMNS)
    .where(requests.c.target_id == _ME, requests.c.source_id == _OTHER, _OPEN)
    .order_by(requests.c.id),
    Request,
)
_AVOIDED = Statement(
    sa.select(*ACTOR_COLUMNS)
    .select_from(relations.join(actors, actors.c.id == relations.c.target_id))
    .where(relations.c.source_id == _ME, relations.c.kind == param("kind", sa.Text()), _PRESENT)
    .order_by(actors.c.handle),
    Actor,
)
_REQUEST = Statement(sa.select(*_REQUEST_COLUMNS).where(requests.c.id == param("request"), _OPEN), Request)
_COUNT_REQUESTS = column_statement(
    sa.select(sa.func.count())
    .select_from(requests.join(actors, actors.c.id == requests.c.source_id))
    .where(requests.c.target_id == _ME, _OPEN, _PRESENT)
)
_everybody = counts.alias("everybody")


def _circle(*kinds: Relation) -> Statement[Any]:
    return column_statement(
        sa.select(sa.func.count(relations.c.source_id.distinct()))
        .select_from(relations.join(actors, actors.c.id == relations.c.source_id))
        .where(relations.c.target_id == param("of"), is_one_of(relations.c.kind, kinds), _PRESENT)
    )


_CONNECTED = _circle(Relation.CONNECT)
_FOLLOWING = _circle(Relation.FOLLOW, Relation.CONNECT)
_NEAR = Statement(
    sa.select(*ACTOR_COLUMNS)
    .distinct()
    .select_from(relations.join(actors, actors.c.id == relations.c.target_id))
    .where(
        relations.c.source_id == _ME,
        is_one_of(relations.c.kind, (Relation.FOLLOW, Relation.CONNECT)),
        sa.or_(
            actors.c.handle.like(param("beginning", sa.Text()), escape="\\"),
            sa.func.lower(actors.c.name).like(param("beginning", sa.Text()), escape="\\"),
            sa.func.lower(actors.c.name).like(param("within", sa.Text()), escape="\\"),
        ),
        _PRESENT,
        no_block_between(_ME, actors.c.id),
    )
    .order_by(actors.c.handle)
    .limit(param("limit")),
    Actor,
)


_EVERYBODY = column_statement(sa.select(counts.c.followers).where(counts.c.actor_id == EVERYBODY))


async def count_everybody(tx: Read) -> int:
    """How many people are members here."""
    return int(await tx.first(_EVERYBODY) or 0)


async def count_circle(tx: Read, of: int, *, followers: bool) -> int:
    """How many people are in the audience of somebody's connections, or of followers and connections together."""
    return int(await tx.first(_FOLLOWING if followers else _CONNECTED, of=of) or 0)


async def list_near(tx: Read, viewer: Viewer, text: str, limit: int) -> list[Actor]:
    """Those whom the viewer follows or is connected with whose handle, or a word of whose name, begins so."""
    start = re.sub(r"([\\%_])", r"\\\1", text.lower()) + "%"
    return await tx.all(_NEAR, me=viewer.acting_as, beginning=start, within=f"% {start}", limit=limit)


async def get_relationship(tx: Read, viewer: Viewer, other: int) -> Relationship:
    """How the viewer and somebody stand to each other."""
    found = await tx.first(_RELATIONSHIP, me=viewer.acting_as, other=other)
    return found if found is not None else Relationship()


async def list_related(
    tx: Read,
    viewer: Viewer,
    of: int,
    relation: Relation,
    page: Page,
    *,
    reverse: bool = False,
    groups_too: bool = False,
) -> list[Actor]:
    """Whom `of` follows, is connected with, ... (in `reverse`: who follows it), as far as the viewer may see them.

    `groups_too`: also which groups the viewer itself follows.
    """
    statements = _SOURCES if reverse else _TARGETS
    if groups_too and of == viewer.acting_as and not reverse:
        statements = _OWN_TARGETS
    bounds = {"before": page.before, "after": page.after, "limit": page.limit}
    found = await tx.all(statements[page.upwards], of=of, kind=relation.value, me=viewer.acting_as, **bounds)
    return found[::-1] if page.upwards else found


async def relation_ids(tx: Read, of: int, relation: Relation) -> Sequence[int]:
    """The ids of all to whom `of` stands in a relation."""
    return await tx.all(_IDS, of=of, kind=relation.value)


async def list_common_connections(tx: Read, viewer: Viewer, other: int, limit: int) -> list[Actor]:
    """People with whom both are connected."""
    return await tx.all(_COMMON, me=viewer.acting_as, other=other, limit=limit)


async def list_requests(tx: Read, viewer: Viewer, page: Page) -> list[Request]:
    """Open requests to the viewer, newest first."""
    return await tx.all(_INCOMING, me=viewer.acting_as, before=page.before, limit=page.limit)


async def list_requests_from(tx: Read, viewer: Viewer, source: int) -> list[Request]:
    """What one person asks of the viewer: to connect, to follow, or both."""
    return await tx.all(_INCOMING_FROM, me=viewer.acting_as, other=source)


async def list_avoided(tx: Read, viewer: Viewer, relation: Relation) -> list[Actor]:
    """Whom the viewer has blocked or muted: its own list, so a block does not hide them from it."""
    return await tx.all(_AVOIDED, me=viewer.acting_as, kind=relation.value)


async def find_request(tx: Read, id_: int) -> Request | None:
    """An open request; None once it was answered, declined or withdrawn."""
    return await tx.first(_REQUEST, request=id_)


async def count_requests(tx: Read, viewer: Viewer) -> int:
    return int(await tx.first(_COUNT_REQUESTS, me=viewer.acting_as) or 0)


def crowd_columns() -> tuple[sa.ColumnElement[int], ...]:
    """How many `me` follows, how many there are, with how many it is connected: for a statement of an upper room."""
    mine = counts.alias("mine")
    return (
        sa.func.coalesce(sa.select(mine.c.following).where(mine.c.actor_id == _ME).scalar_subquery(), 0),
        sa.func.coalesce(
            sa.select(_everybody.c.followers).where(_everybody.c.actor_id == EVERYBODY).scalar_subquery(), 0
        ),
        sa.func.coalesce(sa.select(mine.c.connections).where(mine.c.actor_id == _ME).scalar_subquery(), 0),
    )

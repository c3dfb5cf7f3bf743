"""Who is here: people who agree to be found, by when they came, when they last spoke in public, and about what."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.expression import FromClause

from plausch.feeds.queries.membership import ME
from plausch.kernel.paging import Page
from plausch.people import queries as people
from plausch.people.model import Actor, Consent, Viewer
from plausch.people.queries import consents_to, is_recommended, no_block_between
from plausch.storage import Read, Statement, column_statement, param
from plausch.talk.model import AudienceKind
from plausch.talk.queries import entry, post, seen_as, tagged, visible

_BEFORE = param("before")
#: Entries looked through in one go, and how often at most.
_WINDOW = 1_000
_MOST_ROUNDS = 10


class _Spoke(NamedTuple):
    actor_id: int
    position: int


#: Narrows entries down by the id of their post.
Narrowing = Callable[[sa.ColumnElement[int]], sa.ColumnElement[bool]]


def _window(narrow: Narrowing) -> sa.Subquery:
    return (
        sa.select(entry.c.id, entry.c.actor_id)
        .where(entry.c.id < _BEFORE, entry.c.id == entry.c.post_id, narrow(entry.c.post_id))
        .order_by(entry.c.id.desc())
        .limit(param("window"))
        .subquery("w")
    )


def _public(of: FromClause) -> sa.ColumnElement[bool]:
    """What does not tell of somebody that they speak where not everybody hears it."""
    return sa.and_(of.c.scope_kind == AudienceKind.PUBLIC.value, visible(of))


def _spoke(narrow: Narrowing) -> Statement[_Spoke]:
    """Whoever spoke in a window and not above it, by the last time."""
    window, later, said = _window(narrow), entry.alias("later"), post.alias("said")
    above = sa.exists(
        sa.select(sa.literal(1))
        .select_from(later.join(said, said.c.id == later.c.post_id))
        .where(
            later.c.actor_id == window.c.actor_id,
            later.c.id >= _BEFORE,
            later.c.id == later.c.post_id,
            narrow(later.c.post_id),
            _public(said),
        )
    )
    last = sa.func.max(window.c.id)
    return Statement(
        sa.select(window.c.actor_id, last)
        .select_from(window.join(post, post.c.id == window.c.id))
        .where(
            _public(post),
            is_recommended(window.c.actor_id),
            sa.or_(window.c.actor_id == ME, consents_to(Consent.BE_FOUND, window.c.actor_id)),
            no_block_between(ME, window.c.actor_id),
            sa.not_(above),
        )
        .group_by(window.c.actor_id)
        .order_by(last.desc())
        .limit(param("limit")),
        _Spoke,
    )


def _ends(narrow: Narrowing) -> Statement[int]:
    window = _window(narrow)
    return column_statement(sa.select(sa.func.min(window.c.id)).having(sa.func.count() == param("window")))


def _whole(_: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return sa.true()


def _about(of: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return tagged(param("tag", sa.Text()), of)


_ALL = _spoke(_whole), _ends(_whole)
_ABOUT = _spoke(_about), _ends(_about)


async def list_active(tx: Read, viewer: Viewer, page: Page, tag: str = "") -> tuple[list[Actor], int | None]:
    """Who spoke in public, under a tag if one is given: the last one first; and where to read on."""
    speaking, ending = _ABOUT if tag else _ALL
    values = {"window": _WINDOW, **({"tag": tag} if tag else {})}
    found: list[_Spoke] = []
    before: int | None = page.before
    for _ in range(_MOST_ROUNDS):
        if before is None or len(found) > page.limit:
            break
        wanted = page.limit + 1 - len(found)
        found += await tx.all(speaking, before=before, limit=wanted, **values, **seen_as(viewer))
        before = await tx.first(ending, before=before, **values)
    shown = found[: page.limit]
    more = shown[-1].position if len(found) > page.limit else before
    return await _in_order(tx, viewer, [one.actor_id for one in shown]), more


async def _in_order(tx: Read, viewer: Viewer, ids: Sequence[int]) -> list[Actor]:
    actors = await people.list_actors(tx, viewer, ids)
    return [actors[id_] for id_ in ids if id_ in actors]

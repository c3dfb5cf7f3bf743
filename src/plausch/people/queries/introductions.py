"""Reads of introductions: those that wait for the viewer's answer, and those it made itself."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.people.model import INTRODUCTION_LIFE, Introduction, Relation, Viewer
from plausch.people.queries.clauses import is_present, no_block_between, related
from plausch.people.tables import introductions
from plausch.storage import Read, Statement, param

_ME, _SINCE = param("me"), param("since")
_COLUMNS = (
    introductions.c.id,
    introductions.c.made_by,
    introductions.c.one_id,
    introductions.c.other_id,
    introductions.c.line,
    introductions.c.at,
    introductions.c.met_at,
)


def _waiting(
    mine: sa.ColumnElement[int], agrees: sa.ColumnElement[bool | None], theirs: sa.ColumnElement[int]
) -> sa.Select[tuple[int]]:
    """The viewer is asked, has not answered, and may still meet the other."""
    return sa.select(*_COLUMNS).where(
        mine == _ME,
        agrees.is_(None),
        introductions.c.asked,
        introductions.c.met_at.is_(None),
        introductions.c.at > _SINCE,
        is_present(theirs),
        is_present(introductions.c.made_by),
        no_block_between(_ME, theirs),
        no_block_between(_ME, introductions.c.made_by),
        sa.not_(related(Relation.CONNECT, _ME, theirs)),
    )


_one, _other = introductions.c.one_id, introductions.c.other_id
_all = sa.union_all(
    _waiting(_one, introductions.c.one_agrees, _other), _waiting(_other, introductions.c.other_agrees, _one)
).subquery()
_WAITING = Statement(sa.select(_all).order_by(_all.c.id.desc()).limit(param("limit")), Introduction)
_MADE = Statement(
    sa.select(*_COLUMNS)
    .where(introductions.c.made_by == _ME, introductions.c.at > _SINCE)
    .order_by(introductions.c.id.desc())
    .limit(param("limit")),
    Introduction,
)
_FIND = Statement(sa.select(_all).where(_all.c.id == param("id_")), Introduction)


async def list_introductions(tx: Read, viewer: Viewer, limit: int = 20) -> list[Introduction]:
    """Those that wait for the viewer's answer, the newest first."""
    since = clock.now() - INTRODUCTION_LIFE
    return await tx.all(_WAITING, me=viewer.person, since=since, limit=limit)


async def list_made_introductions(tx: Read, viewer: Viewer, limit: int = 40) -> list[Introduction]:
    """Those the viewer made; of one that was declined it learns no more than that nothing came of it."""
    return await tx.all(_MADE, me=viewer.person, since=clock.now() - INTRODUCTION_LIFE, limit=limit)


async def find_introduction(tx: Read, viewer: Viewer, id_: int) -> Introduction | None:
    """One that waits for the viewer's answer."""
    return await tx.first(_FIND, me=viewer.person, since=clock.now() - INTRODUCTION_LIFE, id_=id_)

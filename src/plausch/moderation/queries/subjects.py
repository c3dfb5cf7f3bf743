"""Whom something is about: oneself, or a page for which one speaks. Nobody looks into that, or decides about it."""

from typing import Any

import sqlalchemy as sa

from plausch.kernel.errors import NotFound
from plausch.people import queries as people
from plausch.people.model import ActorKind, Role, Viewer
from plausch.storage import Read, param


def not_about(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """It is neither about the person nor about one of its pages."""
    return sa.and_(column != param("person"), column.not_in(people.pages_spoken_for_by(param("person"))))


async def is_about(tx: Read, viewer: Viewer, subject: int) -> bool:
    return subject == viewer.person or await people.find_team_member(tx, subject, viewer.person) is not None


async def is_page(tx: Read, subject: int) -> bool:
    return (await people.get_actor(tx, subject)).kind is ActorKind.PAGE


async def role_of(tx: Read, subject: int) -> Role:
    """Whoever has no account here has no role either. Raises NotFound for who is nobody."""
    await people.get_actor(tx, subject)
    try:
        return (await people.get_account(tx, subject)).role
    except NotFound:
        return Role.MEMBER

"""Conditions about people, to be put into the statements of upper rooms: permission is part of the query."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import FromClause

from plausch.people.model import CONSENT_DEFAULTS, PRESENT, ActorKind, Consent, Relation, Standing
from plausch.people.tables import actors, consents, relations
from plausch.storage import is_one_of, narrow

#: The name under which statements of upper rooms join the actor who speaks.
speaker = actors.alias("speaker")
#: The same of the actor that a group is.
group_actor = actors.alias("group_actor")
#: Who is in which group since when; statements with it say `kind == Relation.MEMBER`.
membership = relations.alias("membership")

_relation = narrow(relations.c.source_id, relations.c.kind, relations.c.target_id)
_actor = narrow(actors.c.id, actors.c.kind, actors.c.standing, actors.c.server_id, actors.c.automated)
_consent = narrow(consents.c.person_id, consents.c.kind, consents.c.granted)


def related(kind: Relation, source: ColumnElement[Any], target: ColumnElement[Any]) -> ColumnElement[bool]:
    """`source` stands in this relation to `target`."""
    one = _relation.alias()
    return sa.exists(
        sa.select(sa.literal(1)).where(one.c.source_id == source, one.c.kind == kind.value, one.c.target_id == target)
    )


def related_targets(kind: Relation, source: ColumnElement[Any]) -> sa.Select[tuple[int]]:
    """All to whom `source` stands in this relation; the column is `id`."""
    one = _relation.alias()
    return sa.select(one.c.target_id.label("id")).where(one.c.source_id == source, one.c.kind == kind.value)


def related_sources(kind: Relation, target: ColumnElement[Any]) -> sa.Select[tuple[int]]:
    """All who stand in this relation to `target`; the column is `id`."""
    one = _relation.alias()
    return sa.select(one.c.source_id.label("id")).where(one.c.target_id == target, one.c.kind == kind.value)


def no_block_between(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[bool]:
    """Neither has blocked the other.

    Those whom a viewer blocks or who block it are few and the same for every row: they are looked up once a statement.
    """
    if isinstance(one, sa.BindParameter):
        return other.not_in(sa.union_all(related_targets(Relation.BLOCK, one), related_sources(Relation.BLOCK, one)))
    return sa.not_(sa.or_(related(Relation.BLOCK, one, other), related(Relation.BLOCK, other, one)))


def not_muted_by(viewer: sa.BindParameter[Any], other: ColumnElement[Any]) -> ColumnElement[bool]:
    """The viewer has not muted the other; looked up once a statement."""
    return other.not_in(related_targets(Relation.MUTE, viewer))


def is_present(actor: ColumnElement[Any]) -> ColumnElement[bool]:
    """The actor is neither suspended, leaving nor gone."""
    one = _actor.alias()
    return sa.exists(sa.select(sa.literal(1)).where(one.c.id == actor, is_one_of(one.c.standing, PRESENT)))


def is_known_to(viewer: ColumnElement[Any], actor: ColumnElement[Any]) -> ColumnElement[bool]:
    """The actor is present, or a secret group of which the viewer is a member."""
    one = _actor.alias()
    return sa.exists(sa.select(sa.literal(1)).where(one.c.id == actor, stands_before(viewer, one)))


def stands_before(viewer: ColumnElement[Any], of: FromClause) -> ColumnElement[bool]:
    """The same of a row of actors."""
    inside = sa.or_(of.c.id == viewer, related(Relation.MEMBER, viewer, of.c.id))
    secret = sa.and_(of.c.standing == Standing.SECRET.value, inside)
    return sa.or_(is_one_of(of.c.standing, PRESENT), secret)


def is_kept_from(viewer: ColumnElement[Any], actor: ColumnElement[Any]) -> ColumnElement[bool]:
    """The actor is a secret group, and the viewer not in it."""
    one = _actor.alias()
    secret = (one.c.id == actor, one.c.standing == Standing.SECRET.value)
    return sa.exists(sa.select(sa.literal(1)).where(*secret, sa.not_(stands_before(viewer, one))))


def is_recommended(actor: ColumnElement[Any]) -> ColumnElement[bool]:
    """The actor may be put before people who do not know it: not limited, and of this server."""
    one = _actor.alias()
    return sa.exists(
        sa.select(sa.literal(1)).where(one.c.id == actor, one.c.standing == Standing.ACTIVE.value, one.c.server_id == 0)
    )


def is_active(actor: ColumnElement[Any]) -> ColumnElement[bool]:
    """The actor is of good standing, wherever it is at home: it may be put before people who do not know it."""
    one = _actor.alias()
    return sa.exists(sa.select(sa.literal(1)).where(one.c.id == actor, one.c.standing == Standing.ACTIVE.value))


def is_automated(actor: ColumnElement[Any]) -> ColumnElement[bool]:
    """The actor is a program."""
    one = _actor.alias()
    return sa.exists(sa.select(sa.literal(1)).where(one.c.id == actor, one.c.automated))


def is_counted(of: FromClause) -> ColumnElement[bool]:
    """A row of actors is somebody whom insights count: a person or a page that is here and has not objected."""
    return sa.and_(
        is_one_of(of.c.kind, (ActorKind.PERSON, ActorKind.PAGE)),
        is_one_of(of.c.standing, PRESENT),
        consents_to(Consent.COUNT_IN_INSIGHTS, of.c.id),
    )


def counts(actor: ColumnElement[Any]) -> ColumnElement[bool]:
    """The same of whoever has this id."""
    one = _actor.alias()
    return sa.exists(sa.select(sa.literal(1)).where(one.c.id == actor, is_counted(one)))


def consents_to(kind: Consent, person: ColumnElement[Any]) -> ColumnElement[bool]:
    """The person has agreed, or has not objected where the default is yes."""
    default = CONSENT_DEFAULTS[kind]
    one = _consent.alias()
    decided = sa.exists(
        sa.select(sa.literal(1)).where(
            one.c.person_id == person, one.c.kind == kind.value, one.c.granted.is_(not default)
        )
    )
    return sa.not_(decided) if default else decided

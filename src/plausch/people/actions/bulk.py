"""Loading many people at once, for imports and benchmarks; a test holds it against the single actions."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict
from plausch.people.model import (
    EVERYBODY,
    NAME_MAX,
    ActorKind,
    Consent,
    Relation,
    SignUp,
    Standing,
    clean_email,
    clean_handle,
    clean_line,
)
from plausch.people.tables import accounts, actors, consents, counts, relations
from plausch.storage import Write, any_of, column_statement, upsert

_ACTORS = column_statement(
    sa.insert(actors).values(
        {
            name: sa.bindparam(name, type_=actors.c[name].type)
            for name in ("id", "kind", "handle", "name", "language", "locked", "created_at")
        }
    )
)
_ACCOUNT_COLUMNS = (
    "person_id",
    "email",
    "email_key",
    "email_confirmed_at",
    "password_hash",
    "role",
    "locale",
    "time_zone",
    "created_at",
)
_ACCOUNTS = column_statement(
    sa.insert(accounts).values({name: sa.bindparam(name, type_=accounts.c[name].type) for name in _ACCOUNT_COLUMNS})
)
_CONSENTS = column_statement(sa.insert(consents))
_TAKEN_HANDLE = column_statement(
    sa.select(actors.c.handle).where(any_of(actors.c.handle, "handles"), actors.c.server_id == 0).limit(1)
)
_TAKEN_EMAIL = column_statement(sa.select(accounts.c.email_key).where(any_of(accounts.c.email_key, "emails")).limit(1))
_RELATIONS = column_statement(upsert(relations).on_conflict_do_nothing())


class Tie(NamedTuple):
    """One relation to load. A connection is loaded in both directions, with the following it brings."""

    source: int
    kind: Relation
    target: int
    at: int


async def load_many(tx: Write, people: Sequence[SignUp], ties: Iterable[Tie] = ()) -> list[int]:
    """Load people and, by `load_ties`, how they relate; their ids in order. Nobody is notified.

    Raises Invalid and Conflict as `sign_up` does.
    """
    now = clock.now()
    people = [_cleaned(form) for form in people]
    await _check_free(tx, people)
    made = [ids.new_id() for _ in people]
    await tx.run_many(
        _ACTORS,
        (
            {
                "id": id_,
                "kind": ActorKind.PERSON.value,
                "handle": form.handle,
                "name": form.name,
                "language": form.locale,
                "locked": form.locked,
                "created_at": now,
            }
            for id_, form in zip(made, people, strict=True)
        ),
    )
    await tx.run_many(
        _ACCOUNTS,
        (
            {
                "person_id": id_,
                "email": form.email,
                "email_key": form.email.lower(),
                "email_confirmed_at": now if form.email_confirmed else None,
                "password_hash": form.password_hash,
                "role": form.role.value,
                "locale": form.locale,
                "time_zone": form.time_zone,
                "created_at": now,
            }
            for id_, form in zip(made, people, strict=True)
        ),
    )
    objecting = [id_ for id_, form in zip(made, people, strict=True) if not form.be_found]
    await tx.run_many(
        _CONSENTS,
        ({"person_id": id_, "kind": Consent.BE_FOUND.value, "granted": False, "at": now} for id_ in objecting),
    )
    await load_ties(tx, ties)
    return made


def _cleaned(form: SignUp) -> SignUp:
    return msgspec.structs.replace(
        form,
        handle=clean_handle(form.handle),
        email=clean_email(form.email),
        name=clean_line(form.name, "name", NAME_MAX),
    )


async def _check_free(tx: Write, people: Sequence[SignUp]) -> None:
    """Neither taken already nor wanted twice."""
    handles, emails = [form.handle for form in people], [form.email.lower() for form in people]
    if len(set(handles)) < len(handles) or await tx.first(_TAKEN_HANDLE, handles=handles):
        raise Conflict("handle_taken", field="handle")
    if len(set(emails)) < len(emails) or await tx.first(_TAKEN_EMAIL, emails=emails):
        raise Conflict("email_taken", field="email")


async def load_ties(tx: Write, ties: Iterable[Tie]) -> None:
    """Load relations, then count them afresh."""
    await tx.run_many(_RELATIONS, (row for tie in ties for row in _rows(tie)))
    await recount(tx)


def _rows(tie: Tie) -> Iterable[dict[str, object]]:
    yield {"source_id": tie.source, "kind": tie.kind.value, "target_id": tie.target, "at": tie.at}
    if tie.kind is Relation.CONNECT:
        for source, kind, target in (
            (tie.target, "connect", tie.source),
            (tie.source, "follow", tie.target),
            (tie.target, "follow", tie.source),
        ):
            yield {"source_id": source, "kind": kind, "target_id": target, "at": tie.at}


def _tally(column: sa.Column[int], kind: Relation) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .select_from(relations)
        .where(column == actors.c.id, relations.c.kind == kind.value)
        .correlate(actors)
        .scalar_subquery()
    )


def _has(column: sa.Column[int]) -> sa.Exists:
    return sa.exists(sa.select(sa.literal(1)).select_from(relations).where(column == actors.c.id).correlate(actors))


_CLEAR = column_statement(sa.delete(counts))
_RECOUNT = column_statement(
    sa.insert(counts).from_select(
        ["actor_id", "followers", "following", "connections"],
        sa.select(
            actors.c.id,
            _tally(relations.c.target_id, Relation.FOLLOW),
            _tally(relations.c.source_id, Relation.FOLLOW),
            _tally(relations.c.source_id, Relation.CONNECT),
        ).where(sa.or_(_has(relations.c.source_id), _has(relations.c.target_id))),
    )
)


_COUNT_EVERYBODY = column_statement(
    sa.insert(counts).from_select(
        ["actor_id", "followers", "following", "connections"],
        sa.select(sa.literal(EVERYBODY), sa.func.count(), sa.literal(0), sa.literal(0)).where(
            actors.c.standing != Standing.DELETED.value
        ),
    )
)


async def recount(tx: Write) -> None:
    """Count all relations from the rows themselves."""
    await tx.run(_CLEAR)
    await tx.run(_RECOUNT)
    await tx.run(_COUNT_EVERYBODY)

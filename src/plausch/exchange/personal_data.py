"""Everything that is stored about a person, as it is stored: for the right of access (Art. 15 GDPR) and to take it
along (Art. 20).

It goes by the tables themselves, so that what is added to the schema is in the copy without anybody thinking of it.
"""

from typing import Any

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.storage import Read, Statement, metadata, param

#: Columns that say about whom a row is.
ABOUT = ("person_id", "author_id", "owner_id", "source_id", "recipient_id", "actor_id", "made_by")
#: Tables in which only some of these mean that a row is about somebody, and why.
ONLY = {
    # Who caused a notification learns nothing of when somebody else reads it.
    "feeds_notifications": ("recipient_id",),
    # Whoever is reported does not learn of it before something is decided, and never by whom.
    "moderation_reports": ("reporter_id",),
    "moderation_decisions": ("subject_id",),
    "moderation_notes": ("subject_id",),
    "moderation_log": ("subject_id",),
}
#: Columns that are left out: those who look after the place speak as one, lest one of them be made to pay for it.
WITHHELD = {
    "moderation_decisions": ("decided_by", "answered_by"),
    "moderation_notes": ("written_by",),
    "moderation_log": ("by_id",),
}
#: Whoever has these could act as the person: the copy says that they are there, not what they are.
_SECRET = ("secret", "password", "hash", "auth", "p256dh", "private")
#: Rows by a key that is the person's own id.
_OWN_KEY = {"people_actors": "id", "people_counts": "actor_id"}


def columns_about(table: sa.Table) -> list[sa.Column[Any]]:
    """Those columns of a table by which a row is about a person."""
    names = (_OWN_KEY[table.name],) if table.name in _OWN_KEY else ONLY.get(table.name, ABOUT)
    return [table.c[name] for name in names if name in table.c]


async def collect(tx: Read, person: int) -> dict[str, Any]:
    """By table, every row about the person. May take a while: not every such column has an index."""
    found: dict[str, Any] = {"person": str(person), "collected_at": clock.now(), "tables": {}}
    for table in metadata.sorted_tables:
        about = columns_about(table)
        if about:
            found["tables"][table.name] = await _rows(tx, table, about, person)
    return found


async def _rows(tx: Read, table: sa.Table, about: list[sa.Column[Any]], person: int) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if column.name not in WITHHELD.get(table.name, ())]
    names = [column.name for column in columns]
    statement: Statement[tuple[Any, ...]] = Statement(
        sa.select(*columns).where(sa.or_(*(column == param("person") for column in about))),
        lambda *values: values,
    )
    rows = await tx.all(statement, person=person)
    return [{name: _shown(name, value) for name, value in zip(names, row, strict=True)} for row in rows]


def _shown(name: str, value: Any) -> Any:
    if value is not None and any(word in name for word in _SECRET):
        return "(kept secret)"
    if isinstance(value, bytes):
        return value.hex()
    # JavaScript and many programs cannot hold larger numbers.
    return str(value) if isinstance(value, int) and abs(value) >= 1 << 53 else value

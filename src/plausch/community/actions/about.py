"""Setting what the community says of itself."""

from typing import Any

import msgspec
import sqlalchemy as sa

from plausch.community.events import CommunityChanged
from plausch.community.model import (
    CONTACT_MAX,
    DESCRIPTION_MAX,
    NAME_MAX,
    CommunityEdit,
    clean_accent,
    clean_rules,
)
from plausch.community.model.about import clean_wording
from plausch.community.tables import (
    announcements,
    community_documents,
    community_settings,
    dismissals,
    emoji,
    reactions,
)
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed
from plausch.language.catalogues import LANGUAGES
from plausch.people.model import Viewer, clean_line
from plausch.storage import Write, column_statement, param, upsert
from plausch.work.facts import record
from plausch.work.live import Notice, tell

#: What every process listens to, to hold what is said in memory.
TOPIC = "community"

_new = upsert(community_settings)
_SET = column_statement(
    _new.on_conflict_do_update(
        index_elements=[community_settings.c.key],
        set_={name: _new.excluded[name] for name in ("value", "changed_at", "changed_by")},
    )
)
_VALUE = column_statement(
    sa.select(community_settings.c.value).where(community_settings.c.key == param("wanted", sa.Text()))
)
_FORGET = [
    *(
        column_statement(sa.update(column.table).where(column == param("person")).values({column.name: 0}))
        for column in (
            community_settings.c.changed_by,
            community_documents.c.published_by,
            announcements.c.made_by,
            emoji.c.added_by,
        )
    ),
    column_statement(sa.delete(dismissals).where(dismissals.c.person_id == param("person"))),
    column_statement(sa.delete(reactions).where(reactions.c.person_id == param("person"))),
]


def check_owner(viewer: Viewer) -> None:
    """Raises NotAllowed."""
    if not viewer.owner:
        raise NotAllowed


def check_staff(viewer: Viewer) -> None:
    """Raises NotAllowed."""
    if not viewer.staff:
        raise NotAllowed


async def change_community(tx: Write, viewer: Viewer, edit: CommunityEdit) -> None:
    """Set what the edit names. Only for the owner. Raises Invalid with the field that cannot be accepted."""
    check_owner(viewer)
    values = {name: value for name in edit.__struct_fields__ if (value := getattr(edit, name)) is not msgspec.UNSET}
    await set_values(tx, viewer, {name: _clean(name, value) for name, value in values.items()})


async def set_logo(tx: Write, viewer: Viewer, keys: str) -> str:
    """Take the picture stored under `keys` (empty: none); the keys of the one before, whose files may go."""
    check_owner(viewer)
    before = await tx.first(_VALUE, wanted="logo")
    await set_values(tx, viewer, {"logo": keys})
    return str(msgspec.json.decode(before)) if before else ""


def _clean(name: str, value: Any) -> Any:
    match name:
        case "name":
            cleaned = clean_line(value, name, NAME_MAX)
            if not cleaned:
                raise Invalid(name, "missing")
            return cleaned
        case "contact":
            return clean_line(value, name, CONTACT_MAX)
        case "description":
            return clean_wording(value, name, DESCRIPTION_MAX)
        case "accent":
            return clean_accent(value)
        case "rules":
            return clean_rules(value)
        case "language" if value not in LANGUAGES:
            raise Invalid(name, "choice_unknown")
    return value


async def set_values(tx: Write, viewer: Viewer, values: dict[str, Any]) -> None:
    """Store what was checked, and tell."""
    if not values:
        return
    now = clock.now()
    for key, value in values.items():
        text = msgspec.json.encode(value).decode()
        await tx.run(_SET, key=key, value=text, changed_at=now, changed_by=viewer.person)
    await record(tx, CommunityChanged(keys=tuple(values), changed_by=viewer.person))
    await tell(tx, Notice(TOPIC, "changed"))


async def forget_person(tx: Write, person: int) -> None:
    """The account is gone: nothing here names them any more."""
    for statement in _FORGET:
        await tx.run(statement, person=person)

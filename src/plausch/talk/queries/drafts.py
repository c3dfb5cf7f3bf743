"""Reads of what people write and have not posted yet: each sees only their own."""

import re
from collections.abc import Collection

import sqlalchemy as sa

from plausch.kernel.errors import Invalid, NotFound
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, column_statement, param
from plausch.talk.model import OWN_SPOT, Draft, Form, Spot
from plausch.talk.queries.clauses import ME, PERSON, is_shown_by_link
from plausch.talk.tables import drafts

DRAFT_COLUMNS = (
    drafts.c.id,
    drafts.c.author_id,
    drafts.c.actor_id,
    drafts.c.parent_id,
    drafts.c.quoted_id,
    drafts.c.source,
    drafts.c.warning,
    drafts.c.language,
    drafts.c.audience,
    drafts.c.local_only,
    drafts.c.who_replies,
    drafts.c.participants,
    drafts.c.extras,
    drafts.c.changed_at,
    drafts.c.due_at,
    drafts.c.problem,
    drafts.c.place_id,
    drafts.c.board_id,
    drafts.c.form,
    drafts.c.title,
    drafts.c.waits_since,
    drafts.c.waits_for,
    drafts.c.preview_code,
)
_MINE = sa.and_(PERSON != 0, drafts.c.author_id == PERSON, drafts.c.actor_id == ME)
_LIST = Statement(
    sa.select(*DRAFT_COLUMNS)
    .where(_MINE)
    .order_by(drafts.c.due_at.is_(None), drafts.c.due_at, drafts.c.changed_at.desc()),
    Draft,
)
_ONE = Statement(sa.select(*DRAFT_COLUMNS).where(_MINE, drafts.c.id == param("id")), Draft)
_AT_PLACE = Statement(
    sa.select(*DRAFT_COLUMNS).where(
        _MINE,
        drafts.c.parent_id == param("parent"),
        drafts.c.quoted_id == param("quoted"),
        drafts.c.place_id == param("place"),
        drafts.c.board_id == param("board"),
        drafts.c.due_at.is_(None),
        drafts.c.waits_since.is_(None),
        drafts.c.form != Form.ARTICLE.value,
    ),
    Draft,
)
_DUE = Statement(
    sa.select(*DRAFT_COLUMNS)
    .where(
        *(drafts.c.id == param("id"), drafts.c.due_at <= param("now")),
        *(drafts.c.problem == "", drafts.c.waits_since.is_(None)),
    )
    .with_for_update(),
    Draft,
)
_PREVIEWED = Statement(
    sa.select(*DRAFT_COLUMNS).where(
        drafts.c.preview_code == param("code", sa.Text()),
        is_shown_by_link(),
    ),
    Draft,
)
_COUNT = column_statement(sa.select(sa.func.count()).select_from(drafts).where(drafts.c.author_id == PERSON))
_BETWEEN_HANDLES = re.compile(r"[\s,;]+")
_HANDLES_MAX = 200


async def list_drafts(tx: Read, viewer: Viewer) -> list[Draft]:
    """What the viewer has begun: first what is scheduled, the next first; then drafts, the newest first."""
    return await tx.all(_LIST, me=viewer.acting_as, person=viewer.person)


async def get_draft(tx: Read, viewer: Viewer, id_: int) -> Draft:
    """Raises NotFound, also when it was posted or discarded meanwhile."""
    found = await tx.first(_ONE, id=id_, me=viewer.acting_as, person=viewer.person)
    if found is None:
        raise NotFound("draft_not_found")
    return found


async def find_draft_at(tx: Read, viewer: Viewer, spot: Spot = OWN_SPOT) -> Draft | None:
    """The draft for a spot: a reply to a post, a quote of one, a topic in a board, or a post of its own."""
    return await tx.first(_AT_PLACE, **spot.asdict(), me=viewer.acting_as, person=viewer.person)


async def find_due_draft(tx: Read, id_: int, now: int) -> Draft | None:
    """A scheduled post whose moment has come, held until the transaction ends; for work behind the scenes."""
    return await tx.first(_DUE, id=id_, now=now)


async def find_previewed_draft(tx: Read, code: str) -> Draft | None:
    """What somebody shows before it is posted, for whoever has the link."""
    return await tx.first(_PREVIEWED, code=code)


async def count_drafts(tx: Read, viewer: Viewer) -> int:
    return int(await tx.first(_COUNT, person=viewer.person) or 0)


async def resolve_participants(tx: Read, text: str, here: Collection[str]) -> tuple[int, ...]:
    """Whom a line of handles names; `here` are the names of this server. Raises Invalid when one of them is nobody."""
    names = [word.removeprefix("@").lower() for word in _BETWEEN_HANDLES.split(text) if word.strip("@")]
    found = await people.resolve_names(tx, list(dict.fromkeys(names))[:_HANDLES_MAX], here)
    if any(name not in found for name in names):
        raise Invalid("participants", "participant_unknown")
    return tuple(dict.fromkeys(found[name].id for name in names))

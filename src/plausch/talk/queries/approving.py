"""Reads of what waits to be let through: for its author, and for those who may decide at this moment."""

from typing import Any

import sqlalchemy as sa

from plausch.groups import queries as groups
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import Page
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, column_statement, param
from plausch.talk.model import ApprovalEntry, ApprovalStep, Draft
from plausch.talk.queries.clauses import PERSON
from plausch.talk.queries.drafts import DRAFT_COLUMNS
from plausch.talk.queries.pictures import PictureFile, find_variant
from plausch.talk.tables import approvals, drafts, pictures

_PENDING = sa.and_(drafts.c.waits_since.is_not(None), drafts.c.waits_for != 0)


def decides_for(place: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """The viewer, as a person, lets through what waits for a page or a group."""
    return sa.and_(
        PERSON != 0, sa.or_(place.in_(people.pages_approved_by(PERSON)), place.in_(groups.looked_after_by(PERSON)))
    )


#: Nobody lets through what they wrote themselves.
_MINE_TO_DECIDE = sa.and_(_PENDING, drafts.c.author_id != PERSON, decides_for(drafts.c.waits_for))
_OWN = sa.and_(PERSON != 0, drafts.c.author_id == PERSON)
_TO_DECIDE = Statement(
    sa.select(*DRAFT_COLUMNS).where(_MINE_TO_DECIDE).order_by(drafts.c.waits_since).limit(param("limit")), Draft
)
_OF_MINE = Statement(sa.select(*DRAFT_COLUMNS).where(_PENDING, _OWN).order_by(drafts.c.waits_since), Draft)
_ONE = Statement(
    sa.select(*DRAFT_COLUMNS).where(
        drafts.c.id == param("id"), drafts.c.waits_since.is_not(None), sa.or_(_OWN, _MINE_TO_DECIDE)
    ),
    Draft,
)
_FILES = column_statement(
    sa.select(pictures.c.files)
    .select_from(pictures.join(drafts, drafts.c.id == pictures.c.draft_id))
    .where(
        pictures.c.id == param("id"),
        pictures.c.post_id.is_(None),
        drafts.c.waits_since.is_not(None),
        sa.or_(_OWN, _MINE_TO_DECIDE),
    )
)
_HELD = Statement(
    sa.select(*DRAFT_COLUMNS).where(drafts.c.id == param("id"), _MINE_TO_DECIDE).with_for_update(of=drafts), Draft
)
#: How many wait for the viewer, to be read with what is counted anyway; its parameter is `person`.
waiting_count = sa.select(sa.func.count()).select_from(drafts).where(_MINE_TO_DECIDE).scalar_subquery()
#: In the statement as it stands: its text is put together once, a plain one would be filled in at each execution.
_SPACE: Any = sa.literal_column("' '")
_decided = sa.union_all(people.pages_approved_by(PERSON), groups.looked_after_by(PERSON)).subquery()
#: For which pages and groups the viewer speaks without asking others: their ids with spaces between; read as that is.
decided_for = sa.select(sa.func.aggregate_strings(sa.cast(_decided.c[0], sa.Text), _SPACE)).scalar_subquery()
_LOG_COLUMNS = (
    *(approvals.c.id, approvals.c.place_id, approvals.c.draft_id, approvals.c.person_id),
    *(approvals.c.step, approvals.c.note, approvals.c.post_id),
)
_LOG = Statement(
    sa.select(*_LOG_COLUMNS).where(approvals.c.draft_id == param("draft")).order_by(approvals.c.id), ApprovalEntry
)
_PLACE_LOG = Statement(
    sa.select(*_LOG_COLUMNS)
    .where(
        approvals.c.place_id == param("place"),
        approvals.c.id < param("before"),
        decides_for(param("place")),
    )
    .order_by(approvals.c.id.desc())
    .limit(param("limit")),
    ApprovalEntry,
)
_begun = approvals.alias()
#: With any other step it begins anew.
_APPROVED = column_statement(
    sa.select(approvals.c.place_id).where(
        approvals.c.draft_id == param("draft"),
        approvals.c.step == ApprovalStep.APPROVED.value,
        sa.not_(
            sa.exists(
                sa.select(sa.literal(1)).where(
                    _begun.c.draft_id == approvals.c.draft_id,
                    _begun.c.id > approvals.c.id,
                    _begun.c.step != ApprovalStep.APPROVED.value,
                )
            )
        ),
    )
)
_DECIDES = column_statement(sa.select(sa.literal(1)).where(decides_for(param("place"))))


async def find_submitted_picture(tx: Read, viewer: Viewer, id_: int, variant: str) -> PictureFile | None:
    """A picture of what waits, for whoever sees that."""
    files: str | None = await tx.first(_FILES, id=id_, person=viewer.person)
    found = find_variant(files or "", variant)
    return PictureFile(*found, open_to_all=False) if found else None


async def list_to_decide(tx: Read, viewer: Viewer, limit: int) -> list[Draft]:
    """What waits for the viewer to let it through, the longest first."""
    return await tx.all(_TO_DECIDE, person=viewer.person, limit=limit)


async def list_submitted(tx: Read, viewer: Viewer) -> list[Draft]:
    """What the viewer wrote and waits for others."""
    return await tx.all(_OF_MINE, person=viewer.person)


async def get_submitted(tx: Read, viewer: Viewer, id_: int) -> Draft:
    """For its author and those who may decide. Raises NotFound."""
    found = await tx.first(_ONE, id=id_, person=viewer.person)
    if found is None:
        raise NotFound("draft_not_found")
    return found


async def hold_to_decide(tx: Read, viewer: Viewer, id_: int) -> Draft:
    """What the viewer may let through at this moment, held until the transaction ends. Raises NotFound."""
    found = await tx.first(_HELD, id=id_, person=viewer.person)
    if found is None:
        raise NotFound("draft_not_found")
    return found


async def may_decide(tx: Read, viewer: Viewer, place: int) -> bool:
    """Whether the viewer lets through what waits for a page or a group."""
    return await tx.first(_DECIDES, place=place, person=viewer.person) is not None


async def list_deciders(tx: Read, place: int) -> list[int]:
    """Who may let through what waits for a page or a group, for work behind the scenes."""
    guardians = [one.actor_id for one in await groups.list_guardians(tx, place)]
    return sorted({*await people.list_approvers(tx, place), *guardians})


async def list_approval_steps(tx: Read, viewer: Viewer, draft: int) -> list[ApprovalEntry]:
    """What was done about a draft, oldest first; for those who get the draft (`get_submitted`)."""
    return await tx.all(_LOG, draft=draft)


async def list_approvals_at(tx: Read, viewer: Viewer, place: int, page: Page) -> list[ApprovalEntry]:
    """All that was decided for a page or a group, newest first; nothing for those who do not decide there."""
    return await tx.all(_PLACE_LOG, place=place, before=page.before, limit=page.limit, person=viewer.person)


async def list_approved(tx: Read, draft: int) -> list[int]:
    """The pages and groups for which a draft was let through as it is, for the domain's own checks."""
    return await tx.all(_APPROVED, draft=draft)

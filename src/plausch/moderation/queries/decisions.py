"""Reads of decisions: for whoever they are about, and for those who decide."""

import hashlib
import hmac
from collections.abc import Sequence

import sqlalchemy as sa

from plausch.feeds.queries import find_server_key
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.moderation.model import Decision, DecisionKind, check_may_decide
from plausch.moderation.queries.reports import check_staff
from plausch.moderation.queries.subjects import is_about, not_about, role_of
from plausch.moderation.tables import decisions
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read, Statement, column_statement, param

#: The server's key that signs the links by which decisions are seen without signing in.
APPEAL_KEY = "appeal"

_COLUMNS = tuple(decisions.c[name] for name in Decision.__struct_fields__)
_ONE = Statement(sa.select(*_COLUMNS).where(decisions.c.id == param("id")), Decision)
_ABOUT = Statement(
    sa.select(*_COLUMNS)
    .where(decisions.c.subject_id == param("subject"))
    .order_by(decisions.c.id.desc())
    .limit(param("limit")),
    Decision,
)
_LAST = Statement(
    sa.select(*_COLUMNS)
    .where(
        decisions.c.subject_id == param("subject"),
        sa.or_(decisions.c.kind == param("wanted", sa.Text()), decisions.c.kind == DecisionKind.RESTORED.value),
    )
    .order_by(decisions.c.id.desc())
    .limit(1),
    Decision,
)
_OPEN = (
    decisions.c.appealed_at.is_not(None),
    decisions.c.answered_at.is_(None),
    not_about(decisions.c.subject_id),
)
_APPEALS = Statement(
    sa.select(*_COLUMNS)
    .where(*_OPEN, decisions.c.id < param("before"))
    .order_by(decisions.c.id.desc())
    .limit(param("limit")),
    Decision,
)
_COUNT = column_statement(sa.select(sa.func.count()).select_from(decisions).where(*_OPEN))


async def find_decision(tx: Read, id_: int) -> Decision | None:
    """For work behind the scenes."""
    return await tx.first(_ONE, id=id_)


async def get_decision(tx: Read, viewer: Viewer, id_: int) -> Decision:
    """For those who decide; nobody looks into one about themself this way. Raises NotAllowed, NotFound."""
    check_staff(viewer)
    found = await find_decision(tx, id_)
    if found is None or await is_about(tx, viewer, found.subject_id):
        raise NotFound("decision_not_found")
    return found


async def get_own_decision(tx: Read, viewer: Viewer, id_: int, key: str = "") -> Decision:
    """For whoever it is about, or speaks for it: signed in, or with the key from the letter. Raises NotFound."""
    found = await find_decision(tx, id_)
    if found is None or found.kind is DecisionKind.DISMISSED:
        raise NotFound("decision_not_found")
    if viewer.signed_in and await is_about(tx, viewer, found.subject_id):
        return found
    secret = await find_server_key(tx, APPEAL_KEY)
    if not key or secret is None or not hmac.compare_digest(key_of(secret, id_).encode(), key.encode()):
        raise NotFound("decision_not_found")
    return found


def key_of(secret: bytes, decision: int) -> str:
    """What shows, without a session, that somebody is meant to see a decision."""
    return hmac.new(secret, str(decision).encode(), hashlib.sha256).hexdigest()[:32]


async def list_decisions_about(tx: Read, viewer: Viewer, subject: int, limit: int = 50) -> list[Decision]:
    """What was ever decided about somebody, newest first. Raises NotAllowed."""
    check_staff(viewer)
    return await tx.all(_ABOUT, subject=subject, limit=limit) if not await is_about(tx, viewer, subject) else []


async def find_last(tx: Read, subject: int, kind: DecisionKind) -> Decision | None:
    """The last decision of a kind about somebody, or what has lifted it; for work behind the scenes."""
    return await tx.first(_LAST, subject=subject, wanted=kind.value)


async def is_for_others(tx: Read, decision: Decision) -> bool:
    """Whether there is somebody else than whoever has decided who may look at it again."""
    role, concerned = await role_of(tx, decision.subject_id), await people.list_speaking(tx, decision.subject_id)
    for person in await people.list_staff(tx):
        if person not in (decision.decided_by, *concerned):
            try:
                check_may_decide((await people.get_account(tx, person)).role, role, decision.kind, about_self=False)
            except NotAllowed:
                continue
            return True
    return False


async def list_appeals(tx: Read, viewer: Viewer, page: Page) -> Sequence[Decision]:
    """Decisions that are to be looked at again, newest first. Raises NotAllowed."""
    check_staff(viewer)
    return await tx.all(_APPEALS, person=viewer.person, before=page.before, limit=page.limit)


async def count_appeals(tx: Read, viewer: Viewer) -> int:
    check_staff(viewer)
    return int(await tx.first(_COUNT, person=viewer.person) or 0)

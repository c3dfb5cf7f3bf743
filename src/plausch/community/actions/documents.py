"""Saying who runs the place, and publishing legal pages."""

import sqlalchemy as sa

from plausch.community import queries
from plausch.community.actions.about import TOPIC, check_owner, set_values
from plausch.community.events import DocumentPublished
from plausch.community.model import DocumentKind, Operator, Wording, clean_document, clean_operator
from plausch.community.tables import community_documents
from plausch.kernel import clock
from plausch.kernel.errors import Conflict
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, upsert
from plausch.work.facts import record
from plausch.work.live import Notice, tell

_NAMES = ("kind", "version", "german", "english", "published_at", "published_by")
_ADD = column_statement(
    upsert(community_documents)
    .values({name: sa.bindparam(name, type_=community_documents.c[name].type) for name in _NAMES})
    .on_conflict_do_nothing()
)


async def set_operator(tx: Write, viewer: Viewer, operator: Operator) -> None:
    """Say who runs the place; legal pages that are published stay as they are. Raises Invalid."""
    check_owner(viewer)
    await set_values(tx, viewer, {"operator": clean_operator(operator)})


async def publish_document(tx: Write, viewer: Viewer, kind: DocumentKind, words: Wording) -> int:
    """Make this the page from now on; its version. The very same again is no new version. Raises Invalid, Conflict."""
    check_owner(viewer)
    words = clean_document(words)
    before = await queries.find_document(tx, kind)
    if before is not None and before.words == words:
        return before.version
    version = before.version + 1 if before is not None else 1
    added = await tx.run(
        _ADD,
        kind=kind.value,
        version=version,
        german=words.de,
        english=words.en,
        published_at=clock.now(),
        published_by=viewer.person,
    )
    if not added:
        raise Conflict("published_meanwhile")
    await record(tx, DocumentPublished(kind=kind.value, version=version, published_by=viewer.person))
    await tell(tx, Notice(TOPIC, "published"))
    return version

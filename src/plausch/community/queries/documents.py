"""Reads of the legal pages, which are for everybody."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec
import sqlalchemy as sa

from plausch.community import model
from plausch.community.model import Document, DocumentKind, DocumentVersion, Operator, Wording
from plausch.community.model.documents import fill_draft
from plausch.community.tables import community_documents, community_settings
from plausch.kernel.errors import NotFound
from plausch.storage import Read, Statement, column_statement, param

#: Where nothing more is known of somebody, they speak for themselves.
_REPRESENTED = {"de": "Vertreten durch: {}", "en": "Represented by: {}"}

_COLUMNS = (
    community_documents.c.kind,
    community_documents.c.version,
    community_documents.c.german,
    community_documents.c.english,
    community_documents.c.published_at,
)
_KIND = community_documents.c.kind == param("kind", sa.Text())
_NEWEST = Statement(sa.select(*_COLUMNS).where(_KIND).order_by(community_documents.c.version.desc()).limit(1), Document)
_ONE = Statement(sa.select(*_COLUMNS).where(_KIND, community_documents.c.version == param("version")), Document)
_VERSIONS = Statement(
    sa.select(community_documents.c.version, community_documents.c.published_at)
    .where(_KIND)
    .order_by(community_documents.c.version.desc()),
    DocumentVersion,
)
_KINDS = column_statement(sa.select(community_documents.c.kind).distinct())
_OPERATOR = column_statement(sa.select(community_settings.c.value).where(community_settings.c.key == "operator"))


async def find_document(tx: Read, kind: DocumentKind) -> Document | None:
    """The version that holds now; None while none was published."""
    return await tx.first(_NEWEST, kind=kind.value)


async def get_document(tx: Read, kind: DocumentKind, version: int) -> Document:
    """A former version. Raises NotFound."""
    found = await tx.first(_ONE, kind=kind.value, version=version)
    if found is None:
        raise NotFound
    return found


async def list_versions(tx: Read, kind: DocumentKind) -> Sequence[DocumentVersion]:
    """All versions of a legal page, the newest first."""
    return await tx.all(_VERSIONS, kind=kind.value)


async def list_published(tx: Read) -> frozenset[DocumentKind]:
    """The legal pages there are."""
    return frozenset(DocumentKind(kind) for kind in await tx.all(_KINDS))


async def get_operator(tx: Read) -> Operator:
    """Who runs the place; empty while nobody has said so."""
    stored = await tx.first(_OPERATOR)
    return msgspec.json.decode(stored, type=Operator) if stored else Operator()


def draft_document(kind: DocumentKind, site: str, operator: Operator) -> Wording:
    """A text to begin with: what the law asks for, what Plausch does, and what is known of the operator."""
    german, english = (
        fill_draft(_template(kind, language), site, operator, _REPRESENTED[language]) for language in ("de", "en")
    )
    return Wording(german, english)


@cache
def _template(kind: DocumentKind, language: str) -> str:
    return (files(model) / "drafts" / f"{kind}.{language}.md").read_text("utf-8")

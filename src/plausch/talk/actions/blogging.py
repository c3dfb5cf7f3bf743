"""Articles published and changed: the same path as of any post, with what makes one of it; and shown before."""

import secrets

import sqlalchemy as sa

from plausch.kernel.errors import NotFound
from plausch.people.model import Viewer
from plausch.storage import Write, column_statement, param
from plausch.talk import queries
from plausch.talk.actions.editing import edit_post
from plausch.talk.actions.publishing import publish_post
from plausch.talk.actions.texts import Addresses
from plausch.talk.model import ArticleDraft, Form, PostDraft, PostEdit
from plausch.talk.tables import drafts
from plausch.work.facts import Origin

_SET_CODE = column_statement(
    sa.update(drafts)
    .where(
        drafts.c.id == param("draft"),
        drafts.c.author_id == param("author"),
        drafts.c.actor_id == param("actor"),
        drafts.c.form == Form.ARTICLE.value,
    )
    .values(preview_code=param("code", sa.Text()))
)


async def publish_article(
    tx: Write,
    viewer: Viewer,
    draft: ArticleDraft,
    addresses: Addresses,
    *,
    origin: Origin = Origin.LIVE,
    approved: bool = False,
    published_at: int | None = None,
) -> int:
    """Publish an article; its post's id. Raises as `publish_post`; `published_at` is a moment in the past (ms)."""
    post = PostDraft(
        source=draft.source,
        title=draft.title,
        form=Form.ARTICLE,
        article=draft.part,
        audience=draft.audience,
        local_only=draft.local_only,
        who_replies=draft.who_replies,
        language=draft.language,
        warning=draft.warning,
        place=draft.place,
    )
    return await publish_post(tx, viewer, post, addresses, origin=origin, approved=approved, published_at=published_at)


async def edit_article(tx: Write, viewer: Viewer, post_id: int, draft: ArticleDraft, addresses: Addresses) -> None:
    """Change one's own article; where it is and whom it is for stay. Raises NotFound, NotAllowed, Invalid."""
    edit = PostEdit(
        source=draft.source,
        title=draft.title,
        language=draft.language,
        warning=draft.warning,
        article=draft.part,
    )
    await edit_post(tx, viewer, post_id, edit, addresses)


async def make_preview_link(tx: Write, viewer: Viewer, draft_id: int) -> str:
    """What stands in the link with which others read an article before it is posted. Raises NotFound."""
    found = await queries.get_draft(tx, viewer, draft_id)
    if found.preview_code is not None:
        return found.preview_code
    code = secrets.token_urlsafe(24)
    await _set_code(tx, viewer, draft_id, code)
    return code


async def revoke_preview_link(tx: Write, viewer: Viewer, draft_id: int) -> None:
    """Nobody reads it with the link any more. Raises NotFound."""
    await _set_code(tx, viewer, draft_id, None)


async def _set_code(tx: Write, viewer: Viewer, draft_id: int, code: str | None) -> None:
    if not await tx.run(_SET_CODE, draft=draft_id, author=viewer.person, actor=viewer.acting_as, code=code):
        raise NotFound("draft_not_found")

"""Drafts: kept while somebody writes, and scheduled posts, which are published as if their author sent them then."""

from typing import Any

import msgspec
import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from plausch.people import queries as people
from plausch.people.model import Viewer, clean_line, clean_text
from plausch.storage import Statement, Write, column_statement, param, upsert
from plausch.talk import queries
from plausch.talk.actions.pictures import discard_drafted, keep_pictures
from plausch.talk.actions.publishing import publish_post, who_decides
from plausch.talk.actions.texts import Addresses
from plausch.talk.events import PicturesDiscarded
from plausch.talk.model import (
    ARTICLE_MAX,
    DRAFT_LINE_MAX,
    DRAFTS_MAX,
    EXTRAS_MAX,
    TEXT_MAX,
    TITLE_MAX,
    WARNING_MAX,
    ArticlePart,
    AudienceKind,
    Draft,
    DraftText,
    Form,
    PostDraft,
    Spot,
    check_due,
    clean_language,
    is_blank,
    read_extras,
)
from plausch.talk.tables import drafts
from plausch.work import queue
from plausch.work.facts import record

#: The job that publishes one scheduled post; it waits in the queue until the moment has come.
PUBLISH_DRAFT = "talk.publish_draft"
#: After a backup was brought back, or a long standstill: what nobody expects any more is not posted by itself.
_TOO_LATE = 1 * clock.DAY

_AIM = ("parent_id", "quoted_id", "place_id", "board_id")
_PLACE = ("author_id", "actor_id", *_AIM)
_TEXT = (
    *("source", "warning", "language", "audience", "local_only", "who_replies", "participants", "extras"),
    *("form", "title"),
)
_new = upsert(drafts).values(
    {name: sa.bindparam(name, type_=drafts.c[name].type) for name in ("id", *_PLACE, *_TEXT, "changed_at")}
)
_KEEP = column_statement(
    _new.on_conflict_do_update(
        index_elements=[drafts.c[name] for name in _PLACE],
        index_where=sa.text("due_at IS NULL AND waits_since IS NULL AND form <> 'article'"),
        set_={name: _new.excluded[name] for name in (*_TEXT, "changed_at")},
    ).returning(drafts.c.id)
)
_MINE = (drafts.c.id == param("draft"), drafts.c.author_id == param("author"), drafts.c.actor_id == param("actor"))
_CHANGE = column_statement(
    sa.update(drafts)
    .where(*_MINE)
    .values(
        {name: sa.bindparam(f"new_{name}", type_=drafts.c[name].type) for name in (*_AIM, *_TEXT, "changed_at")}
        | {
            "due_at": param("new_due"),
            "problem": "",
            # Other words have not been let through; what is scheduled waits for nothing but its moment.
            "waits_for": 0,
            "waits_since": sa.case((param("new_due").is_(None), drafts.c.waits_since), else_=sa.null()),
        }
    )
)
_FAIL = column_statement(
    sa.update(drafts).where(drafts.c.id == param("draft")).values(problem=param("reason", sa.Text()))
)
_DROP = column_statement(sa.delete(drafts).where(drafts.c.id == param("draft")))
_FORGET = Statement(
    sa.delete(drafts)
    .where(
        sa.or_(
            drafts.c.author_id == param("actor"),
            drafts.c.actor_id == param("actor"),
        )
    )
    .returning(drafts.c.id),
    int,
)


class _Accepted(Exception):
    """A trial went well, and is undone."""


async def save_draft(tx: Write, viewer: Viewer, text: DraftText, *, scheduled: int = 0) -> int | None:
    """Keep what is being written as the one draft of its place; its id, or None when there is nothing to keep.

    Of articles there may be many: `scheduled` names the one that is meant, or none for a new one.
    `scheduled` names a scheduled post, which is posted by itself no more. Raises Conflict when its place has a draft
    of its own, NotFound when it was posted meanwhile.
    """
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    if text.form is Form.ARTICLE:
        return await _save_article(tx, viewer, text, scheduled)
    before = await queries.find_draft_at(tx, viewer, text.spot)
    if scheduled:
        if before is not None:
            raise Conflict("draft_place_taken")
        if (await queries.get_draft(tx, viewer, scheduled)).waits_for:
            raise Conflict("draft_waits")
        await change_draft(tx, viewer, scheduled, text, None)
        return scheduled
    if _is_nothing(text):
        if before is not None:
            await _drop(tx, before)
        return None
    if before is None and await queries.count_drafts(tx, viewer) >= DRAFTS_MAX:
        raise Conflict("drafts_many")
    kept: int | None = await tx.first(_KEEP, id=ids.new_id(), **_place(viewer, text), **_columns(text))
    assert kept is not None
    await keep_pictures(tx, viewer, kept, text.pictures)
    return kept


async def schedule_draft(
    tx: Write, viewer: Viewer, text: DraftText, due: int, addresses: Addresses, *, scheduled: int = 0
) -> int:
    """Have something posted at a moment (ms); its id. `scheduled` names a post to come that is changed.

    Raises what publishing it now would raise, Invalid("due", ...), and NotFound when it was posted meanwhile.
    """
    check_due(due, clock.now())
    await try_out(tx, viewer, text, addresses)
    if scheduled:
        await change_draft(tx, viewer, scheduled, text, due)
    else:
        if text.form is not Form.ARTICLE:
            await clear_spot(tx, viewer, text.spot, keep=text.pictures)
        scheduled = await make_draft(tx, viewer, text, due)
    await schedule_again(tx, scheduled, due)
    return scheduled


async def _save_article(tx: Write, viewer: Viewer, text: DraftText, draft: int) -> int | None:
    if draft:
        if (await queries.get_draft(tx, viewer, draft)).waits_for:
            raise Conflict("draft_waits")
        await change_draft(tx, viewer, draft, text, None)
        return draft
    return None if _is_nothing(text) else await make_draft(tx, viewer, text, None)


async def make_draft(tx: Write, viewer: Viewer, text: DraftText, due: int | None, *, waits_for: int = 0) -> int:
    """A draft beside the one of its place: it is scheduled, or waits to be let through; its id."""
    if await queries.count_drafts(tx, viewer) >= DRAFTS_MAX:
        raise Conflict("drafts_many")
    draft, since = ids.new_id(), clock.now() if waits_for else None
    waits = {"waits_since": since, "waits_for": waits_for}
    await tx.insert(drafts, id=draft, due_at=due, **waits, **_place(viewer, text), **_columns(text))
    await keep_pictures(tx, viewer, draft, text.pictures)
    return draft


async def schedule_again(tx: Write, draft: int, due: int) -> None:
    """Have it posted at a moment, and not at another one."""
    await queue.take_back(tx, PUBLISH_DRAFT, draft)
    await queue.put(tx, PUBLISH_DRAFT, draft, at=due)


async def discard_draft(tx: Write, viewer: Viewer, draft_id: int) -> None:
    """Throw a draft or a scheduled post away, with its pictures. Raises NotFound."""
    await _drop(tx, await queries.get_draft(tx, viewer, draft_id))


async def take_scheduled(tx: Write, viewer: Viewer, draft_id: int) -> None:
    """A scheduled post is published now, by hand. Raises NotFound when that has happened already."""
    await queries.get_draft(tx, viewer, draft_id)
    if not await tx.run(_DROP, draft=draft_id):
        raise NotFound("draft_not_found")
    await keep_pictures(tx, viewer, draft_id, [])
    await queue.take_back(tx, PUBLISH_DRAFT, draft_id)


async def clear_spot(tx: Write, viewer: Viewer, spot: Spot, keep: tuple[int, ...] = ()) -> None:
    """What was written for a spot has been posted: its draft goes, with the pictures that were left out."""
    draft = await queries.find_draft_at(tx, viewer, spot)
    if draft is not None:
        left = [one.id for one in (await queries.list_drafted_pictures(tx, [draft.id])).get(draft.id, [])]
        await keep_pictures(tx, viewer, draft.id, [one for one in left if one not in keep])
        await _drop(tx, draft)


async def publish_due_draft(tx: Write, draft_id: int, addresses: Addresses) -> int | None:
    """Publish a scheduled post whose moment has come, as its author; its id, or None when there is nothing to do.

    Everything is checked anew. What cannot be posted stays among the drafts, with the reason. The draft goes in the
    transaction of the post: whatever is killed when, it is posted once.
    """
    draft = await queries.find_due_draft(tx, draft_id, clock.now())
    if draft is None:
        return None
    viewer = Viewer(draft.author_id, draft.actor_id)
    try:
        async with tx.savepoint():
            if draft.due_at is not None and draft.due_at < clock.now() - _TOO_LATE:
                raise Conflict("draft_overdue")
            deciding = await who_decides(tx, viewer, await as_post(tx, text_of(draft, ()), addresses))
            approved = set(deciding) <= set(await queries.list_approved(tx, draft.id))
            return await post_draft(tx, viewer, draft, addresses, approved=approved)
    except DomainError as error:
        await tx.run(_FAIL, draft=draft.id, reason=error.reason)
        return None


async def forget_drafts(tx: Write, actor: int) -> None:
    """Whoever wrote them, or for whom or where they were written, is gone; with the pictures in them."""
    for draft in await tx.all(_FORGET, actor=actor):
        await queue.take_back(tx, PUBLISH_DRAFT, draft)
        files = await discard_drafted(tx, draft)
        if files:
            await record(tx, PicturesDiscarded(files=tuple(files)))


async def check_present(tx: Write, author: Viewer) -> None:
    """Whoever wrote something that waited is still here, and whoever it is said for. Raises NotAllowed."""
    speaking = {author.person, author.acting_as}
    if len(await people.list_actors(tx, author, list(speaking))) < len(speaking):
        raise NotAllowed


async def post_draft(tx: Write, viewer: Viewer, draft: Draft, addresses: Addresses, *, approved: bool = False) -> int:
    """Publish a draft that was kept, as its author; the post's id. Raises what publishing raises."""
    await check_present(tx, viewer)
    pictures = (await queries.list_drafted_pictures(tx, [draft.id])).get(draft.id, [])
    post = await as_post(tx, text_of(draft, tuple(picture.id for picture in pictures)), addresses)
    post_id = await publish_post(tx, viewer, post, addresses, approved=approved)
    await tx.run(_DROP, draft=draft.id)
    return post_id


def text_of(draft: Draft, pictures: tuple[int, ...]) -> DraftText:
    """What a draft holds, as the composer takes it."""
    return DraftText(
        source=draft.source,
        parent_id=draft.parent_id,
        quoted_id=draft.quoted_id,
        place_id=draft.place_id,
        board_id=draft.board_id,
        form=draft.form,
        title=draft.title,
        audience=AudienceKind(draft.audience) if draft.audience else None,
        local_only=draft.local_only,
        who_replies=draft.who_replies,
        participants=draft.participants,
        language=draft.language,
        warning=draft.warning,
        pictures=pictures,
        extras=draft.extras,
    )


async def as_post(tx: Write, text: DraftText, addresses: Addresses) -> PostDraft:
    """A draft as what is published. Raises Invalid for a handle that is nobody's."""
    extras = read_extras(text.extras)
    return PostDraft(
        source=text.source,
        reply_to=text.parent_id or None,
        audience=text.audience,
        local_only=text.local_only,
        who_replies=text.who_replies,
        participants=await queries.resolve_participants(tx, text.participants, addresses.here),
        language=text.language,
        warning=text.warning,
        # An article's are those that it names.
        pictures=text.pictures if text.form is not Form.ARTICLE else (),
        article=(extras.article or ArticlePart()) if text.form is Form.ARTICLE else None,
        poll=extras.poll,
        labels=extras.labels,
        quote=text.quoted_id or None,
        who_quotes=extras.who_quotes,
        place=text.place_id,
        form=text.form,
        title=text.title,
        board=text.board_id,
        topic=extras.topic,
        tags=extras.tags,
        program=extras.program,
    )


async def try_out(tx: Write, viewer: Viewer, text: DraftText, addresses: Addresses, *, approved: bool = False) -> None:
    """Publish it and undo that: what cannot be posted is said now, and not when it is due."""
    try:
        async with tx.savepoint():
            await publish_post(tx, viewer, await as_post(tx, text, addresses), addresses, approved=approved)
            raise _Accepted
    except _Accepted:
        return


async def change_draft(tx: Write, viewer: Viewer, draft_id: int, text: DraftText, due: int | None) -> None:
    """Put other words into a draft that is scheduled, waits or came back. Raises NotFound."""
    columns = {name: value for name, value in _place(viewer, text).items() if name in _AIM} | _columns(text)
    new = {f"new_{name}": value for name, value in columns.items()}
    await queue.take_back(tx, PUBLISH_DRAFT, draft_id)
    if not await tx.run(_CHANGE, draft=draft_id, author=viewer.person, actor=viewer.acting_as, new_due=due, **new):
        raise NotFound("draft_not_found")
    await keep_pictures(tx, viewer, draft_id, text.pictures)


async def _drop(tx: Write, draft: Draft) -> None:
    await queue.take_back(tx, PUBLISH_DRAFT, draft.id)
    await tx.run(_DROP, draft=draft.id)
    files = await discard_drafted(tx, draft.id)
    if files:
        await record(tx, PicturesDiscarded(files=tuple(files)))


def _is_nothing(text: DraftText) -> bool:
    words = text.source + text.title + text.warning
    return is_blank(words) and not text.pictures and not text.extras


def _place(viewer: Viewer, text: DraftText) -> dict[str, int]:
    return {
        "author_id": viewer.person,
        "actor_id": viewer.acting_as,
        "parent_id": text.parent_id,
        "quoted_id": text.quoted_id,
        "place_id": text.place_id,
        "board_id": text.board_id,
    }


def _columns(text: DraftText) -> dict[str, Any]:
    """The values of `_TEXT` and when they were written. Raises Invalid for what is too long."""
    extras = msgspec.json.encode(text.extras).decode()
    if len(extras) > EXTRAS_MAX:
        raise Invalid("text", "too_long")
    return {
        "source": clean_text(text.source, "text", ARTICLE_MAX if text.form is Form.ARTICLE else TEXT_MAX),
        "form": text.form.value,
        "title": clean_line(text.title, "title", TITLE_MAX),
        "warning": clean_line(text.warning, "warning", WARNING_MAX),
        "language": clean_language(text.language),
        "audience": text.audience.value if text.audience else "",
        "local_only": text.local_only,
        "who_replies": text.who_replies.value,
        "participants": clean_line(text.participants, "participants", DRAFT_LINE_MAX),
        "extras": extras,
        "changed_at": clock.now(),
    }

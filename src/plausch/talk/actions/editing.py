"""Changing one's mind: edits with a visible history, and removal that leaves nothing but a place in the tree."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.people.model import Viewer, WhoQuotes, check_may_act, clean_line
from plausch.storage import Read, Statement, Write, column_statement, param
from plausch.storage.parts import drop_parts
from plausch.talk import queries
from plausch.talk.actions.articles import bury_article, check_cover, pictures_of, rewrite_article
from plausch.talk.actions.counting import uncount_said
from plausch.talk.actions.holding import copy_numbers, hold_conversation, hold_post
from plausch.talk.actions.pictures import (
    aim_pictures,
    attach_more,
    change_pictures,
    describe_pictures,
    discard_pictures_of,
    release_pictures_of,
)
from plausch.talk.actions.placing import check_decides_for
from plausch.talk.actions.polls import change_poll, drop_poll
from plausch.talk.actions.reading import in_ceiling, uncount_read
from plausch.talk.actions.revising import keep_revision, look_beneath
from plausch.talk.actions.texts import Addresses, Text, note_references, understand, understand_article
from plausch.talk.events import LanguageDetected, PostEdited, PostRemoved
from plausch.talk.model import (
    LABELS,
    TALKERS_KEPT,
    WARNING_MAX,
    Attached,
    AudienceKind,
    Form,
    Post,
    PostEdit,
    check_pictures,
    clean_language,
    clean_tags,
    clean_title,
    is_blank,
    tag_number,
)
from plausch.talk.tables import (
    bookmarks,
    conversations,
    entries,
    likes,
    mentions,
    pins,
    poll_options,
    poll_votes,
    polls,
    posts,
    previewed,
    quotes,
    revisions,
    shares,
    tags,
    topics,
)
from plausch.work.facts import record

_EDIT = column_statement(
    sa.update(posts)
    .where(posts.c.id == param("id"))
    .values(
        source=param("new_source", sa.Text()),
        html=param("new_html", sa.Text()),
        warning=param("new_warning", sa.Text()),
        title=param("new_title", sa.Text()),
        pictures=param("new_pictures", sa.Integer()),
        who_quotes=sa.func.coalesce(param("new_who", sa.Text()), posts.c.who_quotes),
        language=param("new_language", sa.Text()),
        attached=posts.c.attached.bitwise_and(param("kept_bits", sa.Integer())).bitwise_or(
            param("new_labels", sa.Integer())
        ),
        edited_at=param("edited"),
        version=posts.c.version + 1,
    )
)
_BURY = column_statement(
    sa.update(posts)
    .where(posts.c.id == param("id"), posts.c.deleted_at.is_(None))
    .values(
        source="",
        html="",
        title="",
        warning="",
        language="",
        program="",
        pictures=0,
        attached=0,
        likes=0,
        shares=0,
        deleted_at=param("now"),
        version=posts.c.version + 1,
    )
)
#: What answers it answers nothing any more, as apps are told.
_RENEW_REPLIES = column_statement(
    sa.update(posts)
    .where(posts.c.conversation_id == param("conversation"), posts.c.parent_id == param("id"))
    .values(version=posts.c.version + 1)
)
_CLEAR = [
    column_statement(sa.delete(table).where(table.c.post_id == param("id")))
    for table in (
        *(entries, likes, shares, bookmarks, mentions, tags, revisions, pins),
        *(polls, poll_options, poll_votes, quotes, previewed),
    )
]
_UNCOUNT_REPLY = column_statement(sa.update(posts).where(posts.c.id == param("id")).values(replies=posts.c.replies - 1))
_TALKING = Statement(
    sa.select(posts.c.actor_id)
    .select_from(posts.join(conversations, conversations.c.id == posts.c.conversation_id))
    .where(
        posts.c.conversation_id == param("id"),
        posts.c.deleted_at.is_(None),
        in_ceiling(posts),
    )
    .group_by(posts.c.actor_id)
    .order_by(sa.func.max(posts.c.id).desc()),
    int,
)
_RECOUNT_TALK = column_statement(
    sa.update(conversations)
    .where(conversations.c.id == param("id"))
    .values(
        replies=conversations.c.replies - param("fewer"),
        voices=param("new_voices"),
        talkers=param("new_talkers", sa.Text()),
    )
)

_NO_ANSWER = column_statement(
    sa.update(topics)
    .where(topics.c.conversation_id == param("id"), topics.c.answer_id == param("post"))
    .values(answer_id=None)
)
_NO_TOPIC = column_statement(sa.delete(topics).where(topics.c.conversation_id == param("id")))
_NO_FORM = column_statement(
    sa.update(conversations).where(conversations.c.id == param("id")).values(form=Form.NOTE.value)
)

_UNSIGN = column_statement(
    sa.update(posts)
    .where(posts.c.author_id == param("author"), posts.c.actor_id != param("author"))
    .values(author_id=posts.c.actor_id, version=posts.c.version + 1)
)
_SET_LANGUAGE = column_statement(
    sa.update(posts)
    .where(posts.c.id == param("id"), posts.c.language == "", posts.c.deleted_at.is_(None))
    .values(language=param("found", sa.Text()), version=posts.c.version + 1)
)


async def edit_post(tx: Write, viewer: Viewer, post_id: int, edit: PostEdit, addresses: Addresses) -> None:
    """Change one's own post; the former wording stays in its history. Raises NotFound, NotAllowed, Invalid."""
    check_may_act(viewer)
    if edit.who_quotes and edit.who_quotes not in set(WhoQuotes):
        raise Invalid("who_quotes", "choice_unknown")
    await hold_post(tx, post_id)
    before = await queries.get_source(tx, viewer, post_id)
    await check_may_change(tx, viewer, before.actor_id)
    post = await queries.get_post(tx, viewer, post_id)
    former = await look_beneath(tx, post_id)
    count, reworded = await _change_beneath(tx, viewer, post, edit)
    text = await _understand(tx, viewer, post, edit, addresses)
    if is_blank(text.source) and not count and not post.attached & Attached.QUOTE:
        raise Invalid("text", "post_empty")
    warning, title = clean_line(edit.warning, "warning", WARNING_MAX), _title(post, edit)
    reworded |= (text.source, warning, title) != (before.source, before.warning, before.title)
    language = clean_language(edit.language)
    if not language and text.source == before.source:
        # Found out once, it is the same again.
        language = before.language
    changed = reworded or language != before.language or await look_beneath(tx, post_id) != former
    if changed:
        await keep_revision(tx, post_id, former)
    edited = changed or await _changes_beside(tx, post, edit)
    if not edited and edit.who_quotes in (None, post.who_quotes):
        return
    await tx.run(
        _EDIT,
        id=post_id,
        new_source=text.source,
        new_html=text.html,
        new_warning=warning,
        new_title=title,
        new_pictures=count,
        new_who=edit.who_quotes,
        new_language=language,
        kept_bits=~_given_up(edit),
        new_labels=0 if edit.labels is None else (edit.labels & LABELS).value,
        edited=clock.now() if edited else post.edited_at,
    )
    if post.article is not None:
        await attach_more(tx, post.actor_id, post_id, pictures_of(edit.article, text))
        await rewrite_article(tx, viewer, post_id, post.actor_id, edit.article, text, addresses)
    await note_references(tx, post_id, text, edit.tags, again=True)
    where = post.conversation_id
    await record(tx, PostEdited(post_id=post_id, conversation_id=where, actor_id=post.actor_id, reworded=reworded))


async def _change_beneath(tx: Write, viewer: Viewer, post: Post, edit: PostEdit) -> tuple[int, bool]:
    """Pictures and poll; how many pictures there are then, and whether they or the poll are others. Raises Invalid."""
    count, others = post.pictures_count, False
    if edit.pictures is not None and post.article is None:
        check_pictures(edit.pictures)
        count = len(edit.pictures)
        others = await change_pictures(tx, post.actor_id, post.id, edit.pictures)
    # The words of pictures stand in the text of an article, too.
    await describe_pictures(tx, viewer, edit.alts, post.id)
    await aim_pictures(tx, viewer, edit.focuses, post.id)
    if edit.poll is not None:
        others |= await change_poll(tx, post.id, edit.poll)
    elif edit.without_poll:
        others |= bool(post.attached & Attached.POLL)
        await drop_poll(tx, post.id)
    return count, others


async def _changes_beside(tx: Read, post: Post, edit: PostEdit) -> bool:
    """Something else than what a revision keeps; of an article perhaps. Raises Invalid."""
    if edit.article is not None:
        return True
    if edit.labels is not None and (edit.labels ^ post.attached) & LABELS:
        return True
    return edit.tags is not None and set(clean_tags(edit.tags)) != set(await queries.list_named_tags(tx, post.id))


def _given_up(edit: PostEdit) -> int:
    """Bits of `Attached` that it does not have any more, or that are set anew."""
    poll = Attached.POLL.value if edit.without_poll and edit.poll is None else 0
    return poll if edit.labels is None else poll | LABELS.value


async def _understand(tx: Write, viewer: Viewer, post: Post, edit: PostEdit, addresses: Addresses) -> Text:
    author, within = Viewer(viewer.person, post.actor_id), post.audience.group
    if post.article is None:
        return await understand(tx, author, edit.source, addresses, within=within)
    if edit.article is not None:
        await check_cover(tx, post.actor_id, edit.article, post.id)
    return await understand_article(tx, author, edit.source, addresses, within=within, post_id=post.id)


def _title(post: Post, edit: PostEdit) -> str:
    """What has a title keeps one, and nothing else gets one. Raises Invalid."""
    if not post.title or edit.title is None:
        return post.title
    return clean_title(edit.title)


async def remove_post(tx: Write, viewer: Viewer, post_id: int, *, pictures_stay: bool = False) -> None:
    """Remove one's own post, or as a moderator anybody's. Replies of others stay. Raises NotFound, NotAllowed.

    With `pictures_stay` one's own pictures wait for another post, as any that were uploaded.
    """
    # A block keeps people apart; it keeps nobody's posts from those who look after the place.
    seeing = Viewer(viewer.person, 0) if viewer.staff else viewer
    post = await queries.find_post(tx, viewer, post_id) or await queries.get_post(tx, seeing, post_id)
    await check_may_remove(tx, viewer, post)
    if pictures_stay and await queries.is_own(tx, viewer, post_id):
        await hold_conversation(tx, post.conversation_id)
        await release_pictures_of(tx, post_id)
    await _remove(tx, post)


async def check_may_remove(tx: Read, viewer: Viewer, post: Post) -> None:
    """Raises NotAllowed."""
    if viewer.staff:
        return
    if not await queries.is_own(tx, viewer, post.id):
        raise NotAllowed("not_yours")
    await check_may_change(tx, viewer, post.actor_id)


async def check_may_change(tx: Read, viewer: Viewer, actor: int) -> None:
    """What was said for a page or a group is changed by those who speak for it at this moment, but not by authors."""
    await check_decides_for(tx, Viewer(viewer.person, actor))


async def remove_entrusted(tx: Write, viewer: Viewer, post_id: int) -> None:
    """Remove a post that was reported, whoever it was for; that it was, the caller answers for. Raises NotFound."""
    post = (await queries.list_entrusted(tx, viewer, [post_id])).get(post_id)
    if post is None:
        raise NotFound("post_not_found")
    await _remove(tx, post)


async def remove_all_by(tx: Write, actor: int, limit: int) -> bool:
    """Remove up to `limit` posts of somebody who is gone; False when none was left.

    What somebody wrote for a page or a group is that one's: it stays, without the name.
    """
    await tx.run(_UNSIGN, author=actor)
    found = await queries.list_posts_by(tx, actor, limit)
    for post in found:
        await _remove(tx, post)
    return bool(found)


async def remove_placed(tx: Write, post: Post) -> None:
    """Remove a post of a place; that the place wants that, the caller answers for."""
    await _remove(tx, post)


async def _remove(tx: Write, post: Post) -> None:
    await hold_conversation(tx, post.conversation_id)
    if not await tx.run(_BURY, id=post.id, now=clock.now()):
        return
    await tx.run(_RENEW_REPLIES, id=post.id, conversation=post.conversation_id)
    tags = await queries.list_tags(tx, post.id) if post.audience_kind is AudienceKind.PUBLIC else []
    for clear in _CLEAR:
        await tx.run(clear, id=post.id)
    if post.attached & Attached.ARTICLE:
        await bury_article(tx, post.id)
    files = await discard_pictures_of(tx, post.id)
    await drop_parts(tx, "post", [post.id])
    await _uncount(tx, post)
    await uncount_said(tx, post.actor_id, post.audience)
    await record(
        tx,
        PostRemoved(
            post_id=post.id,
            conversation_id=post.conversation_id,
            actor_id=post.actor_id,
            parent_id=post.parent_id,
            scope_kind=post.audience_kind.value,
            scope_id=post.scope_id,
            published_at=post.published_at,
            files=tuple(files),
            tags=tuple(map(tag_number, tags)),
        ),
    )


async def _uncount(tx: Write, post: Post) -> None:
    """Take a removed post out of the numbers it was counted in."""
    author = Viewer(post.author_id, post.actor_id)
    found = await queries.list_conversations(tx, author, [post.conversation_id])
    conversation = found[post.conversation_id]
    if post.parent_id is not None:
        parent = await queries.list_audiences(tx, [post.parent_id])
        if parent.get(post.parent_id) == post.audience:
            await tx.run(_UNCOUNT_REPLY, id=post.parent_id)
    counted = post.parent_id is not None and post.audience == conversation.audience
    talking = await tx.all(_TALKING, id=conversation.id)
    await tx.run(
        _RECOUNT_TALK,
        id=conversation.id,
        fewer=1 if counted else 0,
        new_voices=len(talking),
        new_talkers=" ".join(str(actor) for actor in talking[:TALKERS_KEPT]),
    )
    if conversation.form is Form.TOPIC:
        await tx.run(_NO_ANSWER, id=conversation.id, post=post.id)
        await copy_numbers(tx, conversation.id)
        if await queries.has_ended(tx, conversation.id):
            # Its board is as empty as it looks.
            await tx.run(_NO_TOPIC, id=conversation.id)
            await tx.run(_NO_FORM, id=conversation.id)
    if counted:
        await uncount_read(tx, conversation.id, post.id, post.author_id)


async def set_detected_language(tx: Write, post_id: int, language: str) -> None:
    """Note what language a post is in, unless its author has said so meanwhile."""
    if await tx.run(_SET_LANGUAGE, id=post_id, found=language):
        await record(tx, LanguageDetected(post_id=post_id))

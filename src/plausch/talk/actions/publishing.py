"""Publishing: from a draft to a post in its place in the tree."""

import sqlalchemy as sa

from plausch.groups.model import Visibility
from plausch.kernel import clock, ids
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.people import queries as people
from plausch.people.model import Viewer, check_may_act, clean_line
from plausch.storage import Write, column_statement, greatest, param, upsert
from plausch.talk import queries
from plausch.talk.actions.articles import check_cover, pictures_of, write_article
from plausch.talk.actions.counting import count_said
from plausch.talk.actions.holding import copy_numbers, hold_conversation, hold_post
from plausch.talk.actions.pictures import attach_pictures
from plausch.talk.actions.placing import Place, check_may_reply_at, find_place, must_wait, put_in_place
from plausch.talk.actions.polls import END_POLL, ask_poll
from plausch.talk.actions.quotes import attach_quote, check_quote
from plausch.talk.actions.reading import in_ceiling, note_read
from plausch.talk.actions.texts import Addresses, Text, note_references, understand, understand_article
from plausch.talk.events import PostPublished
from plausch.talk.model import (
    LABELS,
    OPEN,
    TITLE_MAX,
    WARNING_MAX,
    Attached,
    Audience,
    AudienceKind,
    Conversation,
    EntryKind,
    Form,
    Post,
    PostDraft,
    WhoReplies,
    check_draft,
    check_poll,
    clean_language,
    kept_talkers,
    reply_audience,
)
from plausch.talk.tables import conversations, entries, participants, posts
from plausch.work import queue
from plausch.work.facts import Origin, record

_ADD_PARTICIPANT = column_statement(upsert(participants).on_conflict_do_nothing())
_COUNT_REPLY = column_statement(
    sa.update(posts).where(posts.c.id == param("id")).values(replies=posts.c.replies + param("change"))
)
_VOICE = column_statement(
    sa.select(sa.literal(1))
    .select_from(posts.join(conversations, conversations.c.id == posts.c.conversation_id))
    .where(
        posts.c.conversation_id == param("id"),
        posts.c.actor_id == param("actor"),
        posts.c.id != param("but"),
        posts.c.deleted_at.is_(None),
        in_ceiling(posts),
    )
    .limit(1)
)
_COUNT_TALK = column_statement(
    sa.update(conversations)
    .where(conversations.c.id == param("id"))
    .values(
        replies=conversations.c.replies + 1,
        voices=conversations.c.voices + param("new_voice"),
        talkers=param("new_talkers", sa.Text()),
        # What is brought in may be older than what is there.
        last_at=greatest(conversations.c.last_at, param("at")),
    )
)


async def publish_post(
    tx: Write,
    viewer: Viewer,
    draft: PostDraft,
    addresses: Addresses,
    *,
    origin: Origin = Origin.LIVE,
    approved: bool = False,
    published_at: int | None = None,
) -> int:
    """Publish a draft, as a post of its own or as a reply; the new post's id. `published_at`: when, in the past (ms).

    Raises Invalid(field, reason), NotFound when the viewer may not see what it replies to or quotes, NotAllowed when it
    may not reply there or quote that, or when somebody has to let it through who has not (`approved`).
    """
    check_may_act(viewer)
    now = clock.now() if published_at is None else min(published_at, clock.now())
    post_id = ids.new_id(now)
    parent, place = await _find_where(tx, viewer, draft)
    _check_blog(viewer, draft, place)
    if await must_wait(tx, viewer, place) and not approved:
        raise NotAllowed("needs_approval")
    audience = _audience(viewer, draft, parent, place, post_id)
    text = await _understand(tx, viewer, draft, audience, addresses)
    check_draft(draft, text.source)
    named = await _named(tx, viewer, draft, audience, parent, post_id)
    quoted = await check_quote(tx, viewer, draft.quote, audience) if draft.quote is not None else None
    conversation_id = parent.conversation_id if parent else post_id
    if parent is None:
        await _start_conversation(tx, viewer, draft, audience, post_id, now)
        await put_in_place(tx, viewer, draft, place, post_id, now)
    await _insert_post(tx, viewer, draft, text, audience, post_id, conversation_id, now)
    for actor in named:
        await tx.run(_ADD_PARTICIPANT, scope_id=post_id, actor_id=actor)
    await _attach(tx, draft, post_id, now, origin)
    if draft.article is not None:
        blog = place.id or viewer.acting_as
        await write_article(tx, viewer, blog, post_id, draft.title, draft.article, text, addresses, origin)
    await note_references(tx, post_id, text, draft.tags)
    await count_said(tx, viewer.acting_as, audience, now)
    if parent is not None:
        await _note_reply(tx, viewer, parent, audience, post_id, now)
    else:
        await note_read(tx, viewer, conversation_id, post_id, 0)
    await record(
        tx,
        PostPublished(
            post_id=post_id,
            conversation_id=conversation_id,
            actor_id=viewer.acting_as,
            author_id=viewer.person,
            parent_id=parent.id if parent else None,
            parent_actor_id=parent.actor_id if parent else 0,
            quoted_actor_id=quoted.actor_id if quoted else 0,
            place_id=place.id if parent is None else 0,
            scope_kind=audience.kind.value,
            scope_id=audience.scope_id,
            origin=origin,
            occurred_at=now,
        ),
    )
    return post_id


async def who_decides(tx: Write, viewer: Viewer, draft: PostDraft) -> list[int]:
    """Who has to let a draft through, one after the other. Raises NotFound and NotAllowed as publishing it would."""
    _, place = await _find_where(tx, viewer, draft)
    return await must_wait(tx, viewer, place)


async def _find_where(tx: Write, viewer: Viewer, draft: PostDraft) -> tuple[Post | None, Place]:
    """What a draft replies to, and where it stands."""
    if draft.reply_to is None:
        return None, await find_place(tx, viewer, draft)
    parent = await queries.get_post(tx, viewer, draft.reply_to)
    place = await _check_may_reply(tx, viewer, parent)
    # In this order, as who removes it: with the last post in it a topic ends, and no reply comes after that.
    await hold_conversation(tx, parent.conversation_id)
    if not await hold_post(tx, parent.id):
        raise NotFound("post_not_found")
    return parent, place


async def _understand(tx: Write, viewer: Viewer, draft: PostDraft, audience: Audience, addresses: Addresses) -> Text:
    if draft.article is None:
        return await understand(tx, viewer, draft.source, addresses, within=audience.group)
    await check_cover(tx, viewer.acting_as, draft.article)
    return await understand_article(tx, viewer, draft.source, addresses, within=audience.group)


def _check_blog(viewer: Viewer, draft: PostDraft, place: Place) -> None:
    """A wall is somebody else's blog. Raises NotAllowed."""
    if draft.article is not None and place.id not in (0, viewer.acting_as) and place.group is None:
        raise NotAllowed("blog_not_yours")


async def _check_may_reply(tx: Write, viewer: Viewer, parent: Post) -> Place:
    conversation = await queries.list_conversations(tx, viewer, [parent.conversation_id])
    rule = conversation[parent.conversation_id]
    place = await check_may_reply_at(tx, viewer, rule)
    closed = place.group is not None and place.group.visibility is not Visibility.PUBLIC
    if (closed or rule.audience_kind is AudienceKind.GROUP) and parent.audience_kind is not AudienceKind.GROUP:
        # It was said to others while the group was public: what came under it now would leave the group.
        raise NotAllowed("conversation_locked")
    free = rule.who_replies is WhoReplies.EVERYBODY or rule.actor_id == viewer.acting_as
    if not free and not await _fits(tx, viewer, rule):
        raise NotAllowed("may_not_reply")
    return place


async def _fits(tx: Write, viewer: Viewer, rule: Conversation) -> bool:
    relationship = await people.get_relationship(tx, viewer, rule.actor_id)
    if rule.who_replies is WhoReplies.FOLLOWERS:
        return relationship.follows or relationship.connected
    if rule.who_replies is WhoReplies.CONNECTIONS:
        return relationship.connected
    if rule.who_replies is WhoReplies.MENTIONED:
        return viewer.acting_as in await queries.list_mentioned(tx, rule.root_id)
    return False


def _audience(viewer: Viewer, draft: PostDraft, parent: Post | None, place: Place, post_id: int) -> Audience:
    if place.audience is not None:
        return place.audience
    if parent is not None:
        # In a group one speaks to all of it, also in a public one: it may close its doors, and nothing stays outside.
        free = place.group is None
        return reply_audience(
            parent.audience,
            draft.audience if free else None,
            local_only=draft.local_only and free,
            own_scope=viewer.acting_as,
            post_id=post_id,
        )
    kind = draft.audience or AudienceKind.PUBLIC
    if kind in OPEN:
        return Audience(kind, 0, draft.local_only)
    return Audience(kind, post_id if kind is AudienceKind.PARTICIPANTS else viewer.acting_as, draft.local_only)


async def _named(
    tx: Write, viewer: Viewer, draft: PostDraft, audience: Audience, parent: Post | None, post_id: int
) -> list[int]:
    """Who is in a post for named participants. Whoever may not see the parent cannot be named.

    Whoever names only themselves writes a note to themselves; who names nobody has forgotten to.
    """
    if audience.kind is not AudienceKind.PARTICIPANTS or audience.scope_id != post_id:
        return []
    wanted = {*draft.participants, *([parent.actor_id] if parent else [])} - {viewer.acting_as}
    if not wanted and viewer.acting_as not in draft.participants:
        raise Invalid("participants", "participants_missing")
    for actor in sorted(wanted):
        other = await people.get_relationship(tx, viewer, actor)
        if other.blocks or other.blocked_by or actor not in await people.present_actors(tx, [actor]):
            raise Invalid("participants", "participant_unknown")
        if parent is not None and await queries.find_post(tx, Viewer(actor, actor), parent.id) is None:
            raise Invalid("participants", "participant_outside")
    return [viewer.acting_as, *sorted(wanted)]


async def _start_conversation(
    tx: Write, viewer: Viewer, draft: PostDraft, audience: Audience, post_id: int, now: int
) -> None:
    await tx.insert(
        conversations,
        id=post_id,
        root_id=post_id,
        actor_id=viewer.acting_as,
        scope_kind=audience.kind.value,
        scope_id=audience.scope_id,
        local_only=audience.local_only,
        who_replies=draft.who_replies.value,
        voices=1,
        talkers=str(viewer.acting_as),
        last_at=now,
        place_id=draft.place,
        form=draft.form.value,
    )


async def _insert_post(
    tx: Write,
    viewer: Viewer,
    draft: PostDraft,
    text: Text,
    audience: Audience,
    post_id: int,
    conversation_id: int,
    now: int,
) -> None:
    await tx.insert(
        posts,
        id=post_id,
        conversation_id=conversation_id,
        parent_id=draft.reply_to,
        actor_id=viewer.acting_as,
        author_id=viewer.person,
        scope_kind=audience.kind.value,
        scope_id=audience.scope_id,
        local_only=audience.local_only,
        published_at=now,
        language=clean_language(draft.language),
        # Of an article they stand in its text, and its cover is read with it.
        pictures=len(draft.pictures) if draft.article is None else 0,
        attached=_attached(draft).value,
        who_quotes=draft.who_quotes.value if draft.who_quotes else "",
        title=clean_line(draft.title, "title", TITLE_MAX),
        warning=clean_line(draft.warning, "warning", WARNING_MAX),
        # Who writes for a page or a group is known as that wants it: this would be a trace.
        program=draft.program if viewer.acting_as == viewer.person else "",
        source=text.source,
        html=text.html,
    )
    wanted = draft.pictures if draft.article is None else pictures_of(draft.article, text)
    await attach_pictures(tx, viewer, post_id, wanted)
    await tx.insert(
        entries,
        id=post_id,
        actor_id=viewer.acting_as,
        kind=(EntryKind.REPLY if draft.reply_to is not None else EntryKind.POST).value,
        post_id=post_id,
        conversation_id=conversation_id,
    )


def _attached(draft: PostDraft) -> Attached:
    found = draft.labels & LABELS
    if draft.poll is not None:
        found |= Attached.POLL
    if draft.quote is not None:
        found |= Attached.QUOTE
    if draft.article is not None:
        found |= Attached.ARTICLE
    return found


async def _attach(tx: Write, draft: PostDraft, post_id: int, now: int, origin: Origin) -> None:
    """What the post asks and what it quotes."""
    if draft.quote is not None:
        await attach_quote(tx, post_id, draft.quote)
    if draft.poll is not None:
        ends_at = await ask_poll(tx, post_id, check_poll(draft.poll), now)
        if origin is Origin.LIVE:
            await queue.put(tx, END_POLL, post_id, at=ends_at)


async def _note_reply(tx: Write, viewer: Viewer, parent: Post, audience: Audience, post_id: int, now: int) -> None:
    """Count a reply, but only where everybody who sees the number may see the reply too."""
    talkers = await hold_conversation(tx, parent.conversation_id)
    if audience == parent.audience:
        await tx.run(_COUNT_REPLY, id=parent.id, change=1)
    found = await queries.list_conversations(tx, viewer, [parent.conversation_id])
    conversation = found[parent.conversation_id]
    replies = conversation.replies
    if audience == conversation.audience:
        spoke = await tx.first(_VOICE, id=conversation.id, actor=viewer.acting_as, but=post_id)
        await tx.run(
            _COUNT_TALK,
            id=conversation.id,
            new_voice=0 if spoke else 1,
            new_talkers=kept_talkers(talkers, viewer.acting_as),
            at=now,
        )
        if conversation.form is Form.TOPIC:
            await copy_numbers(tx, conversation.id)
        replies += 1
    if conversation.seen is None:
        await note_read(tx, viewer, conversation.id, post_id, replies)
    else:
        seen = conversation.seen + (1 if audience == conversation.audience else 0)
        await note_read(tx, viewer, conversation.id, conversation.seen_upto or 0, min(seen, replies))

"""Publishing: from a draft to a post in its place in the tree."""

from collections.abc import Callable
from typing import NamedTuple

import sqlalchemy as sa

from plausch.community import queries as community
from plausch.kernel import clock, ids
from plausch.kernel.errors import Invalid, NotAllowed
from plausch.language import markdown
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer, check_may_act, clean_line, clean_text
from plausch.storage import Read, Write, column_statement, greatest, param, upsert
from plausch.talk import queries
from plausch.talk.actions.holding import hold_conversation
from plausch.talk.actions.pictures import attach_pictures
from plausch.talk.actions.placing import Place, check_may_reply_at, find_place, must_wait, put_in_place
from plausch.talk.actions.polls import END_POLL, ask_poll
from plausch.talk.actions.quotes import attach_quote, check_quote
from plausch.talk.actions.reading import in_ceiling, note_read
from plausch.talk.events import PostPublished
from plausch.talk.model import (
    OPEN,
    TEXT_MAX,
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
from plausch.talk.tables import conversations, entries, mentions, participants, posts, tags, topics
from plausch.work import queue
from plausch.work.facts import Origin, record


class Addresses(NamedTuple):
    """Where things are on the web; the doors know, the domain only writes links with it."""

    profile: Callable[[str], str]
    tag: Callable[[str], str]


class _Text(NamedTuple):
    """A text understood: ready to be stored."""

    source: str
    html: str
    mentioned: dict[str, Actor]
    tags: tuple[str, ...]


_ADD_TAG = column_statement(upsert(tags).on_conflict_do_nothing())
_ADD_MENTION = column_statement(upsert(mentions).on_conflict_do_nothing())
_ADD_PARTICIPANT = column_statement(upsert(participants).on_conflict_do_nothing())
_DROP_TAGS = column_statement(sa.delete(tags).where(tags.c.post_id == param("id")))
_DROP_MENTIONS = column_statement(sa.delete(mentions).where(mentions.c.post_id == param("id")))
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


_MOVE_UP = column_statement(
    sa.update(topics)
    .where(topics.c.conversation_id == param("id"))
    .values(last_at=greatest(topics.c.last_at, param("at")))
)


async def publish_post(
    tx: Write,
    viewer: Viewer,
    draft: PostDraft,
    addresses: Addresses,
    *,
    origin: Origin = Origin.LIVE,
    approved: bool = False,
) -> int:
    """Publish a draft, as a post of its own or as a reply; the new post's id.

    Raises Invalid(field, reason), NotFound when the viewer may not see what it replies to or quotes, NotAllowed when it
    may not reply there or quote that, or when somebody has to let it through who has not (`approved`).
    """
    check_may_act(viewer)
    text = await understand(tx, draft.source, addresses)
    check_draft(draft, text.source)
    now = clock.now()
    post_id = ids.new_id(now)
    parent = await queries.get_post(tx, viewer, draft.reply_to) if draft.reply_to is not None else None
    if parent is not None:
        place = await _check_may_reply(tx, viewer, parent)
    else:
        place = await find_place(tx, viewer, draft)
    if not approved and await must_wait(tx, viewer, place):
        raise NotAllowed("needs_approval")
    audience = _audience(viewer, draft, parent, place, post_id)
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
    await note_references(tx, post_id, text)
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
            scope_kind=audience.kind.value,
            scope_id=audience.scope_id,
            origin=origin,
            occurred_at=now,
        ),
    )
    return post_id


async def understand(tx: Read, source: str, addresses: Addresses) -> _Text:
    """Parse and render a text, with the people it mentions."""
    cleaned = clean_text(source, "text", TEXT_MAX)
    parsed = markdown.parse(cleaned)
    mentioned = await people.resolve_handles(tx, parsed.mentions)
    emoji = await community.find_emoji(tx, parsed.emoji)
    html = parsed.render({handle: addresses.profile(handle) for handle in mentioned}, addresses.tag, emoji)
    return _Text(cleaned, html, mentioned, parsed.tags)


async def note_references(tx: Write, post_id: int, text: _Text, *, again: bool = False) -> None:
    """Store whom and what a text refers to; `again` after an edit."""
    if again:
        await tx.run(_DROP_TAGS, id=post_id)
        await tx.run(_DROP_MENTIONS, id=post_id)
    if text.tags:
        await tx.run_many(_ADD_TAG, [{"tag": tag, "post_id": post_id} for tag in text.tags])
    if text.mentioned:
        await tx.run_many(
            _ADD_MENTION, [{"post_id": post_id, "actor_id": actor.id} for actor in text.mentioned.values()]
        )


async def _check_may_reply(tx: Write, viewer: Viewer, parent: Post) -> Place:
    conversation = await queries.list_conversations(tx, viewer, [parent.conversation_id])
    rule = conversation[parent.conversation_id]
    place = await check_may_reply_at(tx, viewer, rule)
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
        return reply_audience(
            parent.audience,
            draft.audience,
            local_only=draft.local_only,
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
    """Who is in a post for named participants. Whoever may not see the parent cannot be named."""
    if audience.kind is not AudienceKind.PARTICIPANTS or audience.scope_id != post_id:
        return []
    wanted = {*draft.participants, *([parent.actor_id] if parent else [])} - {viewer.acting_as}
    if not wanted:
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
    text: _Text,
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
        pictures=len(draft.pictures),
        attached=int(Attached.POLL if draft.poll else 0) | int(Attached.QUOTE if draft.quote is not None else 0),
        who_quotes=draft.who_quotes.value if draft.who_quotes else "",
        title=clean_line(draft.title, "title", TITLE_MAX),
        warning=clean_line(draft.warning, "warning", WARNING_MAX),
        source=text.source,
        html=text.html,
    )
    await attach_pictures(tx, viewer, post_id, draft.pictures)
    await tx.insert(
        entries,
        id=post_id,
        actor_id=viewer.acting_as,
        kind=(EntryKind.REPLY if draft.reply_to is not None else EntryKind.POST).value,
        post_id=post_id,
        conversation_id=conversation_id,
    )


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
            await tx.run(_MOVE_UP, id=conversation.id, at=now)
        replies += 1
    if conversation.seen is None:
        await note_read(tx, viewer, conversation.id, post_id, replies)
    else:
        seen = conversation.seen + (1 if audience == conversation.audience else 0)
        await note_read(tx, viewer, conversation.id, conversation.seen_upto or 0, min(seen, replies))



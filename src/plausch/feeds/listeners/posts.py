"""What was said, changed or removed: the search index, those it is addressed to, and open pages."""

from plausch.feeds import actions, queries
from plausch.feeds.model import FilterPlace, NotificationKind, Shaping, Watched
from plausch.people import queries as people
from plausch.people.model import ActorKind, Viewer
from plausch.storage import Write
from plausch.talk import queries as talk
from plausch.talk.actions import hold_post
from plausch.talk.events import (
    AnswerAccepted,
    AuthorNamed,
    LanguageDetected,
    PollEnded,
    PostEdited,
    PostLiked,
    PostPublished,
    PostRemoved,
    PostShared,
    PreviewChanged,
    QuoteWithdrawn,
)
from plausch.talk.model import AudienceKind


async def on_post_published(tx: Write, fact: PostPublished) -> None:
    """Index it; if it happened just now, notify those it is addressed to and tell open pages."""
    if not await hold_post(tx, fact.post_id):
        return
    await actions.index_post(tx, fact.post_id)
    if not fact.live:
        return
    for recipient, kind in (await _addressed(tx, fact)).items():
        await notify_of(tx, recipient, kind, fact)
    await actions.tell_published(tx, fact)


async def _addressed(tx: Write, fact: PostPublished) -> dict[int, NotificationKind]:
    """Whom a post is addressed to, each for the strongest reason."""
    found = await _watching(tx, fact)
    if fact.place_id and (await people.get_actor(tx, fact.place_id)).kind is not ActorKind.GROUP:
        found[fact.place_id] = NotificationKind.WALL_WRITTEN
    if fact.quoted_actor_id:
        found[fact.quoted_actor_id] = NotificationKind.QUOTED
    if fact.scope_kind == AudienceKind.PARTICIPANTS:
        for actor in await talk.list_participants(tx, fact.scope_id):
            found[actor] = NotificationKind.ADDRESSED
    for actor in await talk.list_mentioned(tx, fact.post_id):
        found[actor] = NotificationKind.MENTIONED
    if fact.parent_actor_id:
        found[fact.parent_actor_id] = NotificationKind.REPLIED
    found.pop(fact.actor_id, None)
    return found


async def _watching(tx: Write, fact: PostPublished) -> dict[int, NotificationKind]:
    """Who wants to hear of all that is said in a conversation or by somebody, or of each topic in a board."""
    if fact.parent_id is not None:
        watchers = await queries.list_watchers(tx, Watched.CONVERSATION, fact.conversation_id)
        found = dict.fromkeys(watchers, NotificationKind.TOPIC_REPLIED)
        # Whoever goes on with what they said replies to nobody.
        if fact.parent_actor_id == fact.actor_id:
            found = await _waiting(tx, fact) | found
        return found
    board = await talk.find_board_of(tx, fact.conversation_id)
    watchers = await queries.list_watchers(tx, Watched.BOARD, board) if board else []
    return await _waiting(tx, fact) | dict.fromkeys(watchers, NotificationKind.TOPIC_STARTED)


async def _waiting(tx: Write, fact: PostPublished) -> dict[int, NotificationKind]:
    """Who wants to hear of each post of whoever said it."""
    return dict.fromkeys(await queries.list_waiting_for(tx, fact.actor_id), NotificationKind.POSTED)


async def on_post_edited(tx: Write, fact: PostEdited) -> None:
    if not await hold_post(tx, fact.post_id):
        return
    await actions.index_post(tx, fact.post_id)
    await actions.tell_changed(tx, fact.post_id, fact.conversation_id, fact.actor_id)
    if fact.live and fact.reworded:
        await _tell_who_passed_it_on(tx, fact)


async def _tell_who_passed_it_on(tx: Write, fact: PostEdited) -> None:
    """Whoever has shared or quoted a post stands for it: they hear that it says something else now."""
    quoting = [one for one in await talk.list_who_quoted(tx, fact.post_id) if one.actor_id != fact.actor_id]
    for one in quoting:
        if await _reaches(tx, one.actor_id, fact):
            kind, whose = NotificationKind.QUOTED_EDITED, {"post": one.post_id, "conversation": one.conversation_id}
            await actions.notify(tx, one.actor_id, kind, fact.actor_id, at=fact.occurred_at, **whose)
    told = {fact.actor_id, *(one.actor_id for one in quoting)}
    for actor in await talk.list_who_shared(tx, fact.post_id):
        if actor not in told:
            await notify_of(tx, actor, NotificationKind.SHARED_EDITED, fact)


async def on_preview_changed(tx: Write, fact: PreviewChanged) -> None:
    await actions.tell_changed(tx, fact.post_id, fact.conversation_id)


async def on_language_detected(tx: Write, fact: LanguageDetected) -> None:
    """Its words have other stems now."""
    if await hold_post(tx, fact.post_id):
        await actions.index_post(tx, fact.post_id)


async def on_quote_withdrawn(tx: Write, fact: QuoteWithdrawn) -> None:
    await actions.tell_changed(tx, fact.post_id, fact.conversation_id)


async def on_author_named(tx: Write, fact: AuthorNamed) -> None:
    """Whoever is named as an author hears of it, and is asked on the article's page."""
    if fact.live and await hold_post(tx, fact.post_id):
        await notify_of(tx, fact.named_id, NotificationKind.NAMED_AUTHOR, fact)


async def on_poll_ended(tx: Write, fact: PollEnded) -> None:
    """Whoever asked and whoever voted hears of it. That somebody voted is known to nobody else."""
    if not await hold_post(tx, fact.post_id):
        return
    for recipient in sorted({fact.actor_id, *await talk.list_voters(tx, fact.post_id)}):
        await notify_of(tx, recipient, NotificationKind.POLL_ENDED, fact)
    await actions.tell_changed(tx, fact.post_id, fact.conversation_id)


async def on_post_removed(tx: Write, fact: PostRemoved) -> None:
    """The removal fact: nothing in this room speaks of the post afterwards."""
    await actions.forget_post(tx, fact.post_id)
    await actions.forget_about_post(tx, fact.post_id)
    await actions.forget_trending_post(tx, fact.post_id)
    await actions.forget_scores(tx, fact.post_id)
    await actions.forget_filtered_post(tx, fact.post_id)
    if await talk.has_ended(tx, fact.conversation_id):
        await actions.forget_conversation(tx, fact.conversation_id)
    await actions.tell_removed(tx, fact)


#: What somebody did about a post.
_AboutPost = PostPublished | PostEdited | PostLiked | PostShared | PollEnded | AuthorNamed | AnswerAccepted


async def notify_of(tx: Write, recipient: int, kind: NotificationKind, fact: _AboutPost) -> None:
    """Unless they may not see the post, or want to be spared its author, the conversation or its words."""
    if await _reaches(tx, recipient, fact):
        doer, at = fact.actor_id, fact.occurred_at
        await actions.notify(tx, recipient, kind, doer, post=fact.post_id, conversation=fact.conversation_id, at=at)


async def _reaches(tx: Write, recipient: int, fact: _AboutPost) -> bool:
    viewer = Viewer(recipient, recipient)
    if (await people.get_relationship(tx, viewer, fact.actor_id)).mutes:
        return False
    post = await talk.find_post(tx, viewer, fact.post_id)
    if post is None:
        return False
    within = await queries.find_within(tx, viewer, fact.conversation_id)
    if within.muted:
        return False
    if not within.shaped & Shaping.FILTERS:
        return True
    return not queries.is_hidden(await queries.get_sieve(tx, viewer, FilterPlace.NOTIFICATIONS), viewer, post)

"""How insights follow what happens: the interaction graph, who greets newcomers, what is to be forgotten.

A fact may be old when it is heard, so listeners look at how things are now.
"""

from plausch.groups.events import BoardRemoved, GroupDeleted, GroupJoined, GroupLeft, GroupVisibilityChanged
from plausch.groups.model import Visibility
from plausch.insights import actions
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.people.events import AccountErased, ConsentChanged, PageErased, PersonJoined, StandingChanged
from plausch.people.model import Consent
from plausch.storage import Write
from plausch.talk.events import (
    ConversationMoved,
    LikeRemoved,
    PostEdited,
    PostLiked,
    PostPublished,
    PostRemoved,
    PostShared,
    QuoteWithdrawn,
    ShareRemoved,
)
from plausch.talk.model import InteractionKind
from plausch.work import queue

RECOUNT_ACTOR = "insights.recount_actor"
RECOUNT_PLACE = "insights.recount_place"
RECOUNT_CONVERSATION = "insights.recount_conversation"
#: Everything is computed, by a process of its own.
COMPUTE = "insights.compute"
#: So soon when a group has closed: its words are told to nobody else, and those who change their minds are waited for.
_SOON = 10 * clock.MINUTE


async def on_post_published(tx: Write, fact: PostPublished) -> None:
    await actions.note_new_post(tx, fact.post_id)
    if fact.live and fact.parent_actor_id:
        await actions.note_answer(tx, fact.author_id, fact.parent_actor_id)


async def on_post_edited(tx: Write, fact: PostEdited) -> None:
    """It may mention others by now."""
    await actions.note_post(tx, fact.post_id)


async def on_quote_withdrawn(tx: Write, fact: QuoteWithdrawn) -> None:
    await actions.note_post(tx, fact.post_id)


async def on_post_removed(tx: Write, fact: PostRemoved) -> None:
    """With all that was done about it."""
    await actions.note_post(tx, fact.post_id)
    await actions.forget_post(tx, fact.post_id)


async def on_post_liked(tx: Write, fact: PostLiked) -> None:
    await actions.note_response(tx, InteractionKind.LIKE, fact.post_id, fact.actor_id)


async def on_like_removed(tx: Write, fact: LikeRemoved) -> None:
    await actions.note_response(tx, InteractionKind.LIKE, fact.post_id, fact.actor_id)


async def on_post_shared(tx: Write, fact: PostShared) -> None:
    await actions.note_response(tx, InteractionKind.SHARE, fact.post_id, fact.actor_id)


async def on_share_removed(tx: Write, fact: ShareRemoved) -> None:
    await actions.note_response(tx, InteractionKind.SHARE, fact.post_id, fact.actor_id)


async def on_conversation_moved(tx: Write, fact: ConversationMoved) -> None:
    await queue.put(tx, RECOUNT_CONVERSATION, fact.conversation_id)


async def on_group_visibility_changed(tx: Write, fact: GroupVisibilityChanged) -> None:
    await queue.put(tx, RECOUNT_PLACE, fact.group_id)
    if fact.visibility != Visibility.PUBLIC:
        await _compute_soon(tx)


async def on_group_deleted(tx: Write, fact: GroupDeleted) -> None:
    """What was said in it is removed post by post."""
    await actions.drop_scope(tx, fact.group_id)
    await _compute_soon(tx)


async def on_board_removed(tx: Write, fact: BoardRemoved) -> None:
    await actions.drop_scope(tx, fact.board_id)


async def on_person_joined(tx: Write, fact: PersonJoined) -> None:
    """Whoever came in a past that is played is greeted by nobody."""
    if fact.live:
        await actions.expect_newcomer(tx, 0, fact.person_id, fact.occurred_at)


async def on_group_joined(tx: Write, fact: GroupJoined) -> None:
    if fact.live:
        await actions.expect_newcomer(tx, fact.group_id, fact.actor_id, fact.occurred_at)


async def on_group_left(tx: Write, fact: GroupLeft) -> None:
    await actions.leave_place(tx, fact.group_id, fact.actor_id)


async def on_consent_changed(tx: Write, fact: ConsentChanged) -> None:
    """Whoever does not want to be counted is not in what is shown from that moment on."""
    if fact.consent in ("", Consent.COUNT_IN_INSIGHTS):
        await _recount(tx, fact.person_id)
    if not await people.has_consent(tx, fact.person_id, Consent.KEEP_VISITS):
        await actions.forget_visits(tx, fact.person_id)


async def on_standing_changed(tx: Write, fact: StandingChanged) -> None:
    """Whoever is suspended or about to leave is not counted meanwhile."""
    await _recount(tx, fact.actor_id)


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    await actions.forget_person(tx, fact.person_id)
    await _recount(tx, fact.person_id)


async def on_page_erased(tx: Write, fact: PageErased) -> None:
    await actions.drop_scope(tx, fact.page_id)
    await _recount(tx, fact.page_id)


async def _compute_soon(tx: Write) -> None:
    """Once, however many groups close meanwhile."""
    await queue.take_back(tx, COMPUTE, None)
    await queue.put(tx, COMPUTE, None, at=clock.real_now() + _SOON)


async def _recount(tx: Write, actor: int) -> None:
    if not await people.list_counted(tx, [actor]):
        await actions.forget_counted(tx, actor)
    await queue.put(tx, RECOUNT_ACTOR, actor)

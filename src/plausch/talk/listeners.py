"""What talk does about things that happen among people, and about its own."""

from plausch.groups.events import BoardRemoved, GroupDeleted, GroupVisibilityChanged
from plausch.groups.model import Visibility
from plausch.language import markdown
from plausch.people import queries as people
from plausch.people.events import AccountErased, ConsentChanged, PageErased
from plausch.people.model import Consent
from plausch.storage import Write
from plausch.talk import queries
from plausch.talk.actions import (
    forget_approvals,
    forget_authorships,
    forget_board_reads,
    forget_conversation_reads,
    forget_drafts,
    forget_put_away,
    forget_reads,
    forget_sent_forms,
    forget_visitor_replies,
    release_waiting,
)
from plausch.talk.events import PicturesDiscarded, PostEdited, PostPublished, PostRemoved
from plausch.work import queue

ERASE_POSTS = "talk.erase_posts"
DELETE_FILES = "talk.delete_files"
DETECT_LANGUAGE = "talk.detect_language"
FETCH_PREVIEW = "talk.fetch_preview"
NARROW_PLACE = "talk.narrow_place"
ERASE_PLACE = "talk.erase_place"


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    """What a person wrote goes with the account, in portions."""
    await forget_drafts(tx, fact.person_id)
    await forget_approvals(tx, fact.person_id)
    await forget_authorships(tx, fact.person_id)
    await forget_sent_forms(tx, fact.person_id)
    await forget_reads(tx, fact.person_id)
    await forget_put_away(tx, fact.person_id)
    await queue.put(tx, ERASE_POSTS, fact.person_id)
    await _delete_files(tx, fact.files)


async def on_page_erased(tx: Write, fact: PageErased) -> None:
    """What was said for a page, or is about to be, goes with it, in portions."""
    await forget_drafts(tx, fact.page_id)
    await release_waiting(tx, fact.page_id)
    await queue.put(tx, ERASE_POSTS, fact.page_id)
    await _delete_files(tx, fact.files)


async def on_group_visibility_changed(tx: Write, fact: GroupVisibilityChanged) -> None:
    """What was said while it was public is for its members alone; opening it publishes nothing old."""
    if fact.visibility != Visibility.PUBLIC:
        await queue.put(tx, NARROW_PLACE, fact.group_id)


async def on_group_deleted(tx: Write, fact: GroupDeleted) -> None:
    """What was said in it goes with it, in portions."""
    await release_waiting(tx, fact.group_id)
    await queue.put(tx, ERASE_PLACE, fact.group_id)
    await _delete_files(tx, fact.files)


async def on_board_removed(tx: Write, fact: BoardRemoved) -> None:
    await forget_board_reads(tx, fact.board_id)


async def on_consent_changed(tx: Write, fact: ConsentChanged) -> None:
    """Whoever does not want read marks kept has none."""
    if not await people.has_consent(tx, fact.person_id, Consent.KEEP_READ_MARKS):
        await forget_reads(tx, fact.person_id)


async def on_post_published(tx: Write, fact: PostPublished) -> None:
    await _detect_language(tx, fact.post_id)
    source = await queries.find_open_source(tx, fact.post_id) if fact.live else None
    if source and markdown.parse(source).links:
        await queue.put(tx, FETCH_PREVIEW, fact.post_id)


async def on_post_edited(tx: Write, fact: PostEdited) -> None:
    await _detect_language(tx, fact.post_id)
    # Also when there is no link any more: then there is no preview either.
    if await queries.find_open_source(tx, fact.post_id):
        await queue.put(tx, FETCH_PREVIEW, fact.post_id)


async def _detect_language(tx: Write, post: int) -> None:
    """Find out what language a post is in, when its author did not say."""
    words = await queries.find_words(tx, post)
    if words is not None and not words.language and words.html:
        await queue.put(tx, DETECT_LANGUAGE, post)


async def on_post_removed(tx: Write, fact: PostRemoved) -> None:
    await forget_visitor_replies(tx, fact.post_id)
    if await queries.has_ended(tx, fact.conversation_id):
        await forget_conversation_reads(tx, fact.conversation_id)
    await _delete_files(tx, fact.files)


async def on_pictures_discarded(tx: Write, fact: PicturesDiscarded) -> None:
    await _delete_files(tx, fact.files)


async def _delete_files(tx: Write, files: tuple[str, ...]) -> None:
    if files:
        await queue.put(tx, DELETE_FILES, files)

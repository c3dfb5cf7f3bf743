"""What talk does about things that happen among people, and about its own."""

from plausch.people.events import AccountErased
from plausch.storage import Write
from plausch.talk import queries
from plausch.talk.actions import forget_drafts
from plausch.talk.events import PicturesDiscarded, PostEdited, PostPublished, PostRemoved
from plausch.work import queue

ERASE_POSTS = "talk.erase_posts"
DELETE_FILES = "talk.delete_files"
DETECT_LANGUAGE = "talk.detect_language"


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    """What a person wrote goes with the account, in portions."""
    await forget_drafts(tx, fact.person_id)
    await queue.put(tx, ERASE_POSTS, fact.person_id)
    await _delete_files(tx, fact.files)


async def on_post_published(tx: Write, fact: PostPublished) -> None:
    await _detect_language(tx, fact.post_id)


async def on_post_edited(tx: Write, fact: PostEdited) -> None:
    await _detect_language(tx, fact.post_id)


async def _detect_language(tx: Write, post: int) -> None:
    """Find out what language a post is in, when its author did not say."""
    words = await queries.find_words(tx, post)
    if words is not None and not words.language and words.html:
        await queue.put(tx, DETECT_LANGUAGE, post)


async def on_post_removed(tx: Write, fact: PostRemoved) -> None:
    await _delete_files(tx, fact.files)


async def on_pictures_discarded(tx: Write, fact: PicturesDiscarded) -> None:
    await _delete_files(tx, fact.files)


async def _delete_files(tx: Write, files: tuple[str, ...]) -> None:
    if files:
        await queue.put(tx, DELETE_FILES, files)

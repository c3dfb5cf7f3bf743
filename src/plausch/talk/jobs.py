"""Talk's background work."""

from collections.abc import Sequence

from plausch.kernel import clock
from plausch.language.detection import detect
from plausch.language.markdown import plain_text
from plausch.storage import Database, Write
from plausch.talk import queries
from plausch.talk.actions import (
    Addresses,
    discard_pictures,
    publish_due_draft,
    remove_all_by,
    set_detected_language,
    withdraw_all_by,
)
from plausch.talk.events import PicturesDiscarded
from plausch.talk.listeners import ERASE_POSTS
from plausch.work import queue
from plausch.work.facts import record

#: Posts removed in one transaction.
_PORTION = 50
#: How long an uploaded picture may wait for its post.
_LOOSE_FOR = 1 * clock.DAY


async def erase_posts(tx: Write, person: int) -> None:
    """Remove a portion of what a person wrote, liked and shared, and come again while there is more."""
    written = await remove_all_by(tx, person, _PORTION)
    responded = await withdraw_all_by(tx, person, _PORTION)
    await _discard(tx, await queries.list_loose_pictures(tx, clock.now() + 1, owner=person))
    if written or responded:
        await queue.put(tx, ERASE_POSTS, person)


async def publish_draft(tx: Write, draft: int, addresses: Addresses) -> None:
    """Publish what was scheduled for now."""
    await publish_due_draft(tx, draft, addresses)


async def detect_language(database: Database, post: int) -> None:
    """Note the language of a post whose author did not say, as far as it can be told."""
    async with database.read() as read:
        words = await queries.find_words(read, post)
    language = await detect(plain_text(words.html)) if words is not None and not words.language else None
    if language is not None:
        async with database.write() as tx:
            await set_detected_language(tx, post, language)


async def drop_loose_pictures(tx: Write, _: object) -> None:
    """Forget pictures that were uploaded and never posted."""
    await _discard(tx, await queries.list_loose_pictures(tx, clock.now() - _LOOSE_FOR))


async def _discard(tx: Write, loose: Sequence[int]) -> None:
    files = await discard_pictures(tx, loose)
    if files:
        await record(tx, PicturesDiscarded(files=tuple(files)))



"""Talk's background work."""

import asyncio
from collections.abc import Sequence

import msgspec

from plausch.community import queries as community
from plausch.kernel import clock
from plausch.kernel.errors import DomainError, Invalid, NotFound
from plausch.language import markdown
from plausch.language.detection import detect
from plausch.language.markdown import plain_text
from plausch.net.addresses import BadUrl, is_within, read_url
from plausch.net.fetching import Fetched, GuardedClient, Refusal, Refused, Unwanted
from plausch.net.page_summary import HEAD_MAX, summarise
from plausch.storage import Database, Read, Write
from plausch.storage.media import MediaStore
from plausch.storage.pictures import StoredFile, keep_files, keys_of, prepare_picture
from plausch.talk import actions, queries
from plausch.talk.actions import (
    Addresses,
    NewPreview,
    discard_pictures,
    discard_previews,
    finish_picture,
    hold_post,
    link_preview,
    prune_sent_forms,
    prune_visitor_replies,
    publish_due_draft,
    remove_all_at,
    remove_all_by,
    set_detected_language,
    store_preview,
    withdraw_all_by,
)
from plausch.talk.events import PicturesDiscarded
from plausch.talk.listeners import ERASE_PLACE, ERASE_POSTS, NARROW_PLACE
from plausch.work import queue
from plausch.work.facts import record

#: Posts removed in one transaction.
_PORTION = 50
#: Posts narrowed in one transaction.
_NARROWED = 500
#: How long an uploaded picture may wait for its post.
_LOOSE_FOR = 1 * clock.DAY
#: How long what was found behind a link counts as what is there, and how long it is kept when nobody links to it.
PREVIEW_FRESH, PREVIEW_KEPT = 7 * clock.DAY, 1 * clock.DAY
_PREVIEW_PICTURE_MAX = 6 << 20


async def erase_posts(tx: Write, person: int) -> None:
    """Remove a portion of what a person wrote, liked and shared, and come again while there is more."""
    written = await remove_all_by(tx, person, _PORTION)
    responded = await withdraw_all_by(tx, person, _PORTION)
    await _discard(tx, await queries.list_loose_pictures(tx, clock.now() + 1, owner=person))
    if written or responded:
        await queue.put(tx, ERASE_POSTS, person)


async def narrow_place(tx: Write, place: int) -> None:
    """Keep a portion of what was said in a group for its members, and come again while there is more."""
    if await actions.narrow_place(tx, place, _NARROWED):
        await queue.put(tx, NARROW_PLACE, place)


async def erase_place(tx: Write, place: int) -> None:
    """Remove a portion of what was said in a group that is gone, and come again while there is more."""
    if await remove_all_at(tx, place, _PORTION):
        await queue.put(tx, ERASE_PLACE, place)


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


async def drop_visitor_replies(tx: Write, _: object) -> None:
    """Forget what visitors began a day ago and did not come back for."""
    await prune_visitor_replies(tx)


async def drop_sent_forms(tx: Write, _: object) -> None:
    """Forget which forms were sent: after a day nobody sends the same one again."""
    await prune_sent_forms(tx)


async def _discard(tx: Write, loose: Sequence[int]) -> None:
    files = await discard_pictures(tx, loose)
    if files:
        await record(tx, PicturesDiscarded(files=tuple(files)))


async def drop_previews(tx: Write, _: object) -> None:
    """Forget what was found behind links that no post has any more."""
    files = await discard_previews(tx, clock.now() - PREVIEW_KEPT)
    if files:
        await record(tx, PicturesDiscarded(files=tuple(files)))


async def make_picture_fit(database: Database, picture: int, *, media: MediaStore) -> None:
    """Do later what an app did not have to wait for. What cannot be shown stays without files, which says so."""
    async with database.read() as read:
        raw = await queries.find_raw(read, picture)
    if raw is None:
        return
    try:
        prepared = await prepare_picture(await media.read(raw))
    except (Invalid, NotFound):
        async with database.write() as tx:
            await finish_picture(tx, picture, files=())
        return
    kept = await keep_files(media, prepared)
    try:
        async with database.write() as tx:
            done = await finish_picture(
                tx,
                picture,
                files=kept,
                width=prepared.width,
                height=prepared.height,
                blurhash=prepared.blurhash,
                colour=prepared.colour,
            )
            if not done:
                raise _Overtaken
    except _Overtaken:
        await media.delete(keys_of(kept))
    except Exception:
        await media.delete(keys_of(kept))
        raise


async def fetch_preview(database: Database, post: int, *, media: MediaStore, outgoing: GuardedClient) -> None:
    """Find out what the first link of a post leads to, and show it there.

    Only for posts that everybody in the world may read: asking tells a stranger's server that somebody here speaks of
    it, and an address that was given to a few may be a secret itself.
    """

    async def unwanted(host: str) -> bool:
        async with database.read() as read:
            return bool(await community.find_suspended(read, [host]))

    async with database.read() as read:
        link = await _link_to_preview(read, post, outgoing.base_url)
        known = await queries.find_preview(read, queries.link_hash(link)) if link else None
    found: NewPreview | None = None
    kept: list[StoredFile] = []
    kept_for = PREVIEW_FRESH if known is not None and known.title else PREVIEW_KEPT
    if link and (known is None or known.fetched_at < clock.now() - kept_for):
        found, kept = await _look(link, media, outgoing, unwanted)
    try:
        async with database.write() as tx:
            if not await hold_post(tx, post) or await _link_to_preview(tx, post, outgoing.base_url) != link:
                raise _Overtaken
            preview = known.id if known is not None and known.title else None
            # A page that cannot be reached just now is still what it was.
            if found is not None and (found.title or not preview):
                before = await queries.find_preview(tx, found.url_hash)
                former = tuple(line.split()[2] for line in before.files.splitlines()) if before is not None else ()
                stored = await store_preview(tx, found)
                preview = stored if found.title else None
                if former:
                    await record(tx, PicturesDiscarded(files=former))
            await link_preview(tx, post, preview)
    except _Overtaken:
        await media.delete(keys_of(kept))
    except Exception:
        await media.delete(keys_of(kept))
        raise


class _Overtaken(Exception):
    """The post was changed or removed while others were asked."""


async def _link_to_preview(tx: Read, post: int, own_address: str) -> str | None:
    """The first link to elsewhere in a post that everybody may read, and not to where nothing is wanted from."""
    found = await queries.find_open_source(tx, post)
    links = markdown.parse(found).links if found else ()
    hosts = {link: _host_of(link) for link in links if not is_within(link, own_address)}
    suspended = await community.find_suspended(tx, set(hosts.values()))
    return next((link for link, host in hosts.items() if host not in suspended), None)


def _host_of(link: str) -> str:
    try:
        return read_url(link, any_port=True).host
    except BadUrl:
        return ""


async def _look(
    link: str, media: MediaStore, outgoing: GuardedClient, unwanted: Unwanted
) -> tuple[NewPreview | None, list[StoredFile]]:
    """What is there; nothing to show when it is no page, or does not want to be asked. None when nobody may ask."""
    found = NewPreview(url_hash=queries.link_hash(link), url=link, fetched_at=clock.now())
    page = await outgoing.fetch(link, headers={"accept": "text/html"}, most=HEAD_MAX, cut=True, unwanted=unwanted)
    if isinstance(page, Refused):
        return (None if page.reason is Refusal.OFF else found), []
    if not page.ok:
        return found, []
    summary = await asyncio.to_thread(summarise, page)
    found = msgspec.structs.replace(found, title=summary.title, text=summary.text, site=summary.site)
    if not summary.title or not summary.picture:
        return found, []
    picture = await outgoing.fetch(
        summary.picture, headers={"accept": "image/*"}, most=_PREVIEW_PICTURE_MAX, unwanted=unwanted
    )
    if not isinstance(picture, Fetched) or not picture.ok:
        return found, []
    try:
        prepared = await prepare_picture(picture.body)
    except DomainError:
        return found, []
    kept = await keep_files(media, prepared)
    files = "\n".join(" ".join(one) for one in kept)
    size = {"width": prepared.width, "height": prepared.height, "colour": prepared.colour}
    return msgspec.structs.replace(found, files=files, **size), kept

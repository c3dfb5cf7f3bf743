"""Bringing an account archive in: with its dates and threads, by the actions that everybody's posts go through, and
without telling anybody.

Everything is read and checked before the first post is written; what is written is remembered in the same
transaction, so that an import that was cut short goes on where it stopped, and a second one changes nothing.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.exchange.bundles import ArchiveBroken
from plausch.exchange.host import Host
from plausch.exchange.mastodon.reading import AccountArchive, ArchivedPost, ArchivedProfile, Relations, uri_key
from plausch.exchange.tables import arrivals
from plausch.exchange.unpacking import unpack
from plausch.feeds import actions as feeds
from plausch.feeds import queries as feed_queries
from plausch.http.site import profile_path, tag_path
from plausch.kernel import clock
from plausch.kernel.errors import DomainError, Invalid, TooMany
from plausch.kernel.ids import parse_id
from plausch.people import actions as people
from plausch.people import queries as people_queries
from plausch.people.model import ABOUT_MAX, NAME_MAX, PRESENT, ProfileEdit, Viewer
from plausch.storage import Read, Statement, Write, any_of, param
from plausch.storage.pictures import (
    PreparedPicture,
    StoredFile,
    face_keys,
    keep_files,
    keys_of,
    prepare_avatar,
    prepare_picture,
)
from plausch.talk import actions as talk
from plausch.talk import queries as talk_queries
from plausch.talk.model import ALT_MAX, PICTURES_MAX, TEXT_MAX, WARNING_MAX, PostDraft
from plausch.work.facts import Origin

#: Posts written in one transaction.
_PORTION = 25
#: Posts of the last day that may come with an archive.
_RECENT_MAX = 60
#: How long to wait when many prepare pictures at once, in seconds.
_PAUSE = 2.0

_MINE = arrivals.c.person_id == param("person")
_ARRIVED = Statement(
    sa.select(arrivals.c.uri, arrivals.c.post_id).where(_MINE, any_of(arrivals.c.uri, "uris")),
    lambda uri, post: (str(uri), int(post)),
)

#: Told how many posts of how many are done.
Progress = Callable[[int, int], Awaitable[None]]


class Outcome(msgspec.Struct, frozen=True):
    """What an import brought; `left_out` by kind."""

    posts: int
    #: Brought in before.
    known: int
    pictures: int
    relations: int
    left_out: dict[str, int]


class _Loaded(NamedTuple):
    """A picture whose files are stored."""

    prepared: PreparedPicture
    files: list[StoredFile]
    alt: str


async def import_account(host: Host, viewer: Viewer, path: Path, progress: Progress) -> Outcome:
    """Bring the archive at `path` in as the viewer's. Raises ArchiveBroken before anything is written."""
    folder = host.folder / f"{path.name}.unpacked"
    try:
        archive = await unpack(path, folder)
        return await _Import(host, viewer, folder, archive, progress).run()
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


class _Import:
    def __init__(
        self, host: Host, viewer: Viewer, folder: Path, archive: AccountArchive, progress: Progress
    ) -> None:
        self._host = host
        self._viewer = viewer
        #: Where the archive's pictures lie.
        self._folder = folder
        self._archive = archive
        self._progress = progress
        self._left_out = dict(archive.left_out)
        self._pictures = 0
        self._recent = 0
        self._published = 0

    async def run(self) -> Outcome:
        posts = self._archive.posts
        known = 0
        for start in range(0, len(posts), _PORTION):
            portion = posts[start : start + _PORTION]
            async with self._host.database.read() as tx:
                await self._check_standing(tx)
                there = await _arrived(tx, self._viewer, [post.uri for post in portion])
            new = [post for post in portion if post.uri not in there and self._is_due(post)]
            known += sum(post.uri in there for post in portion)
            if new:
                await self._bring(new)
            await self._progress(min(start + _PORTION, len(posts)), len(posts))
        await self._take_profile(self._archive.profile)
        relations = await self._relate(self._archive.relations)
        return Outcome(self._published, known, self._pictures, relations, self._left_out)

    async def _check_standing(self, tx: Read) -> None:
        """It takes a while, and much may happen to somebody meanwhile. Raises ArchiveBroken."""
        if (await people_queries.get_account(tx, self._viewer.person)).standing not in PRESENT:
            raise ArchiveBroken("archive_stopped")

    def _is_due(self, post: ArchivedPost) -> bool:
        """An archive is about the past: of the last day there is no more in it than somebody writes in a day."""
        if post.published_at < clock.now() - clock.DAY:
            return True
        self._recent += 1
        if self._recent > _RECENT_MAX:
            self._leave_out("recent")
            return False
        return True

    async def _bring(self, posts: Sequence[ArchivedPost]) -> None:
        """Pictures first, which takes time, then all posts of the portion in one transaction."""
        loaded = {post.uri: await self._load_pictures(post) for post in posts}
        try:
            async with self._host.database.write() as tx:
                for post in posts:
                    await self._publish(tx, post, loaded[post.uri])
        except BaseException:
            await self._host.media.delete(
                [key for pictures in loaded.values() for one in pictures for key in keys_of(one.files)]
            )
            raise

    async def _publish(self, tx: Write, post: ArchivedPost, pictures: Sequence[_Loaded]) -> None:
        parent = await self._parent(tx, post) if post.in_reply_to else None
        source = post.source
        if post.in_reply_to and parent is None:
            source = f"\u21a9 <{post.in_reply_to}>\n\n{source}"
        with clock.at(min(post.published_at, clock.now())):
            try:
                async with tx.savepoint():
                    draft = PostDraft(
                        source=source[:TEXT_MAX],
                        reply_to=parent,
                        audience=post.audience,
                        local_only=post.local_only,
                        language=post.language,
                        warning=post.warning[:WARNING_MAX],
                        pictures=tuple([await self._add_picture(tx, one) for one in pictures]),
                    )
                    id_ = await talk.publish_post(
                        tx, self._viewer, draft, self._host.addresses, origin=Origin.IMPORT
                    )
            except DomainError:
                self._leave_out("refused")
                await self._host.media.delete([key for one in pictures for key in keys_of(one.files)])
                return
        await tx.insert(arrivals, person_id=self._viewer.person, uri=post.uri, post_id=id_)
        self._published += 1
        self._pictures += len(pictures)

    async def _parent(self, tx: Read, post: ArchivedPost) -> int | None:
        """What it replies to, when that is the viewer's own and was there first: nobody else's talk is rewritten."""
        uri, beginning = post.in_reply_to, self._host.absolute("/posts/")
        id_ = (await _arrived(tx, self._viewer, [uri_key(uri)])).get(uri_key(uri))
        if id_ is None and uri.startswith(beginning):
            id_ = parse_id(uri.removeprefix(beginning))
        found = await talk_queries.find_post(tx, self._viewer, id_) if id_ is not None else None
        if found is None or found.author_id != self._viewer.person or found.published_at > post.published_at:
            return None
        return found.id

    async def _load_pictures(self, post: ArchivedPost) -> list[_Loaded]:
        loaded = []
        for one in post.pictures[:PICTURES_MAX]:
            data = await asyncio.to_thread((self._folder / one.name).read_bytes)
            try:
                prepared = await _patiently(prepare_picture, data)
            except Invalid:
                self._leave_out("media")
                continue
            files = await keep_files(self._host.media, prepared)
            loaded.append(_Loaded(prepared, files, one.alt[:ALT_MAX]))
        if len(post.pictures) > PICTURES_MAX:
            self._leave_out("media", len(post.pictures) - PICTURES_MAX)
        return loaded

    async def _add_picture(self, tx: Write, one: _Loaded) -> int:
        return await talk.add_picture(
            tx,
            self._viewer,
            files=one.files,
            width=one.prepared.width,
            height=one.prepared.height,
            blurhash=one.prepared.blurhash,
            colour=one.prepared.colour,
            alt=one.alt,
        )

    async def _take_profile(self, brought: ArchivedProfile) -> None:
        """Name, words and picture, where the person has not said anything of the kind here."""
        async with self._host.database.read() as tx:
            handle = (await people_queries.get_actor(tx, self._viewer.acting_as)).handle
            profile = await people_queries.get_profile(tx, self._viewer, handle)
        picture = None
        if brought.picture and not profile.picture:
            data = await asyncio.to_thread((self._folder / brought.picture).read_bytes)
            try:
                picture = await keep_files(self._host.media, await _patiently(prepare_avatar, data))
            except Invalid:
                self._leave_out("media")
        edit = ProfileEdit(
            name=profile.name or brought.name[:NAME_MAX],
            about=profile.about_source or brought.about[:ABOUT_MAX],
            pronouns=profile.pronouns,
            locked=profile.locked,
        )
        async with self._host.database.write() as tx:
            if (edit.name, edit.about) != (profile.name, profile.about_source):
                await people.edit_profile(tx, self._viewer, edit, profile_url=profile_path, tag_url=tag_path)
            if picture is not None:
                await people.set_picture(tx, self._viewer, face_keys(picture))

    async def _relate(self, relations: Relations) -> int:
        """Follow, block and mute those who are here, quietly; how many that are."""
        done = 0
        async with self._host.database.write() as tx:
            for handle in self._here(relations.blocks):
                done += await self._do(tx, handle, people.block)
            for handle in self._here(relations.mutes):
                done += await self._do(tx, handle, people.mute)
            for handle in self._here(relations.follows):
                done += await self._do(tx, handle, _follow_quietly)
            for name, members in relations.lists.items():
                await self._fill_list(tx, name, list(self._here(members)))
        return done

    def _here(self, addresses: Iterable[str]) -> Iterable[str]:
        """The handles of those addresses that are of this server; the others are counted."""
        for address in addresses:
            handle, _, server = address.partition("@")
            if server == self._host.settings.domain:
                yield handle
            else:
                self._leave_out("elsewhere")

    async def _do(self, tx: Write, handle: str, relate: Callable[[Write, Viewer, int], Awaitable[None]]) -> bool:
        found = await people_queries.resolve_handles(tx, [handle])
        if handle not in found:
            self._leave_out("unknown_people")
            return False
        try:
            async with tx.savepoint():
                await relate(tx, self._viewer, found[handle].id)
        except DomainError:
            self._leave_out("unknown_people")
            return False
        return True

    async def _fill_list(self, tx: Write, name: str, handles: Sequence[str]) -> None:
        there = {one.name: one.id for one in await feed_queries.list_lists(tx, self._viewer)}
        try:
            id_ = there.get(name) or await feeds.make_list(tx, self._viewer, name)
        except DomainError:
            self._leave_out("lists")
            return
        for actor in (await people_queries.resolve_handles(tx, handles)).values():
            try:
                async with tx.savepoint():
                    await feeds.add_to_list(tx, self._viewer, id_, actor.id)
            except DomainError:
                self._leave_out("unknown_people")

    def _leave_out(self, what: str, times: int = 1) -> None:
        self._left_out[what] = self._left_out.get(what, 0) + times


async def _arrived(tx: Read, viewer: Viewer, uris: Sequence[str]) -> dict[str, int]:
    """What was brought in before: posts by the addresses they had."""
    return dict(await tx.all(_ARRIVED, person=viewer.person, uris=list(uris)))


async def _follow_quietly(tx: Write, viewer: Viewer, target: int) -> None:
    """Whoever approves followers finds it among their requests; nobody's bell rings."""
    await people.follow(tx, viewer, target, origin=Origin.IMPORT)


async def _patiently(prepare: Callable[[bytes], Awaitable[PreparedPicture]], data: bytes) -> PreparedPicture:
    """Others upload pictures too; they go first."""
    while True:
        try:
            return await prepare(data)
        except TooMany:
            await asyncio.sleep(_PAUSE)

"""Bringing an account archive in: with its dates and threads, by the actions that everybody's posts go through, and
without telling anybody.

Everything is read and checked before the first post is written; what is written is remembered in the same
transaction, so that an import that was cut short goes on where it stopped, and a second one changes nothing.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from plausch.exchange.arriving import Progress, Recent, check_standing, find_arrived, note_arrival
from plausch.exchange.host import Host
from plausch.exchange.mastodon.model import AccountArchive, ArchivedPost, ArchivedProfile, Relations, uri_key
from plausch.exchange.pictures import Loaded, add_picture, discard, load_picture, patiently
from plausch.exchange.unpacking import unpack
from plausch.feeds import actions as feeds
from plausch.feeds import queries as feed_queries
from plausch.http.site import profile_path, tag_path
from plausch.kernel import clock
from plausch.kernel.errors import DomainError, Invalid
from plausch.kernel.ids import parse_id
from plausch.people import actions as people
from plausch.people import queries as people_queries
from plausch.people.model import ABOUT_MAX, NAME_MAX, OWN_ALT_MAX, ProfileEdit, Viewer
from plausch.storage import Read, Write
from plausch.storage.pictures import face_keys, keep_files, prepare_avatar
from plausch.talk import actions as talk
from plausch.talk import queries as talk_queries
from plausch.talk.model import PICTURES_MAX, TEXT_MAX, WARNING_MAX, PostDraft
from plausch.work.facts import Origin

#: Posts written in one transaction.
_PORTION = 25


class Outcome(msgspec.Struct, frozen=True):
    """What an import brought; `left_out` by kind."""

    posts: int
    #: Brought in before.
    known: int
    pictures: int
    relations: int
    left_out: dict[str, int]


async def import_account(host: Host, viewer: Viewer, path: Path, progress: Progress) -> Outcome:
    """Bring the archive at `path` in as the viewer's. Raises ArchiveBroken before anything is written."""
    folder = host.folder / f"{path.name}.unpacked"
    try:
        archive = await unpack(path, folder)
        return await _Import(host, viewer, folder, archive, progress).run()
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


class _Import:
    def __init__(self, host: Host, viewer: Viewer, folder: Path, archive: AccountArchive, progress: Progress) -> None:
        self._host = host
        self._viewer = viewer
        #: Where the archive's pictures lie.
        self._folder = folder
        self._archive = archive
        self._progress = progress
        self._left_out = dict(archive.left_out)
        self._pictures = 0
        self._recent = Recent()
        self._published = 0

    async def run(self) -> Outcome:
        posts = self._archive.posts
        known = 0
        for start in range(0, len(posts), _PORTION):
            portion = posts[start : start + _PORTION]
            async with self._host.database.read() as tx:
                await check_standing(tx, self._viewer)
                there = await find_arrived(tx, self._viewer.person, [post.uri for post in portion])
            new = [post for post in portion if post.uri not in there and self._comes_in(post)]
            known += sum(post.uri in there for post in portion)
            if new:
                await self._bring(new)
            await self._progress(min(start + _PORTION, len(posts)), len(posts))
        await self._take_profile(self._archive.profile)
        relations = await self._relate(self._archive.relations)
        return Outcome(self._published, known, self._pictures, relations, self._left_out)

    def _comes_in(self, post: ArchivedPost) -> bool:
        comes = self._recent.lets_in(post.published_at)
        if not comes:
            self._leave_out("recent")
        return comes

    async def _bring(self, posts: Sequence[ArchivedPost]) -> None:
        """Pictures first, which takes time, then all posts of the portion in one transaction."""
        loaded = {post.uri: await self._load_pictures(post) for post in posts}
        try:
            async with self._host.database.write() as tx:
                for post in posts:
                    await self._publish(tx, post, loaded[post.uri])
        except BaseException:
            await discard(self._host, [one for pictures in loaded.values() for one in pictures])
            raise

    async def _publish(self, tx: Write, post: ArchivedPost, pictures: Sequence[Loaded]) -> None:
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
                        pictures=tuple([await add_picture(tx, self._viewer, one) for one in pictures]),
                    )
                    id_ = await talk.publish_post(tx, self._viewer, draft, self._host.addresses, origin=Origin.IMPORT)
            except DomainError:
                self._leave_out("refused")
                await discard(self._host, pictures)
                return
        await note_arrival(tx, self._viewer.person, post.uri, id_)
        self._published += 1
        self._pictures += len(pictures)

    async def _parent(self, tx: Read, post: ArchivedPost) -> int | None:
        """What it replies to, when that is the viewer's own and was there first: nobody else's talk is rewritten."""
        uri, beginning = post.in_reply_to, self._host.absolute("/posts/")
        id_ = (await find_arrived(tx, self._viewer.person, [uri_key(uri)])).get(uri_key(uri))
        if id_ is None and uri.startswith(beginning):
            id_ = parse_id(uri.removeprefix(beginning))
        found = await talk_queries.find_post(tx, self._viewer, id_) if id_ is not None else None
        if found is None or found.author_id != self._viewer.person or found.published_at > post.published_at:
            return None
        return found.id

    async def _load_pictures(self, post: ArchivedPost) -> list[Loaded]:
        loaded = []
        for one in post.pictures[:PICTURES_MAX]:
            data = await asyncio.to_thread((self._folder / one.name).read_bytes)
            try:
                loaded.append(await load_picture(self._host, data, one.alt))
            except Invalid:
                self._leave_out("media")
        if len(post.pictures) > PICTURES_MAX:
            self._leave_out("media", len(post.pictures) - PICTURES_MAX)
        return loaded

    async def _take_profile(self, brought: ArchivedProfile) -> None:
        """Name, words and picture, where the person has not said anything of the kind here."""
        async with self._host.database.read() as tx:
            handle = (await people_queries.get_actor(tx, self._viewer.acting_as)).handle
            profile = await people_queries.get_profile(tx, self._viewer, handle)
        picture = None
        if brought.picture and not profile.picture:
            data = await asyncio.to_thread((self._folder / brought.picture).read_bytes)
            try:
                picture = await keep_files(self._host.media, await patiently(prepare_avatar, data))
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
                await people.edit_profile(
                    tx, self._viewer, edit, profile_url=profile_path, tag_url=tag_path, here=self._host.addresses.here
                )
            if picture is not None:
                await people.set_picture(tx, self._viewer, face_keys(picture), brought.picture_alt[:OWN_ALT_MAX])

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


async def _follow_quietly(tx: Write, viewer: Viewer, target: int) -> None:
    """Whoever approves followers finds it among their requests; nobody's bell rings."""
    await people.follow(tx, viewer, target, origin=Origin.IMPORT)

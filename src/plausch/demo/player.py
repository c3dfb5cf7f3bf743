"""Performs the demo town: everything happens by the real actions, in the order of time, at its own moment.

Moments lie in the past, so the clock is told what time it is. Background work is done in between, as a server would,
so that notifications have the right dates too.
"""

from collections.abc import Iterator, Sequence

import msgspec

from plausch.demo import founding, settling, studio
from plausch.demo.caring import Caring
from plausch.demo.gathering import Gathering
from plausch.demo.model import (
    Conversation,
    Person,
    Picture,
    Post,
    Scene,
    Town,
    Unsent,
    acts,
    asked,
    due,
    joined,
    scenes,
)
from plausch.demo.moments import Deed, Moment, portions
from plausch.demo.standing import place_draft, tend
from plausch.feeds import actions as feeds
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.people import actions as people
from plausch.people import queries as people_queries
from plausch.people.model import ProfileEdit, ProfileField, Role, SignUp, Viewer
from plausch.storage import Database, Write
from plausch.storage.media import MediaStore
from plausch.storage.pictures import PreparedPicture, StoredFile, keep_files
from plausch.talk import actions as talk
from plausch.talk.model import AudienceKind, PostDraft, PostEdit
from plausch.work.registry import Registry
from plausch.work.worker import Worker

#: With which everybody in the town signs in.
PASSWORD = "lindenau"  # noqa: S105 - printed by the demo: there is nothing to keep secret
#: How long after both are here somebody follows, and after a request it is answered.
_FOLLOWS_AFTER, _ANSWERS_AFTER = 40 * clock.MINUTE, 5 * clock.MINUTE
#: How long after joining the owner says what the place is, and how long before now something is announced.
_FOUNDS_AFTER, _ANNOUNCED_BEFORE = 2 * clock.HOUR, 30 * clock.HOUR
#: How long before now people arranged how they read, and how long after posting a post is pinned.
_SETTLED_BEFORE, _PINS_AFTER = 2 * clock.DAY, 1 * clock.HOUR


class _Files(msgspec.Struct):
    """A stored picture, as `add_picture` and `set_picture` take it."""

    prepared: PreparedPicture
    #: Variant, media type, key.
    files: Sequence[StoredFile]

    @property
    def pair(self) -> str:
        """What an actor's `picture` and `header` hold: the keys of the large and the small variant."""
        keys = {name: key for name, _, key in self.files}
        return f"{keys['large']}.{keys['small']}"


class Player:
    """One performance of a town, into an empty database."""

    def __init__(self, town: Town, database: Database, media: MediaStore, registry: Registry) -> None:
        self._town = town
        self._database = database
        self._media = media
        self._worker = Worker(database, registry)
        self._viewers: dict[str, Viewer] = {}
        self._posts: dict[int, int] = {}
        self._shares: dict[tuple[int, str], int | None] = {}
        self._newest: dict[int, int] = {}
        self._pictures: dict[int, _Files] = {}
        self._faces: dict[str, str] = {}
        self._gathering = Gathering(town, self._viewers, self._faces)
        self._caring = Caring(town, self._viewers, self._gathering)
        self._headers: dict[str, _Files] = {}
        self._password_hash = ""

    async def play(self) -> None:
        """Let everything happen that lies before now."""
        now = clock.now()
        self._password_hash = await people.hash_password(PASSWORD)
        await self._store_pictures()
        moments = sorted((moment for moment in self._moments(now) if moment.at <= now), key=lambda moment: moment.at)
        for portion in portions(moments):
            async with self._database.write() as tx:
                for moment in portion:
                    with clock.at(moment.at):
                        await moment.do(tx)
            with clock.at(portion[-1].at):
                await self._worker.work_all()
        await self._look_at_notifications(now - clock.DAY)

    async def _look_at_notifications(self, upto: int) -> None:
        """Everybody came by a day ago."""
        async with self._database.write() as tx:
            for viewer in (*self._viewers.values(), *self._gathering.teams()):
                with clock.at(upto):
                    await feeds.mark_notifications_read(tx, viewer, first_id_at(upto))

    def _moments(self, now: int) -> Iterator[Moment]:
        """Everything that happens, in no order but that what depends on something comes after it."""
        for person in self._town.people:
            yield Moment(joined(person, now), self._join(person))
        yield from self._words(now)
        for person in self._town.people:
            yield from self._ties(person, now)
            yield Moment(now - _SETTLED_BEFORE, self._settle(person))
        yield from self._gathering.moments(now)
        yield from self._caring.moments(now)
        for conversation in self._town.conversations:
            for scene in scenes(conversation, now):
                yield from self._scene(conversation, scene)
            yield from self._visits(conversation, now)
        for person in self._town.people:
            for unsent in person.unsent:
                yield Moment(now - unsent.hours_ago * clock.HOUR, self._begin(person, unsent, due(unsent, now)))

    # Pictures

    async def _store_pictures(self) -> None:
        """Store all pictures at the beginning, each time with files of its own: one goes, and the others stay."""
        made = await studio.prepare(self._town)
        for file in studio.faces(self._town):
            self._faces[file] = (await self._keep(made["avatar", file])).pair
        for person in self._town.people:
            if person.header:
                self._headers[person.handle] = await self._keep(made["picture", person.header])
        for picture in studio.posted(self._town):
            self._pictures[id(picture)] = await self._keep(made["picture", picture.file])

    async def _keep(self, prepared: PreparedPicture) -> _Files:
        return _Files(prepared, await keep_files(self._media, prepared))

    # People

    def _join(self, person: Person) -> Deed:
        async def join(tx: Write) -> None:
            form = SignUp(
                handle=person.handle,
                email=f"{person.handle}@example.org",
                password_hash=self._password_hash,
                name=person.name,
                locale=person.language,
                time_zone=person.time_zone,
                role=Role(person.role),
                email_confirmed=True,
            )
            id_ = await people.sign_up(tx, form)
            viewer = self._viewers[person.handle] = Viewer(id_, id_, Role(person.role))
            edit = ProfileEdit(
                name=person.name, about=person.about.strip(), pronouns=person.pronouns, locked=person.locked
            )
            await people.edit_profile(tx, viewer, edit, profile_url=ADDRESSES.profile, tag_url=ADDRESSES.tag)
            if person.picture:
                await people.set_picture(tx, viewer, self._faces[person.picture])
            if person.header:
                await people.set_header(tx, viewer, self._headers[person.handle].pair)
            await people.set_fields(tx, viewer, [ProfileField(one.label, one.value) for one in person.fields])

        return join

    def _words(self, now: int) -> Iterator[Moment]:
        """What the owner says of the place."""
        owner, charter = self._town.owner, self._town.charter
        viewers = self._viewers
        yield Moment(joined(owner, now) + _FOUNDS_AFTER, lambda tx: founding.found(tx, viewers[owner.handle], charter))
        yield Moment(now - _ANNOUNCED_BEFORE, lambda tx: founding.announce(tx, viewers[owner.handle], charter, now))

    def _settle(self, person: Person) -> Deed:
        return lambda tx: settling.settle(tx, self._viewers[person.handle], person, self._viewers)

    def _begin(self, person: Person, unsent: Unsent, moment: int | None) -> Deed:
        async def begin(tx: Write) -> None:
            answered = self._first_post(unsent.answers) if unsent.answers else 0
            await settling.begin(tx, self._viewers[person.handle], person, unsent, answered, moment)

        return begin

    def _ties(self, person: Person, now: int) -> Iterator[Moment]:
        """Whom somebody follows and asks to connect, as soon as both are here."""
        since = joined(person, now)
        for place, handle in enumerate(person.follows, start=1):
            other = self._town.person(handle)
            at = max(since, joined(other, now)) + place * _FOLLOWS_AFTER
            yield Moment(at, self._follow(person.handle, handle), sets_off=other.locked)
            if other.locked:
                yield Moment(at + _ANSWERS_AFTER, self._accept_follow(handle, person.handle))
        for request in person.connects:
            at = asked(request, now)
            yield Moment(at, self._ask(person.handle, request.to, request.line), sets_off=True)
            if request.accepted:
                yield Moment(at + _ANSWERS_AFTER, self._accept(request.to, person.handle))

    def _follow(self, who: str, whom: str) -> Deed:
        return lambda tx: people.follow(tx, self._viewers[who], self._viewers[whom].person)

    def _accept_follow(self, who: str, whom: str) -> Deed:
        async def accept(tx: Write) -> None:
            source = self._viewers[whom].person
            # Whoever is connected already follows without asking.
            relationship = await people_queries.get_relationship(tx, self._viewers[who], source)
            if relationship.asks_to_follow:
                await people.accept_follow(tx, self._viewers[who], source)

        return accept

    def _ask(self, who: str, whom: str, line: str) -> Deed:
        return lambda tx: people.ask_to_connect(tx, self._viewers[who], self._viewers[whom].person, line)

    def _accept(self, who: str, whom: str) -> Deed:
        return lambda tx: people.accept_connection(tx, self._viewers[who], self._viewers[whom].person)

    # Talk

    def _scene(self, conversation: Conversation, scene: Scene) -> Iterator[Moment]:
        """A post, and what others do with it."""
        post = scene.post
        # What ends a poll comes before its time here, and is to be done and gone by then.
        yield Moment(scene.moment, self._publish(conversation, scene), sets_off=post.poll is not None)
        if scene.parent is None:
            for person in self._town.people:
                if conversation.name in person.pins:
                    yield Moment(scene.moment + _PINS_AFTER, self._pin(post, person.handle))
        if post.poll is not None:
            for vote in post.poll.votes:
                yield Moment(scene.moment + vote.after, self._vote(post, vote.by, vote.places))
            yield Moment(scene.moment + post.poll.draft.lasts, self._end_poll(post), sets_off=True)
        for like in post.likes:
            yield Moment(scene.moment + like.after, self._like(post, like.by))
        for bookmark in post.bookmarks:
            yield Moment(scene.moment + bookmark.after, self._bookmark(post, bookmark.by))
        for share in sorted(post.shares, key=lambda share: share.after):
            yield Moment(scene.moment + share.after, self._share(post, share.by, share.via))
        if post.edited is not None:
            yield Moment(scene.moment + post.edited.after, self._edit(post, post.edited.text))
        if scene.parent is None:
            yield from tend(conversation, scene.moment, lambda: self._posts[id(post)], self._gathering)
        elif post.accepted is not None:
            yield Moment(scene.moment + post.accepted, self._accept_answer(post, conversation.post.by))

    def _publish(self, conversation: Conversation, scene: Scene) -> Deed:
        post, standing = scene.post, conversation.standing
        first = scene.parent is None

        async def publish(tx: Write) -> None:
            viewer = self._gathering.viewer(post.by, post.speaks_as)
            pictures = {one.file: await self._add_picture(tx, viewer, one) for one in post.pictures}
            draft = PostDraft(
                source=post.text,
                reply_to=self._posts[id(scene.parent)] if scene.parent is not None else None,
                audience=AudienceKind(conversation.audience) if first and conversation.audience != "group" else None,
                local_only=conversation.local_only,
                participants=self._named(conversation, post) if first else (),
                language=post.language,
                warning=post.warning,
                pictures=tuple(pictures.values()),
                poll=post.poll.draft if post.poll is not None else None,
                quote=self._first_post(post.quotes) if post.quotes else None,
            )
            if first:
                draft = place_draft(draft, standing, pictures, self._gathering)
            # What has to be let through was.
            self._posts[id(post)] = await talk.publish_post(tx, viewer, draft, ADDRESSES, approved=True)
            self._newest[id(conversation)] = self._posts[id(post)]

        return publish

    def _visits(self, conversation: Conversation, now: int) -> Iterator[Moment]:
        """Whoever did something here had read what was there: one mark at the last time suffices."""
        last: dict[str, int] = {}
        for scene in scenes(conversation, now):
            for by, after in ((scene.post.by, 0), *((act.by, act.after) for act in acts(scene.post))):
                if scene.moment + after <= now:
                    last[by] = max(last.get(by, 0), scene.moment + after)
        for by, at in last.items():
            yield Moment(at, self._visit(conversation, by))

    def _visit(self, conversation: Conversation, by: str) -> Deed:
        async def visit(tx: Write) -> None:
            first = self._posts[id(conversation.post)]
            await talk.mark_read(tx, self._viewers[by], first, self._newest[id(conversation)])

        return visit

    def _first_post(self, name: str) -> int:
        """The id of the post with which the conversation of this name began."""
        return next(self._posts[id(one.post)] for one in self._town.conversations if one.name == name)

    def _named(self, conversation: Conversation, post: Post) -> tuple[int, ...]:
        return tuple(self._viewers[name].person for name in conversation.participants if name != post.by)

    async def _add_picture(self, tx: Write, viewer: Viewer, picture: Picture) -> int:
        stored = self._pictures[id(picture)]
        made = stored.prepared
        return await talk.add_picture(
            tx,
            viewer,
            files=stored.files,
            width=made.width,
            height=made.height,
            blurhash=made.blurhash,
            colour=made.colour,
            alt=picture.alt,
        )

    def _pin(self, post: Post, by: str) -> Deed:
        return lambda tx: talk.pin_post(tx, self._viewers[by], self._posts[id(post)])

    def _accept_answer(self, post: Post, by: str) -> Deed:
        return lambda tx: talk.accept_answer(tx, self._viewers[by], self._posts[id(post)])

    def _vote(self, post: Post, by: str, places: Sequence[int]) -> Deed:
        return lambda tx: talk.vote(tx, self._viewers[by], self._posts[id(post)], places)

    def _end_poll(self, post: Post) -> Deed:
        return lambda tx: talk.end_poll(tx, self._posts[id(post)])

    def _like(self, post: Post, by: str) -> Deed:
        return lambda tx: talk.like_post(tx, self._viewers[by], self._posts[id(post)])

    def _bookmark(self, post: Post, by: str) -> Deed:
        return lambda tx: talk.bookmark_post(tx, self._viewers[by], self._posts[id(post)])

    def _share(self, post: Post, by: str, via: str | None) -> Deed:
        async def share(tx: Write) -> None:
            shared = self._posts[id(post)]
            # Where some have it from others, the rest have it from the post itself; elsewhere nobody knows.
            first = shared if any(one.via for one in post.shares) else None
            found = self._shares.get((id(post), via)) if via else first
            self._shares[id(post), by] = await talk.share_post(tx, self._viewers[by], shared, via=found)

        return share

    def _edit(self, post: Post, text: str) -> Deed:
        async def edit(tx: Write) -> None:
            change = PostEdit(source=text, language=post.language, warning=post.warning)
            await talk.edit_post(tx, self._viewers[post.by], self._posts[id(post)], change, ADDRESSES)

        return edit

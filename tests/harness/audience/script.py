"""Random lives of a community: steps drawn by hypothesis, done by the real actions and noted in the plain model.

Where an action is refused, the model says that it had to be; where it is done, the model says that it might be.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from hypothesis import strategies as st

from plausch.feeds import actions as feeds
from plausch.feeds.jobs import find_trends
from plausch.http.site import ADDRESSES
from plausch.kernel.errors import DomainError
from plausch.people import actions as people
from plausch.people.model import Consent, WhoQuotes
from plausch.storage import Database, Write
from plausch.talk import actions as talk
from plausch.talk.model import AudienceKind, PostEdit
from tests.harness.audience.world import KINDS, PlainPost, World
from tests.harness.community import as_person, connect, join, publish, settle

#: A word in every post.
EVERYWHERE = "gemeinsam"
TAGS = ("garten", "schach")
#: Under which the small variant of every picture lies, if a test puts a file there.
SMALL_PICTURE = "11" * 16


class Step(NamedTuple):
    """`who` acts on `whom` or on the `which`th post; both are taken modulo of how many there are."""

    what: str
    who: int
    whom: int
    which: int
    kind: str | None
    local: bool
    #: Bits: who is named.
    named: int


Deed = Callable[["Performance", Write, Step, int, int, PlainPost | None], Awaitable[None]]
_DEEDS: dict[str, Deed] = {}
_ON_POSTS = {
    *("reply", "quote", "withdraw", "like", "unlike", "share", "unshare", "bookmark", "edit", "remove"),
    *("mute_talk", "unmute_talk"),
}


def deed(function: Deed) -> Deed:
    _DEEDS[function.__name__] = function
    return function


class Refused(AssertionError):
    """An action was done or refused against what the model says."""


class Performance:
    """A community that lives through steps, twice: in the database, and in the plain model."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.world = World()

    async def begin(self, size: int, follows: int = 0, connections: int = 0) -> None:
        """People, and who of them knows whom; bits say which of the pairs."""
        world = self.world
        async with self.database.write() as tx:
            for number in range(size):
                world.people.append((await join(tx, f"person{number}")).person)
            pairs = [(one, other) for one in world.people for other in world.people if one != other]
            for place, (one, other) in enumerate(pairs):
                if connections >> place & 1 and one < other:
                    await befriend(self, tx, _NOBODY, one, other, None)
                elif follows >> place & 1:
                    await follow(self, tx, _NOBODY, one, other, None)

    async def perform(self, steps: list[Step]) -> None:
        """All steps, and the background work after them."""
        for step in steps:
            if step.what == "settle":
                await settle(self.database)
                continue
            world = self.world
            who, whom = (world.people[number % len(world.people)] for number in (step.who, step.whom))
            post = world.posts[step.which % len(world.posts)] if world.posts else None
            if step.what in _ON_POSTS and post is None:
                continue
            if post is not None and step.what in ("edit", "remove") and step.named % 4:
                who = post.author  # seldom anybody else: that is refused anyway
            if who in world.absent and step.what != "come_back":
                continue
            async with self.database.write() as tx:
                await _DEEDS[step.what](self, tx, step, who, whom, post)
        await settle(self.database)
        await find_trends(self.database, None)

    async def attempt(self, allowed: bool, doing: Awaitable[object], what: str) -> bool:
        """Do it; whether it was done, which must be what the model says."""
        try:
            await doing
        except DomainError as error:
            if allowed:
                raise Refused(f"{what} was refused: {error}") from error
            return False
        if not allowed:
            raise Refused(f"{what} was done and must not be")
        return True


@deed
async def follow(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    if await self.attempt(_may_relate(self.world, who, whom), people.follow(tx, as_person(who), whom), "follow"):
        self.world.follows.add((who, whom))


@deed
async def unfollow(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await people.unfollow(tx, as_person(who), whom)
    self.world.follows.discard((who, whom))


@deed
async def befriend(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    world, before = self.world, (who, whom) in self.world.connected
    if not before and await self.attempt(
        _may_relate(world, who, whom), connect(tx, as_person(who), as_person(whom)), "connect"
    ):
        for pair in ((who, whom), (whom, who)):
            world.connected.add(pair)
            world.follows.add(pair)


@deed
async def part(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await people.disconnect(tx, as_person(who), whom)
    self.world.connected -= {(who, whom), (whom, who)}


@deed
async def block(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    if await self.attempt(who != whom, people.block(tx, as_person(who), whom), "block"):
        self.world.blocks.add((who, whom))
        for ties in (self.world.connected, self.world.follows):
            ties -= {(who, whom), (whom, who)}


@deed
async def unblock(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await people.unblock(tx, as_person(who), whom)
    self.world.blocks.discard((who, whom))


@deed
async def mute(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    allowed = who != whom and whom not in self.world.absent and (whom, who) not in self.world.blocks
    if await self.attempt(allowed, people.mute(tx, as_person(who), whom), "mute"):
        self.world.mutes.add((who, whom))


@deed
async def suspend(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    # The first owns the server and stays.
    if whom != self.world.people[0]:
        await people.suspend(tx, whom)
        self.world.absent.add(whom)


@deed
async def go(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    if who != self.world.people[0]:
        await people.leave(tx, as_person(who))
        self.world.absent.add(who)


@deed
async def come_back(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await people.unsuspend(tx, whom)
    await people.cancel_leaving(tx, whom)
    self.world.absent.discard(whom)


@deed
async def hide(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await people.set_consent(tx, as_person(who), Consent.BE_FOUND, step.local)
    (self.world.hidden.discard if step.local else self.world.hidden.add)(who)


@deed
async def hide_likes(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await people.set_consent(tx, as_person(who), Consent.SHOW_LIKES, step.local)
    (self.world.shy.discard if step.local else self.world.shy.add)(who)


@deed
async def follow_tag(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    tag = TAGS[step.which % len(TAGS)]
    await feeds.follow_tag(tx, as_person(who), tag)
    self.world.topics.add((who, tag))


@deed
async def unfollow_tag(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    tag = TAGS[step.which % len(TAGS)]
    await feeds.unfollow_tag(tx, as_person(who), tag)
    self.world.topics.discard((who, tag))


@deed
async def mute_talk(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    root = post.root
    seen = any(self.world.sees(who, one) for one in self.world.posts if one.root is root)
    if await self.attempt(seen, feeds.mute_conversation(tx, as_person(who), root.id), "mute a conversation"):
        self.world.muted_talks.add((who, root.id))


@deed
async def unmute_talk(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    await feeds.unmute_conversation(tx, as_person(who), post.root.id)
    self.world.muted_talks.discard((who, post.root.id))


@deed
async def put_on_list(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    world = self.world
    if who not in world.lists:
        world.lists[who] = await feeds.make_list(tx, as_person(who), "Liste")
    allowed = (who, whom) in world.follows
    if await self.attempt(allowed, feeds.add_to_list(tx, as_person(who), world.lists[who], whom), "put on a list"):
        world.listed.add((who, whom))


@deed
async def post(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await _publish(self, tx, step, who, whom, None)


@deed
async def reply(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await _publish(self, tx, step, who, whom, post)


@deed
async def quote(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await _publish(self, tx, step, who, whom, None, post)


@deed
async def withdraw(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Mostly by whoever is quoted."""
    assert post is not None
    quoted = post.quoted if not post.deleted else None
    if quoted is not None and step.named % 4 and quoted.author not in self.world.absent:
        who = quoted.author
    allowed = quoted is not None and who == quoted.author and not quoted.deleted
    if await self.attempt(allowed, talk.withdraw_quote(tx, as_person(who), post.id), "withdraw"):
        post.withdrawn = True


@deed
async def limit_quotes(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    limit = list(WhoQuotes)[step.named % 3]
    await people.set_who_quotes(tx, as_person(who), limit)
    self.world.quotable[who] = limit.value


async def _publish(
    self: Performance,
    tx: Write,
    step: Step,
    who: int,
    whom: int,
    parent: PlainPost | None,
    quoted: PlainPost | None = None,
) -> None:
    world, number = self.world, len(self.world.posts)
    word, tag = _word(number, 1), TAGS[number % len(TAGS)]
    named = {person for place, person in enumerate(world.people) if step.named >> place & 1}
    wanted = (named | ({parent.author} if parent else set())) - {who}
    circle = world.circle_of(who, step.kind, wanted, parent)
    names_anew = circle.kind == "participants" and (parent is None or parent.circle != circle)
    allowed = (parent is None or world.sees(who, parent)) and (
        not names_anew or world.may_be_named(who, wanted, parent)
    )
    if quoted is not None:
        allowed = allowed and world.may_quote(who, quoted, circle, step.local)
    picture = await _picture(tx, who) if number % 2 else None
    mentioned = f"@person{world.people.index(whom)}"

    async def doing() -> None:
        id_ = await publish(
            tx,
            as_person(who),
            f"{EVERYWHERE} {word} #{tag} #nur{number} {mentioned}",
            reply_to=parent.id if parent else None,
            audience=AudienceKind(step.kind) if step.kind else None,
            local_only=step.local,
            participants=tuple(sorted(named)),
            warning=f"Achtung {word}",
            pictures=(picture,) if picture else (),
            quote=quoted.id if quoted else None,
        )
        local = step.local or (parent is not None and parent.local)
        world.posts.append(PlainPost(number, id_, who, circle, local, parent, tag, [word], picture, quoted))

    await self.attempt(allowed, doing(), "publish")


async def _picture(tx: Write, who: int) -> int:
    return await talk.add_picture(
        tx,
        as_person(who),
        files=[("large", "image/webp", "00" * 16), ("small", "image/webp", SMALL_PICTURE)],
        width=1,
        height=1,
        blurhash="",
        colour="",
        alt="",
    )


@deed
async def like(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    if await self.attempt(self.world.sees(who, post), talk.like_post(tx, as_person(who), post.id), "like"):
        post.likers.add(who)


@deed
async def unlike(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    await talk.unlike_post(tx, as_person(who), post.id)
    post.likers.discard(who)


@deed
async def share(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    allowed = self.world.sees(who, post) and post.circle.kind != "participants"
    via = next(iter(post.sharers.values()), None)

    async def doing() -> None:
        id_ = await talk.share_post(tx, as_person(who), post.id, via=via)
        if id_ is not None:
            post.sharers[who] = id_

    await self.attempt(allowed, doing(), "share")


@deed
async def unshare(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    await talk.unshare_post(tx, as_person(who), post.id)
    post.sharers.pop(who, None)


@deed
async def bookmark(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    if await self.attempt(self.world.sees(who, post), talk.bookmark_post(tx, as_person(who), post.id), "bookmark"):
        self.world.bookmarks.add((who, post.id))


@deed
async def edit(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    word = _word(post.number, len(post.words) + 1)
    change = PostEdit(source=f"{EVERYWHERE} {word} #{post.tag}", language="de", warning=f"Achtung {word}")
    allowed = who == post.author and not post.deleted
    if await self.attempt(allowed, talk.edit_post(tx, as_person(who), post.id, change, ADDRESSES), "edit"):
        post.words.append(word)


@deed
async def remove(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    allowed = who == post.author and not post.deleted
    if await self.attempt(allowed, talk.remove_post(tx, as_person(who), post.id), "remove"):
        post.deleted = True
        post.likers.clear()
        post.sharers.clear()


def _may_relate(world: World, who: int, whom: int) -> bool:
    return who != whom and world.near(who, whom)


def _word(number: int, version: int) -> str:
    return f"q{number:03}v{version}q"


_NOBODY = Step("", 0, 0, 0, None, False, 0)


class Life(NamedTuple):
    follows: int
    connections: int
    steps: list[Step]


def lives(most: int) -> st.SearchStrategy[Life]:
    """Lives in which posting and replying are frequent enough for trees to grow."""
    frequent = ["post"] * 6 + ["reply"] * 10 + ["share"] * 3 + ["quote"] * 2 + ["like"] * 4
    frequent += ["follow", "befriend", "settle"]
    what = st.sampled_from(frequent + sorted(_DEEDS))
    kind = st.sampled_from((None, *KINDS))
    local = st.sampled_from((False, False, False, True))
    small = st.integers(0, 15)
    step = st.builds(Step, what, small, small, small, kind, local, small)
    bits = st.integers(0, (1 << 20) - 1)
    return st.builds(Life, bits, bits, st.lists(step, min_size=most // 2, max_size=most))

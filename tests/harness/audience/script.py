"""Random lives of a community: steps drawn by hypothesis; what people do among themselves and with posts."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from plausch.feeds import actions as feeds
from plausch.people import actions as people
from plausch.people.model import Consent, TeamRole, WhoQuotes
from plausch.storage import Write
from plausch.talk import actions as talk
from tests.harness.audience import naming, places
from tests.harness.audience.naming import rewrite
from tests.harness.audience.performing import DEEDS, EVERYWHERE, TAGS, Performance, Step, deed
from tests.harness.audience.speaking import SMALL_PICTURE, Where, speak
from tests.harness.audience.world import KINDS, PlainPost, World
from tests.harness.community import as_person, connect

__all__ = ["EVERYWHERE", "SMALL_PICTURE", "TAGS", "Life", "Performance", "lives", "naming", "places"]


@deed
async def follow(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    whom = _target(self.world, step)
    # A secret group is followed by becoming a member only.
    group = self.world.group(whom)
    allowed = _may_relate(self.world, who, whom) and (group is None or group.visibility != "secret")
    if await self.attempt(allowed, people.follow(tx, self.as_(who), whom), "follow"):
        self.world.follows.add((who, whom))


@deed
async def unfollow(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    whom = _target(self.world, step)
    await people.unfollow(tx, self.as_(who), whom)
    self.world.follows.discard((who, whom))


@deed
async def befriend(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    world, before = self.world, (who, whom) in self.world.connected
    if not before and await self.attempt(
        _may_relate(world, who, whom), connect(tx, self.as_(who), self.as_(whom)), "connect"
    ):
        for pair in ((who, whom), (whom, who)):
            world.connected.add(pair)
            world.follows.add(pair)


@deed
async def part(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await people.disconnect(tx, self.as_(who), whom)
    self.world.connected -= {(who, whom), (whom, who)}


@deed
async def block(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    whom = _target(self.world, step)
    group = self.world.group(whom)
    if group is not None and who == self.world.people[0]:
        return  # it would be without an owner
    team = {
        *(one for members in self.world.pages.values() for one in members),
        *(group.id for group in self.world.groups),
    }
    if {who, whom} & set(self.world.pages) and {who, whom} & team:
        return  # a page and its team, also where they speak as a group
    if await self.attempt(who != whom, people.block(tx, self.as_(who), whom), "block"):
        if group is not None:
            self.take_out(group, who)
        self.world.blocks.add((who, whom))
        for ties in (self.world.connected, self.world.follows):
            ties -= {(who, whom), (whom, who)}


@deed
async def unblock(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    whom = _target(self.world, step)
    await people.unblock(tx, self.as_(who), whom)
    self.world.blocks.discard((who, whom))


@deed
async def mute(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    whom = _target(self.world, step)
    group = self.world.group(whom)
    allowed = who != whom and whom not in self.world.absent and (whom, who) not in self.world.blocks
    allowed = allowed and (group is None or group.visibility != "secret")
    if await self.attempt(allowed, people.mute(tx, self.as_(who), whom), "mute"):
        self.world.mutes.add((who, whom))


@deed
async def suspend(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    # The first owns the server and stays.
    if whom != self.world.people[0]:
        await people.suspend(tx, whom)
        self.world.absent.add(whom)
        _leave_teams(self.world, whom)


@deed
async def go(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    if who != self.world.people[0]:
        await people.leave(tx, self.as_(who))
        self.world.absent.add(who)


@deed
async def come_back(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await people.unsuspend(tx, whom)
    await people.cancel_leaving(tx, whom)
    self.world.absent.discard(whom)


@deed
async def team(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Speak for a page, or do so no more."""
    world, founder = self.world, self.world.people[0]
    page, members = next(iter(world.pages.items()))
    if post is not None and post.author == page and step.named % 4:
        who = post.writer  # mostly somebody who has said something for it
    if who in {founder, *world.absent} or world.blocked(who, page):
        return
    if who in members:
        await people.leave_team(tx, as_person(who), page)
        del members[who]
        world.hands[page] = founder
        return
    role = TeamRole.ADMIN if step.local else TeamRole.AUTHOR
    invited = people.invite_to_team(tx, as_person(founder), page, f"person{world.people.index(who)}", role)
    if await self.attempt(not world.blocked(founder, who), invited, "ask into a team"):
        await people.accept_team(tx, as_person(who), page)
        members[who] = role.value


@deed
async def hide(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await people.set_consent(tx, self.as_(who), Consent.BE_FOUND, step.local)
    (self.world.hidden.discard if step.local else self.world.hidden.add)(who)


@deed
async def hide_likes(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await people.set_consent(tx, self.as_(who), Consent.SHOW_LIKES, step.local)
    (self.world.shy.discard if step.local else self.world.shy.add)(who)


@deed
async def follow_tag(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    tag = TAGS[step.which % len(TAGS)]
    await feeds.follow_tag(tx, self.as_(who), tag)
    self.world.topics.add((who, tag))


@deed
async def unfollow_tag(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    tag = TAGS[step.which % len(TAGS)]
    await feeds.unfollow_tag(tx, self.as_(who), tag)
    self.world.topics.discard((who, tag))


@deed
async def mute_talk(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    root = post.root
    seen = any(self.world.sees(who, one) for one in self.world.posts if one.root is root)
    if await self.attempt(seen, feeds.mute_conversation(tx, self.as_(who), root.id), "mute a conversation"):
        self.world.muted_talks.add((who, root.id))


@deed
async def unmute_talk(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    await feeds.unmute_conversation(tx, self.as_(who), post.root.id)
    self.world.muted_talks.discard((who, post.root.id))


@deed
async def put_on_list(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    world = self.world
    if who not in world.lists:
        world.lists[who] = await feeds.make_list(tx, self.as_(who), "Liste")
    allowed = (who, whom) in world.follows
    if await self.attempt(allowed, feeds.add_to_list(tx, self.as_(who), world.lists[who], whom), "put on a list"):
        world.listed.add((who, whom))


@deed
async def post(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await speak(self, tx, step, who, whom, Where())


@deed
async def reply(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    await speak(self, tx, step, who, whom, Where(post))


@deed
async def quote(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    # Into the group in which it was said, or outside.
    group = self.world.group(post.root.place) if step.local or self.world.group(who) else None
    await speak(self, tx, step, who, whom, Where(place=group.id if group else 0), post)


@deed
async def withdraw(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Mostly by whoever is quoted."""
    assert post is not None
    quoted = post.quoted if not post.deleted else None
    if quoted is not None and step.named % 4 and quoted.author not in self.world.absent:
        who = quoted.author
    allowed = quoted is not None and self.world.sees(who, quoted) and self.world.wrote(who, quoted)
    if await self.attempt(allowed, talk.withdraw_quote(tx, self.as_(who), post.id), "withdraw"):
        post.withdrawn = True


@deed
async def limit_quotes(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    limit = list(WhoQuotes)[step.named % 3]
    await people.set_who_quotes(tx, self.as_(who), limit)
    self.world.quotable[who] = limit.value


@deed
async def like(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    if await self.attempt(self.world.sees(who, post), talk.like_post(tx, self.as_(who), post.id), "like"):
        post.likers.add(who)


@deed
async def unlike(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    await talk.unlike_post(tx, self.as_(who), post.id)
    post.likers.discard(who)


@deed
async def share(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    allowed = self.world.sees(who, post) and post.circle.kind not in ("participants", "group")
    allowed = allowed and not self.world.needs_others(who)
    via = next(iter(post.sharers.values()), None)

    async def doing() -> None:
        id_ = await talk.share_post(tx, self.as_(who), post.id, via=via)
        if id_ is not None:
            post.sharers[who] = id_

    await self.attempt(allowed, doing(), "share")


@deed
async def unshare(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    await talk.unshare_post(tx, self.as_(who), post.id)
    post.sharers.pop(who, None)


@deed
async def bookmark(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    if await self.attempt(self.world.sees(who, post), talk.bookmark_post(tx, self.as_(who), post.id), "bookmark"):
        self.world.bookmarks.add((who, post.id))


@deed
async def edit(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    await rewrite(self, tx, who, post, self.world.may_change(who, post))


@deed
async def remove(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    allowed = self.world.may_change(who, post)
    if await self.attempt(allowed, talk.remove_post(tx, self.as_(who), post.id), "remove"):
        post.deleted = True
        post.likers.clear()
        post.sharers.clear()


def _may_relate(world: World, who: int, whom: int) -> bool:
    return who != whom and world.near(who, whom)


def _target(world: World, step: Step) -> int:
    """Somebody, or something that speaks as people do."""
    return world.actors[step.whom % len(world.actors)]


def _leave_teams(world: World, person: int) -> None:
    for page, team in world.pages.items():
        team.pop(person, None)
        world.hands[page] = next(iter(team))


class Life(NamedTuple):
    follows: int
    connections: int
    steps: list[Step]
    members: int = 0


def lives(most: int, often: Sequence[str] = ()) -> st.SearchStrategy[Life]:
    """Lives in which posting and replying are frequent enough for trees to grow; what is done `often` is half of it."""
    frequent = ["post"] * 6 + ["reply"] * 10 + ["share"] * 3 + ["quote"] * 2 + ["like"] * 4
    frequent += ["follow", "befriend", "settle", "team"] + ["say"] * 8 + ["enter"] * 2 + ["decide"] * 3
    frequent += ["name", "sign", "pack", "answer", "begin", "draft", "link"]
    usual = frequent + sorted(DEEDS)
    what = st.sampled_from(usual + [*often] * (len(usual) // max(1, len(often))))
    kind = st.sampled_from((None, *KINDS))
    local = st.sampled_from((False, False, False, True))
    small = st.integers(0, 15)
    step = st.builds(Step, what, small, small, small, kind, local, small, st.integers(0, 7))
    bits = st.integers(0, (1 << 20) - 1)
    return st.builds(Life, bits, bits, st.lists(step, min_size=most // 2, max_size=most), bits)

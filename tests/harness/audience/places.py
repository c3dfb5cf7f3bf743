"""What a random life has of groups, boards, walls, blogs and drafts."""

from contextlib import suppress

from plausch.groups import actions as groups
from plausch.groups.model import GroupRole, Visibility
from plausch.http.site import ADDRESSES
from plausch.storage import Write
from plausch.talk import actions as talk
from plausch.talk.model import PINS_MAX, DraftText, Form
from tests.harness.audience.performing import EVERYWHERE, LINKS, TAGS, Performance, Step, deed, draft_of
from tests.harness.audience.speaking import Where, let_through, speak
from tests.harness.audience.world import Circle, PlainDraft, PlainGroup, PlainPost, World
from tests.harness.community import as_person


def _group(world: World, step: Step) -> PlainGroup:
    return world.groups[step.which % len(world.groups)]


@deed
async def say(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Begin a conversation: mostly in a group, else in the forum, on somebody's wall, in a blog."""
    world, group = self.world, self.world.group(who) or _group(self.world, step)
    if step.hat > 2:  # mostly where one may
        group = next((one for one in world.groups if who in one.members and not one.closed), group)
    kind = step.named if world.group(who) is None else step.named % 8
    where = Where(place=group.id)
    if kind in (4, 5, 6):
        where = Where(place=group.id, board=group.board, form=Form.TOPIC)
    elif kind == 7:
        where = Where(place=group.id, form=Form.ARTICLE)
    elif kind in (8, 9):
        where = Where(board=world.board, form=Form.TOPIC)
    elif kind in (10, 11):
        where = Where(form=Form.ARTICLE)
    elif kind in (12, 13, 14, 15) and who != whom:
        where = Where(place=whom)
    await speak(self, tx, step, who, whom, where)


@deed
async def enter(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Become a member: freely, by asking, by being asked."""
    await (_join, _ask, _invite, _accept)[step.named % 4](self, tx, step, who, _group(self.world, step))


async def _join(self: Performance, tx: Write, step: Step, who: int, group: PlainGroup) -> None:
    free = not group.closed and group.visibility != "secret" and group.joining == "open"
    welcome = free and not self.world.shut_out(who, group)
    allowed = self.world.knows(who, group) and (who in group.members or welcome)
    if await self.attempt(allowed, groups.join_group(tx, self.as_(who), group.id), "join"):
        self.let_in(group, who)


async def _ask(self: Performance, tx: Write, step: Step, who: int, group: PlainGroup) -> None:
    world, founder = self.world, self.world.people[0]
    asks = not group.closed and group.visibility != "secret" and group.joining == "request"
    welcome = asks and not world.shut_out(who, group)
    allowed = world.knows(who, group) and (who in group.members or welcome)
    if await self.attempt(allowed, groups.ask_to_join(tx, self.as_(who), group.id, "Bitte"), "ask to join"):
        if who in group.invited:
            self.let_in(group, who)
        elif who not in group.members and who not in group.declined:
            group.asked.add(who)
    by = founder if step.whom % 3 else world.people[step.whom % len(world.people)]
    allowed = world.knows(by, group) and by in group.guardians and who in group.asked and not group.closed
    if by in world.absent or not step.local:
        return
    if await self.attempt(allowed, groups.accept_joining(tx, as_person(by), group.id, who), "let in"):
        self.let_in(group, who)


async def _invite(self: Performance, tx: Write, step: Step, who: int, group: PlainGroup) -> None:
    """The one who is asked need not answer."""
    world = self.world
    by = world.people[0] if step.whom % 3 else world.people[step.whom % len(world.people)]
    if by in world.absent or by == who:
        return
    free = group.visibility != "secret" and group.joining == "open" and by in group.members
    allowed = world.knows(by, group) and not group.closed and (free or by in group.guardians)
    allowed = allowed and world.near(by, who) and who not in group.members | group.banned
    if await self.attempt(allowed, groups.invite_to_group(tx, as_person(by), group.id, who), "invite"):
        group.invited.setdefault(who, by)


async def _accept(self: Performance, tx: Write, step: Step, who: int, group: PlainGroup) -> None:
    world, by = self.world, group.invited.get(who, 0)
    apart = world.blocked(who, group.id) or world.blocked(who, by)
    allowed = by != 0 and not apart and not group.closed and not world.shut_out(who, group)
    if await self.attempt(allowed, groups.accept_invitation(tx, self.as_(who), group.id), "accept an invitation"):
        self.let_in(group, who)


@deed
async def leave(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    group = _group(self.world, step)
    allowed = self.world.knows(who, group) and who != self.world.people[0]
    if await self.attempt(allowed, groups.leave_group(tx, self.as_(who), group.id), "leave"):
        self.take_out(group, who)


@deed
async def throw_out(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Remove somebody, or ban them; now and then a ban ends. Mostly by whoever owns the group."""
    world, group, founder = self.world, _group(self.world, step), self.world.people[0]
    who = founder if step.named % 3 else who
    allowed = world.knows(who, group) and who in group.guardians
    if step.hat > 5:
        if await self.attempt(allowed, groups.unban(tx, as_person(who), group.id, whom), "unban"):
            group.banned.discard(whom)
        return
    allowed = allowed and whom not in (who, founder) and (whom not in group.guardians or who == founder)
    if step.local:
        if await self.attempt(allowed, groups.ban(tx, as_person(who), group.id, whom, "Streit"), "ban"):
            group.banned.add(whom)
            for waiting in (group.asked, group.declined):
                waiting.discard(whom)
            group.invited.pop(whom, None)
            self.take_out(group, whom)
        return
    allowed = allowed and whom in group.members
    if await self.attempt(allowed, groups.remove_member(tx, as_person(who), group.id, whom, "Streit"), "remove"):
        self.take_out(group, whom)


@deed
async def appoint(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """The owner makes somebody a moderator, or no moderator any more."""
    world, group, founder = self.world, _group(self.world, step), self.world.people[0]
    role = GroupRole.MODERATOR if step.named % 3 else GroupRole.MEMBER
    if whom == founder:
        return
    done = groups.set_group_role(tx, as_person(founder), group.id, whom, role)
    if await self.attempt(whom in group.members, done, "appoint"):
        (group.guardians.add if role is GroupRole.MODERATOR else group.guardians.discard)(whom)
        assert world.knows(founder, group)


@deed
async def rest(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Close a group, or open it again."""
    group, founder = _group(self.world, step), as_person(self.world.people[0])
    if step.named % 2:
        await groups.close_group(tx, founder, group.id)
    else:
        await groups.reopen_group(tx, founder, group.id)
    group.closed = bool(step.named % 2)


@deed
async def show(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Change for whom a group is. What was said for everybody is for its members then; opening it changes nothing."""
    group, founder = _group(self.world, step), as_person(self.world.people[0])
    before, group.visibility = group.visibility, list(Visibility)[step.named % 3].value
    group.joining, group.newcomers = ("request" if step.local else "open"), step.hat // 6
    await groups.edit_group(tx, founder, group.id, draft_of(group), LINKS)
    if group.visibility in (before, "public"):
        return
    for one in self.world.posts:
        if one.root.place == group.id and one.circle.kind in ("public", "quiet"):
            one.circle, one.local = Circle("group", owner=group.id), True


@deed
async def end(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Delete a group with all that was said in it; now and then, and never the last."""
    world, group = self.world, _group(self.world, step)
    if step.named % 4 or len(world.groups) == 1:
        return
    await groups.delete_group(tx, as_person(world.people[0]), group.id)
    world.groups.remove(group)
    world.gone.add(group.word)
    for pack in world.packs:
        pack.members.pop(group.id, None)
    for ties in (world.follows, world.blocks, world.mutes):
        ties -= {pair for pair in ties if group.id in pair}
    for one in world.posts:
        if one.root.place == group.id:
            one.deleted = True
            one.likers.clear()
            one.sharers.clear()
    for waiting in world.drafts:
        if waiting.waits_for == group.id:
            waiting.waits_for = 0


@deed
async def lock(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    world, root = self.world, post.root
    who = world.people[0] if step.named % 4 else who
    seen = any(world.sees(who, one) for one in world.posts if one.root is root)
    doing = (talk.lock_conversation if step.named % 2 else talk.unlock_conversation)(tx, as_person(who), root.id)
    if await self.attempt(seen and _tends(world, who, root), doing, "lock"):
        root.locked = bool(step.named % 2)


@deed
async def pin(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    assert post is not None
    world = self.world
    who = world.people[0] if step.named % 4 else who
    allowed = world.sees(who, post) and _tends(world, who, post)
    if step.named % 2:
        above = [one for one in world.posts if one.pinned and one.place == post.place and not one.deleted]
        allowed = allowed and post.parent is None and len(above) < PINS_MAX
    doing = (talk.pin_in_group if step.named % 2 else talk.unpin_in_group)(tx, as_person(who), post.id)
    if await self.attempt(allowed, doing, "pin"):
        post.pinned = bool(step.named % 2)


@deed
async def take_away(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """What somebody said is removed by those who look after the group."""
    assert post is not None
    world = self.world
    who = world.people[0] if step.named % 4 else who
    allowed = world.sees(who, post) and _tends(world, who, post)
    if await self.attempt(allowed, talk.remove_in_group(tx, as_person(who), post.id, "Streit"), "take away"):
        post.deleted = True
        post.likers.clear()
        post.sharers.clear()


class _Undone(Exception):
    """What was tried leaves nothing behind."""


@deed
async def promote(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """A note becomes a topic. What is for others than read the board stays where it is."""
    assert post is not None
    world, root = self.world, post.root
    group = None if step.local else world.group(root.place) or _group(world, step)
    who = who if step.named % 4 == 0 or root.writer in world.absent else root.writer
    seen = any(world.sees(who, one) for one in world.posts if one.root is root) and world.sees(who, root)
    allowed = seen and not (root.board or root.article) and _may_begin(world, who, group)
    stays = _fits(root, group)
    allowed = allowed and (who == root.author or (stays and _tends(world, who, root)))
    board = group.board if group else world.board

    async def doing() -> None:
        with suppress(_Undone):
            async with tx.savepoint():
                title = f"Titel {root.words[-1]}"
                made = await talk.promote_to_topic(tx, as_person(who), root.id, board, title, ADDRESSES)
                assert (made == root.id) == stays, "it was moved to where others read it, or need not have begun anew"
                if not stays:
                    raise _Undone  # one could not tell its words from those of the note
        if stays:
            root.place, root.board = group.id if group else 0, board

    await self.attempt(allowed, doing(), "promote")


def _may_begin(world: World, who: int, group: PlainGroup | None) -> bool:
    """A topic, without anybody letting it through."""
    return group is None or (world.may_speak_in(who, group) and not world.waits_for(who, group.id))


def _fits(root: PlainPost, group: PlainGroup | None) -> bool:
    """It is for those who read the board already, and stands there or nowhere else."""
    if root.place not in (0, group.id if group else 0):
        return False
    if group is None or group.visibility == "public":
        return root.circle.kind == "public"
    return root.circle == Circle("group", owner=group.id)


@deed
async def move(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Into the other board of its group; into that of another group nobody moves it."""
    assert post is not None
    world, root = self.world, post.root
    who = world.people[0] if step.named % 4 else who
    group = world.group(root.place) if step.hat else _group(world, step)
    seen = any(world.sees(who, one) for one in world.posts if one.root is root)
    allowed = seen and group is not None and group.id == root.place and root.board != 0 and _tends(world, who, root)
    board = world.board if group is None else group.shelf if root.board == group.board else group.board
    if await self.attempt(allowed, talk.move_topic(tx, as_person(who), root.id, board), "move"):
        root.board = board


def _tends(world: World, who: int, post: PlainPost) -> bool:
    """The person looks after the group in which it was said."""
    group = world.group(post.root.place)
    return group is not None and who in group.guardians


@deed
async def decide(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Let something through, or give it back; seldom somebody tries who may not."""
    world = self.world
    waiting = [draft for draft in world.drafts if draft.waits_for]
    if not waiting:
        return
    draft = waiting[step.which % len(waiting)]
    who = world.people[0] if step.named % 4 else who
    if step.hat > 1:
        await let_through(self, tx, who, draft)
    elif await self.attempt(
        world.decides(who, draft), talk.decline_post(tx, as_person(who), draft.id, "Nein"), "decline"
    ):
        draft.waits_for = 0


@deed
async def draft(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Begin to write an article, of which there may be many."""
    world, number = self.world, self.world.drafted
    word, tag = f"w{number:03}w", TAGS[number % len(TAGS)]
    text = DraftText(source=f"{EVERYWHERE} {word} #{tag}", title=f"Titel {word}", language="de", form=Form.ARTICLE)
    id_ = await talk.save_draft(tx, self.as_(who), text)
    assert id_ is not None
    world.drafts.append(PlainDraft(id_, word, tag, who, world.hands.get(who, who)))
    world.drafted += 1

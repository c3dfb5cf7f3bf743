"""What a random life has of names and links: who wrote an article together, starter packs, links to drafts."""

from collections.abc import Iterable

from plausch.groups import actions as groups
from plausch.groups.model import PackDraft
from plausch.http.site import ADDRESSES
from plausch.people import queries as people
from plausch.people.model import Role, Viewer
from plausch.storage import Write
from plausch.talk import actions as talk
from plausch.talk.model import ArticlePart, Form, PostEdit
from tests.harness.audience.performing import EVERYWHERE, Performance, Step, deed
from tests.harness.audience.speaking import Where, speak, word_of
from tests.harness.audience.world import PlainPack, PlainPost, World
from tests.harness.community import as_person


async def rewrite(
    self: Performance, tx: Write, who: int, post: PlainPost, allowed: bool, wanted: Iterable[int] | None = None
) -> None:
    """Change the words of a post, and of an article who is named; the form names whom its reader may be shown."""
    world, word = self.world, word_of(post.number, len(post.words) + 1)
    if wanted is None:
        wanted = [one for one in post.authors if world.near(who, one) and not world.blocked(post.author, one)]
    named = [one for one in wanted if one != post.author]
    line = " ".join(f"person{world.people.index(one)}" for one in named)
    change = PostEdit(
        source=f"{EVERYWHERE} {word} #{post.tag}",
        title=f"Titel {word}",
        language="de",
        warning=f"Achtung {word}",
        article=ArticlePart(subtitle=f"Unter {word}", authors=line) if post.article else None,
    )
    if await self.attempt(allowed, talk.edit_post(tx, self.as_(who), post.id, change, ADDRESSES), "edit"):
        post.words.append(word)
        post.authors = {one: post.authors.get(one, False) for one in named}


@deed
async def name(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Ask others to be named as authors of an article: mostly whom one may. Where there is none it is written."""
    world = self.world
    articles = [one for one in world.posts if one.article and not one.deleted]
    if not articles:
        await speak(self, tx, step, who, whom, Where(form=Form.ARTICLE))
        return
    post = articles[step.which % len(articles)]
    who = post.author if world.hands.get(post.author, post.author) not in world.absent and step.hat else who

    def may_be_asked(one: int) -> bool:
        here = one not in world.absent
        return here and (one in post.authors or (not world.blocked(who, one) and world.sees(one, post)))

    wanted = [person for place, person in enumerate(world.people) if step.named >> place & 1 and person != post.author]
    if step.hat > 1:
        wanted = [one for one in wanted if may_be_asked(one)]
    allowed = world.may_change(who, post) and all(may_be_asked(one) for one in wanted)
    await rewrite(self, tx, who, post, allowed, wanted)


@deed
async def sign(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Agree to be named, or be named no more: that anybody may, wherever the article is by now."""
    world = self.world
    articles = [one for one in world.posts if one.article and (one.authors or not step.hat)]
    if not articles:
        return
    post = articles[step.which % len(articles)]
    here = [one for one in post.authors if one not in world.absent]
    who = here[step.who % len(here)] if here and step.hat else who
    if step.named % 3:
        allowed = world.sees(who, post) and post.authors.get(who) is False
        if await self.attempt(allowed, talk.agree_to_authorship(tx, as_person(who), post.id), "agree to be named"):
            post.authors[who] = True
    elif await self.attempt(
        who in post.authors and not post.deleted, talk.leave_authorship(tx, as_person(who), post.id), "be named no more"
    ):
        del post.authors[who]


@deed
async def pack(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Make a pack, or change who is in one's own."""
    world, group = self.world, self.world.groups[step.which % len(self.world.groups)]
    wanted = [person for place, person in enumerate(world.people) if (step.named | 1 << step.whom) >> place & 1]
    wanted += [group.id] if step.hat % 2 else []
    if step.hat:  # mostly those whom one may ask
        wanted = [one for one in wanted if _may_be_packed(world, who, one)]
    allowed = bool(wanted) and all(_may_be_packed(world, who, one) for one in wanted)
    handles = [(await people.get_actor(tx, one)).handle for one in wanted]
    draft = PackDraft(name="Für den Anfang", members=" ".join(handles))
    mine = next((one for one in world.packs if one.maker == who), None)
    if mine is not None:
        if await self.attempt(allowed, groups.edit_pack(tx, as_person(who), mine.id, draft), "change a pack"):
            _repack(world, mine, wanted)
        return

    async def doing() -> None:
        made = PlainPack(await groups.make_pack(tx, as_person(who), draft), who)
        _repack(world, made, wanted)
        world.packs.append(made)

    await self.attempt(allowed, doing(), "make a pack")


def _may_be_packed(world: World, who: int, other: int) -> bool:
    """Whom the maker may be shown; a secret group nobody puts anywhere."""
    group = world.group(other)
    return world.near(who, other) and (group is None or group.visibility != "secret")


def _repack(world: World, mine: PlainPack, wanted: list[int]) -> None:
    """Who has said no is remembered, and whom the maker is not shown stays."""
    for one in list(mine.members):
        if one not in wanted and mine.members[one] != "declined" and world.stands_in(mine.maker, mine, one):
            del mine.members[one]
    for one in wanted:
        mine.members.setdefault(one, "agreed" if one in world.answers_for(mine.maker) else "asked")


@deed
async def answer(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Agree to be in a pack, or leave it: oneself, or for a group one owns. Or the pack is put before newcomers."""
    world, founder = self.world, self.world.people[0]
    if not world.packs:
        return
    asked = world.packs[step.which % len(world.packs)]
    if step.hat == 7:
        staff = Viewer(founder, founder, Role.OWNER)
        doing = groups.feature_pack(tx, staff, asked.id, not step.local)
        if await self.attempt(world.knows_pack(founder, asked), doing, "feature a pack"):
            asked.featured = not step.local
        return
    members = list(asked.members)
    actor = members[step.whom % len(members)] if members and step.hat else whom
    if step.hat:
        who = founder if world.group(actor) else actor
    if who in world.absent:
        return
    allowed = world.knows_pack(who, asked) and actor in asked.members and actor in world.answers_for(who)
    if step.named % 4:
        if await self.attempt(allowed, groups.agree_to_pack(tx, as_person(who), asked.id, actor), "agree to a pack"):
            asked.members[actor] = "agreed"
    elif await self.attempt(allowed, groups.leave_pack(tx, as_person(who), asked.id, actor), "leave a pack"):
        asked.members[actor] = "declined"


@deed
async def begin(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Follow and join all who are shown in a pack, as far as each lets one in."""
    world = self.world
    if not world.packs or who not in world.people:
        return
    begun = world.packs[step.which % len(world.packs)]
    allowed, shown = world.knows_pack(who, begun), world.packed(who, begun) - {who}
    if not await self.attempt(allowed, groups.join_pack(tx, as_person(who), begun.id), "join a pack"):
        return
    for one in shown:
        group = world.group(one)
        if group is None:
            world.follows.add((who, one))
        elif who in group.banned | group.members:
            continue
        elif group.joining == "open" or (group.joining == "request" and who in group.invited):
            self.let_in(group, who)
        elif group.joining == "request" and who not in group.declined:
            group.asked.add(who)


@deed
async def link(self: Performance, tx: Write, step: Step, who: int, whom: int, post: PlainPost | None) -> None:
    """Make a link to a draft, take it back, or throw the draft away; seldom somebody tries whose it is not."""
    world = self.world
    own = [one for one in world.drafts if one.said is None]
    if not own:
        return
    draft = own[step.which % len(own)]
    speaks = draft.author == draft.writer or world.speaks_for(draft.writer, draft.author)
    if step.hat and draft.writer not in world.absent and speaks:
        who = draft.author
        world.hands[who] = draft.writer
    viewer = self.as_(who)
    allowed = (draft.author, draft.writer) == (who, viewer.person)

    async def making() -> None:
        draft.link = await talk.make_preview_link(tx, viewer, draft.id)
        world.links.add(draft.link)

    if step.named % 4:
        await self.attempt(allowed, making(), "make a link")
    elif step.local:
        if await self.attempt(allowed, talk.discard_draft(tx, viewer, draft.id), "throw a draft away"):
            world.drafts.remove(draft)
    elif await self.attempt(allowed, talk.revoke_preview_link(tx, viewer, draft.id), "take a link back"):
        draft.link = ""

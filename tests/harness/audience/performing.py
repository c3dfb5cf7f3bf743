"""How a random life is performed: each deed once by the real actions and once in the plain model.

Where an action is refused, the model says that it had to be; where it is done, the model says that it might be.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from plausch.feeds import actions as feeds
from plausch.feeds.jobs import find_trends
from plausch.feeds.model import FeedKind, RecipeDraft, RecipeOrder
from plausch.feeds.queries import Scored
from plausch.groups import actions as groups
from plausch.groups.model import BoardDraft, GroupDraft, Joining, Visibility
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import DomainError
from plausch.people import actions as people
from plausch.people.model import PageKind, Role, TeamRole, Viewer
from plausch.storage import Database, Write
from tests.harness.audience.world import PlainGroup, PlainPost, World
from tests.harness.community import as_person, connect, join, settle

#: A word in every post.
EVERYWHERE = "gemeinsam"
TAGS = ("garten", "schach")
LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)


def _drafts(actors: tuple[int, ...]) -> list[RecipeDraft]:
    everything = RecipeDraft(name="Alles", tags=" ".join(TAGS), actors=actors)
    lively = RecipeDraft(name="Lebhaftes", tags=TAGS[0], actors=actors, order=RecipeOrder.LIVELY)
    return [everything, lively, RecipeDraft(name="Daheim")]


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
    #: 0: for a page, 1: for a group, if one is on its team or looks after it.
    hat: int = 2


Deed = Callable[["Performance", Write, Step, int, int, PlainPost | None], Awaitable[None]]
DEEDS: dict[str, Deed] = {}
_ON_POSTS = {
    *("reply", "quote", "withdraw", "like", "unlike", "share", "unshare", "bookmark", "edit", "remove"),
    *("mute_talk", "unmute_talk", "lock", "pin", "take_away", "promote", "move"),
}
#: What pages do as people do it, and groups.
_FOR_A_PAGE = {
    *("follow", "unfollow", "mute", "block", "unblock", "like", "unlike", "share", "unshare", "bookmark"),
    *("post", "reply", "quote", "say", "enter", "leave", "draft"),
}
_FOR_A_GROUP = {"reply", "quote", "say"}
#: What the background has a part in: the next step meets what it leaves behind.
_TO_SETTLE = {"show", "end", "block", "suspend"}


def deed(function: Deed) -> Deed:
    DEEDS[function.__name__] = function
    return function


class Refused(AssertionError):
    """An action was done or refused against what the model says."""


class Performance:
    """A community that lives through steps, twice: in the database, and in the plain model."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.world = World()
        self._tx: Write | None = None

    async def begin(self, size: int, follows: int = 0, connections: int = 0, members: int = 0) -> None:
        """People, groups and a page, and who of them knows what; bits say which of the pairs."""
        world = self.world
        async with self.database.write() as tx:
            for number in range(size):
                world.people.append((await join(tx, f"person{number}")).person)
            pairs = [(one, other) for one in world.people for other in world.people if one != other]
            for place, (one, other) in enumerate(pairs):
                if connections >> place & 1 and one < other:
                    await connect(tx, as_person(one), as_person(other))
                    for pair in ((one, other), (other, one)):
                        world.connected.add(pair)
                        world.follows.add(pair)
                elif follows >> place & 1 and (one, other) not in world.follows:
                    await people.follow(tx, as_person(one), other)
                    world.follows.add((one, other))
            await self._begin_places(tx, members)

    async def _begin_places(self, tx: Write, members: int) -> None:
        """A page with admins and an author, a group of each kind with a board, a board of the community."""
        world, founder = self.world, as_person(self.world.people[0])
        page = await people.create_page(tx, founder, "seite", "Seite", PageKind.TOWN)
        await people.invite_to_team(tx, founder, page, "person1", TeamRole.AUTHOR)
        await people.accept_team(tx, as_person(world.people[1]), page)
        await people.invite_to_team(tx, founder, page, "person2", TeamRole.ADMIN)
        await people.accept_team(tx, as_person(world.people[2]), page)
        world.pages[page] = dict(zip(world.people, ("admin", "author", "admin"), strict=False))
        world.hands[page] = world.people[0]
        for number, visibility in enumerate(Visibility):
            await self._found(tx, founder, number, visibility, newcomers=members >> 12 + number & 1)
        place = 0
        for group in world.groups:
            for actor in (*world.people[1:], page):
                if members >> place & 1:
                    await groups.invite_to_group(tx, founder, group.id, actor)
                    await groups.accept_invitation(tx, self.as_(actor), group.id)
                    self.let_in(group, actor)
                place += 1
        staff = Viewer(founder.person, founder.person, Role.OWNER)
        world.board = await groups.make_board(tx, staff, 0, BoardDraft(name="Forum"))

    async def _found(self, tx: Write, founder: Viewer, number: int, visibility: Visibility, newcomers: int) -> None:
        group = PlainGroup(number, 0, visibility.value, Joining.OPEN.value, 0, newcomers=newcomers)
        group.id = await groups.create_group(tx, founder, draft_of(group), LINKS)
        group.board = await groups.make_board(tx, founder, group.id, BoardDraft(name="Themen"))
        group.shelf = await groups.make_board(tx, founder, group.id, BoardDraft(name="Ablage"))
        group.guardians.add(founder.person)
        self.world.groups.append(group)
        self.world.hands[group.id] = founder.person
        self.let_in(group, founder.person)

    def let_in(self, group: PlainGroup, actor: int) -> None:
        """A member follows, until it stops to."""
        if actor in group.members:
            return
        group.members.add(actor)
        for waiting in (group.asked, group.declined):
            waiting.discard(actor)
        group.invited.pop(actor, None)
        self.world.follows.add((actor, group.id))

    def take_out(self, group: PlainGroup, actor: int) -> None:
        if actor not in group.members:
            return
        group.members.discard(actor)
        group.guardians.discard(actor)
        self.world.follows.discard((actor, group.id))

    def as_(self, actor: int) -> Viewer:
        """Themselves, or for the page or the group."""
        return Viewer(self.world.hands.get(actor, actor), actor)

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
            who = self._put_on_hat(step, who, post)
            if world.hands.get(who, who) in world.absent and step.what != "come_back":
                continue
            async with self.database.write() as tx:
                self._tx = tx
                await DEEDS[step.what](self, tx, step, who, whom, post)
            if step.what in _TO_SETTLE:
                await settle(self.database)
        await settle(self.database)
        await find_trends(self.database, None)
        await self._offer_everything()

    async def _offer_everything(self) -> None:
        """As if all that was ever said stood high in every feed one can choose, and in feeds of everybody's own."""
        world = self.world
        scored = [Scored(root, 1.0, 2) for root in {post.root.id for post in world.posts}]
        async with self.database.write() as tx:
            for kind in FeedKind:
                await feeds.put_scores(tx, kind, scored, clock.now() + clock.DAY)
            for person in world.people:
                if person not in world.absent:
                    world.recipes[person] = [
                        await feeds.make_recipe(tx, as_person(person), draft) for draft in _drafts(tuple(world.actors))
                    ]

    def _put_on_hat(self, step: Step, who: int, post: PlainPost | None) -> int:
        """For whom something is done: a page or a group, if the step asks for it."""
        world = self.world
        if step.hat == 0 and step.what in _FOR_A_PAGE:
            page, team = next(iter(world.pages.items()))
            world.hands[page] = list(team)[step.who % len(team)]
            return page
        if step.hat == 1 and step.what in _FOR_A_GROUP:
            group = world.groups[step.whom % len(world.groups)]
            if step.what == "reply" and post is not None:
                group = world.group(post.root.place) or group
            world.hands[group.id] = world.people[0] if who not in group.guardians else who
            return group.id
        return who

    async def attempt(self, allowed: bool, doing: Awaitable[object], what: str) -> bool:
        """Do it; whether it was done, which must be what the model says."""
        assert self._tx is not None
        try:
            # What is refused leaves nothing behind, as at a door.
            async with self._tx.savepoint():
                await doing
        except DomainError as error:
            if allowed:
                raise Refused(f"{what} was refused: {error}") from error
            return False
        if not allowed:
            raise Refused(f"{what} was done and must not be")
        return True


def draft_of(group: PlainGroup) -> GroupDraft:
    """The group as its owners set it; its name has a word that nobody reads who may not know of it."""
    return GroupDraft(
        name=f"Gruppe {group.word}",
        handle=f"gruppe{group.number}",
        about=f"Worum es geht: {group.word}",
        rules=f"Was gilt: {group.word}",
        topics=(TAGS[group.number % len(TAGS)],),
        visibility=Visibility(group.visibility),
        joining=Joining(group.joining),
        approve_first=group.newcomers,
    )

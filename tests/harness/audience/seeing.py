"""What somebody got through a door, what they are owed there, and both held against the oracle."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from plausch.people.model import VISITOR, Viewer
from plausch.storage import Read
from tests.harness.audience.world import PlainPost, World

#: A wording of a post, of what is not posted yet, and a name of a group.
_WORD = re.compile(r"q\d{3}v\d+q|w\d{3}w|g\d{3}g")


@dataclass
class Seen:
    """What somebody got through a door."""

    posts: set[int] = field(default_factory=set)
    #: Roots of the conversations that were shown, each as often as it was.
    conversations: list[int] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    text: str = ""


class Owed(NamedTuple):
    """What a door has to show, where it has to: None is no promise."""

    posts: set[int] | None = None
    conversations: set[int] | None = None
    #: Conversations that may be shown besides, as far as there is room.
    welcome: frozenset[int] = frozenset()


Look = Callable[[Read, Viewer, World], Awaitable[Seen]]


class Door(NamedTuple):
    name: str
    look: Look
    #: What it owes the viewer.
    owed: Callable[[World, int], Owed] = lambda world, viewer: Owed()
    former_wordings: bool = False
    #: Whoever was asked into a group reads its name.
    asks_in: bool = False


def viewer_of(world: World, actor: int) -> Viewer:
    return Viewer(world.hands.get(actor, actor), actor) if actor else VISITOR


def viewers(world: World) -> Iterator[int]:
    """A visitor, the people who are here, and a page as one of its team sees it."""
    yield 0
    yield from (one for one in world.people if one not in world.absent)
    for page, team in world.pages.items():
        # One of them: everybody in turn, from one life to the next.
        here = sorted(team.keys() - world.absent, key=world.people.index)
        world.hands[page] = here[len(world.posts) % len(here)]
        yield page


async def check(read: Read, world: World, doors: Iterable[Door]) -> None:
    """Nobody gets anywhere what the oracle forbids, and everybody gets what they are owed."""
    for person in viewers(world):
        for door in doors:
            seen = await door.look(read, viewer_of(world, person), world)
            where = f"{door.name}, looked at by {_name(world, person)}"
            compare(
                world,
                person,
                seen,
                door.owed(world, person),
                where,
                former_wordings=door.former_wordings,
                asks_in=door.asks_in,
            )


def compare(
    world: World,
    person: int,
    seen: Seen,
    owed: Owed,
    where: str,
    *,
    former_wordings: bool = False,
    asks_in: bool = False,
    pages: Iterable[int] = (),
    own_anyway: bool = False,
) -> None:
    """What somebody got somewhere, against what the oracle says; also what one of their `pages` may see.

    `own_anyway`: what they wrote is theirs, also where they cannot see it any more.
    """
    viewpoints = (person, *pages)

    def may_get(post: PlainPost) -> bool:
        return any(world.sees(one, post) for one in viewpoints) or (own_anyway and person in (post.author, post.writer))

    by_id = {post.id: post for post in world.posts}
    by_word = {word: post for post in world.posts for word in post.words}
    drafts = {draft.word: draft for draft in world.drafts}
    groups = {group.word: group for group in world.groups}
    invited = {group.id for group in world.groups if asks_in and person in group.invited}
    for id_ in seen.posts:
        assert may_get(by_id[id_]), f"{where}: got post {_tell(world, by_id[id_])}"
    for word in set(_WORD.findall(seen.text)):
        assert word not in world.gone, f"{where}: got the name of a group that is gone"
        if word in groups:
            known = any(world.knows(one, groups[word]) for one in viewpoints) or groups[word].id in invited
            assert known, f"{where}: got the name of a {groups[word].visibility} group"
            continue
        if word in drafts:
            me = world.hands.get(person, person)
            allowed = drafts[word].writer == me or world.decides(me, drafts[word])
            assert allowed, f"{where}: got {word}, which is not posted"
            continue
        post = by_word[word]
        assert may_get(post), f"{where}: got the text of {_tell(world, post)}"
        assert former_wordings or word == post.words[-1], f"{where}: got a former wording of {_tell(world, post)}"
    for other in seen.people - {0, person, world.hands.get(person, person)} - invited:
        assert any(world.near(one, other) for one in viewpoints), f"{where}: got {_name(world, other)}"
    if owed.posts is not None:
        missing = [_tell(world, by_id[id_]) for id_ in owed.posts - seen.posts]
        assert not missing, f"{where}: misses {missing}"
    if owed.conversations is not None:
        shown = set(seen.conversations)
        assert len(shown) == len(seen.conversations), f"{where}: a conversation twice"
        missing = [_tell(world, by_id[id_]) for id_ in owed.conversations - shown]
        beyond = [_tell(world, by_id[id_]) for id_ in shown - owed.conversations - owed.welcome]
        assert (missing, beyond) == ([], []), f"{where}: other conversations"


def _name(world: World, person: int) -> str:
    if person in world.pages:
        return f"the page, by {_name(world, world.hands[person])}"
    group = world.group(person)
    if group is not None:
        return f"the {group.visibility} group {group.number}"
    return f"person{world.people.index(person)}" if person else "a visitor"


def _tell(world: World, post: PlainPost) -> str:
    owner = f" of {_name(world, post.circle.owner)}" if post.circle.owner else ""
    under = f", under {post.parent.number}" if post.parent else ""
    local = ", local" if post.local else ""
    place = f", at {_name(world, post.root.place)}" if post.root.place else ""
    return f"{post.number} by {_name(world, post.author)} ({post.circle.kind}{owner}{local}{under}{place})"

"""Lindenau, the demo community: loads the cast and the screenplay and checks that both make sense.

A slip in so many hand-written posts (an unknown name, a picture without a description, an answer from somebody who
cannot see the question) would surface in the middle of a performance; here it is found before it starts.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from plausch.demo.care import read_care
from plausch.demo.channels import Channels, enters, read_channels
from plausch.demo.model import (
    Charter,
    Conversation,
    Person,
    Post,
    Reaction,
    Scene,
    Share,
    Town,
    Vote,
    acts,
    asked,
    founded,
    joined,
    scenes,
)
from plausch.demo.screenplay import parse
from plausch.demo.times import ScreenplayError
from plausch.groups.model import Visibility
from plausch.kernel import clock

#: Mentions as the town writes them; an address such as name@example.org is none.
MENTION = re.compile(r"(?<![\w@.])@(\w+)")
_LINK = re.compile(r"https?://([^/\s)>]+)")
_FOLDER = Path(__file__).parent
_SHARED = ("public", "quiet")
#: So long after a page is made everybody of its team speaks for it.
_ON_THE_TEAM_AFTER = 1 * clock.DAY


def load(folder: Path = _FOLDER) -> Town:
    """The town as written in `folder`; raises ScreenplayError with everything that is wrong."""
    people = _people(folder / "people.toml")
    languages = {person.handle: person.language for person in people}
    conversations: list[Conversation] = []
    for path in sorted((folder / "conversations").glob("*.txt")):
        conversations += parse(path.read_text("utf-8"), languages, path.name)
    charter = msgspec.convert(tomllib.loads((folder / "community.toml").read_text("utf-8")), Charter)
    channels = read_channels(folder / "channels.toml")
    told = tuple(_as_its_place_has_it(one, channels) for one in conversations)
    town = Town(people, told, charter, folder / "pictures", channels, read_care(folder / "care.toml"))
    problems = list(check(town))
    if problems:
        raise ScreenplayError("\n".join(problems))
    return town


def _as_its_place_has_it(conversation: Conversation, channels: Channels) -> Conversation:
    """What is said in a group that not everybody reads is for its members."""
    group = channels.group(conversation.standing.place)
    if group is None or group.visibility is Visibility.PUBLIC:
        return conversation
    return msgspec.structs.replace(conversation, audience="group")


def check(town: Town, now: int | None = None) -> Iterator[str]:
    """Everything in the town that makes no sense, in words; seen from `now`, as times are relative to it."""
    now = clock.now() if now is None else now
    handles = {person.handle for person in town.people}
    yield from _check_people(town, handles)
    yield from _check_habits(town, now)
    yield from _check_care(town, handles)
    names: set[str] = set()
    for conversation in town.conversations:
        if conversation.name in names:
            yield f"{conversation.post.place}: the name {conversation.name} is taken"
        names.add(conversation.name)
        for scene in scenes(conversation, now):
            named = conversation.participants if scene.parent is None else ()
            problems = _unknown(scene.post, named, handles) or [
                *_check_audience(town, conversation, scene, now),
                *_check_times(town, scene, now),
                *_check_post(town, scene.post),
                *_check_quote(town, conversation, scene, now),
                *_check_place(town, conversation, scene, now),
            ]
            yield from (f"{scene.post.place} ({conversation.name}): {problem}" for problem in problems)


def _people(path: Path) -> tuple[Person, ...]:
    return msgspec.convert(tomllib.loads(path.read_text("utf-8"))["person"], tuple[Person, ...])


def _check_people(town: Town, handles: set[str]) -> Iterator[str]:
    if len(handles) != len(town.people):
        yield "people: a handle is taken twice"
    pairs: set[frozenset[str]] = set()
    for person in town.people:
        if person.picture and not (town.pictures / person.picture).is_file():
            yield f"people: {person.handle} has no picture {person.picture}"
        for other in (*person.follows, *(request.to for request in person.connects)):
            if other not in handles or other == person.handle:
                yield f"people: {person.handle} cannot relate to {other}"
        for request in person.connects:
            pair = frozenset((person.handle, request.to))
            if pair in pairs:
                yield f"people: {person.handle} and {request.to} connect twice"
            pairs.add(pair)
            newest = min((p.joined_days_ago for p in town.people if p.handle in pair), default=0)
            if request.days_ago > newest:
                yield f"people: {person.handle} asks {request.to} before both are here"


def _check_habits(town: Town, now: int) -> Iterator[str]:
    """What people show and keep leads to what is there."""
    firsts = {conversation.name: conversation for conversation in town.conversations}
    for person in town.people:
        if person.header and not (town.pictures / person.header).is_file():
            yield f"people: {person.handle} has no header {person.header}"
        for name in person.pins:
            if name not in firsts or firsts[name].post.by != person.handle:
                yield f"people: {person.handle} cannot pin {name}"
        for name in (unsent.answers for unsent in person.unsent if unsent.answers):
            if name not in firsts or not _may_see(town, firsts[name], person.handle, now, now):
                yield f"people: {person.handle} cannot answer {name}"
        for member in (member for one in person.lists for member in one.members):
            if member not in person.follows:
                yield f"people: {person.handle} lists {member} without following"


def _check_care(town: Town, handles: set[str]) -> Iterator[str]:
    """Whoever looks after a place is there, and so is the place."""
    care, channels = town.care, town.channels
    named = [
        *((one.by, one.days_ago) for one in care.volunteers),
        *((handle, one.days_ago) for one in care.visits for handle in one.by),
        *((handle, one.days_ago) for one in care.introductions for handle in (one.by, *one.people)),
        *((one.by, one.days_ago) for one in care.targets),
        *((one.by, one.days_ago) for one in care.goals),
    ]
    for greetings in care.greetings:
        named += [(handle, 0) for handle in (greetings.by, *greetings.people)]
    for name, days_ago in named:
        if name not in handles:
            yield f"care: nobody is called {name}"
        elif town.person(name).joined_days_ago < days_ago:
            yield f"care: {name} is not here {days_ago} days ago"
    places = {place for one in care.visits for place in one.places}
    places |= {one.place for one in care.volunteers} | {one.place for one in care.targets}
    places |= {one.place for one in care.goals}
    known = {*(one.name for one in channels.groups), *(one.handle for one in channels.pages)}
    yield from (f"care: there is no place {name}" for name in sorted(places - known - {""}))
    for meeting in care.introductions:
        if not {*meeting.agreed} <= {*meeting.people}:
            yield f"care: who agrees to meet is one of {meeting.people}"


def _actors(post: Post) -> list[str]:
    """All who do something with a post."""
    return [post.by, *(act.by for act in acts(post))]


def _unknown(post: Post, others: Sequence[str], handles: set[str]) -> list[str]:
    texts = f"{post.text}\n{post.edited.text if post.edited else ''}"
    named = [*others, *_actors(post), *(share.via for share in post.shares if share.via), *MENTION.findall(texts)]
    return [f"nobody is called {name}" for name in named if name not in handles]


def _check_post(town: Town, post: Post) -> Iterator[str]:
    start = post.text[:30]
    if not post.text or (post.edited and not post.edited.text):
        yield f"{post.by} says nothing"
    if len(post.pictures) > 4:
        yield f"more than four pictures: {start}"
    for picture in post.pictures:
        if not (town.pictures / picture.file).is_file():
            yield f"no such picture: {picture.file}"
        if len(picture.alt) < 20:
            yield f"needs a description: {picture.file}"
    votes = post.poll.votes if post.poll is not None else ()
    kinds: tuple[Sequence[Reaction | Share | Vote], ...] = (post.likes, post.bookmarks, post.reads, post.shares, votes)
    for kind in kinds:
        people = [act.by for act in kind]
        if len(set(people)) != len(people):
            yield f"twice by the same person: {start}"
    if post.by in _actors(post)[1:]:
        yield f"{post.by} applauds themselves: {start}"
    for host in _LINK.findall(post.text):
        if host != "example.org":
            yield f"links lead to example.org only, not to {host}"


def _check_audience(town: Town, conversation: Conversation, scene: Scene, now: int) -> Iterator[str]:
    """Whoever takes part can see it, and only what is public is shared."""
    for actor in _actors(scene.post):
        if not _may_see(town, conversation, actor, scene.moment, now):
            yield f"{actor} cannot see this conversation"
    if scene.post.shares and (conversation.audience not in _SHARED or conversation.local_only):
        yield "what is not public is not shared"
    yield from _check_shares(town, scene.post, now)


def _check_shares(town: Town, post: Post, now: int) -> Iterator[str]:
    """A `via` is a share that one could have seen."""
    for share in post.shares:
        if share.via is None:
            continue
        before = [other.by for other in post.shares if other.after < share.after]
        reach = {*town.person(share.by).follows, *_contacts(town, share.by, now, now)}
        if share.via not in before:
            yield f"{share.by} shares via {share.via}, who has not shared it yet"
        elif share.via not in reach:
            yield f"{share.by} shares via {share.via}, whose shares do not reach them"


def _check_quote(town: Town, conversation: Conversation, scene: Scene, now: int) -> Iterator[str]:
    """What is quoted was there, for everybody, and may stand where it is quoted."""
    if not scene.post.quotes:
        return
    quoted = next((one for one in town.conversations if one.name == scene.post.quotes), None)
    if quoted is None or quoted.start.moment(now) >= scene.moment:
        yield f"there is nothing yet to quote: {scene.post.quotes}"
    elif quoted.audience not in _SHARED or (quoted.local_only and not conversation.local_only):
        yield f"what is not public is not quoted: {scene.post.quotes}"


def _may_see(town: Town, conversation: Conversation, handle: str, moment: int, now: int) -> bool:
    author = conversation.post.by
    if conversation.audience in _SHARED or (handle == author and conversation.audience != "group"):
        return True
    if conversation.audience == "participants":
        return handle in conversation.participants
    if conversation.audience == "group":
        return _is_member(town, conversation.standing.place, handle, moment, now)
    if author in _contacts(town, handle, moment, now):
        return True
    return conversation.audience == "followers" and author in town.person(handle).follows


def _is_member(town: Town, name: str, handle: str, moment: int, now: int) -> bool:
    """Whether somebody was in a group at a moment."""
    group = town.channels.group(name)
    if group is None or handle not in group.everybody:
        return False
    since = founded(group.founded_days_ago, now)
    nth = group.everybody.index(handle)
    return moment > (enters(since, joined(town.person(handle), now), nth) if nth else since) + clock.HOUR


def _check_place(town: Town, conversation: Conversation, scene: Scene, now: int) -> Iterator[str]:
    """Whoever speaks in a group or for a page is in it by then, and what has a board or a blog has a title."""
    channels, standing, post = town.channels, conversation.standing, scene.post
    group = channels.group(standing.place)
    if group is not None and not _is_member(town, group.name, post.by, scene.moment, now):
        yield f"{post.by} is not in {group.name} by then"
    boards = channels.boards if not standing.place else group.boards if group is not None else ()
    if standing.board and standing.board not in {board.name for board in boards}:
        yield f"there is no board {standing.board} in {standing.place or 'the town'}"
    if bool(standing.title) != bool(standing.board or standing.article is not None):
        yield "a title belongs to a topic or an article, and the other way round"
    if standing.place and group is None and standing.place not in {person.handle for person in town.people}:
        yield f"there is no place {standing.place}"
    page = channels.page(post.speaks_as)
    if page is not None and (
        post.by not in page.speakers or scene.moment < founded(page.made_days_ago, now) + _ON_THE_TEAM_AFTER
    ):
        yield f"{post.by} does not speak for {page.handle} by then"
    if post.speaks_as and page is None and (group is None or post.speaks_as != group.name):
        yield f"nobody speaks for {post.speaks_as} here"


def _contacts(town: Town, handle: str, moment: int, now: int) -> set[str]:
    """With whom somebody was connected at a moment."""
    contacts = set()
    for person in town.people:
        for request in person.connects:
            if request.accepted and asked(request, now) < moment and handle in (person.handle, request.to):
                contacts.add(request.to if handle == person.handle else person.handle)
    return contacts


def _check_times(town: Town, scene: Scene, now: int) -> Iterator[str]:
    """Nobody acts before they joined, and nothing lies in the future."""
    post = scene.post
    deeds = [(post.by, 0), *((act.by, act.after) for act in acts(post))]
    if post.edited:
        deeds.append((post.by, post.edited.after))
    for by, after in deeds:
        if scene.moment + after > now:
            yield f"{by} acts in the future: {post.text[:30]}"
        if scene.moment + after < joined(town.person(by), now):
            yield f"{by} acts before joining: {post.text[:30]}"

"""The communities that are measured: made at random from a fixed seed, loaded by the rooms' own `load_many`."""

import random
from collections.abc import Iterator
from typing import NamedTuple

from plausch.http.site import ADDRESSES
from plausch.kernel import clock, ids
from plausch.language import markdown
from plausch.people import actions as people
from plausch.people.actions.bulk import Tie, load_ties
from plausch.people.model import Relation, SignUp
from plausch.storage import Database
from plausch.talk import actions as talk
from plausch.talk.actions import LoadedPost

_WORDS = [
    "Markt",
    "Linde",
    "Brett",
    "Turm",
    "Verein",
    "Garten",
    "Tomate",
    "Fahrrad",
    "Regen",
    "Sommer",
    "Abend",
    "Kuchen",
    "Brücke",
    "Fluss",
    "Schule",
    "Probe",
    "Training",
    "morgen",
    "heute",
    "vielleicht",
    "gern",
    "wieder",
    "zusammen",
    "endlich",
    "leider",
    "the",
    "and",
    "with",
    "from",
    "where",
    "meeting",
    "garden",
    "river",
    "bread",
    "music",
    "train",
    "window",
    "paper",
    "answer",
    "question",
    "friend",
    "neighbour",
    "kitchen",
]
_TAGS = ("Marktplatz", "Schach", "Garten", "Rad", "Kuchen", "History", "Repair")


class Size(NamedTuple):
    """How large a community is."""

    name: str
    people: int
    follows: int
    posts: int
    thread: int
    #: How many the measured readers follow.
    readers: tuple[int, ...]


SMALL = Size("200 people, 3,000 posts", 200, 6_000, 3_000, 100, (50, 150, 199))
LARGE = Size("10,000 people, 1,000,000 posts", 10_000, 500_000, 1_000_000, 100, (50, 300, 2_000))
#: Posts in one transaction.
_PORTION = 20_000


class Loaded(NamedTuple):
    """Who and what to measure with."""

    people: list[int]
    #: Readers by how many they follow.
    readers: dict[int, int]
    #: Somebody whom as many follow as possible.
    popular: int
    #: The conversation with the long thread.
    thread: int


async def load(database: Database, size: Size) -> Loaded:
    """Fill an empty, migrated database."""
    dice = random.Random(1)
    now = clock.now()
    began = now - 90 * clock.DAY
    forms = [
        SignUp(handle=f"person{n}", name=f"Person {n}", email=f"person{n}@example.org", password_hash="-", locale="de")
        for n in range(size.people)
    ]
    async with database.write() as tx:
        made = await people.load_many(tx, forms)
        readers = {count: made[place + 1] for place, count in enumerate(size.readers)}
        popular = made[0]
        await load_ties(tx, _ties(dice, made, size, readers, popular, began))
    thread = 0
    for portion in _portions(dice, made, size, began, now):
        async with database.write() as tx:
            await talk.load_many(tx, portion)
        thread = thread or portion[0].id
    return Loaded(made, readers, popular, thread)


def _ties(
    dice: random.Random, made: list[int], size: Size, readers: dict[int, int], popular: int, at: int
) -> Iterator[Tie]:
    pairs: set[tuple[int, int]] = set()
    for count, reader in readers.items():
        others = [other for other in made if other != reader]
        pairs.update((reader, other) for other in dice.sample(others, min(count, len(others))))
    reading = set(readers.values())
    pairs.update((other, popular) for other in made[:5_001] if other != popular and other not in reading)
    free = [person for person in made if person not in reading]
    while len(pairs) < size.follows:
        source, target = dice.choice(free), dice.choice(made)
        if source != target:
            pairs.add((source, target))
    for source, target in pairs:
        yield Tie(source, Relation.FOLLOW, target, at)


def _portions(dice: random.Random, made: list[int], size: Size, began: int, now: int) -> Iterator[list[LoadedPost]]:
    """Whole conversations in the order of time, in portions; the long thread is the first of the first."""
    texts = [_text(dice) for _ in range(2_000)]
    step = (now - began - clock.DAY) / size.posts
    moment = float(began)
    used: set[int] = set()
    left = size.posts
    portion: list[LoadedPost] = []
    first = True
    while left > 0:
        length = size.thread + 1 if first else min(left, dice.choice((1, 1, 1, 2, 3, 5, 9)))
        first = False
        conversation: list[LoadedPost] = []
        for _ in range(length):
            moment += step
            parent = dice.choice(conversation) if conversation else None
            conversation.append(_post(dice, made, texts, int(moment), parent, used))
        portion += conversation
        left -= length
        if len(portion) >= _PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def _post(
    dice: random.Random,
    made: list[int],
    texts: list[tuple[str, str, tuple[str, ...]]],
    moment: int,
    parent: LoadedPost | None,
    used: set[int],
) -> LoadedPost:
    source, html, tags = dice.choice(texts)
    likers = dice.sample(made, dice.choice((0, 0, 0, 1, 2)))
    shares = [(_id(moment, used), dice.choice(made))] if dice.random() < 0.05 else []
    return LoadedPost(
        id=_id(moment, used),
        actor_id=dice.choice(made),
        source=source,
        html=html,
        tags=tags,
        published_at=moment,
        parent_id=parent.id if parent else None,
        language="de",
        likes=likers,
        shares=shares,
    )


def _id(moment: int, used: set[int]) -> int:
    while (id_ := ids.new_id(moment)) in used:
        pass
    used.add(id_)
    return id_


def _text(dice: random.Random) -> tuple[str, str, tuple[str, ...]]:
    """About as long as people write, with a tag and a link now and then."""
    words = [dice.choice(_WORDS) for _ in range(dice.choice((8, 20, 35, 60)))]
    if dice.random() < 0.3:
        words.append("#" + dice.choice(_TAGS))
    if dice.random() < 0.2:
        words.append("https://example.org/" + dice.choice(_WORDS).lower())
    source = " ".join(words)
    parsed = markdown.parse(source)
    return source, parsed.render({}, ADDRESSES.tag), parsed.tags

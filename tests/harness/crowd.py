"""Several people who post, like and share at once through a server's real doors, and remember what they were told.

They go on while the server is killed and started again: whoever gets no answer waits until it is back.
"""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import msgspec

from plausch.people import actions as people
from plausch.storage import Database, open_database
from tests.harness.community import join
from tests.harness.consistency import Promises

_TAGS = ["garten", "hafen", "markt"]
#: People who answer each other in the newest posts meet in the same rows.
_RECENT = 12
_PEOPLE = 5
#: One of them has two programs, so that nobody is in one place at a time.
_CLIENTS = [0, 0, 1, 2, 3, 4]


class Person(msgspec.Struct, frozen=True):
    """Somebody with a program and a browser."""

    id: int
    handle: str
    token: str
    cookie: str


async def join_people(url: str) -> list[Person]:
    """The people of a crowd, signed in."""
    database = await open_database(url)
    try:
        return [await _join_one(database, f"p{number}") for number in range(_PEOPLE)]
    finally:
        await database.close()


async def _join_one(database: Database, handle: str) -> Person:
    async with database.write() as tx:
        viewer = await join(tx, handle)
        token = await people.create_token(tx, viewer.person, "read write")
        cookie = await people.start_session(tx, viewer.person, "test")
    return Person(viewer.person, handle, token, cookie)


class Crowd:
    """Clients of one server."""

    def __init__(self, url: str, members: list[Person], seed: int) -> None:
        self._url = url
        self._members = members
        self._seed = seed
        self._recent: list[int] = []
        self._stopping = False
        self._up = asyncio.Event()
        self._up.set()
        self._answered = asyncio.Event()
        self.promises = Promises(posts={}, likes=set(), shares=set())
        self.answered = 0
        #: Requests that ended without an answer.
        self.unanswered = 0

    def server_is_up(self, up: bool) -> None:
        if up:
            self._up.set()
        else:
            self._up.clear()

    async def answers(self, count: int) -> None:
        """Wait until that many more requests have been answered."""
        enough = self.answered + count
        async with asyncio.timeout(30):
            while self.answered < enough:
                self._answered.clear()
                await self._answered.wait()

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """Stop at the end, also when something goes wrong."""
        try:
            yield
        finally:
            self._stopping = True
            self._up.set()

    async def run(self) -> None:
        """Until told to stop; an answer other than yes is an error."""
        await asyncio.gather(*(self._client(number, self._members[member]) for number, member in enumerate(_CLIENTS)))

    async def _client(self, number: int, person: Person) -> None:
        chance = random.Random(self._seed * 100 + number)
        responded: set[tuple[str, int]] = set()
        async with httpx.AsyncClient(base_url=self._url, timeout=10, trust_env=False) as http:
            serial = 0
            while not self._stopping:
                serial += 1
                word = f"wort{number}x{serial}"
                what = "like" if chance.random() < 0.2 else "share" if chance.random() < 0.1 else "post"
                target = chance.choice(self._recent) if self._recent else None
                if what == "post" or target is None:
                    await self._post(http, person, chance, word, target)
                elif (what, target) not in responded:
                    responded.add((what, target))
                    await self._respond(http, person, what, target)

    async def _post(
        self, http: httpx.AsyncClient, person: Person, chance: random.Random, word: str, target: int | None
    ) -> None:
        """A post is sent once, whether it is answered or not."""
        others = chance.sample(
            [other.handle for other in self._members if other is not person], chance.choice([0, 1, 2])
        )
        words = [word, *(f"@{handle}" for handle in others), f"#{chance.choice(_TAGS)}"]
        form: dict[str, str] = {"text": " ".join(words)}
        if target is not None and chance.random() < 0.8:
            form["reply_to"] = str(target)
        if chance.random() < 0.95:  # else somebody has to find the language out
            form["language"] = "de"
        answer = await self._ask(
            http, "/api/plausch/v1/posts", 201, json=form, headers={"authorization": f"Bearer {person.token}"}
        )
        if answer is not None:
            id_ = int(answer.json()["id"])
            self.promises.posts[word] = id_
            self._recent = [*self._recent[1 - _RECENT :], id_]

    async def _respond(self, http: httpx.AsyncClient, person: Person, what: str, target: int) -> None:
        """Whoever pressed a button and saw nothing happen presses it again."""
        while not self._stopping:
            answer = await self._ask(
                http, f"/posts/{target}/{what}", 303, headers={"cookie": f"session={person.cookie}"}
            )
            if answer is not None:
                told = self.promises.likes if what == "like" else self.promises.shares
                told.add((target, person.id))
                return

    async def _ask(
        self,
        http: httpx.AsyncClient,
        path: str,
        expected: int,
        *,
        headers: dict[str, str],
        json: dict[str, str] | None = None,
    ) -> httpx.Response | None:
        await self._up.wait()
        try:
            answer = await http.post(path, headers=headers, json=json)
        except httpx.HTTPError:
            self.unanswered += 1
            await asyncio.sleep(0.01)
            return None
        assert answer.status_code == expected, f"{path}: {answer.status_code} {answer.text[:500]}"
        self.answered += 1
        self._answered.set()
        return answer

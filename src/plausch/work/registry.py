"""What there is to do for which fact and job: filled by `plausch.app`, read by the worker."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from plausch.storage import Database, Write
from plausch.work.facts import Fact, kind_of

FactT = TypeVar("FactT", bound=Fact)

#: Reacts within the transaction that also removes the job: its effects in the database happen exactly once.
Listener = Callable[[Write, Any], Awaitable[None]]
#: Does something outside the database as well, and opens its own transactions: at least once.
Task = Callable[[Database, Any], Awaitable[None]]


class Repeated(msgspec.Struct, frozen=True):
    """A job that is queued again and again; `every` in ms."""

    name: str
    every: int


class Registry:
    """Listeners by fact, jobs by name, and what is repeated."""

    def __init__(self) -> None:
        self.facts: dict[str, type[Fact]] = {}
        self.listeners: dict[str, dict[str, Listener]] = {}
        self.jobs: dict[str, tuple[type[Any], Listener]] = {}
        self.tasks: dict[str, tuple[type[Any], Task]] = {}
        self.repeated: list[Repeated] = []

    def listen(self, fact: type[FactT], listener: Callable[[Write, FactT], Awaitable[None]]) -> None:
        """Have `listener` react to every `fact`."""
        self.facts[kind_of(fact)] = fact
        # Where in its room a listener lies may change while work waits for it.
        room, listeners, _ = listener.__module__.partition(".listeners")
        name = f"{room}{listeners}.{listener.__qualname__}"
        self.listeners.setdefault(kind_of(fact), {})[name] = listener

    def job(self, name: str, payload: type[Any], run: Listener, *, every: int | None = None) -> None:
        """A job that changes only the database."""
        self.jobs[name] = (payload, run)
        if every is not None:
            self.repeated.append(Repeated(name, every))

    def task(self, name: str, payload: type[Any], run: Task, *, every: int | None = None) -> None:
        """A job that reaches beyond the database."""
        self.tasks[name] = (payload, run)
        if every is not None:
            self.repeated.append(Repeated(name, every))

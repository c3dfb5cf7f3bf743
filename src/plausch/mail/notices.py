"""The letter about notifications: who did what, with links, and nothing of what was written."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from plausch.feeds import actions as feeds_actions
from plausch.feeds import queries as feeds
from plausch.feeds.model import Notification, NotificationKind
from plausch.http.site import stop_path
from plausch.insights.model.letters import ShownLetter
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Write

#: The rest is told as a number.
_LISTED = 10


class NoticeWords(NamedTuple):
    """Words of another door: a sentence (language, kind, who), and what a kind is called."""

    describe: Callable[[str, NotificationKind, str], str]
    name_kind: Callable[[str, NotificationKind], str]
    #: What a weekly letter says of figures and goals, a sentence each.
    tell_letter: Callable[[str, ShownLetter], list[str]]


class Notice(NamedTuple):
    sentence: str
    link: str


class Stopping(NamedTuple):
    """How to get no more letters of a kind."""

    kind: str
    link: str


class Notices(NamedTuple):
    """What a letter tells."""

    notices: list[Notice]
    #: How many more there are.
    more: int
    stopping: list[Stopping]
    #: What the mail program itself offers (RFC 8058).
    stop: str


async def gather(
    tx: Write, person: int, ids: Sequence[int], language: str, home: str, words: NoticeWords
) -> Notices | None:
    """What is still there and unread; None when nothing is."""
    viewer = Viewer(person, person)
    due = await feeds.list_due(tx, viewer, ids)
    actors = await people.list_actors(tx, viewer, list({id_ for one in due for id_ in (one.actor_id, one.page_id)}))
    due = [one for one in due if one.actor_id in actors]
    if not due:
        return None
    notices = [
        Notice(_sentence(language, one, actors, words), f"{home}/notifications/{one.id}") for one in due[:_LISTED]
    ]
    kinds = sorted({one.kind for one in due})
    stopping = [await make_stop(tx, person, kind, language, home, words) for kind in kinds]
    everything = home + stop_path(await _token(tx, person, None))
    return Notices(notices, len(due) - len(notices), stopping, stopping[0].link if len(kinds) == 1 else everything)


def _sentence(language: str, one: Notification, actors: Mapping[int, Actor], words: NoticeWords) -> str:
    """What is addressed to a page says to which."""
    said = words.describe(language, one.kind, actors[one.actor_id].shown_name)
    return f"{actors[one.page_id].shown_name}: {said}" if one.page_id in actors else said


async def make_stop(
    tx: Write, person: int, kind: NotificationKind, language: str, home: str, words: NoticeWords
) -> Stopping:
    """How a person gets no more letters of a kind."""
    return Stopping(words.name_kind(language, kind), home + stop_path(await _token(tx, person, kind)))


async def _token(tx: Write, person: int, kind: NotificationKind | None) -> str:
    return await feeds_actions.make_stop_token(tx, person, kind)

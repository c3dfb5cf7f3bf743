"""What the community says of itself, held in memory: every page shows it, and none asks the database for it.

Each process reads it when it starts, and again when the live bus tells that somebody changed it. Whatever decides
something (who may join) reads the database itself.
"""

import logging

from plausch.community import queries
from plausch.community.actions import TOPIC
from plausch.community.model import Announcement, Community, DocumentKind, Emoji
from plausch.groups import queries as groups
from plausch.kernel import clock
from plausch.language import markdown
from plausch.language.catalogues import LANGUAGES
from plausch.people import queries as people
from plausch.people.actions import BARRED_TOPIC
from plausch.people.model import Networks, Severity
from plausch.settings import Settings
from plausch.storage import Database
from plausch.work.live import LiveBus

log = logging.getLogger("plausch.http")

#: Notices may get lost: after so many seconds of silence it is read anyway.
_SILENCE = 60.0
#: Characters that search engines show of a description.
_SUMMARY_MAX = 160


class HeldCommunity:
    """The community as this process knows it."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self.community = Community(name=settings.name, sign_up=settings.sign_up, language=settings.language)
        #: The legal pages there are.
        self.published: frozenset[DocumentKind] = frozenset()
        #: The beginning of its description by language, for search engines; empty where there is none.
        self.summaries: dict[str, str] = {}
        self._announcements: list[Announcement] = []
        self.emoji: list[Emoji] = []
        #: There is a forum of the whole community.
        self.has_forum = False
        #: From where nobody may see anything; mostly empty.
        self.shut_out = Networks()
        #: Figures that take a while to count, by name, each with until when (ms) it is good enough.
        self.figures: dict[str, tuple[int, object]] = {}

    def announcements(self, now: int) -> list[Announcement]:
        """Those to show at a moment, the newest first."""
        return [one for one in self._announcements if one.is_current(now)]

    def shuts_out(self, client_address: str) -> bool:
        """Whether nobody there may see a page; to be asked where `shut_out` is not empty."""
        return self.shut_out.severity_of(client_address, clock.now()) is Severity.NO_ACCESS

    async def renew(self) -> None:
        """Read it again: at the start, and by whoever has changed it and shows it next."""
        async with self._database.read() as tx:
            self.community = await queries.get_community(tx, self._settings)
            self.published = await queries.list_published(tx)
            self._announcements = await queries.list_open_announcements(tx, clock.now())
            self.emoji = await queries.list_emoji(tx)
            self.shut_out = await people.list_shut_out(tx)
            self.has_forum = bool(await groups.list_boards(tx, 0))
        self.summaries = {language: _summary(self.community, language) for language in LANGUAGES}

    async def follow(self, live: LiveBus) -> None:
        """Keep up with what other processes change, until cancelled."""
        with live.subscribe([TOPIC, BARRED_TOPIC]) as changes:
            while True:
                await changes.next(_SILENCE)
                try:
                    await self.renew()
                except Exception as error:  # noqa: BLE001 - the database may be away for a while; what is held will do
                    log.warning("the community was not read again", extra={"error": type(error).__name__})


def _summary(community: Community, language: str) -> str:
    described = markdown.parse(community.description.in_language(language))
    return markdown.excerpt(described.render({}, lambda tag: ""), _SUMMARY_MAX)

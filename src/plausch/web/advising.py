"""The post adviser at the composer: what it is told of a draft, and for whom that is."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from plausch.http.request import Request
from plausch.insights import queries as insights
from plausch.insights.model.advice import Advice, Knowledge, Writing, advise
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.kernel import clock
from plausch.kernel.errors import NotFound, TooMany
from plausch.settings import Switch
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind, Post
from plausch.web.drafts import DraftForm, find_group_of

#: How often a minute the adviser is asked: somebody who types and pauses does so every few seconds.
_ASKED_MOST = 90


class _Minute(NamedTuple):
    begun: int
    tries: int


class _Asked:
    """How often who asked of late: in memory, since writing each time would cost more than the answer."""

    def __init__(self) -> None:
        self._minutes: dict[int, _Minute] = {}

    def count(self, person: int) -> None:
        """Raises TooMany."""
        now = clock.real_now()
        begun, tries = self._minutes.get(person, _Minute(now, 0))
        if now - begun >= clock.MINUTE:
            # Whoever asked before has stopped, or is counted anew.
            self._minutes = {who: one for who, one in self._minutes.items() if now - one.begun < clock.MINUTE}
            begun, tries = now, 0
        if tries >= _ASKED_MOST:
            raise TooMany(max(1, (begun + clock.MINUTE - now) // 1000))
        self._minutes[person] = _Minute(begun, tries + 1)


_asked = _Asked()


def count_asking(request: Request) -> None:
    """Raises TooMany."""
    if request.site.settings.rate_limits is not Switch.OFF:
        _asked.count(request.viewer.person)


async def find_advice(request: Request, draft: DraftForm, changed: int = 0) -> Advice:
    """What may be said of a draft as it is now; nothing to whoever does not want to hear it.

    `changed` is the post whose text is changed, if it is one: what brings answers is said of beginnings only.
    """
    if request.signed_in is None or not request.signed_in.adviser:
        return Advice([])
    async with request.site.database.read() as tx:
        knowledge = await _find_knowledge(tx, request, draft, changed)
    moment = _local_now(knowledge)
    writing = Writing(
        source=f"{draft.title}\n\n{draft.text}" if draft.title else draft.text,
        language=draft.language,
        locale=request.signed_in.locale,
        pictures=len(draft.pictures),
        undescribed=sum(not picture.alt.strip() for picture in draft.pictures),
        poll="poll" in draft.extras,
        reply=draft.reply_to is not None or changed != 0,
        weekday=moment.weekday(),
        hour=moment.hour,
    )
    return advise(writing, knowledge)


async def _find_knowledge(tx: Read, request: Request, draft: DraftForm, changed: int) -> Knowledge | None:
    """Those it is for: the group it is written in, else all who are here; nobody's where it names people."""
    parent = None
    if changed or draft.reply_to is not None:
        try:
            parent = await talk.get_post(tx, request.viewer, changed or draft.reply_to or 0)
        except NotFound:
            return None
    if _names_people(draft, parent):
        return None
    group = await find_group_of(tx, request, draft, parent)
    scope = Scope(ScopeKind.GROUP, group.id) if group is not None else Scope(ScopeKind.SERVER)
    known = await insights.find_knowledge(tx, request.viewer, scope)
    return known.knowledge if known is not None else None


def _names_people(draft: DraftForm, parent: Post | None) -> bool:
    kind = draft.audience or (parent.audience_kind.value if parent is not None else "")
    return kind == AudienceKind.PARTICIPANTS.value


def _local_now(knowledge: Knowledge | None) -> datetime:
    times = knowledge.times if knowledge is not None else None
    return datetime.fromtimestamp(clock.now() / 1000, ZoneInfo(times.zone if times is not None else "UTC"))

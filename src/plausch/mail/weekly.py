"""The weekly letter: what waits, whom to greet and to thank, each with the link where that is done.

It says who and since when. Of what was written it brings only a few words, and only of posts that everybody may read:
what is for some alone does not leave the server by mail.
"""

from typing import NamedTuple

from plausch.feeds.model import NotificationKind
from plausch.groups import queries as groups
from plausch.http.site import letter_path, message_path, reply_path
from plausch.insights import queries as insights
from plausch.insights.model import Scope, ScopeKind
from plausch.insights.model.letters import Section, ShownItem
from plausch.kernel import clock
from plausch.language.formats import Formats
from plausch.language.markdown import plain_text
from plausch.mail.notices import NoticeWords, Stopping, make_stop
from plausch.people import queries as people
from plausch.people.model import Account, Viewer
from plausch.storage import Read, Write
from plausch.talk.model import AudienceKind, Post

_EXCERPT = 90


class Line(NamedTuple):
    """One thing to do."""

    who: str
    when: str
    #: A few words of the post; empty where it is not for everybody.
    excerpt: str
    #: A path.
    link: str
    number: int
    more: int


class Weekly(NamedTuple):
    """What a letter tells."""

    #: The name of the group or page; empty: the community itself.
    place: str
    #: The first and the last day it tells of.
    since: str
    until: str
    lines: dict[Section, list[Line]]
    #: What changed, and goals.
    told: list[str]
    link: str
    home: str
    stopping: list[Stopping]
    #: What the mail program itself offers (RFC 8058).
    stop: str


async def gather_weekly(
    tx: Write, account: Account, letter: int, language: str, home: str, words: NoticeWords
) -> Weekly | None:
    """A letter as its reader may see it now; None for who does not look after the place any more."""
    viewer = Viewer(account.person_id, account.person_id, account.role)
    shown = await insights.find_letter_of(tx, viewer, letter)
    if shown is None:
        return None
    formats = Formats(language, account.time_zone, clock.now())
    week = Formats(language, "UTC", clock.now())
    lines = {section: [_line(section, one, formats) for one in items] for section, items in shown.items.items()}
    stop = await make_stop(tx, account.person_id, NotificationKind.WEEKLY_LETTER, language, home, words)
    return Weekly(
        place=await _name(tx, viewer, shown.letter.scope),
        since=week.date(shown.letter.week),
        until=week.date(shown.letter.week + 6 * clock.DAY),
        lines=lines,
        told=words.tell_letter(language, shown),
        link=home + letter_path(letter),
        home=home,
        stopping=[stop],
        stop=stop.link,
    )


async def _name(tx: Read, viewer: Viewer, scope: Scope) -> str:
    if scope.kind is ScopeKind.SERVER:
        return ""
    if scope.kind is ScopeKind.GROUP:
        group = await groups.find_group(tx, viewer, scope.id)
        return group.shown_name if group is not None else ""
    return (await people.get_actor(tx, scope.id)).shown_name


def _line(section: Section, one: ShownItem, formats: Formats) -> Line:
    """Where there is a post to answer, its link is the reply form; else a message to whom it is about."""
    post, handle = one.post, one.person.handle if one.person is not None else ""
    thanks = section is Section.THANKS
    to_them = message_path(handle, "thanks" if thanks else "greeting")
    return Line(
        who=one.person.shown_name if one.person is not None else "",
        when=formats.relative(post.published_at) if post is not None else "",
        excerpt=_excerpt(post) if post is not None else "",
        link=reply_path(post.id) if post is not None and not thanks else to_them,
        number=one.item.number,
        more=one.item.more,
    )


def _excerpt(post: Post) -> str:
    """Only of what everybody reads, also elsewhere."""
    if post.audience_kind is not AudienceKind.PUBLIC or post.local_only:
        return ""
    text = " ".join((post.warning or post.title or plain_text(post.html)).split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"

"""What stands under a post beside its pictures: polls, quotes, previews of links; and their rules."""

import enum

import msgspec

from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.people.model import clean_line
from plausch.talk.model.audiences import OPEN, Audience, AudienceKind


class Attached(enum.IntFlag):
    """What there is to a post beside its text and pictures."""

    POLL = 1
    QUOTE = 2
    PREVIEW = 4
    ARTICLE = 8
    #: What whoever posts it says of how it came about; there is nothing more to read for these.
    SPONSORED = 16
    AI_ASSISTED = 32


LABELS = Attached.SPONSORED | Attached.AI_ASSISTED


class PollDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A poll as it is asked."""

    options: tuple[str, ...]
    #: How long people may vote, in ms.
    lasts: int = clock.DAY
    #: People may choose several.
    multiple: bool = False
    #: Nobody sees how it stands before it is over.
    hidden_until_end: bool = False


class PollOption(msgspec.Struct, frozen=True):
    text: str
    #: None while the viewer may not know.
    votes: int | None
    #: By the viewer.
    chosen: bool


class Poll(msgspec.Struct, frozen=True):
    """A poll as a viewer gets it."""

    multiple: bool
    hidden_until_end: bool
    ends_at: int
    voters: int
    #: The viewer has voted.
    voted: bool
    ended: bool
    options: tuple[PollOption, ...]

    @property
    def shows_results(self) -> bool:
        """Whoever has voted sees how it stands, and everybody when it is over."""
        return self.ended or (self.voted and not self.hidden_until_end)


class QuoteState(enum.StrEnum):
    SHOWN = "shown"
    #: Whoever is quoted took their consent back.
    WITHDRAWN = "withdrawn"
    #: Not for this viewer, or gone: which of it only those learn who would see it, were it there (`AbsentQuote`).
    UNAVAILABLE = "unavailable"


class Quote(msgspec.Struct, frozen=True):
    """A post within another one, as a viewer gets it: where it is not shown, nothing else about it is known."""

    state: QuoteState
    id: int = 0
    conversation_id: int = 0
    actor_id: int = 0
    author_id: int = 0
    handle: str = ""
    name: str = ""
    html: str = ""
    warning: str = ""
    language: str = ""
    published_at: int = 0
    pictures_count: int = 0
    attached: int = 0
    #: The viewer does not want to hear whoever is quoted.
    muted: bool = False

    @property
    def shown_name(self) -> str:
        return self.name or self.handle


class Preview(msgspec.Struct, frozen=True):
    """What a page on the web says of itself."""

    id: int
    url: str
    title: str
    text: str
    #: Its site's name, or its host.
    site: str
    #: 0 without a picture.
    width: int
    height: int
    colour: str


OPTIONS_MIN, OPTIONS_MAX, OPTION_LENGTH = 2, 8, 120
#: How long people may vote, in ms.
POLL_SHORTEST, POLL_LONGEST = 5 * clock.MINUTE, 60 * clock.DAY


def check_poll(draft: PollDraft) -> PollDraft:
    """The poll as it is stored. Raises Invalid("poll", ...) when nobody could vote in it."""
    options = tuple(filter(None, (clean_line(option, "poll", OPTION_LENGTH) for option in draft.options)))
    if len(options) < OPTIONS_MIN:
        raise Invalid("poll", "poll_options_few")
    if len(options) > OPTIONS_MAX:
        raise Invalid("poll", "poll_options_many")
    if len({option.casefold() for option in options}) < len(options):
        raise Invalid("poll", "poll_option_twice")
    if not POLL_SHORTEST <= draft.lasts <= POLL_LONGEST:
        raise Invalid("poll", "poll_lasts")
    return msgspec.structs.replace(draft, options=options)


def may_be_quoted(quoted: Audience, own: bool, within: Audience) -> bool:
    """Whether a post of the audience `quoted` may stand in one of the audience `within`.

    Everybody may see what is public or quiet, so it can stand anywhere; one's own words for fewer people only where
    exactly those are addressed again. A quote is shown to nobody who may not see the post itself in any case.
    """
    if quoted.local_only and not within.local_only:
        return False
    if quoted.kind in OPEN:
        return True
    same = (quoted.kind, quoted.scope_id) == (within.kind, within.scope_id)
    # What is said in a group, all of it have heard.
    return same and (own or quoted.kind is AudienceKind.GROUP)

"""What talk is, and its rules without a database: audiences above all (rule 2)."""

import enum
import re
import unicodedata
from typing import Any

import msgspec

from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.people.model import WhoQuotes, clean_line


class AudienceKind(enum.StrEnum):
    """For whom a post is. Later kinds (group, circle) join at their place."""

    #: Everybody, also without signing in; shown in the feeds of the place.
    PUBLIC = "public"
    #: Everybody, but not put before people who did not look for it.
    QUIET = "quiet"
    #: Those who follow an actor, or are connected with it.
    FOLLOWERS = "followers"
    #: Those who are connected with an actor.
    CONNECTIONS = "connections"
    #: Those who are named.
    PARTICIPANTS = "participants"


#: Wide to narrow.
_ORDER = tuple(AudienceKind)
#: Whose names nobody has to know to be in it.
OPEN = (AudienceKind.PUBLIC, AudienceKind.QUIET)


class Audience(msgspec.Struct, frozen=True):
    """A scope, and whether it ends at this server's door."""

    kind: AudienceKind
    #: Whose followers or connections; the post that named the participants; 0 for the open kinds.
    scope_id: int = 0
    #: Only for people signed in on this server.
    local_only: bool = False


def narrows(inner: Audience, outer: Audience) -> bool:
    """Whether everybody in `inner` is in `outer` too, as far as the kinds alone can tell.

    Named participants count as narrower than anything: that each of them is in the outer audience is checked where
    they are named.
    """
    if outer.local_only and not inner.local_only:
        return False
    if inner.kind is AudienceKind.PARTICIPANTS:
        return outer.kind is not AudienceKind.PARTICIPANTS or inner.scope_id == outer.scope_id
    if _ORDER.index(inner.kind) < _ORDER.index(outer.kind):
        return False
    return outer.kind in OPEN or inner.scope_id == outer.scope_id


def reply_audience(
    parent: Audience, wanted: AudienceKind | None, *, local_only: bool, own_scope: int, post_id: int
) -> Audience:
    """What audience a reply has: its parent's, or a narrower one where it asks for that.

    A wider wish is not an error: clients send their habitual visibility with every reply. It is brought down to the
    parent's audience. `own_scope` is the replying actor, `post_id` the reply itself.
    """
    local = parent.local_only or local_only
    inherited = Audience(parent.kind, parent.scope_id, local)
    if wanted is None or wanted is parent.kind:
        return inherited
    scope = {AudienceKind.PARTICIPANTS: post_id, AudienceKind.PUBLIC: 0, AudienceKind.QUIET: 0}.get(wanted, own_scope)
    if parent.kind not in OPEN and wanted is not AudienceKind.PARTICIPANTS:
        scope = parent.scope_id
    asked = Audience(wanted, scope, local)
    return asked if narrows(asked, inherited) else inherited


class WhoReplies(enum.StrEnum):
    """Who of those who see a conversation may reply in it."""

    EVERYBODY = "everybody"
    #: Who follows the actor that started it, or is connected with it.
    FOLLOWERS = "followers"
    CONNECTIONS = "connections"
    MENTIONED = "mentioned"
    NOBODY = "nobody"


class EntryKind(enum.StrEnum):
    """What an entry in the stream of an actor's doings is."""

    POST = "post"
    REPLY = "reply"
    SHARE = "share"


class Attached(enum.IntFlag):
    """What there is to a post beside its text and pictures."""

    POLL = 1
    QUOTE = 2
    PREVIEW = 4


class PollDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A poll as it is asked."""

    options: tuple[str, ...]
    #: How long people may vote, in ms.
    lasts: int = clock.DAY
    #: People may choose several.
    multiple: bool = False
    #: Nobody sees how it stands before it is over.
    hidden_until_end: bool = False


class PostDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is about to post."""

    source: str
    reply_to: int | None = None
    #: None: as the parent's, or public.
    audience: AudienceKind | None = None
    local_only: bool = False
    who_replies: WhoReplies = WhoReplies.EVERYBODY
    #: Actor ids, for named participants.
    participants: tuple[int, ...] = ()
    #: ISO 639-1, or empty when not known.
    language: str = ""
    warning: str = ""
    #: Ids of the author's own uploaded pictures, in order.
    pictures: tuple[int, ...] = ()
    poll: PollDraft | None = None
    #: The post it quotes.
    quote: int | None = None
    #: Who may quote it; None: as whoever speaks has it in general.
    who_quotes: WhoQuotes | None = None


class PostEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody makes of a post of theirs."""

    source: str
    language: str = ""
    warning: str = ""
    #: New alt texts by picture id.
    alts: dict[int, str] = {}
    #: What stays in sight of a picture that is cut, in percent from the left and the top, by its id.
    focuses: dict[int, tuple[int, int]] = {}
    #: What the poll is to be; other options begin the vote anew. Its end stays. None: as it is.
    poll: PollDraft | None = None
    #: A `WhoQuotes`; empty: as whoever speaks has it in general. None: as it is.
    who_quotes: str | None = None


class DraftText(msgspec.Struct, frozen=True, kw_only=True):
    """What the composer holds while somebody writes; nothing of it has to be right yet."""

    source: str = ""
    #: 0: a post of its own.
    parent_id: int = 0
    quoted_id: int = 0
    audience: AudienceKind | None = None
    local_only: bool = False
    who_replies: WhoReplies = WhoReplies.EVERYBODY
    #: Handles as they were typed.
    participants: str = ""
    language: str = ""
    warning: str = ""
    pictures: tuple[int, ...] = ()
    #: What further parts of the composer keep (a poll), by their names.
    extras: dict[str, Any] = {}


class Draft(msgspec.Struct, frozen=True):
    """What somebody keeps for later; with `due_at` it is posted by itself at that moment."""

    id: int
    author_id: int
    actor_id: int
    parent_id: int
    quoted_id: int
    source: str
    warning: str
    language: str
    #: An AudienceKind, or empty.
    audience: str
    local_only: bool
    who_replies: WhoReplies
    participants: str
    extras_text: str
    changed_at: int
    due_at: int | None
    #: Why it could not be posted when it was due: a reason code, else empty.
    problem: str

    @property
    def extras(self) -> dict[str, Any]:
        return msgspec.json.decode(self.extras_text, type=dict[str, Any])


class LoosePicture(msgspec.Struct, frozen=True):
    """A picture that waits for its post in a draft."""

    id: int
    draft_id: int
    alt: str
    focus_x: int
    focus_y: int


class Picture(msgspec.Struct, frozen=True):
    """A picture under a post."""

    id: int
    post_id: int
    alt: str
    width: int
    height: int
    blurhash: str
    colour: str
    #: What must stay in sight where the picture is cut, in percent from its left and top edge.
    focus_x: int = 50
    focus_y: int = 50


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
    #: Not for this viewer, or gone: nobody learns which.
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


class Post(msgspec.Struct, frozen=True):
    """A post as a viewer gets it. Deleted ones keep their place in the tree and nothing else."""

    id: int
    conversation_id: int
    parent_id: int | None
    actor_id: int
    author_id: int
    audience_kind: AudienceKind
    scope_id: int
    local_only: bool
    html: str
    warning: str
    language: str
    published_at: int
    edited_at: int | None
    deleted: bool
    version: int
    pictures_count: int
    #: Bits of `Attached`.
    attached: int
    #: A `WhoQuotes`; empty: as whoever speaks has it in general.
    who_quotes: str
    replies: int
    likes: int
    shares: int
    liked: bool
    shared: bool
    bookmarked: bool
    poll: Poll | None = None
    quote: Quote | None = None
    preview: Preview | None = None

    @property
    def audience(self) -> Audience:
        return Audience(self.audience_kind, self.scope_id, self.local_only)


class Conversation(msgspec.Struct, frozen=True):
    """What holds a tree of posts together."""

    id: int
    root_id: int
    actor_id: int
    audience_kind: AudienceKind
    scope_id: int
    local_only: bool
    who_replies: WhoReplies
    #: Replies that everybody in the conversation's audience may see.
    replies: int
    #: The last few who talked, newest first; ids separated by spaces.
    talkers: str
    #: How many different actors talk.
    voices: int
    last_at: int
    #: How many of the replies the viewer has seen; None when it never opened the conversation.
    seen: int | None
    seen_upto: int | None

    @property
    def audience(self) -> Audience:
        return Audience(self.audience_kind, self.scope_id, self.local_only)

    @property
    def unread(self) -> int:
        """Replies new since the viewer was last here; 0 when it never was."""
        return 0 if self.seen is None else max(0, self.replies - self.seen)

    @property
    def talker_ids(self) -> list[int]:
        return [int(word) for word in self.talkers.split()]


class Revision(msgspec.Struct, frozen=True):
    """How a post once read."""

    version: int
    html: str
    warning: str
    #: When this wording was written (ms).
    at: int


TEXT_MAX = 20_000
WARNING_MAX = 200
ALT_MAX = 1_500
PICTURES_MAX = 4
PARTICIPANTS_MAX = 50
#: Of one person, scheduled ones among them.
DRAFTS_MAX = 200
#: Of what was typed into the line of those named, and of all extras together.
DRAFT_LINE_MAX = 4_000
EXTRAS_MAX = 20_000
#: How far ahead something may be scheduled.
SCHEDULE_MAX = 400 * clock.DAY
OPTIONS_MIN, OPTIONS_MAX, OPTION_LENGTH = 2, 8, 120
#: How long people may vote, in ms.
POLL_SHORTEST, POLL_LONGEST = 5 * clock.MINUTE, 60 * clock.DAY
#: How many faces a card shows.
TALKERS_KEPT = 6


_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")


def is_blank(source: str) -> bool:
    """Nothing in it is seen: only spaces, and signs that have no shape."""
    return all(unicodedata.category(sign)[0] in "CZ" for sign in source)


def clean_language(code: str) -> str:
    """The language's own code, without script and region; empty for what is none."""
    language = code[:20].partition("-")[0].lower()
    return language if _LANGUAGE.match(language) else ""


def check_due(due: int, now: int) -> None:
    """Raises Invalid when nothing can be posted at that moment."""
    if due <= now:
        raise Invalid("due", "due_past")
    if due > now + SCHEDULE_MAX:
        raise Invalid("due", "due_far")


def check_draft(draft: PostDraft, source: str) -> None:
    """Raises Invalid when there is nothing to post, or too much."""
    if is_blank(source) and not draft.pictures:
        raise Invalid("text", "post_empty")
    if len(draft.pictures) > PICTURES_MAX:
        raise Invalid("pictures", "pictures_many")
    if len(set(draft.pictures)) != len(draft.pictures):
        raise Invalid("pictures", "picture_twice")
    if len(draft.participants) > PARTICIPANTS_MAX:
        raise Invalid("participants", "participants_many")


def kept_talkers(talkers: str, actor: int) -> str:
    """The list of recent talkers with `actor` at its front."""
    rest = [word for word in talkers.split() if word != str(actor)]
    return " ".join([str(actor), *rest][:TALKERS_KEPT])


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


class Extras(msgspec.Struct, frozen=True):
    """What the extras of a draft mean."""

    poll: PollDraft | None = None
    who_quotes: WhoQuotes | None = None


def read_extras(extras: dict[str, Any]) -> Extras:
    """Raises Invalid for what is none of ours."""
    try:
        return msgspec.convert(extras, Extras)
    except msgspec.ValidationError as error:
        raise Invalid("poll", "choice_unknown") from error


def may_be_quoted(quoted: Audience, own: bool, within: Audience) -> bool:
    """Whether a post of the audience `quoted` may stand in one of the audience `within`.

    Everybody may see what is public or quiet, so it can stand anywhere; one's own words for fewer people only where
    exactly those are addressed again. A quote is shown to nobody who may not see the post itself in any case.
    """
    if quoted.local_only and not within.local_only:
        return False
    if quoted.kind in OPEN:
        return True
    return own and (quoted.kind, quoted.scope_id) == (within.kind, within.scope_id)

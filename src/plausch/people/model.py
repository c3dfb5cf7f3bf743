"""What people are: actors, accounts, relations, and the rules that need no database."""

import enum
import re
import unicodedata

import msgspec

from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed


class ActorKind(enum.StrEnum):
    PERSON = "person"
    PAGE = "page"
    GROUP = "group"
    SERVER = "server"


class Standing(enum.StrEnum):
    """How an actor stands with this server."""

    #: Has asked to join, and waits to be let in.
    WAITING = "waiting"
    #: Has been told no; the account is kept for a few days, so that the letter can say so.
    DECLINED = "declined"
    ACTIVE = "active"
    #: Seen by those who follow it, but not recommended to others.
    LIMITED = "limited"
    SUSPENDED = "suspended"
    #: The account ends after a time of grace.
    LEAVING = "leaving"
    DELETED = "deleted"


#: Whoever stands like this is seen.
PRESENT = (Standing.ACTIVE, Standing.LIMITED)


class Role(enum.StrEnum):
    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"


class Relation(enum.StrEnum):
    FOLLOW = "follow"
    #: Stored in both directions.
    CONNECT = "connect"
    BLOCK = "block"
    MUTE = "mute"


class Consent(enum.StrEnum):
    """What a person may agree to or not."""

    BE_FOUND = "be_found"
    BE_SUGGESTED = "be_suggested"
    COUNT_IN_INSIGHTS = "count_in_insights"
    #: What one likes brings conversations before one's connections.
    SHOW_LIKES = "show_likes"
    #: Keep one row a week of which scopes were visited.
    KEEP_VISITS = "keep_visits"


#: What holds until a person decides.
CONSENT_DEFAULTS = {
    Consent.BE_FOUND: True,
    Consent.BE_SUGGESTED: True,
    Consent.COUNT_IN_INSIGHTS: True,
    Consent.SHOW_LIKES: True,
    Consent.KEEP_VISITS: False,
}


class Purpose(enum.StrEnum):
    """What a secret that was sent to an address is good for."""

    CONFIRM = "confirm"
    RESET = "reset"
    #: Take the address it was sent to as the account's.
    CHANGE = "change"
    #: Take the former address back.
    UNDO = "undo"


class WhoQuotes(enum.StrEnum):
    """Who may show somebody's post within one of their own."""

    EVERYBODY = "everybody"
    #: Who follows whoever speaks, or is connected with them.
    FOLLOWERS = "followers"
    NOBODY = "nobody"


class Theme(enum.StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


#: No actor's id. In the table of counts, everybody who is here counts as its follower.
EVERYBODY = 0


class Viewer(msgspec.Struct, frozen=True):
    """Who is looking, and as whom. Every read takes one."""

    #: The person signed in; 0 for a visitor.
    person: int
    #: The person itself, or a page whose team it is on; 0 for a visitor.
    acting_as: int
    role: Role = Role.MEMBER
    #: The address is still to be confirmed: the person reads, but neither publishes nor relates.
    unconfirmed: bool = False

    @property
    def signed_in(self) -> bool:
        return self.person != 0

    @property
    def staff(self) -> bool:
        return self.role in (Role.OWNER, Role.MODERATOR)

    @property
    def owner(self) -> bool:
        return self.role is Role.OWNER


VISITOR = Viewer(person=0, acting_as=0)


def check_may_act(viewer: Viewer) -> None:
    """Whether the viewer may publish and relate to others. Raises NotAllowed."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    if viewer.unconfirmed:
        raise NotAllowed("confirm_first")


class Actor(msgspec.Struct, frozen=True):
    """What may be shown of anybody who speaks."""

    id: int
    kind: ActorKind
    handle: str
    name: str
    #: Key of the picture's files, or empty.
    picture: str
    standing: Standing
    #: New followers need its approval.
    locked: bool
    version: int
    who_quotes: WhoQuotes

    @property
    def shown_name(self) -> str:
        return self.name or self.handle


class Profile(msgspec.Struct, frozen=True):
    """An actor's own page."""

    id: int
    kind: ActorKind
    handle: str
    name: str
    picture: str
    standing: Standing
    locked: bool
    version: int
    who_quotes: WhoQuotes
    about_source: str
    about_html: str
    pronouns: str
    language: str
    created_at: int
    followers: int
    following: int
    connections: int
    #: Keys of the wide picture's files, or empty.
    header: str = ""

    @property
    def shown_name(self) -> str:
        return self.name or self.handle


class Account(msgspec.Struct, frozen=True):
    """How a person signs in, and how pages speak to them."""

    person_id: int
    handle: str
    name: str
    email: str
    role: Role
    standing: Standing
    locale: str
    theme: Theme
    time_zone: str
    created_at: int
    #: When the account ends (ms), or None.
    ends_at: int | None
    confirmed: bool


class Session(msgspec.Struct, frozen=True):
    """A signed-in browser, as its owner sees it in the list of sessions."""

    id: int
    client: str
    created_at: int
    seen_at: int


class Token(msgspec.Struct, frozen=True):
    """What a program shows to speak for somebody, without its secret."""

    id: int
    person_id: int
    handle: str
    name: str
    scopes: str
    created_at: int


class SignedIn(msgspec.Struct, frozen=True):
    """What every signed-in request needs to know, read in one go."""

    session_id: int
    seen_at: int
    person: int
    acting_as: int
    role: Role
    locale: str
    theme: Theme
    time_zone: str
    handle: str
    name: str
    picture: str
    #: The e-mail address is known to be theirs.
    confirmed: bool
    scopes: str = ""

    @property
    def viewer(self) -> Viewer:
        return Viewer(self.person, self.acting_as, self.role)

    @property
    def shown_name(self) -> str:
        return self.name or self.handle


class Relationship(msgspec.Struct, frozen=True):
    """How the viewer stands to somebody."""

    follows: bool = False
    followed_by: bool = False
    connected: bool = False
    blocks: bool = False
    blocked_by: bool = False
    mutes: bool = False
    asked_to_follow: bool = False
    asked_to_connect: bool = False
    #: They asked the viewer.
    asks_to_connect: bool = False
    asks_to_follow: bool = False


class Request(msgspec.Struct, frozen=True):
    """Somebody asks to connect or to follow."""

    id: int
    kind: Relation
    source_id: int
    target_id: int
    #: Why, in the asking person's words.
    line: str
    at: int


class SignUp(msgspec.Struct, frozen=True):
    """What a new person tells."""

    handle: str
    email: str
    password_hash: str
    name: str = ""
    locale: str = "en"
    time_zone: str = "UTC"
    role: Role = Role.MEMBER
    locked: bool = False
    be_found: bool = True
    #: Whoever made the account vouches for the address.
    email_confirmed: bool = False
    #: Somebody has to let them in; the first one never waits.
    waits: bool = False
    reason: str = ""
    invitation_id: int | None = None


class Proof(msgspec.Struct, frozen=True):
    """A secret that was sent to an address, as far as it may be known."""

    id: int
    person_id: int
    purpose: Purpose
    address: str


class Invitation(msgspec.Struct, frozen=True):
    """A link by which people may join."""

    id: int
    code: str
    person_id: int
    note: str
    uses_max: int
    uses: int
    created_at: int
    ends_at: int


class ProfileEdit(msgspec.Struct, frozen=True):
    name: str
    about: str
    pronouns: str
    locked: bool


class ProfileField(msgspec.Struct, frozen=True):
    """A pair that a profile shows: "Website", "https://..."."""

    label: str
    value: str
    #: When the page it leads to was last seen to point back (ms), or None.
    verified_at: int | None = None

    @property
    def is_link(self) -> bool:
        """The value as a whole is an address on the web."""
        return _LINK.fullmatch(self.value) is not None


#: How long an account can still be called back, in ms.
GRACE = 14 * clock.DAY
#: How long a request that was withdrawn rings no bell when it is made again, in ms.
REQUEST_REST = 7 * clock.DAY
SESSION_LIFE = 90 * clock.DAY

#: How long it is remembered that somebody was declined, in ms.
DECLINED_FOR = 7 * clock.DAY

PASSWORD_MIN = 8
PASSWORD_MAX = 200
NAME_MAX = 80
ABOUT_MAX = 1_000
PRONOUNS_MAX = 40
LINE_MAX = 300
REASON_MAX = 1_000
#: Invitations of one person that are good at the same time, and people who may come by one.
INVITATIONS_MAX = 20
USES_MAX = 100
EMAIL_MAX = 254

FIELDS_MAX = 8
FIELD_LABEL_MAX = 60
FIELD_VALUE_MAX = 300

_LINK = re.compile(r"https?://[^\s<>\"'\\^`{|}]{3,290}", re.IGNORECASE)
_HANDLE = re.compile(r"[a-z0-9_]{2,30}\Z")
_EMAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@[^@\s<>\"(),:;\[\]\\.]+(\.[^@\s<>\"(),:;\[\]\\.]+)+\Z")
#: Words that an address or a role of the server needs, or that would mislead.
_RESERVED = """
    about admin administrator all anyone api app assets conversation conversations e-mail everyone events
    explore faces groups health help here home imprint impressum insights live local login logout mail me media
    messages moderator new notifications oauth owner pages people pictures plausch post posts privacy profile
    root rss rules search security server settings share sign_in sign_up signin signout signup staff static
    support system tag tags team terms topics undefined null webmaster well_known
"""
RESERVED_HANDLES = frozenset(_RESERVED.split())


def clean_line(text: str, field: str, most: int) -> str:
    """One line of plain text without control characters. Raises Invalid(field, "too_long")."""
    kept = "".join(ch if unicodedata.category(ch)[0] != "C" or ch in "\u200d\u200c" else " " for ch in text)
    kept = " ".join(kept.split())
    if len(kept) > most:
        raise Invalid(field, "too_long")
    return kept


def clean_text(text: str, field: str, most: int) -> str:
    """Several lines of text, without the control characters that no text needs. Raises Invalid(field, "too_long")."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(ch for ch in plain if ch in "\n\t" or unicodedata.category(ch) not in ("Cc", "Cs")).strip()
    if len(plain) > most:
        raise Invalid(field, "too_long")
    return plain


def clean_handle(handle: str) -> str:
    """A handle as it is stored. Raises Invalid("handle", ...)."""
    cleaned = handle.strip().removeprefix("@").lower()
    if not cleaned:
        raise Invalid("handle", "missing")
    if not _HANDLE.match(cleaned):
        raise Invalid("handle", "handle_form")
    if cleaned in RESERVED_HANDLES:
        raise Invalid("handle", "handle_reserved")
    return cleaned


def clean_email(email: str) -> str:
    """An address as it is stored; compared without regard to case. Raises Invalid("email", ...)."""
    cleaned = email.strip()
    if not cleaned:
        raise Invalid("email", "missing")
    if len(cleaned) > EMAIL_MAX or not _EMAIL.match(cleaned) or not cleaned.isprintable():
        raise Invalid("email", "email_form")
    return cleaned


def check_password(password: str) -> None:
    """Raises Invalid("password", ...) when it cannot be accepted as a new password."""
    if len(password) < PASSWORD_MIN:
        raise Invalid("password", "password_short")
    if len(password) > PASSWORD_MAX:
        raise Invalid("password", "too_long")
    if len(set(password)) < 3:
        raise Invalid("password", "password_simple")

"""Whatever speaks, what it shows of itself, and how people stand to each other."""

import enum
import re

import msgspec

from plausch.kernel import clock


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
    #: A group of which nobody but its members knows.
    SECRET = "secret"  # noqa: S105  # a word, no password
    #: The account ends after a time of grace.
    LEAVING = "leaving"
    DELETED = "deleted"


#: Whoever stands like this is seen.
PRESENT = (Standing.ACTIVE, Standing.LIMITED)


class Relation(enum.StrEnum):
    FOLLOW = "follow"
    #: Stored in both directions.
    CONNECT = "connect"
    BLOCK = "block"
    MUTE = "mute"
    #: The target is a group. What the member may do in it is kept by the room of groups.
    MEMBER = "member"


class Consent(enum.StrEnum):
    """What a person may agree to or not."""

    BE_FOUND = "be_found"
    BE_SUGGESTED = "be_suggested"
    COUNT_IN_INSIGHTS = "count_in_insights"
    #: What one likes brings conversations before one's connections.
    SHOW_LIKES = "show_likes"
    #: Keep one row a week of which scopes were visited.
    KEEP_VISITS = "keep_visits"
    #: Remember how far each conversation was read.
    KEEP_READ_MARKS = "keep_read_marks"


#: What holds until a person decides.
CONSENT_DEFAULTS = {
    Consent.BE_FOUND: True,
    Consent.BE_SUGGESTED: True,
    Consent.COUNT_IN_INSIGHTS: True,
    Consent.SHOW_LIKES: True,
    Consent.KEEP_VISITS: False,
    Consent.KEEP_READ_MARKS: True,
}


class WhoQuotes(enum.StrEnum):
    """Who may show somebody's post within one of their own."""

    EVERYBODY = "everybody"
    #: Who follows whoever speaks, or is connected with them.
    FOLLOWERS = "followers"
    NOBODY = "nobody"


class WhoWrites(enum.StrEnum):
    """Who may begin a conversation on somebody's wall."""

    NOBODY = "nobody"
    CONNECTIONS = "connections"
    #: Whoever is signed in.
    EVERYBODY = "everybody"


class Signature(enum.StrEnum):
    """How what several people say for a page tells who wrote it."""

    NAME = "name"
    INITIALS = "initials"


#: No actor's id. In the table of counts, everybody who is here counts as its follower.
EVERYBODY = 0


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
    signature: Signature
    #: A program speaks, nobody at a keyboard: what it answers is no answer to insights.
    automated: bool

    @property
    def shown_name(self) -> str:
        return self.name or self.handle

    def signed_by(self, author: "Actor") -> str:
        """Who wrote something for it, as it chose to say that."""
        return initials(author.shown_name) if self.signature is Signature.INITIALS else author.shown_name


class Profile(Actor, frozen=True):
    """An actor's own page."""

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
    #: It agrees to be found, and what it says.
    findable: bool = True
    #: What is to be seen in both, for those who cannot see them.
    picture_alt: str = ""
    header_alt: str = ""
    shows_pictures: bool = True
    shows_replied_pictures: bool = True
    shows_featured: bool = True

    @property
    def tabs(self) -> "Tabs":
        return Tabs(self.shows_pictures, self.shows_replied_pictures, self.shows_featured)


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
    #: What the viewer has noted about them, and when it hears of them again (ms); both not always read.
    note: str = ""
    mute_ends_at: int | None = None


class Request(msgspec.Struct, frozen=True):
    """Somebody asks to connect or to follow."""

    id: int
    kind: Relation
    source_id: int
    target_id: int
    #: Why, in the asking person's words.
    line: str
    at: int


class ProfileEdit(msgspec.Struct, frozen=True):
    name: str
    about: str
    pronouns: str
    locked: bool


class Tabs(msgspec.Struct, frozen=True):
    """Which tabs a profile has beside its posts."""

    pictures: bool = True
    #: Also those of replies are among the pictures.
    replied_pictures: bool = True
    #: Of what somebody features: only apps have that one.
    featured: bool = True


class ProfileField(msgspec.Struct, frozen=True):
    """A pair that a profile shows: "Website", "https://..."."""

    label: str
    value: str
    #: When the page it leads to was last seen to point back (ms), or None.
    verified_at: int | None = None

    @property
    def is_link(self) -> bool:
        """The value as a whole is an address on the web; one with a user name looks like another than it is."""
        return _LINK.fullmatch(self.value) is not None


def initials(name: str) -> str:
    """A name in a few letters, as at the end of a letter: "Mehmet Öz" is "MÖ"."""
    return "".join(word[0] for word in name.replace("-", " ").split()[:3]).upper()


#: How long a request that was withdrawn rings no bell when it is made again, in ms.
REQUEST_REST = 7 * clock.DAY
NAME_MAX = 80
ABOUT_MAX = 1_000
PRONOUNS_MAX = 40
#: Of what is to be seen in one's picture or header.
OWN_ALT_MAX = 500
LINE_MAX = 300
#: Of what somebody notes about somebody else.
NOTE_ABOUT_MAX = 2_000
FIELDS_MAX = 8
FIELD_LABEL_MAX = 60
FIELD_VALUE_MAX = 300
_LINK = re.compile(r"https?://(?![^/?#]*@)[^\s<>\"'\\^`{|}]{3,290}", re.IGNORECASE)

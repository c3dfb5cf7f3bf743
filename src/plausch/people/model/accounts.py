"""Accounts, and the ways in: how people sign in, and what is asked of those who come."""

import enum

import msgspec

from plausch.kernel import clock
from plausch.people.model.actors import Standing
from plausch.people.model.viewers import Role, Viewer


class Purpose(enum.StrEnum):
    """What a secret that was sent to an address is good for."""

    CONFIRM = "confirm"
    RESET = "reset"
    #: Take the address it was sent to as the account's.
    CHANGE = "change"
    #: Take the former address back.
    UNDO = "undo"


class Theme(enum.StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


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
    #: The program it was given to; 0 for those of the command line.
    app_id: int = 0


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
    #: Of whoever speaks: the person, or a page for which it does.
    handle: str
    name: str
    picture: str
    #: The e-mail address is known to be theirs.
    confirmed: bool
    #: Of the person itself.
    own_handle: str = ""
    own_name: str = ""
    own_picture: str = ""
    #: Wants hints while it writes.
    adviser: bool = True
    #: Agrees that one row a week is kept for each place they visit.
    keeps_visits: bool = False
    scopes: str = ""
    #: The registered program whose token it is, or 0.
    app_id: int = 0

    @property
    def viewer(self) -> Viewer:
        return Viewer(self.person, self.acting_as, self.role)

    @property
    def speaks_for(self) -> bool:
        """For a page, and not for itself."""
        return self.acting_as != self.person

    def as_themselves(self) -> "SignedIn":
        """The person, where it speaks for nobody: its account and its settings."""
        if not self.speaks_for:
            return self
        return msgspec.structs.replace(
            self, acting_as=self.person, handle=self.own_handle, name=self.own_name, picture=self.own_picture
        )

    @property
    def shown_name(self) -> str:
        return self.name or self.handle


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
    #: From where it is sent, held against barred networks and not kept; empty for who is at the machine itself.
    client_address: str = ""


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


#: How long an account can still be called back, in ms.
GRACE = 14 * clock.DAY
SESSION_LIFE = 90 * clock.DAY
#: How long it is remembered that somebody was declined, in ms.
DECLINED_FOR = 7 * clock.DAY
REASON_MAX = 1_000
#: Invitations of one person that are good at the same time, and people who may come by one.
INVITATIONS_MAX = 20
USES_MAX = 100

"""Ways in beside the password: codes, passkeys, other services; and what is kept while somebody is on one of them."""

import enum
from urllib.parse import urlsplit

import msgspec


class WayChange(enum.StrEnum):
    """What became of a way in beside the password."""

    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    CODES_ON = "codes_on"
    CODES_OFF = "codes_off"
    SERVICE_LINKED = "service_linked"
    SERVICE_UNLINKED = "service_unlinked"


class Step(enum.StrEnum):
    """What somebody is in the middle of, and what the browser may do next."""

    #: Who it is is known; a code is still to come.
    CODE = "code"
    #: Who it is is known; whether they want their account back is not.
    RETURN = "return"
    #: A passkey is to sign this challenge, whosever it is.
    PASSKEY = "passkey"
    #: A new passkey is to sign this one.
    NEW_PASSKEY = "new_passkey"
    #: Gone to another service, to come back with a code of its.
    ELSEWHERE = "elsewhere"
    #: Come back from there, and belongs to no account yet.
    JOIN = "join"


class Attempt(msgspec.Struct, frozen=True):
    """Something begun. `content` is JSON, whose form the step knows."""

    id: int
    step: Step
    person_id: int | None
    content: str


class Challenge(msgspec.Struct, frozen=True):
    """What a passkey is to sign, and where to go then."""

    challenge: bytes
    next: str = "/"


class Errand(msgspec.Struct, frozen=True):
    """What is left to do when it is certain who comes."""

    next: str = "/"
    #: They were leaving, and come back.
    leaving: bool = False


class Stranger(msgspec.Struct, frozen=True):
    """Whom another service vouches for."""

    issuer: str
    subject: str
    email: str = ""
    #: The service knows the address to be theirs.
    email_verified: bool = False
    name: str = ""
    handle: str = ""
    #: The code of the invitation with which they came.
    invitation: str = ""


class RelyingParty(msgspec.Struct, frozen=True):
    """Who this server is for passkeys (Web Authentication): they are bound to it."""

    name: str
    origin: str

    @property
    def id(self) -> str:
        return urlsplit(self.origin).hostname or ""


class Passkey(msgspec.Struct, frozen=True):
    """A passkey as its owner sees it."""

    id: int
    name: str
    created_at: int
    used_at: int | None


class Identity(msgspec.Struct, frozen=True):
    """A service with which somebody signs in."""

    id: int
    issuer: str
    created_at: int
    used_at: int

    @property
    def host(self) -> str:
        return urlsplit(self.issuer).netloc


class WaysIn(msgspec.Struct, frozen=True):
    """How somebody can sign in, as they see it themselves."""

    has_password: bool
    #: Codes are asked for.
    has_codes: bool
    recovery_codes: int
    passkeys: list[Passkey]
    identities: list[Identity]


#: What an account has in the place of a password's hash when it has no password.
NO_PASSWORD = ""
PASSKEYS_MAX = 20
PASSKEY_NAME_MAX = 60
RECOVERY_CODES = 10

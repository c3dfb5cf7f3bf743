"""With which other servers this one deals, and how; rules without a database."""

import enum
import hashlib

import msgspec

from plausch.people.model import clean_domain, clean_text

#: Of each list at most.
SERVERS_MAX = 10_000
SERVER_COMMENT_MAX = 1_000


class BlockSeverity(enum.StrEnum):
    """How much of a server is kept away, the least first."""

    #: Nothing but what is rejected beside.
    NOOP = "noop"
    #: Whoever follows nobody there sees nothing of it.
    SILENCE = "silence"
    #: Nothing comes from there, and nothing goes there.
    SUSPEND = "suspend"


_RANK = {severity: rank for rank, severity in enumerate(BlockSeverity)}


class ServerStep(enum.StrEnum):
    """What was done about a server."""

    BLOCKED = "blocked"
    CHANGED = "changed"
    UNBLOCKED = "unblocked"
    ALLOWED = "allowed"
    DISALLOWED = "disallowed"


class ServerRule(msgspec.Struct, frozen=True, kw_only=True):
    """What is to hold for a server and those below it."""

    severity: BlockSeverity = BlockSeverity.SILENCE
    reject_media: bool = False
    reject_reports: bool = False
    #: For those who look after the place.
    private_comment: str = ""
    #: For everybody who reads the list.
    public_comment: str = ""
    #: Its name is told to those alone who look after the place.
    obfuscate: bool = False

    def is_as_strict_as(self, other: "ServerRule") -> bool:
        """Whether it lets nothing through that the other one keeps away."""
        if self.severity is BlockSeverity.SUSPEND:
            return True
        if _RANK[self.severity] < _RANK[other.severity]:
            return False
        media = self.reject_media or not other.reject_media
        return media and (self.reject_reports or not other.reject_reports)


class BlockedServer(msgspec.Struct, frozen=True):
    id: int
    domain: str
    created_at: int
    severity: BlockSeverity
    reject_media: bool
    reject_reports: bool
    private_comment: str
    public_comment: str
    obfuscate: bool

    @property
    def rule(self) -> ServerRule:
        """What holds for it."""
        return ServerRule(**{name: getattr(self, name) for name in ServerRule.__struct_fields__})

    @property
    def digest(self) -> str:
        """By which others find out whether they block the same."""
        return hashlib.sha256(self.domain.encode()).hexdigest()

    @property
    def public_domain(self) -> str:
        """Its name as everybody may read it."""
        if not self.obfuscate:
            return self.domain
        length = len(self.domain)
        shown = length // 4
        return "".join(
            sign if place <= shown or place >= length - shown or sign == "." else "*"
            for place, sign in enumerate(self.domain)
        )


class AllowedServer(msgspec.Struct, frozen=True):
    """One with which this server would deal if it dealt with those alone."""

    id: int
    domain: str
    created_at: int


def clean_server(text: str) -> str:
    """A server's name as it is stored. Raises Invalid("domain", ...)."""
    return clean_domain(text.replace("/", ""))


def clean_rule(rule: ServerRule) -> ServerRule:
    """As it is stored. Raises Invalid with the comment that is too long."""
    return msgspec.structs.replace(
        rule,
        private_comment=clean_text(rule.private_comment, "private_comment", SERVER_COMMENT_MAX),
        public_comment=clean_text(rule.public_comment, "public_comment", SERVER_COMMENT_MAX),
    )

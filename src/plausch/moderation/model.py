"""Reports and decisions, and the rules that need no database."""

import enum

import msgspec

from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed
from plausch.people.model import Role
from plausch.talk.model import DraftText

#: How long somebody may object to a decision, in ms; so long a removed post is kept for it.
APPEAL_PERIOD = 14 * clock.DAY
NOTE_MAX = 1_000
MESSAGE_MAX = 2_000
#: Posts in one report.
POSTS_MAX = 10


class ReportState(enum.StrEnum):
    OPEN = "open"
    DECIDED = "decided"


class ReportCategory(enum.StrEnum):
    """What it is about, in a word."""

    SPAM = "spam"
    LEGAL = "legal"
    VIOLATION = "violation"
    OTHER = "other"


class DecisionKind(enum.StrEnum):
    #: Nothing is wrong with it.
    DISMISSED = "dismissed"
    POST_REMOVED = "post_removed"
    WARNED = "warned"
    LIMITED = "limited"
    SUSPENDED = "suspended"
    #: Neither limited nor suspended any more.
    RESTORED = "restored"


class AppealState(enum.StrEnum):
    NONE = "none"
    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class Act(enum.StrEnum):
    """What stands in the log."""

    DISMISSED = "dismissed"
    POST_REMOVED = "post_removed"
    WARNED = "warned"
    LIMITED = "limited"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    APPEAL_GRANTED = "appeal_granted"
    APPEAL_REFUSED = "appeal_refused"
    NOTE_WRITTEN = "note_written"
    NOTE_REMOVED = "note_removed"
    ROLE_CHANGED = "role_changed"
    #: These are done at the command line.
    PASSWORD_SET = "password_set"  # noqa: S105 - the name of an act
    CODES_ENDED = "codes_ended"
    TOKEN_MADE = "token_made"  # noqa: S105 - the name of an act
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of an act
    APPROVED = "approved"
    DECLINED = "declined"
    INVITATION_REVOKED = "invitation_revoked"
    #: Who may not come in.
    ENTRY_BARRED = "entry_barred"
    ENTRY_OPENED = "entry_opened"
    #: With which other servers this one deals.
    SERVER_BLOCKED = "server_blocked"
    SERVER_CHANGED = "server_changed"
    SERVER_UNBLOCKED = "server_unblocked"
    SERVER_ALLOWED = "server_allowed"
    SERVER_DISALLOWED = "server_disallowed"
    SETTINGS_CHANGED = "settings_changed"
    DOCUMENT_PUBLISHED = "document_published"
    ANNOUNCED = "announced"
    #: Whom the community is there for, and what it has set out to reach.
    STRATEGY_CHANGED = "strategy_changed"
    GOALS_CHANGED = "goals_changed"
    #: On the boards of the community.
    TOPIC_CHANGED = "topic_changed"
    TOPIC_MOVED = "topic_moved"
    TOPIC_PINNED = "topic_pinned"
    TOPIC_UNPINNED = "topic_unpinned"
    TOPIC_LOCKED = "topic_locked"
    TOPIC_UNLOCKED = "topic_unlocked"


#: What whoever is concerned may object to.
APPEALABLE = frozenset((DecisionKind.POST_REMOVED, DecisionKind.WARNED, DecisionKind.LIMITED, DecisionKind.SUSPENDED))


class ReportDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants looked at: a person, or posts of theirs."""

    person: int = 0
    posts: tuple[int, ...] = ()
    rules: tuple[int, ...] = ()
    note: str = ""
    category: ReportCategory = ReportCategory.OTHER


class Report(msgspec.Struct, frozen=True):
    id: int
    reporter_id: int
    subject_id: int
    note: str
    rules_text: str
    state: ReportState
    at: int
    decision_id: int | None
    category: ReportCategory = ReportCategory.OTHER

    @property
    def rules(self) -> tuple[int, ...]:
        return tuple(int(word) for word in self.rules_text.split())


class Copy(msgspec.Struct, frozen=True):
    """What a post said when it was reported."""

    source: str
    warning: str
    #: How its pictures are described, in order; empty for one without a description.
    alts: tuple[str, ...] = ()
    #: What its poll offered.
    options: tuple[str, ...] = ()


class OwnReport(msgspec.Struct, frozen=True):
    """A report as whoever made it sees what became of it."""

    id: int
    subject_id: int
    at: int
    state: ReportState
    outcome: str | None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be decided."""

    kind: DecisionKind
    #: The rule it goes by; 0 for none.
    rule: int = 0
    #: To whoever is concerned.
    message: str = ""
    #: The post it is about; 0 for none.
    post: int = 0


class Decision(msgspec.Struct, frozen=True):
    id: int
    subject_id: int
    post_id: int | None
    kind: DecisionKind
    rule_id: int | None
    message: str
    decided_by: int
    at: int
    #: What a removed post said, as JSON of `talk.model.DraftText`; empty once it was cleared.
    kept: str
    appeal_state: AppealState
    appeal: str
    appealed_at: int | None
    answer: str
    answered_by: int | None
    answered_at: int | None

    def may_be_appealed(self, now: int) -> bool:
        fresh = now < self.at + APPEAL_PERIOD
        return self.kind in APPEALABLE and self.appeal_state is AppealState.NONE and fresh

    @property
    def removed(self) -> DraftText | None:
        """What the post said, as long as that is kept."""
        return msgspec.json.decode(self.kept, type=DraftText) if self.kept else None

    @property
    def appeal_ends_at(self) -> int:
        return self.at + APPEAL_PERIOD


class Note(msgspec.Struct, frozen=True):
    id: int
    subject_id: int
    written_by: int
    text: str
    at: int


class LogEntry(msgspec.Struct, frozen=True):
    id: int
    by_id: int
    act: Act
    subject_id: int | None
    post_id: int | None
    detail: str
    at: int


def check_may_decide(role: Role, subject: Role, kind: DecisionKind, *, about_self: bool) -> None:
    """Whether somebody with a role may decide this about somebody else. Raises NotAllowed."""
    if role not in (Role.OWNER, Role.MODERATOR):
        raise NotAllowed
    if about_self:
        raise NotAllowed("decides_about_self")
    if subject is not Role.MEMBER and role is not Role.OWNER and kind is not DecisionKind.DISMISSED:
        raise NotAllowed("about_staff")


def check_verdict(verdict: Verdict) -> None:
    """Whoever something is done to hears why. Raises Invalid."""
    if verdict.kind is DecisionKind.POST_REMOVED and not verdict.post:
        raise Invalid("kind", "choice_unknown")
    if verdict.kind in APPEALABLE and not verdict.rule and not verdict.message:
        raise Invalid("message", "reason_missing")

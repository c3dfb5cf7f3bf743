"""What happens among people."""

from plausch.work.facts import Fact


class PersonJoined(Fact, frozen=True):
    person_id: int
    #: Who has let them in; 0: nobody had to.
    approved_by: int = 0


class ProofAsked(Fact, frozen=True):
    """Somebody is to be sent a secret; `purpose` is one of `people.model.Purpose`."""

    proof_id: int
    person_id: int
    purpose: str


class PasswordResetAsked(Fact, frozen=True):
    """By somebody who named an address; 0 when it is nobody's, so that both take equally long."""

    person_id: int


class ApprovalAsked(Fact, frozen=True):
    """Somebody waits to be let in."""

    person_id: int


class PersonApproved(Fact, frozen=True):
    person_id: int
    decided_by: int = 0


class PersonDeclined(Fact, frozen=True):
    person_id: int
    decided_by: int = 0


class InvitationRevoked(Fact, frozen=True):
    """By whoever made it, or by those who run the place."""

    invitation_id: int
    #: Who had made it.
    person_id: int
    revoked_by: int


class EntryBarred(Fact, frozen=True):
    """Somebody may not come in any more, or otherwise than before; `what` is one of `people.model.BarKind`."""

    what: str
    barred_by: int


class EntryOpened(Fact, frozen=True):
    """Whoever was barred may come in again."""

    what: str
    opened_by: int


class RoleChanged(Fact, frozen=True):
    """`role` is one of `people.model.Role`; 0: it was done at the command line."""

    person_id: int
    role: str
    changed_by: int = 0


class TrialLetterAsked(Fact, frozen=True):
    """Whoever runs the server wants to see whether letters arrive."""

    person_id: int


class WayInChanged(Fact, frozen=True):
    """A way to sign in beside the password was added or removed; `what` is one of `people.model.WayChange`."""

    person_id: int
    what: str


class ProfileEdited(Fact, frozen=True):
    actor_id: int


class ConsentChanged(Fact, frozen=True):
    """`consent` is one of `people.model.Consent`; empty: any of them."""

    person_id: int
    consent: str = ""


class ActorFollowed(Fact, frozen=True):
    follower_id: int
    target_id: int


class ActorUnfollowed(Fact, frozen=True):
    follower_id: int
    target_id: int


class FollowRequested(Fact, frozen=True):
    request_id: int
    follower_id: int
    target_id: int


class ConnectionRequested(Fact, frozen=True):
    request_id: int
    person_id: int
    target_id: int


class RequestClosed(Fact, frozen=True):
    """A request was answered, withdrawn or overtaken; what announced it may go."""

    request_id: int
    target_id: int


class PeopleConnected(Fact, frozen=True):
    """`accepted_by` said yes to `asked_by`."""

    asked_by: int
    accepted_by: int


class IntroductionMade(Fact, frozen=True):
    """`made_by` thinks that two people should meet."""

    introduction_id: int
    made_by: int
    one_id: int
    other_id: int


class IntroductionAnswered(Fact, frozen=True):
    """What announced it to this person may go."""

    introduction_id: int
    person_id: int


class PeopleDisconnected(Fact, frozen=True):
    person_id: int
    other_id: int


class ActorBlocked(Fact, frozen=True):
    actor_id: int
    target_id: int


class StandingChanged(Fact, frozen=True):
    actor_id: int


class AccountErased(Fact, frozen=True):
    """The grace is over: what the person wrote goes too."""

    person_id: int
    #: Keys of the profile picture's files, which may go.
    files: tuple[str, ...] = ()


class TeamInvited(Fact, frozen=True):
    """Somebody is asked to speak for a page."""

    page_id: int
    person_id: int
    invited_by: int


class TeamChanged(Fact, frozen=True):
    """Somebody joined or left the team of a page, or does something else in it."""

    page_id: int
    person_id: int


class PageOrphaned(Fact, frozen=True):
    """Nobody speaks for a page any more: those who own the server see to it."""

    page_id: int


class PageErased(Fact, frozen=True):
    """A page is gone: what was said for it goes too."""

    page_id: int
    #: Keys of its pictures' files, which may go.
    files: tuple[str, ...] = ()


class MembershipsEnded(Fact, frozen=True):
    """Whoever was a member of these groups is gone."""

    member_id: int
    group_ids: tuple[int, ...]

"""What happens in groups."""

from plausch.work.facts import Fact


class GroupVisibilityChanged(Fact, frozen=True):
    """`visibility` is one of `groups.model.Visibility`."""

    group_id: int
    visibility: str


class GroupJoined(Fact, frozen=True):
    group_id: int
    actor_id: int


class GroupLeft(Fact, frozen=True):
    """By themselves, or taken out."""

    group_id: int
    actor_id: int


class JoiningRequested(Fact, frozen=True):
    request_id: int
    group_id: int
    actor_id: int


class JoiningAccepted(Fact, frozen=True):
    group_id: int
    actor_id: int
    accepted_by: int


class JoiningClosed(Fact, frozen=True):
    """A request was answered or withdrawn; what announced it may go."""

    group_id: int
    actor_id: int


class GroupInvited(Fact, frozen=True):
    group_id: int
    actor_id: int
    invited_by: int


class InvitationClosed(Fact, frozen=True):
    """An invitation was answered or taken back; what announced it may go."""

    group_id: int
    actor_id: int


class GroupRoleChanged(Fact, frozen=True):
    """`role` is one of `groups.model.GroupRole`; `changed_by` 0: it came about by itself."""

    group_id: int
    actor_id: int
    role: str
    changed_by: int


class GroupDeleted(Fact, frozen=True):
    """What was said in it goes too."""

    group_id: int
    #: Keys of its pictures' files, which may go.
    files: tuple[str, ...] = ()


class BoardRemoved(Fact, frozen=True):
    """Nothing stands in it; of a group that is deleted, nothing will."""

    board_id: int


class PackAsked(Fact, frozen=True):
    """Somebody, or the owners of a group, are asked whether `member_id` may be in a pack."""

    pack_id: int
    member_id: int
    asked_by: int


class PackChanged(Fact, frozen=True):
    """It is called or described otherwise."""

    pack_id: int
    changed_by: int


class PackAnswered(Fact, frozen=True):
    """It was answered or taken back; what announced it may go."""

    pack_id: int
    member_id: int

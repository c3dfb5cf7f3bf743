"""What has to be let through before it is posted, and what became of it."""

import enum

import msgspec


class ApprovalStep(enum.StrEnum):
    SUBMITTED = "submitted"
    #: It was changed while it waited, and begins anew.
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    #: It goes back to its author, with a note.
    DECLINED = "declined"


class ApprovalEntry(msgspec.Struct, frozen=True):
    """A line of the log of what had to be let through."""

    id: int
    #: The page or the group that decides.
    place_id: int
    draft_id: int
    #: Who did it; 0 once they are gone.
    person_id: int
    step: ApprovalStep
    note: str
    #: What came of it, once it is posted.
    post_id: int | None


#: The reason with which publishing refuses what has to be let through.
NEEDS_APPROVAL = "needs_approval"
NOTE_MAX = 500

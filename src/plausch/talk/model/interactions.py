"""How somebody turns to somebody else in what they say and do."""

import enum


class InteractionKind(enum.IntEnum):
    """Stored as a number: there are more interactions than anything else."""

    LIKE = 1
    MENTION = 2
    SHARE = 3
    REPLY = 4
    QUOTE = 5

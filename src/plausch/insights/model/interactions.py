"""What an interaction is worth, and how the graph is kept."""

import msgspec

from plausch.kernel import clock
from plausch.settings import Settings
from plausch.talk.model import InteractionKind

METHOD = "interactions 1"
#: The moment to which every amount is brought, 2026-01-01: so added and subtracted, their order does not matter.
EPOCH = 1_767_225_600_000
#: Smaller powers of two are next to nothing, and some databases refuse to speak of them.
LEAST = -1_000.0


class Rule(msgspec.Struct, frozen=True):
    """What each kind of interaction counts, and after how many days half of that; settings say so."""

    reply: float = 4
    share: float = 3
    mention: float = 2
    like: float = 1
    half_life: float = 90

    def weight(self, kind: int) -> float:
        match kind:
            case InteractionKind.REPLY:
                return self.reply
            case InteractionKind.SHARE | InteractionKind.QUOTE:
                return self.share
            case InteractionKind.MENTION:
                return self.mention
            case _:
                return self.like

    def amount(self, kind: int, at: int) -> float:
        """What an interaction counts, as seen from the epoch."""
        return float(self.weight(kind) * 2.0 ** max((at - EPOCH) / (self.half_life * clock.DAY), LEAST))


def rule_of(settings: Settings) -> Rule:
    """As whoever runs the server has it."""
    return Rule(
        reply=settings.insights_reply,
        share=settings.insights_share,
        mention=settings.insights_mention,
        like=settings.insights_like,
        half_life=settings.insights_half_life,
    )


class Night(msgspec.Struct, frozen=True):
    """What was computed, and how many seconds each of it took."""

    seconds: dict[str, float]


class Graph(msgspec.Struct, frozen=True):
    """How the interaction graph stands: by which rule it is kept, and which snapshot is of it."""

    rule: Rule
    #: Says which snapshot file belongs to this database.
    mark: str
    #: False while it is being built.
    whole: bool
    people: int = 0
    edges: int = 0
    method: str = METHOD

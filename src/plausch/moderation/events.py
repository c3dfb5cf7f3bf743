"""What happens when the place is looked after."""

from plausch.work.facts import Fact


class Reported(Fact, frozen=True):
    """Somebody has reported a person, or posts of theirs."""

    report_id: int
    subject_id: int


class Decided(Fact, frozen=True):
    """`kind` is one of `model.DecisionKind`."""

    decision_id: int
    subject_id: int
    kind: str


class Appealed(Fact, frozen=True):
    """Whoever is concerned asks to have it looked at again."""

    decision_id: int
    subject_id: int


class AppealAnswered(Fact, frozen=True):
    decision_id: int
    subject_id: int
    #: The `model.DecisionKind` it was about.
    kind: str

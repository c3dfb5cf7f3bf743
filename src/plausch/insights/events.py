"""What happens in insights that upper rooms react to."""

from plausch.work.facts import Fact


class LetterMade(Fact, frozen=True):
    """A weekly letter is there: whoever looks after the place may be written to (`queries.list_readers`)."""

    letter_id: int

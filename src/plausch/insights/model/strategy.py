"""Whom a place is there for, and how much of that target group it knows, reaches and talks with."""

import msgspec

METHOD = "target 2"

#: Whoever has spoken of it in so many days belongs to the target group.
DAYS = 90
TOPICS_MAX, GROUPS_MAX, COMMUNITIES_MAX, WORDS_MAX, WORD_MAX, LINE_MAX = 12, 12, 12, 8, 60, 500


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """Whom it is there for, and by which words it is spoken of."""

    #: In one's own words; for people only.
    about: str = ""
    #: Hashtags, without their sign.
    topics: tuple[str, ...] = ()
    #: Groups that everybody reads.
    groups: tuple[int, ...] = ()
    #: Communities of interest, by their numbers, which stay from night to night.
    communities: tuple[int, ...] = ()
    #: Words that such people use.
    words: tuple[str, ...] = ()
    #: What it is called itself, beside its handle.
    names: tuple[str, ...] = ()
    #: What else people speak of in these topics, to compare with.
    others: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Nobody is described by it."""
        return not (self.topics or self.groups or self.communities or self.words)


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """At least how many people (`rounding.at_least`); None where they are too few to be told as a number."""

    people: int | None
    #: They follow the page, or are members of the group.
    known: int | None
    #: They have answered, shared, liked or mentioned.
    reached: int | None
    #: They have answered it and were answered by it.
    talked: int | None
    #: Of those reached: they do not follow it, or are no members.
    unknown: int | None

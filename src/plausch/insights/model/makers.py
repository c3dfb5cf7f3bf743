"""Opinion makers, as they are told: the parts of which standing is made, and never a score."""

import msgspec

from plausch.insights.model.findings import FEWEST

#: For so many days back people are counted who responded, and posts that were begun.
MAKER_DAYS = 180
#: The development is told by so many weeks.
MAKER_WEEKS = 12
#: So many are listed of a place, and of a hashtag.
MAKERS_LISTED = 20
#: A hashtag is looked at apart when so many people took part under it.
TOPIC_PEOPLE = 8
VERSION = "opinion makers 1"


class Maker(msgspec.Struct, frozen=True):
    """What makes somebody heard."""

    #: Different people who responded within `MAKER_DAYS`, and in how many communities that are shown.
    voices: int
    circles: int
    #: How many people a conversation that they begin usually brings in, and how many they began.
    usual: int
    begun: int
    #: How many times as much attention as people have here on average ends with them.
    esteem: float
    #: What they write about.
    tags: tuple[str, ...] = ()
    #: Numbers of the communities among those who responded, the largest part first.
    bridges: tuple[int, ...] = ()
    #: How many different people responded in each week, the oldest first.
    weeks: tuple[int, ...] = ()
    #: Of a page's audience: how often they turned to the page, and whether they follow it.
    turned: int = 0
    follows: bool = False


def is_listed(maker: Maker) -> bool:
    """Whether somebody is named to others as an opinion maker: they begin conversations, and enough people respond."""
    return maker.voices >= FEWEST and maker.begun > 0

"""Pictures under posts and in articles."""

import enum

import msgspec


class Held(enum.IntEnum):
    """Whether a picture stays though its post be removed, because somebody may still have to look at it."""

    NO = 0
    YES = 1
    #: The post is removed; nobody but those who look after the place sees the picture.
    GONE = 2


#: The name of the one file that a picture has until it is made fit.
RAW = "raw"


class Picture(msgspec.Struct, frozen=True):
    """A picture under a post."""

    id: int
    post_id: int
    alt: str
    width: int
    height: int
    blurhash: str
    colour: str
    #: What must stay in sight where the picture is cut, in percent from its left and top edge.
    focus_x: int = 50
    focus_y: int = 50

    @property
    def ready(self) -> bool:
        """It can be shown; until then nothing but the bytes that were sent is there."""
        return self.width > 0

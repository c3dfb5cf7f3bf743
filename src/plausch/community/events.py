"""What happens to the community."""

from plausch.work.facts import Fact


class CommunityChanged(Fact, frozen=True):
    """The owner has set something; `keys` names what."""

    keys: tuple[str, ...]
    changed_by: int


class DocumentPublished(Fact, frozen=True):
    """A legal page has a new version."""

    kind: str
    version: int
    published_by: int = 0


class ServersChanged(Fact, frozen=True):
    """Something is decided about another server; `step` is one of `model.ServerStep`."""

    step: str
    #: Of a block.
    severity: str = ""
    changed_by: int = 0


class AnnouncementMade(Fact, frozen=True):
    announcement_id: int
    made_by: int = 0

"""What happens to the community."""

from plausch.work.facts import Fact


class CommunityChanged(Fact, frozen=True):
    """The owner has set something; `keys` names what."""

    keys: tuple[str, ...]
    changed_by: int

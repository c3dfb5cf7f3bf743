"""What the owner decides about the community: the only writer of this room."""

from plausch.community.actions.about import TOPIC, change_community, forget_person, set_logo

__all__ = ["TOPIC", "change_community", "forget_person", "set_logo"]

"""Reads of what the community says of itself. It is for everybody, so no viewer is asked for."""

from plausch.community.queries.about import get_community

__all__ = ["get_community"]

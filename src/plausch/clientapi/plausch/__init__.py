"""Plausch's own API under `/api/plausch/v1/`, in the words of the domain."""

from plausch.clientapi.plausch.door import DOOR

__all__ = ["DOOR"]

"""The door for programs: Plausch's own API under `/api/plausch/v1/`; the Mastodon client API will stand beside it.

Only here will the words of that API be used: account, status, reblog, favourite.
"""

from plausch.clientapi.door import DOOR

__all__ = ["DOOR"]

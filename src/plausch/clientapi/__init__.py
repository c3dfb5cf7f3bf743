"""The door for programs: the Mastodon client API, and Plausch's own under `/api/plausch/v1/`.

Only here are the words of that API used: account, status, reblog, favourite.
"""

from plausch.clientapi.door import DOOR

__all__ = ["DOOR"]

"""The door for the apps people already have: the Mastodon client API.

Only here are the words of that API used: account, status, reblog, favourite.
"""

from plausch.clientapi.mastodon.door import DOOR

__all__ = ["DOOR"]

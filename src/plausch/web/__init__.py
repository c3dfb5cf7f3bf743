"""The web door: server-rendered pages in German and English that work without JavaScript and come alive with it."""

from plausch.web.door import DOOR

__all__ = ["DOOR"]

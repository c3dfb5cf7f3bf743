"""Plausch: a social networking server for communities and organisations."""

__version__ = "0.3.0"

"""Feeds: what reaches whom, and why: home, place, topics, notifications and search.

Feeds are read from the stream of entries at the moment of reading; nothing is copied to each reader, so a post costs
the same however many follow its author (docs/decisions/0004-home-is-read-not-written.md).
"""

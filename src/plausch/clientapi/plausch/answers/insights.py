"""Insights as programs get them. The shape of a value depends on its measure: docs/insights.md."""

from typing import Any

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was found out about a place."""

    measure: str
    #: Only what was said under this hashtag; empty: everything.
    topic: str
    #: The name and version of how it was computed.
    method: str
    computed_at: str


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    findings: list[Finding]
    #: Figures with a development: `/insights/history/{measure}`.
    histories: list[str]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    #: In the order of the finding, from 1.
    place: int
    #: The id of a person, a post or a community; null: the place itself.
    subject: str | None
    #: Of a person.
    handle: str | None
    value: dict[str, Any]


class WholeFinding(msgspec.Struct, frozen=True, kw_only=True):
    measure: str
    topic: str
    method: str
    computed_at: str
    #: What the results are about: `place`, `person`, `post` or `community`.
    about: str
    results: list[Result]


class Point(msgspec.Struct, frozen=True, kw_only=True):
    #: Of figures of a week its Monday.
    day: str
    value: float


class History(msgspec.Struct, frozen=True, kw_only=True):
    measure: str
    points: list[Point]


class OwnFinding(msgspec.Struct, frozen=True, kw_only=True):
    measure: str
    method: str
    computed_at: str
    value: dict[str, Any]


class OwnFindings(msgspec.Struct, frozen=True, kw_only=True):
    """What was found about oneself, of the whole server."""

    findings: list[OwnFinding]

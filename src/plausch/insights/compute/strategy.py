"""Target groups of all places that have said whom they are there for, and brand awareness of pages."""

from plausch.insights import actions
from plausch.insights.compute.night import Night


async def compute(night: Night) -> None:
    await actions.measure_targets(night.database, night.scopes, night.now)

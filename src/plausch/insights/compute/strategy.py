"""Target groups and brand awareness of all places that have said whom they are there for."""

from plausch.insights import actions
from plausch.insights.compute.night import Night


async def compute(night: Night) -> None:
    await actions.measure_targets(night.database, night.now)

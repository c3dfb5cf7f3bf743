"""What waits for those who look after the place, by the page on which it is done."""

from collections.abc import Mapping

from plausch.moderation import queries as moderation
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.work import queue


async def count_upkeep(tx: Read, viewer: Viewer) -> Mapping[str, int]:
    """Only what this viewer may see to; nothing, and no statement, for members and visitors."""
    found: dict[str, int] = {}
    if viewer.staff:
        found["/admin/people/waiting"] = await people.count_waiting(tx)
        reports, appeals = await moderation.count_open_reports(tx, viewer), await moderation.count_appeals(tx, viewer)
        found["/admin/reports"] = reports + appeals
    if viewer.owner:
        # Letters that never went out are among them.
        found["/admin/jobs"] = await queue.count_failed(tx)
    return {path: count for path, count in found.items() if count}

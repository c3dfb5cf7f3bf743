"""What notifications about groups and packs say and where they lead: never a name to somebody who may not know it."""

from collections.abc import Sequence
from typing import NamedTuple

from plausch.feeds.model import GROUP_KINDS, Notification, NotificationKind
from plausch.groups import queries as groups
from plausch.people.model import Viewer
from plausch.storage import Read
from plausch.web.places import group_path


class Told(NamedTuple):
    """One notification's further words, and the page it leads to."""

    words: str
    path: str


def is_about_group(kind: NotificationKind) -> bool:
    return kind in GROUP_KINDS or kind in (NotificationKind.GROUP_REMOVED, NotificationKind.PACK_CHANGED)


async def find_told(tx: Read, viewer: Viewer, found: Sequence[Notification]) -> dict[int, Told]:
    """By the notification's id; what is about a group that the viewer may not know of any more is missing."""
    about = {one.id: one.request_id for one in found if one.request_id is not None and is_about_group(one.kind)}
    if not about:
        return {}
    removed = [one.id for one in found if one.kind is NotificationKind.GROUP_REMOVED]
    entries = await groups.list_log_entries(tx, [about[id_] for id_ in removed if id_ in about])
    ids = [*about.values(), *(one.group_id for one in entries.values())]
    known = await groups.list_groups(tx, viewer, ids)
    inviting = await groups.list_inviting(tx, viewer)
    told: dict[int, Told] = {}
    for one in found:
        subject = about.get(one.id, 0)
        if one.kind is NotificationKind.GROUP_REMOVED and subject in entries:
            # Whose post it was is told why, also when they are not in the group any more.
            told[one.id] = Told(entries[subject].note, "/notifications")
        elif one.kind is NotificationKind.PACK_CHANGED:
            pack = await groups.find_pack(tx, viewer, subject)
            if pack is not None:
                told[one.id] = Told(pack.name, f"/packs/{pack.slug}")
        elif one.kind is NotificationKind.GROUP_INVITED and subject in inviting:
            told[one.id] = Told(inviting[subject].shown_name, "/groups#invitations")
        elif one.kind in GROUP_KINDS and subject in known:
            group = known[subject]
            more = "/requests" if one.kind is NotificationKind.GROUP_REQUESTED else ""
            told[one.id] = Told(group.shown_name, group_path(group.handle) + more)
    return told

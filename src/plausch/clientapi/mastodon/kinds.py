"""What the API calls the notifications there are; those for which it has no word are read on the pages."""

from collections.abc import Sequence

from plausch.feeds.model import NotificationKind as Kind

KINDS: dict[str, tuple[Kind, ...]] = {
    "mention": (Kind.REPLIED, Kind.MENTIONED, Kind.ADDRESSED, Kind.WALL_WRITTEN, Kind.NAMED_AUTHOR),
    "status": (Kind.POSTED, Kind.TOPIC_STARTED, Kind.TOPIC_REPLIED),
    "reblog": (Kind.SHARED,),
    "follow": (Kind.FOLLOWED, Kind.CONNECTED),
    "follow_request": (Kind.FOLLOW_REQUESTED, Kind.CONNECTION_REQUESTED),
    "favourite": (Kind.LIKED,),
    "poll": (Kind.POLL_ENDED,),
    "update": (Kind.SHARED_EDITED, Kind.TOPIC_TENDED),
    "quote": (Kind.QUOTED,),
    "quoted_update": (Kind.QUOTED_EDITED,),
    "moderation_warning": (Kind.DECIDED,),
    "admin.report": (Kind.REPORTED,),
    "admin.sign_up": (Kind.JOINED,),
    "added_to_collection": (Kind.PACK_ASKED,),
    "collection_update": (Kind.PACK_CHANGED,),
}
TYPES = {kind: name for name, kinds in KINDS.items() for kind in kinds}
ALL = tuple(TYPES)
#: What makes no sense without its status.
WITH_STATUS = frozenset({"mention", "status", "reblog", "favourite", "poll", "update", "quote", "quoted_update"})


def kinds_of(types: Sequence[str], but: Sequence[str] = ()) -> list[Kind]:
    """Of the types that are named, or of all, without some; names that nobody knows mean nothing."""
    return [kind for kind, name in TYPES.items() if (not types or name in types) and name not in but]

"""What is set, and by default."""

from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.community.model import Community
from plausch.community.tables import community_settings
from plausch.settings import Settings, SignUpMode
from plausch.storage import Read, Statement


class _Set(NamedTuple):
    key: str
    value: str
    changed_at: int


_ALL = Statement(sa.select(community_settings.c.key, community_settings.c.value, community_settings.c.changed_at), _Set)
_KEYS = frozenset(Community.__struct_fields__)


async def get_community(tx: Read, settings: Settings) -> Community:
    """The community as it is now. What the owner has not set is as the settings say."""
    values: dict[str, Any] = {"name": settings.name, "sign_up": settings.sign_up, "language": settings.language}
    rows = await tx.all(_ALL)
    # A key that a newer version has stored is none of ours.
    values |= {row.key: msgspec.json.decode(row.value) for row in rows if row.key in _KEYS}
    # Where anybody may come in, it is no more than showing the door; elsewhere the owner says so first.
    values.setdefault("members_invite", values["sign_up"] in (SignUpMode.OPEN, SignUpMode.APPROVAL))
    values["changed_at"] = max((row.changed_at for row in rows), default=0)
    return msgspec.convert(values, Community)

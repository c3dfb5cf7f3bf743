"""Whether somebody may look after the place: asked when they do something, and not when they signed in."""

import msgspec

from plausch.kernel.errors import NotAllowed
from plausch.people import queries as people
from plausch.people.model import PRESENT, Viewer
from plausch.storage import Write


async def as_staff(tx: Write, viewer: Viewer) -> Viewer:
    """The viewer with the role it has now. Raises NotAllowed."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    account = await people.get_account(tx, viewer.person)
    now = msgspec.structs.replace(viewer, role=account.role)
    if not now.staff or account.standing not in PRESENT:
        raise NotAllowed
    return now

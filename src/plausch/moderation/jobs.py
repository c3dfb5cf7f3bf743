"""What has to be done about decisions from time to time."""

from plausch.moderation import actions
from plausch.storage import Write


async def clear_copies(tx: Write, _: object) -> None:
    """Forget what removed posts said once nobody can object any more."""
    await actions.clear_copies(tx)

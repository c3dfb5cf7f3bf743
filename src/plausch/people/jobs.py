"""What has to be done about people from time to time."""

from plausch.kernel import clock
from plausch.people import queries
from plausch.people.actions import erase_account, prune_proofs, prune_requests, prune_sessions
from plausch.storage import Write


async def end_accounts(tx: Write, _: object) -> None:
    """Erase those whose time of grace is over."""
    for person in await queries.list_ended_accounts(tx, clock.now()):
        await erase_account(tx, person)


async def forget_sessions(tx: Write, _: object) -> None:
    """Forget sessions and secrets that have run out."""
    await prune_sessions(tx)
    await prune_proofs(tx)


async def forget_requests(tx: Write, _: object) -> None:
    """Forget requests that were withdrawn long ago."""
    await prune_requests(tx)

"""What a decision makes of how somebody stands: a person with an account, or a page."""

from plausch.kernel.errors import Conflict, Invalid
from plausch.moderation import queries
from plausch.moderation.model import AppealState, DecisionKind
from plausch.people import actions as people_actions
from plausch.people import queries as people
from plausch.people.actions.pages import suspend_page
from plausch.people.model import ActorKind, Standing
from plausch.storage import Write

_RESTS = (Standing.LIMITED, Standing.SUSPENDED)


async def limit(tx: Write, subject: int) -> None:
    """Raises Conflict for who is not here, Invalid for a group: it has those who look after it."""
    if not await _is_page(tx, subject):
        await people_actions.limit(tx, subject)
    elif await _standing(tx, subject) is Standing.ACTIVE:
        await people_actions.set_standing(tx, subject, Standing.LIMITED)
    elif await _standing(tx, subject) is not Standing.LIMITED:
        raise Conflict("not_here")


async def suspend(tx: Write, subject: int) -> None:
    """Raises as `limit`, and Conflict where nobody would own the server any more."""
    await (suspend_page if await _is_page(tx, subject) else people_actions.suspend)(tx, subject)


async def unlimit(tx: Write, subject: int) -> None:
    if not await _is_page(tx, subject):
        await people_actions.unlimit(tx, subject)
    elif await _standing(tx, subject) is Standing.LIMITED:
        await people_actions.set_standing(tx, subject, Standing.ACTIVE)


async def unsuspend(tx: Write, subject: int) -> None:
    """A page that was limited before is so again."""
    if not await _is_page(tx, subject):
        await people_actions.unsuspend(tx, subject)
    elif await _standing(tx, subject) is Standing.SUSPENDED:
        last = await queries.find_last(tx, subject, DecisionKind.LIMITED)
        limited = last is not None and last.kind is DecisionKind.LIMITED
        limited = limited and last is not None and last.appeal_state is not AppealState.GRANTED
        await people_actions.set_standing(tx, subject, Standing.LIMITED if limited else Standing.ACTIVE)


async def lift(tx: Write, subject: int) -> None:
    """Whoever was suspended or limited is neither any more. Raises Conflict when they were not."""
    if await _standing(tx, subject) not in _RESTS:
        raise Conflict("nothing_to_lift")
    await unsuspend(tx, subject)
    await unlimit(tx, subject)


async def _standing(tx: Write, subject: int) -> Standing:
    return (await people.get_actor(tx, subject)).standing


async def _is_page(tx: Write, subject: int) -> bool:
    kind = (await people.get_actor(tx, subject)).kind
    if kind is ActorKind.GROUP:
        raise Invalid("kind", "choice_unknown")
    return kind is ActorKind.PAGE

"""What groups do about things that happen among people."""

from plausch.groups import queries
from plausch.groups.actions import end_memberships, find_new_owner, forget_actor, forget_packs_of, turn_away
from plausch.people import queries as people
from plausch.people.events import AccountErased, ActorBlocked, MembershipsEnded, PageErased, StandingChanged
from plausch.people.model import Standing
from plausch.storage import Write

#: Whoever stands like this may be long in coming back, and a group cannot wait.
_AWAY = (Standing.SUSPENDED, Standing.LEAVING)


async def on_memberships_ended(tx: Write, fact: MembershipsEnded) -> None:
    await end_memberships(tx, fact.member_id, fact.group_ids)
    await forget_actor(tx, fact.member_id)


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    await _forget(tx, fact.person_id)


async def on_page_erased(tx: Write, fact: PageErased) -> None:
    await _forget(tx, fact.page_id)


async def _forget(tx: Write, actor: int) -> None:
    """Facts may be heard in any order: what is still owned is handed over before anything is forgotten."""
    for group in await queries.list_owned(tx, actor):
        await find_new_owner(tx, group, actor)
    await forget_packs_of(tx, actor)
    await forget_actor(tx, actor)


async def on_standing_changed(tx: Write, fact: StandingChanged) -> None:
    """A group whose only owner is away gets another one beside them; without anybody it waits."""
    owned = await queries.list_owned(tx, fact.actor_id)
    if not owned or (await people.get_actor(tx, fact.actor_id)).standing not in _AWAY:
        return
    for group in owned:
        if await queries.find_successor(tx, group, fact.actor_id) is not None:
            await find_new_owner(tx, group, fact.actor_id)


async def on_actor_blocked(tx: Write, fact: ActorBlocked) -> None:
    """Whoever blocks a group leaves it."""
    if await queries.find_role(tx, fact.target_id, fact.actor_id) is not None:
        await turn_away(tx, fact.actor_id, fact.target_id)

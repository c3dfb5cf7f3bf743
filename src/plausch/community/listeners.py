"""How the community reacts to what happens below."""

from plausch.community import actions
from plausch.people.events import AccountErased
from plausch.storage import Write


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    """What somebody set stays; that it was they goes."""
    await actions.forget_person(tx, fact.person_id)

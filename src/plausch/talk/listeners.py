"""What talk does about things that happen among people."""

from plausch.people.events import AccountErased
from plausch.storage import Write
from plausch.work import queue

ERASE_POSTS = "talk.erase_posts"


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    """What a person wrote goes with the account, in portions."""
    await queue.put(tx, ERASE_POSTS, fact.person_id)

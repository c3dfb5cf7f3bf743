"""What is gone is gone from every table of insights."""

from plausch.insights.actions.findings import drop_found, forget_found
from plausch.insights.actions.letters import drop_letters, forget_in_letters
from plausch.insights.actions.strategy import drop_strategy
from plausch.storage import Write


async def drop_scope(tx: Write, scope: int) -> None:
    """A group, page or board is gone: forget all that was found of it, said of it, and set out to be reached."""
    await drop_found(tx, scope)
    await drop_letters(tx, scope)
    await drop_strategy(tx, scope)


async def forget_subject(tx: Write, subject: int) -> None:
    """Forget all that was found about a person or a post."""
    await forget_found(tx, subject)
    await forget_in_letters(tx, subject)

"""What is gone is gone from every table of insights."""

from plausch.insights.actions.caring import forget_care, forget_carer
from plausch.insights.actions.findings import drop_found, forget_found, forget_meetings
from plausch.insights.actions.greeting import drop_greetings, forget_greeter, forget_newcomer
from plausch.insights.actions.letters import drop_letters, forget_in_letters
from plausch.insights.actions.strategy import drop_strategy
from plausch.insights.actions.visits import forget_visits, forget_visits_to
from plausch.storage import Write


async def drop_scope(tx: Write, scope: int) -> None:
    """A group, page or board is gone: forget all that was found of it, said of it, and set out to be reached."""
    await drop_found(tx, scope)
    await drop_letters(tx, scope)
    await drop_strategy(tx, scope)
    await drop_greetings(tx, scope)
    await forget_visits_to(tx, scope)


async def forget_subject(tx: Write, subject: int) -> None:
    """Forget all that was found about a person or a post."""
    await forget_found(tx, subject)
    await forget_in_letters(tx, subject)


async def forget_counted(tx: Write, actor: int) -> None:
    """Somebody is not to be counted any more, for a while or for good."""
    await forget_subject(tx, actor)
    await forget_meetings(tx, actor)
    await forget_newcomer(tx, actor)


async def forget_post(tx: Write, post: int) -> None:
    """A post is gone."""
    await forget_subject(tx, post)
    await forget_care(tx, post)


async def forget_person(tx: Write, person: int) -> None:
    """Somebody is gone: also what they did to look after places, and where they were."""
    await forget_greeter(tx, person)
    await forget_carer(tx, person)
    await forget_visits(tx, person)

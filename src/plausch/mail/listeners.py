"""When the server writes to people. Each letter is a job of its own: it reaches beyond the database."""

import msgspec

from plausch.feeds import queries as feeds
from plausch.feeds.events import NotificationsDue
from plausch.feeds.model import Channel, NotificationKind
from plausch.insights import queries as insights
from plausch.insights.events import LetterMade
from plausch.kernel import ids
from plausch.moderation.events import AppealAnswered, Decided
from plausch.moderation.model import DecisionKind
from plausch.people import actions as people_actions
from plausch.people import queries as people
from plausch.people.events import (
    AccountErased,
    ApprovalAsked,
    PasswordResetAsked,
    PersonApproved,
    PersonDeclined,
    ProofAsked,
    TrialLetterAsked,
    WayInChanged,
)
from plausch.storage import Write
from plausch.work import queue

SEND_LETTER = "mail.send_letter"
FORGET_LETTERS = "mail.forget_letters"


class Order(msgspec.Struct, frozen=True):
    """A letter to be written: to whom and what for, and nothing that it will say."""

    id: int
    #: Which template.
    kind: str
    person_id: int
    #: The secret that it brings, where it brings one.
    proof_id: int = 0
    #: What it tells of, where it gathers several things.
    about: tuple[int, ...] = ()
    #: What happened, for letters of several kinds of that.
    what: str = ""
    #: How often it was tried to send it.
    tries: int = 0


async def order(tx: Write, kind: str, person: int, proof: int = 0) -> None:
    """Have a letter written and sent."""
    await queue.put(tx, SEND_LETTER, Order(ids.new_id(), kind, person, proof))


async def on_proof_asked(tx: Write, fact: ProofAsked) -> None:
    await order(tx, fact.purpose, fact.person_id, fact.proof_id)


async def on_password_reset_asked(tx: Write, fact: PasswordResetAsked) -> None:
    """Nobody who asks could tell from how long that took whether there is such an account."""
    if fact.person_id:
        await people_actions.begin_reset(tx, fact.person_id)


async def on_approval_asked(tx: Write, fact: ApprovalAsked) -> None:
    """Those who decide get one letter, however many ask until they do."""
    if await people.count_waiting(tx) == 1:
        for person in await people.list_staff(tx):
            await order(tx, "waiting", person)


async def on_person_approved(tx: Write, fact: PersonApproved) -> None:
    await order(tx, "approved", fact.person_id)


async def on_person_declined(tx: Write, fact: PersonDeclined) -> None:
    await order(tx, "declined", fact.person_id)


async def on_trial_letter_asked(tx: Write, fact: TrialLetterAsked) -> None:
    await order(tx, "trial", fact.person_id)


async def on_way_in_changed(tx: Write, fact: WayInChanged) -> None:
    await queue.put(tx, SEND_LETTER, Order(ids.new_id(), "way", fact.person_id, what=fact.what))


async def on_notifications_due(tx: Write, fact: NotificationsDue) -> None:
    await queue.put(tx, SEND_LETTER, Order(ids.new_id(), "notifications", fact.person_id, about=fact.ids))


async def on_letter_made(tx: Write, fact: LetterMade) -> None:
    """To each who looks after the place and wants it by mail."""
    for person in await insights.list_letter_readers(tx, fact.letter_id):
        if (await feeds.get_preferences(tx, person)).wants(NotificationKind.WEEKLY_LETTER, Channel.MAIL):
            await queue.put(tx, SEND_LETTER, Order(ids.new_id(), "weekly", person, about=(fact.letter_id,)))


async def on_decided(tx: Write, fact: Decided) -> None:
    """Whoever cannot sign in, or could not, hears of it all the same; others get it with their notifications."""
    if fact.kind in (DecisionKind.SUSPENDED, DecisionKind.RESTORED):
        await _order_decision(tx, fact.subject_id, fact.decision_id)


async def on_appeal_answered(tx: Write, fact: AppealAnswered) -> None:
    if fact.kind == DecisionKind.SUSPENDED:
        await _order_decision(tx, fact.subject_id, fact.decision_id)


async def _order_decision(tx: Write, person: int, decision: int) -> None:
    await queue.put(tx, SEND_LETTER, Order(ids.new_id(), "decision", person, about=(decision,)))


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    await queue.put(tx, FORGET_LETTERS, fact.person_id)

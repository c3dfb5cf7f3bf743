"""Sending letters: by SMTP, or into the folder where the owner finds them."""

import logging
from email.message import EmailMessage
from typing import NamedTuple

import msgspec

from plausch.community.queries import get_community
from plausch.http.site import appeal_path
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.language.catalogues import LANGUAGES
from plausch.mail.letters import build_message, write_letter
from plausch.mail.listeners import SEND_LETTER, Order
from plausch.mail.notices import Notices, NoticeWords, gather
from plausch.mail.weekly import Weekly, gather_weekly
from plausch.moderation.actions import make_appeal_key
from plausch.net import smtp
from plausch.people import actions as people_actions
from plausch.people import queries as people
from plausch.people.model import PRESENT, Account, Standing
from plausch.settings import Settings
from plausch.storage import Database, Write
from plausch.storage.letters import KeptLetters
from plausch.work import queue

log = logging.getLogger("plausch.mail")

#: When to try again (ms): receivers that know nobody yet want some minutes, broken servers a night.
_PAUSES = tuple(minutes * clock.MINUTE for minutes in (1, 5, 15, 30, 60, 2 * 60, 4 * 60, 8 * 60, 12 * 60, 12 * 60))
#: Where each kind leads, beside those that bring a secret.
_PLACES = {
    "waiting": "/admin/people/waiting",
    "approved": "/sign-in?next=/welcome",
    "declined": "/about",
    "trial": "/admin/mails",
    "way": "/settings/security",
}


#: Letters that tell of things, and are not written where nothing of these is left.
_GATHERED = ("notifications", "weekly")


class _Written(NamedTuple):
    message: EmailMessage
    recipient: str


class Mailroom:
    """Writes and sends the letters of one server."""

    def __init__(self, settings: Settings, words: NoticeWords) -> None:
        self._settings = settings
        self._words = words
        self._server = smtp.read_address(settings.smtp_url) if settings.sends_mail else None
        self._kept = KeptLetters(settings.data / "mails")
        self._host = settings.domain.partition(":")[0]

    async def send_letter(self, database: Database, order: Order) -> None:
        """Write a letter and send it. What is not taken now is tried again later; what never will be is dropped."""
        async with database.write() as tx:
            written = await self._write(tx, order)
        if written is None:
            return
        if self._server is None:
            await self._keep(order, written)
            return
        try:
            await smtp.send(
                self._server,
                written.message,
                sender=self._settings.mail_from,
                recipient=written.recipient,
                greet_as=self._host,
            )
        except smtp.LetterRefused as error:
            log.warning("a letter was refused", extra={"kind": order.kind, "answer": str(error)})
        except smtp.LetterDelayed as error:
            await self._try_later(database, order, error)

    async def forget_letters(self, _: Database, person: int) -> None:
        """What was kept of letters to somebody who is gone."""
        await self._kept.forget(person)

    async def _write(self, tx: Write, order: Order) -> _Written | None:
        """None when there is nobody to write to, or no reason any more."""
        try:
            account = await people.get_account(tx, order.person_id)
        except NotFound:
            return None
        recipient, link = account.email, _PLACES.get(order.kind, "/")
        if order.kind == "decision":
            decision = order.about[0]
            link = appeal_path(decision, await make_appeal_key(tx, decision))
        if order.proof_id:
            sealed = await people_actions.seal_proof(tx, order.proof_id)
            if sealed is None:
                return None
            proof, secret = sealed
            recipient, link = proof.address, f"/letter/{secret}"
        if account.standing is Standing.SUSPENDED and order.kind != "decision":
            return None
        if order.kind == "waiting" and not await people.count_waiting(tx):
            return None
        if order.kind == "way" and not account.confirmed:
            return None  # that address may be somebody else's
        language = account.locale if account.locale in LANGUAGES else self._settings.language
        told = await self._gather(tx, order, account, language)
        if told is None and order.kind in _GATHERED:
            return None
        community = (await get_community(tx, self._settings)).name
        letter = write_letter(
            order.kind,
            language,
            told=told,
            what=order.what,
            name=account.name or account.handle,
            handle=account.handle,
            community=community,
            home=self._settings.base_url,
            link=self._settings.base_url + link,
        )
        message = build_message(
            letter,
            id_=order.id,
            to=recipient,
            sender=self._settings.mail_from,
            sender_name=community,
            domain=self._host,
            stop=told.stop if told is not None else "",
        )
        return _Written(message, recipient)

    async def _gather(self, tx: Write, order: Order, account: Account, language: str) -> Notices | Weekly | None:
        """None for an address that may be somebody else's, and where no letter leaves: nobody would pass these on."""
        if order.kind not in _GATHERED or self._server is None:
            return None
        if not account.confirmed or account.standing not in PRESENT:
            return None
        if order.kind == "weekly":
            return await gather_weekly(tx, account, order.about[0], language, self._settings.base_url, self._words)
        return await gather(tx, account.person_id, order.about, language, self._settings.base_url, self._words)

    async def _keep(self, order: Order, written: _Written) -> None:
        path = await self._kept.keep(order.id, order.person_id, written.message.as_bytes())
        log.info("no e-mail server is set (smtp_url): a letter was kept", extra={"kind": order.kind, "file": str(path)})

    async def _try_later(self, database: Database, order: Order, error: Exception) -> None:
        if order.tries >= len(_PAUSES):
            log.error("a letter was given up", extra={"kind": order.kind, "error": str(error)})
            async with database.write() as tx:
                await queue.put_failed(tx, SEND_LETTER, msgspec.structs.replace(order, tries=0), type(error).__name__)
            return
        log.warning("a letter was not sent, and is tried again", extra={"kind": order.kind, "error": str(error)})
        again = msgspec.structs.replace(order, tries=order.tries + 1)
        async with database.write() as tx:
            await queue.put_again(
                tx,
                SEND_LETTER,
                again,
                at=clock.real_now() + _PAUSES[order.tries],
                tries=again.tries,
                error=type(error).__name__,
            )

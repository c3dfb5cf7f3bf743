"""A real SMTP server on this machine, which takes what is sent and shows it."""

import asyncio
import re
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import anyio
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Mailbox:
    """Letters by recipient; `answers` are given instead of taking a letter, one after the other."""

    def __init__(self) -> None:
        self.port = 0
        self.letters: list[tuple[str, EmailMessage]] = []
        self.answers: list[str] = []
        self.seen: set[str] = set()
        self._arrived = asyncio.Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name there
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.extend((str(recipient), letter) for recipient in envelope.rcpt_tos)
        self._arrived.set()
        return "250 OK"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = (data.login, data.password) == (b"plausch@example.org", b"p:ss/w@rd")
        return AuthResult(success=good, handled=False)

    async def next_to(self, recipient: str, subject: str = "") -> EmailMessage:
        """The oldest letter to somebody that was not looked at before."""
        with anyio.fail_after(10):
            while True:
                self._arrived.clear()
                for place, (to, letter) in enumerate(self.letters):
                    if to == recipient and subject in str(letter["subject"]):
                        del self.letters[place]
                        return letter
                await self._arrived.wait()


def text_of_letter(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def link_in(letter: EmailMessage) -> str:
    """The path of the link that a letter is about."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text_of_letter(letter))
    assert found, text_of_letter(letter)
    return found[1]


@asynccontextmanager
async def open_mailbox(*, tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[Mailbox]:
    """With `auth_required=True` it wants the password, with `tls` it is encrypted from the first byte.

    Further options are aiosmtpd's.
    """
    mailbox = Mailbox()
    if options.get("auth_required"):
        options |= {"authenticator": mailbox.authenticate, "auth_require_tls": False}

    def serve() -> SMTP:
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # that passwords want TLS
            return SMTP(mailbox, hostname="localhost", enable_SMTPUTF8=True, **options)

    server = await asyncio.get_running_loop().create_server(serve, "127.0.0.1", 0, ssl=tls)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        await server.wait_closed()

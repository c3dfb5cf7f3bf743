"""Sending letters by SMTP, encrypted, through the one server that the settings name."""

import asyncio
import ipaddress
from email.message import EmailMessage
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

#: Seconds for a whole letter: less than a job's lease, so that nobody else begins to send it too.
PATIENCE = 20
_PERMANENT = 500
_PORTS = {"smtp": 587, "smtps": 465}


class LetterDelayed(Exception):
    """It could not be sent now: the server is away, busy, or does not accept us. It is worth trying again."""


class LetterRefused(Exception):
    """It will never be sent: there is no such recipient, or the server does not want it."""


class SmtpServer(NamedTuple):
    """Where letters are handed over."""

    host: str
    port: int
    user: str
    password: str
    #: Encrypted from the first byte.
    tls: bool
    #: Encrypted from the second, and refused if that cannot be.
    start_tls: bool


def read_address(url: str) -> SmtpServer:
    """From `smtp://USER:PASSWORD@HOST:PORT` or `smtps://...`; `?tls=off` allows a plain connection."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    tls = parts.scheme == "smtps"
    plain = parse_qs(parts.query).get("tls") == ["off"] or _is_this_machine(host)
    return SmtpServer(
        host=host,
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        start_tls=not tls and not plain,
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def send(server: SmtpServer, message: EmailMessage, *, sender: str, recipient: str, greet_as: str) -> None:
    """Hand a letter over. `greet_as` is this server's own host. Raises LetterDelayed and LetterRefused."""
    try:
        async with asyncio.timeout(PATIENCE):
            await aiosmtplib.send(
                message,
                sender=sender,
                recipients=[recipient],
                hostname=server.host,
                port=server.port,
                username=server.user or None,
                password=server.password or None,
                use_tls=server.tls,
                start_tls=server.start_tls,
                local_hostname=greet_as,
                timeout=PATIENCE,
            )
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _failed(min(one.code for one in error.recipients)) from error
    except aiosmtplib.SMTPDataError as error:
        raise _failed(error.code) from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise LetterDelayed(type(error).__name__) from error


def _failed(code: int) -> Exception:
    """What an answer to this one letter means (RFC 5321, 4.2.1): 4xx not now, 5xx not ever."""
    return LetterRefused(str(code)) if code >= _PERMANENT else LetterDelayed(str(code))

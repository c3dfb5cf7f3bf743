"""Letters are handed over encrypted and with the password; what a refusal means is told apart."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from plausch.net import smtp
from plausch.net.smtp import LetterDelayed, LetterRefused, SmtpServer, read_address
from tests.harness.certificates import make_certificate, server_context
from tests.harness.mailbox import Mailbox, open_mailbox


def letter() -> EmailMessage:
    message = EmailMessage()
    message["To"], message["From"], message["Subject"] = "anna@example.org", "no-reply@example.org", "Grüße"
    message.set_content("Schöne Grüße\n")
    return message


async def send(server: SmtpServer) -> None:
    await smtp.send(
        server, letter(), sender="no-reply@example.org", recipient="anna@example.org", greet_as="plausch.example.org"
    )


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", SmtpServer("mail.example.org", 587, "", "", False, True)),
        ("smtps://a%40b:p%3Ass@mail.example.org", SmtpServer("mail.example.org", 465, "a@b", "p:ss", True, False)),
        ("smtp://mail.example.org:2525", SmtpServer("mail.example.org", 2525, "", "", False, True)),
        ("smtp://localhost:25", SmtpServer("localhost", 25, "", "", False, False)),
        ("smtp://[::1]", SmtpServer("::1", 587, "", "", False, False)),
        ("smtp://relay.lan?tls=off", SmtpServer("relay.lan", 587, "", "", False, False)),
        ("smtp://localhost.example.org", SmtpServer("localhost.example.org", 587, "", "", False, True)),
    ],
)
def test_the_address_says_how(url: str, server: SmtpServer) -> None:
    assert read_address(url) == server


async def test_a_letter_arrives_with_the_password() -> None:
    async with open_mailbox(auth_required=True) as mailbox:
        here = f"127.0.0.1:{mailbox.port}"
        with pytest.raises(LetterDelayed):
            await send(read_address(f"smtp://{here}"))
        with pytest.raises(LetterDelayed):
            await send(read_address(f"smtp://plausch%40example.org:guess@{here}"))
        await send(read_address(f"smtp://plausch%40example.org:p%3Ass%2Fw%40rd@{here}"))
        assert (await mailbox.next_to("anna@example.org"))["subject"] == "Grüße"
        assert mailbox.letters == []


async def test_nothing_is_sent_in_the_clear() -> None:
    async with open_mailbox() as mailbox:
        with pytest.raises(LetterDelayed):
            await send(read_address(mailbox.url)._replace(start_tls=True))
        assert mailbox.letters == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize(
    ("host", "trusted", "arrives"), [("localhost", True, True), ("localhost", False, False), ("elsewhere", True, False)]
)
async def test_only_the_server_that_is_meant_gets_the_letter(
    scheme: str, host: str, trusted: bool, arrives: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate counts when this machine trusts who signed it, and when it is the named server's."""
    certificate = make_certificate(tmp_path, host)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = server_context(certificate)
    first: dict[str, Any] = (
        {"tls": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
    )
    async with open_mailbox(**first) as mailbox:
        address = read_address(f"{scheme}://localhost:{mailbox.port}")
        server = address._replace(start_tls=scheme == "smtp")
        if arrives:
            await send(server)
            assert (await mailbox.next_to("anna@example.org"))["subject"] == "Grüße"
        else:
            with pytest.raises(LetterDelayed):
                await send(server)
            assert mailbox.letters == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [("451 greylisted, come again", LetterDelayed), ("554 no such person", LetterRefused)],
)
async def test_not_now_is_not_never(answer: str, error: type[Exception]) -> None:
    async with open_mailbox() as mailbox:
        mailbox.answers.append(answer)
        with pytest.raises(error):
            await send(read_address(mailbox.url))


async def test_a_server_that_is_away_is_asked_again() -> None:
    gone = Mailbox()
    async with open_mailbox() as mailbox:
        gone.port = mailbox.port
    with pytest.raises(LetterDelayed):
        await send(read_address(gone.url))

"""Writing letters: a template each, in whose place of paragraphs and buttons stand those of text or of HTML."""

import functools
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, NamedTuple

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template

from plausch.kernel import clock
from plausch.language.catalogues import catalogue


class Letter(NamedTuple):
    subject: str
    text: str
    html: str


@functools.cache
def _environment(language: str, form: str) -> Environment:
    """`form` is `text` or `html`: whose frame and parts the letters stand in."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("plausch.mail", f"templates/{form}"), PackageLoader("plausch.mail")]),
        autoescape=form == "html",  # noqa: S701 - nobody reads text as HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]  # by the extension
    return environment


def write_letter(kind: str, language: str, **context: Any) -> Letter:
    """The letter of a kind, `KIND.jinja`; `context` is what the template's first line names, and the frame's own."""
    plain = _environment(language, "text").get_template(f"{kind}.jinja")
    subject = " ".join(_block(plain, "subject", context).split())
    html = _environment(language, "html").get_template(f"{kind}.jinja")
    return Letter(subject, _tidy(plain.render(**context)), html.render(**context, language=language))


def _block(template: Template, name: str, context: dict[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(context)))


def _tidy(text: str) -> str:
    """One empty line between paragraphs, however the template is written, and a signature that mail programs know."""
    paragraphs = ("\n".join(line.strip() for line in part.splitlines()).strip() for part in text.split("\n\n"))
    return ("\n\n".join(part for part in paragraphs if part) + "\n").replace("\n--\n", "\n-- \n")


def build_message(
    letter: Letter, *, id_: int, to: str, sender: str, sender_name: str, domain: str, stop: str = ""
) -> EmailMessage:
    """A letter with its headers. The id makes that a mailbox which gets it twice may show it once.

    `stop` is where its reader gets no more of them, by a click in the mail program (RFC 8058).
    """
    message = EmailMessage(policy=SMTP)
    user, _, host = sender.rpartition("@")
    message["From"] = Address(display_name=sender_name, username=user, domain=host)
    message["To"] = to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(clock.now() // 1000, UTC))
    message["Message-ID"] = f"<{id_}@{domain}>"
    # So that no absence note answers it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    if stop:
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message

"""What can be set, with what it means and what it is by default."""

import enum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec


class SignUpMode(enum.StrEnum):
    """Who may make an account."""

    OPEN = "open"
    APPROVAL = "approval"
    INVITE = "invite"
    CLOSED = "closed"


class Switch(enum.StrEnum):
    ON = "on"
    OFF = "off"


class LogFormat(enum.StrEnum):
    TEXT = "text"
    JSON = "json"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings of a server."""

    data: Path
    database_url: str
    host: str
    port: int
    base_url: str
    workers: int
    rate_limits: Switch
    sign_up: SignUpMode
    name: str
    language: str
    log_format: LogFormat
    forwarded: Switch
    outgoing: Switch
    smtp_url: str
    mail_from: str
    metrics_token: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_name: str
    insights: Switch
    insights_at: int
    insights_reply: float
    insights_share: float
    insights_mention: float
    insights_like: float
    insights_half_life: float

    @property
    def sends_mail(self) -> bool:
        """Whether letters leave this machine; else they are kept as files for the owner."""
        return bool(self.smtp_url)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the server over TLS."""
        return self.base_url.startswith("https://")

    @property
    def domain(self) -> str:
        """The host, with its port where it is not the usual one, by which others know this server."""
        return urlsplit(self.base_url).netloc

    @property
    def names(self) -> frozenset[str]:
        """All that others may write for it: the host alone, and with its port."""
        url = urlsplit(self.base_url)
        port = url.port or (443 if self.secure else 80)
        return frozenset((str(url.hostname), f"{url.hostname}:{port}"))


class Field(NamedTuple):
    """How a setting is written and what it says."""

    name: str
    default: str
    meaning: str


FIELDS = (
    Field("data", "./data", "The folder that holds everything: the database, pictures, and the file `plausch.toml`."),
    Field(
        "database_url",
        "",
        "Empty for SQLite in the data folder; `postgresql://USER:PASSWORD@HOST/NAME` for PostgreSQL.",
    ),
    Field("host", "127.0.0.1", "The address to listen on; `0.0.0.0` is every one of the machine, behind a TLS proxy."),
    Field("port", "8000", "The port to listen on."),
    Field(
        "base_url",
        "",
        "How browsers reach the server, for instance `https://plausch.example.org`. Empty: `http://localhost:PORT`.",
    ),
    Field("workers", "1", "How many server processes share the work: one serves some thousand people."),
    Field("rate_limits", "on", "`on` or `off`: limits on signing in, signing up and uploading. Off only for tests."),
    Field(
        "sign_up",
        "open",
        "Who may make an account: `open` everybody, `approval` whom an owner or moderator lets in, `invite` whoever "
        "has an invitation, `closed` nobody.",
    ),
    Field("name", "Plausch", "What the community is called."),
    Field("language", "en", "The language for those of whom none is known: `de` or `en`."),
    Field("log_format", "text", "`text` for people or `json` for programs. Nothing personal is logged in either."),
    Field(
        "forwarded",
        "off",
        "`on` when a proxy before the server sets `X-Forwarded-For` itself; then limits count by that address.",
    ),
    Field("outgoing", "on", "`on` or `off`: whether the server asks others on the web, for instance to preview links."),
    Field(
        "smtp_url",
        "",
        "The server that sends e-mails: `smtp://USER:PASSWORD@HOST:587` (STARTTLS) or `smtps://USER:PASSWORD@HOST`. "
        "Empty: letters are kept in the data folder, for the owner to read.",
    ),
    Field("mail_from", "", "The address that e-mails come from. Empty: `no-reply@` and the host of `base_url`."),
    Field("metrics_token", "", "The token with which Prometheus may read `/metrics`. Empty: there is no such page."),
    Field(
        "oidc_issuer",
        "",
        "The address of a service with which people may sign in, by OpenID Connect: `https://sso.example.org`. Empty: "
        "there is none.",
    ),
    Field("oidc_client_id", "", "As what that service knows this server."),
    Field("oidc_client_secret", "", "The secret that goes with it. Empty: the service asks for none."),
    Field("oidc_name", "", 'What the button says after "Sign in with". Empty: the host of `oidc_issuer`.'),
    Field("insights", "on", "`on` or `off`: whether the server computes insights by night, in a process of its own."),
    Field("insights_at", "3", "At which hour of the day that is, from 0 to 23, in the time zone of most people here."),
    Field("insights_reply", "4", "What a reply counts in the graph of who turns to whom."),
    Field("insights_share", "3", "What sharing or quoting counts there."),
    Field("insights_mention", "2", "What a mention counts there."),
    Field("insights_like", "1", "What a like counts there."),
    Field("insights_half_life", "90", "After how many days each of these counts half as much."),
)

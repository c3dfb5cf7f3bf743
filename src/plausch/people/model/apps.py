"""Programs that ask people whether they may speak for them (OAuth 2)."""

import base64
import hashlib
import re

import msgspec

from plausch.kernel import clock

#: How long the answer to a question is good, in ms.
CODE_LIFE = 10 * clock.MINUTE
#: It is known for so long which codes were used, so that one used twice is noticed.
CODE_KNOWN = clock.DAY
#: A program that nobody has agreed to for so long, and that speaks for nobody, is forgotten.
APP_UNUSED = 90 * clock.DAY
APP_NAME_MAX, APP_WEBSITE_MAX, REDIRECT_MAX, REDIRECTS_MAX = 200, 2_000, 2_000, 20
#: For programs without an address: the code is shown to the person, who copies it.
SHOWN_CODE = "urn:ietf:wg:oauth:2.0:oob"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class App(msgspec.Struct, frozen=True):
    """A registered program."""

    id: int
    client_id: str
    name: str
    website: str
    #: One a line.
    redirect_uris: str
    scopes: str
    created_at: int

    @property
    def said(self) -> str:
        """Its name and address, on a line each, as a post bears them that was written with it."""
        return f"{self.name}\n{self.website}".rstrip()

    @property
    def redirects(self) -> list[str]:
        return self.redirect_uris.splitlines()


class AppForm(msgspec.Struct, frozen=True):
    """What a program tells of itself."""

    name: str
    redirect_uris: tuple[str, ...]
    scopes: str
    website: str = ""


class AppToken(msgspec.Struct, frozen=True):
    """With what a program speaks for itself, and for nobody."""

    app_id: int
    scopes: str


class NewToken(msgspec.Struct, frozen=True):
    """A token that was just made; the secret is not kept."""

    id: int
    secret: str
    scopes: str
    created_at: int


def is_challenge(text: str) -> bool:
    """Whether it can be a SHA-256 as PKCE writes it (RFC 7636)."""
    return _CHALLENGE.fullmatch(text) is not None


def answers_challenge(verifier: str, challenge: str) -> bool:
    """Whether the one who asks is the one who began; without a challenge nobody may bring a verifier."""
    if not challenge or not verifier:
        return challenge == verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge

"""What people type about themselves, made fit to be stored."""

import re
import unicodedata

from plausch.kernel.errors import Invalid

PASSWORD_MIN = 8
PASSWORD_MAX = 200
EMAIL_MAX = 254
_HANDLE = re.compile(r"[a-z0-9_]{2,30}\Z")
_EMAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@[^@\s<>\"(),:;\[\]\\.]+(\.[^@\s<>\"(),:;\[\]\\.]+)+\Z")
#: Words that an address or a role of the server needs, or that would mislead.
_RESERVED = """
    about admin administrator all anyone api app approvals article articles assets blog boards conversation
    conversations e-mail events everyone explore faces feed feeds forum groups health help here home impressum
    imprint insights introductions invitations links live local login logout mail me media messages moderator new
    notifications null oauth owner packs pages people pictures plausch post posts privacy profile root rss rules
    search security server settings share sign_in sign_up signin signout signup sitemap staff static support
    system tag tags team terms topics undefined webmaster well_known
"""
RESERVED_HANDLES = frozenset(_RESERVED.split())


def clean_line(text: str, field: str, most: int) -> str:
    """One line of plain text without control characters. Raises Invalid(field, "too_long")."""
    kept = "".join(ch if unicodedata.category(ch)[0] != "C" or ch in "\u200d\u200c" else " " for ch in text)
    kept = " ".join(kept.split())
    if len(kept) > most:
        raise Invalid(field, "too_long")
    return kept


def clean_text(text: str, field: str, most: int) -> str:
    """Several lines of text, without the control characters that no text needs. Raises Invalid(field, "too_long")."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(ch for ch in plain if ch in "\n\t" or unicodedata.category(ch) not in ("Cc", "Cs")).strip()
    if len(plain) > most:
        raise Invalid(field, "too_long")
    return plain


def clean_handle(handle: str) -> str:
    """A handle as it is stored. Raises Invalid("handle", ...)."""
    cleaned = handle.strip().removeprefix("@").lower()
    if not cleaned:
        raise Invalid("handle", "missing")
    if not _HANDLE.match(cleaned):
        raise Invalid("handle", "handle_form")
    if cleaned in RESERVED_HANDLES:
        raise Invalid("handle", "handle_reserved")
    return cleaned


def clean_email(email: str) -> str:
    """An address as it is stored; compared without regard to case. Raises Invalid("email", ...)."""
    cleaned = email.strip()
    if not cleaned:
        raise Invalid("email", "missing")
    if len(cleaned) > EMAIL_MAX or not _EMAIL.match(cleaned) or not cleaned.isprintable():
        raise Invalid("email", "email_form")
    return cleaned


def check_password(password: str) -> None:
    """Raises Invalid("password", ...) when it cannot be accepted as a new password."""
    if len(password) < PASSWORD_MIN:
        raise Invalid("password", "password_short")
    if len(password) > PASSWORD_MAX:
        raise Invalid("password", "too_long")
    if len(set(password)) < 3:
        raise Invalid("password", "password_simple")

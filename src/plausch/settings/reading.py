"""Reading settings from their sources, and saying plainly what is wrong with one."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from plausch.settings.model import FIELDS, Settings

SETTINGS_FILE = "plausch.toml"
PREFIX = "PLAUSCH_"


class SettingsError(Exception):
    """A setting cannot be used; the text says which, where it comes from, and what would do."""


class Sourced(NamedTuple):
    """A setting's text and where it comes from."""

    value: str
    origin: str


def read_settings(
    flags: Mapping[str, str | None] | None = None, environment: Mapping[str, str] | None = None
) -> tuple[Settings, dict[str, Sourced]]:
    """The settings in force, and each one's origin. Raises SettingsError."""
    found = {field.name: Sourced(field.default, "default") for field in FIELDS}
    variables = {
        name.removeprefix(PREFIX).lower(): Sourced(value, f"environment variable {name}")
        for name, value in (os.environ if environment is None else environment).items()
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() in found
    }
    given = {name: Sourced(value, "command line") for name, value in (flags or {}).items() if value is not None}
    folder = {**found, **variables, **given}["data"]
    for source in (_file(Path(folder.value)), variables, given):
        found.update(source)
    return _settle(found), found


def _file(data: Path) -> dict[str, Sourced]:
    path = data / SETTINGS_FILE
    if not path.is_file():
        return {}
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from error
    known = {field.name for field in FIELDS} - {"data"}
    for name in content:
        if name not in known:
            raise SettingsError(f"{path} sets {name!r}, which is no setting. Known are: {', '.join(sorted(known))}.")
    return {name: Sourced(_text(value), str(path)) for name, value in content.items()}


def _text(value: Any) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def _settle(found: dict[str, Sourced]) -> Settings:
    """Fill in what follows from other settings, and check each."""
    data = Path(found["data"].value).expanduser().absolute()
    derived = {
        "database_url": f"sqlite:///{data / 'plausch.db'}",
        "base_url": f"http://localhost:{found['port'].value}",
    }
    for name, value in derived.items():
        if not found[name].value:
            found[name] = Sourced(value, "derived")
    found["base_url"] = Sourced(found["base_url"].value.rstrip("/"), found["base_url"].origin)
    found["data"] = Sourced(str(data), found["data"].origin)
    _check(found)
    if found["oidc_issuer"].value and not found["oidc_name"].value:
        found["oidc_name"] = Sourced(urlsplit(found["oidc_issuer"].value).netloc, "derived")
    if not found["mail_from"].value:
        found["mail_from"] = Sourced(f"no-reply@{urlsplit(found['base_url'].value).hostname}", "derived")
    texts = {name: sourced.value for name, sourced in found.items()}
    try:
        return msgspec.convert(texts, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("$.")[2].rstrip("`")
        raise SettingsError(_complaint(name, found, str(error).partition(" - ")[0])) from error


def _decode(type_: type[Any], value: Any) -> Any:
    return type_(value)


def _check(found: dict[str, Sourced]) -> None:
    # First: the base URL may be made of the port.
    for name, least, most in (("port", 0, 65535), ("workers", 1, 64), ("insights_at", 0, 23)):
        text = found[name].value
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise SettingsError(_complaint(name, found, f"use a number from {least} to {most}"))
    try:
        url = urlsplit(found["base_url"].value)
        usable = bool(url.hostname) and url.port != 0
    except ValueError as error:
        raise SettingsError(_complaint("base_url", found, str(error))) from error
    if url.scheme not in ("http", "https") or not usable or url.path or url.query:
        raise SettingsError(_complaint("base_url", found, "use http:// or https:// and a host, without a path"))
    if not found["database_url"].value.startswith(("sqlite:///", "postgresql://")):
        raise SettingsError(_complaint("database_url", found, "use sqlite:///FILE or postgresql://..."))
    if found["language"].value not in ("de", "en"):
        raise SettingsError(_complaint("language", found, "use de or en"))
    _check_mail(found)
    _check_openid(found)
    _check_insights(found)


def _check_mail(found: dict[str, Sourced]) -> None:
    address = found["smtp_url"].value
    try:
        url = urlsplit(address)
        usable = url.scheme in ("smtp", "smtps") and url.hostname and not url.path.strip("/") and url.port != 0
    except ValueError:
        usable = False
    if address and not usable:
        raise SettingsError(_complaint("smtp_url", found, "use smtp:// or smtps://, USER:PASSWORD@ and a host"))
    sender = found["mail_from"].value
    if sender and ("@" not in sender.strip("@") or not sender.isascii() or not sender.isprintable() or " " in sender):
        raise SettingsError(_complaint("mail_from", found, "use an address like no-reply@example.org"))


def _check_openid(found: dict[str, Sourced]) -> None:
    issuer = found["oidc_issuer"].value
    if not issuer:
        return
    try:
        url = urlsplit(issuer)
        usable = bool(url.hostname) and url.port != 0 and not (url.query or url.fragment or "@" in url.netloc)
    except ValueError:
        usable = False
    # In the clear only on this machine: whoever listens on the way could be anybody.
    plain = url.scheme == "http" and url.hostname in ("localhost", "127.0.0.1", "::1") if usable else False
    if not usable or not (url.scheme == "https" or plain):
        raise SettingsError(_complaint("oidc_issuer", found, "use https:// and a host, as the service names itself"))
    if not found["oidc_client_id"].value:
        raise SettingsError(_complaint("oidc_client_id", found, "oidc_issuer is set: say as what it knows this server"))


def _check_insights(found: dict[str, Sourced]) -> None:
    weights = [(f"insights_{kind}", 0.0, 1000.0) for kind in ("reply", "share", "mention", "like")]
    # A shorter half-life soon leads to numbers that no computer adds up.
    for name, least, most in (*weights, ("insights_half_life", 7.0, 3650.0)):
        try:
            usable = least <= float(found[name].value) <= most
        except ValueError:
            usable = False
        if not usable:
            raise SettingsError(_complaint(name, found, f"use a number from {least:g} to {most:g}"))


def _complaint(name: str, found: dict[str, Sourced], why: str) -> str:
    # Addresses of databases and mail servers may hold passwords.
    shown = "" if name in ("database_url", "smtp_url") else f" {found[name].value!r}" if name in found else ""
    origin = f" ({found[name].origin})" if name in found else ""
    return f"setting {name}{shown}{origin}: {why}."

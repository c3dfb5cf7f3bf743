"""Accounts: the one a command names, and those to make from a CSV file, whose mistakes are named by their lines."""

import csv
from pathlib import Path

import msgspec

from plausch.cli.failures import CommandFailed
from plausch.kernel.errors import NotFound
from plausch.people import queries
from plausch.people.model import Account, Role
from plausch.storage import Read

#: Who did something, for the log: whoever works at the machine, without an account.
MACHINE = 0
_NEEDED = ("handle", "email", "password")
_COLUMNS = (*_NEEDED, "role", "name", "language", "locked")
_YES_OR_NO = {"": False, "no": False, "false": False, "0": False, "nein": False, "yes": True, "true": True, "1": True}
_YES_OR_NO["ja"] = True


class NewAccount(msgspec.Struct, kw_only=True):
    """One account to make; `origin` says in which line of which file it stands."""

    handle: str
    email: str
    password: str
    role: Role = Role.MEMBER
    name: str = ""
    language: str = ""
    locked: bool = False
    origin: str = ""


def read_csv(path: Path) -> list[NewAccount]:
    """The accounts in a file. Raises CommandFailed."""
    try:
        # Spreadsheets begin their files with a mark, and in German they separate by semicolons.
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandFailed(f"{path} is not UTF-8: save it as `CSV UTF-8`") from error
    lines = text.splitlines()
    separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check_header(path, header)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise CommandFailed(f"{path}, line {reader.line_num}: {error}") from error
    if not rows:
        raise CommandFailed(f"{path} holds no accounts")
    return [_account(f"{path}, line {number}", header, row) for number, row in rows]


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in _NEEDED if name not in header]
    unknown = [name for name in header if name not in _COLUMNS]
    if missing:
        raise CommandFailed(f"{path}, line 1: the columns {', '.join(missing)} are missing")
    if unknown or len(set(header)) != len(header):
        raise CommandFailed(f"{path}, line 1: the columns can be {', '.join(_COLUMNS)}, each once")


def _account(origin: str, header: list[str], row: list[str]) -> NewAccount:
    if len(row) != len(header):
        raise CommandFailed(f"{origin}: {len(row)} cells for {len(header)} columns")
    cells = dict(zip(header, row, strict=True))
    plain = {name: cell.strip() for name, cell in cells.items()}
    role, language, locked = plain.get("role", ""), plain.get("language", ""), plain.get("locked", "").lower()
    if role not in ("", *Role):
        raise CommandFailed(f"{origin}: role is owner, moderator or member, not {role!r}")
    if language not in ("", "de", "en"):
        raise CommandFailed(f"{origin}: language is de or en, not {language!r}")
    if locked not in _YES_OR_NO:
        raise CommandFailed(f"{origin}: locked is yes or no, not {locked!r}")
    return NewAccount(
        handle=plain["handle"],
        email=plain["email"],
        password=cells["password"],
        role=Role(role or Role.MEMBER),
        name=plain.get("name", ""),
        language=language,
        locked=_YES_OR_NO[locked],
        origin=origin,
    )


async def find_account(tx: Read, handle: str) -> Account:
    """Whose handle it is. Raises NotFound."""
    account = await queries.find_account(tx, handle)
    if account is None:
        raise NotFound("account_not_found")
    return account

"""Accounts: make them, list them, change roles and passwords, suspend. NAME is the handle, with or without @."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from plausch.cli.accounts import MACHINE, NewAccount, find_account, read_csv
from plausch.cli.arguments import PLACE, add_settings, opened
from plausch.cli.failures import CommandFailed, Misused, in_words
from plausch.cli.listing import day_of, print_table
from plausch.kernel.errors import DomainError
from plausch.moderation.actions import note_act
from plausch.moderation.model import Act
from plausch.people import actions, queries
from plausch.people.model import Account, Role, SignUp, Standing, Viewer, check_password
from plausch.storage import Database

#: In words: argparse shows what it is given.
_ROLES = [role.value for role in Role]
#: What the file itself says of each account.
_CSV_EXCLUDES = ("handle", "email", "password", "role", "name", "language", "locked")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    create = commands.add_parser("create", help="make an account, or many from a CSV file")
    create.add_argument("handle", nargs="?", metavar="NAME", help="the handle: a-z, digits, underscores")
    create.add_argument("--email", help="with which they sign in, too")
    create.add_argument("--password", help="or - to read it from standard input, where nobody sees it in `ps`")
    create.add_argument("--role", choices=_ROLES, help="what they may do here; else member")
    create.add_argument("--name", default="", help="the name others read")
    create.add_argument("--language", choices=["de", "en"], help="else the server's own")
    create.add_argument("--locked", action="store_true", help="they approve new followers")
    create.add_argument(
        "--csv",
        type=Path,
        metavar="FILE",
        help="many at once, or none: columns handle,email,password and maybe role,name,language,locked",
    )
    listing = commands.add_parser("list", help="list all accounts")
    listing.add_argument("--json", action="store_true", help="for programs")
    role = commands.add_parser("role", help="make somebody owner, moderator or member")
    role.add_argument("handle", metavar="NAME")
    role.add_argument("role", choices=_ROLES, metavar="ROLE", help="owner, moderator or member")
    suspend = commands.add_parser("suspend", help="take somebody off the server; nothing of theirs is deleted")
    suspend.add_argument("handle", metavar="NAME")
    suspend.add_argument("--undo", action="store_true", help="let them back in")
    password = commands.add_parser("password", help="set a new password, and end all sessions")
    password.add_argument("handle", metavar="NAME")
    password.add_argument("--password", required=True, help="or - to read it from standard input")
    factor = commands.add_parser("second-factor", help="ask somebody for no codes any more who has lost them")
    factor.add_argument("handle", metavar="NAME")
    factor.add_argument("--off", action="store_true", required=True, help="the password alone does from now on")
    for command in (create, listing, role, suspend, password, factor):
        add_settings(command, *PLACE)


def run(arguments: argparse.Namespace) -> int:
    work = {
        "create": _create,
        "list": _list,
        "role": _set_role,
        "suspend": _suspend,
        "password": _set_password,
        "second-factor": _end_second_factor,
    }
    asyncio.run(work[arguments.command](arguments))
    return 0


async def _create(arguments: argparse.Namespace) -> None:
    if arguments.csv is not None and any(getattr(arguments, name) for name in _CSV_EXCLUDES):
        raise Misused("with --csv everything stands in the file: leave out NAME and the other options")
    wanted = [_from_flags(arguments)] if arguments.csv is None else read_csv(arguments.csv)
    # Whoever comes first on a new server owns it, so that should be somebody who is meant to.
    wanted.sort(key=lambda account: account.role is not Role.OWNER)
    async with opened(arguments, create=True) as (settings, database):
        made = await _sign_up_all(database, wanted, settings.language)
    for one, role in made:
        why = "" if role is one.role else ": the first account owns the server"
        print(f"@{one.handle} may sign in, as {role}{why}.")


def _from_flags(arguments: argparse.Namespace) -> NewAccount:
    if not arguments.handle or not arguments.email or not arguments.password:
        raise Misused("give NAME, --email and --password, or --csv FILE")
    return NewAccount(
        handle=arguments.handle,
        email=arguments.email,
        password=_password(arguments.password),
        role=Role(arguments.role or Role.MEMBER),
        name=arguments.name,
        language=arguments.language or "",
        locked=arguments.locked,
    )


def _password(given: str) -> str:
    return sys.stdin.readline().rstrip("\n") if given == "-" else given


async def _sign_up_all(database: Database, wanted: list[NewAccount], language: str) -> list[tuple[NewAccount, Role]]:
    """All of them or none. Raises CommandFailed with the line of the file."""
    hashes = []
    for one in wanted:
        try:
            check_password(one.password)
        except DomainError as error:
            raise _failed(one, error) from error
    for one in wanted:
        hashes.append(await actions.hash_password(one.password))
    made = []
    async with database.write() as tx:
        for one, password_hash in zip(wanted, hashes, strict=True):
            form = SignUp(
                handle=one.handle,
                email=one.email,
                password_hash=password_hash,
                name=one.name,
                locale=one.language or language,
                role=one.role,
                email_confirmed=True,
                locked=one.locked,
            )
            try:
                person = await actions.sign_up(tx, form)
            except DomainError as error:
                raise _failed(one, error) from error
            made.append((one, (await queries.get_account(tx, person)).role))
    return made


def _failed(one: NewAccount, error: DomainError) -> Exception:
    return CommandFailed(f"{one.origin}, {in_words(error)}. No account was made.") if one.origin else error


async def _list(arguments: argparse.Namespace) -> None:
    async with opened(arguments) as (_, database), database.read() as tx:
        accounts = await queries.list_accounts(tx)
    if arguments.json:
        print(json.dumps([_row(account) for account in accounts], ensure_ascii=False, indent=1))
        return
    rows = (tuple(_row(one).values()) for one in accounts)
    print_table(("HANDLE", "NAME", "E-MAIL", "ROLE", "STANDING", "SINCE"), *rows)


def _row(account: Account) -> dict[str, str]:
    return {
        "handle": account.handle,
        "name": account.name,
        "email": account.email,
        "role": account.role.value,
        "standing": account.standing.value,
        "since": day_of(account.created_at),
    }


async def _set_role(arguments: argparse.Namespace) -> None:
    async with opened(arguments) as (_, database), database.write() as tx:
        account = await find_account(tx, arguments.handle)
        await actions.set_role(tx, account.person_id, Role(arguments.role))
    print(f"@{account.handle} is {arguments.role} now.")


async def _suspend(arguments: argparse.Namespace) -> None:
    async with opened(arguments) as (_, database), database.write() as tx:
        account = await find_account(tx, arguments.handle)
        await (actions.unsuspend if arguments.undo else actions.suspend)(tx, account.person_id)
        if (account.standing is Standing.SUSPENDED) is arguments.undo:
            await note_act(tx, MACHINE, Act.RESTORED if arguments.undo else Act.SUSPENDED, subject=account.person_id)
    print(f"@{account.handle} {'may sign in again' if arguments.undo else 'is suspended'}.")


async def _set_password(arguments: argparse.Namespace) -> None:
    password = _password(arguments.password)
    check_password(password)
    password_hash = await actions.hash_password(password)
    async with opened(arguments) as (_, database), database.write() as tx:
        account = await find_account(tx, arguments.handle)
        await actions.change_password(tx, Viewer(account.person_id, account.person_id), password_hash, session=0)
        await note_act(tx, MACHINE, Act.PASSWORD_SET, subject=account.person_id)
    print(f"@{account.handle} has a new password, and is signed out everywhere.")


async def _end_second_factor(arguments: argparse.Namespace) -> None:
    async with opened(arguments) as (_, database), database.write() as tx:
        account = await find_account(tx, arguments.handle)
        ended = await actions.end_codes(tx, account.person_id)
        if ended:
            await note_act(tx, MACHINE, Act.CODES_ENDED, subject=account.person_id)
    print(f"@{account.handle} signs in with the password alone{'' if ended else ', as before'}.")

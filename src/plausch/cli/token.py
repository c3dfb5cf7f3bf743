"""Access tokens, with which programs speak for somebody: make, list and revoke them. NAME is the handle."""

import argparse
import asyncio

from plausch.cli.accounts import MACHINE, find_account
from plausch.cli.arguments import PLACE, add_settings, opened
from plausch.cli.failures import CommandFailed, Misused
from plausch.cli.listing import day_of, print_table
from plausch.moderation.actions import note_act
from plausch.moderation.model import Act
from plausch.people import actions, queries
from plausch.people.model import SCOPES, Viewer, unknown_scopes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    create = commands.add_parser("create", help="make a token; only the token is printed")
    create.add_argument("handle", metavar="NAME", help="for whom it speaks")
    create.add_argument("--scopes", required=True, help='what it may do, for instance "read write"')
    create.add_argument("--label", default="", help="what it is for, as its owner will see it")
    listing = commands.add_parser("list", help="list the tokens of everybody, or of one")
    listing.add_argument("handle", nargs="?", metavar="NAME", help="whose")
    revoke = commands.add_parser("revoke", help="end a token: it opens nothing any more")
    revoke.add_argument("token", type=int, metavar="ID", help="its number, as `list` shows it")
    for command in (create, listing, revoke):
        add_settings(command, *PLACE)


def run(arguments: argparse.Namespace) -> int:
    work = {"create": _create, "list": _list, "revoke": _revoke}
    asyncio.run(work[arguments.command](arguments))
    return 0


async def _create(arguments: argparse.Namespace) -> None:
    scopes = arguments.scopes.split()
    for scope in unknown_scopes(arguments.scopes) if scopes else [""]:
        raise Misused(f"{scope!r} is no scope: use {', '.join(SCOPES)}")
    async with opened(arguments) as (_, database), database.write() as tx:
        account = await find_account(tx, arguments.handle)
        secret = await actions.create_token(tx, account.person_id, " ".join(scopes), arguments.label)
        await note_act(tx, MACHINE, Act.TOKEN_MADE, subject=account.person_id)
    print(secret)


async def _list(arguments: argparse.Namespace) -> None:
    async with opened(arguments) as (_, database), database.read() as tx:
        if arguments.handle is None:
            tokens = await queries.list_all_tokens(tx)
        else:
            tokens = await queries.list_tokens(tx, (await find_account(tx, arguments.handle)).person_id)
    rows = ((str(one.id), one.handle, one.name, one.scopes, day_of(one.created_at)) for one in tokens)
    print_table(("ID", "HANDLE", "LABEL", "SCOPES", "SINCE"), *rows)


async def _revoke(arguments: argparse.Namespace) -> None:
    async with opened(arguments) as (_, database), database.write() as tx:
        found = next((one for one in await queries.list_all_tokens(tx) if one.id == arguments.token), None)
        if found is None:
            raise CommandFailed("there is no such token; `plausch token list` shows all")
        await actions.revoke_token(tx, Viewer(found.person_id, found.person_id), found.id)
        await note_act(tx, MACHINE, Act.TOKEN_REVOKED, subject=found.person_id)
    print(f"What had this token of @{found.handle} speaks for nobody any more.")

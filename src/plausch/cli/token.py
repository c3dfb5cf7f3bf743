"""Make an access token, with which a program speaks for somebody. Only the token is printed."""

import argparse
import asyncio
import re

from plausch.cli.arguments import PLACE, add_settings, opened
from plausch.cli.failures import Misused
from plausch.kernel.errors import NotFound
from plausch.people import actions, queries

_SCOPE = re.compile(r"(read|write|follow|push)(:[a-z]+)?")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    create = commands.add_parser("create", help="make a token", description=__doc__)
    create.add_argument("handle", metavar="NAME", help="for whom it speaks")
    create.add_argument("--scopes", required=True, help='what it may do, for instance "read write"')
    create.add_argument("--label", default="", help="what it is for, as its owner will see it")
    add_settings(create, *PLACE)


def run(arguments: argparse.Namespace) -> int:
    scopes = arguments.scopes.split()
    for scope in scopes or [""]:
        if not _SCOPE.fullmatch(scope):
            raise Misused(f"{scope!r} is no scope: use read, write, follow, push, or a part of one")
    print(asyncio.run(_create(arguments, " ".join(scopes))))
    return 0


async def _create(arguments: argparse.Namespace, scopes: str) -> str:
    async with opened(arguments) as (_, database), database.write() as tx:
        account = await queries.find_account(tx, arguments.handle)
        if account is None:
            raise NotFound("account_not_found")
        return await actions.create_token(tx, account.person_id, scopes, arguments.label)

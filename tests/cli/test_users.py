"""`plausch user` and `plausch token`, on both engines."""

import json
import zipfile
from pathlib import Path

import pytest
from pyotp import TOTP

from plausch.app.schema import all_tables
from plausch.cli.accounts import MACHINE
from plausch.exchange.personal_data import rows_about
from plausch.kernel import clock
from plausch.kernel.paging import Page
from plausch.moderation.model import Act
from plausch.moderation.queries import list_log
from plausch.people import queries
from plausch.people.actions import begin_codes, confirm_codes, hash_secret, verify_password
from plausch.people.model import Role, Viewer
from plausch.storage import Database
from tests.cli.running import Run

_ANNA = ("anna", "--email", "anna@example.org", "--password", "ein langer Satz")


def listed(run: Run) -> list[dict[str, str]]:
    accounts: list[dict[str, str]] = json.loads(run("user", "list", "--json").said)
    return accounts


async def logged(database: Database) -> list[Act]:
    """What those who look after the place read of it, the oldest first; all of it done at the machine."""
    async with database.read() as tx:
        entries = await list_log(tx, Viewer(1, 1, Role.OWNER), Page())
    assert {one.by_id for one in entries} == {MACHINE}
    return [one.act for one in reversed(entries)]


async def test_an_account_from_its_beginning_to_its_suspension(run: Run, run_here: Run, database: Database) -> None:
    jonas_made = run("user", "create", "jonas", "--email", "j@example.org", "--password", "-", given="noch ein Satz\n")
    assert jonas_made.said == ("@jonas may sign in, as owner: the first account owns the server.\n")
    made = run("user", "create", *_ANNA, "--role", "moderator", "--name", "Anna B.", "--language", "de", "--locked")
    assert made == (0, "@anna may sign in, as moderator.\n", "")
    async with database.read() as tx:
        anna = await queries.find_account(tx, "anna")
        assert anna is not None
        assert (anna.name, anna.locale, anna.role) == ("Anna B.", "de", "moderator")
        assert (await queries.get_actor(tx, anna.person_id)).locked
        found = await queries.find_credentials(tx, "anna@example.org")
        jonas = await queries.find_credentials(tx, "jonas")
    assert found is not None
    assert jonas is not None
    assert await verify_password(found.password_hash, "ein langer Satz")
    assert await verify_password(jonas.password_hash, "noch ein Satz")
    # Only the tests' own process hashes quickly (see conftest.py).
    assert jonas.password_hash.startswith("$argon2id$v=19$m=32768,t=3,p=1$")

    again = run_here("user", "create", *_ANNA)
    assert (again.code, again.complained) == (1, "plausch: handle: this handle is taken, or was once\n")
    assert run_here("user", "role", "jonas", "member").complained.startswith("plausch: somebody has to own the server")
    assert run_here("user", "role", "@anna", "owner").said == "@anna is owner now.\n"
    assert run_here("user", "suspend", "anna").code == 0
    assert [one["standing"] for one in listed(run_here)] == ["active", "suspended"]
    assert run_here("user", "suspend", "anna", "--undo").code == 0
    run_here("user", "suspend", "anna", "--undo")
    assert await logged(database) == [Act.SUSPENDED, Act.RESTORED], "what changed nothing is not noted"
    table = run_here("user", "list").said
    assert table.splitlines()[0].split() == ["HANDLE", "NAME", "E-MAIL", "ROLE", "STANDING", "SINCE"]
    assert "anna    Anna B.  anna@example.org  owner" in table


async def test_a_new_password_signs_out(run_here: Run, database: Database) -> None:
    run_here("user", "create", *_ANNA)
    assert run_here("user", "password", "anna", "--password", "kurz").complained == (
        "plausch: password: a password has at least 8 characters\n"
    )
    assert run_here("user", "password", "anna", "--password", "ganz neuer Satz").code == 0
    async with database.read() as tx:
        found = await queries.find_credentials(tx, "anna")
    assert found is not None
    assert await verify_password(found.password_hash, "ganz neuer Satz")
    assert await logged(database) == [Act.PASSWORD_SET]
    assert run_here("user", "password", "nobody", "--password", "ganz neuer Satz").complained == (
        "plausch: there is no such account; `plausch user list` shows all\n"
    )


async def test_somebody_who_has_lost_the_second_factor(run_here: Run, database: Database) -> None:
    run_here("user", "create", *_ANNA)
    async with database.write() as tx:
        anna = await queries.find_account(tx, "anna")
        assert anna is not None
        viewer = Viewer(anna.person_id, anna.person_id)
        await begin_codes(tx, viewer)
        secret = await queries.find_new_secret(tx, viewer) or ""
        await confirm_codes(tx, viewer, TOTP(secret).at(clock.now() // 1000))
    assert run_here("user", "second-factor", "anna").code == 2, "what is to be done has to be said"
    off = ("user", "second-factor", "anna", "--off")
    assert run_here(*off).said == "@anna signs in with the password alone.\n"
    assert run_here(*off).said == "@anna signs in with the password alone, as before.\n"
    async with database.read() as read:
        ways = await queries.list_ways_in(read, viewer)
    assert (ways.has_codes, ways.recovery_codes) == (False, 0)
    assert await logged(database) == [Act.CODES_ENDED]


async def test_a_token_is_all_that_is_printed(run_here: Run, database: Database) -> None:
    run_here("user", "create", *_ANNA)
    code, said, complained = run_here("token", "create", "anna", "--scopes", "read  write:statuses")
    assert (code, complained, said.count("\n")) == (0, "", 1)
    async with database.read() as tx:
        signed_in = await queries.find_token(tx, hash_secret(said.strip()))
    assert signed_in is not None
    assert (signed_in.handle, signed_in.scopes) == ("anna", "read write:statuses")
    assert run_here("token", "create", "anna", "--scopes", "everything").code == 2
    assert run_here("token", "create", "nobody", "--scopes", "read").code == 1


async def test_tokens_are_listed_and_revoked(run_here: Run, database: Database) -> None:
    run_here("user", "create", *_ANNA)
    run_here("user", "create", "ines", "--email", "i@example.org", "--password", "ein langer Satz")
    assert run_here("token", "list") == (0, "ID  HANDLE  LABEL  SCOPES  SINCE\n", "")
    kept = run_here("token", "create", "anna", "--scopes", "read", "--label", "reading app").said.strip()
    lost = run_here("token", "create", "ines", "--scopes", "read write").said.strip()
    header, *rows = run_here("token", "list").said.splitlines()
    assert header.split() == ["ID", "HANDLE", "LABEL", "SCOPES", "SINCE"]
    assert [row.split()[1] for row in rows] == ["anna", "ines"]
    assert "anna    reading app  read" in rows[0]
    assert kept not in "".join(rows), "only its hash is known"
    (row,) = run_here("token", "list", "@ines").said.splitlines()[1:]
    assert row.split() == rows[1].split()
    assert run_here("token", "list", "nobody").code == 1
    id_ = row.split()[0]
    assert run_here("token", "revoke", id_) == (0, "What had this token of @ines speaks for nobody any more.\n", "")
    async with database.read() as tx:
        assert await queries.find_token(tx, hash_secret(lost)) is None
        assert await queries.find_token(tx, hash_secret(kept)) is not None
    assert await logged(database) == [Act.TOKEN_MADE, Act.TOKEN_MADE, Act.TOKEN_REVOKED]
    again = run_here("token", "revoke", id_)
    assert (again.code, again.complained) == (1, "plausch: there is no such token; `plausch token list` shows all\n")


def test_many_at_once_and_owners_first(run_here: Run, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text("\ufeffHandle;E-Mail;password\nx;y;z\n", encoding="utf-8")
    assert run_here("user", "create", "--csv", file).complained.endswith("the columns email are missing\n")
    file.write_text(
        "\ufeffhandle;email;password;role;name;language;locked\n"
        "ines;ines@example.org;ein Satz; ;Krüger, Ines;de;ja\n"
        "\n"
        'jonas;jonas@example.org;"mit ; darin";owner;;;\n',
        encoding="utf-8",
    )
    code, said, complained = run_here("user", "create", "--csv", file)
    assert (code, complained) == (0, "")
    assert said == "@jonas may sign in, as owner.\n@ines may sign in, as member.\n"
    assert {one["handle"]: one["name"] for one in listed(run_here)} == {"jonas": "", "ines": "Krüger, Ines"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("anna,anna@example.org,kurz,", "line 3, password: a password has at least 8 characters"),
        ("anna,no address,ein Satz,", "line 3, email: this is no e-mail address"),
        ("ines,anna@example.org,ein Satz,", "line 3, handle: this handle is taken"),
        ("admin,anna@example.org,ein Satz,", "line 3, handle: this handle is reserved"),
        ("anna,INES@example.org,ein Satz,", "line 3, email: this e-mail address has an account already"),
        ("anna,anna@example.org,ein Satz,king", "line 3: role is owner, moderator or member, not 'king'"),
        ("anna,anna@example.org", "line 3: 2 cells for 4 columns"),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
def test_one_mistake_and_nobody_is_made(run_here: Run, tmp_path: Path, row: str, why: str) -> None:
    file = tmp_path / "members.csv"
    file.write_text(f"handle,email,password,role\nines,ines@example.org,ein Satz,\n{row}\n")
    code, said, complained = run_here("user", "create", "--csv", file)
    assert (code, said) == (1, "")
    assert why in complained
    assert listed(run_here) == []


@pytest.mark.parametrize("engine", ["sqlite"])
def test_flags_that_do_not_go_together(run_here: Run, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_bytes("handle,email,password\njörg,j@example.org,ein Satz\n".encode("latin-1"))
    for more in (["anna"], ["--role", "member"], ["--locked"], ["--language", "de"], ["--name", "Anna"]):
        code, _, complained = run_here("user", "create", *more, "--csv", file)
        assert (code, "leave out NAME and the other options" in complained) == (2, True), more
    assert "give NAME, --email and --password, or --csv FILE" in run_here("user", "create", "anna").complained
    assert "is not UTF-8" in run_here("user", "create", "--csv", file).complained
    assert run_here("user", "create", "--csv", tmp_path / "none.csv").complained.endswith("No such file or directory\n")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_archive_has_the_copy_of_every_room(run: Run, run_here: Run, tmp_path: Path) -> None:
    """In a process that does nothing else, where no door has brought the rooms along."""
    assert run_here("user", "create", *_ANNA).code == 0
    taken = run("export", "anna", tmp_path / "anna.zip")
    assert taken.code == 0, taken.complained
    with zipfile.ZipFile(tmp_path / "anna.zip") as archive:
        tables = json.loads(archive.read("plausch.json"))["tables"]
    assert set(tables) == {table.name for table in all_tables().sorted_tables if rows_about(table) is not None}

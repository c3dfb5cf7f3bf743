"""Writes the migration that brings databases from the last revision to what the rooms' tables say now.

    python tools/new_migration.py "posts remember their place"    a new file, to be read and tidied by hand
    python tools/new_migration.py --again                         the newest one anew; only while it is unreleased

It is compared on SQLite, which knows no ALTER COLUMN: changes of columns need a thought for each engine anyway.
"""

import ast
import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import render_op_text
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext

from plausch.app.schema import all_tables, fulltext_names
from plausch.storage.schema import MIGRATIONS, migrate, revisions, sqlite_engine
from plausch.storage.tables import Id, Moment

VERSIONS = MIGRATIONS / "versions"
_NAMED = {"Id": Id, "Moment": Moment}
_WIDTH = 115


def options(dialect: str = "sqlite", unwritten: Container[str] = ()) -> dict[str, object]:
    """How a database is compared with the tables: search indexes are created apart, in each engine's own way.

    SQLite has no index that only PostgreSQL needs; those that are `unwritten` count as missing all the same.
    """
    indexes = tuple(fulltext_names())

    def ours(thing: object, name: str | None, kind: str, *_: object) -> bool:
        if isinstance(thing, sa.Index) and _is_for_postgres(thing.kwargs) and dialect == "sqlite":
            return name in unwritten
        return not (kind == "table" and name is not None and name.startswith(indexes)) and name != "alembic_version"

    return {"include_object": ours, "render_item": _render_type, "user_module_prefix": "sa."}


def _is_for_postgres(options: Mapping[str, Any]) -> bool:
    """An index with operators of its own is one of PostgreSQL's."""
    return bool(options.get("postgresql_ops"))


def _render_type(kind: str, value: object, _: AutogenContext) -> str | bool:
    """The schema's own words for types, instead of what they consist of."""
    for name, type_ in _NAMED.items():
        if kind == "type" and value is type_:
            return name
    return False


def _changes(path: Path) -> tuple[ops.UpgradeOps, list[str], AutogenContext]:
    """What is missing in the database, as operations and full-text indexes."""
    engine = sqlite_engine(path)
    written = "\n".join(one.read_text() for one in (MIGRATIONS / "versions").glob("*.py"))
    unwritten = {str(index.name) for table in all_tables().tables.values() for index in table.indexes}
    unwritten = {name for name in unwritten if f'"{name}"' not in written}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options(unwritten=unwritten))
        found = produce_migrations(context, all_tables()).upgrade_ops
        there = set(sa.inspect(connection).get_table_names())
        assert found is not None
    engine.dispose()
    missing = [name for name in fulltext_names() if name not in there]
    return found, missing, AutogenContext(context, opts={**options(), "sqlalchemy_module_prefix": "sa.", **_PREFIXES})


_PREFIXES = {"alembic_module_prefix": "op.", "render_as_batch": False}


def _render(operations: Iterable[ops.MigrateOperation], context: AutogenContext) -> list[str]:
    lines = []
    for operation in operations:
        found = _tidy(render_op_text(context, operation)).splitlines()
        if isinstance(operation, ops.CreateIndexOp) and _is_for_postgres(operation.kw):
            found = ['if op.get_bind().dialect.name == "postgresql":', *(f"    {line}" for line in found)]
        lines += found
    return lines


def _tidy(text: str) -> str:
    """As one would write it: double quotes, one part a line, and a short call on one line."""
    text = re.sub(r"op\.f\(('[^']*')\)", r"\1", text)
    text = re.sub(r"""("[^"]*")|'([^']*)'""", lambda found: found[1] or f'"{found[2]}"', text)
    # A default that both engines take for a boolean.
    text = re.sub(r'(sa\.Boolean\(\), server_default=)sa\.text\("([01])"\)', _truth, text)
    text = text.replace(", nullable=True", "")
    lines = [line.strip().rstrip(",") for line in text.splitlines() if line.strip()]
    joined = re.sub(r"\(, |, \)$", lambda found: found[0].replace(", ", ""), ", ".join(lines))
    joined = joined.replace(", unique=False", "")
    if len(joined) <= _WIDTH:
        return joined
    if len(lines) == 1:
        lines = [*re.split(r", (?=\w+=)", joined[:-1]), ")"]
    call, first = lines[0].split("(", 1)
    arguments = [first, *lines[1:-1]]
    if len(first) > _WIDTH - 4:
        # The columns of a long index have a line to themselves.
        arguments = [*first.replace(", [", ",\n[").split("\n"), *lines[1:-1]]
        arguments = [one.rstrip(",") for one in arguments]
    return "\n".join([f"{call}(", *(f"    {line}," for line in arguments), ")"])


def _truth(found: re.Match[str]) -> str:
    return found[1] + ("sa.true()" if found[2] == "1" else "sa.false()")


def _write(path: Path, message: str, revision: str, before: str | None, body: list[str], parts: list[str]) -> None:
    words = set(re.findall(r"\b(?:Id|Moment)\b", "\n".join([*body, *parts])))
    imports = ["import sqlalchemy as sa", "from alembic import op", ""]
    if "create_fulltext" in "\n".join(body):
        imports += ["from plausch.storage.fulltext import create_fulltext"]
    if words:
        imports += [f"from plausch.storage.tables import {', '.join(sorted(words))}"]
    head = [f'"""{message}"""', "", *imports, "", f'revision = "{revision}"', f"down_revision = {_quoted(before)}", ""]
    upgrade = ["", "def upgrade() -> None:", *(f"    {line}".rstrip() for line in body or ["pass"])]
    path.write_text("\n".join([*head, *upgrade, *parts]) + "\n")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)


def _quoted(text: str | None) -> str:
    return "None" if text is None else f'"{text}"'


async def write_again() -> Path:
    """The newest migration from the beginning: while a release is in the making, its schema goes on changing."""
    path = next(VERSIONS.glob(f"{revisions()[-1]}_*.py"))
    message = ast.get_docstring(ast.parse(path.read_text())) or ""
    before = path.rename(path.with_suffix(".before"))
    try:
        return await _write_after(path, path.name.partition("_")[0], message)
    finally:
        if path.exists():
            before.unlink()
        else:
            before.rename(path)


async def write_next(message: str) -> Path:
    """A migration for whatever has changed since the last one."""
    revision = f"{int(revisions()[-1]) + 1:04}"
    target = VERSIONS / f"{revision}_{'_'.join(re.findall('[a-z0-9]+', message.lower())[:6])}.py"
    return await _write_after(target, revision, f"{message[0].upper()}{message[1:].rstrip('.')}.")


async def _write_after(target: Path, revision: str, message: str) -> Path:
    """What brings the schema of the migrations there are to what the rooms declare; a function a table."""
    last = revisions()[-1] if revisions() else None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "last.db"
        if last is not None:
            await migrate(f"sqlite:///{path}")
        found, indexes, context = _changes(path)
    tables: dict[str, list[str]] = {}
    for operation in _flat(found.ops):
        tables.setdefault(getattr(operation, "table_name", ""), []).extend(_render([operation], context))
    body, parts = [], []
    for name in sorted(tables):
        body.append(f"_{name}()")
        parts += ["", "", f"def _{name}() -> None:", *(f"    {line}".rstrip() for line in tables[name])]
    body += [f'create_fulltext(op.get_bind(), "{name}")' for name in indexes]
    _write(target, message, revision, last, body, parts)
    return target


def _flat(operations: Iterable[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    for operation in operations:
        if isinstance(operation, ops.ModifyTableOps):
            yield from _flat(operation.ops)
        else:
            yield operation


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not arguments[0].strip():
        print(__doc__, file=sys.stderr)
        return 2
    work = write_again() if arguments[0] == "--again" else write_next(arguments[0])
    print(asyncio.run(work))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

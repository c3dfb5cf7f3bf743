"""Every statement of the house joins its tables on purpose.

A subquery within a subquery finds only the tables of the one around it; what it names of the outermost comes in as a
table of its own, joined with nothing, and the condition holds for everybody.
"""

import gc
import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

import plausch
from plausch.storage import Statement
from plausch.talk.queries import entry, post, tag_rows

#: Tables that stand side by side after FROM: nothing here joins in that way.
_NAMES = r"(?:(?!\bWHERE\b|\bSELECT\b)[^()])*?"
_SIDE_BY_SIDE = re.compile(rf"\bFROM ({_NAMES},{_NAMES})\s*\bWHERE\b")
#: What runs when it is imported.
_PROGRAMS = ("__main__", "_worker", "migrations.env")


def side_by_side(statement: Statement[Any]) -> list[str]:
    return [" ".join(found.split()) for found in _SIDE_BY_SIDE.findall(statement.compiled(sqlite.dialect()).sql)]


def _statements() -> Iterator[Statement[Any]]:
    for module in pkgutil.walk_packages(plausch.__path__, "plausch."):
        if not module.name.endswith(_PROGRAMS):
            importlib.import_module(module.name)
    return (one for one in gc.get_objects() if isinstance(one, Statement))


def test_no_statement_joins_by_accident() -> None:
    found = {one.compiled(sqlite.dialect()).sql: tables for one in _statements() if (tables := side_by_side(one))}
    assert not found


@pytest.mark.parametrize("deep", [False, True])
def test_the_rule_notices(deep: bool) -> None:
    bearing, one = tag_rows("bearing"), sa.select(sa.literal(1))
    inner = sa.exists(one.where(bearing.c.post_id == entry.c.post_id))
    condition = sa.exists(one.where(post.c.id > 0, inner)) if deep else inner
    statement = Statement(sa.select(entry.c.id).where(condition), int)
    assert bool(side_by_side(statement)) == deep

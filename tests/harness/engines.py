"""Which engines a test runs on, where it is not simply both."""

import pytest

#: For long tests of what happens above the engine: always on SQLite, on PostgreSQL with `--all`.
on_postgres_when_all = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)], indirect=True
)

#: For what PostgreSQL alone does in its own way.
only_postgres = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

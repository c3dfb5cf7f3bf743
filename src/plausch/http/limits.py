"""Limits of use: so many tries in so much time, counted in the database, so that every process counts alike."""

import hashlib

import sqlalchemy as sa

from plausch.http.request import Request
from plausch.kernel import clock
from plausch.kernel.errors import TooMany
from plausch.settings import Switch
from plausch.storage import Moment, Statement, Write, column_statement, param, table, upsert

limits = table(
    "http_limits",
    #: A hash: who tried is nobody's business, only that it was the same one.
    sa.Column("bucket", sa.Text, primary_key=True),
    sa.Column("tries", sa.BigInteger, nullable=False),
    sa.Column("until", Moment, nullable=False, index=True),
)

_new = upsert(limits)
_over = limits.c.until <= param("now")
_COUNT = Statement(
    _new.on_conflict_do_update(
        index_elements=[limits.c.bucket],
        set_={
            "tries": sa.case((_over, 1), else_=limits.c.tries + 1),
            "until": sa.case((_over, _new.excluded.until), else_=limits.c.until),
        },
    ).returning(limits.c.tries, limits.c.until),
    lambda tries, until: (int(tries), int(until)),
)
_TAKE_BACK = column_statement(
    sa.update(limits)
    .where(limits.c.bucket == param("bucket", sa.Text()), limits.c.until > param("now"), limits.c.tries > 0)
    .values(tries=limits.c.tries - 1)
)
_PRUNE = column_statement(sa.delete(limits).where(limits.c.until <= param("now")))


async def count_try(request: Request, what: str, whose: str, *, most: int, within: int) -> None:
    """Count a try of `what` by `whose`; raises TooMany beyond `most` tries in `within` ms."""
    if request.site.settings.rate_limits is Switch.OFF:
        return
    now, bucket = clock.real_now(), _bucket(what, whose)
    async with request.site.database.write() as tx:
        tries, until = await tx.first(_COUNT, bucket=bucket, tries=1, until=now + within, now=now) or (1, now)
    if tries > most:
        raise TooMany(max(1, (until - now) // 1000))


async def take_back_try(request: Request, what: str, whose: str) -> None:
    """The try that was just counted was none after all: it succeeded where failures alone are limited.

    Counting first and taking back later lets nobody past the limit by trying many times at once.
    """
    if request.site.settings.rate_limits is Switch.OFF:
        return
    async with request.site.database.write() as tx:
        await tx.run(_TAKE_BACK, bucket=_bucket(what, whose), now=clock.real_now())


def _bucket(what: str, whose: str) -> str:
    return hashlib.sha256(f"{what}\0{whose}".encode()).hexdigest()[:32]


async def prune_limits(tx: Write, _: object) -> None:
    """Forget counts that are over."""
    await tx.run(_PRUNE, now=clock.real_now())

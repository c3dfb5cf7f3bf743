"""Links that this server talks about: which of them more than usual, how much by day, and what is said about one.

Counted are public posts of people who let themselves be counted and found, as for the other trends.
"""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.community import queries as community
from plausch.feeds.model import TREND_PEOPLE
from plausch.feeds.queries.pieces import entry_pieces
from plausch.feeds.queries.streams import Pieces
from plausch.feeds.queries.trends import LATELY, PEOPLE, WITHIN, TagDay, countable, history_of, list_days, not_hidden
from plausch.feeds.tables import hidden_hosts, trending_links
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.kernel.paging import Page
from plausch.net.addresses import BadUrl, read_url
from plausch.people.model import Viewer
from plausch.people.queries import not_muted_by
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk import queries as talk
from plausch.talk.model import Preview
from plausch.talk.queries import entry, post, preview_rows, seen_as, visible_entry

_MOST = 30
_linking = preview_rows("linking")


class LinkTrend(NamedTuple):
    #: Of the preview.
    id: int
    #: How many different people posted it of late.
    people: int


_POSTED = post.join(_linking, _linking.c.post_id == post.c.id)
_LATE = Statement(
    sa.select(_linking.c.preview_id, PEOPLE)
    .select_from(_POSTED)
    .where(WITHIN)
    .group_by(_linking.c.preview_id)
    .having(PEOPLE >= TREND_PEOPLE)
    .order_by(PEOPLE.desc(), _linking.c.preview_id.desc())
    .limit(param("limit")),
    LinkTrend,
)


def _trending(*where: sa.ColumnElement[bool]) -> Statement[int]:
    return column_statement(sa.select(trending_links.c.preview_id).where(*where).order_by(trending_links.c.place))


#: With those that are kept out, and without.
_TRENDING = {True: _trending(), False: _trending(not_hidden(trending_links.c.preview_id))}
_HIDDEN_HOSTS = column_statement(sa.select(hidden_hosts.c.host).where(any_of(hidden_hosts.c.host, "hosts")))
_HISTORY = history_of(_linking.c.preview_id, _POSTED)
_ABOUT = (
    *(entry.c.id < param("before"), entry.c.id > param("after"), entry.c.id == entry.c.post_id),
    entry.c.id.in_(sa.select(_linking.c.post_id).where(_linking.c.preview_id == param("preview"))),
    *(visible_entry(), countable(), not_muted_by(param("me"), post.c.actor_id)),
)
_PIECES = {upwards: entry_pieces(*_ABOUT, order=entry.c.id if upwards else entry.c.id.desc()) for upwards in (0, 1)}


async def find_trending_links(tx: Read) -> list[LinkTrend]:
    """Counted afresh, those of most people first: for the job that keeps them."""
    now = clock.now()
    return await tx.all(_LATE, since=first_id_at(now - LATELY), until=first_id_at(now + 1), limit=_MOST)


async def list_trending_links(tx: Read, viewer: Viewer, limit: int, *, hidden_too: bool = False) -> list[Preview]:
    """The same for everybody: each stands for several people. Those who look after the place see also what they hide.

    Nobody sees links to servers of which nothing is wanted.
    """
    hidden_too = hidden_too and viewer.staff
    ids = await tx.all(_TRENDING[hidden_too])
    previews = await talk.list_previews(tx, ids)
    hosts = {one.id: host_of(one) for one in previews.values()}
    gone = await community.find_suspended(tx, set(hosts.values()))
    if not hidden_too:
        gone |= await list_hidden_hosts(tx, viewer, sorted(set(hosts.values())))
    return [previews[id_] for id_ in ids if id_ in previews and hosts[id_] not in gone][:limit]


async def list_hidden_hosts(tx: Read, viewer: Viewer, hosts: Sequence[str]) -> frozenset[str]:
    """Those of the hosts that are kept out of the trends."""
    return frozenset(await tx.all(_HIDDEN_HOSTS, hosts=list(hosts)) if hosts else ())


def host_of(preview: Preview) -> str:
    """Where a link leads to."""
    try:
        return read_url(preview.url, any_port=True).host
    except BadUrl:
        return ""


async def list_link_days(tx: Read, viewer: Viewer, ids: Sequence[int], days: int = 7) -> dict[int, list[TagDay]]:
    """Of each preview how often its link was posted on the last days, today first."""
    return await list_days(tx, _HISTORY, ids, days)


async def link_pieces(tx: Read, viewer: Viewer, preview: int, page: Page) -> Pieces:
    """What was said in public about what is behind a link, by people who agree to be found."""
    where = {"before": page.before, "after": page.after, "limit": page.limit, "preview": preview}
    found = await tx.all(_PIECES[page.upwards], **where, **seen_as(viewer))
    return Pieces(found[::-1] if page.upwards else found, page.upwards or len(found) == page.limit)

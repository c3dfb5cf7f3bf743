"""What stands under a post beside its pictures: polls, quotes and previews of links, for the viewer of the post.

A post's `attached` says what there is to read, so a page without any of it costs no statement more.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.kernel import clock
from plausch.people.model import Relation, Viewer
from plausch.people.queries import no_block_between, related, speaker
from plausch.storage import Read, Statement, any_of, column_statement, is_one_of, param
from plausch.talk.model import OPEN, Article, Attached, Poll, PollOption, Post, Preview, Quote, QuoteState
from plausch.talk.queries.articles import find_articles
from plausch.talk.queries.clauses import ME, post, seen_as, visible
from plausch.talk.queries.pictures import PictureFile, find_variant
from plausch.talk.tables import poll_options, poll_votes, polls, posts, previewed, previews, quotes


class _OptionRow(NamedTuple):
    post_id: int
    multiple: bool
    hidden_until_end: bool
    ends_at: int
    voters: int
    text: str
    votes: int
    chosen: bool


_POLLS = Statement(
    sa.select(
        *(polls.c.post_id, polls.c.multiple, polls.c.hidden_until_end, polls.c.ends_at, polls.c.voters),
        *(poll_options.c.text, poll_options.c.votes),
        sa.exists(
            sa.select(sa.literal(1)).where(
                poll_votes.c.post_id == poll_options.c.post_id,
                poll_votes.c.place == poll_options.c.place,
                poll_votes.c.actor_id == ME,
            )
        ).label("chosen"),
    )
    .select_from(polls.join(poll_options, poll_options.c.post_id == polls.c.post_id))
    .where(any_of(polls.c.post_id, "ids"))
    .order_by(polls.c.post_id, poll_options.c.place),
    _OptionRow,
)


class _QuoteRow(NamedTuple):
    post_id: int
    withdrawn_at: int | None
    id: int | None
    conversation_id: int
    actor_id: int
    author_id: int
    handle: str
    name: str
    html: str
    warning: str
    language: str
    published_at: int
    pictures_count: int
    attached: int
    muted: bool


_quoting = posts.alias("quoting")
_QUOTES = Statement(
    sa.select(
        *(quotes.c.post_id, quotes.c.withdrawn_at),
        *(post.c.id, post.c.conversation_id, post.c.actor_id, post.c.author_id, speaker.c.handle, speaker.c.name),
        *(post.c.html, post.c.warning, post.c.language, post.c.published_at, post.c.pictures, post.c.attached),
        related(Relation.MUTE, ME, post.c.actor_id),
    )
    .select_from(
        quotes.join(_quoting, _quoting.c.id == quotes.c.post_id)
        .outerjoin(
            post,
            sa.and_(
                post.c.id == quotes.c.quoted_id,
                quotes.c.withdrawn_at.is_(None),
                visible(),
                # Who has parted from somebody is not shown off by them either.
                no_block_between(_quoting.c.actor_id, post.c.actor_id),
            ),
        )
        .outerjoin(speaker, speaker.c.id == post.c.actor_id)
    )
    .where(any_of(quotes.c.post_id, "ids")),
    _QuoteRow,
)


class AbsentQuote(NamedTuple):
    """Why the viewer is not shown what a post quotes, as far as that is theirs to know; else neither."""

    post_id: int
    #: They would see it, were it still there.
    deleted: bool
    #: It is for everybody, and they have blocked whoever said it.
    blocked: bool


_absent = posts.alias("absent")
_ABSENT = Statement(
    sa.select(
        quotes.c.post_id,
        sa.and_(_absent.c.deleted_at.is_not(None), visible(_absent, tombstones=True)),
        sa.and_(
            _absent.c.deleted_at.is_(None),
            is_one_of(_absent.c.scope_kind, OPEN),
            related(Relation.BLOCK, ME, _absent.c.actor_id),
            sa.not_(related(Relation.BLOCK, _absent.c.actor_id, ME)),
        ),
    )
    .select_from(quotes.join(_absent, _absent.c.id == quotes.c.quoted_id))
    .where(any_of(quotes.c.post_id, "ids"), quotes.c.withdrawn_at.is_(None)),
    AbsentQuote,
)


class _PreviewRow(NamedTuple):
    post_id: int
    id: int
    url: str
    title: str
    text: str
    site: str
    width: int
    height: int
    colour: str


_PREVIEWS = Statement(
    sa.select(
        *(previewed.c.post_id, previews.c.id, previews.c.url, previews.c.title, previews.c.text, previews.c.site),
        *(previews.c.width, previews.c.height, previews.c.colour),
    )
    .select_from(previewed.join(previews, previews.c.id == previewed.c.preview_id))
    .where(any_of(previewed.c.post_id, "ids")),
    _PreviewRow,
)
_BEHIND = Statement(
    sa.select(
        *(previews.c.id, previews.c.url, previews.c.title, previews.c.text, previews.c.site),
        *(previews.c.width, previews.c.height, previews.c.colour),
    ).where(any_of(previews.c.id, "ids"), previews.c.title != ""),
    Preview,
)
_PREVIEW_FILES = column_statement(
    sa.select(previews.c.files).where(
        previews.c.id == param("id"),
        sa.exists(
            sa.select(sa.literal(1))
            .select_from(previewed.join(post, post.c.id == previewed.c.post_id))
            .where(previewed.c.preview_id == previews.c.id, visible())
        ),
    )
)


async def complete(tx: Read, viewer: Viewer, found: list[Post]) -> list[Post]:
    """Posts that the viewer has been given, with what is attached to them."""
    bits = 0
    for one in found:
        bits |= one.attached
    if not bits:
        return found
    polls_by = await list_polls(tx, viewer, _with(found, Attached.POLL))
    quotes_by = await list_quotes(tx, viewer, _with(found, Attached.QUOTE))
    previews_by = await _list_previews(tx, _with(found, Attached.PREVIEW))
    articles_by: dict[int, Article] = await find_articles(tx, _with(found, Attached.ARTICLE))
    return [
        msgspec.structs.replace(
            one,
            poll=polls_by.get(one.id),
            quote=quotes_by.get(one.id),
            preview=previews_by.get(one.id),
            article=articles_by.get(one.id),
        )
        if one.attached
        else one
        for one in found
    ]


def _with(found: Sequence[Post], what: Attached) -> list[int]:
    return [one.id for one in found if one.attached & what]


async def list_polls(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Poll]:
    """The polls of posts that the viewer has been given."""
    rows: dict[int, list[_OptionRow]] = {}
    for row in await tx.all(_POLLS, ids=ids, me=viewer.acting_as) if ids else ():
        rows.setdefault(row.post_id, []).append(row)
    now = clock.now()
    return {id_: _poll(options, now) for id_, options in rows.items()}


def _poll(rows: Sequence[_OptionRow], now: int) -> Poll:
    first = rows[0]
    poll = Poll(
        multiple=first.multiple,
        hidden_until_end=first.hidden_until_end,
        ends_at=first.ends_at,
        voters=first.voters,
        voted=any(row.chosen for row in rows),
        ended=first.ends_at <= now,
        options=(),
    )
    shown = poll.shows_results
    options = tuple(PollOption(row.text, row.votes if shown else None, row.chosen) for row in rows)
    return msgspec.structs.replace(poll, options=options)


async def list_quotes(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, Quote]:
    """What posts that the viewer has been given quote, as far as it may see that."""
    rows = await tx.all(_QUOTES, ids=ids, **seen_as(viewer)) if ids else []
    return {row.post_id: _quote(row) for row in rows}


async def list_absent_quotes(tx: Read, viewer: Viewer, ids: Sequence[int]) -> dict[int, AbsentQuote]:
    """Why posts that the viewer has been given do not show what they quote."""
    return {one.post_id: one for one in await tx.all(_ABSENT, ids=ids, **seen_as(viewer))} if ids else {}


def _quote(row: _QuoteRow) -> Quote:
    if row.withdrawn_at is not None:
        return Quote(QuoteState.WITHDRAWN)
    return Quote(QuoteState.UNAVAILABLE) if row.id is None else Quote(QuoteState.SHOWN, row.id, *row[3:])


async def _list_previews(tx: Read, ids: Sequence[int]) -> dict[int, Preview]:
    rows = await tx.all(_PREVIEWS, ids=ids) if ids else []
    return {row.post_id: Preview(*row[1:]) for row in rows}


async def list_previews(tx: Read, ids: Sequence[int]) -> dict[int, Preview]:
    """What is behind links that the viewer has been given."""
    return {one.id: one for one in await tx.all(_BEHIND, ids=list(ids))} if ids else {}


async def find_preview_file(tx: Read, viewer: Viewer, id_: int, variant: str) -> PictureFile | None:
    """The stored picture of a preview, for those who may see a post that links there."""
    files: str | None = await tx.first(_PREVIEW_FILES, id=id_, **seen_as(viewer))
    found = find_variant(files or "", variant)
    return PictureFile(*found, open_to_all=True) if found else None


async def find_behind(tx: Read, link: str) -> int | None:
    """The preview of what is behind a link as it is posted."""
    found = await tx.first(_PREVIEW, url_hash=link_hash(link))
    return found.id if found is not None and found.title else None


def link_hash(link: str) -> bytes:
    """By what a link is known, however long it is."""
    return hashlib.sha256(link.encode()).digest()


# For work behind the scenes.


class Whereabouts(NamedTuple):
    """Where a post is and whose, whoever may see it."""

    conversation_id: int
    actor_id: int


class PollState(NamedTuple):
    """What voting and its end have to know of a poll."""

    multiple: bool
    hidden_until_end: bool
    ends_at: int
    voters: int


class Quoted(NamedTuple):
    """A quote as it is stored."""

    quoted_id: int
    withdrawn_at: int | None


class Linked(NamedTuple):
    """A preview as it is stored."""

    id: int
    title: str
    files: str
    fetched_at: int


_WHEREABOUTS = Statement(
    sa.select(posts.c.conversation_id, posts.c.actor_id).where(posts.c.id == param("id"), posts.c.deleted_at.is_(None)),
    Whereabouts,
)
_POLL = Statement(
    sa.select(polls.c.multiple, polls.c.hidden_until_end, polls.c.ends_at, polls.c.voters).where(
        polls.c.post_id == param("id")
    ),
    PollState,
)
_OPTIONS = column_statement(
    sa.select(poll_options.c.text).where(poll_options.c.post_id == param("id")).order_by(poll_options.c.place)
)
_VOTES = column_statement(
    sa.select(poll_votes.c.place)
    .where(poll_votes.c.post_id == param("id"), poll_votes.c.actor_id == param("actor"))
    .order_by(poll_votes.c.place)
)
_VOTERS = column_statement(sa.select(poll_votes.c.actor_id).where(poll_votes.c.post_id == param("id")).distinct())
_QUOTED = Statement(sa.select(quotes.c.quoted_id, quotes.c.withdrawn_at).where(quotes.c.post_id == param("id")), Quoted)
_PREVIEW = Statement(
    sa.select(previews.c.id, previews.c.title, previews.c.files, previews.c.fetched_at).where(
        previews.c.url_hash == param("url_hash", sa.LargeBinary())
    ),
    Linked,
)


async def find_whereabouts(tx: Read, id_: int) -> Whereabouts | None:
    return await tx.first(_WHEREABOUTS, id=id_)


async def find_poll(tx: Read, id_: int) -> PollState | None:
    return await tx.first(_POLL, id=id_)


async def list_options(tx: Read, id_: int) -> list[str]:
    return await tx.all(_OPTIONS, id=id_)


async def list_votes(tx: Read, actor: int, id_: int) -> list[int]:
    """What somebody chose; for themselves only."""
    return await tx.all(_VOTES, id=id_, actor=actor)


async def list_voters(tx: Read, id_: int) -> list[int]:
    """Who has voted, to tell each of them how it went; for nobody's eyes."""
    return await tx.all(_VOTERS, id=id_)


async def find_quoted(tx: Read, id_: int) -> Quoted | None:
    return await tx.first(_QUOTED, id=id_)


async def find_preview(tx: Read, url_hash: bytes) -> Linked | None:
    return await tx.first(_PREVIEW, url_hash=url_hash)

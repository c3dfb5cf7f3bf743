"""Statuses and accounts joined from kept parts: what is missing is rendered, and kept for the next reader.

Whatever their number, a handful of statements: further ones only where there is a poll, a quote or a page's author.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from starlette.responses import Response

from plausch.clientapi.keeping import keep
from plausch.clientapi.mastodon.answers import json_response
from plausch.clientapi.mastodon.entities.statuses import FilterResult
from plausch.clientapi.mastodon.present import accounts as present_accounts
from plausch.clientapi.mastodon.present import statuses as present
from plausch.clientapi.mastodon.present.accounts import door_of
from plausch.clientapi.mastodon.present.filters import present_caught
from plausch.clientapi.passes import sign_addresses
from plausch.feeds import queries as feeds
from plausch.feeds.model import FilterPlace, Sieve
from plausch.feeds.queries import ActorPiece, Piece
from plausch.http.request import Request
from plausch.http.site import Site
from plausch.people import queries as people
from plausch.people.model import VISITOR, Viewer
from plausch.storage import Read
from plausch.storage.parts import Part
from plausch.talk import queries as talk
from plausch.talk.model import OPEN, Attached, Poll, Quote, QuoteState
from plausch.talk.queries import AbsentQuote

#: Plain numbers: flags of an enum cost a microsecond each.
_POLL, _QUOTE = int(Attached.POLL), int(Attached.QUOTE)
#: What shows a picture, though it may have none of its own.
_SHOWING = int(Attached.PREVIEW) | int(Attached.ARTICLE)
_OPEN = tuple(kind.value for kind in OPEN)


class Joined(NamedTuple):
    """Statuses in the order of the pieces, and what was rendered and is to be kept after reading."""

    bodies: list[bytes]
    made: list[Part]
    #: Who speaks in them, and who else was asked for.
    accounts: Mapping[int, bytes] = {}

    @property
    def one(self) -> bytes:
        return self.bodies[0]


def needs_passes(piece: Piece) -> bool:
    """Its pictures are not open to all: each app gets addresses of its own, and what is joined is nobody else's."""
    shows = piece.pictures or piece.attached & _SHOWING
    return bool(shows and (piece.local_only or piece.audience not in _OPEN))


class _More(NamedTuple):
    """What parts do not hold, by post."""

    polls: Mapping[int, Poll]
    quotes: Mapping[int, Quote]
    #: Why some of them are not shown.
    absent: Mapping[int, AbsentQuote]
    #: What is quoted, as pieces.
    quoted: Mapping[int, Piece]
    #: Who wrote something for a page, as that says it.
    authors: Mapping[int, str | None]


_NONE = _More({}, {}, {}, {}, {})


class _Parts(NamedTuple):
    """All that was read for some statuses."""

    bodies: Mapping[int, bytes]
    accounts: Mapping[int, bytes]
    more: _More
    caught: Mapping[int, Sequence[FilterResult]]
    me: int
    site: Site
    #: That of the app that asks, or 0.
    token: int
    #: None of them has anything beside its part.
    plain: bool

    def status(self, piece: Piece, *, outermost: bool = True) -> bytes | None:
        body, account = self.bodies.get(piece.post_id), self.accounts.get(piece.actor_id)
        if body is None or account is None:
            return None
        if (piece.pictures or piece.attached) and needs_passes(piece):
            body = sign_addresses(self.site, body, self.token)
        id_, more, further = piece.post_id, self.more, present.NOTHING_MORE
        if not self.plain and (id_ in more.polls or id_ in more.quotes or id_ in more.authors or id_ in self.caught):
            poll = present.present_poll(id_, more.polls[id_]) if id_ in more.polls else None
            quote = self._quote(more.quotes.get(id_), more.absent.get(id_), outermost)
            further = present.more_of(poll, quote, self.caught.get(id_, ()), more.authors.get(id_))
        return present.join_status(piece, body, account, self.me, further)

    def _quote(self, found: Quote | None, absent: AbsentQuote | None, outermost: bool) -> bytes:
        if found is None:
            return b"null"
        state = _state(found, absent)
        if state != b"accepted":
            return b'{"state":"%b","quoted_status%b":null}' % (state, b"" if outermost else b"_id")
        if not outermost:
            return b'{"state":"accepted","quoted_status_id":"%d"}' % found.id
        inner = self.more.quoted.get(found.id)
        within = self.status(inner, outermost=False) if inner is not None else None
        if within is None:
            return b'{"state":"unauthorized","quoted_status":null}'
        return b'{"state":"accepted","quoted_status":%b}' % within


def _state(quote: Quote, absent: AbsentQuote | None) -> bytes:
    if quote.state is QuoteState.WITHDRAWN:
        return b"revoked"
    if quote.state is QuoteState.SHOWN:
        return b"muted_account" if quote.muted else b"accepted"
    if absent is None or not (absent.deleted or absent.blocked):
        return b"unauthorized"
    return b"deleted" if absent.deleted else b"blocked_account"


async def join_accounts(
    tx: Read, request: Request, ids: Collection[int], *, blocked_too: bool = False
) -> tuple[dict[int, bytes], list[Part]]:
    """Accounts of those whom the viewer may see, by id, and what was rendered."""
    if not ids:
        return {}, []
    me = request.viewer.acting_as
    found = await feeds.list_actor_pieces(tx, request.viewer, list(ids), blocked_too=blocked_too)
    bodies, made = await _accounts_of(tx, request, found)
    shown = ((one, _shown(request, one, bodies[one.id])) for one in found if one.id in bodies)
    return {one.id: present_accounts.join_account(one, body, me) for one, body in shown}, made


async def join_account(
    tx: Read, request: Request, id_: int, more: bytes = b"", viewer: Viewer | None = None
) -> tuple[bytes | None, list[Part]]:
    """One account, whom the viewer has blocked, too; with further fields. None: as whoever asks sees it."""
    seeing = viewer or request.viewer
    found = await feeds.list_actor_pieces(tx, seeing, [id_], blocked_too=True)
    bodies, made = await _accounts_of(tx, request, found)
    if not bodies:
        return None, made
    body = _shown(request, found[0], bodies[id_])
    return present_accounts.join_account(found[0], body, seeing.acting_as, more), made


def _shown(request: Request, piece: ActorPiece, body: bytes) -> bytes:
    """The pictures of a secret group are for those who are in it: each of their apps gets addresses of its own."""
    return sign_addresses(request.site, body, request.token_id) if piece.secret else body


async def _accounts_of(tx: Read, request: Request, pieces: Iterable[ActorPiece]) -> tuple[dict[int, bytes], list[Part]]:
    """The parts of those whom the viewer has been given, and what was rendered of them: as everybody else sees them."""
    versions = {one.id: one.version for one in pieces}
    bodies = await request.site.shelf.take(tx, door_of(request.site), "actor", versions.items())
    ids = [id_ for id_ in versions if id_ not in bodies]
    if not ids:
        return bodies, []
    profiles = await people.list_profiles(tx, VISITOR, ids)
    if len(profiles) < len(ids):
        profiles |= await people.list_profiles(tx, request.viewer, [id_ for id_ in ids if id_ not in profiles])
    fields = await people.list_fields_of(tx, list(profiles))
    made = [present_accounts.account_part(request.site, one, fields.get(one.id, [])) for one in profiles.values()]
    bodies.update((part.id, part.body) for part in made)
    return bodies, made


async def join_statuses(
    tx: Read, request: Request, pieces: Sequence[Piece], sieve: Sieve | None = None, also: Collection[int] = ()
) -> Joined:
    """Statuses; one whose account the viewer may not see is left out. Accounts of `also` are read along with them."""
    site, me = request.site, request.viewer.acting_as
    more = await _read_more(tx, request, pieces)
    everything = [*pieces, *more.quoted.values()]
    speaking = {one.actor_id for one in everything}
    speaking.update(one.by for one in pieces if one.id != one.post_id)
    speaking.update(also)
    accounts, made = await join_accounts(tx, request, speaking)
    bodies, rendered = await _posts_of(tx, request, everything)
    made += rendered
    caught = await _catch(tx, request, sieve, [one.post_id for one in everything]) if sieve else {}
    parts = _Parts(bodies, accounts, more, caught, me, site, request.token_id, plain=more is _NONE and not caught)
    joined = []
    for piece in pieces:
        inner = parts.status(piece)
        if inner is not None and piece.id != piece.post_id:
            by = accounts.get(piece.by)
            inner = present.join_reblog(site, piece, inner, by, me) if by is not None else None
        if inner is not None:
            joined.append(inner)
    return Joined(joined, made, accounts)


async def _read_more(tx: Read, request: Request, pieces: Iterable[Piece]) -> _More:
    """What parts do not hold, for those statuses that have any of it: nothing is read for all others."""
    viewer = request.viewer
    bits, apart = 0, []
    for one in pieces:
        bits |= one.attached
        if one.author_id != one.actor_id:
            apart.append(one)
    if not bits & (_POLL | _QUOTE) and not apart:
        return _NONE
    quotes: dict[int, Quote] = {}
    quoted: dict[int, Piece] = {}
    asking = [one.post_id for one in pieces if one.attached & _POLL]
    if bits & _QUOTE:
        quotes = await talk.list_quotes(tx, viewer, [one.post_id for one in pieces if one.attached & _QUOTE])
        shown = {one.id for one in quotes.values() if one.state is QuoteState.SHOWN}
        quoted = await feeds.list_pieces(tx, viewer, list(shown))
        inner = [one.post_id for one in quoted.values() if one.attached & _QUOTE and one.post_id not in quotes]
        quotes |= await talk.list_quotes(tx, viewer, inner)
        asking += [one.post_id for one in quoted.values() if one.attached & _POLL]
        apart += [one for one in quoted.values() if one.author_id != one.actor_id]
    absent = await talk.list_absent_quotes(
        tx, viewer, [id_ for id_, one in quotes.items() if one.state is QuoteState.UNAVAILABLE]
    )
    polls = await talk.list_polls(tx, viewer, asking) if asking else {}
    named = {id_ for one in apart for id_ in (one.actor_id, one.author_id)}
    actors = await people.list_actors(tx, viewer, list(named)) if named else {}
    authors: dict[int, str | None] = {}
    for one in apart:
        page, author = actors.get(one.actor_id), actors.get(one.author_id)
        authors[one.post_id] = page.signed_by(author) if page is not None and author is not None else None
    return _More(polls, quotes, absent, quoted, authors)


async def _posts_of(tx: Read, request: Request, pieces: Iterable[Piece]) -> tuple[dict[int, bytes], list[Part]]:
    """The parts of posts that the viewer has been given, and which of them were rendered."""
    versions = {one.post_id: one.version for one in pieces}
    bodies = await request.site.shelf.take(tx, door_of(request.site), "post", versions.items())
    lost = [id_ for id_ in versions if id_ not in bodies]
    if not lost:
        return bodies, []
    found = await talk.list_posts(tx, request.viewer, lost)
    ids = list(found)
    pictures = await talk.list_pictures(tx, [one.id for one in found.values() if one.pictures_count])
    tags, whence = await talk.list_tags_of(tx, request.viewer, ids), await talk.list_whence(tx, ids)
    mentioned = await talk.list_mentioned_in(tx, ids)
    # As everybody sees them: what is kept is for all.
    named = {id_ for one in mentioned.values() for id_ in one}
    actors = await people.list_actors(tx, VISITOR, list(named)) if named else {}
    made = []
    for post in found.values():
        around = present.Around(
            pictures.get(post.id, ()),
            [actors[id_] for id_ in mentioned.get(post.id, ()) if id_ in actors],
            tags.get(post.id, ()),
            whence.get(post.id),
        )
        made.append(present.status_part(request.site, post, around))
    bodies.update((part.id, part.body) for part in made)
    return bodies, made


async def is_rendered(tx: Read, request: Request, piece: Piece) -> bool:
    """There is a part of its present version already."""
    shelf, thing = request.site.shelf, (piece.post_id, piece.version)
    return bool(await shelf.take(tx, door_of(request.site), "post", [thing]))


async def _catch(tx: Read, request: Request, sieve: Sieve, ids: Sequence[int]) -> dict[int, list[FilterResult]]:
    viewer = request.viewer
    found: dict[int, list[FilterResult]] = {}
    for post in (await talk.list_posts(tx, viewer, ids)).values():
        caught = sieve.catch(post, viewer.acting_as)
        if caught is not None:
            found[post.id] = [present_caught(caught)]
    return found


async def find_sieve(tx: Read, request: Request, place: FilterPlace = FilterPlace.HOME) -> Sieve | None:
    """The viewer's filters of a place."""
    return await feeds.get_sieve(tx, request.viewer, place) if request.signed_in is not None else None


async def answer_joined(request: Request, joined: Joined) -> Response:
    """A list of statuses, after what was rendered is kept."""
    await keep(request, joined.made)
    return json_response(b"[%b]" % b",".join(joined.bodies))

"""Statuses: what its author alone changes is kept as a part; numbers, flags and what differs by viewer are added."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import product
from urllib.parse import urlsplit

import msgspec

from plausch.clientapi.mastodon.entities.statuses import (
    Extension,
    MediaAttachment,
    Mention,
    Poll,
    PollOption,
    PreviewCard,
    StatusBody,
    StatusTag,
    WrittenWith,
)
from plausch.clientapi.mastodon.present.accounts import account_url, door_of
from plausch.clientapi.mastodon.present.emojis import emojis_in
from plausch.clientapi.mastodon.present.texts import emojis_of, present_html
from plausch.feeds.queries import Piece
from plausch.http.site import Site, profile_path, tag_path
from plausch.kernel.ids import moment_of
from plausch.language.formats import exact_iso
from plausch.people.model import Actor, WhoQuotes
from plausch.storage.parts import Part
from plausch.talk import model as talk
from plausch.talk.model import OPEN, Article, AudienceKind, Picture, Post, Preview
from plausch.talk.queries import Whence

_encode = msgspec.json.Encoder().encode
#: Of pictures the sides of the small one, at most.
_SMALL = 640
VISIBILITIES = {
    AudienceKind.PUBLIC: "public",
    AudienceKind.QUIET: "unlisted",
    AudienceKind.FOLLOWERS: "private",
    AudienceKind.CONNECTIONS: "private",
    AudienceKind.GROUP: "private",
    AudienceKind.PARTICIPANTS: "direct",
}


def status_url(site: Site, id_: int) -> str:
    return site.absolute(f"/posts/{id_}")


def present_media(site: Site, picture: Picture, token: int = 0) -> MediaAttachment:
    """With a token: one that is not open to all, for the app that has it."""
    if not picture.ready:
        return MediaAttachment(
            id=str(picture.id),
            type="image",
            url=None,
            preview_url=None,
            meta={},
            description=picture.alt or None,
            blurhash=None,
        )
    url, small = (site.absolute_for(token, f"/pictures/{picture.id}/{size}") for size in ("large", "small"))
    scale = min(1.0, _SMALL / max(picture.width, picture.height, 1))
    return MediaAttachment(
        id=str(picture.id),
        type="image",
        url=url,
        preview_url=small,
        meta={
            "original": _size(picture.width, picture.height),
            "small": _size(round(picture.width * scale), round(picture.height * scale)),
            "focus": {"x": picture.focus_x / 50 - 1, "y": 1 - picture.focus_y / 50},
        },
        description=picture.alt or None,
        blurhash=picture.blurhash or None,
    )


def _size(width: int, height: int) -> dict[str, object]:
    return {
        "width": width,
        "height": height,
        "size": f"{width}x{height}",
        "aspect": width / height if height else 1.0,
    }


def present_card(site: Site, preview: Preview | None) -> PreviewCard | None:
    return card_of(site, preview) if preview is not None else None


def card_of(site: Site, preview: Preview) -> PreviewCard:
    parts = urlsplit(preview.url)
    return PreviewCard(
        url=preview.url,
        title=preview.title,
        description=preview.text,
        provider_name=preview.site,
        provider_url=f"{parts.scheme}://{parts.netloc}",
        width=preview.width,
        height=preview.height,
        image=site.absolute(f"/previews/{preview.id}/large") if preview.width else None,
    )


def present_poll(id_: int, poll: talk.Poll) -> Poll:
    return Poll(
        id=str(id_),
        expires_at=exact_iso(poll.ends_at),
        expired=poll.ended,
        multiple=poll.multiple,
        votes_count=sum(one.votes or 0 for one in poll.options) if poll.shows_results else poll.voters,
        voters_count=poll.voters,
        voted=poll.voted,
        own_votes=[place for place, one in enumerate(poll.options) if one.chosen],
        options=[PollOption(one.text, one.votes) for one in poll.options],
    )


def _content(site: Site, post: Post) -> str:
    """The text; of topics and articles below their title, and with the way to the whole of an article."""
    html = present_html(site, post.html)
    if not post.title:
        return html
    heading = f"<p><strong>{escape(post.title)}</strong></p>"
    if post.article is None:
        return heading + html
    url = _article_url(site, post.article)
    return f'{heading}{html}<p><a href="{escape(url)}">{escape(url)}</a></p>'


def _article_url(site: Site, article: Article) -> str:
    return site.absolute(f"{profile_path(article.blog_handle)}/blog/{article.slug}")


class Around(msgspec.Struct, frozen=True):
    """What a status shows of others, the same for all viewers."""

    pictures: Sequence[Picture]
    mentioned: Sequence[Actor]
    tags: Sequence[str]
    whence: Whence | None


def status_body(site: Site, post: Post, around: Around) -> StatusBody:
    emojis = {one.shortcode: one for one in emojis_of(site, post.html)}
    for one in emojis_in(site, post.warning, post.title):
        emojis[one.shortcode] = one
    whence = around.whence
    answering = whence is not None and whence.parent_actor_id
    url = _article_url(site, post.article) if post.article is not None else status_url(site, post.id)
    pictures = [*around.pictures]
    if post.article is not None and post.article.cover is not None:
        pictures = [post.article.cover]
    return StatusBody(
        id=str(post.id),
        created_at=exact_iso(post.published_at),
        in_reply_to_id=str(post.parent_id) if answering else None,
        in_reply_to_account_id=str(answering) if answering else None,
        sensitive=bool(post.warning),
        spoiler_text=post.warning,
        visibility=VISIBILITIES[post.audience_kind],
        language=post.language or None,
        uri=status_url(site, post.id),
        url=url,
        edited_at=exact_iso(post.edited_at) if post.edited_at is not None else None,
        content=_content(site, post),
        media_attachments=[present_media(site, one) for one in pictures],
        mentions=[Mention(str(one.id), one.handle, account_url(site, one), one.handle) for one in around.mentioned],
        tags=[StatusTag(tag, site.absolute(tag_path(tag))) for tag in around.tags],
        emojis=list(emojis.values()),
        card=present_card(site, post.preview),
        application=_written_with(whence.program if whence is not None else ""),
        plausch=Extension(
            audience=post.audience_kind.value,
            local_only=post.local_only,
            conversation_id=str(post.conversation_id),
            title=post.title,
            place_id=str(whence.place_id) if whence is not None and whence.place_id else None,
        ),
    )


def _written_with(program: str) -> WrittenWith | None:
    name, _, website = program.partition("\n")
    return WrittenWith(name, website or None) if name else None


def status_part(site: Site, post: Post, around: Around) -> Part:
    return Part(door_of(site), "post", post.id, post.version, _encode(status_body(site, post, around)))


#: Of a status with nothing beside its text, and that whoever speaks has written.
NOTHING_MORE = b',"author":null},"poll":null,"quote":null,"filtered":[]'


def _approvals() -> dict[tuple[str, str, int], bytes]:
    """Who may quote it without being asked, and whether the viewer may; nobody is ever asked.

    By audience, who may quote, and how the viewer stands to it: `_NEAR` and what is above.
    """
    automatic = {WhoQuotes.EVERYBODY: b'"public"', WhoQuotes.FOLLOWERS: b'"followers"'}
    found = {}
    for audience, who, standing in product(AudienceKind, WhoQuotes, range(_OWN + 1)):
        lets = audience in (*OPEN, AudienceKind.GROUP) and automatic.get(who, b"")
        least = _MEMBER if who is WhoQuotes.EVERYBODY else _NEAR
        may = standing == _OWN or (lets and standing >= least)
        found[audience.value, who.value, standing] = b'{"automatic":[%b],"manual":[],"current_user":"%b"}' % (
            lets or b"",
            b"automatic" if may else b"denied",
        )
    return found


def _flag_words() -> dict[tuple[int, int, int, int], bytes]:
    words = (b"false", b"true")
    return {
        (liked, shared, bookmarked, muted): b',"favourited":%b,"reblogged":%b,"bookmarked":%b,"muted":%b'
        % (words[liked], words[shared], words[bookmarked], words[muted])
        for liked, shared, bookmarked, muted in product((0, 1), repeat=4)
    }


#: How somebody stands to a post: a visitor, anybody here, among its followers, the one who said it.
_VISITOR, _MEMBER, _NEAR, _OWN = range(4)
_APPROVALS, _FLAGS, _PINNED = _approvals(), _flag_words(), (b',"pinned":false', b',"pinned":true')


def _standing(piece: Piece, me: int) -> int:
    if piece.actor_id == me:
        return _OWN
    return _MEMBER + piece.near if me else _VISITOR


def join_status(piece: Piece, body: bytes, account: bytes, me: int, more: bytes = NOTHING_MORE) -> bytes:
    """A whole status from its parts, as whoever acts as `me` sees it."""
    return (
        b'%b%b,"account":%b,"reblog":null,"replies_count":%d,"favourites_count":%d,"reblogs_count":%d,'
        b'"quotes_count":%d,"quote_approval":%b%b%b}'
    ) % (
        # Its last field is the extension, which goes on.
        body[:-2],
        more,
        account,
        piece.replies,
        piece.likes,
        piece.shares,
        piece.quotes,
        _APPROVALS[piece.audience, piece.who_quotes, _standing(piece, me)],
        # What visitors are told nothing of.
        _FLAGS[piece.liked, piece.shared, piece.bookmarked, piece.muted] if me else b"",
        _PINNED[piece.pinned] if piece.actor_id == me else b"",
    )


def join_reblog(site: Site, piece: Piece, status: bytes, account: bytes, me: int) -> bytes:
    """The status that says that somebody reblogged another."""
    id_, url = piece.id, status_url(site, piece.post_id)
    return (
        b'{"id":"%d","created_at":"%b","in_reply_to_id":null,"in_reply_to_account_id":null,"sensitive":false,'
        b'"spoiler_text":"","visibility":"%b","language":null,"uri":"%b","url":"%b","edited_at":null,"content":"",'
        b'"media_attachments":[],"mentions":[],"tags":[],"emojis":[],"card":null,"application":null,"account":%b,'
        b'"reblog":%b,"poll":null,"quote":null,"filtered":[],"replies_count":0,"favourites_count":0,'
        b'"reblogs_count":0,"quotes_count":0,'
        b'"quote_approval":{"automatic":[],"manual":[],"current_user":"denied"}%b}'
    ) % (
        id_,
        exact_iso(moment_of(id_)).encode(),
        VISIBILITIES[AudienceKind(piece.audience)].encode(),
        f"{url}?by={piece.by}".encode(),
        url.encode(),
        account,
        status,
        _FLAGS[piece.liked, piece.shared, piece.bookmarked, piece.muted] if me else b"",
    )


def more_of(poll: Poll | None, quote: bytes, filtered: Iterable[object], author: str | None) -> bytes:
    """What a part does not hold: it is not the same for all viewers, or others change it."""
    return b',"author":%b},"poll":%b,"quote":%b,"filtered":%b' % (
        _encode(author),
        _encode(poll),
        quote,
        _encode(list(filtered)),
    )

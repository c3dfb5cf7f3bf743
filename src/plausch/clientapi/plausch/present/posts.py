"""From the domain to JSON, and the parts of it that are kept (rule 4).

What only its author changes about a post is one part, what only the actor changes about itself another; counters and
the viewer's flags are added as bytes when they are read.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from plausch.clientapi.plausch import answers
from plausch.feeds.model import Pick
from plausch.feeds.queries import EntryParts, PostParts
from plausch.http.site import Site, profile_path
from plausch.language.formats import iso
from plausch.people.model import Actor
from plausch.storage.parts import Part
from plausch.talk.model import Article, Attached, Conversation, Form, Picture, Poll, Post, Preview, Quote, QuoteState

#: Names this rendering; another number when its form changes, and what is kept in the old form no longer counts.
DOOR_NAME = "api.4"

_encode = msgspec.json.Encoder().encode
_LABELS = {answers.Label.SPONSORED: Attached.SPONSORED, answers.Label.AI_ASSISTED: Attached.AI_ASSISTED}
_TRUE, _FALSE = b"true", b"false"


def post_path(id_: int) -> str:
    return f"/posts/{id_}"


def picture_path(id_: int, variant: str) -> str:
    return f"/pictures/{id_}/{variant}"


def face_url(site: Site, actor: Actor, size: str) -> str | None:
    """The address of an actor's picture, `large` or `small`."""
    return site.absolute(f"/faces/{actor.id}/{size}?v={actor.version}") if actor.picture else None


def present_actor(site: Site, actor: Actor) -> answers.Actor:
    """Who speaks, without anything that depends on the viewer."""
    return answers.Actor(**actor_fields(site, actor))


def actor_fields(site: Site, actor: Actor) -> dict[str, Any]:
    return {
        "id": str(actor.id),
        "kind": actor.kind,
        "handle": actor.handle,
        "name": actor.shown_name,
        "url": site.absolute(profile_path(actor.handle)),
        "picture": face_url(site, actor, "large"),
        "picture_small": face_url(site, actor, "small"),
        "locked": actor.locked,
        "bot": actor.automated,
    }


def present_picture(site: Site, picture: Picture) -> answers.Picture:
    return answers.Picture(
        id=str(picture.id),
        url=site.absolute(picture_path(picture.id, "large")),
        small_url=site.absolute(picture_path(picture.id, "small")),
        alt=picture.alt,
        width=picture.width,
        height=picture.height,
        blurhash=picture.blurhash,
        focus=(picture.focus_x, picture.focus_y),
    )


def present_poll(poll: Poll | None) -> answers.Poll | None:
    """What is asked, and how it stands as far as the viewer may know."""
    if poll is None:
        return None
    return answers.Poll(
        multiple=poll.multiple,
        hidden_until_end=poll.hidden_until_end,
        ends_at=iso(poll.ends_at),
        ended=poll.ended,
        voters=poll.voters,
        voted=poll.voted,
        options=[answers.Option(text=one.text, votes=one.votes, chosen=one.chosen) for one in poll.options],
    )


def present_quote(site: Site, quote: Quote | None) -> answers.Quote | None:
    """The post within the post; nothing but why where it is not shown."""
    if quote is None or quote.state is not QuoteState.SHOWN:
        return answers.Quote(state=quote.state) if quote is not None else None
    return answers.Quote(
        state=quote.state,
        id=str(quote.id),
        url=site.absolute(post_path(quote.id)),
        conversation_id=str(quote.conversation_id),
        actor_id=str(quote.actor_id),
        handle=quote.handle,
        name=quote.shown_name,
        published_at=iso(quote.published_at),
        language=quote.language or None,
        warning=quote.warning,
        html=site.absolute_html(quote.html),
    )


def present_preview(site: Site, preview: Preview | None) -> answers.Preview | None:
    """What a link in the post leads to."""
    if preview is None:
        return None
    return answers.Preview(
        url=preview.url,
        title=preview.title,
        text=preview.text,
        site=preview.site,
        picture=site.absolute(f"/previews/{preview.id}/large") if preview.width else None,
        width=preview.width,
        height=preview.height,
    )


def present_article_card(site: Site, article: Article | None) -> answers.ArticleCard | None:
    """What makes an article of a post."""
    if article is None:
        return None
    return answers.ArticleCard(
        url=site.absolute(f"{profile_path(article.blog_handle)}/blog/{article.slug}"),
        slug=article.slug,
        blog_id=str(article.blog_id),
        blog_handle=article.blog_handle,
        subtitle=article.subtitle,
        words=article.words,
        minutes=article.minutes,
        cover=present_picture(site, article.cover) if article.cover is not None else None,
    )


def _form_of(post: Post) -> Form:
    """What the post alone tells: only what begins a conversation in a board or a blog has a title."""
    if post.attached & Attached.ARTICLE:
        return Form.ARTICLE
    return Form.TOPIC if post.title else Form.NOTE


def labels_of(labels: Iterable[answers.Label]) -> Attached:
    """What programs call labels, as a post keeps them."""
    found = Attached(0)
    for label in labels:
        found |= _LABELS[label]
    return found


def body_fields(site: Site, post: Post, pictures: Sequence[Picture]) -> dict[str, Any]:
    """A post without its actor, its counters and the viewer's flags."""
    return {
        "id": str(post.id),
        "url": site.absolute(post_path(post.id)),
        "conversation_id": str(post.conversation_id),
        "parent_id": str(post.parent_id) if post.parent_id is not None else None,
        # Who wrote it for a page is said as the page chose, by `written_by`.
        "author_id": str(post.author_id) if post.author_id == post.actor_id else None,
        "form": _form_of(post),
        "title": post.title,
        "audience": post.audience_kind,
        "local_only": post.local_only,
        "published_at": iso(post.published_at),
        "edited_at": iso(post.edited_at) if post.edited_at is not None else None,
        "language": post.language or None,
        "warning": post.warning,
        "html": site.absolute_html(post.html),
        "labels": [label for label, bit in _LABELS.items() if post.attached & bit],
        "pictures": [present_picture(site, picture) for picture in pictures],
        "preview": present_preview(site, post.preview),
        "deleted": False,
    }


def post_part(site: Site, post: Post, pictures: Sequence[Picture]) -> Part:
    body = answers.PostBody(**body_fields(site, post, pictures))
    return Part(DOOR_NAME, "post", post.id, post.version, _encode(body))


def actor_part(site: Site, actor: Actor) -> Part:
    return Part(DOOR_NAME, "actor", actor.id, actor.version, _encode(present_actor(site, actor)))


#: Of a post with nothing beside its text, and that its speaker has written.
NOTHING_MORE = b'"poll":null,"quote":null,"article":null,"written_by":null'


class More(NamedTuple):
    """What a part does not hold: it is not the same for all viewers, or others change it."""

    poll: Poll | None = None
    quote: Quote | None = None
    article: Article | None = None
    written_by: str | None = None


def more_of(site: Site, more: More) -> bytes:
    return b'"poll":%b,"quote":%b,"article":%b,"written_by":%b' % (
        _encode(present_poll(more.poll)),
        _encode(present_quote(site, more.quote)),
        _encode(present_article_card(site, more.article)),
        _encode(more.written_by),
    )


def join_post(
    pieces: PostParts | EntryParts, body: bytes, actor: bytes | None = None, more: bytes = NOTHING_MORE
) -> bytes:
    """A whole post from its parts; without `actor` only its id, for answers that list actors apart."""
    return b'%b,"actor%b,%b,"replies":%d,"likes":%d,"shares":%d,"liked":%b,"shared":%b,"bookmarked":%b}' % (
        body[:-1],
        b'":%b' % actor if actor is not None else b'_id":"%d"' % pieces.actor_id,
        more,
        pieces.replies,
        pieces.likes,
        pieces.shares,
        _TRUE if pieces.liked else _FALSE,
        _TRUE if pieces.shared else _FALSE,
        _TRUE if pieces.bookmarked else _FALSE,
    )


def join_entry(pieces: EntryParts, body: bytes, actor: bytes, more: bytes = NOTHING_MORE) -> bytes:
    """An entry of a feed: what was done by whom, and the post it was done to."""
    return b'{"id":"%d","kind":"%b","by":"%d","post":%b}' % (
        pieces.id,
        pieces.kind.encode(),
        pieces.by,
        join_post(pieces, body, actor, more),
    )


def join_card(pick: Pick, conversation: Conversation, posts: Sequence[bytes], known: Container[int]) -> bytes:
    """A conversation as a feed shows it; of those who talk, the ones the viewer may know."""
    return (
        b'{"id":"%d","position":"%d","reason":"%b","by":"%d","form":"%b","place_id":%b,"locked":%b,"replies":%d,'
        b'"voices":%d,"unread":%d,"talkers":[%b],"posts":[%b]}'
    ) % (
        conversation.id,
        pick.position,
        pick.reason.kind.encode(),
        pick.reason.actor_id,
        conversation.form.encode(),
        b'"%d"' % conversation.place_id if conversation.place_id in known else b"null",
        _TRUE if conversation.locked_at is not None else _FALSE,
        conversation.replies,
        conversation.voices,
        conversation.unread,
        b",".join(b'"%d"' % id_ for id_ in conversation.talker_ids if id_ in known),
        b",".join(posts),
    )


def written_by(actor: Actor | None, author: Actor | None) -> str | None:
    """Who wrote something for a page, as it chose to say that."""
    return actor.signed_by(author) if actor is not None and author is not None and actor.id != author.id else None


def present_post(site: Site, post: Post, pictures: Sequence[Picture], actors: Mapping[int, Actor]) -> answers.Post:
    """A post with everything, not from parts: for single posts and whole trees."""
    actor = actors.get(post.actor_id)
    return answers.Post(
        **body_fields(site, post, pictures),
        article=present_article_card(site, post.article),
        written_by=written_by(actor, actors.get(post.author_id)),
        actor=present_actor(site, actor) if actor is not None else None,
        poll=present_poll(post.poll),
        quote=present_quote(site, post.quote),
        replies=post.replies,
        likes=post.likes,
        shares=post.shares,
        liked=post.liked,
        shared=post.shared,
        bookmarked=post.bookmarked,
    )


def present_removed(id_: int, conversation_id: int, parent_id: int | None) -> answers.RemovedPost:
    return answers.RemovedPost(
        id=str(id_),
        conversation_id=str(conversation_id),
        parent_id=str(parent_id) if parent_id is not None else None,
        deleted=True,
    )

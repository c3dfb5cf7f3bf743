"""From posts to what a feed says of them. The posts are those that everybody may see: the caller reads as a visitor."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

import msgspec

from plausch.groups.model import Group
from plausch.http.site import Site, profile_path
from plausch.kernel.ids import moment_of
from plausch.language.catalogues import N_, catalogue
from plausch.language.markdown import excerpt
from plausch.people import queries as people
from plausch.people.model import VISITOR, Actor, ActorKind
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import Attached, Picture, Post, QuoteState
from plausch.web.places import article_path, post_path
from plausch.web.syndication.model import Author, Item, Media

_HEADING, _SUMMARY = 80, 300
_LABELS = {Attached.SPONSORED: N_("Sponsored"), Attached.AI_ASSISTED: N_("Written with the help of AI")}


class Found(NamedTuple):
    """Posts with all that is needed to tell of them."""

    actors: Mapping[int, Actor]
    pictures: Mapping[int, list[Picture]]
    tags: Mapping[int, list[str]]
    #: Of articles: the whole text, and who wrote it together.
    bodies: Mapping[int, str]
    named: Mapping[int, list[int]]


async def read_items(tx: Read, site: Site, posts: Sequence[Post], position: Mapping[int, int]) -> tuple[Item, ...]:
    """Items for the posts in their order. `position`: the entry that brought one here, where that is another's."""
    found = await _gather(tx, posts)
    known = [post for post in posts if post.actor_id in found.actors]
    return tuple(_item(site, found, post, position.get(post.id, post.id)) for post in known)


async def _gather(tx: Read, posts: Sequence[Post]) -> Found:
    articles = [post.id for post in posts if post.article is not None]
    bodies = await talk.list_bodies(tx, articles) if articles else {}
    named = await talk.list_named_authors(tx, articles) if articles else {}
    speakers = {id_ for post in posts for id_ in (post.actor_id, post.author_id, *named.get(post.id, ()))}
    actors = await people.list_actors(tx, VISITOR, list(speakers))
    with_pictures = [post.id for post in posts if post.pictures_count and post.article is None]
    pictures = await talk.list_pictures(tx, with_pictures) if with_pictures else {}
    return Found(actors, pictures, await talk.list_tags_of(tx, VISITOR, [post.id for post in posts]), bodies, named)


def _item(site: Site, found: Found, post: Post, position: int) -> Item:
    pictures = _pictures(found, post)
    return Item(
        id=site.absolute(f"/posts/{post.id}"),
        url=site.absolute(path_of(post)),
        title=post.title or post.warning,
        heading=_heading(post, found.actors[post.actor_id]),
        html=_html(site, found, post, pictures),
        summary=excerpt(post.html, _SUMMARY) if post.article is not None and not post.warning else "",
        authors=authors_of(site, post, found.actors, found.named.get(post.id, ())),
        published_at=post.published_at,
        updated_at=max(post.edited_at or post.published_at, moment_of(position)),
        language=post.language,
        tags=tuple(found.tags.get(post.id, ())),
        media=tuple(_media(site, one) for one in pictures),
    )


def _pictures(found: Found, post: Post) -> Sequence[Picture]:
    """What stands beside the text: of an article its cover, and nothing behind a warning."""
    if post.warning:
        return ()
    if post.article is not None:
        return [post.article.cover] if post.article.cover is not None else ()
    return found.pictures.get(post.id, ())


def path_of(post: Post) -> str:
    """Where people read it."""
    if post.article is not None:
        return article_path(post.article.blog_handle, post.article.slug)
    return post_path(post.conversation_id, post.id)


def _heading(post: Post, actor: Actor) -> str:
    """A warning stands in front of what it warns of, never behind it."""
    if post.warning:
        return f"{post.title}: {post.warning}" if post.title else post.warning
    return post.title or excerpt(post.html, _HEADING) or actor.shown_name


def authors_of(site: Site, post: Post, actors: Mapping[int, Actor], named: Sequence[int] = ()) -> tuple[Author, ...]:
    """Who speaks, and for whom; of an article those who are `named`."""
    actor, author = actors[post.actor_id], actors.get(post.author_id)
    speaking = Author(actor.shown_name, site.absolute(profile_path(actor.handle)), face_url(site, actor))
    if actor.kind is not ActorKind.PERSON and author is not None and author.id != actor.id:
        words = catalogue(site.community.language).gettext("%(author)s for %(page)s")
        name = words % {"author": actor.signed_by(author), "page": actor.shown_name}
        speaking = msgspec.structs.replace(speaking, name=name)
    others = [actors[id_] for id_ in named if id_ in actors and id_ not in (post.actor_id, post.author_id)]
    return (
        speaking,
        *(Author(one.shown_name, site.absolute(profile_path(one.handle)), face_url(site, one)) for one in others),
    )


def face_url(site: Site, actor: Actor | Group) -> str:
    """The address of a picture of somebody who speaks; empty without one."""
    return site.absolute(f"/faces/{actor.id}/large?v={actor.version}") if actor.picture else ""


def _media(site: Site, picture: Picture) -> Media:
    # All variants are made in this format.
    return Media(picture_url(site, picture.id), "image/webp", picture.alt)


def picture_url(site: Site, id_: int) -> str:
    return site.absolute(f"/pictures/{id_}/large")


def _html(site: Site, found: Found, post: Post, pictures: Sequence[Picture]) -> str:
    """All that the post has to say; with a warning only where to read it."""
    if post.warning:
        words = catalogue(site.community.language).gettext("Read it on %(name)s") % {"name": site.community.name}
        path = site.absolute(path_of(post))
        return f'<p>{escape(post.warning)}</p><p><a href="{escape(path)}">{escape(words)}</a></p>'
    shown = "".join(_shown(site, one) for one in pictures)
    labels = _labels(site, post)
    body = found.bodies.get(post.id)
    text = post.html + shown if body is None else shown + body
    return labels + site.absolute_html(text) + _poll(post) + _quote(site, post)


def _labels(site: Site, post: Post) -> str:
    """How it came about stands before it, as on the page."""
    words = catalogue(site.community.language)
    told = [words.gettext(word) for label, word in _LABELS.items() if post.attached & label]
    return f"<p><em>{escape(' · '.join(told))}</em></p>" if told else ""


def _shown(site: Site, picture: Picture) -> str:
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<p><img src="{picture_url(site, picture.id)}" alt="{escape(picture.alt)}" {size}></p>'


def _poll(post: Post) -> str:
    if post.poll is None:
        return ""
    return f"<ul>{''.join(f'<li>{escape(one.text)}</li>' for one in post.poll.options)}</ul>"


def _quote(site: Site, post: Post) -> str:
    quote = post.quote
    if quote is None or quote.state is not QuoteState.SHOWN:
        return ""
    path = escape(site.absolute(post_path(quote.conversation_id, quote.id)))
    said = f"<p>{escape(quote.warning)}</p>" if quote.warning else site.absolute_html(quote.html)
    return f'<blockquote cite="{path}"><p><a href="{path}">{escape(quote.shown_name)}</a></p>{said}</blockquote>'

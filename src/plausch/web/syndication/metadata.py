"""What pages say of themselves to programs: previews of links (Open Graph) and search engines (JSON-LD, schema.org).

Only pages that everybody may see have any, and only visitors get it: programs come without signing in.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup

from plausch.groups.model import Group
from plausch.http.site import Site, profile_path
from plausch.language.formats import iso
from plausch.language.markdown import excerpt
from plausch.people.model import Actor, ActorKind, Profile
from plausch.talk.model import Conversation, Picture, Post
from plausch.web.places import conversation_path, group_path, post_path
from plausch.web.syndication.items import authors_of, face_url, path_of, picture_url

_COMMENTS, _TEXT, _SHORT = 20, 1_000, 200
#: So that nothing in it can end the element it stands in, whatever it is.
_WITHIN_HTML = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


class Metadata(NamedTuple):
    """Of a page."""

    #: What Open Graph calls it: profile, article or website.
    kind: str
    title: str
    text: str
    url: str
    picture: str
    #: JSON-LD; empty where search engines are to know nothing.
    data: Markup


def of_profile(site: Site, profile: Profile, *, findable: bool) -> Metadata:
    type_ = "Person" if profile.kind is ActorKind.PERSON else "Organization"
    path, about, picture = profile_path(profile.handle), profile.about_html, face_url(site, profile)
    page = {"@type": "ProfilePage", "dateCreated": iso(profile.created_at)}
    told = _entity(site, type_, profile.handle, profile.shown_name, path, about, picture)
    return _of_entity(told, page if findable else None)


def of_group(site: Site, group: Group) -> Metadata:
    """Of a group that everybody reads."""
    path, picture = group_path(group.handle), face_url(site, group)
    told = _entity(site, "Organization", group.handle, group.shown_name, path, group.about_html, picture)
    return _of_entity(told, {"@type": "ProfilePage", "dateCreated": iso(group.created_at)})


def _entity(site: Site, type_: str, handle: str, name: str, path: str, about: str, picture: str) -> dict[str, Any]:
    return {
        "@type": type_,
        "name": name,
        "alternateName": f"@{handle}",
        "url": site.absolute(path),
        **_filled(description=excerpt(about, _SHORT), image=picture),
    }


def _of_entity(told: dict[str, Any], page: dict[str, Any] | None) -> Metadata:
    data = _data(page | {"mainEntity": told}) if page is not None else Markup()
    text, picture = told.get("description", ""), told.get("image", "")
    return Metadata("profile", told["name"], text, told["url"], picture, data)


def of_conversation(
    site: Site,
    conversation: Conversation,
    root: Post,
    posts: Iterable[Post],
    actors: Mapping[int, Actor],
    pictures: Mapping[int, list[Picture]],
    *,
    findable: bool,
) -> Metadata:
    """Of a conversation whose first post everybody may see. `posts` are all of them, the first one too."""
    url = site.absolute(conversation_path(conversation.id))
    shown = [] if root.warning else pictures.get(root.id, [])
    picture = picture_url(site, shown[0].id) if shown else face_url(site, actors[root.actor_id])
    title = root.title or actors[root.actor_id].shown_name
    replies = [post for post in posts if post.parent_id is not None and not post.deleted and post.actor_id in actors]
    data = _data(
        _posting(site, "DiscussionForumPosting", root, actors, url)
        | _filled(headline=root.title, image=picture_url(site, shown[0].id) if shown else "")
        | {"commentCount": conversation.replies}
        | {"comment": [_comment(site, one, actors) for one in replies[:_COMMENTS]]}
    )
    return Metadata("article", title, _words(root, _SHORT), url, picture, data if findable else Markup())


def of_article(
    site: Site, post: Post, actors: Mapping[int, Actor], named: Sequence[int] = (), *, findable: bool
) -> Metadata:
    """Of an article that everybody may see; `named` are those who wrote it, and agree to be named."""
    url = site.absolute(path_of(post))
    cover = post.article.cover if post.article is not None and not post.warning else None
    picture = picture_url(site, cover.id) if cover is not None else face_url(site, actors[post.actor_id])
    data = _data(
        _posting(site, "BlogPosting", post, actors, url, named)
        | _filled(headline=post.title, image=picture, inLanguage=post.language)
        | {"commentCount": post.replies, "mainEntityOfPage": url}
    )
    return Metadata("article", post.title, _words(post, _SHORT), url, picture, data if findable else Markup())


def _comment(site: Site, post: Post, actors: Mapping[int, Actor]) -> dict[str, Any]:
    return _posting(site, "Comment", post, actors, site.absolute(post_path(post.conversation_id, post.id)))


def _posting(
    site: Site, type_: str, post: Post, actors: Mapping[int, Actor], url: str, named: Sequence[int] = ()
) -> dict[str, Any]:
    kind = "Person" if actors[post.actor_id].kind is ActorKind.PERSON else "Organization"
    return {
        "@type": type_,
        "author": [{"@type": kind, "name": one.name, "url": one.url} for one in authors_of(site, post, actors, named)],
        "datePublished": iso(post.published_at),
        "dateModified": iso(post.edited_at or post.published_at),
        "text": _words(post, _TEXT),
        "url": url,
    }


def _words(post: Post, length: int) -> str:
    """A warning stands for what it warns of."""
    return post.warning or excerpt(post.html, length)


def _data(thing: dict[str, Any]) -> Markup:
    text = msgspec.json.encode({"@context": "https://schema.org"} | thing).decode()
    return Markup(text.translate(_WITHIN_HTML))  # noqa: S704 - JSON without any of HTML's signs


def _filled(**values: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}

"""What can be read elsewhere: feeds of people, pages, groups, tags and conversations, for everybody alike.

They are read as a visitor, whoever asks: a feed holds what the whole world may see on the page it belongs to.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from email.utils import formatdate, parsedate_to_datetime
from typing import Any

from starlette.responses import Response

from plausch.feeds import queries as feeds
from plausch.feeds.model import Entry
from plausch.groups import queries as groups
from plausch.http.errors import BadRequest
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.http.site import Site, profile_path, tag_path
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.kernel.paging import Page
from plausch.language.catalogues import catalogue
from plausch.language.inline_rules import tag_name
from plausch.language.markdown import excerpt
from plausch.people import queries as people
from plausch.people.model import VISITOR, ActorKind, Profile, Standing
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import Post
from plausch.web.answers import lead_to
from plausch.web.boards import board_in, forum_in
from plausch.web.places import blog_path, conversation_id_of, conversation_path, group_path, handle_of
from plausch.web.syndication import FORMATS, Channel, Format
from plausch.web.syndication.items import face_url, read_items
from plausch.web.wants import Wants

_ITEMS = 30
_ABOUT = 300
#: Readers that ask more often than that get what caches have.
_KEPT = "public, max-age=300"

Build = Callable[[Read, Request], Awaitable[Channel]]


class _Elsewhere(Exception):
    """The feed has another address."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def _view(build: Build, ending: str) -> View:
    async def view(request: Request) -> Response:
        try:
            async with request.site.database.read() as tx:
                channel = await build(tx, request)
        except _Elsewhere as other:
            return lead_to(f"{other.path}/feed.{ending}")
        return _send(request, channel, FORMATS[ending])

    return view


def _send(request: Request, channel: Channel, format_: Format) -> Response:
    """The feed, or that nothing of it has changed."""
    body = format_.write(channel)
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"cache-control": _KEPT, "etag": tag, "x-robots-tag": "noindex"}
    # Within this second more may come: who is told of the second itself would miss that.
    changed = channel.updated_at // clock.SECOND
    if changed < clock.now() // clock.SECOND:
        headers["last-modified"] = formatdate(changed, usegmt=True)
    if _knows(request, tag, changed):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=f"{format_.mime}; charset=utf-8", headers=headers)


def _knows(request: Request, tag: str, changed: int) -> bool:
    """Whether the reader has this version; a tag that is sent along decides, and else the moment."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or tag in (one.strip() for one in tags.split(","))
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and changed <= since.timestamp()


async def _of_actor(tx: Read, request: Request) -> Channel:
    """What somebody posts and shares."""
    profile = await _profile(tx, request)
    if profile.kind is ActorKind.GROUP:
        raise _Elsewhere(group_path(profile.handle))
    entries = await feeds.actor_entries(tx, VISITOR, profile.id, _ITEMS)
    return await _of_profile(tx, request.site, profile, profile_path(profile.handle), entries)


async def _of_group(tx: Read, request: Request) -> Channel:
    """What is said in a group that everybody can read."""
    profile = await _profile(tx, request)
    if profile.kind is not ActorKind.GROUP:
        raise NotFound("group_not_found")
    entries = await feeds.actor_entries(tx, VISITOR, profile.id, _ITEMS)
    return await _of_profile(tx, request.site, profile, group_path(profile.handle), entries)


async def _of_blog(tx: Read, request: Request) -> Channel:
    """The articles of a person, a page or a group."""
    profile = await _profile(tx, request)
    ids = await talk.list_articles(tx, VISITOR, profile.id, Page(limit=_ITEMS))
    words = catalogue(request.site.community.language)
    title = words.gettext("Blog of %(name)s") % {"name": profile.shown_name}
    return await _of_profile(tx, request.site, profile, blog_path(profile.handle), ids, title)


async def _profile(tx: Read, request: Request) -> Profile:
    """Of whom the feed is. Raises NotFound, also for groups that not everybody can read: they have no feed."""
    handle = handle_of(request)
    try:
        profile = await people.get_profile(tx, VISITOR, handle)
    except NotFound:
        await _check_not_gone(tx, handle)
        raise
    if profile.kind is ActorKind.GROUP:
        group = await groups.get_group(tx, VISITOR, handle)
        if not group.readable:
            raise NotFound("group_not_found")
    return profile


async def _of_profile(
    tx: Read, site: Site, profile: Profile, path: str, posts: Sequence[Entry] | Sequence[int], title: str = ""
) -> Channel:
    return await _channel(
        tx,
        site,
        path,
        posts,
        title=title or profile.shown_name,
        about=excerpt(profile.about_html, _ABOUT),
        language=profile.language,
        picture=face_url(site, profile),
        since=profile.created_at,
    )


async def _check_not_gone(tx: Read, handle: str) -> None:
    """Raises BadRequest for who was here once; of a secret group nobody learns that."""
    id_ = await people.find_handle(tx, handle)
    if id_ is None:
        return
    actor = await people.get_actor(tx, id_)
    known = actor.kind is not ActorKind.GROUP or await groups.was_group(tx, handle)
    if actor.standing is Standing.DELETED and known:
        raise BadRequest("gone", 410)


async def _of_tag(tx: Read, request: Request) -> Channel:
    tag = tag_name(request.params["tag"])
    if tag is None:
        raise NotFound
    if tag != request.params["tag"]:
        raise _Elsewhere(tag_path(tag))
    words = catalogue(request.site.community.language)
    entries = await feeds.tag_entries(tx, VISITOR, tag, _ITEMS)
    about = words.gettext("What was said in public under this tag.")
    return await _channel(tx, request.site, tag_path(tag), entries, title=f"#{tag}", about=about)


async def _of_local(tx: Read, request: Request) -> Channel:
    """What people here have begun to talk about in public."""
    site = request.site
    return await _channel(
        tx,
        site,
        "/local",
        await feeds.local_entries(tx, VISITOR, _ITEMS),
        title=site.community.name,
        about=site.held.summaries.get(site.community.language, ""),
    )


async def _of_board(tx: Read, request: Request) -> Channel:
    """The topics that were begun last."""
    forum = await forum_in(tx, request)
    board = board_in(forum, request.params["slug"])
    ids = await talk.list_newest_topics(tx, VISITOR, board.id, _ITEMS)
    place = forum.group.shown_name if forum.group is not None else request.site.community.name
    return await _channel(
        tx, request.site, forum.path_of(board), ids, title=f"{board.name} · {place}", about=board.about
    )


async def _of_conversation(tx: Read, request: Request) -> Channel:
    """The newest replies: the comments, where it hangs under an article."""
    conversation = await talk.get_conversation(tx, VISITOR, conversation_id_of(request))
    root = await talk.find_post(tx, VISITOR, conversation.root_id)
    replies = await talk.list_latest_replies(tx, VISITOR, conversation.id, _ITEMS)
    words = catalogue(request.site.community.language)
    told = (root.title or root.warning or excerpt(root.html, _ABOUT)) if root is not None else ""
    return await _written(
        tx,
        request.site,
        conversation_path(conversation.id),
        replies,
        {},
        title=words.gettext("Replies: %(title)s") % {"title": told} if told else words.gettext("Replies"),
        language=root.language if root is not None else "",
        since=root.published_at if root is not None else 0,
    )


async def _channel(tx: Read, site: Site, path: str, found: Sequence[Entry] | Sequence[int], **said: Any) -> Channel:
    """A channel of posts, or of what entries are about; each once, where it was last brought up."""
    position: dict[int, int] = {}
    for one in found:
        id_, at = (one.post_id, one.id) if isinstance(one, Entry) else (one, one)
        position.setdefault(id_, at)
    posts = await talk.list_posts(tx, VISITOR, list(position))
    return await _written(tx, site, path, [posts[id_] for id_ in position if id_ in posts], position, **said)


async def _written(
    tx: Read,
    site: Site,
    path: str,
    posts: list[Post],
    position: dict[int, int],
    *,
    title: str,
    about: str = "",
    language: str = "",
    picture: str = "",
    since: int = 0,
) -> Channel:
    items = await read_items(tx, site, posts, position)
    return Channel(
        title=title,
        about=about,
        url=site.absolute(path),
        feed=site.absolute(f"{path}/feed"),
        language=language or site.community.language,
        picture=picture,
        updated_at=max([since, *(one.updated_at for one in items)]),
        items=items,
    )


def _routes(path: str, build: Build) -> list[Route]:
    return [Route("GET", f"{path}/feed.{ending}", _view(build, ending), Wants.NOBODY) for ending in FORMATS]


ROUTES = [
    *_routes("/@{handle}", _of_actor),
    *_routes("/groups/{handle}", _of_group),
    *_routes("/@{handle}/blog", _of_blog),
    *_routes("/forum/{slug}", _of_board),
    *_routes("/groups/{handle}/forum/{slug}", _of_board),
    *_routes("/tags/{tag}", _of_tag),
    *_routes("/conversations/{id}", _of_conversation),
    *_routes("/local", _of_local),
]

"""What a place talks about, as pages show it beside their own matter."""

from typing import NamedTuple

from plausch.feeds import queries
from plausch.language.markdown import excerpt
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import Post

_TAGS = 8
_POSTS = 3
_EXCERPT = 90


class Trends(NamedTuple):
    tags: list[queries.TagTrend]
    #: Each with who wrote it, and how it begins.
    posts: list[tuple[Post, Actor, str]]


async def read_trends(tx: Read, viewer: Viewer) -> Trends:
    """As far as the viewer may see them."""
    tags = await queries.list_trending_tags(tx, viewer, _TAGS)
    ids = await queries.list_trending_posts(tx, viewer, _POSTS)
    if not ids:
        return Trends(tags, [])
    posts = await talk.list_posts(tx, viewer, ids)
    actors = await people.list_actors(tx, viewer, [post.actor_id for post in posts.values()])
    shown = [posts[id_] for id_ in ids if id_ in posts and posts[id_].actor_id in actors]
    return Trends(tags, [(post, actors[post.actor_id], _beginning(post)) for post in shown])


def _beginning(post: Post) -> str:
    return post.warning or excerpt(post.html, _EXCERPT)

"""What a viewer is owed at a door: the posts that must be there, by the plain definition."""

from tests.harness.audience.seeing import Owed
from tests.harness.audience.world import PlainPost, World


def owed_all(world: World, viewer: int) -> Owed:
    return Owed({post.id for post in world.seen_by(viewer)})


def _in_home(world: World, viewer: int) -> list[PlainPost]:
    """Posts that somebody whom the viewer follows has made or shared, or that are under a tag it follows."""
    if viewer == 0:
        return []
    mine = {viewer} | {target for source, target in world.follows if source == viewer}
    muted = {target for source, target in world.mutes if source == viewer}
    return [
        post
        for post in world.seen_by(viewer)
        if post.author not in muted
        and (viewer, post.root.id) not in world.muted_talks
        and (
            any(
                doer in mine - muted and (doer in (viewer, post.author) or world.near(viewer, doer))
                for doer in (post.author, *post.sharers, post.place)
            )
            or (post.circle.kind == "public" and (viewer, post.tag) in world.topics)
        )
    ]


def _liked_by_connections(world: World, viewer: int) -> frozenset[int]:
    """Conversations that others began, which somebody connected with the viewer has led it to by a like."""
    muted = {target for source, target in world.mutes if source == viewer}

    def open_to(post: PlainPost) -> bool:
        others = post.author != viewer and post.author not in muted
        return others and post.circle.kind not in ("quiet", "participants") and world.sees(viewer, post)

    def friend(one: int) -> bool:
        return (viewer, one) in world.connected and world.near(viewer, one) and one not in muted | world.shy

    return frozenset(
        post.root.id
        for post in world.posts
        if open_to(post)
        and open_to(post.root)
        and (viewer, post.root.author) not in world.follows
        and (viewer, post.root.id) not in world.muted_talks
        and any(friend(one) and one != post.author for one in post.likers)
    )


def owed_home(world: World, viewer: int) -> Owed:
    owed = {post.root.id for post in _in_home(world, viewer)}
    return Owed(conversations=owed, welcome=_liked_by_connections(world, viewer))


def owed_entries(world: World, viewer: int) -> Owed:
    return Owed({post.id for post in _in_home(world, viewer)})


def _not_muted(world: World, viewer: int) -> list[PlainPost]:
    return [post for post in world.seen_by(viewer) if (viewer, post.author) not in world.mutes]


def owed_local(world: World, viewer: int) -> Owed:
    shown = [post for post in _not_muted(world, viewer) if post.parent is None and post.circle.kind == "public"]
    return Owed(conversations={post.id for post in shown})


def owed_index(world: World, viewer: int) -> Owed:
    if viewer:
        return Owed()
    public = [post for post in world.seen_by(0) if post.parent is None and post.circle.kind == "public"]
    return Owed(conversations={post.id for post in public if not {post.author, post.writer} & world.hidden})


def owed_walls(world: World, viewer: int) -> Owed:
    return Owed({post.root.id for post in world.seen_by(viewer) if world.sees(viewer, post.root)})


def owed_bookmarks(world: World, viewer: int) -> Owed:
    return Owed({post.id for post in world.seen_by(viewer) if (viewer, post.id) in world.bookmarks})


def owed_likes(world: World, viewer: int) -> Owed:
    return Owed({post.id for post in world.seen_by(viewer) if viewer in post.likers})


def owed_muted(world: World, viewer: int) -> Owed:
    muted = {root for who, root in world.muted_talks if who == viewer}
    return Owed(conversations={post.root.id for post in world.seen_by(viewer)} & muted)


def findable(world: World, viewer: int) -> list[PlainPost]:
    return [post for post in _not_muted(world, viewer) if viewer == post.author or post.writer not in world.hidden]


def owed_search(world: World, viewer: int) -> Owed:
    return Owed({post.id for post in findable(world, viewer)})


def owed_pictures(world: World, viewer: int) -> Owed:
    return Owed({post.id for post in world.seen_by(viewer) if post.picture is not None})

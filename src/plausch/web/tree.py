"""From the posts of a conversation to the tree a page shows, no deeper than it can show well."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from plausch.talk.model import Post

#: Replies further down stand beside each other at this depth, with the name of whom they answer.
DEEPEST = 6
#: A branch with more read replies than this is folded; deeper ones sooner.
_FOLDED_AT = {1: 20, 2: 10}
_FOLDED_DEEP = 4


@dataclass(slots=True)
class Branch:
    """A post with what was replied to it."""

    post: Post
    depth: int
    #: The actor it answers, where its place does not show that.
    to: int | None = None
    replies: list["Branch"] = field(default_factory=list)
    #: Posts below.
    size: int = 0
    #: Unread ones among them.
    unread: int = 0

    @property
    def folded(self) -> bool:
        """Whether its replies are closed at first: many, and nothing new among them."""
        return self.unread == 0 and self.size > _FOLDED_AT.get(self.depth, _FOLDED_DEEP) and self.depth > 0


def grow(posts: Sequence[Post], seen: int | None) -> Branch | None:
    """The tree of posts given in the order of time; `seen` is the newest the viewer has read.

    The first one is the root: what answers something that the viewer may not see hangs under it.
    """
    if not posts:
        return None
    root = Branch(posts[0], 0)
    branches = {posts[0].id: root}
    holders: dict[int, Branch] = {}
    for post in posts[1:]:
        above = branches.get(post.parent_id or 0, root)
        deep = above.depth >= DEEPEST
        branch = Branch(post, min(above.depth + 1, DEEPEST), above.post.actor_id if deep else None)
        holder = holders[above.post.id] if deep else above
        holder.replies.append(branch)
        branches[post.id], holders[post.id] = branch, holder
    for id_, holder in reversed(holders.items()):
        branch = branches[id_]
        holder.size += 1 + branch.size
        holder.unread += branch.unread + (seen is not None and id_ > seen)
    return root

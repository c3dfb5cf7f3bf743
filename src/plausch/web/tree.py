"""A conversation as a tree that a page can show: not too deep, and folded where it is long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from plausch.talk.model import Post

#: Replies deeper than this stand beside the one they answer, with its author's name.
_DEEPEST = 6
#: A branch with more replies than this is folded, by its depth; deeper ones sooner. The first post's never are.
_FOLDED_AT = {0: 1 << 30, 1: 20, 2: 10}
_WORTH_FOLDING = 4
#: Of a long row of replies the first and the last are shown.
_FIRST, _LAST = 12, 6


class Run(NamedTuple):
    """Neighbours in a row of replies; `hidden` is how many posts are in it when it is folded, else 0."""

    branches: "Sequence[Branch]"
    hidden: int


@dataclass(slots=True, eq=False)
class Branch:
    """A post and what was replied to it."""

    #: None for the beginning of a conversation that the viewer may not see.
    post: Post | None
    #: The branch it is shown under, and how deep that is.
    above: "Branch | None" = None
    depth: int = 0
    #: Whom it replies to, where that is not plain from its place; else 0.
    to: int = 0
    fresh: bool = False
    replies: "list[Branch]" = field(default_factory=list)
    #: How many posts are below it, and how many of those are unread.
    size: int = 0
    unread: int = 0
    #: It or something below it is what the viewer comes for.
    sought: bool = False
    @property
    def folded(self) -> bool:
        """What is below it is closed at first: there is much of it, and nothing in it to see to."""
        long = self.size > _FOLDED_AT.get(self.depth, _WORTH_FOLDING)
        return long and self.unread == 0 and not self.sought

    @property
    def runs(self) -> Iterator[Run]:
        """The replies, in rows to show and rows to fold."""
        hidden = self.replies[_FIRST:-_LAST]
        if len(hidden) <= _WORTH_FOLDING or self.depth >= _DEEPEST or any(one.unread_here for one in hidden):
            yield Run(self.replies, 0)
            return
        yield Run(self.replies[:_FIRST], 0)
        yield Run(hidden, sum(1 + one.size for one in hidden))
        yield Run(self.replies[-_LAST:], 0)

    @property
    def unread_here(self) -> bool:
        """Folding would hide what somebody came to read."""
        return self.fresh or self.unread > 0 or self.sought


def grow(posts: Sequence[Post], root_id: int, *, seen: int | None, me: int, at: int | None = None) -> Branch:
    """The tree of the posts, which are in the order of time.

    `seen` is up to where the viewer has read (None: it is here for the first time, and nothing is marked), `at` the
    post that its address points to. Where a post in between is not for the viewer to see, what hangs on it moves up.
    """
    first = next((post for post in posts if post.id == root_id), None)
    root = Branch(first)
    branches: dict[int, Branch] = {root_id: root}
    for post in posts:
        if post.id == root_id:
            continue
        branch = _place(post, branches.get(post.parent_id or 0, root))
        branch.fresh = seen is not None and post.id > seen and post.actor_id != me and not post.deleted
        branch.sought = post.id == at
        branches[post.id] = branch
    grown = list(branches.values())
    for branch in reversed(grown):
        _count(branch)
    return root


def _place(post: Post, parent: Branch) -> Branch:
    if parent.depth < _DEEPEST or parent.above is None:
        above, to = parent, 0
    else:
        shown = parent.post is not None and not parent.post.deleted
        above, to = parent.above, parent.post.actor_id if shown and parent.post is not None else 0
    branch = Branch(post, above, above.depth + 1, to)
    above.replies.append(branch)
    return branch


def _count(branch: Branch) -> None:
    above = branch.above
    if above is not None:
        above.size += branch.size + 1
        above.unread += branch.unread + branch.fresh
        above.sought = above.sought or branch.sought

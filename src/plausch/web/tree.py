"""A conversation as a tree that a page can show: not too deep, folded where it is long, in parts where it is huge."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

import msgspec

from plausch.talk.model import Post

#: Replies deeper than this stand beside the one they answer, with its author's name.
_DEEPEST = 6
#: A branch with more replies than this is folded, by its depth; deeper ones sooner. The first post's never are.
_FOLDED_AT = {0: 1 << 30, 1: 20, 2: 10}
_WORTH_FOLDING = 4
#: Of a long row of replies the first and the last are shown.
_FIRST, _LAST = 12, 6
#: A conversation with more replies than this is huge: fewer are shown at first, and the others when they are asked
#: for, in parts of about so many.
WHOLE, SHOWN, PART = 150, 60, 100
#: Of what is new in a huge conversation so many are shown at once; with each comes what it stands below.
FRESH = 40


class Node(Protocol):
    """What must be known of a post to give it its place."""

    @property
    def id(self) -> int: ...
    @property
    def conversation_id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def actor_id(self) -> int: ...
    @property
    def deleted(self) -> int: ...


class Run(NamedTuple):
    """Neighbours in a row of replies; `hidden` is how many posts are in it when it is folded, else 0."""

    branches: "Sequence[Branch]"
    hidden: int
    #: They are not on the page, but can be asked for: after one reply of the row (0: from its beginning) and before
    #: another (0: to its end).
    missing: bool = False
    after: int = 0
    until: int = 0


class Branch(msgspec.Struct, eq=False):
    """A post and what was replied to it.

    There may be thousands: without circles among them (`above` is a name and not the branch itself), and without
    lists that stay empty, the garbage collector has nothing to do with them.
    """

    #: None for the beginning of a conversation that the viewer may not see.
    node: Node | None
    #: The branch it is shown under, as `Tree.branches` names it, and how deep that is.
    above: int | None = None
    depth: int = 0
    #: Whom it replies to, where that is not plain from its place; else 0.
    to: int = 0
    fresh: bool = False
    replies: "Sequence[Branch]" = ()
    #: How many posts are below it, and how many of those are unread.
    size: int = 0
    unread: int = 0
    #: It or something below it is what the viewer comes for.
    sought: bool = False
    #: It answers the question of its topic; the viewer says which one does.
    answers: bool = False
    judged: bool = False
    #: It is on the page; `partly`: some of its replies are not.
    shown: bool = True
    partly: bool = False
    #: The post itself, where it is on the page.
    post: Post | None = None

    @property
    def id(self) -> int:
        return self.node.id if self.node is not None else 0

    @property
    def long(self) -> bool:
        """There is much below it, and nothing of that to see to."""
        return self.size > _FOLDED_AT.get(self.depth, _WORTH_FOLDING) and self.unread == 0 and not self.sought

    @property
    def folded(self) -> bool:
        """What is below it is on the page, but closed at first."""
        return self.long and not self.partly

    @property
    def runs(self) -> Iterator[Run]:
        """The replies, in rows to show and rows to fold."""
        if self.partly:
            yield from self.between(0, 0)
            return
        hidden = self.replies[_FIRST:-_LAST]
        if len(hidden) <= _WORTH_FOLDING or self.depth >= _DEEPEST or any(one.unread_here for one in hidden):
            yield Run(self.replies, 0)
            return
        yield Run(self.replies[:_FIRST], 0)
        yield Run(hidden, sum(1 + one.size for one in hidden))
        yield Run(self.replies[-_LAST:], 0)

    def between(self, after: int, until: int) -> Iterator[Run]:
        """A part of the replies (see Run), in rows that are on the page and rows that are not."""
        row = [one for one in self.replies if one.id > after and (not until or one.id < until)]
        groups = [(shown, list(group)) for shown, group in groupby(row, lambda one: one.shown)]
        for place, (shown, group) in enumerate(groups):
            if shown:
                yield Run(group, 0)
            else:
                following = groups[place + 1][1][0].id if place + 1 < len(groups) else until
                yield Run(group, sum(1 + one.size for one in group), True, after, following)
            after = group[-1].id

    @property
    def unread_here(self) -> bool:
        """Folding would hide what somebody came to read."""
        return self.fresh or self.unread > 0 or self.sought


class Tree(NamedTuple):
    """Each branch also by its post."""

    root: Branch
    branches: dict[int, Branch]

    def path(self, branch: Branch) -> Iterator[tuple[int, Branch]]:
        """What a branch stands below, from the nearest to the root."""
        while branch.above is not None:
            above, branch = branch.above, self.branches[branch.above]
            yield above, branch


def grow(posts: Sequence[Node], root_id: int, *, seen: int | None, me: int, at: int | None = None) -> Tree:
    """The tree of the posts, which are in the order of time; what is no `Post` is put in later (`fill`).

    `seen` is up to where the viewer has read (None: it is here for the first time, and nothing is marked), `at` the
    post that its address points to. Where a post in between is not for the viewer to see, what hangs on it moves up.
    """
    root = Branch(next((post for post in posts if post.id == root_id), None))
    tree = Tree(root, {root_id: root})
    for post in posts:
        if post.id != root_id:
            branch = _place(tree, post, root_id)
            branch.fresh = seen is not None and post.id > seen and post.actor_id != me and not post.deleted
            branch.sought = post.id == at
            tree.branches[post.id] = branch
    for branch in reversed(tree.branches.values()):
        if type(branch.node) is Post:
            branch.post = branch.node
        if branch.above is not None:
            above = tree.branches[branch.above]
            above.size += branch.size + 1
            above.unread += branch.unread + branch.fresh
            above.sought = above.sought or branch.sought
    return tree


def fill(tree: Tree, posts: Mapping[int, Post]) -> None:
    """Put in the posts that are on the page."""
    for id_, post in posts.items():
        tree.branches[id_].post = post


def shown_ids(tree: Tree) -> list[int]:
    return [id_ for id_, branch in tree.branches.items() if branch.shown and branch.node is not None]


def _place(tree: Tree, post: Node, root_id: int) -> Branch:
    name = post.parent_id if post.parent_id in tree.branches else root_id
    parent, to = tree.branches[name], 0
    if parent.depth >= _DEEPEST and parent.above is not None:
        to = parent.node.actor_id if parent.node and not parent.node.deleted else 0
        name = parent.above
    above = tree.branches[name]
    branch = Branch(post, name, above.depth + 1, to)
    if isinstance(above.replies, list):
        above.replies.append(branch)
    else:
        above.replies = [branch]
    return branch


def mark_answer(tree: Tree, answer_id: int | None, *, judging: bool) -> None:
    """Of a topic that asks: which reply answers it, which is never folded; and whether the viewer says so."""
    for branch in tree.branches.values():
        node = branch.node
        if node is None or branch is tree.root or node.deleted:
            continue
        # Another one is chosen by taking back the first.
        branch.judged = judging and answer_id in (None, node.id)
        if node.id == answer_id:
            branch.answers = branch.sought = True
            for _, above in tree.path(branch):
                above.sought = True


def first_fresh(tree: Tree) -> int:
    """The oldest post that is new to the viewer; 0 when nothing is."""
    return min((id_ for id_, branch in tree.branches.items() if branch.fresh), default=0)


def shorten(tree: Tree) -> None:
    """Of a huge conversation put on the page what is unread, what the viewer comes for, and the beginning of the rest.

    Those near the root come first: what everybody answered to.
    """
    if len(tree.branches) - 1 <= WHOLE:
        return
    chosen = _to_see_to(tree)
    queue = deque([tree.root])
    while queue:
        branch = queue.popleft()
        likely = {one.id for one in _ends(branch)}
        for one in branch.replies:
            if one.id not in chosen and one.id in likely and len(chosen) < SHOWN:
                chosen.add(one.id)
            if one.id in chosen:
                queue.append(one)
    _put_on_page(tree, chosen)


def _to_see_to(tree: Tree) -> set[int]:
    """What the viewer comes for, and of what is new the oldest, each with all that it stands below."""
    wanted = [(id_, one) for id_, one in tree.branches.items() if one.sought]
    wanted += [(id_, one) for id_, one in tree.branches.items() if one.fresh][:FRESH]
    chosen: set[int] = set()
    for id_, branch in wanted:
        for name, one in ((id_, branch), *tree.path(branch)):
            if name in chosen or one.above is None:
                break
            chosen.add(name)
    return chosen


def seen_upto(tree: Tree, newest: int) -> int:
    """Up to where the viewer has got with what is on the page: what is new and not on it stays so."""
    left = min((id_ for id_, one in tree.branches.items() if one.fresh and not one.shown), default=0)
    return left - 1 if left else newest


def show_part(tree: Tree, branch: Branch, after: int, until: int) -> None:
    """Put on the page the replies to one post, after one of them and before another, as many as fit in a part."""
    chosen: set[int] = set()
    for one in branch.replies:
        if one.id > after and (not until or one.id < until):
            unit = set(_opened(one))
            if chosen and len(chosen) + len(unit) > PART:
                break
            chosen |= unit
    _put_on_page(tree, {branch.id, *chosen})


def _ends(branch: Branch) -> Sequence[Branch]:
    """The replies that are shown without being asked for."""
    if branch.long:
        return []
    if len(branch.replies) <= _FIRST + _LAST + _WORTH_FOLDING:
        return branch.replies
    return [*branch.replies[:_FIRST], *branch.replies[-_LAST:]]


def _opened(branch: Branch) -> Iterator[int]:
    yield branch.id
    for one in _ends(branch):
        yield from _opened(one)


def _put_on_page(tree: Tree, chosen: set[int]) -> None:
    for id_, branch in tree.branches.items():
        branch.shown = branch is tree.root or id_ in chosen
        if not branch.shown and branch.above is not None:
            tree.branches[branch.above].partly = True

"""Posts that nobody else has answered, as they are now and as far as the viewer may see them."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from plausch.groups import queries as groups
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.model.health import Care
from plausch.insights.queries.permission import check_may_look
from plausch.insights.tables import cares
from plausch.kernel import clock, ids
from plausch.people import queries as people
from plausch.people.model import ActorKind, Viewer
from plausch.storage import Read, Statement, any_of
from plausch.talk import queries as talk
from plausch.talk.model import Post

#: Whoever has waited for longer expects no answer any more.
_LOOKED_BACK = 30 * clock.DAY
_MOST = 60

_CARES = Statement(
    sa.select(cares.c.post_id, cares.c.person_id, cares.c.kind, cares.c.at).where(any_of(cares.c.post_id, "ids")), Care
)


class Waiting(NamedTuple):
    """A post that waits, and what was decided about it."""

    post: Post
    care: Care | None


async def list_unanswered(tx: Read, viewer: Viewer, scope: Scope, late_after: int) -> list[Waiting]:
    """What has waited for longer than `late_after` (ms) in a scope, the longest first. Raises NotAllowed, NotFound."""
    await check_may_look(tx, viewer, scope)
    now = clock.now()
    found = await _list(tx, viewer, scope, ids.first_id_at(now - _LOOKED_BACK), ids.first_id_at(now - late_after))
    decided = {one.post_id: one for one in await tx.all(_CARES, ids=[post.id for post in found])}
    return [Waiting(post, decided.get(post.id)) for post in found]


async def find_waiting(tx: Read, viewer: Viewer, scope: Scope, post: int) -> bool:
    """Whether a post is one that waits in a scope, for those who look after that."""
    return bool(await _list(tx, viewer, scope, post, post + 1))


async def _list(tx: Read, viewer: Viewer, scope: Scope, first: int, end: int) -> list[Post]:
    kind, place = await _place_of(tx, scope)
    found = await talk.list_unanswered_at(tx, kind, place, first, end, _MOST)
    posts = list((await list_counted_posts(tx, viewer, [one.post_id for one in found])).values())
    if scope.kind is ScopeKind.BOARD:
        posts = await _of_board(tx, posts, scope.id)
    return sorted(posts, key=lambda post: post.id)


async def list_counted_posts(tx: Read, viewer: Viewer, wanted: Sequence[int]) -> dict[int, Post]:
    """Those of some posts that the viewer may see: whoever does not want to count is on no list either."""
    posts = await talk.list_posts(tx, viewer, wanted)
    counted = await people.list_counted(tx, list({post.author_id for post in posts.values()}))
    return {id_: post for id_, post in posts.items() if post.author_id in counted}


async def _place_of(tx: Read, scope: Scope) -> tuple[ActorKind | None, int]:
    """As `talk` names places."""
    if scope.kind is ScopeKind.PAGE:
        return ActorKind.PAGE, scope.id
    board = await groups.find_board(tx, scope.id) if scope.kind is ScopeKind.BOARD else None
    group = board.group_id if board is not None else scope.id
    return (ActorKind.GROUP, group) if group else (None, 0)


async def _of_board(tx: Read, posts: Sequence[Post], board: int) -> list[Post]:
    boards = await talk.list_boards_of(tx, [post.conversation_id for post in posts])
    return [post for post in posts if boards.get(post.conversation_id) == board]

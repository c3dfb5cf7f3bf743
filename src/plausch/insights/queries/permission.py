"""Who may look at the insights of a scope."""

from plausch.groups import queries as groups
from plausch.groups.model import LOOKING_AFTER
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read


async def may_look(tx: Read, viewer: Viewer, scope: Scope) -> bool:
    """Whether the viewer looks after the scope: staff, a group's owners and moderators, a page's team."""
    if not viewer.signed_in:
        return False
    match scope.kind:
        case ScopeKind.SERVER:
            return viewer.staff
        case ScopeKind.GROUP:
            return await groups.find_role(tx, scope.id, viewer.person) in LOOKING_AFTER
        case ScopeKind.PAGE:
            return await people.find_team_member(tx, scope.id, viewer.person) is not None
        case ScopeKind.BOARD:
            board = await groups.find_board(tx, scope.id)
            if board is None:
                raise NotFound("board_not_found")
            whole = Scope(ScopeKind.GROUP, board.group_id) if board.group_id else Scope(ScopeKind.SERVER)
            return await may_look(tx, viewer, whole)


async def check_may_look(tx: Read, viewer: Viewer, scope: Scope) -> None:
    """Raises NotAllowed, or NotFound where the viewer is not to know that there is such a group."""
    if await may_look(tx, viewer, scope):
        return
    if scope.kind is ScopeKind.GROUP and await groups.find_group(tx, viewer, scope.id) is None:
        raise NotFound("group_not_found")
    raise NotAllowed("insights_not_for_you")

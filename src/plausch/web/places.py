"""Where things are on the web, and what an address asks for."""

from plausch.http.request import Request
from plausch.http.site import profile_path
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import parse_id


def conversation_path(conversation: int) -> str:
    return f"/conversations/{conversation}"


def post_path(conversation: int, post: int) -> str:
    """A post in its conversation. The server needs to know it too, to unfold the branch it is in."""
    return f"{conversation_path(conversation)}?at={post}#p-{post}"


def group_path(handle: str) -> str:
    return f"/groups/{handle}"


def forum_path(handle: str = "") -> str:
    """The boards of a group; without a handle those of the whole community."""
    return f"{group_path(handle)}/forum" if handle else "/forum"


def board_path(handle: str, slug: str) -> str:
    return f"{forum_path(handle)}/{slug}"


def blog_path(handle: str) -> str:
    """The articles of a person, a page or a group."""
    return f"{profile_path(handle)}/blog"


def article_path(handle: str, slug: str) -> str:
    return f"{blog_path(handle)}/{slug}"


def handle_of(request: Request) -> str:
    """The handle in the path, as it is stored. Raises NotFound for what is none."""
    handle = request.params["handle"].lower()
    if not handle.isascii() or not handle.isprintable():
        raise NotFound("actor_not_found")
    return handle


def post_id_of(request: Request) -> int:
    """The post in the path. Raises NotFound."""
    return _id(request, "post_not_found")


def conversation_id_of(request: Request) -> int:
    return _id(request, "conversation_not_found")


def _id(request: Request, reason: str) -> int:
    found = parse_id(request.params["id"])
    if found is None:
        raise NotFound(reason)
    return found


def submitted_path(draft: int) -> str:
    """What waits to be let through, for its author and those who decide."""
    return f"/approvals/{draft}"

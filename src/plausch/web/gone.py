"""What was here and is gone for good is said to be (410), where that gives nothing away."""

from plausch.groups import queries as groups
from plausch.http.errors import BadRequest
from plausch.http.request import Request
from plausch.kernel.errors import DomainError, NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.storage import Read
from plausch.talk import queries as talk

_READ = ("GET", "HEAD")
#: With these reasons it may be that all of a group's or a page's addresses have ended.
_OF_A_PLACE = ("actor_not_found", "group_not_found", "board_not_found", "article_not_found")


async def as_gone(request: Request, error: DomainError) -> DomainError:
    """The error itself, or that there was something. Of a secret group nobody learns even that."""
    if not isinstance(error, NotFound) or request.method not in _READ:
        return error
    async with request.site.database.read() as tx:
        return await _find(tx, request, error) or error


async def _find(tx: Read, request: Request, error: NotFound) -> BadRequest | None:
    handle, id_ = request.params.get("handle", "").lower(), parse_id(request.params.get("id", ""))
    if error.reason in _OF_A_PLACE and handle.isascii() and handle.isprintable():
        if await groups.was_group(tx, handle):
            return BadRequest("group_gone", 410)
        if await people.was_page(tx, handle):
            return BadRequest("page_gone", 410)
    if error.reason == "conversation_not_found" and id_ and await talk.was_conversation(tx, request.viewer, id_):
        return BadRequest("gone", 410)
    return None

"""From the domain's errors to status codes. What to say is for the doors."""

from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, TooMany

_STATUS = {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 422, TooMany: 429}


class BadRequest(DomainError):
    """The request itself cannot be understood; `status` says how."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


def status_of(error: DomainError) -> int:
    """The HTTP status for an error of the domain."""
    if isinstance(error, BadRequest):
        return error.status
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)

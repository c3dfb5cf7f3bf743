"""What the domain raises.

Rooms below the doors know neither HTTP nor languages: they raise these, with a reason code.
`plausch.http` maps each class to a status code, the doors translate the codes.
"""


class DomainError(Exception):
    """Something a person or a program asked for cannot be done.

    `reason` is a stable snake_case code: doors translate it, programs test it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotFound(DomainError):
    """It does not exist, or the viewer may not know that it does."""

    def __init__(self, reason: str = "not_found") -> None:
        super().__init__(reason)


class NotAllowed(DomainError):
    """The viewer may see it, but may not do this."""

    def __init__(self, reason: str = "not_allowed") -> None:
        super().__init__(reason)


class Conflict(DomainError):
    """It contradicts what is already there, for instance a handle that is taken."""

    def __init__(self, reason: str = "conflict", field: str | None = None) -> None:
        super().__init__(reason)
        self.field = field


class Invalid(DomainError):
    """A field holds something that cannot be accepted."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"


class TooMany(DomainError):
    """A limit of use was reached; `retry_after` is in seconds."""

    def __init__(self, retry_after: int, reason: str = "too_many") -> None:
        super().__init__(reason)
        self.retry_after = retry_after

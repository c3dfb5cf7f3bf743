"""What there is in the API: each address with what it takes and gives, which its description is made of."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from plausch.http.routing import Route, View

ROOT = "/api/plausch/v1"


class Parameter(NamedTuple):
    """A part of the query."""

    name: str
    summary: str
    type: Any = str


class Endpoint(NamedTuple):
    """One address and method."""

    method: str
    #: Below `ROOT`.
    path: str
    view: View
    summary: str
    #: What it answers with; None: nothing.
    answer: Any
    #: The scope that the token must have; None: open to all.
    scope: str | None = None
    body: Any = None
    #: It may be left out.
    body_optional: bool = False
    query: Sequence[Parameter] = ()
    status: int = 200
    #: What it answers with where somebody has to let it through first (202).
    accepted: Any = None
    #: Further statuses with which it may refuse.
    refusals: Sequence[int] = ()
    #: Where it is open to all: the scope with which a token sees there what its person sees.
    sees: str = "read"

    @property
    def route(self) -> Route:
        return Route(self.method, ROOT + self.path, self.view, self)

    @property
    def parameters(self) -> list[str]:
        """The names of the variable segments of the path."""
        return [segment[1:-1] for segment in self.path.split("/") if segment.startswith("{")]

    @property
    def errors(self) -> list[int]:
        """With which statuses it may refuse."""
        found = {*self.refusals, 400} if self.query else {*self.refusals}
        if self.scope is not None:
            found |= {401, 403}
        if self.parameters:
            found |= {400, 403, 404}
        if self.scope == "write":
            found |= {400, 403, 404, 409, 422, 429}
        return sorted(found)


BEFORE = Parameter("before", "Only what is older than this id: `before` of the answer before.")
#: The parts of `read` that are enough for what one reads at home, and for who one is.
READ_POSTS, READ_ACCOUNTS = "read:statuses", "read:accounts"
LIMIT = Parameter("limit", "How many, at most 80.", int)
SKIP = Parameter("skip", "How many to leave out: `next` of the answer before.", int)
WORDS = Parameter("q", "Only those whose name or description has these words.")
ACTING_AS = Parameter("acting_as", "The id of a page for which you speak; you must be on its team.")

"""Which part of a list an address asks for."""

from plausch.http.request import Request
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import TOP, Page

#: So many people of a group are shown at once.
LISTED = 60


def page_of(request: Request) -> Page:
    """`?before=ID`; from the newest without it."""
    return Page(before=parse_id(request.query_params.get("before", "")) or TOP)


def skip_in(request: Request) -> int:
    """How much of a list that is in no order of ids was shown before; a page of it shows `LISTED`."""
    return min(parse_id(request.query_params.get("skip", "")) or 0, 100_000)

"""Which part of a list an address asks for."""

from plausch.http.request import Request
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import TOP, Page


def page_of(request: Request) -> Page:
    """`?before=ID`; from the newest without it."""
    return Page(before=parse_id(request.query_params.get("before", "")) or TOP)

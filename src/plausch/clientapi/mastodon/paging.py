"""Pages of lists: `max_id`, `since_id`, `min_id`, `limit`, and the `Link` header by which apps go on (RFC 8288)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from starlette.responses import Response

from plausch.http.request import Request
from plausch.kernel.ids import parse_id
from plausch.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, TOP, Page

_OWN = ("max_id", "since_id", "min_id", "offset")


class Range(NamedTuple):
    """What part of a list is asked for."""

    before: int = TOP
    after: int = 0
    limit: int = DEFAULT_LIMIT
    #: Those just above `after` (`min_id`), and not the newest; the answer has the newest first all the same.
    upwards: bool = False

    @property
    def page(self) -> Page:
        """The same for the domain."""
        return Page(before=self.before, after=self.after, limit=self.limit, upwards=self.upwards)

    def cut(self, ids: Iterable[int]) -> tuple[list[int], bool]:
        """That part of what is there as a whole, the highest id first; and whether there is more below it."""
        there = sorted((id_ for id_ in ids if id_ < self.before), reverse=True)
        within = [id_ for id_ in there if id_ > self.after]
        found = within[-self.limit :] if self.upwards else within[: self.limit]
        return found, bool(found) and found[-1] != there[-1]


def range_of(request: Request, usual: int = DEFAULT_LIMIT, most: int = MAX_LIMIT // 2) -> Range:
    """What the query asks for; what is no id or no number is as if it were not there."""
    if not request.scope["query_string"]:
        return Range(limit=usual)
    query = request.query_params
    before = parse_id(query.get("max_id", "")) or TOP
    above, since = parse_id(query.get("min_id", "")), parse_id(query.get("since_id", ""))
    limit = limit_of(request, usual, most)
    return Range(before, above or since or 0, limit, bool(above))


def limit_of(request: Request, usual: int = DEFAULT_LIMIT, most: int = MAX_LIMIT // 2) -> int:
    return min(parse_id(request.query_params.get("limit", "")) or usual, most)


def offset_of(request: Request, most: int = 10_000) -> int:
    return min(parse_id(request.query_params.get("offset", "")) or 0, most)


def link_pages(
    response: Response, request: Request, ids: Sequence[int], *, more: bool = True, others: Sequence[str] = ()
) -> Response:
    """Say where the list goes on, by the ids it is paged by: `next` is older, if there may be more, `prev` newer.

    `others` are parameters by which it is not paged here, and that must not be repeated.
    """
    if not ids:
        return response
    address = _address(request, others)
    link = f'<{address}min_id={max(ids)}>; rel="prev"'
    more = more or "min_id" in request.query_params  # whence one came from
    response.headers["link"] = f'<{address}max_id={min(ids)}>; rel="next", {link}' if more else link
    return response


def link_offsets(response: Response, request: Request, *, count: int, limit: int) -> Response:
    """The same for lists that are paged by how many to leave out."""
    offset, links = offset_of(request), []
    if count >= limit:
        links.append(f'<{_address(request)}offset={offset + limit}>; rel="next"')
    if offset:
        links.append(f'<{_address(request)}offset={max(0, offset - limit)}>; rel="prev"')
    if links:
        response.headers["link"] = ", ".join(links)
    return response


def _address(request: Request, others: Sequence[str] = ()) -> str:
    """This address with everything that was asked, up to where the place is named, on the base URL (rule 5)."""
    address = request.site.absolute(quote(request.scope["path"])) + "?"
    if not request.scope["query_string"]:
        return address
    kept = [one for one in request.query_params.multi_items() if one[0] not in (*_OWN, *others)]
    return f"{address}{urlencode(kept)}&" if kept else address

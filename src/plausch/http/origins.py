"""Requests that another site made a browser send are refused before anything is read from them."""

from plausch.http.request import Request

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_foreign(request: Request) -> bool:
    """Whether a changing request comes from a page of another origin (Fetch Metadata, else the Origin header).

    Programs without a browser send neither, and have no cookie that could be misused.
    """
    if request.method in _SAFE:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return False
    host = request.headers.get("host", "")
    return origin not in (request.site.settings.base_url, f"http://{host}", f"https://{host}")

"""Answers that lead on to another page, and only ever to one of ours."""

from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from plausch.http.request import Request


def lead_to(path: str) -> Response:
    """After a change: the browser goes on to a page by GET."""
    return RedirectResponse(path, 303)


def stay_at(path: str) -> Response:
    """What was asked for has another address from now on."""
    return RedirectResponse(path, 301)


def local_path(text: str, otherwise: str = "/") -> str:
    """A path of ours from a form or an address; anything that a browser could take for another site is not used."""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable():
        return otherwise
    return text


def is_looked_at(request: Request) -> bool:
    """Whether a person asked for the page; a browser that fetches ahead has not shown it to anybody."""
    purpose = request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    return request.method == "GET" and "prefetch" not in purpose


def is_partial(request: Request) -> bool:
    """Asked for by a script, which puts the answer into the page it has."""
    return "plausch-part" in request.headers


def came_from(request: Request, otherwise: str) -> str:
    """The page on which a button was pressed, when it is one of ours."""
    page = urlsplit(request.headers.get("referer", ""))
    path = local_path(page.path, "")
    if not path or page.netloc != request.headers.get("host"):
        return otherwise
    return f"{path}?{page.query}" if page.query else path

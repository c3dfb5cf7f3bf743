"""What a visitor began to write, until somebody has signed up or in: the cookie that finds it again."""

from starlette.responses import Response

from plausch.http.request import Request
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.talk import actions

_COOKIE = "begun"


def begun(request: Request) -> str:
    """The secret of what was begun in this browser, or nothing."""
    return request.cookies.get(_COOKIE, "")


def remember(response: Response, request: Request, secret: str) -> None:
    response.set_cookie(
        _COOKIE,
        secret,
        max_age=actions.WAITING_LIFE // 1000,
        path="/",
        secure=request.site.settings.secure,
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, request: Request) -> None:
    if begun(request):
        response.delete_cookie(_COOKIE, path="/", secure=request.site.settings.secure, httponly=True, samesite="lax")


async def take_up(tx: Write, request: Request, person: int) -> str | None:
    """Make it a draft of somebody who has just come in; where it is to be looked over, None when there is nothing."""
    secret = begun(request)
    post = await actions.take_up_reply(tx, Viewer(person, person), secret) if secret else None
    return f"/compose?reply_to={post}" if post is not None else None

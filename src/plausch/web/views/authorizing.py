"""Programs ask whether they may speak for somebody (OAuth 2, RFC 6749): signing in, agreeing, and the way back.

Where the program may be answered is what it registered, letter by letter: before that is known to be so nothing is sent
anywhere, and errors are pages of ours.
"""

from typing import NamedTuple
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams
from starlette.responses import RedirectResponse, Response

from plausch.http.errors import BadRequest
from plausch.http.forms import check_text, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.people import actions, queries
from plausch.people.model import SHOWN_CODE, USUAL_SCOPES, App, is_challenge, is_within
from plausch.web.answers import lead_to
from plausch.web.entrance import AUTHORIZE, speak
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.views.arriving import sign_in_page
from plausch.web.wants import Wants

_SHOWN = f"{AUTHORIZE}/native"
_YES = frozenset({"true", "1", "on", "t"})
_ASKED = (
    *("client_id", "redirect_uri", "response_type", "scope", "state"),
    *("code_challenge", "code_challenge_method", "lang"),
)


class Question(NamedTuple):
    """What a program asks, which is registered with this way back."""

    app: App
    redirect_uri: str
    scopes: str
    state: str
    challenge: str
    #: As it was asked, to ask it again.
    values: dict[str, str]
    #: Why it cannot be asked, as the program will read it.
    error: str = ""

    @property
    def shown(self) -> bool:
        """The person copies the code: the program cannot be answered."""
        return self.redirect_uri == SHOWN_CODE

    def answer(self, **answer: str) -> Response:
        """Back to the program."""
        if self.state:
            answer["state"] = self.state
        sign = "&" if "?" in self.redirect_uri else "?"
        return RedirectResponse(f"{self.redirect_uri}{sign}{urlencode(answer)}", 303, {"cache-control": "no-store"})


async def _read(request: Request, given: QueryParams | FormData) -> Question:
    """Raises BadRequest for a program that is not known, or that would be answered where it is not."""
    values = {name: value for name in _ASKED if isinstance(value := given.get(name), str) and value}
    for value in values.values():
        check_text(value)
    speak(request, values.get("lang", ""))
    async with request.site.database.read() as tx:
        app = await queries.find_client(tx, values.get("client_id", ""))
    if app is None:
        raise BadRequest("app_unknown")
    redirect = values.get("redirect_uri", "")
    if redirect not in app.redirects:
        raise BadRequest("app_elsewhere")
    scopes = " ".join(dict.fromkeys(values.get("scope", USUAL_SCOPES).split()))
    challenge = values.get("code_challenge", "")
    return Question(app, redirect, scopes, values.get("state", ""), challenge, values, _wrong(app, scopes, values))


def _wrong(app: App, scopes: str, values: dict[str, str]) -> str:
    if values.get("response_type") != "code":
        return "unsupported_response_type"
    if not is_within(scopes, app.scopes):
        return "invalid_scope"
    challenge, method = values.get("code_challenge", ""), values.get("code_challenge_method", "")
    if (challenge or method) and (method != "S256" or not is_challenge(challenge)):
        return "invalid_request"
    return ""


async def ask(request: Request) -> Response:
    """Sign in, if nobody is or the program wants it; then: may it?"""
    question = await _read(request, request.query_params)
    if request.signed_in is None or request.query_params.get("force_login", "").lower() in _YES:
        here = f"{AUTHORIZE}?{urlencode(question.values)}"
        return await sign_in_page(request, {"login": "", "next": here}, Problems())
    if question.error:
        return _refused(question, question.error)
    # Browsers hold redirects after a form against the policy of its page, and some programs go on from theirs.
    scheme = question.redirect_uri.partition(":")[0].lower()
    request.form_targets = "" if question.shown else " ".join(dict.fromkeys(("https:", f"{scheme}:")))
    response = await render(
        request,
        "authorizing/ask.html",
        app=question.app,
        scopes=question.scopes.split(),
        values=question.values,
        other=f"{AUTHORIZE}?{urlencode({**question.values, 'force_login': 'true'})}",
        deny=f"{AUTHORIZE}/deny?{urlencode(question.values)}",
    )
    response.headers["cache-control"] = "no-store"
    return response


async def agree(request: Request) -> Response:
    question = await _read(request, await read_form(request))
    if question.error:
        return _refused(question, question.error)
    await count_try(request, "authorize", str(request.viewer.person), most=100, within=clock.HOUR)
    async with request.site.database.write() as tx:
        code = await actions.grant_code(
            tx, request.viewer, question.app, question.scopes, question.redirect_uri, question.challenge
        )
    if question.shown:
        return lead_to(f"{_SHOWN}?{urlencode({'code': code})}")
    return question.answer(code=code)


async def deny(request: Request) -> Response:
    return _refused(await _read(request, request.query_params), "access_denied")


def _refused(question: Question, error: str) -> Response:
    if not question.shown:
        return question.answer(error=error)
    if error == "access_denied":
        return lead_to("/")
    raise BadRequest("app_asks_wrongly")


async def show_code(request: Request) -> Response:
    """For programs that cannot be answered: the person copies it."""
    code = request.query_params.get("code", "")
    check_text(code)
    response = await render(request, "authorizing/code.html", code=code)
    response.headers["cache-control"] = "no-store"
    return response


ROUTES = [
    Route("GET", AUTHORIZE, ask, Wants.ANYBODY),
    Route("POST", AUTHORIZE, agree, Wants.PERSON),
    Route("GET", f"{AUTHORIZE}/deny", deny, Wants.PERSON),
    Route("GET", _SHOWN, show_code, Wants.PERSON),
]

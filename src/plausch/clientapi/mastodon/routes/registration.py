"""`POST /api/v1/accounts`, `/api/v1/emails/confirmations`: joining from an app, under the rules of the page for it."""

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, count_change, nothing
from plausch.clientapi.mastodon.endpoints import Caller, Endpoint
from plausch.clientapi.mastodon.entities.oauth import Token
from plausch.clientapi.mastodon.errors import Refused, Unacceptable
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.community.queries import get_community
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.ids import moment_of
from plausch.language.catalogues import LANGUAGES
from plausch.people import actions, queries
from plausch.people.model import (
    REASON_MAX,
    NewToken,
    SignUp,
    Viewer,
    check_password,
    clean_email,
    clean_handle,
    clean_line,
)
from plausch.settings import SignUpMode

#: As the form on the pages counts, and the button for another letter.
_JOIN_MOST, _LETTERS = 30, 5
#: The token an app is given with an account is as old as that.
_AT_ONCE = clock.MINUTE
#: The API calls a field otherwise than the domain.
_NAMES = {"handle": "username", "invitation": "invite_code"}


async def register(request: Request) -> Response:
    """Make an account, and let the app speak for it: at once, or as soon as it is let in."""
    if request.signed_in is not None:
        raise Refused(403, "This method is for apps that speak for nobody yet")
    fields = await read_fields(request)
    async with request.site.database.read() as read:
        mode = (await get_community(read, request.site.settings)).sign_up
    if mode is SignUpMode.CLOSED:
        raise NotAllowed("sign_up_closed")
    _check(fields)
    # Only now: mistakes in a form are no accounts.
    await count_try(request, "sign_up", request.client_network, most=_JOIN_MOST, within=clock.HOUR)
    token = await _join(request, fields, mode)
    return answered(Token(token.secret, token.scopes, token.created_at // 1000))


def _check(fields: Fields) -> None:
    """Raises Unacceptable with all that is wrong."""
    wrong: list[Invalid | Conflict] = []
    if not fields.flag("agreement"):
        wrong.append(Invalid("agreement", "not_accepted"))
    try:
        clean_handle(fields.text("username"))
    except Invalid as error:
        wrong.append(error)
    try:
        clean_email(fields.text("email"))
    except Invalid as error:
        wrong.append(error)
    try:
        check_password(fields.text("password"))
    except Invalid as error:
        wrong.append(error if fields.text("password") else Invalid("password", "missing"))
    try:
        clean_line(fields.text("reason"), "reason", REASON_MAX)
    except Invalid as error:
        wrong.append(error)
    if wrong:
        raise Unacceptable(wrong)


async def _join(request: Request, fields: Fields, mode: SignUpMode) -> NewToken:
    locale = fields.text("locale").partition("-")[0].lower()
    wish = SignUp(
        handle=fields.text("username"),
        email=fields.text("email"),
        # Argon2 takes its time on purpose: before the transaction, so that nobody waits for it.
        password_hash=await actions.hash_password(fields.text("password")),
        locale=locale if locale in LANGUAGES else request.language,
        # On the page it is a box to be ticked; an app has none.
        be_found=False,
        reason=fields.text("reason"),
        client_address=request.client_address,
    )
    try:
        async with request.site.database.write() as tx:
            arrival = await actions.arrive(tx, wish, mode, fields.text("invite_code"))
            if request.site.settings.sends_mail:
                await actions.ask_to_confirm(tx, Viewer(arrival.person, arrival.person))
            app = await queries.find_app(tx, request.app_id)
            assert app is not None  # its token has just been looked up
            return await actions.grant_newcomer_token(tx, app, arrival.person)
    except NotFound as error:
        raise Invalid("invitation", error.reason) from error


async def confirm_again(request: Request) -> Response:
    """Another letter to confirm the address by, or the first to another one."""
    assert request.signed_in is not None
    if request.signed_in.confirmed or not request.site.settings.sends_mail:
        raise Refused(403, "This method is only available while the e-mail is awaiting confirmation")
    if request.signed_in.seen_at - moment_of(request.signed_in.person) > _AT_ONCE:
        # Else whoever finds a token could take an account over by its address.
        raise Refused(403, "This method is only available to the application the user originally signed-up with")
    fields, viewer = await read_fields(request), request.viewer
    await count_change(request, "confirm", _LETTERS, clock.HOUR)
    async with request.site.database.write() as tx:
        if fields.text("email"):
            await actions.correct_email(tx, viewer, fields.text("email"))
        await actions.ask_to_confirm(tx, viewer)
    return nothing()


ENDPOINTS = [
    Endpoint("POST", "/api/v1/accounts", register, "write:accounts", Caller.PROGRAM, _NAMES),
    Endpoint("POST", "/api/v1/emails/confirmations", confirm_again, "write:accounts"),
]

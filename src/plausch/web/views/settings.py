"""What people set: their profile and picture, how pages look to them, and what they agree to."""

from starlette.responses import Response

from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel import clock
from plausch.kernel.errors import Invalid, TooMany
from plausch.language.catalogues import LANGUAGES
from plausch.language.formats import time_zones
from plausch.people import actions, queries
from plausch.people.model import (
    ABOUT_MAX,
    FIELD_LABEL_MAX,
    FIELD_VALUE_MAX,
    FIELDS_MAX,
    NAME_MAX,
    PRONOUNS_MAX,
    Consent,
    ProfileEdit,
    ProfileField,
    Relation,
    Tabs,
    Theme,
    Viewer,
    WhoQuotes,
    WhoWrites,
)
from plausch.storage import Write
from plausch.web.answers import lead_to
from plausch.web.own_pictures import (
    HEADER,
    PICTURE,
    OwnPicture,
    describe_own_picture,
    keep_own_picture,
    take_own_picture,
)
from plausch.web.pages import LANGUAGE_COOKIE, render
from plausch.web.problems import WHOLE, Problems
from plausch.web.uploads import count_upload
from plausch.web.wants import Wants
from plausch.web.zones import zones_by_region

_LIMITS = {"name": NAME_MAX, "about": ABOUT_MAX, "pronouns": PRONOUNS_MAX}
_TICKS = ("locked", "automated", "pictures", "replied_pictures")
#: The address of a page of settings after a change, which says so.
_SAVED = "?saved=1"
#: How often a profile is saved in an hour: each time its links may be asked whether they point back.
_SAVES = 30


def was_saved(request: Request) -> bool:
    return request.query_params.get("saved") == "1"


async def show_profile(request: Request) -> Response:
    return await _profile_page(request, None, Problems())


async def _profile_page(
    request: Request, values: dict[str, str] | None, problems: Problems, pairs: list[tuple[str, str]] | None = None
) -> Response:
    assert request.signed_in is not None
    async with request.site.database.read() as tx:
        profile = await queries.get_profile(tx, request.viewer, request.signed_in.handle)
        fields = await queries.list_fields(tx, profile.id)
    typed = [ProfileField(label, value) for label, value in pairs] if pairs is not None else fields
    if values is None:
        values = {"name": profile.name, "about": profile.about_source, "pronouns": profile.pronouns}
        values["locked"] = "1" if profile.locked else ""
        values["automated"] = "1" if profile.automated else ""
        values["pictures"] = "1" if profile.shows_pictures else ""
        values["replied_pictures"] = "1" if profile.shows_replied_pictures else ""
    return await render(
        request,
        "settings/profile.html",
        status=422 if problems else 200,
        profile=profile,
        values=values,
        fields=[*typed, *[ProfileField("", "")] * (FIELDS_MAX - len(typed))],
        field_max=(FIELD_LABEL_MAX, FIELD_VALUE_MAX),
        verified=[one.value for one in fields if one.verified_at is not None],
        profile_url=request.site.absolute(request.site.addresses.profile(profile.handle)),
        errors=problems.in_words(request.language),
        limits=_LIMITS,
        saved=was_saved(request),
    )


async def save_profile(request: Request) -> Response:
    form = await read_form(request)
    values = {name: field(form, name) for name in (*_LIMITS, *_TICKS)}
    edit = ProfileEdit(values["name"], values["about"], values["pronouns"], bool(values["locked"]))
    addresses = request.site.addresses
    pairs = [(field(form, f"label_{place}"), field(form, f"value_{place}")) for place in range(FIELDS_MAX)]
    try:
        await count_try(request, "profile", str(request.viewer.person), most=_SAVES, within=clock.HOUR)
        async with request.site.database.write() as tx:
            await actions.edit_profile(
                tx, request.viewer, edit, profile_url=addresses.profile, tag_url=addresses.tag, here=addresses.here
            )
            await actions.set_fields(tx, request.viewer, [ProfileField(*pair) for pair in pairs])
            await actions.set_automated(tx, request.viewer, bool(values["automated"]))
            await _set_tabs(tx, request.viewer, values)
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _profile_page(request, values, problems, pairs)
    except TooMany as error:
        response = await _profile_page(request, values, Problems({WHOLE: error.reason}), pairs)
        response.status_code, response.headers["retry-after"] = 429, str(error.retry_after)
        return response
    return lead_to(f"/settings{_SAVED}")


async def _set_tabs(tx: Write, viewer: Viewer, values: dict[str, str]) -> None:
    """Those that there are here; what else apps show stays as it is."""
    now = (await queries.list_profiles(tx, viewer, [viewer.acting_as]))[viewer.acting_as].tabs
    wanted = Tabs(bool(values["pictures"]), bool(values["replied_pictures"]), now.featured)
    if wanted != now:
        await actions.set_tabs(tx, viewer, wanted)


def _saves(which: OwnPicture) -> View:
    async def save(request: Request) -> Response:
        await count_upload(request)
        form = await read_form(request, uploads=True)
        problems = Problems()
        try:
            await keep_own_picture(request, form, which, request.viewer)
        except Invalid as error:
            problems.note(error, which.name)
            return await _profile_page(request, None, problems)
        return lead_to(f"/settings{_SAVED}")

    return save


def _removes(which: OwnPicture) -> View:
    async def remove(request: Request) -> Response:
        await take_own_picture(request, which, request.viewer, "")
        return lead_to(f"/settings{_SAVED}")

    return remove


def _describes(which: OwnPicture) -> View:
    async def describe(request: Request) -> Response:
        try:
            await describe_own_picture(request, which, request.viewer)
        except Invalid as error:
            problems = Problems()
            problems.note(error)
            return await _profile_page(request, None, problems)
        return lead_to(f"/settings{_SAVED}")

    return describe


async def show_display(request: Request) -> Response:
    return await render(
        request, "settings/display.html", zones=zones_by_region(), themes=list(Theme), saved=was_saved(request)
    )


async def save_display(request: Request) -> Response:
    """What is not on offer stays as it is."""
    assert request.signed_in is not None
    form = await read_form(request)
    language, theme, zone = (field(form, name) for name in ("language", "theme", "time_zone"))
    one = request.signed_in
    language = language if language in LANGUAGES else one.locale
    async with request.site.database.write() as tx:
        await actions.set_preferences(
            tx,
            one.viewer,
            language,
            Theme(theme) if theme in set(Theme) else one.theme,
            zone if zone in time_zones() else one.time_zone,
        )
        await actions.set_adviser(tx, one.viewer, bool(field(form, "adviser")))
    response = lead_to(f"/settings/display{_SAVED}")
    # What this browser was told as a visitor must not speak another language after signing out.
    response.delete_cookie(LANGUAGE_COOKIE, path="/")
    return response


async def show_privacy(request: Request) -> Response:
    viewer = request.viewer
    async with request.site.database.read() as tx:
        granted = {kind.value: await queries.has_consent(tx, viewer.acting_as, kind) for kind in Consent}
        who_quotes = (await queries.get_actor(tx, viewer.acting_as)).who_quotes
        who_writes = await queries.find_who_writes(tx, viewer.acting_as)
        blocked = await queries.list_avoided(tx, viewer, Relation.BLOCK)
        muted = await queries.list_avoided(tx, viewer, Relation.MUTE)
    return await render(
        request,
        "settings/privacy.html",
        granted=granted,
        who_quotes=who_quotes.value,
        who_writes=who_writes.value,
        blocked=blocked,
        muted=muted,
        saved=was_saved(request),
    )


async def save_privacy(request: Request) -> Response:
    """Keep the decisions that changed, each with its moment."""
    form = await read_form(request)
    viewer = request.viewer
    async with request.site.database.write() as tx:
        for kind in Consent:
            wanted = bool(field(form, kind.value))
            if wanted != await queries.has_consent(tx, viewer.acting_as, kind):
                await actions.set_consent(tx, viewer, kind, wanted)
        who = field(form, "who_quotes")
        if who in set(WhoQuotes):
            await actions.set_who_quotes(tx, viewer, WhoQuotes(who))
        writing = field(form, "who_writes")
        if writing in set(WhoWrites):
            await actions.set_who_writes(tx, viewer.acting_as, WhoWrites(writing))
    return lead_to(f"/settings/privacy{_SAVED}")


ROUTES = [
    Route("GET", "/settings", show_profile, Wants.PERSON),
    Route("POST", "/settings", save_profile, Wants.PERSON),
    Route("POST", "/settings/header", _saves(HEADER), Wants.PERSON),
    Route("POST", "/settings/header/describe", _describes(HEADER), Wants.PERSON),
    Route("POST", "/settings/header/remove", _removes(HEADER), Wants.PERSON),
    Route("POST", "/settings/picture", _saves(PICTURE), Wants.PERSON),
    Route("POST", "/settings/picture/describe", _describes(PICTURE), Wants.PERSON),
    Route("POST", "/settings/picture/remove", _removes(PICTURE), Wants.PERSON),
    Route("GET", "/settings/display", show_display, Wants.PERSON),
    Route("POST", "/settings/display", save_display, Wants.PERSON),
    Route("GET", "/settings/privacy", show_privacy, Wants.PERSON),
    Route("POST", "/settings/privacy", save_privacy, Wants.PERSON),
]

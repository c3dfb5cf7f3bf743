"""Pages of organisations: which there are, making one, what it says of itself, its imprint, and its end."""

from typing import NamedTuple

from starlette.responses import Response

from plausch.community.queries import get_community
from plausch.http.forms import field, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from plausch.kernel.paging import Page
from plausch.language import markdown
from plausch.people import actions, queries
from plausch.people.model import (
    ABOUT_MAX,
    ADDRESS_MAX,
    APPROVING,
    DAYS,
    IMPRINT_MAX,
    NAME_MAX,
    PHONE_MAX,
    WEBSITE_MAX,
    PageAbout,
    PageEdit,
    PageKind,
    Profile,
    ProfileEdit,
    Signature,
    TeamMember,
    TeamRole,
    Viewer,
    WhoWrites,
)
from plausch.storage import Read
from plausch.web.answers import lead_to
from plausch.web.own_pictures import (
    HEADER,
    PICTURE,
    OwnPicture,
    describe_own_picture,
    keep_own_picture,
    take_own_picture,
)
from plausch.web.pages import render
from plausch.web.paging import page_of
from plausch.web.places import handle_of
from plausch.web.problems import WHOLE, Problems
from plausch.web.uploads import count_upload
from plausch.web.wants import Wants

_LISTED = 40
_NEW = ("handle", "name", "kind")
_TEXTS = ("name", "about", "website", "address", "email", "phone", "imprint")
_CHOICES = ("kind", "signature", "who_writes")
_LIMITS = {
    "name": NAME_MAX,
    "about": ABOUT_MAX,
    "website": WEBSITE_MAX,
    "address": ADDRESS_MAX,
    "phone": PHONE_MAX,
    "imprint": IMPRINT_MAX,
}
#: Pages that one person makes in a day.
_MADE, _WITHIN = 5, clock.DAY


class OwnPage(NamedTuple):
    """A page with what the viewer is for it."""

    profile: Profile
    about: PageAbout
    #: None: not on the team.
    member: TeamMember | None

    @property
    def admin(self) -> bool:
        return self.member is not None and self.member.role is TeamRole.ADMIN

    @property
    def decides(self) -> bool:
        return self.member is not None and self.member.role in APPROVING

    @property
    def path(self) -> str:
        return f"/pages/{self.profile.handle}"


async def find_own_page(tx: Read, request: Request) -> OwnPage:
    """The page in the address, for those of its team and the owners of the server. Raises NotFound, NotAllowed."""
    viewer = request.viewer
    profile = await queries.get_profile(tx, viewer, handle_of(request))
    about = await queries.find_page(tx, profile.id)
    if about is None:
        raise NotFound("actor_not_found")
    member = await queries.find_team_member(tx, profile.id, viewer.person)
    if member is None and not viewer.owner:
        raise NotAllowed("not_on_team")
    return OwnPage(profile, about, member)


def kind_of(text: str) -> PageKind:
    """Raises Invalid."""
    if text not in set(PageKind):
        raise Invalid("kind", "choice_unknown")
    return PageKind(text)


async def show_pages(request: Request) -> Response:
    """The pages there are; above them one's own, and those that ask one to speak for them."""
    viewer = request.viewer
    wanted = request.query_params.get("kind", "")
    kind = PageKind(wanted) if wanted in set(PageKind) else None
    page = Page(before=page_of(request).before, limit=_LISTED)
    async with request.site.database.read() as tx:
        found = await queries.list_pages(tx, viewer, page, kind)
        parts = await queries.list_pages_of(tx, viewer) if viewer.signed_in else []
        ids = {id_ for one in parts for id_ in (one.page_id, one.invited_by or 0)}
        actors = await queries.list_actors(tx, viewer, list(ids))
        may_make = await _may_make(tx, request)
    return await render(
        request,
        "organisations/pages.html",
        pages=found,
        parts=[one for one in parts if one.page_id in actors],
        actors=actors,
        kind=kind.value if kind else "",
        kinds=[one.value for one in PageKind],
        may_make=may_make,
        next_before=found[-1].id if len(found) == page.limit else None,
        erased=request.query_params.get("said") == "erased",
    )


async def _may_make(tx: Read, request: Request) -> bool:
    viewer = request.viewer
    if not viewer.signed_in or viewer.unconfirmed:
        return False
    return viewer.staff or (await get_community(tx, request.site.settings)).members_make_pages


async def show_new(request: Request) -> Response:
    return await _new_page(request, dict.fromkeys(_NEW, ""), Problems())


async def _new_page(request: Request, values: dict[str, str], problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        may_make = await _may_make(tx, request)
    return await render(
        request,
        "organisations/new.html",
        status=422 if problems else 200,
        values=values,
        kinds=[one.value for one in PageKind],
        may_make=may_make,
        errors=problems.in_words(request.language),
        limits=_LIMITS,
    )


async def make_page(request: Request) -> Response:
    form = await read_form(request)
    values = {name: field(form, name) for name in _NEW}
    problems = Problems()
    try:
        await count_try(request, "page", str(request.viewer.person), most=_MADE, within=_WITHIN)
        async with request.site.database.write() as tx:
            if not await _may_make(tx, request):
                raise NotAllowed("pages_by_staff")
            kind = kind_of(values["kind"])
            page = await actions.create_page(
                tx, request.viewer, values["handle"], values["name"], kind, request.language
            )
            handle = (await queries.get_actor(tx, page)).handle
    except (Invalid, Conflict) as error:
        problems.note(error)
        return await _new_page(request, values, problems)
    return lead_to(f"/pages/{handle}/settings?said=made")


async def show_settings(request: Request) -> Response:
    return await _settings_page(request, None, Problems())


async def _settings_page(request: Request, values: dict[str, str] | None, problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        own = await find_own_page(tx, request)
        who_writes = await queries.find_who_writes(tx, own.profile.id)
        fields = await queries.list_fields(tx, own.profile.id)
    return await render(
        request,
        "organisations/settings.html",
        status=422 if problems else 200,
        own=own,
        values=values if values is not None else _values(own, who_writes),
        kinds=[one.value for one in PageKind],
        verified=any(one.verified_at for one in fields),
        profile_url=request.site.absolute(request.site.addresses.profile(own.profile.handle)),
        errors=problems.in_words(request.language),
        limits=_LIMITS,
        said=request.query_params.get("said", ""),
    )


def _values(own: OwnPage, who_writes: WhoWrites) -> dict[str, str]:
    about, profile = own.about, own.profile
    hours = about.hours.split("\n") if about.hours else [""] * DAYS
    return {
        "name": profile.name,
        "about": profile.about_source,
        "kind": about.kind.value,
        "website": about.website,
        "address": about.address,
        "email": about.email,
        "phone": about.phone,
        "imprint": about.imprint,
        "signature": about.signature.value,
        "who_writes": who_writes.value,
        **{f"day_{day}": line for day, line in enumerate(hours)},
    }


async def save_settings(request: Request) -> Response:
    form = await read_form(request)
    names = (*_TEXTS, *_CHOICES, *(f"day_{day}" for day in range(DAYS)))
    values = {name: field(form, name) for name in names}
    problems = Problems()
    try:
        await count_try(request, "profile", str(request.viewer.person), most=60, within=clock.HOUR)
        await _save(request, values)
    except (Invalid, Conflict) as error:
        problems.note(error)
    except TooMany as error:
        problems[WHOLE] = error.reason
    if problems:
        return await _settings_page(request, values, problems)
    return lead_to(f"/pages/{handle_of(request)}/settings?said=saved")


async def _save(request: Request, values: dict[str, str]) -> None:
    addresses = request.site.addresses
    edit = PageEdit(
        kind=kind_of(values["kind"]),
        website=values["website"],
        address=values["address"],
        email=values["email"],
        phone=values["phone"],
        hours="\n".join(values[f"day_{day}"].replace("\n", " ") for day in range(DAYS)),
        imprint=values["imprint"],
        signature=Signature(values["signature"]) if values["signature"] in set(Signature) else Signature.NAME,
    )
    if not values["name"].strip():
        raise Invalid("name", "missing")
    async with request.site.database.write() as tx:
        own = await find_own_page(tx, request)
        await actions.edit_page(tx, request.viewer, own.profile.id, edit)
        await actions.edit_profile(
            tx,
            Viewer(request.viewer.person, own.profile.id),
            ProfileEdit(values["name"], values["about"], "", own.profile.locked),
            profile_url=addresses.profile,
            tag_url=addresses.tag,
            here=addresses.here,
        )
        if values["who_writes"] in set(WhoWrites):
            await actions.set_who_writes(tx, own.profile.id, WhoWrites(values["who_writes"]))


async def _as_admin(request: Request) -> Viewer:
    """Who changes the pictures. Raises NotAllowed for all but admins."""
    async with request.site.database.read() as tx:
        own = await find_own_page(tx, request)
    if not own.admin:
        raise NotAllowed("page_admins_only")
    return Viewer(request.viewer.person, own.profile.id)


def _saves(which: OwnPicture) -> View:
    async def save(request: Request) -> Response:
        await count_upload(request)
        viewer = await _as_admin(request)
        form = await read_form(request, uploads=True)
        try:
            await keep_own_picture(request, form, which, viewer)
        except Invalid as error:
            return await _settings_page(request, None, Problems({which.name: error.reason}))
        return lead_to(f"/pages/{handle_of(request)}/settings?said=saved")

    return save


def _removes(which: OwnPicture) -> View:
    async def remove(request: Request) -> Response:
        await take_own_picture(request, which, await _as_admin(request), "")
        return lead_to(f"/pages/{handle_of(request)}/settings?said=saved")

    return remove


def _describes(which: OwnPicture) -> View:
    async def describe(request: Request) -> Response:
        try:
            await describe_own_picture(request, which, await _as_admin(request))
        except Invalid as error:
            problems = Problems()
            problems.note(error)
            return await _settings_page(request, None, problems)
        return lead_to(f"/pages/{handle_of(request)}/settings?said=saved")

    return describe


async def ask_to_erase(request: Request) -> Response:
    return await _erasing_page(request, Problems())


async def _erasing_page(request: Request, problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        own = await find_own_page(tx, request)
    errors = problems.in_words(request.language)
    return await render(request, "organisations/erase.html", status=422 if problems else 200, own=own, errors=errors)


async def erase_page(request: Request) -> Response:
    """Whoever types its handle means it."""
    form = await read_form(request)
    typed = field(form, "handle").strip().removeprefix("@").lower()
    if typed != handle_of(request):
        problems = Problems()
        problems.note(Invalid("handle", "handle_differs"))
        return await _erasing_page(request, problems)
    async with request.site.database.write() as tx:
        own = await find_own_page(tx, request)
        await actions.erase_page(tx, request.viewer, own.profile.id)
    return lead_to("/pages?said=erased")


async def show_imprint(request: Request) -> Response:
    """Who is responsible for a page, as the law asks, within reach of everybody."""
    async with request.site.database.read() as tx:
        profile = await queries.get_profile(tx, request.viewer, handle_of(request))
        about = await queries.find_page(tx, profile.id)
    if about is None or not about.imprint:
        raise NotFound
    html = markdown.parse(about.imprint).render({}, request.site.addresses.tag)
    return await render(request, "organisations/imprint.html", profile=profile, about=about, html=html)


ROUTES = [
    Route("GET", "/pages", show_pages, Wants.ANYBODY),
    Route("GET", "/pages/new", show_new, Wants.PERSON),
    Route("POST", "/pages/new", make_page, Wants.PERSON),
    Route("GET", "/pages/{handle}/settings", show_settings, Wants.PERSON),
    Route("POST", "/pages/{handle}/settings", save_settings, Wants.PERSON),
    Route("POST", "/pages/{handle}/picture", _saves(PICTURE), Wants.PERSON),
    Route("POST", "/pages/{handle}/picture/describe", _describes(PICTURE), Wants.PERSON),
    Route("POST", "/pages/{handle}/picture/remove", _removes(PICTURE), Wants.PERSON),
    Route("POST", "/pages/{handle}/header", _saves(HEADER), Wants.PERSON),
    Route("POST", "/pages/{handle}/header/describe", _describes(HEADER), Wants.PERSON),
    Route("POST", "/pages/{handle}/header/remove", _removes(HEADER), Wants.PERSON),
    Route("GET", "/pages/{handle}/erase", ask_to_erase, Wants.PERSON),
    Route("POST", "/pages/{handle}/erase", erase_page, Wants.PERSON),
    Route("GET", "/@{handle}/imprint", show_imprint, Wants.ANYBODY),
]

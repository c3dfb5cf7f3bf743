"""What the community says of itself, and who may join: forms for its owner."""

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.community import actions, queries
from plausch.community.model import (
    CONTACT_MAX,
    DESCRIPTION_MAX,
    HINT_MAX,
    NAME_MAX,
    RULE_MAX,
    RULES_MAX,
    CommunityEdit,
    Rule,
    Wording,
)
from plausch.http.errors import BadRequest
from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import Invalid
from plausch.kernel.ids import parse_id
from plausch.settings import SignUpMode
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.views.settings import was_saved
from plausch.web.wants import Wants

_LIMITS = {"name": NAME_MAX, "description": DESCRIPTION_MAX, "contact": CONTACT_MAX}
_RULE_LIMITS = {"rule": RULE_MAX, "hint": HINT_MAX}
#: Empty places at the end of the list of rules.
_MORE_RULES = 2
_RULE = ("id", "place", "de", "en", "hint_de", "hint_en")
_ABOUT = ("name", "description_de", "description_en", "contact", "language")


async def change(request: Request, edit: CommunityEdit) -> None:
    """Set it, and know it in this process before the next page is shown. Raises Invalid."""
    async with request.site.database.write() as tx:
        await actions.change_community(tx, request.viewer, edit)
    await request.site.held.renew()


async def show_about(request: Request) -> Response:
    async with request.site.database.read() as tx:
        now = await queries.get_community(tx, request.site.settings)
    values = {
        "name": now.name,
        "description_de": now.description.de,
        "description_en": now.description.en,
        "contact": now.contact,
        "language": now.language,
    }
    return await _about_page(request, values, Problems())


async def _about_page(request: Request, values: dict[str, str], problems: Problems) -> Response:
    return await render(
        request,
        "admin/community.html",
        status=422 if problems else 200,
        values=values,
        errors=problems.in_words(request.language),
        limits=_LIMITS,
        saved=was_saved(request),
    )


async def save_about(request: Request) -> Response:
    form = await read_form(request)
    values = {name: field(form, name) for name in _ABOUT}
    edit = CommunityEdit(
        name=values["name"],
        description=Wording(values["description_de"], values["description_en"]),
        contact=values["contact"],
        language=values["language"],
    )
    try:
        await change(request, edit)
    except Invalid as error:
        problems = Problems()
        problems.note(error, "description_de" if error.field == "description" else None)
        return await _about_page(request, values, problems)
    return lead_to("/admin/community?saved=1")


async def show_joining(request: Request) -> Response:
    async with request.site.database.read() as tx:
        now = await queries.get_community(tx, request.site.settings)
    return await render(request, "admin/joining.html", community=now, saved=was_saved(request))


async def save_joining(request: Request) -> Response:
    form = await read_form(request)
    mode = field(form, "sign_up")
    if mode not in set(SignUpMode):
        raise Invalid("sign_up", "choice_unknown")
    members_invite = bool(field(form, "members_invite"))
    make_pages = bool(field(form, "members_make_pages"))
    edit = CommunityEdit(sign_up=SignUpMode(mode), members_invite=members_invite, members_make_pages=make_pages)
    await change(request, edit)
    return lead_to("/admin/joining?saved=1")


async def show_rules(request: Request) -> Response:
    async with request.site.database.read() as tx:
        now = await queries.get_community(tx, request.site.settings)
    return await _rules_page(request, now.rules, Problems())


async def _rules_page(request: Request, rules: tuple[Rule, ...], problems: Problems) -> Response:
    spare = min(_MORE_RULES if rules else _MORE_RULES + 1, RULES_MAX - len(rules))
    return await render(
        request,
        "admin/rules.html",
        status=422 if problems else 200,
        rules=[*rules, *[Rule(0, Wording())] * spare],
        errors=problems.in_words(request.language),
        limits=_RULE_LIMITS,
        saved=was_saved(request),
    )


async def save_rules(request: Request) -> Response:
    """All of them at once, in the order of their places."""
    rules = _read_rules(await read_form(request))
    try:
        await change(request, CommunityEdit(rules=rules))
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _rules_page(request, tuple(rule for rule in rules if rule.words), problems)
    return lead_to("/admin/rules?saved=1")


def _read_rules(form: FormData) -> tuple[Rule, ...]:
    found: list[tuple[float, Rule]] = []
    for number in range(1, RULES_MAX + 1):
        if f"rule_{number}_de" not in form and f"rule_{number}_en" not in form:
            break
        texts = {name: field(form, f"rule_{number}_{name}") for name in _RULE}
        rule = Rule(
            parse_id(texts["id"]) or 0,
            Wording(texts["de"].strip(), texts["en"].strip()),
            Wording(texts["hint_de"], texts["hint_en"]),
        )
        found.append((_place(texts["place"], number), rule))
    # Whoever moves the fifth to the first place means it to stand before what is there.
    return tuple(rule for _, rule in sorted(found, key=lambda one: one[0]))


def _place(text: str, number: int) -> float:
    """Where a rule is to stand. Raises BadRequest for what no form of ours sends."""
    if not text:
        return number
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        raise BadRequest("form_broken")
    place = int(text)
    return place if place == number else place - 0.5 if place < number else place + 0.5


ROUTES = [
    Route("GET", "/admin/community", show_about, Wants.OWNER),
    Route("POST", "/admin/community", save_about, Wants.OWNER),
    Route("GET", "/admin/joining", show_joining, Wants.OWNER),
    Route("POST", "/admin/joining", save_joining, Wants.OWNER),
    Route("GET", "/admin/rules", show_rules, Wants.OWNER),
    Route("POST", "/admin/rules", save_rules, Wants.OWNER),
]

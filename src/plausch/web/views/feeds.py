"""Which feed home shows, and the feeds that people put together themselves."""

from starlette.datastructures import FormData
from starlette.responses import Response

from plausch.feeds import actions, queries
from plausch.feeds.model import (
    RECIPE_NAME_MAX,
    Recipe,
    RecipeDraft,
    RecipeKind,
    RecipeOrder,
    read_choice,
)
from plausch.groups import queries as groups
from plausch.http.forms import field, read_form
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel.errors import Conflict, Invalid, NotFound
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.people.model import Actor
from plausch.storage import Read
from plausch.web.answers import lead_to
from plausch.web.pages import render
from plausch.web.problems import Problems
from plausch.web.wants import Wants

_INDEX = "/feeds"
#: What the form holds beside ticks.
_TEXTS = ("name", "tags", "people", "order")
_TAGS_TYPED, _PEOPLE_TYPED = 1_000, 4_000


async def choose_feed(request: Request) -> Response:
    """Home shows it from now on."""
    form = await read_form(request)
    chosen = read_choice(field(form, "feed"))
    if chosen is None:
        raise NotFound("feed_not_found")
    async with request.site.database.write() as tx:
        await actions.choose_feed(tx, request.viewer, chosen)
    return lead_to("/")


def _id_of(request: Request) -> int:
    found = parse_id(request.params["id"])
    if found is None:
        raise NotFound("feed_not_found")
    return found


async def show_feeds(request: Request) -> Response:
    async with request.site.database.read() as tx:
        recipes = await queries.list_recipes(tx, request.viewer)
    return await render(request, "feeds/feeds.html", recipes=recipes)


async def show_new(request: Request) -> Response:
    return await _form_page(request, None, {"order": RecipeOrder.LATEST.value}, Problems())


async def show_edit(request: Request) -> Response:
    async with request.site.database.read() as tx:
        recipe = await queries.get_recipe(tx, request.viewer, _id_of(request))
        inside = await queries.list_recipe_actors(tx, request.viewer, recipe.id)
        mine = {group.id for group in await groups.list_mine(tx, request.viewer)}
    return await _form_page(request, recipe.id, _values(recipe, inside, mine), Problems())


def _values(recipe: Recipe, inside: list[Actor], mine: set[int]) -> dict[str, object]:
    """What the form shows of a recipe: groups one is in are ticked, all others are named."""
    return {
        "name": recipe.name,
        "tags": " ".join(f"#{tag}" for tag in recipe.tag_list()),
        "people": " ".join(f"@{one.handle}" for one in inside if one.id not in mine),
        "groups": {one.id for one in inside if one.id in mine},
        "kinds": set(recipe.kind_list()),
        "order": recipe.order.value,
    }


async def _form_page(request: Request, id_: int | None, values: dict[str, object], problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        mine = await groups.list_mine(tx, request.viewer)
        if id_ is not None:
            await queries.get_recipe(tx, request.viewer, id_)
    return await render(
        request,
        "feeds/edit.html",
        status=422 if problems else 200,
        id=id_,
        values={"name": "", "tags": "", "people": "", "groups": set(), "kinds": set(), **values},
        groups=mine,
        kinds=list(RecipeKind),
        errors=problems.in_words(request.language),
        limits={"name": RECIPE_NAME_MAX, "tags": _TAGS_TYPED, "people": _PEOPLE_TYPED},
        saved=request.query_params.get("saved") == "1",
    )


def _sent(form: FormData) -> dict[str, object]:
    """What was filled in, as the form shows it again."""
    return {
        **{name: field(form, name) for name in _TEXTS},
        "groups": {parse_id(value) or 0 for value in form.getlist("group") if isinstance(value, str)},
        "kinds": {kind for kind in RecipeKind if kind.value in form.getlist("kind")},
    }


async def _draft(tx: Read, form: FormData) -> RecipeDraft:
    """Raises Invalid("people", ...) where somebody is not known."""
    sent = {name: field(form, name) for name in _TEXTS}
    return RecipeDraft(
        name=sent["name"],
        tags=sent["tags"],
        kinds=tuple(kind for kind in RecipeKind if kind.value in form.getlist("kind")),
        order=next((one for one in RecipeOrder if one.value == sent["order"]), RecipeOrder.LATEST),
        actors=(*await _named(tx, sent["people"]), *_ticked(form)),
    )


async def _named(tx: Read, typed: str) -> list[int]:
    found = []
    for word in typed.replace(",", " ").split():
        actor = await people.find_handle(tx, word.removeprefix("@").lower())
        if actor is None:
            raise Invalid("people", "actor_not_found")
        found.append(actor)
    return found


def _ticked(form: FormData) -> list[int]:
    return [id_ for value in form.getlist("group") if isinstance(value, str) and (id_ := parse_id(value))]


async def make_recipe(request: Request) -> Response:
    form = await read_form(request)
    try:
        async with request.site.database.write() as tx:
            id_ = await actions.make_recipe(tx, request.viewer, await _draft(tx, form))
            await actions.choose_feed(tx, request.viewer, id_)
    except (Invalid, Conflict) as error:
        problems = Problems()
        problems.note(error)
        return await _form_page(request, None, _sent(form), problems)
    return lead_to("/")


async def change_recipe(request: Request) -> Response:
    form, id_ = await read_form(request), _id_of(request)
    try:
        async with request.site.database.write() as tx:
            await actions.change_recipe(tx, request.viewer, id_, await _draft(tx, form))
    except Invalid as error:
        problems = Problems()
        problems.note(error)
        return await _form_page(request, id_, _sent(form), problems)
    return lead_to(f"{_INDEX}/{id_}?saved=1")


async def remove_recipe(request: Request) -> Response:
    async with request.site.database.write() as tx:
        await actions.remove_recipe(tx, request.viewer, _id_of(request))
    return lead_to(_INDEX)


ROUTES = [
    Route("GET", _INDEX, show_feeds, Wants.PERSON),
    Route("POST", _INDEX, make_recipe, Wants.PERSON),
    Route("POST", f"{_INDEX}/choose", choose_feed, Wants.PERSON),
    Route("GET", f"{_INDEX}/new", show_new, Wants.PERSON),
    Route("GET", f"{_INDEX}/{{id}}", show_edit, Wants.PERSON),
    Route("POST", f"{_INDEX}/{{id}}", change_recipe, Wants.PERSON),
    Route("POST", f"{_INDEX}/{{id}}/remove", remove_recipe, Wants.PERSON),
]

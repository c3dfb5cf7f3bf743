"""What a group is set to, its pictures, and its end."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.groups import actions, queries
from plausch.groups.model import Group, GroupRole, Visibility
from plausch.http.forms import field, files, read_form
from plausch.http.request import Request
from plausch.http.routing import Route, View
from plausch.kernel.errors import Conflict, Invalid, NotAllowed
from plausch.people import actions as people
from plausch.people.model import Viewer
from plausch.storage import Read, Write
from plausch.storage.pictures import PreparedPicture, face_keys, keep_files, keys_of, prepare_avatar, prepare_picture
from plausch.talk import actions as talk
from plausch.web.answers import lead_to
from plausch.web.groups import FIELDS, as_draft, group_in, links_of, looked_after, sent
from plausch.web.own_pictures import HEADER, PICTURE, OwnPicture, describe_own_picture
from plausch.web.pages import render
from plausch.web.places import group_path
from plausch.web.problems import Problems
from plausch.web.uploads import count_upload, read_upload
from plausch.web.wants import Wants

Prepare = Callable[[bytes], Awaitable[PreparedPicture]]
Take = Callable[[Write, Viewer, str], Awaitable[str]]


async def show_settings(request: Request) -> Response:
    return await _settings_page(request, None, Problems())


async def _settings_page(request: Request, values: dict[str, str] | None, problems: Problems) -> Response:
    async with request.site.database.read() as tx:
        standing = await looked_after(tx, request)
        group = standing.group
        kept = await _values(tx, group)
        alone = not await queries.has_other_owner(tx, group.id, request.viewer.acting_as)
    return await render(
        request,
        "groups/settings.html",
        status=422 if problems else 200,
        standing=standing,
        group=group,
        values=values or kept,
        owner=group.role is GroupRole.OWNER,
        alone=alone,
        errors=problems.in_words(request.language),
        said=request.query_params.get("said", ""),
    )


async def _values(tx: Read, group: Group) -> dict[str, str]:
    """The form as it stands now."""
    source = await queries.find_source(tx, group.id)
    tags = (await queries.list_group_tags(tx, [group.id])).get(group.id, [])
    return FIELDS | {
        "name": group.name,
        "handle": "" if group.visibility is Visibility.SECRET else group.handle,
        "about": source.about if source is not None else "",
        "rules": source.rules if source is not None else "",
        "topics": " ".join(tags),
        "language": group.language,
        "visibility": group.visibility.value,
        "joining": group.joining.value,
        "question": group.question,
        "who_posts": group.who_posts.value,
        "who_replies": group.who_replies.value,
        "slow_mode": str(group.slow_mode),
        "approve_first": str(group.approve_first),
    }


async def save(request: Request) -> Response:
    values = sent(await read_form(request))
    problems = Problems()
    try:
        async with request.site.database.write() as tx:
            group = await group_in(tx, request)
            # What only owners are offered stays as it is, and so does all that was not asked.
            values = await _values(tx, group) | values
            await talk.change_group(tx, request.viewer, group.id, as_draft(values), links_of(request))
            now = await queries.find_group(tx, request.viewer, group.id)
    except (Invalid, Conflict) as error:
        problems.note(error)
        return await _settings_page(request, values, problems)
    assert now is not None
    return lead_to(f"{group_path(now.handle)}/settings?said=saved")


def _saves(name: str, prepare: Prepare, take: Take) -> View:
    async def view(request: Request) -> Response:
        """Make an uploaded picture fit, keep it in two sizes, and let the former one go."""
        await count_upload(request)
        chosen = files(await read_form(request, uploads=True), name)
        try:
            if not chosen:
                raise Invalid(name, "picture_missing")
            prepared = await prepare(await read_upload(chosen[0]))
        except Invalid as error:
            problems = Problems()
            problems.note(error, name)
            return await _settings_page(request, None, problems)
        kept = await keep_files(request.site.media, prepared)
        try:
            return await _take(request, take, face_keys(kept))
        except Exception:
            await request.site.media.delete(keys_of(kept))
            raise

    return view


def _describes(which: OwnPicture) -> View:
    async def view(request: Request) -> Response:
        async with request.site.database.read() as tx:
            group = (await looked_after(tx, request)).group
        try:
            await describe_own_picture(request, which, Viewer(request.viewer.person, group.id))
        except Invalid as error:
            problems = Problems()
            problems.note(error)
            return await _settings_page(request, None, problems)
        return lead_to(f"{group_path(group.handle)}/settings?said=saved")

    return view


def _removes(take: Take) -> View:
    async def view(request: Request) -> Response:
        return await _take(request, take, "")

    return view


async def _take(request: Request, take: Take, keys: str) -> Response:
    async with request.site.database.write() as tx:
        group = (await looked_after(tx, request)).group
        former = await take(tx, Viewer(request.viewer.person, group.id), keys)
    await request.site.media.delete([key for key in former.split(".") if key])
    return lead_to(f"{group_path(group.handle)}/settings?said=saved")


async def _end(request: Request, change: Callable[[Write, Viewer, int], Awaitable[None]]) -> Response:
    async with request.site.database.write() as tx:
        group = await group_in(tx, request)
        await change(tx, request.viewer, group.id)
    return lead_to(f"{group_path(group.handle)}/settings?said=saved")


async def close(request: Request) -> Response:
    return await _end(request, actions.close_group)


async def reopen(request: Request) -> Response:
    return await _end(request, actions.reopen_group)


async def delete(request: Request) -> Response:
    """For good: so its name is asked for."""
    form = await read_form(request)
    problems = Problems()
    async with request.site.database.write() as tx:
        group = await group_in(tx, request)
        if group.role is not GroupRole.OWNER:
            raise NotAllowed("group_owners_only")
        if field(form, "confirm").strip().casefold() != group.shown_name.casefold():
            problems.note(Invalid("confirm", "group_name_wrong"))
        else:
            await actions.delete_group(tx, request.viewer, group.id)
    return await _settings_page(request, None, problems) if problems else lead_to("/groups?said=deleted")


_SETTINGS = "/groups/{handle}/settings"
ROUTES = [
    Route("GET", _SETTINGS, show_settings, Wants.PERSON),
    Route("POST", _SETTINGS, save, Wants.PERSON),
    Route("POST", f"{_SETTINGS}/picture", _saves("picture", prepare_avatar, people.set_picture), Wants.PERSON),
    Route("POST", f"{_SETTINGS}/picture/describe", _describes(PICTURE), Wants.PERSON),
    Route("POST", f"{_SETTINGS}/picture/remove", _removes(people.set_picture), Wants.PERSON),
    Route("POST", f"{_SETTINGS}/header", _saves("header", prepare_picture, people.set_header), Wants.PERSON),
    Route("POST", f"{_SETTINGS}/header/describe", _describes(HEADER), Wants.PERSON),
    Route("POST", f"{_SETTINGS}/header/remove", _removes(people.set_header), Wants.PERSON),
    Route("POST", f"{_SETTINGS}/close", close, Wants.PERSON),
    Route("POST", f"{_SETTINGS}/reopen", reopen, Wants.PERSON),
    Route("POST", f"{_SETTINGS}/delete", delete, Wants.PERSON),
]

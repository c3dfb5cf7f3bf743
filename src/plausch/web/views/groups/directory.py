"""Which groups there are, one's own first; and founding one."""

from typing import NamedTuple

from starlette.responses import Response

from plausch.groups import actions, queries
from plausch.groups.model import Group
from plausch.http.forms import check_text, read_form
from plausch.http.limits import count_try
from plausch.http.request import Request
from plausch.http.routing import Route
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed
from plausch.kernel.ids import parse_id
from plausch.language.inline_rules import MAX_TAG_LENGTH, tag_name
from plausch.people import queries as people
from plausch.people.model import Actor
from plausch.web.answers import lead_to
from plausch.web.groups import FIELDS, as_draft, links_of, sent
from plausch.web.meeting import groups_to_join
from plausch.web.pages import render
from plausch.web.places import group_path
from plausch.web.problems import Problems
from plausch.web.wants import Wants

_LISTED, _SUBJECTS, _WORDS_MAX = 30, 12, 60
#: Groups that are suggested.
_FITTING = 3
#: New groups of one person in a day.
_FOUNDED = 10


class Offered(NamedTuple):
    """A group into which the viewer was invited."""

    group: Group
    by: Actor | None


async def show_groups(request: Request) -> Response:
    """The viewer's own and those it was invited into, then all that everybody may know."""
    viewer, query = request.viewer, request.query_params
    words, typed = query.get("q", "")[:_WORDS_MAX], query.get("tag", "")[:MAX_TAG_LENGTH]
    check_text(words + typed)
    tag, skip = tag_name(typed) or "", min(parse_id(query.get("skip", "")) or 0, 10_000)
    async with request.site.database.read() as tx:
        first = not (words or tag or skip)
        mine = await queries.list_mine(tx, viewer) if first else []
        inviting = await queries.list_inviting(tx, viewer) if first else {}
        invitations = [one for one in await queries.list_invitations(tx, viewer) if one.group_id in inviting]
        hosts = await people.list_actors(tx, viewer, [one.invited_by for one in invitations])
        fitting = await groups_to_join(tx, viewer, _FITTING) if first else []
        found = await queries.find_directory(tx, viewer, _LISTED + 1, skip, tag=tag, words=words)
        tags = await queries.list_group_tags(tx, [one.id for one in (*mine, *found, *(one.group for one in fitting))])
        subjects = await queries.list_subjects(tx, _SUBJECTS)
    return await render(
        request,
        "groups/directory.html",
        mine=mine,
        offered=[Offered(inviting[one.group_id], hosts.get(one.invited_by)) for one in invitations],
        fitting=fitting,
        groups=found[:_LISTED],
        next_skip=skip + _LISTED if len(found) > _LISTED else None,
        tags=tags,
        subjects=subjects,
        words=words,
        tag=tag,
        first=first,
    )


async def show_founding(request: Request) -> Response:
    return await _founding_page(request, FIELDS, Problems())


async def _founding_page(request: Request, values: dict[str, str], problems: Problems) -> Response:
    return await render(
        request,
        "groups/new.html",
        status=422 if problems else 200,
        values=values,
        errors=problems.in_words(request.language),
    )


async def found(request: Request) -> Response:
    values = FIELDS | sent(await read_form(request))
    problems = Problems()
    try:
        await count_try(request, "found", str(request.viewer.person), most=_FOUNDED, within=clock.DAY)
        async with request.site.database.write() as tx:
            id_ = await actions.create_group(tx, request.viewer, as_draft(values), links_of(request))
            group = await queries.find_group(tx, request.viewer, id_)
    except (Invalid, Conflict) as error:
        problems.note(error)
        return await _founding_page(request, values, problems)
    except NotAllowed as error:
        problems.setdefault("", error.reason)
        return await _founding_page(request, values, problems)
    assert group is not None
    return lead_to(f"{group_path(group.handle)}?said=founded")


ROUTES = [
    Route("GET", "/groups", show_groups, Wants.ANYBODY),
    Route("GET", "/groups/new", show_founding, Wants.PERSON),
    Route("POST", "/groups/new", found, Wants.PERSON),
]

"""Groups: which there are, what is said in one, founding and changing one, joining and leaving."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.responses import Response

from plausch.clientapi.plausch import answers, present
from plausch.clientapi.plausch.asking import (
    answered,
    count_change,
    done,
    handle_of,
    id_of,
    json_response,
    limit_of,
    page_of,
    skip_of,
    viewer_in,
    words_of,
)
from plausch.clientapi.plausch.bodies import GroupEdit, GroupForm, JoinForm
from plausch.clientapi.plausch.endpoints import ACTING_AS, BEFORE, LIMIT, SKIP, WORDS, Endpoint, Parameter
from plausch.clientapi.plausch.parts import join_cards, keep, text_of
from plausch.clientapi.plausch.posting import check_texts
from plausch.feeds import queries as feeds
from plausch.groups import actions, queries
from plausch.groups.actions import Links
from plausch.groups.model import Group, GroupDraft, Joining
from plausch.http.forms import read_json
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel.errors import NotAllowed, NotFound
from plausch.people.model import Viewer
from plausch.storage import Read, Write
from plausch.talk import actions as talk
from plausch.talk.model import clean_language

Change = Callable[[Write, Viewer, int], Awaitable[None]]
_SECOND = 1000


async def list_groups(request: Request) -> Response:
    """Groups that the viewer is not in."""
    limit, skip = limit_of(request), skip_of(request)
    words, tag = words_of(request), words_of(request, "tag").lower()
    async with request.site.database.read() as tx:
        found = await queries.find_directory(tx, request.viewer, limit + 1, skip, tag=tag, words=words)
        return answered(await _listed(tx, request, found[:limit], skip + limit if len(found) > limit else None))


async def _listed(tx: Read, request: Request, found: list[Group], next_: int | None = None) -> answers.Groups:
    tags = await queries.list_group_tags(tx, [one.id for one in found]) if found else {}
    groups = [present.present_group(request.site, one, tags.get(one.id, [])) for one in found]
    return answers.Groups(groups=groups, next=next_)


async def list_own(request: Request) -> Response:
    async with request.site.database.read() as tx:
        return answered(await _listed(tx, request, await queries.list_mine(tx, request.viewer)))


async def list_inviting(request: Request) -> Response:
    """Secret ones too: whoever is invited knows of it."""
    async with request.site.database.read() as tx:
        inviting = await queries.list_inviting(tx, request.viewer)
        return answered(await _listed(tx, request, list(inviting.values())))


async def whole_group(tx: Read, request: Request, viewer: Viewer, group: Group) -> answers.WholeGroup:
    """A group with how the viewer stands to it."""
    tags = await queries.list_group_tags(tx, [group.id])
    asked = invited = False
    if group.role is None and viewer.signed_in:
        asked = await queries.find_request(tx, group.id, viewer.acting_as) is not None
        invited = await queries.find_invitation(tx, group.id, viewer.acting_as) is not None
    return present.present_whole_group(request.site, group, tags.get(group.id, []), asked=asked, invited=invited)


async def get_group(request: Request) -> Response:
    async with request.site.database.read() as tx:
        group = await queries.get_group(tx, request.viewer, handle_of(request))
        return answered(await whole_group(tx, request, request.viewer, group))


async def list_conversations(request: Request) -> Response:
    """What is said in it, as cards."""
    viewer = request.viewer
    async with request.site.database.read() as tx:
        group = await queries.get_group(tx, viewer, handle_of(request))
        if not group.readable:
            raise NotAllowed("group_not_for_you")
        picks, drawn, before = await feeds.actor_outline(tx, viewer, group.id, page_of(request))
        cards, actors, made = await join_cards(tx, request, picks, drawn)
    await keep(request, made)
    return json_response(b'{"cards":[%b],"actors":[%b],"before":%b}' % (cards, actors, text_of(before)))


def _links(request: Request) -> Links:
    addresses = request.site.addresses
    return Links(addresses.profile, addresses.tag, addresses.here)


async def create(request: Request) -> Response:
    await count_change(request, "group")
    form = await read_json(request, GroupForm)
    values = _values(form)
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request)
        id_ = await actions.create_group(tx, viewer, GroupDraft(**values), _links(request))
        return answered(await _found(tx, request, viewer, id_), 201)


async def _found(tx: Read, request: Request, viewer: Viewer, id_: int) -> answers.WholeGroup:
    group = await queries.find_group(tx, viewer, id_)
    if group is None:
        raise NotFound("group_not_found")
    return await whole_group(tx, request, viewer, group)


async def edit(request: Request) -> Response:
    """What is left out stays as it is."""
    await count_change(request, "group")
    form = await read_json(request, GroupEdit)
    changed = {name: value for name, value in _values(form).items() if value is not None}
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request)
        group = await queries.get_group(tx, viewer, handle_of(request))
        draft = msgspec.structs.replace(await _as_it_is(tx, group), **changed)
        await talk.change_group(tx, viewer, group.id, draft, _links(request))
        return answered(await _found(tx, request, viewer, group.id))


def _values(form: GroupForm | GroupEdit) -> dict[str, Any]:
    """What was sent, as the domain calls it. Raises BadRequest."""
    values: dict[str, Any] = msgspec.structs.asdict(form)
    seconds, topics = values.pop("slow_mode_seconds"), values.pop("topics")
    values["slow_mode"] = seconds * _SECOND if seconds is not None else None
    values["topics"] = tuple(topics) if topics is not None else None
    if values["language"] is not None:
        values["language"] = clean_language(values["language"])
    check_texts(*(one for one in (*values.values(), *(topics or ())) if isinstance(one, str)))
    return values


async def _as_it_is(tx: Read, group: Group) -> GroupDraft:
    source = await queries.find_source(tx, group.id)
    if source is None:
        raise NotFound("group_not_found")
    return GroupDraft(
        name=group.name,
        handle=group.handle,
        about=source.about,
        rules=source.rules,
        topics=tuple((await queries.list_group_tags(tx, [group.id])).get(group.id, ())),
        language=group.language,
        visibility=group.visibility,
        joining=group.joining,
        question=group.question,
        who_posts=group.who_posts,
        who_replies=group.who_replies,
        slow_mode=group.slow_mode,
        approve_first=group.approve_first,
    )


async def join(request: Request) -> Response:
    """Become a member, or ask to be let in: as the group has it, and as one was invited."""
    await count_change(request, "group")
    form = await read_json(request, JoinForm)
    check_texts(form.answer)
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request)
        group = await queries.get_group(tx, viewer, handle_of(request))
        if group.role is None and await queries.find_invitation(tx, group.id, viewer.acting_as) is not None:
            await actions.accept_invitation(tx, viewer, group.id)
        elif group.joining is Joining.REQUEST:
            await actions.ask_to_join(tx, viewer, group.id, form.answer)
        else:
            await actions.join_group(tx, viewer, group.id)
        return answered(await _found(tx, request, viewer, group.id))


def _changing(change: Change) -> View:
    async def view(request: Request) -> Response:
        await count_change(request, "group")
        async with request.site.database.write() as tx:
            viewer = await viewer_in(tx, request)
            group = await queries.get_group(tx, viewer, handle_of(request))
            await change(tx, viewer, group.id)
        return done()

    return view


async def accept_invitation(request: Request) -> Response:
    """The group may be secret: it is named by its id, and found by the invitation alone."""
    await count_change(request, "group")
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request)
        id_ = id_of(request, "group_invitation_over")
        await actions.accept_invitation(tx, viewer, id_)
        return answered(await _found(tx, request, viewer, id_))


async def decline_invitation(request: Request) -> Response:
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request)
        await actions.decline_invitation(tx, viewer, id_of(request, "group_invitation_over"))
    return done()


def _post(path: str, view: View, summary: str, answer: Any = None, body: Any = None, status: int = 200) -> Endpoint:
    status = status if answer is not None else 204
    return Endpoint("POST", path, view, summary, answer, "write", body, query=(ACTING_AS,), status=status)


ENDPOINTS = [
    Endpoint(
        "GET",
        "/groups",
        list_groups,
        "Groups that you are not in, those with many members first",
        answers.Groups,
        query=(WORDS, Parameter("tag", "Only those about this."), SKIP, LIMIT),
    ),
    Endpoint("GET", "/me/groups", list_own, "The groups you are in", answers.Groups, "read"),
    Endpoint("GET", "/me/invitations", list_inviting, "Groups that invite you", answers.Groups, "read"),
    _post("/me/invitations/{id}/accept", accept_invitation, "Join a group that invites you", answers.WholeGroup),
    _post("/me/invitations/{id}/decline", decline_invitation, "Decline an invitation"),
    _post("/groups", create, "Found a group", answers.WholeGroup, GroupForm, 201),
    Endpoint("GET", "/groups/{handle}", get_group, "A group", answers.WholeGroup),
    Endpoint(
        "PATCH",
        "/groups/{handle}",
        edit,
        "Change a group",
        answers.WholeGroup,
        "write",
        GroupEdit,
        query=(ACTING_AS,),
    ),
    Endpoint(
        "GET",
        "/groups/{handle}/conversations",
        list_conversations,
        "What is said in a group",
        answers.Cards,
        query=(BEFORE, LIMIT),
    ),
    _post("/groups/{handle}/join", join, "Join, or ask to be let in", answers.WholeGroup, JoinForm),
    _post("/groups/{handle}/withdraw", _changing(actions.withdraw_joining), "Take your request back"),
    _post("/groups/{handle}/leave", _changing(actions.leave_group), "Leave a group"),
    _post("/groups/{handle}/close", _changing(actions.close_group), "From now on it is only read"),
    _post("/groups/{handle}/reopen", _changing(actions.reopen_group), "Open it again"),
]

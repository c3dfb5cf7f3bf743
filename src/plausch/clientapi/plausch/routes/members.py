"""Members of groups: who they are, and what those who look after a group do about them."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.responses import Response

from plausch.clientapi.plausch import answers, present
from plausch.clientapi.plausch.asking import (
    answered,
    as_id,
    count_change,
    done,
    handle_of,
    id_of,
    limit_of,
    skip_of,
    viewer_in,
    words_of,
)
from plausch.clientapi.plausch.bodies import ActorChoice, BanForm, ReasonForm, RoleForm
from plausch.clientapi.plausch.endpoints import ACTING_AS, LIMIT, SKIP, WORDS, Endpoint
from plausch.clientapi.plausch.posting import check_texts
from plausch.groups import actions, queries
from plausch.groups.model import Group
from plausch.http.forms import read_json
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel import clock
from plausch.kernel.errors import NotAllowed
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Read, Write

_WHO = "member_not_found"
OnMember = Callable[[Write, Viewer, int, int], Awaitable[None]]


async def _inside(tx: Read, request: Request) -> Group:
    """The group, for its members; others who know it learn that it is not for them."""
    group = await queries.get_group(tx, request.viewer, handle_of(request))
    if group.role is None:
        raise NotAllowed("group_not_for_you")
    return group


async def _looked_after(tx: Read, request: Request) -> Group:
    group = await queries.get_group(tx, request.viewer, handle_of(request))
    if not group.looked_after:
        raise NotAllowed("not_allowed")
    return group


async def _actors(tx: Read, request: Request, ids: Iterable[int]) -> dict[int, Actor]:
    return await people.list_actors(tx, request.viewer, list(ids))


async def list_members(request: Request) -> Response:
    limit, skip, words = limit_of(request), skip_of(request), words_of(request)
    async with request.site.database.read() as tx:
        group = await _inside(tx, request)
        found = await queries.list_members(tx, request.viewer, group.id, limit + 1, skip, words)
        actors = await _actors(tx, request, [one.actor_id for one in found])
    members = [
        present.member_of(request.site, one, actors[one.actor_id]) for one in found[:limit] if one.actor_id in actors
    ]
    return answered(answers.Members(members=members, next=skip + limit if len(found) > limit else None))


async def list_requests(request: Request) -> Response:
    limit, skip = limit_of(request), skip_of(request)
    async with request.site.database.read() as tx:
        group = await _looked_after(tx, request)
        found = await queries.list_requests(tx, request.viewer, group.id, limit + 1, skip)
        actors = await _actors(tx, request, [one.actor_id for one in found])
    asking = found[:limit]
    shown = [present.asking_of(request.site, one, actors[one.actor_id]) for one in asking if one.actor_id in actors]
    return answered(answers.JoinRequests(requests=shown, next=skip + limit if len(found) > limit else None))


async def list_bans(request: Request) -> Response:
    limit, skip = limit_of(request), skip_of(request)
    async with request.site.database.read() as tx:
        group = await _looked_after(tx, request)
        found = await queries.list_bans(tx, group.id, limit + 1, skip)
        actors = await _actors(tx, request, [one.actor_id for one in found])
    bans = [present.ban_of(request.site, one, actors[one.actor_id]) for one in found[:limit] if one.actor_id in actors]
    return answered(answers.Bans(bans=bans, next=skip + limit if len(found) > limit else None))


async def invite(request: Request) -> Response:
    form = await read_json(request, ActorChoice)
    return await _change(request, actions.invite_to_group, as_id(form.actor, _WHO))


async def hand_over(request: Request) -> Response:
    form = await read_json(request, ActorChoice)
    return await _change(request, actions.hand_over_group, as_id(form.actor, _WHO))


async def set_role(request: Request) -> Response:
    form = await read_json(request, RoleForm)
    return await _change(request, actions.set_group_role, id_of(request, _WHO), form.role)


async def remove(request: Request) -> Response:
    form = await read_json(request, ReasonForm)
    check_texts(form.reason)
    return await _change(request, actions.remove_member, id_of(request, _WHO), form.reason)


async def ban(request: Request) -> Response:
    form = await read_json(request, BanForm)
    check_texts(form.reason)
    ends_at = clock.now() + form.days * clock.DAY if form.days is not None else None
    return await _change(request, actions.ban, as_id(form.actor, _WHO), form.reason, ends_at)


async def _change(request: Request, action: Callable[..., Awaitable[None]], actor: int, *more: Any) -> Response:
    await count_change(request, "group")
    async with request.site.database.write() as tx:
        viewer = await viewer_in(tx, request)
        group = await queries.get_group(tx, viewer, handle_of(request))
        await action(tx, viewer, group.id, actor, *more)
    return done()


def _on_member(action: OnMember) -> View:
    async def view(request: Request) -> Response:
        return await _change(request, action, id_of(request, _WHO))

    return view


def _write(method: str, path: str, view: View, summary: str, body: Any = None) -> Endpoint:
    return Endpoint(
        method, f"/groups/{{handle}}{path}", view, summary, None, "write", body, query=(ACTING_AS,), status=204
    )


ENDPOINTS = [
    Endpoint(
        "GET",
        "/groups/{handle}/members",
        list_members,
        "Who is in a group, for its members",
        answers.Members,
        "read",
        query=(WORDS, SKIP, LIMIT),
    ),
    Endpoint(
        "GET",
        "/groups/{handle}/requests",
        list_requests,
        "Who asks to be let in",
        answers.JoinRequests,
        "read",
        query=(SKIP, LIMIT),
    ),
    Endpoint("GET", "/groups/{handle}/bans", list_bans, "Who is kept out", answers.Bans, "read", query=(SKIP, LIMIT)),
    _write("POST", "/requests/{id}/accept", _on_member(actions.accept_joining), "Let somebody in"),
    _write("POST", "/requests/{id}/decline", _on_member(actions.decline_joining), "Decline a request quietly"),
    _write("POST", "/invitations", invite, "Invite somebody", ActorChoice),
    _write("DELETE", "/invitations/{id}", _on_member(actions.uninvite), "Take an invitation back"),
    _write("PUT", "/members/{id}/role", set_role, "Give a member another role", RoleForm),
    _write("POST", "/members/{id}/remove", remove, "Take somebody out, who may come back", ReasonForm),
    _write("POST", "/owner", hand_over, "Hand the group over to another member", ActorChoice),
    _write("POST", "/bans", ban, "Take somebody out and keep them out", BanForm),
    _write("DELETE", "/bans/{id}", _on_member(actions.unban), "Let somebody come back"),
]

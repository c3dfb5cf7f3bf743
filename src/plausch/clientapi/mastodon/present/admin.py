"""Accounts as those see them who look after the place."""

from collections.abc import Mapping, Sequence

import msgspec

from plausch.clientapi.mastodon.entities.accounts import AccountBody
from plausch.clientapi.mastodon.entities.admin import AdminAccount
from plausch.clientapi.mastodon.joining import join_accounts
from plausch.clientapi.mastodon.present.accounts import account_url, face_of, present_role
from plausch.http.request import Request
from plausch.http.site import Site
from plausch.kernel.ids import moment_of
from plausch.language.formats import exact_iso
from plausch.people import queries as people
from plausch.people.model import Account, Actor, ActorKind, Role, Standing, Viewer
from plausch.storage import Read
from plausch.storage.parts import Part

_encode = msgspec.json.Encoder().encode
_NOT_IN = (Standing.WAITING, Standing.DECLINED)


async def present_members(
    tx: Read, request: Request, found: Sequence[Account]
) -> tuple[dict[int, AdminAccount], list[Part]]:
    """Those with an account, by id."""
    bodies, made = await _bodies(tx, request, [one.person_id for one in found])
    reasons = {one.person_id: one.reason for one in await people.list_waiting(tx, request.viewer)}
    members = {
        one.person_id: AdminAccount(
            id=str(one.person_id),
            username=one.handle,
            created_at=exact_iso(one.created_at),
            email=one.email if request.viewer.owner else "",
            locale=one.locale,
            invite_request=reasons.get(one.person_id),
            role=present_role(Viewer(one.person_id, one.person_id, one.role)),
            confirmed=one.confirmed,
            approved=one.standing not in _NOT_IN,
            silenced=one.standing is Standing.LIMITED,
            suspended=one.standing is Standing.SUSPENDED,
            account=msgspec.Raw(bodies[one.person_id]),
        )
        for one in found
        if one.person_id in bodies
    }
    return members, made


async def present_anybody(tx: Read, request: Request, ids: Sequence[int]) -> tuple[dict[int, AdminAccount], list[Part]]:
    """The same for pages and groups, too, which have no account of their own."""
    members, made = await present_members(tx, request, await people.list_these_members(tx, request.viewer, ids))
    rest = [id_ for id_ in ids if id_ not in members]
    if rest:
        known = await people.list_known(tx, request.viewer, rest)
        bodies, more = await _bodies(tx, request, rest)
        members |= {one.id: _without_account(one, bodies[one.id]) for one in known.values() if one.id in bodies}
        made = [*made, *more]
    return members, made


def _without_account(actor: Actor, body: bytes) -> AdminAccount:
    return AdminAccount(
        id=str(actor.id),
        username=actor.handle,
        created_at=exact_iso(moment_of(actor.id)),
        email="",
        locale=None,
        invite_request=None,
        role=present_role(Viewer(actor.id, actor.id, Role.MEMBER)),
        confirmed=True,
        approved=True,
        silenced=actor.standing is Standing.LIMITED,
        suspended=actor.standing is Standing.SUSPENDED,
        account=msgspec.Raw(body),
    )


async def _bodies(tx: Read, request: Request, ids: Sequence[int]) -> tuple[Mapping[int, bytes], list[Part]]:
    """Whoever is not shown to anybody is shown here by name and face."""
    bodies, made = await join_accounts(tx, request, ids, blocked_too=True)
    hidden = [id_ for id_ in ids if id_ not in bodies]
    known = await people.list_known(tx, request.viewer, hidden) if hidden else {}
    return {**bodies, **{id_: _hidden(request.site, one) for id_, one in known.items()}}, made


def _hidden(site: Site, actor: Actor) -> bytes:
    url, face = account_url(site, actor), face_of(site, actor)
    header = site.absolute("/assets/no-header.png")
    body = AccountBody(
        id=str(actor.id),
        username=actor.handle,
        acct=actor.handle,
        display_name=actor.shown_name,
        locked=actor.locked,
        group=actor.kind is ActorKind.GROUP,
        created_at=exact_iso(moment_of(actor.id)),
        note="",
        url=url,
        uri=url,
        avatar=face,
        avatar_static=face,
        header=header,
        header_static=header,
        emojis=[],
        fields=[],
    )
    counted = b',"followers_count":0,"following_count":0,"statuses_count":0,"last_status_at":null'
    suspended = b',"suspended":true' if actor.standing is Standing.SUSPENDED else b""
    return _encode(body)[:-1] + counted + suspended + b"}"

"""What the pages of groups have in common: which one, how the viewer stands to it, and what was typed about it."""

from typing import NamedTuple, TypeVar

from starlette.datastructures import FormData

from plausch.groups import queries
from plausch.groups.actions import Links
from plausch.groups.model import (
    Ban,
    Group,
    GroupDraft,
    GroupInvitation,
    Joining,
    JoinRequest,
    Visibility,
    Who,
    permits,
)
from plausch.http.forms import field
from plausch.http.request import Request
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.kernel.ids import parse_id
from plausch.storage import Read
from plausch.web.places import handle_of

ChoiceT = TypeVar("ChoiceT", Visibility, Joining, Who)
#: What the form of a group has, as it is at the beginning.
FIELDS = {
    "name": "",
    "handle": "",
    "about": "",
    "rules": "",
    "topics": "",
    "language": "",
    "visibility": Visibility.PUBLIC.value,
    "joining": Joining.OPEN.value,
    "question": "",
    "who_posts": Who.MEMBERS.value,
    "who_replies": Who.MEMBERS.value,
    "slow_mode": "0",
    "approve_first": "0",
}


class Standing(NamedTuple):
    """A group as the viewer meets it."""

    group: Group
    #: The viewer's own request, invitation and ban, where it is no member.
    asked: JoinRequest | None = None
    invitation: GroupInvitation | None = None
    banned: Ban | None = None
    #: Open requests, for those who look after it.
    requests: int = 0
    #: Whether it has boards.
    boards: bool = False

    @property
    def may_post(self) -> bool:
        group = self.group
        return group.closed_at is None and group.readable and permits(group.who_posts, group.role)


async def group_in(tx: Read, request: Request) -> Group:
    """The group in the path. Raises NotFound, also for a secret one of which the viewer is no member."""
    group = await queries.get_group(tx, request.viewer, handle_of(request))
    request.visited.add(group.id)
    return group


async def standing_in(tx: Read, request: Request) -> Standing:
    """The same, with how the viewer stands to it."""
    group, viewer = await group_in(tx, request), request.viewer
    boards = bool(await queries.list_boards(tx, group.id)) if group.readable else False
    if group.role is not None or not viewer.signed_in:
        waiting = await queries.count_requests(tx, viewer, group.id) if group.looked_after else 0
        return Standing(group, requests=waiting, boards=boards)
    return Standing(
        group,
        await queries.find_request(tx, group.id, viewer.acting_as),
        await queries.find_invitation(tx, group.id, viewer.acting_as),
        await queries.find_ban(tx, group.id, viewer.acting_as),
        boards=boards,
    )


async def inside(tx: Read, request: Request) -> Standing:
    """The same for members. Of a group that others know they learn that it is for members only."""
    standing = await standing_in(tx, request)
    if standing.group.role is None:
        raise NotAllowed("group_not_for_you")
    return standing


async def looked_after(tx: Read, request: Request) -> Standing:
    """The same for those who look after it. Raises NotAllowed for everybody else who may know of it."""
    standing = await standing_in(tx, request)
    if not standing.group.looked_after:
        raise NotAllowed("not_allowed")
    return standing


def links_of(request: Request) -> Links:
    addresses = request.site.addresses
    return Links(addresses.profile, addresses.tag, addresses.here)


def actor_in(form: FormData) -> int:
    """Whom a button is about. Raises NotFound."""
    found = parse_id(field(form, "actor"))
    if found is None:
        raise NotFound("member_not_found")
    return found


def sent(form: FormData) -> dict[str, str]:
    """What the form has, which is not all for everybody."""
    return {name: field(form, name) for name in FIELDS if name in form}


def as_draft(values: dict[str, str]) -> GroupDraft:
    """Raises Invalid for a choice that is not on offer."""
    return GroupDraft(
        name=values["name"],
        handle=values["handle"],
        about=values["about"],
        rules=values["rules"],
        topics=tuple(values["topics"].replace(",", " ").split()),
        language=values["language"][:3] if values["language"].isalpha() else "",
        visibility=_choice("visibility", Visibility, values["visibility"]),
        joining=_choice("joining", Joining, values["joining"]),
        question=values["question"],
        who_posts=_choice("who_posts", Who, values["who_posts"]),
        who_replies=_choice("who_replies", Who, values["who_replies"]),
        slow_mode=_number("slow_mode", values["slow_mode"]),
        approve_first=_number("approve_first", values["approve_first"]),
    )


def _choice(name: str, kind: type[ChoiceT], value: str) -> ChoiceT:
    try:
        return kind(value)
    except ValueError as error:
        raise Invalid(name, "choice_unknown") from error


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        raise Invalid(name, "choice_unknown")
    return int(text)

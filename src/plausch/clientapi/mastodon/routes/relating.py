"""`/api/v1/accounts/:id/follow` and its like: how somebody wants to stand to somebody else."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from plausch.clientapi.mastodon.answers import answered, count_change, id_of
from plausch.clientapi.mastodon.endpoints import Endpoint
from plausch.clientapi.mastodon.forms import Fields, read_fields
from plausch.clientapi.mastodon.standing import get_standing
from plausch.feeds import actions as feeds
from plausch.groups import actions as groups
from plausch.groups import queries as group_queries
from plausch.groups.model import Group, Joining
from plausch.http.request import Request
from plausch.http.routing import View
from plausch.kernel import clock
from plausch.kernel.errors import NotFound
from plausch.people import actions, queries
from plausch.people.model import Viewer
from plausch.storage import Write

Change = Callable[[Write, Viewer, int, Fields], Awaitable[None]]
#: Changes in ten minutes.
_MOST = 300
#: No mute that ends lasts longer, in seconds.
_LONGEST = 10 * 366 * 86_400


def _doing(change: Change) -> View:
    """The view that does it, and says how the two stand then."""

    async def view(request: Request) -> Response:
        await count_change(request, "relate", _MOST)
        fields, target, viewer = await read_fields(request), id_of(request), request.viewer
        async with request.site.database.write() as tx:
            if target not in await queries.list_relationships(tx, viewer, [target]):
                raise NotFound("actor_not_found")
            await change(tx, viewer, target, fields)
            return answered(await get_standing(tx, viewer, target))

    return view


async def _follow(tx: Write, viewer: Viewer, target: int, fields: Fields) -> None:
    group = await group_queries.find_group(tx, viewer, target)
    if group is not None and group.role is None:
        await _join(tx, viewer, group)
    else:
        await actions.follow(tx, viewer, target)
    how = {"notify": fields.flag("notify"), "shares": fields.flag("reblogs")}
    languages = fields.texts("languages") if "languages" in fields else None
    if languages is not None or any(one is not None for one in how.values()):
        await feeds.set_followed_how(tx, viewer, target, **how, languages=languages)


async def _join(tx: Write, viewer: Viewer, group: Group) -> None:
    """Whoever follows a group wants to be in it: nothing of one that is not for everybody is seen by a follower."""
    if await group_queries.find_invitation(tx, group.id, viewer.acting_as) is not None:
        await groups.accept_invitation(tx, viewer, group.id)
    elif group.joining is Joining.REQUEST:
        await groups.ask_to_join(tx, viewer, group.id, "")
    else:
        await groups.join_group(tx, viewer, group.id)


async def _unfollow(tx: Write, viewer: Viewer, target: int, fields: Fields) -> None:
    """Whoever is in a group stays in it, and only hears no more of it; whoever asks to be in it asks no longer."""
    await actions.unfollow(tx, viewer, target)
    group = await group_queries.find_group(tx, viewer, target)
    if group is not None and group.role is None:
        await groups.withdraw_joining(tx, viewer, target)


async def _remove_follower(tx: Write, viewer: Viewer, target: int, fields: Fields) -> None:
    """Whoever is connected would go on reading as a follower does: that ends with it."""
    await actions.remove_follower(tx, viewer, target)
    await actions.disconnect(tx, viewer, target)


async def _block(tx: Write, viewer: Viewer, target: int, fields: Fields) -> None:
    await actions.block(tx, viewer, target)


async def _unblock(tx: Write, viewer: Viewer, target: int, fields: Fields) -> None:
    await actions.unblock(tx, viewer, target)


async def _mute(tx: Write, viewer: Viewer, target: int, fields: Fields) -> None:
    """With their notifications, whatever is wished; for `duration` seconds, or for good."""
    seconds = fields.number("duration") or 0
    if seconds > 0:
        await actions.mute_until(tx, viewer, target, clock.now() + min(seconds, _LONGEST) * clock.SECOND)
    else:
        await actions.mute(tx, viewer, target)


async def _unmute(tx: Write, viewer: Viewer, target: int, fields: Fields) -> None:
    await actions.unmute(tx, viewer, target)


async def _endorse(tx: Write, viewer: Viewer, target: int, fields: Fields) -> None:
    await feeds.endorse(tx, viewer, target)


async def _unendorse(tx: Write, viewer: Viewer, target: int, fields: Fields) -> None:
    await feeds.unendorse(tx, viewer, target)


async def _note(tx: Write, viewer: Viewer, target: int, fields: Fields) -> None:
    await actions.note_about(tx, viewer, target, fields.text("comment"))


_AT = "/api/v1/accounts/{id}"
ENDPOINTS = [
    Endpoint("POST", f"{_AT}/follow", _doing(_follow), "write:follows"),
    Endpoint("POST", f"{_AT}/unfollow", _doing(_unfollow), "write:follows"),
    Endpoint("POST", f"{_AT}/remove_from_followers", _doing(_remove_follower), "write:follows"),
    Endpoint("POST", f"{_AT}/block", _doing(_block), "write:blocks"),
    Endpoint("POST", f"{_AT}/unblock", _doing(_unblock), "write:blocks"),
    Endpoint("POST", f"{_AT}/mute", _doing(_mute), "write:mutes"),
    Endpoint("POST", f"{_AT}/unmute", _doing(_unmute), "write:mutes"),
    # `pin` is what older apps call it.
    Endpoint("POST", f"{_AT}/endorse", _doing(_endorse), "write:accounts"),
    Endpoint("POST", f"{_AT}/unendorse", _doing(_unendorse), "write:accounts"),
    Endpoint("POST", f"{_AT}/pin", _doing(_endorse), "write:accounts"),
    Endpoint("POST", f"{_AT}/unpin", _doing(_unendorse), "write:accounts"),
    Endpoint("POST", f"{_AT}/note", _doing(_note), "write:accounts"),
]

"""Conversations as the API has them: what is said between those who are named, with the last of it."""

from plausch.clientapi.mastodon.joining import find_sieve, join_accounts, join_statuses
from plausch.clientapi.mastodon.present.accounts import door_of
from plausch.feeds import queries as feeds
from plausch.feeds.model import FilterPlace
from plausch.http.request import Request
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind


async def join_conversation(tx: Read, request: Request, last: int) -> bytes | None:
    """The conversation that a post is the last of; None where the viewer may not see it, or it is not between some."""
    viewer = request.viewer
    post = await talk.find_post(tx, viewer, last)
    if post is None or post.audience_kind is not AudienceKind.PARTICIPANTS:
        return None
    piece = (await feeds.list_pieces(tx, viewer, door_of(request.site), [last])).get(last)
    if piece is None or piece.muted:
        return None
    joined = await join_statuses(tx, request, [piece], await find_sieve(tx, request, FilterPlace.CONVERSATIONS))
    if not joined.bodies:
        return None
    named = await talk.list_participants(tx, post.scope_id)
    accounts, _ = await join_accounts(tx, request, [id_ for id_ in named if id_ != viewer.acting_as])
    return b'{"id":"%d","unread":%b,"accounts":[%b],"last_status":%b}' % (
        post.conversation_id,
        b"false" if post.actor_id == viewer.acting_as else b"true",
        b",".join(accounts.values()),
        joined.one,
    )

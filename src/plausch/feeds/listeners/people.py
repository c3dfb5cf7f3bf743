"""Who follows, connects with and introduces whom; who comes and goes."""

from plausch.feeds import actions
from plausch.feeds.model import NotificationKind
from plausch.people import queries as people
from plausch.people.events import (
    AccountErased,
    ActorFollowed,
    ActorUnfollowed,
    ConnectionRequested,
    FollowRequested,
    IntroductionAnswered,
    IntroductionMade,
    PeopleConnected,
    PersonJoined,
    ProfileEdited,
    RequestClosed,
)
from plausch.people.model import Viewer
from plausch.storage import Write


async def on_actor_followed(tx: Write, fact: ActorFollowed) -> None:
    if fact.live:
        await actions.tell_reader(tx, fact.follower_id, "following")
        await actions.notify(tx, fact.target_id, NotificationKind.FOLLOWED, fact.follower_id, at=fact.occurred_at)


async def on_actor_unfollowed(tx: Write, fact: ActorUnfollowed) -> None:
    """Lists are of people one follows; unless it was followed again meanwhile."""
    follower = Viewer(fact.follower_id, fact.follower_id)
    if not (await people.get_relationship(tx, follower, fact.target_id)).follows:
        await actions.take_off_lists(tx, fact.follower_id, fact.target_id)
        await actions.forget_followed_how(tx, fact.follower_id, fact.target_id)
    await actions.tell_reader(tx, fact.follower_id, "following")


async def on_follow_requested(tx: Write, fact: FollowRequested) -> None:
    """One that an archive brought rings no bell: it waits among the requests."""
    if fact.live:
        await _request(tx, NotificationKind.FOLLOW_REQUESTED, fact.target_id, fact.follower_id, fact.request_id)


async def on_connection_requested(tx: Write, fact: ConnectionRequested) -> None:
    await _request(tx, NotificationKind.CONNECTION_REQUESTED, fact.target_id, fact.person_id, fact.request_id)


async def _request(tx: Write, kind: NotificationKind, target: int, source: int, request: int) -> None:
    if await people.find_request(tx, request) is not None:
        await actions.notify(tx, target, kind, source, request=request)


async def on_request_closed(tx: Write, fact: RequestClosed) -> None:
    """Unless it was made again meanwhile."""
    if await people.find_request(tx, fact.request_id) is None:
        await actions.forget_request(tx, fact.target_id, fact.request_id)


async def on_introduction_made(tx: Write, fact: IntroductionMade) -> None:
    """Both are asked, as long as they have not answered; not who wants to hear nothing of whoever made it."""
    for person in (fact.one_id, fact.other_id):
        viewer = Viewer(person, person)
        if await people.find_introduction(tx, viewer, fact.introduction_id) is None:
            continue
        if not (await people.get_relationship(tx, viewer, fact.made_by)).mutes:
            kind = NotificationKind.INTRODUCED
            await actions.notify(tx, person, kind, fact.made_by, request=fact.introduction_id, at=fact.occurred_at)


async def on_introduction_answered(tx: Write, fact: IntroductionAnswered) -> None:
    await actions.forget_request(tx, fact.person_id, fact.introduction_id)


async def on_people_connected(tx: Write, fact: PeopleConnected) -> None:
    if fact.live:
        await actions.notify(tx, fact.asked_by, NotificationKind.CONNECTED, fact.accepted_by, at=fact.occurred_at)


async def on_person_joined(tx: Write, fact: PersonJoined) -> None:
    await actions.index_person(tx, fact.person_id)


async def on_profile_edited(tx: Write, fact: ProfileEdited) -> None:
    await actions.index_person(tx, fact.actor_id)


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    await forget(tx, fact.person_id)


async def forget(tx: Write, actor: int) -> None:
    await actions.forget_person(tx, actor)
    await actions.forget_actor(tx, actor)
    await actions.forget_recipes(tx, actor)
    await actions.forget_reader(tx, actor)

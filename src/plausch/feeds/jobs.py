"""What feeds do outside of requests: counting trends, pushing notifications, and gathering them for a mail."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec

from plausch.feeds import actions, queries
from plausch.feeds.actions import PushJob
from plausch.feeds.model import FeedKind, Notification, NotificationKind, PushSubscription
from plausch.kernel import clock
from plausch.net import push
from plausch.net.fetching import GuardedClient
from plausch.people import queries as people
from plausch.people.model import Actor, Viewer
from plausch.storage import Database, Read, Write

#: The server's key for push services, by its name.
PUSH_KEY = "push"
#: Without anybody who finds new ones, scores count for so long (ms).
SCORES_LAST = clock.DAY
#: A sentence in a language: what somebody of this name did.
Describe = Callable[[str, NotificationKind, str], str]


class Pushed(NamedTuple):
    """What somebody is called for."""

    notification: Notification
    actor: Actor
    title: str
    language: str


#: The message for a program, in the form that its door knows; None: it knows none for that.
Compose = Callable[[Read, PushSubscription, Pushed], Awaitable[bytes | None]]


class PushFailed(Exception):
    """The push service could not take it; it may later."""


class PushedNotice(msgspec.Struct, frozen=True):
    """What a browser is told. Nothing of what was written: that is for whoever opens it."""

    title: str
    path: str
    #: One that follows takes the place of the one before.
    tag: str


async def find_trends(database: Database, _: object) -> None:
    """Count what is talked about: a long read, which keeps nobody from writing, and a short change."""
    async with database.slow_read() as read:
        tags = await queries.find_trending_tags(read)
        posts = await queries.find_trending_posts(read)
        links = await queries.find_trending_links(read)
    async with database.write() as tx:
        await actions.keep_trends(tx, tags, posts, links)


async def find_scores(database: Database, _: object) -> None:
    """Find anew what may stand in the feeds for everybody."""
    async with database.slow_read() as read:
        found = {FeedKind.LIVELY: await queries.find_lively(read), FeedKind.WAITING: await queries.find_waiting(read)}
    until = clock.now() + SCORES_LAST
    for feed, scores in found.items():
        async with database.write() as tx:
            await actions.put_scores(tx, feed, scores, until)


async def gather_mail(tx: Write, person: int) -> None:
    await actions.gather_mail(tx, person)


async def push_notification(
    database: Database, job: PushJob, client: GuardedClient, describe: Describe, compose: Compose
) -> None:
    """Push a notification, if it is still there and unread. Raises PushFailed."""
    async with database.read() as tx:
        browser = await _find_browser(tx, job)
        notice = await _compose(tx, job, browser, describe, compose) if browser is not None else None
        key = await queries.find_server_key(tx, PUSH_KEY)
    if browser is None:
        async with database.write() as write:
            await actions.unsubscribe_from_push(write, job.person_id, job.subscription_id)
        return
    if notice is None or key is None:
        return
    to = push.Subscription(browser.endpoint, browser.public_key, browser.secret)
    sent = await push.send(client, to, notice, key)
    if sent.gone:
        async with database.write() as write:
            await actions.unsubscribe_from_push(write, job.person_id, job.subscription_id)
    elif sent.again:
        raise PushFailed


async def _find_browser(tx: Read, job: PushJob) -> PushSubscription | None:
    """The browser or program, unless it has been signed out since."""
    subscriptions = await queries.list_push_subscriptions(tx, job.person_id)
    found = next((one for one in subscriptions if one.id == job.subscription_id), None)
    if found is None:
        return None
    open_ = (
        {token.id for token in await people.list_tokens(tx, job.person_id)}
        if found.of_program
        else {session.id for session in await people.list_sessions(tx, job.person_id, clock.now())}
    )
    return found if found.session_id in open_ else None


async def _compose(tx: Read, job: PushJob, to: PushSubscription, describe: Describe, compose: Compose) -> bytes | None:
    if not to.of_program:
        notice = await compose_push(tx, job, describe)
        return msgspec.json.encode(notice) if notice is not None else None
    found = await _find_pushed(tx, job, describe)
    return await compose(tx, to, found) if found is not None else None


async def compose_push(tx: Read, job: PushJob, describe: Describe) -> PushedNotice | None:
    """What to say to a browser, as things are now; None when there is nothing to say any more."""
    found = await _find_pushed(tx, job, describe)
    if found is None:
        return None
    about = found.notification
    return PushedNotice(found.title, f"/notifications/{about.id}", f"n{about.conversation_id or about.id}")


async def _find_pushed(tx: Read, job: PushJob, describe: Describe) -> Pushed | None:
    viewer = Viewer(job.person_id, job.person_id)
    found = await queries.find_notification(tx, viewer, job.notification_id)
    if found is None or found.read_at is not None:
        return None
    account = await people.get_account(tx, job.person_id)
    actors = await people.list_actors(tx, viewer, [found.actor_id, found.page_id])
    actor = actors.get(found.actor_id)
    if actor is None:
        return None
    title = describe(account.locale, found.kind, actor.shown_name)
    if found.page_id in actors:
        title = f"{actors[found.page_id].shown_name}: {title}"
    return Pushed(found, actor, title, account.locale)

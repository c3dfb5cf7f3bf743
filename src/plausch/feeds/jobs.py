"""What feeds do outside of requests: counting trends, pushing notifications, and gathering them for a mail."""

from collections.abc import Callable

import msgspec

from plausch.feeds import actions, queries
from plausch.feeds.actions import PushJob
from plausch.feeds.model import FeedKind, NotificationKind, PushSubscription
from plausch.kernel import clock
from plausch.net import push
from plausch.net.fetching import GuardedClient
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Database, Read, Write

#: The server's key for push services, by its name.
PUSH_KEY = "push"
#: Without anybody who finds new ones, scores count for so long (ms).
SCORES_LAST = clock.DAY
#: A sentence in a language: what somebody of this name did.
Describe = Callable[[str, NotificationKind, str], str]


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
    async with database.write() as tx:
        await actions.keep_trends(tx, tags, posts)


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


async def push_notification(database: Database, job: PushJob, client: GuardedClient, describe: Describe) -> None:
    """Push a notification, if it is still there and unread. Raises PushFailed."""
    async with database.read() as tx:
        browser = await _find_browser(tx, job)
        notice = await compose_push(tx, job, describe) if browser is not None else None
        key = await queries.find_server_key(tx, PUSH_KEY)
    if browser is None:
        async with database.write() as write:
            await actions.unsubscribe_from_push(write, job.person_id, job.subscription_id)
        return
    if notice is None or key is None:
        return
    to = push.Subscription(browser.endpoint, browser.public_key, browser.secret)
    sent = await push.send(client, to, msgspec.json.encode(notice), key)
    if sent.gone:
        async with database.write() as write:
            await actions.unsubscribe_from_push(write, job.person_id, job.subscription_id)
    elif sent.again:
        raise PushFailed


async def _find_browser(tx: Read, job: PushJob) -> PushSubscription | None:
    """The browser, unless it has been signed out since."""
    subscriptions = await queries.list_push_subscriptions(tx, job.person_id)
    open_ = {session.id for session in await people.list_sessions(tx, job.person_id, clock.now())}
    return next((one for one in subscriptions if one.id == job.subscription_id and one.session_id in open_), None)


async def compose_push(tx: Read, job: PushJob, describe: Describe) -> PushedNotice | None:
    """What to say, as things are now; None when there is nothing to say any more."""
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
    return PushedNotice(title, f"/notifications/{found.id}", f"n{found.conversation_id or found.id}")

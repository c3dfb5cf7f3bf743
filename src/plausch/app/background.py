"""Who reacts to which fact, and what is done from time to time."""

from collections.abc import Sequence
from inspect import getmembers, iscoroutinefunction
from types import ModuleType
from typing import get_type_hints

from plausch.app.nights import BEGIN, EVERY, Nights
from plausch.clientapi.mastodon.pushing import compose_for
from plausch.community import listeners as community_listeners
from plausch.exchange import errands
from plausch.exchange import listeners as exchange_listeners
from plausch.exchange.host import Host
from plausch.feeds import actions as feeds_actions
from plausch.feeds import jobs as feeds_jobs
from plausch.feeds import listeners as feeds_listeners
from plausch.groups import listeners as group_listeners
from plausch.http.limits import prune_limits
from plausch.http.site import ADDRESSES, profile_path
from plausch.insights import actions as insights_actions
from plausch.insights import jobs as insights_jobs
from plausch.insights import listeners as insights_listeners
from plausch.insights.model.findings import Scope
from plausch.kernel import clock
from plausch.mail import listeners as mail_listeners
from plausch.mail.jobs import Mailroom
from plausch.mail.listeners import Order
from plausch.moderation import jobs as moderation_jobs
from plausch.moderation import listeners as moderation_listeners
from plausch.net.fetching import GuardedClient, refusing
from plausch.people import actions as people_actions
from plausch.people import jobs as people_jobs
from plausch.storage import Database, Write
from plausch.storage.media import MediaStore
from plausch.talk import actions as talk_actions
from plausch.talk import jobs as talk_jobs
from plausch.talk import listeners as talk_listeners
from plausch.web.notices import describe
from plausch.work.registry import Registry

_NOTHING = type(None)
_LISTENERS = (
    *(community_listeners, group_listeners, talk_listeners),
    *feeds_listeners.MODULES,
    *(moderation_listeners, insights_listeners),
)


def register_all(
    media: MediaStore,
    outgoing: GuardedClient | None = None,
    mailroom: Mailroom | None = None,
    host: Host | None = None,
    nights: Nights | None = None,
) -> Registry:
    """Every listener and job of the server. Without `outgoing` nothing on the web is asked.

    Without a mailroom nobody is written to: the past is only played.
    """
    registry = Registry()
    outgoing = outgoing or refusing()
    for module in _LISTENERS:
        _listen(registry, module)
    registry.job("people.check_stale_links", _NOTHING, people_jobs.check_stale_links, every=clock.DAY)

    async def check_links(database: Database, actor: int) -> None:
        await people_jobs.check_links(
            database, actor, outgoing, lambda handle: outgoing.base_url + profile_path(handle)
        )

    registry.task(people_actions.CHECK_LINKS, int, check_links)
    registry.job(talk_listeners.ERASE_POSTS, int, talk_jobs.erase_posts)
    registry.job(talk_listeners.NARROW_PLACE, int, talk_jobs.narrow_place)
    registry.job(talk_listeners.ERASE_PLACE, int, talk_jobs.erase_place)
    registry.job(people_actions.END_MUTE, tuple[int, int], people_actions.end_mute)
    registry.job("people.end_accounts", _NOTHING, people_jobs.end_accounts, every=clock.HOUR)
    registry.job("people.forget_sessions", _NOTHING, people_jobs.forget_sessions, every=clock.DAY)
    registry.job("people.forget_requests", _NOTHING, people_jobs.forget_requests, every=clock.DAY)
    registry.job("talk.drop_loose_pictures", _NOTHING, talk_jobs.drop_loose_pictures, every=clock.HOUR)
    registry.job("talk.drop_visitor_replies", _NOTHING, talk_jobs.drop_visitor_replies, every=clock.HOUR)
    registry.job("talk.drop_sent_forms", _NOTHING, talk_jobs.drop_sent_forms, every=clock.HOUR)
    registry.job("http.prune_limits", _NOTHING, prune_limits, every=clock.HOUR)
    registry.job("moderation.clear_copies", _NOTHING, moderation_jobs.clear_copies, every=clock.HOUR)
    registry.task("feeds.find_trends", _NOTHING, feeds_jobs.find_trends, every=clock.HOUR)
    registry.task("feeds.find_scores", _NOTHING, feeds_jobs.find_scores, every=clock.HOUR)
    registry.task(talk_listeners.DETECT_LANGUAGE, int, talk_jobs.detect_language)
    _find_out(registry, nights)

    async def publish_draft(tx: Write, draft: int) -> None:
        await talk_jobs.publish_draft(tx, draft, host.addresses if host is not None else ADDRESSES)

    registry.job(talk_actions.PUBLISH_DRAFT, int, publish_draft)

    registry.job(feeds_actions.GATHER_MAIL, int, feeds_jobs.gather_mail)

    pushing = outgoing.apart()

    async def push(database: Database, job: feeds_actions.PushJob) -> None:
        await feeds_jobs.push_notification(database, job, pushing, describe, compose_for(outgoing.base_url))

    registry.task(feeds_actions.PUSH, feeds_actions.PushJob, push)

    async def fetch_preview(database: Database, post: int) -> None:
        await talk_jobs.fetch_preview(database, post, media=media, outgoing=outgoing)

    registry.task(talk_listeners.FETCH_PREVIEW, int, fetch_preview)

    async def make_picture_fit(database: Database, picture: int) -> None:
        await talk_jobs.make_picture_fit(database, picture, media=media)

    registry.task(talk_actions.PREPARE_PICTURE, int, make_picture_fit)
    registry.job("talk.drop_previews", _NOTHING, talk_jobs.drop_previews, every=clock.HOUR)
    registry.job(talk_actions.END_POLL, int, talk_actions.end_poll)

    async def delete_files(_: Database, keys: Sequence[str]) -> None:
        await media.delete(keys)

    registry.task(talk_listeners.DELETE_FILES, list[str], delete_files)
    _listen(registry, exchange_listeners)
    if host is not None:
        _exchange(registry, host)
    if mailroom is not None:
        _listen(registry, mail_listeners)
        registry.task(mail_listeners.SEND_LETTER, Order, mailroom.send_letter)
        registry.task(mail_listeners.FORGET_LETTERS, int, mailroom.forget_letters)
    return registry


def _find_out(registry: Registry, nights: Nights | None) -> None:
    """Insights: who counts in them, what is computed, weekly letters. Only a running server computes by itself."""

    async def make_letters(database: Database, _: object) -> None:
        await insights_actions.make_letters(database)

    registry.task(insights_listeners.RECOUNT_ACTOR, int, insights_jobs.recount_actor)
    registry.task(insights_listeners.RECOUNT_PLACE, int, insights_jobs.recount_place)
    registry.task(insights_listeners.RECOUNT_CONVERSATION, int, insights_jobs.recount_conversation)
    registry.job("insights.pass_on_greetings", _NOTHING, insights_jobs.pass_on_greetings, every=clock.HOUR)
    registry.job("insights.drop_visits", _NOTHING, insights_jobs.drop_visits, every=clock.DAY)

    async def leave_it(_: Database, __: object) -> None: ...

    registry.task(insights_listeners.COMPUTE, _NOTHING, nights.compute if nights is not None else leave_it)
    if nights is not None:
        registry.task(BEGIN, _NOTHING, nights.begin, every=EVERY)
    registry.task("insights.make_letters", _NOTHING, make_letters, every=clock.HOUR)
    registry.task(insights_actions.MEASURE_WEEKS, Scope, insights_actions.measure_weeks)
    registry.task(insights_actions.MEASURE_TARGET, Scope, insights_actions.measure_target)


def _exchange(registry: Registry, host: Host) -> None:
    """Archives in and out; only a running server has people who ask for them."""

    async def run_errand(_: Database, errand: int) -> None:
        await errands.run_errand(host, errand)

    async def prune_errands(_: Database, __: object) -> None:
        await errands.prune_errands(host)

    async def delete_archives(_: Database, gone: Sequence[int]) -> None:
        await errands.delete_archives(host, gone)

    registry.task(errands.RUN, int, run_errand)
    registry.task(exchange_listeners.DELETE_ARCHIVES, list[int], delete_archives)
    registry.task("exchange.prune_errands", _NOTHING, prune_errands, every=clock.DAY)


def _listen(registry: Registry, module: ModuleType) -> None:
    """Register a module's `on_...` functions by the type of the fact they take."""
    for name, function in getmembers(module, iscoroutinefunction):
        if name.startswith("on_") and function.__module__ == module.__name__:
            registry.listen(get_type_hints(function)["fact"], function)

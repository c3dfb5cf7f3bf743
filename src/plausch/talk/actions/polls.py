"""Polls: asked with a post, answered once by each who sees it, told about when they are over."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.people import queries as people
from plausch.people.model import Viewer, check_may_act
from plausch.storage import Write, column_statement, param
from plausch.talk import queries
from plausch.talk.actions.holding import hold_post
from plausch.talk.events import PollEnded
from plausch.talk.model import PollDraft, check_poll
from plausch.talk.tables import poll_options, poll_votes, polls
from plausch.work.facts import record
from plausch.work.live import Notice, tell

#: The job that ends a poll; it waits in the queue until the moment has come.
END_POLL = "talk.end_poll"

_COUNT_VOTE = column_statement(
    sa.update(poll_options)
    .where(poll_options.c.post_id == param("id"), poll_options.c.place == param("nth"))
    .values(votes=poll_options.c.votes + param("change"))
)
_COUNT_VOTER = column_statement(
    sa.update(polls).where(polls.c.post_id == param("id")).values(voters=polls.c.voters + param("change"))
)
_CHANGE = column_statement(
    sa.update(polls)
    .where(polls.c.post_id == param("id"))
    .values(multiple=param("many", sa.Boolean()), hidden_until_end=param("hidden", sa.Boolean()), voters=0)
)
_DROP_VOTES = column_statement(sa.delete(poll_votes).where(poll_votes.c.post_id == param("id")))
_DROP_OPTIONS = column_statement(sa.delete(poll_options).where(poll_options.c.post_id == param("id")))
_DROP_POLL = column_statement(sa.delete(polls).where(polls.c.post_id == param("id")))
_DROP_VOTES_OF = column_statement(
    sa.delete(poll_votes).where(poll_votes.c.post_id == param("id"), poll_votes.c.actor_id == param("actor"))
)
_FORGET = column_statement(sa.delete(poll_votes).where(poll_votes.c.actor_id == param("actor")))
_RUNNING = column_statement(
    sa.select(poll_votes.c.post_id)
    .select_from(poll_votes.join(polls, polls.c.post_id == poll_votes.c.post_id))
    .where(poll_votes.c.actor_id == param("actor"), polls.c.ends_at > param("now"))
    .distinct()
    .limit(param("limit"))
)


async def vote(tx: Write, viewer: Viewer, post_id: int, places: Collection[int]) -> None:
    """Choose one option or, where that is asked, several, by their places; once and for all.

    Raises NotFound when the viewer may not see the post or it asks nothing, Conflict when it has voted before,
    NotAllowed when the poll is over, Invalid("choice", ...) for what is not offered.
    """
    check_may_act(viewer)
    await people.check_no_group(tx, viewer)
    await hold_post(tx, post_id)
    post = await queries.get_post(tx, viewer, post_id)
    poll = await queries.find_poll(tx, post_id)
    if poll is None:
        raise NotFound("poll_not_found")
    if poll.ends_at <= clock.now():
        raise NotAllowed("poll_over")
    if await queries.list_votes(tx, viewer.acting_as, post_id):
        raise Conflict("voted_already")
    chosen = set(places)
    if not chosen:
        raise Invalid("choice", "vote_missing")
    offered = range(len(await queries.list_options(tx, post_id)))
    if not chosen <= set(offered) or (len(chosen) > 1 and not poll.multiple):
        raise Invalid("choice", "choice_unknown")
    for place in sorted(chosen):
        await tx.insert(poll_votes, post_id=post_id, actor_id=viewer.acting_as, place=place)
        await tx.run(_COUNT_VOTE, id=post_id, nth=place, change=1)
    await tx.run(_COUNT_VOTER, id=post_id, change=1)
    # Not a fact, for nobody has to react to it; and not whose vote it was.
    await tell(tx, Notice(f"conversation:{post.conversation_id}", "voted", post_id))


async def ask_poll(tx: Write, post_id: int, poll: PollDraft, now: int) -> int:
    """Store a checked poll with its post; when it ends (ms)."""
    ends_at = now + poll.lasts
    await tx.insert(
        polls,
        post_id=post_id,
        multiple=poll.multiple,
        hidden_until_end=poll.hidden_until_end,
        ends_at=ends_at,
    )
    await _offer(tx, post_id, poll.options)
    return ends_at


async def change_poll(tx: Write, post_id: int, draft: PollDraft) -> bool:
    """Ask something else: whoever has voted did so for something else, so the vote begins anew. Its end stays.

    Whether it is something else. Raises Invalid("poll", ...). The post is held.
    """
    before = await queries.find_poll(tx, post_id)
    if before is None:
        raise Invalid("poll", "poll_not_found")
    poll = check_poll(draft)
    same = (poll.multiple, poll.hidden_until_end) == (before.multiple, before.hidden_until_end)
    if same and list(poll.options) == await queries.list_options(tx, post_id):
        return False
    if before.ends_at <= clock.now():
        raise Invalid("poll", "poll_over")
    await tx.run(_DROP_VOTES, id=post_id)
    await tx.run(_DROP_OPTIONS, id=post_id)
    await tx.run(_CHANGE, id=post_id, many=poll.multiple, hidden=poll.hidden_until_end)
    await _offer(tx, post_id, poll.options)
    return True


async def drop_poll(tx: Write, post_id: int) -> None:
    """It asks nothing any more, and nobody has answered. The post is held."""
    for statement in (_DROP_VOTES, _DROP_OPTIONS, _DROP_POLL):
        await tx.run(statement, id=post_id)


async def _offer(tx: Write, post_id: int, options: Sequence[str]) -> None:
    for place, text in enumerate(options):
        await tx.insert(poll_options, post_id=post_id, place=place, text=text)


async def end_poll(tx: Write, post_id: int) -> None:
    """People may vote no more: whoever took part is to hear of it. A poll that is gone has no end.

    Neither has one of a past that is only played: there the job comes before its time.
    """
    poll, place = await queries.find_poll(tx, post_id), await queries.find_whereabouts(tx, post_id)
    if poll is not None and place is not None and poll.ends_at <= clock.now():
        await record(tx, PollEnded(post_id=post_id, occurred_at=poll.ends_at, **place._asdict()))


async def forget_votes(tx: Write, actor: int, limit: int) -> bool:
    """Take back up to `limit` votes of somebody who is gone; False at the end.

    How a poll that is over went does not change any more: there only whose vote it was is forgotten.
    """
    running = await tx.all(_RUNNING, actor=actor, now=clock.now(), limit=limit)
    for post_id in running:
        await hold_post(tx, post_id)
        for place in await queries.list_votes(tx, actor, post_id):
            await tx.run(_COUNT_VOTE, id=post_id, nth=place, change=-1)
        if await tx.run(_DROP_VOTES_OF, id=post_id, actor=actor):
            await tx.run(_COUNT_VOTER, id=post_id, change=-1)
    if not running:
        await tx.run(_FORGET, actor=actor)
    return bool(running)

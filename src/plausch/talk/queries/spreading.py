"""Who passed a post on, and whom it moved to do something: for those whose post it is."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.people.model import Consent, Viewer
from plausch.people.queries import consents_to, is_present, no_block_between
from plausch.storage import Read, Statement, is_one_of, param
from plausch.talk.model import OPEN
from plausch.talk.queries.clauses import ME, own, post, seen_as, visible
from plausch.talk.tables import likes, posts, quotes, shares


class ShareRow(NamedTuple):
    id: int
    actor_id: int
    via_id: int | None
    at: int
    #: Whoever shared it lets themselves be counted in insights.
    counted: bool


class Response(NamedTuple):
    """That somebody did something about a post: `like`, `share`, `reply` or `quote`."""

    actor_id: int
    kind: str


_SHARES = Statement(
    sa.select(
        *(shares.c.id, shares.c.actor_id, shares.c.via_id, shares.c.at),
        consents_to(Consent.COUNT_IN_INSIGHTS, shares.c.actor_id),
    )
    .select_from(shares.join(post, post.c.id == shares.c.post_id))
    .where(post.c.id == param("id"), visible())
    .order_by(shares.c.at, shares.c.id)
    .limit(param("limit")),
    ShareRow,
)


def _responses() -> Statement[Response]:
    reply, quoting = posts.alias("reply"), posts.alias("quoting")
    # Who replies to replies was moved by how the conversation began.
    under = sa.or_(reply.c.parent_id == post.c.id, post.c.parent_id.is_(None))
    each = sa.union_all(
        sa.select(likes.c.actor_id.label("actor"), sa.literal("like").label("kind")).where(
            likes.c.post_id == param("id")
        ),
        sa.select(shares.c.actor_id, sa.literal("share")).where(shares.c.post_id == param("id")),
        sa.select(reply.c.actor_id, sa.literal("reply"))
        .select_from(post.join(reply, reply.c.conversation_id == post.c.conversation_id))
        .where(post.c.id == param("id"), reply.c.id != post.c.id, under, visible(reply)),
        sa.select(quoting.c.actor_id, sa.literal("quote"))
        .select_from(quotes.join(quoting, quoting.c.id == quotes.c.post_id))
        .where(quotes.c.quoted_id == param("id"), quotes.c.withdrawn_at.is_(None), visible(quoting)),
    ).subquery("response")
    whose = posts.alias("whose")
    own_side = (sa.select(column).where(whose.c.id == param("id")) for column in (whose.c.actor_id, whose.c.author_id))
    return Statement(
        sa.select(each.c.actor, each.c.kind)
        .distinct()
        .where(
            each.c.actor.not_in(sa.union_all(*own_side)),
            consents_to(Consent.COUNT_IN_INSIGHTS, each.c.actor),
            is_present(each.c.actor),
            no_block_between(ME, each.c.actor),
        ),
        Response,
    )


_RESPONSES = _responses()


class Passed(NamedTuple):
    """A post that others shared."""

    post_id: int
    shares: int


_PASSED = Statement(
    sa.select(post.c.id, post.c.shares)
    .where(post.c.author_id == param("person"), post.c.id >= param("since"), post.c.shares > 0, own(post), visible())
    .order_by(post.c.shares.desc(), post.c.id.desc())
    .limit(param("limit")),
    Passed,
)


class Delayed(NamedTuple):
    """A share of a post, and how long after it."""

    id: int
    post_id: int
    #: In ms.
    delay: int


_DELAYED = Statement(
    sa.select(shares.c.id, shares.c.post_id, shares.c.at - post.c.published_at)
    .select_from(shares.join(post, post.c.id == shares.c.post_id))
    .where(
        shares.c.id > param("after"),
        post.c.id >= param("since"),
        post.c.id < param("until"),
        post.c.deleted_at.is_(None),
        is_one_of(post.c.scope_kind, OPEN),
        shares.c.actor_id != post.c.actor_id,
        consents_to(Consent.COUNT_IN_INSIGHTS, post.c.author_id),
        consents_to(Consent.COUNT_IN_INSIGHTS, shares.c.actor_id),
    )
    .order_by(shares.c.id)
    .limit(param("limit")),
    Delayed,
)


async def list_shares(tx: Read, viewer: Viewer, id_: int, limit: int) -> list[ShareRow]:
    """Each share of a post, the oldest first, of whomever it is: they are to be shown without a name where the viewer
    may not see them, and where they are not to be counted."""
    return await tx.all(_SHARES, id=id_, limit=limit, **seen_as(viewer))


async def list_responses(tx: Read, viewer: Viewer, id_: int) -> list[Response]:
    """What others did about a post that the viewer may see: those who let themselves be counted, and each deed once."""
    return await tx.all(_RESPONSES, id=id_, **seen_as(viewer))


async def list_passed_on(tx: Read, viewer: Viewer, since: int, limit: int) -> list[Passed]:
    """The viewer's posts from an id on that were shared most."""
    return await tx.all(_PASSED, since=since, limit=limit, **seen_as(viewer))


async def list_delays(tx: Read, since: int, until: int, after: int, limit: int) -> list[Delayed]:
    """Shares behind the share `after`, of open posts from one id to another, for learning how posts spread: only of
    people who let themselves be counted."""
    return await tx.all(_DELAYED, since=since, until=until, after=after, limit=limit)

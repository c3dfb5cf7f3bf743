"""Quotes: somebody's post within another one, with the consent of whoever is quoted."""

import sqlalchemy as sa

from plausch.kernel import clock
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.people import queries as people
from plausch.people.model import Viewer, WhoQuotes
from plausch.storage import Read, Write, column_statement, param
from plausch.talk import queries
from plausch.talk.actions.placing import check_speaks_for
from plausch.talk.events import QuoteWithdrawn
from plausch.talk.model import OPEN, Audience, AudienceKind, Post, may_be_quoted
from plausch.talk.tables import posts, quotes
from plausch.work.facts import record

_WITHDRAW = column_statement(
    sa.update(quotes)
    .where(quotes.c.post_id == param("id"), quotes.c.withdrawn_at.is_(None))
    .values(withdrawn_at=param("now"))
)
_SET_WHO = column_statement(
    sa.update(posts).where(posts.c.id == param("id")).values(who_quotes=param("who", sa.Text()))
)


async def check_quote(tx: Write, viewer: Viewer, quoted_id: int, audience: Audience) -> Post:
    """The post that is to be quoted in one for `audience`.

    Raises NotFound when the viewer may not see it, NotAllowed when it may not quote it, Invalid("audience", ...) when
    the new post would be for more or for others.
    """
    quoted = await queries.get_post(tx, viewer, quoted_id)
    await check_consent(tx, viewer, quoted)
    if not may_be_quoted(quoted.audience, await queries.is_own(tx, viewer, quoted.id), audience):
        raise Invalid("audience", "quote_audience")
    return quoted


async def check_consent(tx: Read, viewer: Viewer, quoted: Post) -> None:
    """Whether whoever is quoted lets the viewer do so. Raises NotAllowed."""
    if await queries.is_own(tx, viewer, quoted.id):
        return
    if quoted.audience_kind not in (*OPEN, AudienceKind.GROUP):
        raise NotAllowed("not_quotable")
    speaker = await people.get_actor(tx, quoted.actor_id)
    who = WhoQuotes(quoted.who_quotes or speaker.who_quotes)
    if who is WhoQuotes.NOBODY:
        raise NotAllowed("quotes_refused")
    if who is WhoQuotes.FOLLOWERS:
        relationship = await people.get_relationship(tx, viewer, quoted.actor_id)
        if not (relationship.follows or relationship.connected):
            raise NotAllowed("quotes_for_followers")


async def set_who_quotes_post(tx: Write, viewer: Viewer, post_id: int, who: WhoQuotes) -> None:
    """Who may quote a post of one's own from now on; quotes there are stay. Raises NotFound, NotAllowed."""
    post = await queries.get_post(tx, viewer, post_id)
    if not await queries.is_own(tx, viewer, post_id):
        raise NotAllowed("not_yours")
    await check_speaks_for(tx, Viewer(viewer.person, post.actor_id))
    await tx.run(_SET_WHO, id=post_id, who=who.value)


async def attach_quote(tx: Write, post_id: int, quoted_id: int) -> None:
    await tx.insert(quotes, post_id=post_id, quoted_id=quoted_id)


async def withdraw_quote(tx: Write, viewer: Viewer, post_id: int) -> None:
    """Take back one's consent to be quoted in a post; it cannot be given again. Raises NotFound, NotAllowed."""
    found = await queries.find_quoted(tx, post_id)
    if found is None:
        raise NotFound("post_not_found")
    quoted = await queries.get_post(tx, viewer, found.quoted_id)
    if not await queries.is_own(tx, viewer, quoted.id):
        raise NotAllowed("not_yours")
    # What was said for a page or a group is that one's, whoever wrote it.
    await check_speaks_for(tx, Viewer(viewer.person, quoted.actor_id))
    place = await queries.find_whereabouts(tx, post_id)
    if await tx.run(_WITHDRAW, id=post_id, now=clock.now()) and place is not None:
        await record(tx, QuoteWithdrawn(post_id=post_id, conversation_id=place.conversation_id))

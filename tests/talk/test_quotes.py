"""Quotes: with whose consent, for whom, and how they end."""

from typing import Any

import pytest

from plausch.feeds import queries as feeds
from plausch.feeds.model import NotificationKind
from plausch.http.site import ADDRESSES
from plausch.kernel.errors import DomainError, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people.model import VISITOR, Viewer, WhoQuotes
from plausch.storage import Database
from plausch.talk import actions, queries
from plausch.talk.model import Audience, AudienceKind, PostEdit, Quote, QuoteState, may_be_quoted
from tests.harness.community import connect, join_all, publish, settle

WORDS = "Der See ist tiefer als gedacht"


async def say(database: Database, viewer: Viewer, source: str = WORDS, **draft: Any) -> int:
    async with database.write() as tx:
        return await publish(tx, viewer, source, **draft)


async def seen(database: Database, viewer: Viewer, post: int) -> Quote:
    async with database.read() as read:
        quote = (await queries.get_post(read, viewer, post)).quote
    assert quote is not None
    return quote


async def test_a_quote_shows_what_its_reader_may_see(database: Database) -> None:
    anna, ines, ben = await join_all(database, "anna", "ines", "ben")
    quoted = await say(database, anna)
    post = await say(database, ines, "Hört, hört", quote=quoted)
    for viewer in (VISITOR, anna, ines, ben):
        quote = await seen(database, viewer, post)
        assert (quote.state, quote.id, quote.handle) == (QuoteState.SHOWN, quoted, "anna")
        assert WORDS in quote.html
    await settle(database)
    async with database.read() as read:
        told = await feeds.list_notifications(read, anna, Page())
    assert [(one.kind, one.actor_id, one.post_id) for one in told] == [(NotificationKind.QUOTED, ines.person, post)]
    async with database.write() as tx:
        await people.block(tx, ben, anna.person)
    assert await seen(database, ben, post) == Quote(QuoteState.UNAVAILABLE)
    async with database.write() as tx:
        await people.block(tx, anna, ines.person)
    for viewer in (VISITOR, ines):
        assert await seen(database, viewer, post) == Quote(QuoteState.UNAVAILABLE), "they have parted"


async def test_consent_is_a_setting_and_each_posts_own(database: Database) -> None:
    anna, ines, ben = await join_all(database, "anna", "ines", "ben")
    async with database.write() as tx:
        await people.follow(tx, ines, anna.person)
    earlier = await say(database, anna)
    opened = await say(database, anna, who_quotes=WhoQuotes.EVERYBODY)
    closed = await say(database, anna, who_quotes=WhoQuotes.NOBODY)
    for limit, allowed in (
        (WhoQuotes.EVERYBODY, {ines, ben}),
        (WhoQuotes.FOLLOWERS, {ines}),
        (WhoQuotes.NOBODY, set()),
    ):
        async with database.write() as tx:
            await people.set_who_quotes(tx, anna, limit)
        for viewer in (ines, ben):
            if viewer in allowed:
                await say(database, viewer, "Da steht es", quote=earlier)
            else:
                with pytest.raises(NotAllowed):
                    await say(database, viewer, "Da steht es", quote=earlier)
            await say(database, viewer, "Da steht es", quote=opened)
            with pytest.raises(NotAllowed):
                await say(database, viewer, "Da steht es", quote=closed)
    await say(database, anna, "Ich sagte es ja", quote=closed)
    async with database.write() as tx:
        await actions.edit_post(tx, anna, closed, PostEdit(source=WORDS, who_quotes="everybody"), ADDRESSES)
        await actions.edit_post(tx, anna, closed, PostEdit(source=WORDS), ADDRESSES)
    await say(database, ben, "Jetzt doch", quote=closed)
    for viewer, quote in ((VISITOR, opened), (ben, 1)):
        with pytest.raises(DomainError):
            await say(database, viewer, "Nein", quote=quote)


async def test_a_quote_never_goes_further(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        await connect(tx, anna, ines)
    narrow = await say(database, anna, audience=AudienceKind.CONNECTIONS)
    local = await say(database, anna, local_only=True)
    with pytest.raises(NotAllowed):
        await say(database, ines, "Psst", quote=narrow, audience=AudienceKind.CONNECTIONS)
    for audience in (AudienceKind.PUBLIC, AudienceKind.FOLLOWERS):
        with pytest.raises(Invalid):
            await say(database, anna, "Wie gesagt", quote=narrow, audience=audience)
    await say(database, anna, "Wie gesagt", quote=narrow, audience=AudienceKind.CONNECTIONS)
    with pytest.raises(Invalid):
        await say(database, ines, "Hier", quote=local)
    await say(database, ines, "Hier", quote=local, local_only=True)


def test_what_may_stand_where() -> None:
    for quoted in AudienceKind:
        for within in AudienceKind:
            open_ = quoted in (AudienceKind.PUBLIC, AudienceKind.QUIET)
            scopes = [Audience(kind, 0 if kind.value in ("public", "quiet") else 7) for kind in (quoted, within)]
            assert may_be_quoted(scopes[0], True, scopes[1]) == (open_ or quoted is within)
            # What is said in a group, all of it have heard.
            heard = quoted is within is AudienceKind.GROUP
            assert may_be_quoted(scopes[0], False, scopes[1]) == (open_ or heard)
            other = Audience(within, 8)
            assert may_be_quoted(scopes[0], True, other) == open_
            local = Audience(quoted, scopes[0].scope_id, local_only=True)
            assert not may_be_quoted(local, True, scopes[1])


async def test_consent_can_be_taken_back(database: Database) -> None:
    anna, ines, ben = await join_all(database, "anna", "ines", "ben")
    quoted = await say(database, anna)
    post, other = await say(database, ines, "Hört", quote=quoted), await say(database, ben, "Ja", quote=quoted)
    plain = await say(database, ines, "Nichts")

    async def withdraw(viewer: Viewer, id_: int) -> None:
        async with database.write() as tx:
            await actions.withdraw_quote(tx, viewer, id_)

    for viewer, id_, error in ((ines, post, NotAllowed), (VISITOR, post, NotAllowed), (anna, plain, NotFound)):
        with pytest.raises(error):
            await withdraw(viewer, id_)
    await withdraw(anna, post)
    await withdraw(anna, post)
    for viewer in (anna, ines, VISITOR):
        assert await seen(database, viewer, post) == Quote(QuoteState.WITHDRAWN)
    assert (await seen(database, ben, other)).state is QuoteState.SHOWN
    await settle(database)


async def test_removing_either_ends_it(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    quoted = await say(database, anna)
    post, second = await say(database, ines, "Hört", quote=quoted), await say(database, ines, "Noch", quote=quoted)
    async with database.write() as tx:
        await actions.remove_post(tx, ines, second)
        await actions.remove_post(tx, anna, quoted)
    await settle(database)
    assert await seen(database, ines, post) == Quote(QuoteState.UNAVAILABLE)
    async with database.read() as read:
        assert await queries.find_quoted(read, second) is None

"""Decisions: who may decide what about whom, how people stand by it, and where those who are limited are seen."""

import asyncio
from itertools import product

import pytest

from plausch.feeds import queries as feeds
from plausch.feeds.model import NotificationKind
from plausch.groups import actions as groups
from plausch.groups.model import BoardDraft
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.moderation import actions, queries
from plausch.moderation.model import (
    Act,
    DecisionKind,
    ReportState,
    Verdict,
    check_may_decide,
)
from plausch.people import actions as people_actions
from plausch.people import queries as people
from plausch.people.model import Role, Standing, Viewer
from plausch.talk import actions as talk_actions
from plausch.talk import queries as talk
from plausch.talk.model import Form, TopicEdit
from tests.harness.community import connect, join, publish, settle, stored
from tests.moderation.conftest import Place

#: By the role of who decides, and of whom it is about.
_ALLOWED = {
    (Role.OWNER, Role.OWNER): True,
    (Role.OWNER, Role.MODERATOR): True,
    (Role.OWNER, Role.MEMBER): True,
    (Role.MODERATOR, Role.OWNER): False,
    (Role.MODERATOR, Role.MODERATOR): False,
    (Role.MODERATOR, Role.MEMBER): True,
    (Role.MEMBER, Role.OWNER): False,
    (Role.MEMBER, Role.MODERATOR): False,
    (Role.MEMBER, Role.MEMBER): False,
}


def test_who_may_decide_about_whom() -> None:
    for (role, subject), kind in product(_ALLOWED, DecisionKind):
        dismissing = kind is DecisionKind.DISMISSED and role is not Role.MEMBER
        if _ALLOWED[role, subject] or dismissing:
            check_may_decide(role, subject, kind, about_self=False)
        else:
            with pytest.raises(NotAllowed):
                check_may_decide(role, subject, kind, about_self=False)
        with pytest.raises(NotAllowed):
            check_may_decide(role, subject, kind, about_self=True)


async def test_what_counts_is_the_role_of_the_moment(place: Place) -> None:
    """Whatever a viewer says of itself: the database knows."""
    boasting = Viewer(place.ines.person, place.ines.person, Role.OWNER)
    decision = await place.decide(place.anna, place.ulf.person, DecisionKind.WARNED)
    report = await place.report(place.ulf, place.ines.person)
    async with place.database.write() as tx:
        milo = await join(tx, "milo")
        await people_actions.set_role(tx, milo.person, Role.MODERATOR)
        for attempt in (
            actions.decide(tx, boasting, place.ulf.person, Verdict(kind=DecisionKind.WARNED, message="x")),
            actions.decide_report(tx, boasting, report, Verdict(kind=DecisionKind.DISMISSED)),
            actions.answer_appeal(tx, boasting, decision.id, grant=True, answer=""),
            actions.write_note(tx, boasting, place.ulf.person, "x"),
            actions.set_role(tx, boasting, place.ines.person, Role.OWNER),
            actions.set_role(tx, place.mara, place.ines.person, Role.OWNER),
            actions.decide(tx, place.mara, place.anna.person, Verdict(kind=DecisionKind.SUSPENDED, message="x")),
            actions.decide(tx, place.mara, place.mara.person, Verdict(kind=DecisionKind.RESTORED)),
            actions.decide(tx, place.mara, milo.person, Verdict(kind=DecisionKind.LIMITED, message="x")),
        ):
            with pytest.raises(NotAllowed):
                await attempt
        for read in (
            queries.list_reports(tx, place.ines, ReportState.OPEN, Page()),
            queries.get_report(tx, place.ines, report),
            queries.list_notes(tx, place.ines, place.ulf.person),
            queries.list_log(tx, place.ines, Page()),
            queries.list_appeals(tx, place.ines, Page()),
            queries.list_decisions_about(tx, place.ines, place.ulf.person),
            talk.list_entrusted(tx, place.ines, [place.post]),
            people.list_members(tx, place.ines, Page()),
        ):
            with pytest.raises(NotAllowed):
                await read
        await people_actions.suspend(tx, place.mara.person)
        with pytest.raises(NotAllowed):
            await actions.write_note(tx, place.mara, place.ulf.person, "x")


async def test_two_who_decide_at_once(place: Place) -> None:
    report = await place.report(place.ines, place.ulf.person)

    async def decide(viewer: Viewer, kind: DecisionKind) -> bool:
        try:
            async with place.database.write() as tx:
                await actions.decide_report(tx, viewer, report, Verdict(kind=kind, message="So nicht."))
        except Conflict:
            return False
        return True

    done = await asyncio.gather(decide(place.anna, DecisionKind.WARNED), decide(place.mara, DecisionKind.LIMITED))
    assert sorted(done) == [False, True]
    assert len((await stored(place.database))["moderation_decisions"]) == 1


async def test_how_somebody_stands_and_comes_back(place: Place) -> None:
    ulf = place.ulf
    limited = await place.decide(place.mara, ulf.person, DecisionKind.LIMITED)
    assert await place.standing(ulf) is Standing.LIMITED
    suspended = await place.decide(place.mara, ulf.person, DecisionKind.SUSPENDED)
    assert await place.standing(ulf) is Standing.SUSPENDED
    async with place.database.write() as tx:
        key = await actions.make_appeal_key(tx, suspended.id)
        with pytest.raises(NotFound):
            await queries.get_own_decision(tx, Viewer(0, 0), limited.id, key)
        await actions.appeal(tx, Viewer(0, 0), suspended.id, "Das war mein Bruder.", key)
        await actions.answer_appeal(tx, place.anna, suspended.id, grant=True, answer="")
    assert await place.standing(ulf) is Standing.LIMITED, "as before it"
    await place.decide(place.mara, ulf.person, DecisionKind.SUSPENDED)
    async with place.database.write() as tx:
        await actions.appeal(tx, ulf, limited.id, "Ach.")
        await actions.answer_appeal(tx, place.anna, limited.id, grant=True, answer="")
    assert await place.standing(ulf) is Standing.SUSPENDED
    await place.decide(place.anna, ulf.person, DecisionKind.RESTORED)
    assert await place.standing(ulf) is Standing.ACTIVE
    async with place.database.write() as tx:
        with pytest.raises(Conflict, match="nothing_to_lift"):
            await actions.decide(tx, place.anna, ulf.person, Verdict(kind=DecisionKind.RESTORED))
        with pytest.raises(Invalid, match="reason_missing"):
            await actions.decide(tx, place.anna, ulf.person, Verdict(kind=DecisionKind.WARNED))
        with pytest.raises(Conflict, match="last_owner"):
            await actions.set_role(tx, place.anna, place.anna.person, Role.MEMBER)
        await actions.set_role(tx, place.anna, ulf.person, Role.MODERATOR)
    await settle(place.database)
    async with place.database.read() as tx:
        newest = (await queries.list_log(tx, place.anna, Page(), act=Act.ROLE_CHANGED, whose=ulf.person))[0]
    assert (newest.by_id, newest.subject_id, newest.detail) == (place.anna.person, ulf.person, "moderator")


async def test_somebody_else_looks_at_it_again(place: Place) -> None:
    decision = await place.decide(place.mara, place.ulf.person, DecisionKind.WARNED)
    async with place.database.write() as tx:
        await actions.appeal(tx, place.ulf, decision.id, "Warum?")
        with pytest.raises(NotAllowed, match="appeal_for_others"):
            await actions.answer_appeal(tx, place.mara, decision.id, grant=False, answer="Darum.")
        await people_actions.set_role(tx, place.mara.person, Role.MEMBER)
    own = await place.decide(place.anna, place.ulf.person, DecisionKind.WARNED)
    async with place.database.write() as tx:
        await actions.appeal(tx, place.ulf, own.id, "Warum?")
        await actions.answer_appeal(tx, place.anna, own.id, grant=False, answer="Es gibt sonst niemanden.")


async def test_who_is_limited_is_before_nobody_who_does_not_follow_them(place: Place) -> None:
    async with place.database.write() as tx:
        await people_actions.follow(tx, place.ines, place.ulf.person)
        tagged = await publish(tx, place.ulf, "Zum #marktplatz")
    await place.decide(place.mara, place.ulf.person, DecisionKind.LIMITED)
    async with place.database.read() as tx:
        for viewer, there in ((place.ines, True), (place.anna, False), (Viewer(0, 0), False)):
            local = await feeds.local_feed(tx, viewer, Page())
            assert (place.post in [card.root.id for card in local.cards if card.root]) is there
            tag = await feeds.tag_feed(tx, viewer, "marktplatz", Page())
            assert (tagged in [card.root.id for card in tag.cards if card.root]) is there
            met = [*await people.list_newcomers(tx, viewer, Page()), *await people.list_findable(tx, viewer, Page())]
            assert place.ulf.person not in [one.id for one in met]
            assert (await talk.find_post(tx, viewer, place.post)) is not None, "who looks for it finds it"
            assert (await feeds.search_people(tx, viewer, "ul", 5) == [place.ulf.person]) is there
        assert await feeds.search_people(tx, place.ulf, "ulf", 5) == [place.ulf.person]
    async with place.database.write() as tx:
        assert await feeds.search_people(tx, place.mara, "ulf", 5) == []
        await connect(tx, place.mara, place.ulf)
        assert await feeds.search_people(tx, place.mara, "ulf", 5) == [place.ulf.person]
    async with place.database.write() as tx:
        with pytest.raises(NotAllowed, match="limited_invites_nobody"):
            await people_actions.invite(
                tx, place.ulf, note="", uses=1, ends_at=clock.now() + clock.DAY, members_may=True
            )


async def test_nobody_talks_a_conversation_up_alone(place: Place) -> None:
    """What was talked about most is what most people talked in, but for whoever began it and who is limited."""

    async def talked() -> list[int]:
        async with place.database.read() as tx:
            found = await feeds.catch_up(tx, place.anna, clock.now() - clock.DAY)
        return [card.conversation.id for card in found.talked_about.cards]

    async with place.database.write() as tx:
        loud = await publish(tx, place.ulf, "Hört her")
        for number in range(4):
            await publish(tx, place.ulf, f"Noch einmal {number}", reply_to=loud)
        pair = await publish(tx, place.ines, "Wer mag Tee?")
        for number in range(3):
            await publish(tx, place.ulf, f"Ich {number}", reply_to=pair)
        many = await publish(tx, place.ines, "Wer kommt?")
        await publish(tx, place.ulf, "Ich", reply_to=many)
        await publish(tx, place.mara, "Auch ich", reply_to=many)
    await settle(place.database)
    assert await talked() == [many, pair]
    await place.decide(place.mara, place.ulf.person, DecisionKind.LIMITED)
    assert await talked() == [many], "only Mara counts"
    await place.decide(place.mara, place.ines.person, DecisionKind.LIMITED)
    assert await talked() == []
    async with place.database.write() as tx:
        for other in (place.ines, place.ulf):
            await people_actions.follow(tx, place.anna, other.person)
    assert await talked() == [many, pair]


async def test_members_are_found(place: Place) -> None:
    async with place.database.write() as tx:
        await join(tx, "oezlem", name="Özlem 100%")
        await people_actions.suspend(tx, place.ulf.person)

    async def found(text: str = "", standing: Standing | None = None, role: Role | None = None) -> list[str]:
        async with place.database.read() as tx:
            members = await people.list_members(tx, place.mara, Page(), text=text, standing=standing, role=role)
        return [one.handle for one in members]

    assert await found("özl") == ["oezlem"]
    assert await found("100%") == ["oezlem"]
    assert await found("%") == ["oezlem"]
    assert await found("@ULF") == ["ulf"]
    assert await found("ines@example") == [], "addresses are for owners"
    async with place.database.read() as read:
        by_owner = await people.list_members(read, place.anna, Page(), text="ines@example")
    assert [one.handle for one in by_owner] == ["ines"]
    assert await found(standing=Standing.SUSPENDED) == ["ulf"]
    assert await found(role=Role.MODERATOR) == ["mara"]
    assert len(await found()) == 5


async def test_the_log_tells_who_did_what_with_whose_topic_on_a_board_of_the_community(place: Place) -> None:
    async with place.database.write() as tx:
        board = await groups.make_board(tx, place.mara, 0, BoardDraft(name="Verein"))
        topics = [
            await publish(tx, whose, "Wer kommt?", form=Form.TOPIC, title="Fahrt", board=board)
            for whose in (place.ulf, place.mara)
        ]
        other = await groups.make_board(tx, place.mara, 0, BoardDraft(name="Reisen"))
        for viewer, topic in ((place.ulf, topics[0]), (place.mara, topics[1]), (place.mara, topics[0])):
            await talk_actions.change_topic(tx, viewer, topic, TopicEdit(title=f"Fahrt von {viewer.person}"))
    steps = (
        (Act.TOPIC_PINNED, talk_actions.pin_topic),
        (Act.TOPIC_UNPINNED, talk_actions.unpin_topic),
        (Act.TOPIC_LOCKED, talk_actions.lock_conversation),
        (Act.TOPIC_UNLOCKED, talk_actions.unlock_conversation),
    )
    async with place.database.write() as tx:
        for _, do in steps:
            await do(tx, place.mara, topics[0])
        await talk_actions.move_topic(tx, place.mara, topics[0], other)
    await settle(place.database)
    async with place.database.read() as tx:
        for act in (Act.TOPIC_CHANGED, Act.TOPIC_MOVED, *(act for act, _ in steps)):
            noted = await queries.list_log(tx, place.anna, Page(), act=act)
            whose = (place.mara.person, place.ulf.person, topics[0])
            assert [(one.by_id, one.subject_id, one.post_id) for one in noted] == [whose]
        kinds = [one.kind for one in await feeds.list_notifications(tx, place.ulf, Page())]
    assert kinds == [NotificationKind.TOPIC_TENDED], "told once, until it was read"

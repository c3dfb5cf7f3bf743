"""Reports, decisions and appeals: who may do what, what becomes of it, who hears of it, and what is left."""

import asyncio
from itertools import product
from pathlib import Path

import pytest

from plausch.community import actions as community
from plausch.community.model import CommunityEdit, Rule, Wording
from plausch.exchange import personal_data
from plausch.feeds import queries as feeds
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.moderation import actions, queries
from plausch.moderation.model import (
    APPEAL_PERIOD,
    Act,
    AppealState,
    Copy,
    Decision,
    DecisionKind,
    ReportDraft,
    ReportState,
    Verdict,
    check_may_decide,
)
from plausch.people import actions as people_actions
from plausch.people import queries as people
from plausch.people.model import Role, Standing, Viewer
from plausch.settings import Settings, read_settings
from plausch.storage import Database
from plausch.talk import actions as talk_actions
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind, PostEdit
from tests.harness.community import connect, join, publish, settle, stored, tables_with

RULE = Rule(4711, Wording("Rede freundlich.", "Be kind."))


class Place:
    """A community with an owner, a moderator, and two who do not get along."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings

    async def begin(self) -> None:
        async with self.database.write() as tx:
            anna = await join(tx, "anna")
            mara, self.ines, self.ulf = [await join(tx, name) for name in ("mara", "ines", "ulf")]
            await people_actions.set_role(tx, mara.person, Role.MODERATOR)
            self.anna = Viewer(anna.person, anna.person, Role.OWNER)
            self.mara = Viewer(mara.person, mara.person, Role.MODERATOR)
            await community.change_community(tx, self.anna, CommunityEdit(rules=(RULE,)))
            self.post = await publish(tx, self.ulf, "Ihr Pappnasen", warning="derb")
        await settle(self.database)

    async def report(self, viewer: Viewer, person: int = 0, *posts: int, note: str = "Das geht nicht.") -> int:
        draft = ReportDraft(person=person, posts=posts, rules=(RULE.id,), note=note)
        async with self.database.write() as tx:
            made = await actions.report(tx, viewer, draft, self.settings)
        await settle(self.database)
        return made

    async def decide(self, viewer: Viewer, subject: int, kind: DecisionKind, **more: int) -> Decision:
        verdict = Verdict(kind=kind, rule=RULE.id, message="So nicht.", **more)
        async with self.database.write() as tx:
            decision = await actions.decide(tx, viewer, subject, verdict)
        await settle(self.database)
        return await self.decision(decision)

    async def decision(self, id_: int) -> Decision:
        async with self.database.read() as tx:
            found = await queries.find_decision(tx, id_)
        assert found is not None
        return found

    async def told(self, viewer: Viewer) -> list[str]:
        async with self.database.read() as tx:
            return [one.kind.value for one in await feeds.list_notifications(tx, viewer, Page())]

    async def standing(self, viewer: Viewer) -> Standing:
        async with self.database.read() as tx:
            return (await people.get_actor(tx, viewer.person)).standing

    async def log(self) -> list[Act]:
        async with self.database.read() as tx:
            return [one.act for one in await queries.list_log(tx, self.anna, Page())]


@pytest.fixture
async def place(database: Database, data: Path) -> Place:
    made = Place(database, read_settings({"data": str(data)}, {})[0])
    await made.begin()
    return made


#: By the role of who decides, and of whom it is about.
_ALLOWED = {
    (Role.OWNER, Role.OWNER): True,
    (Role.OWNER, Role.MODERATOR): True,
    (Role.OWNER, Role.MEMBER): True,
    (Role.MODERATOR, Role.OWNER): False,
    (Role.MODERATOR, Role.MODERATOR): True,
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
        for attempt in (
            actions.decide(tx, boasting, place.ulf.person, Verdict(kind=DecisionKind.WARNED, message="x")),
            actions.decide_report(tx, boasting, report, Verdict(kind=DecisionKind.DISMISSED)),
            actions.answer_appeal(tx, boasting, decision.id, grant=True, answer=""),
            actions.write_note(tx, boasting, place.ulf.person, "x"),
            actions.set_role(tx, boasting, place.ines.person, Role.OWNER),
            actions.set_role(tx, place.mara, place.ines.person, Role.OWNER),
            actions.decide(tx, place.mara, place.anna.person, Verdict(kind=DecisionKind.SUSPENDED, message="x")),
            actions.decide(tx, place.mara, place.mara.person, Verdict(kind=DecisionKind.RESTORED)),
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


async def test_a_report_is_answered_and_everybody_concerned_hears(place: Place) -> None:
    first = await place.report(place.ines, 0, place.post)
    assert await place.told(place.anna) == ["reported"]
    assert await place.told(place.mara) == ["reported"]
    assert await place.told(place.ulf) == [], "not before something is decided"
    with pytest.raises(Conflict, match="reported_already"):
        await place.report(place.ines, 0, place.post)
    second = await place.report(place.anna, 0, place.post)
    async with place.database.write() as tx:
        verdict = Verdict(kind=DecisionKind.POST_REMOVED, rule=RULE.id, message="Nicht so.", post=place.post)
        decision = await actions.decide_report(tx, place.mara, first, verdict)
    await settle(place.database)
    async with place.database.read() as tx:
        assert await talk.find_post(tx, place.anna, place.post) is None
        for id_ in (first, second):
            report = await queries.get_report(tx, place.anna, id_)
            assert (report.state, report.decision_id) == (ReportState.DECIDED, decision), "one matter, one decision"
        (mine,) = await queries.list_own_reports(tx, place.ines, Page())
        assert (mine.id, mine.outcome) == (first, "post_removed")
    assert await place.told(place.ines) == ["report_answered"]
    assert await place.told(place.ulf) == ["decided"]
    assert await place.told(place.anna) == ["report_answered"], "there is nothing to do any more"
    async with place.database.write() as tx:
        with pytest.raises(Conflict, match="decided_meanwhile"):
            await actions.decide_report(tx, place.anna, second, Verdict(kind=DecisionKind.DISMISSED))
    assert (await place.log())[0] is Act.POST_REMOVED


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


async def test_only_what_one_may_see_can_be_reported(place: Place) -> None:
    async with place.database.write() as tx:
        await connect(tx, place.ulf, place.anna)
        files = [("small", "image/webp", "a" * 32)]
        picture = await talk_actions.add_picture(
            tx, place.ulf, files=files, width=1, height=1, blurhash="", colour="", alt="x"
        )
        hidden = await publish(tx, place.ulf, "Unter uns", audience=AudienceKind.CONNECTIONS, pictures=(picture,))
        other = await publish(tx, place.anna, "Hallo")
    for person, posts, reason in (
        (0, (hidden,), "post_not_found"),
        (0, (place.post, other), "choice_unknown"),
        (place.ines.person, (), "target_is_self"),
        (1, (), "actor_not_found"),
    ):
        with pytest.raises(DomainError, match=reason):
            await place.report(place.ines, person, *posts)
    async with place.database.write() as tx:
        with pytest.raises(Invalid, match="report_empty"):
            await actions.report(tx, place.ines, ReportDraft(person=place.ulf.person, rules=(1,)), place.settings)
        with pytest.raises(NotAllowed):
            await actions.report(tx, Viewer(0, 0), ReportDraft(person=place.ulf.person, note="x"), place.settings)
        await people_actions.block(tx, place.ulf, place.ines.person)
    await place.report(place.ines, place.ulf.person)
    # Whoever could see it has handed it over: a moderator who could not sees it, decides, and it is gone.
    report = await place.report(place.anna, 0, hidden)
    async with place.database.write() as tx:
        assert await talk.find_post(tx, place.mara, hidden) is None
        assert list(await talk.list_entrusted(tx, place.mara, [hidden])) == [hidden]
        assert await talk.find_picture_file(tx, place.mara, picture, "small") is None
        found = await talk.find_entrusted_picture(tx, place.mara, picture, "small")
        assert found is not None
        assert (found[0], found[1].open_to_all) == (hidden, False)
        assert await queries.is_reported(tx, place.mara, hidden)
        assert not await queries.is_reported(tx, place.mara, other)
        verdict = Verdict(kind=DecisionKind.POST_REMOVED, rule=RULE.id, post=hidden)
        await actions.decide_report(tx, place.mara, report, verdict)
        assert await talk.find_post(tx, place.ulf, hidden) is None


async def test_what_nobody_handed_over_stays_unseen(place: Place) -> None:
    """A moderator acts on what the moderator sees, and on what was reported; guessing an id opens nothing."""
    async with place.database.write() as tx:
        secret = await publish(
            tx, place.ulf, "Unter uns", audience=AudienceKind.PARTICIPANTS, participants=(place.ines.person,)
        )
    with pytest.raises(NotFound):
        await place.decide(place.mara, place.ulf.person, DecisionKind.POST_REMOVED, post=secret)
    report = await place.report(place.ines, 0, secret)
    async with place.database.write() as tx:
        verdict = Verdict(kind=DecisionKind.POST_REMOVED, message="Nein.", post=secret)
        await actions.decide_report(tx, place.mara, report, verdict)


async def test_nobody_meets_a_report_about_themself(place: Place) -> None:
    report = await place.report(place.ines, place.mara.person, note="Mara löscht zu viel")
    assert await place.told(place.mara) == []
    assert await place.told(place.anna) == ["reported"]
    async with place.database.write() as tx:
        assert await queries.list_reports(tx, place.mara, ReportState.OPEN, Page()) == []
        assert await queries.count_open_reports(tx, place.mara) == 0
        assert await queries.list_reports_about(tx, place.mara, place.mara.person) == []
        assert len(await queries.list_reports_about(tx, place.anna, place.mara.person)) == 1
        with pytest.raises(NotFound):
            await actions.decide_report(tx, place.mara, report, Verdict(kind=DecisionKind.DISMISSED))


async def test_a_removed_post_comes_back_as_a_draft_when_that_was_wrong(place: Place) -> None:
    decision = await place.decide(place.mara, place.ulf.person, DecisionKind.POST_REMOVED, post=place.post)
    assert "Pappnasen" in decision.kept
    async with place.database.write() as tx:
        with pytest.raises(NotFound):
            await actions.appeal(tx, place.ines, decision.id, "Ich auch!")
        with pytest.raises(NotFound):
            await actions.appeal(tx, Viewer(0, 0), decision.id, "Ich auch!", "geraten")
        await actions.appeal(tx, place.ulf, decision.id, "Das war ein Zitat.")
        with pytest.raises(Conflict, match="appeal_over"):
            await actions.appeal(tx, place.ulf, decision.id, "Noch einmal.")
    await settle(place.database)
    assert await place.told(place.anna) == ["appealed"]
    async with place.database.write() as tx:
        (open_,) = await queries.list_appeals(tx, place.anna, Page())
        await actions.answer_appeal(tx, place.anna, open_.id, grant=True, answer="Stimmt.")
        with pytest.raises(Conflict, match="decided_meanwhile"):
            await actions.answer_appeal(tx, place.anna, open_.id, grant=False, answer="Nein.")
    await settle(place.database)
    assert await place.told(place.ulf) == ["decided"], "the answer, in place of what was told before"
    assert await place.told(place.anna) == []
    async with place.database.read() as tx:
        (draft,) = await talk.list_drafts(tx, place.ulf)
        assert (draft.source, draft.warning, draft.audience) == ("Ihr Pappnasen", "derb", "public")
    after = await place.decision(decision.id)
    assert (after.appeal_state, after.kept, after.answer) == (AppealState.GRANTED, "", "Stimmt.")
    assert (await place.log())[:2] == [Act.APPEAL_GRANTED, Act.POST_REMOVED]


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


async def test_what_is_kept_for_an_appeal_goes_in_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    decision = await place.decide(place.mara, place.ulf.person, DecisionKind.POST_REMOVED, post=place.post)
    later = clock.now() + APPEAL_PERIOD
    monkeypatch.setattr(clock, "now", lambda: later)
    async with place.database.write() as tx:
        with pytest.raises(Conflict, match="appeal_over"):
            await actions.appeal(tx, place.ulf, decision.id, "Zu spät.")
        await actions.clear_copies(tx)
    assert tables_with(await stored(place.database), "Pappnasen") == set()


async def test_what_was_reported_stays_with_the_report(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is reported cannot make it vanish by changing or removing the post."""
    first = await place.report(place.ines, 0, place.post)
    async with place.database.write() as tx:
        await talk_actions.edit_post(tx, place.ulf, place.post, PostEdit(source="Liebe Leute"), ADDRESSES)
        (was,) = await talk.list_entrusted_revisions(tx, place.mara, place.post)
        assert "Pappnasen" in was.html
        with pytest.raises(NotAllowed):
            await talk.list_entrusted_revisions(tx, place.ines, place.post)
        with pytest.raises(NotAllowed):
            await queries.list_copies(tx, place.ines, first)
        await talk_actions.remove_post(tx, place.ulf, place.post)
    await settle(place.database)
    async with place.database.slow_read() as tx:
        assert await queries.list_copies(tx, place.mara, first) == {place.post: Copy("Ihr Pappnasen", "derb")}
        for person in (place.ulf, place.ines):
            assert "Pappnasen" not in str(await personal_data.collect(tx, person.person)), "nobody learns of it yet"
    async with place.database.write() as tx:
        await actions.clear_copies(tx)
        verdict = Verdict(kind=DecisionKind.WARNED, rule=RULE.id)
        await actions.decide_report(tx, place.mara, first, verdict)
        await actions.clear_copies(tx)
    async with place.database.slow_read() as tx:
        assert await queries.list_copies(tx, place.mara, first)
        about_ulf = str(await personal_data.collect(tx, place.ulf.person))
        assert "Pappnasen" in about_ulf
        assert str(first) not in about_ulf
        assert "Pappnasen" not in str(await personal_data.collect(tx, place.ines.person))
    later = clock.now() + APPEAL_PERIOD
    monkeypatch.setattr(clock, "now", lambda: later)
    async with place.database.write() as tx:
        await actions.clear_copies(tx)
    assert tables_with(await stored(place.database), "Pappnasen") == set()


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


async def test_whoever_leaves_takes_along_what_was_said(place: Place) -> None:
    await place.report(place.ines, place.ulf.person, note="Geheimnis der Ines")
    await place.report(place.ulf, place.ines.person, note="Geheimnis des Ulf")
    await place.report(place.ines, 0, place.post)
    async with place.database.write() as tx:
        await actions.write_note(tx, place.mara, place.ulf.person, "Notiz zum Ulf")
        decision = await actions.decide(
            tx, place.mara, place.ulf.person, Verdict(kind=DecisionKind.POST_REMOVED, message="Nanu", post=place.post)
        )
        await actions.appeal(tx, place.ulf, decision, "Einspruch!")
        await people_actions.erase_account(tx, place.ulf.person)
    await settle(place.database)
    left = tables_with(await stored(place.database), "Geheimnis", "Notiz zum", "Nanu", "Einspruch", "Pappnasen")
    assert left == set(), "what Ulf reported, and what was reported about him"
    assert len((await stored(place.database))["moderation_reports"]) == 1, "what he has reported is still looked at"
    assert Act.POST_REMOVED in await place.log()


async def test_the_copy_of_personal_data_names_no_reporter(place: Place) -> None:
    await place.report(place.ines, 0, place.post, note="Von Ines")
    async with place.database.write() as tx:
        await actions.write_note(tx, place.mara, place.ulf.person, "Notiz zum Ulf")
    await place.decide(place.mara, place.ulf.person, DecisionKind.POST_REMOVED, post=place.post)
    async with place.database.slow_read() as tx:
        about_ulf = await personal_data.collect(tx, place.ulf.person)
        about_ines = await personal_data.collect(tx, place.ines.person)
    text = str(about_ulf)
    assert "So nicht." in text
    assert "Notiz zum Ulf" in text
    for hidden in ("Von Ines", str(place.ines.person), str(place.mara.person)):
        assert hidden not in text
    assert about_ines["tables"]["moderation_reports"][0]["note"] == "Von Ines"

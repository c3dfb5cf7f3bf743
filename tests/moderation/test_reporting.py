"""Reports and appeals: what may be reported, who hears of it, what is kept for how long, and what is left."""

import pytest

from plausch.exchange import personal_data
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
    DecisionKind,
    ReportDraft,
    ReportState,
    Verdict,
)
from plausch.people import actions as people_actions
from plausch.people.model import Viewer
from plausch.storage.media import new_key
from plausch.talk import actions as talk_actions
from plausch.talk import queries as talk
from plausch.talk.model import AudienceKind, PostEdit
from tests.harness.community import connect, publish, settle, stored, tables_with
from tests.moderation.conftest import RULE, Place


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


async def test_what_is_kept_for_an_appeal_goes_in_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    decision = await place.decide(place.mara, place.ulf.person, DecisionKind.POST_REMOVED, post=place.post)
    later = clock.now() + APPEAL_PERIOD
    monkeypatch.setattr(clock, "now", lambda: later)
    async with place.database.write() as tx:
        with pytest.raises(Conflict, match="appeal_over"):
            await actions.appeal(tx, place.ulf, decision.id, "Zu spät.")
        await actions.clear_copies(tx)
    assert tables_with(await stored(place.database), "Pappnasen") == set()


async def with_picture(place: Place, alt: str) -> int:
    """A post of Ulf's."""
    files = [("small", "image/webp", new_key())]
    async with place.database.write() as tx:
        picture = await talk_actions.add_picture(
            tx, place.ulf, files=files, width=1, height=1, blurhash="", colour="", alt=alt
        )
        return await publish(tx, place.ulf, "Seht her", pictures=(picture,))


async def test_pictures_stay_as_long_as_what_was_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, other = await with_picture(place, "gemeldet"), await with_picture(place, "nur-entfernt")
    report = await place.report(place.ines, 0, shown)
    async with place.database.write() as tx:
        for post in (shown, other):
            await talk_actions.remove_post(tx, place.ulf, post)
    await settle(place.database)
    assert tables_with(await stored(place.database), "nur-entfernt") == set(), "nobody has to look at it"
    async with place.database.read() as tx:
        assert await talk.list_pictures(tx, [shown]) == {}
        ((picture,),) = (await talk.list_held_pictures(tx, place.mara, [shown])).values()
        with pytest.raises(NotAllowed):
            await talk.list_held_pictures(tx, place.ines, [shown])
        for viewer in (place.ulf, place.ines, place.mara):
            assert await talk.find_picture_file(tx, viewer, picture.id, "small") is None
        assert await talk.find_entrusted_picture(tx, place.mara, picture.id, "small")
    async with place.database.write() as tx:
        await actions.decide_report(tx, place.mara, report, Verdict(kind=DecisionKind.DISMISSED))
        await actions.clear_copies(tx)
        assert await talk.list_held_pictures(tx, place.mara, [shown])
        later = clock.now() + APPEAL_PERIOD
        monkeypatch.setattr(clock, "now", lambda: later)
        await actions.clear_copies(tx)
    await settle(place.database)
    assert tables_with(await stored(place.database), "gemeldet") == set()


async def test_pictures_come_back_with_the_words_or_go_with_the_answer(place: Place) -> None:
    for grant, left in ((False, set()), (True, {"talk_pictures"})):
        post = await with_picture(place, "bildwort")
        decision = await place.decide(place.mara, place.ulf.person, DecisionKind.POST_REMOVED, post=post)
        async with place.database.write() as tx:
            assert await queries.is_reported(tx, place.anna, post), "whoever answers looks at it"
            await actions.appeal(tx, place.ulf, decision.id, "Ach.")
            await actions.answer_appeal(tx, place.anna, decision.id, grant=grant, answer="Ja.")
            assert not await queries.is_reported(tx, place.anna, post)
        await settle(place.database)
        assert tables_with(await stored(place.database), "bildwort") == left
    async with place.database.read() as tx:
        (draft,) = await talk.list_drafts(tx, place.ulf)
        assert [one.alt for one in (await talk.list_drafted_pictures(tx, [draft.id]))[draft.id]] == ["bildwort"]


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


async def test_whoever_leaves_takes_along_what_was_said(place: Place) -> None:
    await place.report(place.ines, place.ulf.person, note="Geheimnis der Ines")
    await place.report(place.ulf, place.ines.person, note="Geheimnis des Ulf")
    await place.report(place.ines, 0, place.post)
    await place.report(place.mara, 0, await with_picture(place, "Pappnasenbild"))
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

"""How this room reacts: those concerned are told, and what others do to look after the place comes into the log."""

from plausch.community.events import AnnouncementMade, CommunityChanged, DocumentPublished, ServersChanged
from plausch.community.model import ServerStep
from plausch.feeds import actions as feeds
from plausch.feeds.model import NotificationKind
from plausch.moderation import actions, queries
from plausch.moderation.events import AppealAnswered, Appealed, Decided, Reported
from plausch.moderation.model import Act, DecisionKind, ReportState
from plausch.people import queries as people
from plausch.people.events import (
    AccountErased,
    EntryBarred,
    EntryOpened,
    InvitationRevoked,
    PageErased,
    PersonApproved,
    PersonDeclined,
    PersonJoined,
    RoleChanged,
)
from plausch.storage import Write
from plausch.talk.events import TopicTended
from plausch.talk.model import TopicStep

_TENDED = {
    TopicStep.CHANGED: Act.TOPIC_CHANGED,
    TopicStep.MOVED: Act.TOPIC_MOVED,
    TopicStep.PINNED: Act.TOPIC_PINNED,
    TopicStep.UNPINNED: Act.TOPIC_UNPINNED,
    TopicStep.LOCKED: Act.TOPIC_LOCKED,
    TopicStep.UNLOCKED: Act.TOPIC_UNLOCKED,
}
_DEALT = {
    ServerStep.BLOCKED: Act.SERVER_BLOCKED,
    ServerStep.CHANGED: Act.SERVER_CHANGED,
    ServerStep.UNBLOCKED: Act.SERVER_UNBLOCKED,
    ServerStep.ALLOWED: Act.SERVER_ALLOWED,
    ServerStep.DISALLOWED: Act.SERVER_DISALLOWED,
}


async def on_reported(tx: Write, fact: Reported) -> None:
    report = await queries.find_report(tx, fact.report_id)
    if report is not None and report.state is ReportState.OPEN:
        concerned = await people.list_speaking(tx, fact.subject_id)
        await _tell_staff(tx, NotificationKind.REPORTED, fact.report_id, *concerned, report.reporter_id)


async def on_decided(tx: Write, fact: Decided) -> None:
    """Whoever is concerned hears of it, unless nothing was done; and so do those who reported it."""
    if await queries.find_decision(tx, fact.decision_id) is None:
        return
    if fact.kind != DecisionKind.DISMISSED:
        await _tell_concerned(tx, fact.subject_id, fact.decision_id)
    for report, reporter in await queries.list_reporters(tx, fact.decision_id):
        await _untell_staff(tx, report)
        await _tell(tx, reporter, NotificationKind.REPORT_ANSWERED, report)


async def on_appealed(tx: Write, fact: Appealed) -> None:
    concerned = await people.list_speaking(tx, fact.subject_id)
    await _tell_staff(tx, NotificationKind.APPEALED, fact.decision_id, *concerned)


async def on_appeal_answered(tx: Write, fact: AppealAnswered) -> None:
    await _untell_staff(tx, fact.decision_id)
    for person in await people.list_speaking(tx, fact.subject_id):
        await feeds.forget_request(tx, person, fact.decision_id)
    if await queries.find_decision(tx, fact.decision_id) is not None:
        await _tell_concerned(tx, fact.subject_id, fact.decision_id)


async def _tell(tx: Write, person: int, kind: NotificationKind, about: int) -> None:
    """Those who look after the place speak as one: nobody is named as the one who did it."""
    await feeds.notify(tx, person, kind, person, request=about)


async def _tell_concerned(tx: Write, subject: int, decision: int) -> None:
    """Of a page each of its team, among their own: a suspended one is not there to look into its own."""
    for person in await people.list_speaking(tx, subject):
        await _tell(tx, person, NotificationKind.DECIDED, decision)


async def _tell_staff(tx: Write, kind: NotificationKind, about: int, *but: int) -> None:
    """All of them but those whom it is about, and who have brought it about."""
    for person in await people.list_staff(tx):
        if person not in but:
            await _tell(tx, person, kind, about)


async def _untell_staff(tx: Write, about: int) -> None:
    """There is nothing to do about it any more."""
    for person in await people.list_staff(tx):
        await feeds.forget_request(tx, person, about)


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    await actions.forget_person(tx, fact.person_id)


async def on_page_erased(tx: Write, fact: PageErased) -> None:
    await actions.forget_person(tx, fact.page_id)


async def on_role_changed(tx: Write, fact: RoleChanged) -> None:
    await actions.note_act(
        tx, fact.changed_by, Act.ROLE_CHANGED, subject=fact.person_id, detail=fact.role, at=fact.occurred_at
    )


async def on_person_joined(tx: Write, fact: PersonJoined) -> None:
    """All of them but who has let them in, and who is new."""
    if not fact.live:
        return
    for person in await people.list_staff(tx):
        if person not in (fact.person_id, fact.approved_by):
            await feeds.notify(tx, person, NotificationKind.JOINED, fact.person_id, at=fact.occurred_at)


async def on_person_approved(tx: Write, fact: PersonApproved) -> None:
    await actions.note_act(tx, fact.decided_by, Act.APPROVED, subject=fact.person_id, at=fact.occurred_at)


async def on_person_declined(tx: Write, fact: PersonDeclined) -> None:
    await actions.note_act(tx, fact.decided_by, Act.DECLINED, subject=fact.person_id, at=fact.occurred_at)


async def on_invitation_revoked(tx: Write, fact: InvitationRevoked) -> None:
    """Unless it was one's own."""
    if fact.revoked_by != fact.person_id:
        await actions.note_act(tx, fact.revoked_by, Act.INVITATION_REVOKED, subject=fact.person_id, at=fact.occurred_at)


async def on_entry_barred(tx: Write, fact: EntryBarred) -> None:
    await actions.note_act(tx, fact.barred_by, Act.ENTRY_BARRED, detail=f"barred_{fact.what}", at=fact.occurred_at)


async def on_entry_opened(tx: Write, fact: EntryOpened) -> None:
    await actions.note_act(tx, fact.opened_by, Act.ENTRY_OPENED, detail=f"barred_{fact.what}", at=fact.occurred_at)


async def on_servers_changed(tx: Write, fact: ServersChanged) -> None:
    act = _DEALT[ServerStep(fact.step)]
    await actions.note_act(tx, fact.changed_by, act, detail=fact.severity, at=fact.occurred_at)


async def on_community_changed(tx: Write, fact: CommunityChanged) -> None:
    keys = " ".join(fact.keys)
    await actions.note_act(tx, fact.changed_by, Act.SETTINGS_CHANGED, detail=keys, at=fact.occurred_at)


async def on_document_published(tx: Write, fact: DocumentPublished) -> None:
    await actions.note_act(tx, fact.published_by, Act.DOCUMENT_PUBLISHED, detail=fact.kind, at=fact.occurred_at)


async def on_announcement_made(tx: Write, fact: AnnouncementMade) -> None:
    await actions.note_act(tx, fact.made_by, Act.ANNOUNCED, at=fact.occurred_at)


async def on_topic_tended(tx: Write, fact: TopicTended) -> None:
    """A group has a log of its own."""
    if not fact.place_id:
        act, topic = _TENDED[TopicStep(fact.step)], fact.conversation_id
        await actions.note_act(tx, fact.tended_by, act, subject=fact.actor_id, post=topic, at=fact.occurred_at)

"""Pages of organisations and their teams, and what waits for somebody to let it through."""

from plausch.feeds import actions
from plausch.feeds.listeners.people import forget
from plausch.feeds.model import NotificationKind
from plausch.people import queries as people
from plausch.people.events import PageErased, PageOrphaned, TeamChanged, TeamInvited
from plausch.people.model import VISITOR, Role, Viewer
from plausch.storage import Write
from plausch.talk import queries as talk
from plausch.talk.events import ApprovalDecided, PostSubmitted
from plausch.talk.model import ApprovalStep

#: Of one decider; whoever has more to let through is told of these.
_WAITING_MOST = 500


async def on_team_invited(tx: Write, fact: TeamInvited) -> None:
    if any(one.person_id == fact.person_id and one.invited_by for one in await people.list_team(tx, fact.page_id)):
        kind = NotificationKind.TEAM_INVITED
        await actions.notify(tx, fact.person_id, kind, fact.invited_by, request=fact.page_id)


async def on_team_changed(tx: Write, fact: TeamChanged) -> None:
    """Whoever is not on the team any more hears of the page no more."""
    member = await people.find_team_member(tx, fact.page_id, fact.person_id)
    if member is None:
        await actions.forget_page_of(tx, fact.page_id, fact.person_id)


async def on_page_orphaned(tx: Write, fact: PageOrphaned) -> None:
    for owner in await people.list_holders(tx, VISITOR, Role.OWNER):
        await actions.notify(tx, owner.id, NotificationKind.PAGE_ORPHANED, owner.id, request=fact.page_id)


async def on_page_erased(tx: Write, fact: PageErased) -> None:
    await forget(tx, fact.page_id)


async def on_post_submitted(tx: Write, fact: PostSubmitted) -> None:
    """Whoever may decide now is told, unless it was decided or taken back meanwhile."""
    await actions.forget_matter(tx, NotificationKind.APPROVAL_ASKED, fact.draft_id)
    for person in await talk.list_deciders(tx, fact.place_id):
        viewer = Viewer(person, person)
        if any(one.id == fact.draft_id for one in await talk.list_to_decide(tx, viewer, _WAITING_MOST)):
            await actions.notify(
                tx, person, NotificationKind.APPROVAL_ASKED, fact.author_id, request=fact.draft_id, at=fact.occurred_at
            )


async def on_approval_decided(tx: Write, fact: ApprovalDecided) -> None:
    await actions.forget_matter(tx, NotificationKind.APPROVAL_ASKED, fact.draft_id)
    if fact.step == ApprovalStep.WITHDRAWN:
        return
    approved = fact.step == ApprovalStep.APPROVED
    await actions.notify(
        tx,
        fact.author_id,
        NotificationKind.APPROVED if approved else NotificationKind.DECLINED,
        fact.decided_by,
        post=fact.post_id,
        conversation=fact.conversation_id,
        request=fact.draft_id,
        at=fact.occurred_at,
    )

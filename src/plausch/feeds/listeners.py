"""How feeds react to what happens below: notifications, the search index, and telling open pages.

A fact may be old when it is heard: what it speaks of may have been taken back meanwhile. So listeners look at how
things are now, and hold the post while they do, lest it be removed under their hands.
"""

from plausch.feeds import actions, queries
from plausch.feeds.model import FilterPlace, NotificationKind, Shaping, Watched
from plausch.groups import queries as groups
from plausch.groups.events import (
    BoardRemoved,
    GroupDeleted,
    GroupInvited,
    GroupLeft,
    GroupRoleChanged,
    InvitationClosed,
    JoiningAccepted,
    JoiningClosed,
    JoiningRequested,
    PackAnswered,
    PackAsked,
)
from plausch.groups.model import GroupRole
from plausch.people import queries as people
from plausch.people.events import (
    AccountErased,
    ActorFollowed,
    ActorUnfollowed,
    ConnectionRequested,
    FollowRequested,
    IntroductionAnswered,
    IntroductionMade,
    PageErased,
    PageOrphaned,
    PeopleConnected,
    PersonJoined,
    ProfileEdited,
    RequestClosed,
    TeamChanged,
    TeamInvited,
)
from plausch.people.model import VISITOR, ActorKind, Role, Viewer
from plausch.storage import Write
from plausch.talk import queries as talk
from plausch.talk.actions import hold_post
from plausch.talk.events import (
    AnswerAccepted,
    ApprovalDecided,
    AuthorNamed,
    GroupPostRemoved,
    LanguageDetected,
    LikeRemoved,
    PollEnded,
    PostEdited,
    PostLiked,
    PostPublished,
    PostRemoved,
    PostShared,
    PostSubmitted,
    PreviewChanged,
    QuoteWithdrawn,
    ShareRemoved,
    StateChanged,
    TopicTended,
)
from plausch.talk.model import ApprovalStep, AudienceKind, TopicStep
from plausch.work.live import Notice, tell

#: Of one decider; whoever has more to let through is told of these.
_WAITING_MOST = 500


async def on_post_published(tx: Write, fact: PostPublished) -> None:
    """Index it; if it happened just now, notify those it is addressed to and tell open pages."""
    if not await hold_post(tx, fact.post_id):
        return
    await actions.index_post(tx, fact.post_id)
    if not fact.live:
        return
    for recipient, kind in (await _addressed(tx, fact)).items():
        if await _reaches(tx, recipient, fact):
            await actions.notify(
                tx,
                recipient,
                kind,
                fact.actor_id,
                post=fact.post_id,
                conversation=fact.conversation_id,
                at=fact.occurred_at,
            )
    await actions.tell_published(tx, fact)


async def _addressed(tx: Write, fact: PostPublished) -> dict[int, NotificationKind]:
    """Whom a post is addressed to, each for the strongest reason."""
    found = await _watching(tx, fact)
    if fact.place_id and (await people.get_actor(tx, fact.place_id)).kind is not ActorKind.GROUP:
        found[fact.place_id] = NotificationKind.WALL_WRITTEN
    if fact.quoted_actor_id:
        found[fact.quoted_actor_id] = NotificationKind.QUOTED
    if fact.scope_kind == AudienceKind.PARTICIPANTS:
        for actor in await talk.list_participants(tx, fact.scope_id):
            found[actor] = NotificationKind.ADDRESSED
    for actor in await talk.list_mentioned(tx, fact.post_id):
        found[actor] = NotificationKind.MENTIONED
    if fact.parent_actor_id:
        found[fact.parent_actor_id] = NotificationKind.REPLIED
    found.pop(fact.actor_id, None)
    return found


async def _watching(tx: Write, fact: PostPublished) -> dict[int, NotificationKind]:
    """Who wants to hear of all that is said in a conversation or by somebody, or of each topic in a board."""
    if fact.parent_id is not None:
        watchers = await queries.list_watchers(tx, Watched.CONVERSATION, fact.conversation_id)
        found = dict.fromkeys(watchers, NotificationKind.TOPIC_REPLIED)
        # Whoever goes on with what they said replies to nobody.
        if fact.parent_actor_id == fact.actor_id:
            found = await _waiting(tx, fact) | found
        return found
    board = await talk.find_board_of(tx, fact.conversation_id)
    watchers = await queries.list_watchers(tx, Watched.BOARD, board) if board else []
    return await _waiting(tx, fact) | dict.fromkeys(watchers, NotificationKind.TOPIC_STARTED)


async def _waiting(tx: Write, fact: PostPublished) -> dict[int, NotificationKind]:
    """Who wants to hear of each post of whoever said it."""
    return dict.fromkeys(await queries.list_waiting_for(tx, fact.actor_id), NotificationKind.POSTED)


async def on_answer_accepted(tx: Write, fact: AnswerAccepted) -> None:
    """Unless it is another one by now."""
    topic = await talk.find_topic(tx, fact.conversation_id)
    if topic is None or topic.answer_id != fact.post_id or fact.actor_id == fact.post_actor_id:
        return
    if await hold_post(tx, fact.post_id) and await _reaches(tx, fact.post_actor_id, fact):
        await actions.notify(
            tx,
            fact.post_actor_id,
            NotificationKind.ANSWER_ACCEPTED,
            fact.actor_id,
            post=fact.post_id,
            conversation=fact.conversation_id,
            at=fact.occurred_at,
        )


async def on_topic_tended(tx: Write, fact: TopicTended) -> None:
    """Whose topic it is hears that it is called otherwise, or stands elsewhere."""
    if fact.step not in (TopicStep.CHANGED, TopicStep.MOVED) or fact.tended_by == fact.actor_id:
        return
    owner, id_ = Viewer(fact.actor_id, fact.actor_id), fact.conversation_id
    if await hold_post(tx, id_) and await talk.find_post(tx, owner, id_) is not None:
        kind = NotificationKind.TOPIC_TENDED
        await actions.notify(tx, fact.actor_id, kind, fact.tended_by, post=id_, conversation=id_, at=fact.occurred_at)


async def on_state_changed(tx: Write, fact: StateChanged) -> None:
    await tell(tx, Notice(f"conversation:{fact.conversation_id}", "state", fact.unanswered_id))


async def _reaches(
    tx: Write, recipient: int, fact: PostPublished | PostLiked | PostShared | PollEnded | AuthorNamed | AnswerAccepted
) -> bool:
    """The recipient may see the post, and wants to be spared neither its author, the conversation nor its words."""
    viewer = Viewer(recipient, recipient)
    if (await people.get_relationship(tx, viewer, fact.actor_id)).mutes:
        return False
    post = await talk.find_post(tx, viewer, fact.post_id)
    if post is None:
        return False
    within = await queries.find_within(tx, viewer, fact.conversation_id)
    if within.muted:
        return False
    if not within.shaped & Shaping.FILTERS:
        return True
    return not queries.is_hidden(await queries.get_sieve(tx, viewer, FilterPlace.NOTIFICATIONS), viewer, post)


async def on_post_edited(tx: Write, fact: PostEdited) -> None:
    if not await hold_post(tx, fact.post_id):
        return
    await actions.index_post(tx, fact.post_id)
    await actions.tell_changed(tx, fact.post_id, fact.conversation_id, fact.actor_id)


async def on_preview_changed(tx: Write, fact: PreviewChanged) -> None:
    await actions.tell_changed(tx, fact.post_id, fact.conversation_id)


async def on_quote_withdrawn(tx: Write, fact: QuoteWithdrawn) -> None:
    await actions.tell_changed(tx, fact.post_id, fact.conversation_id)


async def on_author_named(tx: Write, fact: AuthorNamed) -> None:
    """Whoever is named as an author hears of it, and is asked on the article's page."""
    if fact.live and await hold_post(tx, fact.post_id) and await _reaches(tx, fact.named_id, fact):
        await actions.notify(
            tx,
            fact.named_id,
            NotificationKind.NAMED_AUTHOR,
            fact.actor_id,
            post=fact.post_id,
            conversation=fact.conversation_id,
            at=fact.occurred_at,
        )


async def on_poll_ended(tx: Write, fact: PollEnded) -> None:
    """Whoever asked and whoever voted hears of it. That somebody voted is known to nobody else."""
    if not await hold_post(tx, fact.post_id):
        return
    for recipient in sorted({fact.actor_id, *await talk.list_voters(tx, fact.post_id)}):
        if await _reaches(tx, recipient, fact):
            await actions.notify(
                tx,
                recipient,
                NotificationKind.POLL_ENDED,
                fact.actor_id,
                post=fact.post_id,
                conversation=fact.conversation_id,
                at=fact.occurred_at,
            )
    await actions.tell_changed(tx, fact.post_id, fact.conversation_id)


async def on_language_detected(tx: Write, fact: LanguageDetected) -> None:
    """Its words have other stems now."""
    if await hold_post(tx, fact.post_id):
        await actions.index_post(tx, fact.post_id)


async def on_post_removed(tx: Write, fact: PostRemoved) -> None:
    """The removal fact: nothing in this room speaks of the post afterwards."""
    await actions.forget_post(tx, fact.post_id)
    await actions.forget_about_post(tx, fact.post_id)
    await actions.forget_trending_post(tx, fact.post_id)
    await actions.forget_scores(tx, fact.post_id)
    await actions.forget_filtered_post(tx, fact.post_id)
    if await talk.has_ended(tx, fact.conversation_id):
        await actions.forget_conversation(tx, fact.conversation_id)
    await actions.tell_removed(tx, fact)


async def on_post_liked(tx: Write, fact: PostLiked) -> None:
    if await hold_post(tx, fact.post_id) and await talk.has_liked(tx, fact.actor_id, fact.post_id):
        await _respond(tx, NotificationKind.LIKED, fact)


async def on_post_shared(tx: Write, fact: PostShared) -> None:
    if not (await hold_post(tx, fact.post_id) and await talk.has_shared(tx, fact.actor_id, fact.post_id)):
        return
    await _respond(tx, NotificationKind.SHARED, fact)
    if fact.live:
        await actions.tell_shared(tx, fact.share_id, fact.actor_id, fact.conversation_id)


async def _respond(tx: Write, kind: NotificationKind, fact: PostLiked | PostShared) -> None:
    """Tell the one whose post it is."""
    if not fact.live or fact.post_actor_id == fact.actor_id:
        return
    if await _reaches(tx, fact.post_actor_id, fact):
        await actions.notify(
            tx,
            fact.post_actor_id,
            kind,
            fact.actor_id,
            post=fact.post_id,
            conversation=fact.conversation_id,
            at=fact.occurred_at,
        )


async def on_like_removed(tx: Write, fact: LikeRemoved) -> None:
    """Unless it was liked again meanwhile: facts of one moment may be heard in any order."""
    await hold_post(tx, fact.post_id)
    if not await talk.has_liked(tx, fact.actor_id, fact.post_id):
        await actions.forget_response(tx, NotificationKind.LIKED, fact.actor_id, fact.post_id)


async def on_share_removed(tx: Write, fact: ShareRemoved) -> None:
    await hold_post(tx, fact.post_id)
    if not await talk.has_shared(tx, fact.actor_id, fact.post_id):
        await actions.forget_response(tx, NotificationKind.SHARED, fact.actor_id, fact.post_id)
    await actions.tell_unshared(tx, fact)


async def on_actor_followed(tx: Write, fact: ActorFollowed) -> None:
    if fact.live:
        await actions.tell_reader(tx, fact.follower_id, "following")
        await actions.notify(tx, fact.target_id, NotificationKind.FOLLOWED, fact.follower_id, at=fact.occurred_at)


async def on_actor_unfollowed(tx: Write, fact: ActorUnfollowed) -> None:
    """Lists are of people one follows; unless it was followed again meanwhile."""
    follower = Viewer(fact.follower_id, fact.follower_id)
    if not (await people.get_relationship(tx, follower, fact.target_id)).follows:
        await actions.take_off_lists(tx, fact.follower_id, fact.target_id)
        await actions.forget_followed_how(tx, fact.follower_id, fact.target_id)
    await actions.tell_reader(tx, fact.follower_id, "following")


async def on_follow_requested(tx: Write, fact: FollowRequested) -> None:
    """One that an archive brought rings no bell: it waits among the requests."""
    if fact.live:
        await _request(tx, NotificationKind.FOLLOW_REQUESTED, fact.target_id, fact.follower_id, fact.request_id)


async def on_connection_requested(tx: Write, fact: ConnectionRequested) -> None:
    await _request(tx, NotificationKind.CONNECTION_REQUESTED, fact.target_id, fact.person_id, fact.request_id)


async def _request(tx: Write, kind: NotificationKind, target: int, source: int, request: int) -> None:
    if await people.find_request(tx, request) is not None:
        await actions.notify(tx, target, kind, source, request=request)


async def on_request_closed(tx: Write, fact: RequestClosed) -> None:
    """Unless it was made again meanwhile."""
    if await people.find_request(tx, fact.request_id) is None:
        await actions.forget_request(tx, fact.target_id, fact.request_id)


async def on_introduction_made(tx: Write, fact: IntroductionMade) -> None:
    """Both are asked, as long as they have not answered; not who wants to hear nothing of whoever made it."""
    for person in (fact.one_id, fact.other_id):
        viewer = Viewer(person, person)
        if await people.find_introduction(tx, viewer, fact.introduction_id) is None:
            continue
        if not (await people.get_relationship(tx, viewer, fact.made_by)).mutes:
            kind = NotificationKind.INTRODUCED
            await actions.notify(tx, person, kind, fact.made_by, request=fact.introduction_id, at=fact.occurred_at)


async def on_introduction_answered(tx: Write, fact: IntroductionAnswered) -> None:
    await actions.forget_request(tx, fact.person_id, fact.introduction_id)


async def on_people_connected(tx: Write, fact: PeopleConnected) -> None:
    if fact.live:
        await actions.notify(tx, fact.asked_by, NotificationKind.CONNECTED, fact.accepted_by, at=fact.occurred_at)


async def on_person_joined(tx: Write, fact: PersonJoined) -> None:
    await actions.index_person(tx, fact.person_id)


async def on_profile_edited(tx: Write, fact: ProfileEdited) -> None:
    await actions.index_person(tx, fact.actor_id)


async def on_account_erased(tx: Write, fact: AccountErased) -> None:
    await _forget(tx, fact.person_id)


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


async def on_page_erased(tx: Write, fact: PageErased) -> None:
    await _forget(tx, fact.page_id)


async def _forget(tx: Write, actor: int) -> None:
    await actions.forget_person(tx, actor)
    await actions.forget_actor(tx, actor)
    await actions.forget_recipes(tx, actor)
    await actions.forget_reader(tx, actor)


async def on_group_invited(tx: Write, fact: GroupInvited) -> None:
    if await groups.find_invitation(tx, fact.group_id, fact.actor_id) is not None:
        await actions.notify(tx, fact.actor_id, NotificationKind.GROUP_INVITED, fact.invited_by, request=fact.group_id)


async def on_invitation_closed(tx: Write, fact: InvitationClosed) -> None:
    if await groups.find_invitation(tx, fact.group_id, fact.actor_id) is None:
        await actions.forget_invitation(tx, fact.group_id, fact.actor_id)


async def on_joining_requested(tx: Write, fact: JoiningRequested) -> None:
    """Those who look after the group hear of it, as long as nobody has answered."""
    asked = await groups.find_request(tx, fact.group_id, fact.actor_id)
    if asked is None or asked.declined_at is not None:
        return
    for one in await groups.list_guardians(tx, fact.group_id):
        await actions.notify(tx, one.actor_id, NotificationKind.GROUP_REQUESTED, fact.actor_id, request=fact.group_id)


async def on_joining_closed(tx: Write, fact: JoiningClosed) -> None:
    asked = await groups.find_request(tx, fact.group_id, fact.actor_id)
    if asked is None or asked.declined_at is not None:
        await actions.forget_joining(tx, fact.group_id, fact.actor_id)


async def on_joining_accepted(tx: Write, fact: JoiningAccepted) -> None:
    if await groups.find_role(tx, fact.group_id, fact.actor_id) is not None:
        await actions.notify(
            tx, fact.actor_id, NotificationKind.GROUP_ACCEPTED, fact.accepted_by, request=fact.group_id
        )


async def on_group_role_changed(tx: Write, fact: GroupRoleChanged) -> None:
    """Whoever gave it to themselves knows it; what came about by itself is told in one's own name."""
    if fact.changed_by == fact.actor_id or await groups.find_role(tx, fact.group_id, fact.actor_id) is None:
        return
    if not fact.changed_by and fact.role != GroupRole.OWNER:
        return
    by = fact.changed_by or fact.actor_id
    await actions.notify(tx, fact.actor_id, NotificationKind.GROUP_ROLE, by, request=fact.group_id)


async def on_group_post_removed(tx: Write, fact: GroupPostRemoved) -> None:
    """Whose post it was is told why."""
    if fact.removed_by != fact.actor_id:
        await actions.notify(tx, fact.actor_id, NotificationKind.GROUP_REMOVED, fact.removed_by, request=fact.entry_id)


async def on_group_left(tx: Write, fact: GroupLeft) -> None:
    if await groups.find_role(tx, fact.group_id, fact.actor_id) is None:
        await actions.forget_group_of(tx, fact.group_id, fact.actor_id)


async def on_group_deleted(tx: Write, fact: GroupDeleted) -> None:
    await actions.forget_group(tx, fact.group_id)
    await _forget(tx, fact.group_id)


async def on_board_removed(tx: Write, fact: BoardRemoved) -> None:
    await actions.forget_board(tx, fact.board_id)


async def on_pack_asked(tx: Write, fact: PackAsked) -> None:
    """Whoever it is, or the owners of the group, as long as nobody has answered."""
    if not await groups.is_asked(tx, fact.pack_id, fact.member_id):
        return
    owners = [one for one in await groups.list_guardians(tx, fact.member_id) if one.role is GroupRole.OWNER]
    for recipient in [one.actor_id for one in owners] or [fact.member_id]:
        await actions.notify(tx, recipient, NotificationKind.PACK_ASKED, fact.asked_by, request=fact.pack_id)


async def on_pack_answered(tx: Write, fact: PackAnswered) -> None:
    """0: there is no such pack any more."""
    if not fact.member_id:
        await actions.forget_matter(tx, NotificationKind.PACK_ASKED, fact.pack_id)
        return
    guardians = [one.actor_id for one in await groups.list_guardians(tx, fact.member_id)]
    for recipient in guardians or [fact.member_id]:
        await actions.forget_pack(tx, fact.pack_id, recipient)

"""Where a conversation stands: on somebody's wall, in a group, in a board; and what that makes of it."""

from typing import NamedTuple

import sqlalchemy as sa

from plausch.groups import queries as groups
from plausch.groups.model import LOOKING_AFTER, Board, Group, GroupRole, Visibility, permits
from plausch.kernel import clock, ids
from plausch.kernel.errors import Invalid, NotAllowed, NotFound, TooMany
from plausch.people import queries as people
from plausch.people.model import ActorKind, TeamRole, Viewer, WhoWrites
from plausch.storage import Read, Write, column_statement, param
from plausch.talk import queries
from plausch.talk.model import OPEN, Audience, AudienceKind, Conversation, EntryKind, Form, PostDraft, TopicKind
from plausch.talk.tables import conversations, entries, posts, topics

_LAST = column_statement(
    sa.select(sa.func.max(posts.c.published_at))
    .select_from(posts.join(conversations, conversations.c.id == posts.c.conversation_id))
    .where(
        conversations.c.place_id == param("place"),
        # Whoever also speaks for a page has one turn, not two.
        sa.or_(posts.c.actor_id == param("actor"), posts.c.author_id == param("person")),
        posts.c.published_at > param("since"),
    )
)
_SAID = column_statement(
    sa.select(posts.c.id)
    .select_from(posts.join(conversations, conversations.c.id == posts.c.conversation_id))
    .where(conversations.c.place_id == param("place"), posts.c.actor_id == param("actor"), posts.c.deleted_at.is_(None))
    .limit(param("limit"))
)


_LEAVE_WALL = column_statement(sa.update(conversations).where(conversations.c.id == param("id")).values(place_id=0))
_DROP_WALL_ENTRY = column_statement(
    sa.delete(entries).where(
        entries.c.conversation_id == param("id"),
        entries.c.actor_id == param("place"),
        entries.c.kind == EntryKind.WALL.value,
    )
)


class Place(NamedTuple):
    """Where something is to stand, once it is known that it may."""

    id: int = 0
    #: Whom everything there is for; None: as whoever writes wishes.
    audience: Audience | None = None
    group: Group | None = None
    #: What the writer is in the group, or in the boards of the community.
    role: GroupRole | None = None


async def find_place(tx: Read, viewer: Viewer, draft: PostDraft) -> Place:
    """Where a new conversation stands. Raises NotFound, NotAllowed, TooMany, Invalid."""
    board = await _board(tx, draft)
    await _check_inside(tx, viewer, draft.place)
    if not draft.place:
        if board is None:
            return Place()
        role = groups.role_in_community(viewer)
        _check_board(board, role, draft)
        return Place(0, Audience(AudienceKind.PUBLIC, 0, draft.local_only), None, role)
    await groups.keep_group(tx, draft.place)
    group = await groups.find_group(tx, viewer, draft.place)
    if group is None:
        if board is not None:
            # As if there were no such board: that there is one tells of the group.
            raise NotFound("board_not_found")
        return Place(draft.place, await _on_wall(tx, viewer, draft))
    role = await _role(tx, viewer, group)
    await _check_group(tx, viewer, group, role)
    if not permits(group.who_posts, role):
        raise NotAllowed("group_not_for_you")
    if board is not None:
        _check_board(board, role, draft)
    return Place(group.id, _in_group(group, draft.local_only), group, role)


async def check_may_reply_at(tx: Read, viewer: Viewer, conversation: Conversation) -> Place:
    """Whether the place of a conversation lets the viewer reply. Raises NotAllowed, NotFound, TooMany."""
    board = None
    await _check_inside(tx, viewer, conversation.place_id)
    if conversation.form is Form.TOPIC:
        board = await groups.find_board(tx, await queries.find_board_of(tx, conversation.id))
    group, role = None, groups.role_in_community(viewer)
    if conversation.place_id:
        await groups.keep_group(tx, conversation.place_id)
        group = await groups.find_group(tx, viewer, conversation.place_id)
        if group is not None:
            role = await _role(tx, viewer, group)
            await _check_group(tx, viewer, group, role)
            if not permits(group.who_replies, role):
                raise NotAllowed("group_not_for_you")
        elif (await people.get_actor(tx, conversation.place_id)).kind is ActorKind.GROUP:
            # It is apart from the viewer, and no wall on which anybody might go on.
            raise NotAllowed("group_not_for_you")
    looks_after = role in (GroupRole.OWNER, GroupRole.MODERATOR)
    if conversation.locked_at is not None and not looks_after:
        raise NotAllowed("conversation_locked")
    if board is not None and not permits(board.who_replies, role):
        raise NotAllowed("board_not_for_you")
    return Place(conversation.place_id, None, group, role)


async def check_speaks_for(tx: Read, viewer: Viewer) -> TeamRole | None:
    """Whether the viewer speaks for whom it acts as, now; its role in the team of a page. Raises NotAllowed."""
    if viewer.acting_as == viewer.person:
        return None
    member = await people.find_team_member(tx, viewer.acting_as, viewer.person)
    if member is not None:
        return member.role
    if await groups.find_role(tx, viewer.acting_as, viewer.person) not in LOOKING_AFTER:
        raise NotAllowed("not_on_team")
    return None


async def check_decides_for(tx: Read, viewer: Viewer) -> None:
    """Whether the viewer speaks for whom it acts as without asking others: authors do not. Raises NotAllowed."""
    if await check_speaks_for(tx, viewer) is TeamRole.AUTHOR:
        raise NotAllowed("ask_an_editor")


async def must_wait(tx: Read, viewer: Viewer, place: Place) -> list[int]:
    """Who has to let through what the viewer is about to say there, one after the other: a page, a group."""
    found = [viewer.acting_as] if await check_speaks_for(tx, viewer) is TeamRole.AUTHOR else []
    group = place.group
    if group is not None and group.approve_first and place.role in (None, GroupRole.MEMBER):
        said = await tx.all(_SAID, place=group.id, actor=viewer.acting_as, limit=group.approve_first)
        if len(said) < group.approve_first:
            found.append(group.id)
    return found


async def put_in_place(tx: Write, viewer: Viewer, draft: PostDraft, place: Place, post_id: int, now: int) -> None:
    """What being there adds: an entry on the wall, a row in the board."""
    if place.id and place.id != viewer.acting_as:
        await tx.insert(
            entries,
            id=ids.new_id(now),
            actor_id=place.id,
            kind=EntryKind.WALL.value,
            post_id=post_id,
            conversation_id=post_id,
        )
    if draft.form is Form.TOPIC:
        await tx.insert(topics, conversation_id=post_id, board_id=draft.board, kind=draft.topic.value, last_at=now)


async def _board(tx: Read, draft: PostDraft) -> Board | None:
    if not draft.board:
        return None
    board = await groups.find_board(tx, draft.board)
    if board is None or board.group_id != draft.place:
        raise NotFound("board_not_found")
    return board


def _check_board(board: Board, role: GroupRole | None, draft: PostDraft) -> None:
    if board.closed_at is not None or not permits(board.who_posts, role):
        raise NotAllowed("board_not_for_you")
    if draft.topic is TopicKind.ANNOUNCEMENT and role not in LOOKING_AFTER:
        raise Invalid("topic", "announcement_not_yours")
    if draft.topic is TopicKind.POLL and draft.poll is None:
        raise Invalid("poll", "poll_options_few")


async def _check_inside(tx: Read, viewer: Viewer, place: int) -> None:
    """A group speaks nowhere but within itself."""
    if viewer.acting_as not in (viewer.person, place) and await groups.find_group(tx, viewer, viewer.acting_as):
        raise NotAllowed("group_not_for_you")


async def _role(tx: Read, viewer: Viewer, group: Group) -> GroupRole | None:
    """Also of somebody who speaks as the group itself."""
    return await groups.find_role(tx, group.id, viewer.person) if viewer.acting_as == group.id else group.role


async def _check_group(tx: Read, viewer: Viewer, group: Group, role: GroupRole | None) -> None:
    if group.closed_at is not None:
        raise NotAllowed("group_closed")
    if viewer.acting_as == group.id and role not in (GroupRole.OWNER, GroupRole.MODERATOR):
        raise NotAllowed("group_not_for_you")
    if not (group.visibility is Visibility.PUBLIC or role is not None):
        raise NotAllowed("group_not_for_you")
    for_others = viewer.acting_as not in (viewer.person, group.id)
    if (role is None or for_others) and await groups.is_shut_out(tx, group.id, viewer):
        raise NotAllowed("group_banned")
    if group.slow_mode and role in (None, GroupRole.MEMBER):
        now = clock.now()
        whose = {"actor": viewer.acting_as, "person": viewer.person}
        last = await tx.first(_LAST, place=group.id, **whose, since=now - group.slow_mode)
        if last is not None:
            raise TooMany((last + group.slow_mode - now) // 1000 + 1)


def _in_group(group: Group, local_only: bool) -> Audience:
    if group.visibility is Visibility.PUBLIC:
        return Audience(AudienceKind.PUBLIC, 0, local_only)
    return Audience(AudienceKind.GROUP, group.id, True)


async def _on_wall(tx: Read, viewer: Viewer, draft: PostDraft) -> Audience | None:
    """On somebody's wall one speaks to everybody, or to the owner's followers or connections."""
    if draft.place == viewer.acting_as:
        return None
    if draft.place not in await people.list_actors(tx, viewer, [draft.place]):
        raise NotFound("actor_not_found")
    owner = await people.get_actor(tx, draft.place)
    if owner.kind is ActorKind.GROUP:
        raise NotFound("actor_not_found")
    who = await people.find_who_writes(tx, owner.id)
    relationship = await people.get_relationship(tx, viewer, owner.id)
    if who is WhoWrites.NOBODY or (who is WhoWrites.CONNECTIONS and not relationship.connected):
        raise NotAllowed("wall_not_for_you")
    kind = draft.audience or AudienceKind.CONNECTIONS
    if kind in OPEN:
        return Audience(kind, 0, draft.local_only)
    if kind not in (AudienceKind.FOLLOWERS, AudienceKind.CONNECTIONS):
        raise Invalid("audience", "wall_audience")
    return Audience(kind, owner.id, draft.local_only)


async def take_off_wall(tx: Write, viewer: Viewer, conversation_id: int) -> None:
    """The viewer does not want a conversation on its wall; it stays where else it is. Raises NotFound, NotAllowed."""
    conversation = await queries.get_conversation(tx, viewer, conversation_id)
    if not viewer.signed_in or conversation.place_id != viewer.acting_as:
        raise NotAllowed("not_your_wall")
    await check_speaks_for(tx, viewer)
    await tx.run(_LEAVE_WALL, id=conversation_id)
    await tx.run(_DROP_WALL_ENTRY, id=conversation_id, place=viewer.acting_as)

"""How groups come to be, change, rest and end."""

from collections.abc import Callable, Collection
from typing import NamedTuple

import sqlalchemy as sa

from plausch.groups import queries
from plausch.groups.actions.holding import count_members, look_after, note, own_group
from plausch.groups.events import BoardRemoved, GroupDeleted, GroupVisibilityChanged
from plausch.groups.model import (
    ABOUT_MAX,
    APPROVE_MAX,
    NAME_MAX,
    OWNED_MAX,
    QUESTION_MAX,
    RULES_MAX,
    SLOW_MODES,
    TOPICS_MAX,
    Group,
    GroupDraft,
    GroupRole,
    GroupStep,
    Joining,
    Visibility,
    Who,
)
from plausch.groups.tables import (
    bans,
    boards,
    groups,
    invitations,
    links,
    log,
    pack_members,
    requests,
    roles,
    topics,
)
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid, NotAllowed
from plausch.language import markdown
from plausch.language.inline_rules import tag_name
from plausch.people import actions as people
from plausch.people import queries as persons
from plausch.people.events import ProfileEdited
from plausch.people.model import (
    ActorKind,
    ProfileEdit,
    Standing,
    Viewer,
    WhoWrites,
    check_may_act,
    clean_handle,
    clean_line,
    clean_text,
)
from plausch.storage import Write, column_statement, param
from plausch.work.facts import record

_SETTINGS = (
    *("visibility", "joining", "question", "rules_source", "rules_html"),
    *("who_posts", "who_replies", "slow_mode", "approve_first"),
)
_EDIT = column_statement(
    sa.update(groups)
    .where(groups.c.group_id == param("group"))
    .values({name: sa.bindparam(f"new_{name}", type_=groups.c[name].type) for name in _SETTINGS})
)
_SET_CLOSED = column_statement(
    sa.update(groups).where(groups.c.group_id == param("group")).values(closed_at=param("closed"))
)
_DROP_TOPICS = column_statement(sa.delete(topics).where(topics.c.group_id == param("group")))
_FORGET = [
    *(
        column_statement(sa.delete(table).where(table.c.group_id == param("group")))
        for table in (topics, roles, requests, invitations, links, bans, boards, log)
    ),
    column_statement(sa.delete(pack_members).where(pack_members.c.actor_id == param("group"))),
]
_DROP = column_statement(sa.delete(groups).where(groups.c.group_id == param("group")))


class Links(NamedTuple):
    """Where people and tags are on the web; the doors know."""

    profile: Callable[[str], str]
    tag: Callable[[str], str]
    #: The names of this server.
    here: Collection[str] = ()


async def create_group(tx: Write, viewer: Viewer, draft: GroupDraft, links_to: Links) -> int:
    """Found a group that the viewer owns; its id. Raises Invalid, Conflict, NotAllowed."""
    check_may_act(viewer)
    await persons.check_no_group(tx, viewer)
    if len(await queries.list_owned(tx, viewer.acting_as)) >= OWNED_MAX:
        raise Conflict("groups_many")
    settings = _checked(draft)
    tags = _tags(draft)
    secret = draft.visibility is Visibility.SECRET
    group = await people.make_actor(
        tx,
        ActorKind.GROUP,
        people.random_handle() if secret else _chosen_handle(draft),
        name=draft.name,
        language=draft.language,
        standing=Standing.SECRET if secret else Standing.ACTIVE,
    )
    # Nobody writes on a group's wall but through the group's own rules.
    await people.set_who_writes(tx, group, WhoWrites.NOBODY)
    now = clock.now()
    await tx.insert(groups, group_id=group, created_at=now, **settings)
    await _describe(tx, viewer, group, draft, links_to)
    await _put_tags(tx, group, tags)
    await people.begin_membership(tx, viewer.acting_as, group)
    await tx.insert(roles, group_id=group, actor_id=viewer.acting_as, role=GroupRole.OWNER.value, at=now)
    await count_members(tx, group, 1)
    await note(tx, group, viewer.acting_as, GroupStep.CREATED)
    return group


async def edit_group(tx: Write, viewer: Viewer, group_id: int, draft: GroupDraft, links_to: Links) -> None:
    """Change what a group says of itself and how it goes on there. Only owners change who may see it.

    What was said while it was public is for members alone once it is closed; opening it publishes nothing old.
    A handle stays, unless nobody could know the group before, or shall from now on. Raises Invalid, Conflict.
    """
    held = await look_after(tx, viewer, group_id)
    before = held.group.visibility
    if draft.visibility is not before and held.role is not GroupRole.OWNER:
        raise NotAllowed("group_owners_only")
    settings, tags = _checked(draft), _tags(draft)
    await tx.run(_EDIT, group=group_id, **{f"new_{name}": settings[name] for name in _SETTINGS})
    await _describe(tx, viewer, group_id, draft, links_to)
    await people.set_language(tx, group_id, draft.language)
    await tx.run(_DROP_TOPICS, group=group_id)
    await _put_tags(tx, group_id, tags)
    if draft.visibility is not before:
        await _show_or_hide(tx, held.group, draft)
        await note(tx, group_id, held.actor, GroupStep.VISIBILITY, text=draft.visibility.value)
        await record(tx, GroupVisibilityChanged(group_id=group_id, visibility=draft.visibility.value))
    else:
        await note(tx, group_id, held.actor, GroupStep.EDITED)


async def close_group(tx: Write, viewer: Viewer, group_id: int) -> None:
    """From now on it is only read. Its owners may open it again."""
    held = await own_group(tx, viewer, group_id)
    if held.group.closed_at is None:
        await shut(tx, group_id, held.actor)


async def shut(tx: Write, group_id: int, actor: int) -> None:
    """Close a group that is held; by nobody (0) when nobody is left to look after it."""
    await tx.run(_SET_CLOSED, group=group_id, closed=clock.now())
    await note(tx, group_id, actor, GroupStep.CLOSED)
    await record(tx, ProfileEdited(actor_id=group_id))


async def reopen_group(tx: Write, viewer: Viewer, group_id: int) -> None:
    held = await own_group(tx, viewer, group_id)
    if held.group.closed_at is not None:
        await tx.run(_SET_CLOSED, group=group_id, closed=None)
        await note(tx, group_id, held.actor, GroupStep.REOPENED)
        await record(tx, ProfileEdited(actor_id=group_id))


async def delete_group(tx: Write, viewer: Viewer, group_id: int) -> None:
    """Take a group away for good; what was said in it goes by the fact. Of a known one it stays known that it was."""
    held = await own_group(tx, viewer, group_id)
    for board in await queries.list_boards(tx, group_id):
        await record(tx, BoardRemoved(board_id=board.id))
    for forget in _FORGET:
        await tx.run(forget, group=group_id)
    if held.group.visibility is Visibility.SECRET:
        await tx.run(_DROP, group=group_id)
    else:
        await tx.run(_SET_CLOSED, group=group_id, closed=clock.now())
    files = await people.erase_actor(tx, group_id)
    await record(tx, GroupDeleted(group_id=group_id, files=files))


def _checked(draft: GroupDraft) -> dict[str, object]:
    """The group's own columns. What contradicts its visibility is brought into line."""
    if not clean_line(draft.name, "name", NAME_MAX):
        raise Invalid("name", "missing")
    if draft.slow_mode not in SLOW_MODES:
        raise Invalid("slow_mode", "choice_unknown")
    if not 0 <= draft.approve_first <= APPROVE_MAX:
        raise Invalid("approve_first", "choice_unknown")
    rules = clean_text(draft.rules, "rules", RULES_MAX)
    public = draft.visibility is Visibility.PUBLIC
    # Whom nobody knows, nobody can ask to be let in.
    joining = Joining.INVITATION if draft.visibility is Visibility.SECRET else draft.joining
    return {
        "visibility": draft.visibility.value,
        "joining": joining.value,
        "question": clean_line(draft.question, "question", QUESTION_MAX) if joining is Joining.REQUEST else "",
        "rules_source": rules,
        "rules_html": "",
        "who_posts": _who(draft.who_posts, public),
        "who_replies": _who(draft.who_replies, public),
        "slow_mode": draft.slow_mode,
        "approve_first": draft.approve_first,
    }


def _who(who: Who, public: bool) -> str:
    return (Who.MEMBERS if who is Who.EVERYBODY and not public else who).value


def _tags(draft: GroupDraft) -> list[str]:
    found = [tag_name(one) for one in draft.topics if one.strip()]
    if None in found:
        raise Invalid("topics", "tag_form")
    tags = list(dict.fromkeys(one for one in found if one))
    if len(tags) > TOPICS_MAX:
        raise Invalid("topics", "topics_many")
    return tags


def _chosen_handle(draft: GroupDraft) -> str:
    handle = clean_handle(draft.handle)
    if people.is_random_handle(handle):
        raise Invalid("handle", "handle_reserved")
    return handle


async def _put_tags(tx: Write, group: int, tags: list[str]) -> None:
    for tag in tags:
        await tx.insert(topics, group_id=group, tag=tag)


async def _describe(tx: Write, viewer: Viewer, group: int, draft: GroupDraft, links_to: Links) -> None:
    """Its profile, as every actor has one, and its rules."""
    as_group = Viewer(viewer.person, group)
    edit = ProfileEdit(name=draft.name, about=clean_text(draft.about, "about", ABOUT_MAX), pronouns="", locked=False)
    await people.edit_profile(
        tx, as_group, edit, profile_url=links_to.profile, tag_url=links_to.tag, here=links_to.here
    )
    html = markdown.parse(clean_text(draft.rules, "rules", RULES_MAX)).render({}, links_to.tag)
    await tx.run(_SET_RULES, group=group, html=html)


_SET_RULES = column_statement(
    sa.update(groups).where(groups.c.group_id == param("group")).values(rules_html=param("html", sa.Text()))
)


async def _show_or_hide(tx: Write, group: Group, draft: GroupDraft) -> None:
    """A secret group has a handle that tells nothing; leaving or entering that state changes it."""
    if draft.visibility is Visibility.SECRET:
        await people.set_handle(tx, group.id, people.random_handle())
        await people.set_standing(tx, group.id, Standing.SECRET)
    elif group.visibility is Visibility.SECRET:
        await people.set_handle(tx, group.id, _chosen_handle(draft))
        await people.set_standing(tx, group.id, Standing.ACTIVE)

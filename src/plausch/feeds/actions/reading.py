"""How people shape what they read: tags they follow, conversations and words they are spared, lists."""

import sqlalchemy as sa

from plausch.feeds import queries
from plausch.feeds.actions.telling import tell_reader
from plausch.feeds.model import (
    FILTERS_MAX,
    LISTS_MAX,
    MEMBERS_MAX,
    TAGS_FOLLOWED_MAX,
    FilterDraft,
    FilterPlace,
    ListReplies,
    Shaping,
    Watched,
    WatchLevel,
    clean_list_name,
    clean_phrase,
)
from plausch.feeds.tables import (
    featured_tags,
    filters,
    followed_how,
    followed_tags,
    list_members,
    lists,
    markers,
    muted_conversations,
    readers,
    watches,
)
from plausch.kernel import clock, ids
from plausch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from plausch.language.inline_rules import tag_name
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Statement, Write, column_statement, param, upsert
from plausch.talk import queries as talk

_ME = param("me")


def _any(table: sa.Table, column: sa.ColumnElement[int], *conditions: sa.ColumnElement[bool]) -> sa.Exists:
    return sa.exists(sa.select(sa.literal(1)).select_from(table).where(column == _ME, *conditions))


_SHAPED = sum(
    (
        sa.case((there, sa.literal(int(flag), sa.BigInteger())), else_=sa.literal(0, sa.BigInteger()))
        for flag, there in (
            (Shaping.TAGS, _any(followed_tags, followed_tags.c.reader_id)),
            (Shaping.MUTED, _any(muted_conversations, muted_conversations.c.reader_id)),
            (Shaping.FILTERS, _any(filters, filters.c.reader_id)),
            (Shaping.LISTS, _any(lists, lists.c.owner_id, lists.c.out_of_home)),
            (
                Shaping.FOLLOWED,
                _any(
                    followed_how,
                    followed_how.c.reader_id,
                    sa.or_(sa.not_(followed_how.c.shares), followed_how.c.languages != ""),
                ),
            ),
            (
                Shaping.BOARDS,
                _any(
                    watches,
                    watches.c.reader_id,
                    watches.c.kind == Watched.BOARD.value,
                    watches.c.level == WatchLevel.MUTE.value,
                ),
            ),
        )
    ),
    start=sa.literal(0, sa.BigInteger()),
)
_HOLD = column_statement(
    upsert(readers)
    .values(reader_id=_ME, shaped=sa.literal(0, sa.BigInteger()))
    .on_conflict_do_update(index_elements=[readers.c.reader_id], set_={"shaped": readers.c.shaped})
)
_RESHAPE = column_statement(sa.update(readers).where(readers.c.reader_id == _ME).values(shaped=_SHAPED))
_FOLLOW_TAG = column_statement(upsert(followed_tags).on_conflict_do_nothing())
_UNFOLLOW_TAG = column_statement(
    sa.delete(followed_tags).where(followed_tags.c.reader_id == _ME, followed_tags.c.tag == param("tag", sa.Text()))
)
_MUTE = column_statement(upsert(muted_conversations).on_conflict_do_nothing())
_UNMUTE = column_statement(
    sa.delete(muted_conversations).where(
        muted_conversations.c.reader_id == _ME, muted_conversations.c.conversation_id == param("conversation")
    )
)
_CHANGE_FILTER = column_statement(
    sa.update(filters)
    .where(filters.c.reader_id == _ME, filters.c.id == param("filter"))
    .values(
        phrase=param("new_phrase", sa.Text()),
        whole_word=param("new_whole", sa.Boolean()),
        places=param("new_places", sa.Text()),
        action=param("new_action", sa.Text()),
        ends_at=param("new_end"),
    )
)
_DROP_FILTER = column_statement(sa.delete(filters).where(filters.c.reader_id == _ME, filters.c.id == param("filter")))
_CHANGE_LIST = column_statement(
    sa.update(lists)
    .where(lists.c.owner_id == _ME, lists.c.id == param("list"))
    .values(
        name=param("new_name", sa.Text()),
        out_of_home=param("new_out", sa.Boolean()),
        replies=sa.func.coalesce(param("new_replies", sa.Text()), lists.c.replies),
    )
)
_DROP_LIST = column_statement(sa.delete(lists).where(lists.c.owner_id == _ME, lists.c.id == param("list")))
_EMPTY_LIST = column_statement(sa.delete(list_members).where(list_members.c.list_id == param("list")))
_ADD_MEMBER = column_statement(upsert(list_members).on_conflict_do_nothing())
_DROP_MEMBER = column_statement(
    sa.delete(list_members).where(list_members.c.list_id == param("list"), list_members.c.actor_id == param("actor"))
)
_MY_LISTS = sa.select(lists.c.id).where(lists.c.owner_id == _ME)
_DROP_FROM_ALL = column_statement(
    sa.delete(list_members).where(list_members.c.list_id.in_(_MY_LISTS), list_members.c.actor_id == param("actor"))
)
_FORGET: list[Statement[object]] = [
    column_statement(sa.delete(list_members).where(list_members.c.list_id.in_(_MY_LISTS))),
    column_statement(sa.delete(list_members).where(list_members.c.actor_id == _ME)),
    column_statement(sa.delete(lists).where(lists.c.owner_id == _ME)),
    column_statement(sa.delete(filters).where(filters.c.reader_id == _ME)),
    column_statement(sa.delete(muted_conversations).where(muted_conversations.c.reader_id == _ME)),
    column_statement(sa.delete(followed_tags).where(followed_tags.c.reader_id == _ME)),
    column_statement(sa.delete(watches).where(watches.c.reader_id == _ME)),
    column_statement(sa.delete(followed_how).where(followed_how.c.reader_id == _ME)),
    column_statement(sa.delete(followed_how).where(followed_how.c.actor_id == _ME)),
    column_statement(sa.delete(markers).where(markers.c.reader_id == _ME)),
    column_statement(sa.delete(featured_tags).where(featured_tags.c.actor_id == _ME)),
    column_statement(sa.delete(readers).where(readers.c.reader_id == _ME)),
]


async def hold_reader(tx: Write, viewer: Viewer) -> int:
    """Change how somebody reads, one thing after the other. Raises NotAllowed for visitors."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    await tx.run(_HOLD, me=viewer.acting_as)
    return viewer.acting_as


async def reshape(tx: Write, me: int) -> None:
    """Note with the reader what of all this they use."""
    await tx.run(_RESHAPE, me=me)


async def follow_tag(tx: Write, viewer: Viewer, tag: str) -> None:
    """Have public posts under a tag at home; repeating it changes nothing. Raises Invalid("tag", ...), Conflict."""
    me = await hold_reader(tx, viewer)
    name = tag_name(tag)
    if name is None:
        raise Invalid("tag", "tag_form")
    if len(await queries.list_followed_tags(tx, viewer)) >= TAGS_FOLLOWED_MAX:
        raise Conflict("tags_many")
    if await tx.run(_FOLLOW_TAG, reader_id=me, tag=name, at=clock.now()):
        await tell_reader(tx, me, "following")
    await reshape(tx, me)


async def unfollow_tag(tx: Write, viewer: Viewer, tag: str) -> None:
    me = await hold_reader(tx, viewer)
    if await tx.run(_UNFOLLOW_TAG, me=me, tag=tag_name(tag) or tag):
        await tell_reader(tx, me, "following")
    await reshape(tx, me)


async def mute_conversation(tx: Write, viewer: Viewer, conversation: int) -> None:
    """Hear no more of a conversation, neither at home nor by notifications. Raises NotFound."""
    me = await hold_reader(tx, viewer)
    await talk.get_conversation(tx, viewer, conversation)
    await tx.run(_MUTE, reader_id=me, conversation_id=conversation, at=clock.now())
    await reshape(tx, me)


async def unmute_conversation(tx: Write, viewer: Viewer, conversation: int) -> None:
    me = await hold_reader(tx, viewer)
    await tx.run(_UNMUTE, me=me, conversation=conversation)
    await reshape(tx, me)


async def add_filter(tx: Write, viewer: Viewer, draft: FilterDraft, set_id: int = 0, title: str = "") -> int:
    """Be spared some words; the filter's id. Raises Invalid, Conflict when there are too many."""
    me = await hold_reader(tx, viewer)
    phrase, places = check_filter(draft)
    if len(await queries.list_filters(tx, viewer)) >= FILTERS_MAX:
        raise Conflict("filters_many")
    id_ = ids.new_id()
    await tx.insert(
        filters,
        id=id_,
        reader_id=me,
        phrase=phrase,
        whole_word=draft.whole_word,
        places=places,
        action=draft.action.value,
        ends_at=draft.ends_at,
        set_id=set_id,
        title=title,
    )
    await reshape(tx, me)
    await tell_reader(tx, me, "filtered")
    return id_


async def change_filter(tx: Write, viewer: Viewer, id_: int, draft: FilterDraft) -> None:
    """Raises NotFound, Invalid."""
    me = await hold_reader(tx, viewer)
    phrase, places = check_filter(draft)
    changed = await tx.run(
        _CHANGE_FILTER,
        me=me,
        filter=id_,
        new_phrase=phrase,
        new_whole=draft.whole_word,
        new_places=places,
        new_action=draft.action.value,
        new_end=draft.ends_at,
    )
    if not changed:
        raise NotFound
    await tell_reader(tx, me, "filtered")


def check_filter(draft: FilterDraft) -> tuple[str, str]:
    return clean_phrase(draft.phrase), check_places(draft)


def check_places(draft: FilterDraft) -> str:
    """As they are stored. Raises Invalid."""
    if not draft.places:
        raise Invalid("places", "missing")
    return " ".join(place.value for place in FilterPlace if place in draft.places)


async def remove_filter(tx: Write, viewer: Viewer, id_: int) -> None:
    me = await hold_reader(tx, viewer)
    await tx.run(_DROP_FILTER, me=me, filter=id_)
    await reshape(tx, me)
    await tell_reader(tx, me, "filtered")


async def make_list(
    tx: Write, viewer: Viewer, name: str, *, out_of_home: bool = False, replies: ListReplies = ListReplies.ALL
) -> int:
    """A new list of people; its id. Raises Invalid("name", ...), Conflict when there are too many."""
    me = await hold_reader(tx, viewer)
    cleaned = clean_list_name(name)
    if len(await queries.list_lists(tx, viewer)) >= LISTS_MAX:
        raise Conflict("lists_many")
    id_ = ids.new_id()
    await tx.insert(lists, id=id_, owner_id=me, name=cleaned, out_of_home=out_of_home, replies=replies.value)
    await reshape(tx, me)
    return id_


async def change_list(
    tx: Write, viewer: Viewer, id_: int, name: str, *, out_of_home: bool, replies: ListReplies | None = None
) -> None:
    """Raises NotFound, Invalid("name", ...)."""
    me = await hold_reader(tx, viewer)
    new = {"new_name": clean_list_name(name), "new_out": out_of_home}
    if not await tx.run(_CHANGE_LIST, me=me, list=id_, new_replies=replies.value if replies else None, **new):
        raise NotFound("list_not_found")
    await reshape(tx, me)


async def remove_list(tx: Write, viewer: Viewer, id_: int) -> None:
    """The people stay followed. Raises NotFound."""
    me = await hold_reader(tx, viewer)
    if not await tx.run(_DROP_LIST, me=me, list=id_):
        raise NotFound("list_not_found")
    await tx.run(_EMPTY_LIST, list=id_)
    await reshape(tx, me)


async def add_to_list(tx: Write, viewer: Viewer, id_: int, actor: int) -> None:
    """Put somebody whom the viewer follows onto a list. Raises NotFound, Conflict."""
    me = await hold_reader(tx, viewer)
    there = await queries.get_list(tx, viewer, id_)
    if not (await people.get_relationship(tx, viewer, actor)).follows:
        raise Conflict("follow_first")
    if there.members >= MEMBERS_MAX:
        raise Conflict("list_full")
    if await tx.run(_ADD_MEMBER, list_id=id_, actor_id=actor):
        await tell_reader(tx, me, "following")


async def take_off_list(tx: Write, viewer: Viewer, id_: int, actor: int) -> None:
    """Raises NotFound when there is no such list."""
    me = await hold_reader(tx, viewer)
    await queries.get_list(tx, viewer, id_)
    if await tx.run(_DROP_MEMBER, list=id_, actor=actor):
        await tell_reader(tx, me, "following")


async def take_off_lists(tx: Write, owner: int, actor: int) -> None:
    """Somebody is not followed any more."""
    await tx.run(_DROP_FROM_ALL, me=owner, actor=actor)


async def forget_reader(tx: Write, person: int) -> None:
    """What somebody who is gone had set, and where others had put them."""
    for forget in _FORGET:
        await tx.run(forget, me=person)

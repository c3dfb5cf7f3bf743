"""Who may see what, as conditions: every statement that shows talk to somebody is built with these.

The parameters are `me` (whom the viewer acts as) and `person` (who is signed in), 0 for a
visitor. `seen_as` fills them.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import FromClause

from plausch.groups.queries import looked_after_by
from plausch.kernel.ids import first_id_at
from plausch.people.model import Relation, Viewer
from plausch.people.queries import is_known_to, is_present, no_block_between, pages_spoken_for_by, related
from plausch.storage import any_of, is_one_of, param
from plausch.talk.model import OPEN, Attached, AudienceKind, TopicKind
from plausch.talk.tables import (
    bookmarks,
    conversations,
    drafts,
    entries,
    likes,
    participants,
    posts,
    previewed,
    shares,
    tags,
    topics,
)

ME, PERSON = param("me"), param("person")
#: The names under which statements of this room and of `feeds` read posts and entries.
post = posts.alias("post")
entry = entries.alias("entry")
like, share = likes.alias("given_like"), shares.alias("given_share")
#: The first post of the conversation that another post is in.
root = posts.alias("root")
#: What a post answers.
answered = posts.alias("answered")
conversation = conversations.alias("conversation")


def seen_as(viewer: Viewer) -> dict[str, int]:
    """The parameters that stand for the viewer."""
    return {"me": viewer.acting_as, "person": viewer.person}


def within(scoped: FromClause) -> ColumnElement[bool]:
    """The viewer belongs to the audience of a row with `scope_kind`, `scope_id` and `local_only`."""
    kind, scope = scoped.c.scope_kind, scoped.c.scope_id
    connected = related(Relation.CONNECT, ME, scope)
    named = sa.exists(sa.select(sa.literal(1)).where(participants.c.scope_id == scope, participants.c.actor_id == ME))
    return sa.and_(
        sa.or_(sa.not_(scoped.c.local_only), PERSON != 0),
        sa.or_(
            is_one_of(kind, OPEN),
            sa.and_(kind == AudienceKind.GROUP.value, sa.or_(scope == ME, related(Relation.MEMBER, ME, scope))),
            sa.and_(
                kind == AudienceKind.FOLLOWERS.value,
                sa.or_(scope == ME, related(Relation.FOLLOW, ME, scope), connected),
            ),
            sa.and_(kind == AudienceKind.CONNECTIONS.value, sa.or_(scope == ME, connected)),
            sa.and_(kind == AudienceKind.PARTICIPANTS.value, named),
        ),
    )


def own(of: FromClause) -> ColumnElement[bool]:
    """The viewer speaks or wrote here; what it wrote for a page or a group is its own as long as it speaks for that."""
    speaking = sa.union_all(pages_spoken_for_by(PERSON), looked_after_by(PERSON))
    wrote = sa.and_(of.c.author_id == PERSON, sa.or_(of.c.actor_id == PERSON, of.c.actor_id.in_(speaking)))
    return sa.and_(PERSON != 0, sa.or_(of.c.actor_id == ME, wrote))


def visible(of: FromClause = post, *, tombstones: bool = False) -> ColumnElement[bool]:
    """The viewer may see the post. With `tombstones` also that there was one, though its author be gone."""
    there: ColumnElement[bool] = is_known_to(ME, of.c.actor_id)
    if tombstones:
        there = sa.or_(of.c.deleted_at.is_not(None), there)
    # What one has said in a group stays there when one leaves it.
    mine = sa.and_(own(of), of.c.scope_kind != AudienceKind.GROUP.value)
    allowed = sa.or_(mine, sa.and_(within(of), no_block_between(ME, of.c.actor_id), there))
    return allowed if tombstones else sa.and_(of.c.deleted_at.is_(None), allowed)


def is_shown_by_link() -> ColumnElement[bool]:
    """Whoever is suspended or has left shows no draft; nor anybody one of a page for which they speak no more."""
    writer, speaking = drafts.c.author_id, drafts.c.actor_id
    speaks = sa.or_(speaking == writer, speaking.in_(pages_spoken_for_by(writer)))
    return sa.and_(is_present(writer), is_present(speaking), speaks)


def visible_entry() -> ColumnElement[bool]:
    """The viewer may see what the entry is about, and who did it. Needs `entry` joined with `post`."""
    by_other = sa.and_(no_block_between(ME, entry.c.actor_id), is_known_to(ME, entry.c.actor_id))
    return sa.and_(visible(post), sa.or_(entry.c.actor_id == post.c.actor_id, by_other))


def tagged(tag: ColumnElement[str], of: ColumnElement[Any]) -> ColumnElement[bool]:
    """The post bears the tag."""
    # Also within a further subquery it is the outermost row that is meant.
    return sa.select(sa.literal(1)).where(tags.c.tag == tag, tags.c.post_id == of).correlate_except(tags).exists()


def bears_any(of: ColumnElement[Any], name: str = "any") -> ColumnElement[bool]:
    """The post bears one of the tags in the parameter of this name."""
    one = tags.alias()
    return sa.exists(sa.select(sa.literal(1)).where(one.c.post_id == of, any_of(one.c.tag, name)))


def bears_all(of: ColumnElement[Any]) -> ColumnElement[bool]:
    """The post bears each of the tags in the parameter `all`, which are `all_count`."""
    one = tags.alias()
    borne = sa.select(sa.func.count()).where(one.c.post_id == of, any_of(one.c.tag, "all"))
    return borne.scalar_subquery() == param("all_count")


def tag_rows(name: str) -> FromClause:
    """Which posts bear which tags, under a name of its own."""
    return tags.alias(name)


def preview_rows(name: str) -> FromClause:
    """Which posts link to what, under a name of its own."""
    return previewed.alias(name)


def joined_entries() -> sa.Join:
    """Entries with the posts they are about."""
    return entry.join(post, post.c.id == entry.c.post_id)


def like_position(of: FromClause) -> ColumnElement[int]:
    """A like's place among ids: its moment, and of likes of one moment an order that stays."""
    return _position(of.c.at, of.c.post_id)


def response_position(of: FromClause) -> ColumnElement[int]:
    """The same of a like or a share among those of one post."""
    return _position(of.c.at, of.c.actor_id)


def _position(at: ColumnElement[int], apart: ColumnElement[int]) -> ColumnElement[int]:
    one = sa.literal(first_id_at(1), sa.BigInteger())
    return at * one + apart % one


def in_board(conversation: ColumnElement[Any], boards: Any) -> ColumnElement[bool]:
    """The conversation is a topic in one of some boards, which a subquery names."""
    one = topics.alias()
    return sa.exists(sa.select(sa.literal(1)).where(one.c.conversation_id == conversation, one.c.board_id.in_(boards)))


def is_topic_of(kind: TopicKind, of: ColumnElement[Any]) -> ColumnElement[bool]:
    """The conversation is a topic of this kind in a board."""
    one = topics.alias()
    return sa.exists(sa.select(sa.literal(1)).where(one.c.conversation_id == of, one.c.kind == kind.value))


def _mine(table: sa.Table, of: FromClause) -> ColumnElement[bool]:
    return sa.exists(sa.select(sa.literal(1)).where(table.c.post_id == of.c.id, table.c.actor_id == ME))


def kept(of: FromClause = post) -> ColumnElement[bool]:
    """The viewer has kept the post."""
    return _mine(bookmarks, of)


def has_link(of: FromClause = post) -> ColumnElement[bool]:
    """The text leads to somewhere outside; what leads to people and tags here is a path."""
    return of.c.html.contains('<a href="http')


def has_poll(of: FromClause = post) -> ColumnElement[bool]:
    """The post asks its readers."""
    return of.c.attached.bitwise_and(Attached.POLL.value) != 0


def flags(of: FromClause = post) -> tuple[ColumnElement[bool], ...]:
    """Whether the viewer has liked, shared and kept the post."""
    return (
        _mine(likes, of).label("liked"),
        _mine(shares, of).label("shared"),
        _mine(bookmarks, of).label("bookmarked"),
    )


def post_columns(of: FromClause = post) -> tuple[ColumnElement[Any], ...]:
    """The columns of `model.Post`, in its order."""
    c = of.c
    return (
        c.id,
        c.conversation_id,
        c.parent_id,
        c.actor_id,
        c.author_id,
        c.scope_kind,
        c.scope_id,
        c.local_only,
        c.html,
        c.warning,
        c.language,
        c.published_at,
        c.edited_at,
        c.deleted_at.is_not(None).label("deleted"),
        c.version,
        c.title,
        c.pictures,
        c.attached,
        c.who_quotes,
        c.replies,
        c.likes,
        c.shares,
        *flags(of),
    )

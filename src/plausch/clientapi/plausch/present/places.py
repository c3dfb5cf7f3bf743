"""Groups, their members and boards, and the topics that stand there."""

from collections.abc import Mapping, Sequence
from typing import Any

from plausch.clientapi.plausch import answers
from plausch.clientapi.plausch.present.posts import present_actor
from plausch.groups.model import Ban, Board, Group, JoinRequest, Member, Pack, PackMember
from plausch.http.site import Site
from plausch.language.formats import iso
from plausch.people.model import Actor
from plausch.talk.model import BoardNumbers, ListedTopic


def present_group(site: Site, group: Group, tags: Sequence[str]) -> answers.Group:
    return answers.Group(**group_fields(site, group, tags))


def present_whole_group(
    site: Site, group: Group, tags: Sequence[str], *, asked: bool = False, invited: bool = False
) -> answers.WholeGroup:
    return answers.WholeGroup(
        **group_fields(site, group, tags),
        question=group.question,
        rules_html=site.absolute_html(group.rules_html),
        who_posts=group.who_posts,
        who_replies=group.who_replies,
        slow_mode_seconds=group.slow_mode // 1000,
        approve_first=group.approve_first,
        readable=group.readable,
        asked=asked,
        invited=invited,
    )


def group_fields(site: Site, group: Group, tags: Sequence[str]) -> dict[str, Any]:
    def face(size: str) -> str | None:
        return site.absolute(f"/faces/{group.id}/{size}?v={group.version}") if group.picture else None

    return {
        "id": str(group.id),
        "handle": group.handle,
        "name": group.shown_name,
        "url": site.absolute(f"/groups/{group.handle}"),
        "picture": face("large"),
        "picture_small": face("small"),
        "about_html": site.absolute_html(group.about_html),
        "language": group.language or None,
        "visibility": group.visibility,
        "joining": group.joining,
        "members": group.members,
        "created_at": iso(group.created_at),
        "closed": group.closed_at is not None,
        "role": group.role,
        "topics": list(tags),
    }


def member_of(site: Site, member: Member, actor: Actor) -> answers.Member:
    return answers.Member(actor=present_actor(site, actor), role=member.role, since=iso(member.at))


def asking_of(site: Site, asked: JoinRequest, actor: Actor) -> answers.JoinRequest:
    return answers.JoinRequest(actor=present_actor(site, actor), answer=asked.answer)


def ban_of(site: Site, ban: Ban, actor: Actor) -> answers.Ban:
    ends_at = iso(ban.ends_at) if ban.ends_at is not None else None
    return answers.Ban(actor=present_actor(site, actor), reason=ban.reason, ends_at=ends_at, at=iso(ban.at))


def board_of(site: Site, board: Board, group: Group | None, numbers: BoardNumbers | None) -> answers.Board:
    place = f"/groups/{group.handle}/forum" if group is not None else "/forum"
    return answers.Board(
        id=str(board.id),
        group_id=str(board.group_id) if board.group_id else None,
        parent_id=str(board.parent_id) if board.parent_id else None,
        slug=board.slug,
        url=site.absolute(f"{place}/{board.slug}"),
        name=board.name,
        about=board.about,
        who_posts=board.who_posts,
        who_replies=board.who_replies,
        closed=board.closed_at is not None,
        topics=numbers.topics if numbers is not None else 0,
        replies=numbers.replies if numbers is not None else 0,
        unread=numbers.unread if numbers is not None else 0,
        last_at=iso(numbers.last_at) if numbers is not None else None,
    )


def listed_topic_of(
    site: Site, topic: ListedTopic, actors: Mapping[int, Actor], tags: Sequence[str]
) -> answers.ListedTopic:
    """Of those who talk, the ones the viewer may know."""
    return answers.ListedTopic(
        id=str(topic.id),
        url=site.absolute(f"/conversations/{topic.id}"),
        board_id=str(topic.board_id),
        kind=topic.kind,
        title=topic.title,
        warning=topic.warning,
        actor_id=str(topic.actor_id) if topic.actor_id in actors else None,
        talkers=[str(id_) for id_ in topic.talker_ids if id_ in actors],
        tags=list(tags),
        published_at=iso(topic.published_at),
        last_at=iso(topic.last_at),
        replies=topic.replies,
        voices=topic.voices,
        unread=topic.unread,
        new=bool(topic.is_new),
        pinned=topic.pinned_at is not None,
        locked=topic.locked_at is not None,
        answered=topic.answer_id is not None,
    )


def present_pack(site: Site, pack: Pack, maker: Actor | None) -> answers.Pack:
    return answers.Pack(**_pack_fields(site, pack, maker))


def present_whole_pack(
    site: Site, pack: Pack, members: Sequence[PackMember], actors: Mapping[int, Actor]
) -> answers.WholePack:
    return answers.WholePack(
        **_pack_fields(site, pack, actors.get(pack.maker_id)),
        members=[
            answers.PackMember(actor=present_actor(site, actors[one.actor_id]), agreed=one.agreed_at is not None)
            for one in members
            if one.actor_id in actors
        ],
    )


def _pack_fields(site: Site, pack: Pack, maker: Actor | None) -> dict[str, Any]:
    return {
        "id": str(pack.id),
        "slug": pack.slug,
        "url": site.absolute(f"/packs/{pack.slug}"),
        "name": pack.name,
        "about": pack.about,
        "maker": present_actor(site, maker) if maker is not None else None,
        "featured": pack.featured_at is not None,
        "created_at": iso(pack.created_at),
        "size": pack.size,
    }

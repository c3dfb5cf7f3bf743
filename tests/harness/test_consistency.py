"""What the kill tests rely on: all that a community does is consistent, and whatever is not is found."""

import copy
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from plausch.feeds.tables import notifications
from plausch.groups import actions as groups
from plausch.groups.model import BoardDraft, GroupDraft, Joining, Visibility
from plausch.groups.tables import groups as group_rows
from plausch.groups.tables import roles
from plausch.http.site import ADDRESSES
from plausch.people import actions as people
from plausch.people.model import PageKind, TeamRole, Viewer
from plausch.people.tables import relations, teams
from plausch.storage import Database, Write
from plausch.talk import actions as talk
from plausch.talk.model import ArticlePart, DraftText, Form
from plausch.talk.tables import (
    approvals,
    article_authors,
    articles,
    conversations,
    drafts,
    entries,
    posts,
    series,
    topics,
)
from tests.harness.community import connect, join_all, publish, settle
from tests.harness.consistency import Promises, faults_in, find_faults
from tests.harness.stored import Stored
from tests.talk.test_stories import add_picture

_LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)


async def _town(database: Database) -> None:
    """A little of everything: a page with a team, a secret group with a board, a wall, articles, and what waits."""
    anna, ben, cleo = await join_all(database, "anna", "ben", "cleo")
    async with database.write() as tx:
        await connect(tx, anna, ben)
        page = await people.create_page(tx, anna, "hafen", "Hafen", PageKind.CLUB)
        await people.invite_to_team(tx, anna, page, "ben", TeamRole.AUTHOR)
        await people.accept_team(tx, ben, page)
        group = await _group(tx, anna, ben)
    await settle(database)
    async with database.write() as tx:
        await _speak_in_group(tx, anna, ben, group)
        wall = await publish(tx, ben, "wandx1", place=anna.person)
        await talk.like_post(tx, cleo, await publish(tx, Viewer(anna.person, page), "seitex1 @cleo"))
        await publish(tx, cleo, "seitex2 @hafen", reply_to=await publish(tx, Viewer(anna.person, page), "seitex3"))
        await publish(tx, cleo, "", pictures=(await add_picture(tx, cleo),))
        article = {"form": Form.ARTICLE, "title": "Garten", "article": ArticlePart(series="Reihe", authors="ben")}
        await publish(tx, anna, "artikelx1\n\n# Beete\n\nErde und mehr #garten", **article)
        await talk.remove_post(tx, ben, await publish(tx, ben, "fort", reply_to=wall))
        let_through = await _submit(tx, ben, page, "freigabex1")
        await _submit(tx, ben, page, "freigabex2")
        await talk.approve_post(tx, anna, let_through, ADDRESSES)
    await settle(database)


async def _group(tx: Write, founder: Viewer, member: Viewer) -> int:
    draft = GroupDraft(handle="ruder", name="Ruder", joining=Joining.OPEN)
    group = await groups.create_group(tx, founder, draft, _LINKS)
    await groups.join_group(tx, member, group)
    return group


async def _speak_in_group(tx: Write, anna: Viewer, ben: Viewer, group: int) -> None:
    hidden = GroupDraft(handle="ruder", name="Ruder", visibility=Visibility.SECRET)
    await groups.edit_group(tx, anna, group, hidden, _LINKS)
    board = await groups.make_board(tx, anna, group, BoardDraft(name="Boote"))
    topic = await publish(tx, ben, "themax1", place=group, board=board, form=Form.TOPIC, title="Lack")
    await publish(tx, anna, "themax2 @ben @cleo", reply_to=topic)
    note = await publish(tx, ben, "notizx1", place=group)
    await talk.promote_to_topic(tx, ben, note, board, "Notiz", ADDRESSES)


async def _submit(tx: Write, author: Viewer, page: int, text: str) -> int:
    return await talk.submit_post(tx, Viewer(author.person, page), DraftText(source=text), ADDRESSES)


Sow = Callable[[dict[str, Any]], object]


def _to(**values: Any) -> Sow:
    return lambda row: row.update(values)


#: In which of the rows a fault is sown, what it is, and what is said of it. Without a fault the row is taken away.
_FAULTS: list[tuple[sa.TableClause, dict[str, Any], Sow | None, str]] = [
    (group_rows, {}, _to(members=7), "members is 7, counted 2"),
    (group_rows, {}, _to(visibility="public"), "its actor secret"),
    (roles, {"role": "owner"}, None, "has no owner"),
    (relations, {"kind": "member"}, None, "counted 1"),
    (posts, {"scope_kind": "group"}, _to(scope_kind="public", scope_id=0), "for everybody, in a group of few"),
    (posts, {"scope_kind": "group"}, _to(local_only=False), "or leaves it"),
    (topics, {}, None, "topic"),
    (topics, {}, _to(replies=9), "replies is 9"),
    (topics, {}, _to(board_id=1), "a board of another place"),
    (topics, {}, _to(answer_id=1), "answered by what is not in it"),
    (entries, {"kind": "wall"}, None, "entry on a wall"),
    (conversations, {"form": "note", "scope_kind": "connections"}, _to(scope_id=1), "on a wall for others"),
    (notifications, {"kind": "wall_written"}, None, "wall_written"),
    (notifications, {"kind": "replied"}, None, "notification"),
    (notifications, {"kind": "mentioned"}, _to(page_id=1), "notification"),
    (teams, {"role": "admin"}, None, "no admin"),
    (teams, {"role": "admin"}, _to(person_id=1), "which cannot be"),
    (approvals, {"step": "submitted", "post_id": None}, None, "nobody was asked"),
    (drafts, {}, _to(waits_since=None), "waits since never"),
    (drafts, {}, _to(source="wandx1 anders"), "waits and is posted"),
    (articles, {}, None, "article"),
    (articles, {}, _to(body_html=""), "has no text"),
    (articles, {}, _to(blog_id=1), "in another blog"),
    (article_authors, {"place": 0}, None, "first author"),
    (series, {}, None, "series of another blog"),
]


async def test_what_a_town_does_is_consistent_and_each_sown_fault_is_found(database: Database) -> None:
    await _town(database)
    assert await find_faults(database, Promises()) == []
    stored = await Stored.read(database)
    for table, like, sow, words in _FAULTS:
        rows = copy.deepcopy(stored)
        row = [one for one in rows.of(table) if like.items() <= one.items()][-1]
        if sow is None:
            rows.of(table).remove(row)
        else:
            sow(row)
        faults = faults_in(rows, Promises())
        assert any(words in fault for fault in faults), f"{table.name}, {words}: {faults}"
    for table in (notifications, entries, topics):
        rows = copy.deepcopy(stored)
        rows.of(table).append(dict(rows.of(table)[-1]))
        assert any("too often" in fault for fault in faults_in(rows, Promises())), table.name

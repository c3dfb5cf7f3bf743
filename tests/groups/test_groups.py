"""Groups: how people come in and go, who decides what, and what outsiders do not learn."""

from typing import Any

import pytest
import sqlalchemy as sa

from plausch.feeds import queries as feeds
from plausch.groups import actions, queries
from plausch.groups.model import GroupDraft, GroupRole, GroupStep, Joining, Visibility, Who
from plausch.groups.tables import groups
from plausch.http.site import ADDRESSES
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, TooMany
from plausch.kernel.paging import Page
from plausch.people import actions as people
from plausch.people import queries as persons
from plausch.people.model import VISITOR, PageKind, Standing, TeamRole, Viewer
from plausch.storage import Database, Write, column_statement, param
from plausch.talk import actions as talk
from plausch.talk import queries as posts
from plausch.talk.model import AudienceKind
from tests.harness.community import as_person, join, join_all, publish, settle, stored, tables_with

_TOWN = PageKind.TOWN
SIZE = column_statement(sa.select(groups.c.members).where(groups.c.group_id == param("group")))
LINKS = actions.Links(ADDRESSES.profile, ADDRESSES.tag)


async def found(tx: Write, viewer: Viewer, **draft: Any) -> int:
    values = {"name": "Schachgruppe", "handle": "schach"} | draft
    return await actions.create_group(tx, viewer, GroupDraft(**values), LINKS)


async def role_of(database: Database, group: int, viewer: Viewer) -> GroupRole | None:
    async with database.read() as read:
        return await queries.find_role(read, group, viewer.person)


async def size_of(database: Database, group: int) -> int:
    async with database.read() as read:
        return int(await read.first(SIZE, group=group) or 0)


async def steps_of(database: Database, group: int) -> list[str]:
    async with database.read() as read:
        return [one.step for one in await queries.list_log(read, group, Page(limit=100), all_steps=True)][::-1]


async def refused(database: Database, kind: type[DomainError], deed: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(kind) as error:
        async with database.write() as tx:
            await deed(tx, *args, **more)
    return error.value.reason


async def do(database: Database, deed: Any, *args: Any, **more: Any) -> Any:
    async with database.write() as tx:
        return await deed(tx, *args, **more)


async def test_founding(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group = await do(database, found, anna, about="Wir spielen.", rules="Kein *Remis*.", topics=("Schach", "#Spiele"))
    async with database.read() as read:
        one = await queries.get_group(read, ben, "Schach")
        assert (one.id, one.role, one.members, one.name) == (group, None, 1, "Schachgruppe")
        assert "<em>Remis</em>" in one.rules_html
        assert one.about_html
        assert (await queries.list_group_tags(read, [group]))[group] == ["schach", "spiele"]
        assert [one.id for one in await queries.find_directory(read, ben, 10, tag="schach")] == [group]
        assert [one.id for one in await queries.find_directory(read, ben, 10, words="chachgr")] == [group]
        assert [one.id for one in await queries.list_mine(read, anna)] == [group]
        assert await persons.get_relationship(read, anna, group) == await persons.get_relationship(read, anna, group)
    assert await role_of(database, group, anna) is GroupRole.OWNER
    assert await refused(database, Conflict, found, ben) == "handle_taken"
    assert await refused(database, Conflict, found, ben, handle="anna") == "handle_taken"
    assert await refused(database, Invalid, found, ben, handle="groups") == "handle_reserved"
    assert await refused(database, Invalid, found, ben, name=" ", handle="leer") == "missing"
    unconfirmed = Viewer(ben.person, ben.person, unconfirmed=True)
    assert await refused(database, NotAllowed, found, unconfirmed, handle="bens") == "confirm_first"
    assert await refused(database, NotAllowed, found, VISITOR, handle="bens") == "sign_in_first"


async def test_open_groups_are_joined_and_left(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group = await do(database, found, anna)
    for _ in range(2):
        await do(database, actions.join_group, ben, group)
    assert (await role_of(database, group, ben), await size_of(database, group)) == (GroupRole.MEMBER, 2)
    async with database.write() as tx:
        assert (await persons.get_relationship(tx, ben, group)).follows
        post = await publish(tx, ben, "Wer eröffnet?", place=group)
        assert (await posts.get_post(tx, VISITOR, post)).audience_kind is AudienceKind.PUBLIC
        feed = await feeds.home_feed(tx, anna, Page())
        assert [card.root.id for card in feed.cards if card.root] == [post]
        assert feed.cards[0].reason.actor_id == group
    for _ in range(2):
        await do(database, actions.leave_group, ben, group)
    async with database.read() as read:
        assert not (await persons.get_relationship(read, ben, group)).follows
    assert (await role_of(database, group, ben), await size_of(database, group)) == (None, 1)
    assert await refused(database, Conflict, actions.leave_group, anna, group) == "last_group_owner"
    assert await steps_of(database, group) == [GroupStep.CREATED, GroupStep.JOINED, GroupStep.LEFT]


async def test_asking_to_be_let_in(database: Database) -> None:
    anna, ben, cleo = await join_all(database, "anna", "ben", "cleo")
    group = await do(database, found, anna, joining=Joining.REQUEST, question="Wie lange spielst du?")
    assert await refused(database, NotAllowed, actions.join_group, ben, group) == "group_not_open"
    assert await refused(database, Invalid, actions.ask_to_join, ben, group, " ") == "missing"
    for viewer in (ben, cleo, cleo):
        await do(database, actions.ask_to_join, viewer, group, "Seit 1999")
    async with database.read() as read:
        assert [one.actor_id for one in await queries.list_requests(read, anna, group)] == [ben.person, cleo.person]
        assert [one.actor_id for one in await queries.list_requests(read, anna, group, 1, 1)] == [cleo.person]
        assert await queries.count_requests(read, anna, group) == 2
    assert await refused(database, NotAllowed, actions.accept_joining, ben, group, ben.person)
    await do(database, actions.accept_joining, anna, group, ben.person)
    await do(database, actions.decline_joining, anna, group, cleo.person)
    await do(database, actions.ask_to_join, cleo, group, "Bitte!")
    async with database.read() as read:
        assert await queries.list_requests(read, anna, group) == []
        assert await queries.find_request(read, group, cleo.person) is not None  # she goes on seeing it
    assert await refused(database, NotFound, actions.accept_joining, anna, group, cleo.person)
    assert await role_of(database, group, ben) is GroupRole.MEMBER
    assert await role_of(database, group, cleo) is None
    async with database.read() as read:
        open_steps = [one.step for one in await queries.list_log(read, group, Page(limit=100), all_steps=False)]
    assert GroupStep.DECLINED not in open_steps
    assert GroupStep.ACCEPTED in open_steps


async def test_taking_a_request_back_does_not_tell_that_it_was_declined(database: Database) -> None:
    anna, ben, cleo = await join_all(database, "anna", "ben", "cleo")
    group = await do(database, found, anna, joining=Joining.REQUEST)
    for viewer in (ben, cleo):
        await do(database, actions.ask_to_join, viewer, group, "")
    await do(database, actions.decline_joining, anna, group, ben.person)

    async def asked(viewer: Viewer) -> bool:
        async with database.read() as read:
            return await queries.find_request(read, group, viewer.person) is not None

    for step in (actions.withdraw_joining, actions.ask_to_join, actions.withdraw_joining):
        for viewer in (ben, cleo):
            await do(database, step, viewer, group, *([""] if step is actions.ask_to_join else []))
        assert await asked(ben) == await asked(cleo) == (step is actions.ask_to_join)
        async with database.read() as read:
            waiting = [one.actor_id for one in await queries.list_requests(read, anna, group)]
        assert waiting == ([cleo.person] if step is actions.ask_to_join else [])


async def test_invitations_and_links(database: Database) -> None:
    anna, ben, cleo, dora = await join_all(database, "anna", "ben", "cleo", "dora")
    group = await do(database, found, anna, visibility=Visibility.SECRET)
    await do(database, actions.invite_to_group, anna, group, ben.person)
    assert await refused(database, Invalid, actions.invite_to_group, anna, group, anna.person) == "member_already"
    async with database.read() as read:
        assert list(await queries.list_inviting(read, ben)) == [group]
        assert await queries.find_group(read, ben, group) is None
        assert not await queries.list_inviting(read, cleo)
    assert await refused(database, NotFound, actions.accept_invitation, cleo, group) == "group_invitation_over"
    await do(database, actions.accept_invitation, ben, group)
    assert await refused(database, NotAllowed, actions.invite_to_group, ben, group, cleo.person) == "group_invites"
    code = await do(database, actions.make_link, anna, group, 1, clock.DAY)
    assert await do(database, actions.join_by_link, cleo, code) == group
    assert await refused(database, NotFound, actions.join_by_link, dora, code) == "group_invitation_over"
    other = await do(database, actions.make_link, anna, group, 5, clock.DAY)
    with clock.at(clock.now() + 2 * clock.DAY):
        assert await refused(database, NotFound, actions.join_by_link, dora, other) == "group_invitation_over"
    async with database.write() as tx:
        link = (await queries.list_links(tx, group))[0]
        await actions.end_link(tx, anna, group, link.id)
    assert await refused(database, NotFound, actions.join_by_link, dora, other) == "group_invitation_over"
    assert await size_of(database, group) == 3


async def test_roles_and_the_last_owner(database: Database) -> None:
    anna, ben, cleo = await join_all(database, "anna", "ben", "cleo")
    group = await do(database, found, anna)
    for viewer in (ben, cleo):
        await do(database, actions.join_group, viewer, group)
    assert await refused(database, NotAllowed, actions.set_group_role, ben, group, cleo.person, GroupRole.MODERATOR)
    await do(database, actions.set_group_role, anna, group, ben.person, GroupRole.MODERATOR)
    assert await refused(database, NotAllowed, actions.remove_member, ben, group, anna.person) == "member_stays"
    assert (
        await refused(database, Conflict, actions.set_group_role, anna, group, anna.person, GroupRole.MEMBER)
        == "last_group_owner"
    )
    await do(database, actions.hand_over_group, anna, group, ben.person)
    assert await role_of(database, group, ben) is GroupRole.OWNER
    assert await role_of(database, group, anna) is GroupRole.MODERATOR
    await do(database, actions.leave_group, anna, group)
    await do(database, people.suspend, ben.person)
    await settle(database)
    assert await role_of(database, group, cleo) is GroupRole.OWNER  # the longest of those who are here
    await do(database, people.unsuspend, ben.person)
    await settle(database)
    assert await role_of(database, group, ben) is GroupRole.OWNER


async def test_whoever_was_put_out_lets_nobody_in(database: Database) -> None:
    anna, ben, cleo, dora = await join_all(database, "anna", "ben", "cleo", "dora")
    group = await do(database, found, anna, visibility=Visibility.SECRET)
    kept = await do(database, actions.make_link, anna, group, 5, clock.DAY)
    for put_out in (actions.remove_member, actions.ban):
        await do(database, actions.join_by_link, ben, kept)
        await do(database, actions.set_group_role, anna, group, ben.person, GroupRole.MODERATOR)
        code = await do(database, actions.make_link, ben, group, 5, clock.DAY)
        await do(database, actions.invite_to_group, ben, group, cleo.person)
        await do(database, put_out, anna, group, ben.person)
        assert await refused(database, NotFound, actions.accept_invitation, cleo, group) == "group_invitation_over"
        assert await refused(database, NotFound, actions.join_by_link, cleo, code) == "group_invitation_over"
    await do(database, actions.join_by_link, dora, kept)
    await do(database, people.set_standing, dora.person, Standing.SUSPENDED)
    assert await refused(database, NotFound, actions.hand_over_group, anna, group, dora.person) == "member_not_found"


async def test_a_pages_authors_decide_nothing_in_its_groups(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    page = await do(database, people.create_page, anna, "lindenau", "Stadt Lindenau", _TOWN)
    deciding, writing = Viewer(anna.person, page), Viewer(ben.person, page)
    group = await do(database, found, deciding)
    assert await refused(database, NotAllowed, actions.delete_group, writing, group) == "not_on_team"
    await do(database, people.invite_to_team, anna, page, "ben", TeamRole.AUTHOR)
    await do(database, people.accept_team, ben, page)
    for deed in (actions.delete_group, actions.close_group):
        assert await refused(database, NotAllowed, deed, writing, group) == "ask_an_editor"
    assert await refused(database, NotAllowed, actions.make_link, writing, group, 1, clock.DAY) == "ask_an_editor"
    await do(database, people.set_team_role, anna, page, ben.person, TeamRole.EDITOR)
    await do(database, actions.close_group, writing, group)


async def test_whoever_is_erased_leaves_no_trace(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group = await do(database, found, anna)
    alone = await do(database, found, anna, handle="allein")
    await do(database, actions.join_group, ben, group)
    await do(database, actions.ban, anna, group, ben.person, "Zankt")
    await do(database, actions.unban, anna, group, ben.person)
    await do(database, actions.join_group, ben, group)
    await do(database, people.erase_account, anna.person)
    await settle(database)
    assert await role_of(database, group, ben) is GroupRole.OWNER
    assert (await size_of(database, group), await size_of(database, alone)) == (1, 0)
    async with database.read() as read:
        assert (await queries.list_groups(read, ben, [alone]))[alone].closed_at is not None
    assert not any(name.startswith("groups_") for name in tables_with(await stored(database), str(anna.person)))


async def test_a_ban_ends(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group = await do(database, found, anna)
    await do(database, actions.join_group, ben, group)
    await do(database, actions.ban, anna, group, ben.person, "Zankt", clock.now() + clock.DAY)
    assert await role_of(database, group, ben) is None
    assert await refused(database, NotAllowed, actions.join_group, ben, group) == "group_banned"
    assert await refused(database, Invalid, actions.invite_to_group, anna, group, ben.person) == "banned_here"
    async with database.read() as read:
        assert [(one.actor_id, one.reason) for one in await queries.list_bans(read, group, 10)] == [
            (ben.person, "Zankt")
        ]
    with clock.at(clock.now() + 2 * clock.DAY):
        await do(database, actions.join_group, ben, group)
    assert await role_of(database, group, ben) is GroupRole.MEMBER


async def test_only_somebody_is_banned(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group, other = await do(database, found, anna), await do(database, found, ben, handle="dame")
    hidden = await do(database, found, ben, visibility=Visibility.SECRET)
    await do(database, people.erase_account, ben.person)
    for nobody in (0, -1, 4711, group, other, hidden, ben.person):
        assert await refused(database, NotFound, actions.ban, anna, group, nobody) == "actor_not_found"
    async with database.read() as read:
        assert await queries.list_bans(read, group, 10) == []


async def test_a_page_is_no_way_around_slow_mode(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group = await do(database, found, anna, slow_mode=clock.MINUTE)
    page = await do(database, people.create_page, ben, "lindenau", "Stadt Lindenau", _TOWN)
    speaking = Viewer(ben.person, page)
    for viewer in (ben, speaking):
        await do(database, actions.join_group, viewer, group)
    await do(database, publish, ben, "Eins", place=group)
    assert await refused(database, TooMany, publish, speaking, "Zwei", place=group)
    with clock.at(clock.now() + 2 * clock.MINUTE):
        await do(database, publish, speaking, "Zwei", place=group)
        assert await refused(database, TooMany, publish, ben, "Drei", place=group)


async def test_closing_keeps_what_was_said_for_members(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group = await do(database, found, anna, who_replies=Who.EVERYBODY)
    async with database.write() as tx:
        post = await publish(tx, anna, "Offen", place=group)
        reply = await publish(tx, ben, "Auch offen", reply_to=post)
        before = await posts.get_post(tx, ben, post)
    closed = GroupDraft(name="Schachgruppe", visibility=Visibility.CLOSED)
    await do(database, actions.edit_group, anna, group, closed, LINKS)
    await settle(database)
    async with database.read() as read:
        for viewer in (ben, VISITOR):
            assert await posts.find_post(read, viewer, post) is None
            assert await posts.find_post(read, viewer, reply) is None
        after = await posts.get_post(read, anna, post)
        assert (after.audience_kind, after.scope_id, after.local_only) == (AudienceKind.GROUP, group, True)
        assert after.version > before.version
    await do(database, actions.edit_group, anna, group, GroupDraft(name="Schachgruppe"), LINKS)
    await settle(database)
    async with database.read() as read:
        assert await posts.find_post(read, ben, post) is None  # opening publishes nothing old


async def test_secret_groups_have_no_name_outside(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group = await do(database, found, anna, visibility=Visibility.SECRET, joining=Joining.OPEN)
    async with database.read() as read:
        one = await queries.find_group(read, anna, group)
        assert one is not None
        assert one.joining is Joining.INVITATION
        assert "schach" not in one.handle
        for viewer in (ben, VISITOR):
            assert await queries.find_group(read, viewer, group) is None
            with pytest.raises(NotFound):
                await queries.get_group(read, viewer, one.handle)
            with pytest.raises(NotFound):
                await persons.get_profile(read, viewer, one.handle)
            assert await persons.list_actors(read, viewer, [group]) == {}
            assert await queries.find_directory(read, viewer, 10) == []
            assert await queries.find_directory(read, viewer, 10, words="schach") == []
    assert await refused(database, NotFound, actions.join_group, ben, group) == "group_not_found"
    assert await refused(database, NotFound, actions.ask_to_join, ben, group, "") == "group_not_found"
    assert await refused(database, NotFound, actions.leave_group, ben, group) == "group_not_found"
    await do(database, found, ben)  # its name is nobody's
    known = GroupDraft(name="Geheim", handle="geheim", visibility=Visibility.CLOSED)
    await do(database, actions.edit_group, anna, group, known, LINKS)
    async with database.read() as read:
        assert (await queries.get_group(read, ben, "geheim")).id == group


async def test_speaking_for_the_group(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group = await do(database, found, anna, visibility=Visibility.SECRET)
    as_group = Viewer(anna.person, group)
    async with database.write() as tx:
        post = await publish(tx, as_group, "Wir", place=group)
        assert (await posts.get_post(tx, anna, post)).actor_id == group
    assert await refused(database, NotAllowed, publish, as_group, "Draußen") == "group_not_for_you"
    assert await refused(database, NotAllowed, publish, Viewer(ben.person, group), "Ich", place=group)


async def test_a_group_does_nothing_but_speak(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group = await do(database, found, anna)
    as_group = Viewer(anna.person, group)
    post = await do(database, publish, ben, "Hallo")
    for deed, *args in (
        *((deed, post) for deed in (talk.like_post, talk.share_post, talk.bookmark_post)),
        *((deed, ben.person) for deed in (people.follow, people.mute, people.block)),
        (talk.vote, post, [0]),
        (people.create_page, "lindenau", "Stadt Lindenau", _TOWN),
    ):
        assert await refused(database, NotAllowed, deed, as_group, *args) == "group_only_speaks"
    assert await refused(database, NotAllowed, found, as_group, handle="dame") == "group_only_speaks"


async def test_looking_after_what_is_said(database: Database) -> None:
    anna, ben, cleo = await join_all(database, "anna", "ben", "cleo")
    group = await do(database, found, anna, visibility=Visibility.CLOSED, joining=Joining.REQUEST)
    await do(database, actions.ask_to_join, ben, group, "")
    await do(database, actions.accept_joining, anna, group, ben.person)
    post = await do(database, publish, ben, "Los!", place=group)
    assert await refused(database, NotAllowed, talk.pin_in_group, ben, post) == "not_allowed"
    await do(database, talk.pin_in_group, anna, post)
    async with database.read() as read:
        assert await posts.list_pinned(read, ben, group) == [post]
        assert await posts.list_pinned(read, cleo, group) == []
    assert await refused(database, NotFound, talk.remove_in_group, cleo, post, "Weg")
    assert await refused(database, Invalid, talk.remove_in_group, anna, post, " ") == "missing"
    await do(database, talk.remove_in_group, anna, post, "Gegen Regel 1")
    await settle(database)
    async with database.read() as read:
        assert await posts.find_post(read, ben, post) is None
    assert (await steps_of(database, group))[-2:] == [GroupStep.PINNED, GroupStep.POST_REMOVED]


async def test_closing_and_deleting(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group = await do(database, found, anna)
    await do(database, actions.join_group, ben, group)
    post = await do(database, publish, ben, "Los!", place=group)
    assert await refused(database, NotAllowed, actions.close_group, ben, group) == "group_owners_only"
    await do(database, actions.close_group, anna, group)
    assert await refused(database, NotAllowed, publish, ben, "Noch was", place=group) == "group_closed"
    assert await refused(database, NotAllowed, publish, ben, "Noch was", reply_to=post) == "group_closed"
    await do(database, actions.reopen_group, anna, group)
    await do(database, actions.delete_group, anna, group)
    await settle(database)
    async with database.read() as read:
        assert await posts.find_post(read, ben, post) is None
        assert await queries.find_group(read, anna, group) is None
        assert await queries.was_group(read, "schach")
        assert not (await persons.get_relationship(read, ben, group)).follows
    secret = await do(database, found, anna, visibility=Visibility.SECRET)
    async with database.read() as read:
        handle = (await persons.get_actor(read, secret)).handle
    await do(database, actions.delete_group, anna, secret)
    async with database.read() as read:
        assert not await queries.was_group(read, handle)


async def test_whoever_blocks_a_group_is_out(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    group = await do(database, found, anna)
    await do(database, actions.join_group, ben, group)
    await do(database, people.block, ben, group)
    await settle(database)
    assert (await role_of(database, group, ben), await size_of(database, group)) == (None, 1)


async def test_newcomers_of_the_server_join(database: Database) -> None:
    """A page of an organisation is a member like a person is."""
    async with database.write() as tx:
        anna = await join(tx, "anna")
        page = await people.create_page(tx, anna, "lindenau", "Stadt Lindenau", kind=_TOWN)
        group = await found(tx, as_person(anna.person))
        as_page = Viewer(anna.person, page)
        await actions.join_group(tx, as_page, group)
        assert await queries.find_role(tx, group, page) is GroupRole.MEMBER


async def test_long_lists_come_in_parts(database: Database) -> None:
    anna, *others = await join_all(database, "anna", *(f"person{number}" for number in range(7)))
    group = await do(database, found, anna)
    for one in others[:4]:
        await do(database, actions.invite_to_group, anna, group, one.person)
    for one in others[4:]:
        await do(database, actions.ban, anna, group, one.person, "Zankt")
    async with database.read() as read:
        invited = [await queries.list_invited(read, group, 2, skip) for skip in (0, 2, 4)]
        banned = [await queries.list_bans(read, group, 2, skip) for skip in (0, 2)]
        assert await queries.list_invited(read, group, 10, by=others[0].person) == []
        assert len(await queries.list_invited(read, group, 10, by=anna.person)) == 4
        assert await queries.find_ban(read, group, others[0].person) is None
        found_ban = await queries.find_ban(read, group, others[-1].person)
    assert [*map(len, invited), *map(len, banned)] == [2, 2, 0, 2, 1]
    assert {one.actor_id for part in invited for one in part} == {one.person for one in others[:4]}
    assert {one.actor_id for part in banned for one in part} == {one.person for one in others[4:]}
    assert found_ban is not None
    assert found_ban.reason == "Zankt"

"""Starter packs: nobody is shown in one who has not agreed, and joining one does what its parts would."""

from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from plausch.feeds.tables import notifications
from plausch.groups import actions, queries
from plausch.groups.model import (
    PACK_MEMBERS_MAX,
    GroupDraft,
    GroupRole,
    Joining,
    Pack,
    PackDraft,
    PackJoined,
    Visibility,
)
from plausch.groups.tables import pack_members, packs
from plausch.kernel.errors import Invalid, NotAllowed, NotFound
from plausch.people import actions as people
from plausch.people import queries as persons
from plausch.people.model import Role, Viewer
from plausch.storage import Database, column_statement
from tests.groups.test_groups import LINKS, do, found, refused
from tests.harness.community import join_all, settle

_TOLD = column_statement(sa.select(notifications.c.recipient_id).where(notifications.c.kind == "pack_asked"))


async def at(database: Database, viewer: Viewer, pack: int) -> Pack | None:
    async with database.read() as tx:
        return await queries.find_pack(tx, viewer, pack)


async def shown(database: Database, viewer: Viewer, pack: int) -> list[int]:
    """Who is in it for somebody."""
    async with database.read() as tx:
        there = await queries.find_pack(tx, viewer, pack)
        return [one.actor_id for one in await queries.list_pack_members(tx, viewer, there)] if there else []


async def told(database: Database) -> Counter[int]:
    await settle(database)
    async with database.read() as tx:
        return Counter(await tx.all(_TOLD))


async def make(database: Database, viewer: Viewer, members: str, **more: Any) -> int:
    draft = PackDraft(**({"name": "Für den Anfang", "members": members} | more))
    return int(await do(database, actions.make_pack, viewer, draft))


async def test_nobody_is_shown_who_has_not_agreed(database: Database) -> None:
    anna, ben, cem, dora = await join_all(database, "anna", "ben", "cem", "dora")
    group = await do(database, found, dora)
    pack = await make(database, anna, "@ben cem, @schach @anna")
    async with database.read() as tx:
        assert [one.id for one in await queries.list_asking_packs(tx, dora)] == [pack]
    # Whoever makes it agrees; the owner is asked for the group.
    assert await told(database) == {ben.person: 1, cem.person: 1, dora.person: 1}
    assert set(await shown(database, cem, pack)) == {anna.person, cem.person}
    assert set(await shown(database, anna, pack)) == {anna.person, ben.person, cem.person, group}
    await do(database, actions.agree_to_pack, ben, pack, ben.person)
    await do(database, actions.agree_to_pack, dora, pack, group)
    assert await told(database) == {cem.person: 1}
    (eve,) = await join_all(database, "eve")
    assert set(await shown(database, eve, pack)) == {anna.person, ben.person, group}
    await do(database, actions.leave_pack, cem, pack, cem.person)
    await do(database, actions.leave_pack, ben, pack, ben.person)
    assert set(await shown(database, eve, pack)) == {anna.person, group}
    # Who left is not asked again.
    draft = PackDraft(name="Für den Anfang", members="ben cem schach anna")
    await do(database, actions.edit_pack, anna, pack, draft)
    assert await told(database) == {}
    assert set(await shown(database, eve, pack)) == {anna.person, group}
    # For others nobody answers, nor for a group one does not own.
    assert await refused(database, NotFound, actions.agree_to_pack, eve, pack, ben.person) == "pack_not_found"
    assert await refused(database, NotFound, actions.leave_pack, eve, pack, group) == "pack_not_found"


async def test_whoever_blocks_the_maker_is_not_shown(database: Database) -> None:
    anna, ben, cem = await join_all(database, "anna", "ben", "cem")
    pack = await make(database, anna, "anna ben")
    # Of another maker: each pack asks about its own.
    other = await make(database, cem, "cem ben")
    for one in (pack, other):
        await do(database, actions.agree_to_pack, ben, one, ben.person)
    await do(database, people.block, ben, anna.person)
    assert await shown(database, cem, pack) == [anna.person]
    assert set(await shown(database, cem, other)) == {ben.person, cem.person}
    found_ = [await at(database, cem, one) for one in (pack, other)]
    assert [one.size for one in found_ if one is not None] == [1, 2]


async def test_joining_follows_and_enters_what_can_be(database: Database) -> None:
    anna, ben, cem = await join_all(database, "anna", "ben", "cem")
    opened = await do(database, found, anna)
    closed = await do(database, found, anna, handle="chor", visibility=Visibility.CLOSED, joining=Joining.REQUEST)
    asking = await do(database, found, anna, handle="tsv", joining=Joining.REQUEST, question="Welche Abteilung?")
    invited = await do(database, found, anna, handle="rat", joining=Joining.INVITATION)
    pack = await make(database, anna, "anna ben schach chor tsv rat")
    await do(database, actions.agree_to_pack, ben, pack, ben.person)
    # Nobody follows whom they block.
    await do(database, people.block, cem, ben.person)
    joined = await do(database, actions.join_pack, cem, pack)
    assert (joined.followed, joined.joined, joined.asked) == (1, 1, 1)
    assert set(joined.left) == {asking, invited}
    async with database.read() as tx:
        assert (await persons.get_relationship(tx, cem, anna.person)).follows
        assert not (await persons.get_relationship(tx, cem, ben.person)).follows
        assert await queries.find_role(tx, opened, cem.person) is GroupRole.MEMBER
        assert await queries.find_role(tx, closed, cem.person) is None
        assert await queries.find_request(tx, closed, cem.person) is not None
    again = await do(database, actions.join_pack, cem, pack)
    assert again == PackJoined(left=again.left)
    # Whoever was banned stays out, and the rest is done all the same.
    (dora,) = await join_all(database, "dora")
    await do(database, actions.ban, anna, opened, dora.person)
    assert (await do(database, actions.join_pack, dora, pack)).joined == 0


async def test_secret_groups_are_in_none(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    secret = await do(database, found, anna, visibility=Visibility.SECRET, handle="")
    async with database.read() as tx:
        handle = (await persons.get_actor(tx, secret)).handle
    draft = PackDraft(name="Still", members=f"anna {handle}")
    assert await refused(database, Invalid, actions.make_pack, anna, draft) == "pack_unknown"
    group, ended = await do(database, found, anna), await do(database, found, anna, handle="skat")
    pack = await make(database, anna, "anna schach skat")
    assert {group, ended} < set(await shown(database, ben, pack))
    await do(database, actions.delete_group, anna, ended)
    assert ended not in await shown(database, ben, pack)
    hidden = GroupDraft(name="Schachgruppe", visibility=Visibility.SECRET)
    await do(database, actions.edit_group, anna, group, hidden, LINKS)
    assert await shown(database, ben, pack) == [anna.person]
    seen = await at(database, ben, pack)
    assert seen is not None
    assert seen.size == 1


async def test_only_its_maker_changes_it_and_staff_feature_it(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    staff = Viewer(ben.person, ben.person, Role.MODERATOR)
    pack = await make(database, anna, "anna")
    draft = PackDraft(name="Anders", members="anna")
    assert await refused(database, NotAllowed, actions.edit_pack, ben, pack, draft) == "not_allowed"
    assert await refused(database, NotAllowed, actions.delete_pack, ben, pack) == "not_allowed"
    assert await refused(database, NotAllowed, actions.feature_pack, anna, pack, True) == "not_allowed"
    await do(database, actions.feature_pack, staff, pack, True)
    async with database.read() as tx:
        assert [one.id for one in await queries.list_featured_packs(tx, ben, 5)] == [pack]
    # Two of a name have addresses of their own.
    other = await make(database, anna, "anna")
    first, second = await at(database, ben, pack), await at(database, ben, other)
    async with database.read() as tx:
        assert [one.id for one in await queries.list_packs(tx, ben, 5)] == [pack, other]
        assert await queries.list_asking_packs(tx, ben) == []
    assert first is not None
    assert second is not None
    assert (first.slug, second.slug) == ("fuer-den-anfang", "fuer-den-anfang-2")
    await do(database, people.block, ben, anna.person)
    assert await at(database, ben, pack) is None
    await do(database, people.unblock, ben, anna.person)
    await do(database, actions.delete_pack, staff, pack)
    assert await at(database, anna, pack) is None


@pytest.mark.parametrize("members", ["", "niemand", "anna niemand"])
async def test_only_who_is_there_can_be_in_one(database: Database, members: str) -> None:
    (anna,) = await join_all(database, "anna")
    reason = await refused(database, Invalid, actions.make_pack, anna, PackDraft(name="Wer?", members=members))
    assert reason in ("missing", "pack_unknown")


async def test_one_by_one_until_it_is_full(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    pack = await do(database, actions.make_pack, anna, PackDraft(name="Leer"))
    assert await refused(database, NotFound, actions.add_to_pack, ben, pack, ben.person) == "pack_not_found"
    await do(database, actions.add_to_pack, anna, pack, anna.person)
    assert await refused(database, NotAllowed, actions.add_to_pack, ben, pack, ben.person) == "not_allowed"
    empty = await at(database, ben, pack)
    assert empty is not None
    assert (empty.size, empty.changed_at >= empty.created_at) == (1, True)
    async with database.write() as tx:
        for other in range(1, PACK_MEMBERS_MAX):
            row = {"pack_id": pack, "actor_id": other, "agreed_at": None, "declined_at": None, "added_at": None}
            await tx.run(column_statement(sa.insert(pack_members)), **row)
    assert await refused(database, Invalid, actions.add_to_pack, anna, pack, ben.person) == "pack_full"
    # Who is in it stays.
    await do(database, actions.add_to_pack, anna, pack, anna.person)
    await do(database, actions.take_out_of_pack, anna, pack, 1)
    await do(database, actions.add_to_pack, anna, pack, ben.person)
    assert await told(database) == {ben.person: 1}
    assert await shown(database, ben, pack) == [anna.person, ben.person]


async def test_whoever_leaves_the_place_leaves_nothing_in_packs(database: Database) -> None:
    anna, ben = await join_all(database, "anna", "ben")
    await make(database, anna, "anna ben")
    kept = await make(database, ben, "ben anna")
    await do(database, actions.agree_to_pack, anna, kept, anna.person)
    await do(database, people.erase_account, anna.person)
    await settle(database)
    async with database.read() as tx:
        assert await tx.all(column_statement(sa.select(packs.c.id))) == [kept]
        assert await tx.all(column_statement(sa.select(pack_members.c.actor_id))) == [ben.person]

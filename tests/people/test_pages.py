"""Pages of organisations: who looks after them, who speaks for them, and what they say of themselves."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from plausch.kernel.paging import Page
from plausch.people import actions, queries
from plausch.people.model import (
    DAYS,
    VISITOR,
    PageEdit,
    PageKind,
    ProfileEdit,
    Role,
    Signature,
    SignedIn,
    Standing,
    TeamRole,
    TeamStep,
    Viewer,
    clean_hours,
    initials,
    is_open,
    read_spans,
)
from plausch.storage import Database
from tests.harness.community import join_all, publish, settle
from tests.harness.community import stored as rows_of


async def make_page(database: Database, viewer: Viewer, handle: str = "lindenau") -> int:
    async with database.write() as tx:
        return await actions.create_page(tx, viewer, handle, "Stadt Lindenau", PageKind.TOWN)


async def put_on_team(database: Database, admin: Viewer, page: int, handle: str, who: Viewer, role: TeamRole) -> None:
    async with database.write() as tx:
        await actions.invite_to_team(tx, admin, page, handle, role)
    async with database.write() as tx:
        await actions.accept_team(tx, who, page)


async def team_of(database: Database, page: int) -> dict[int, TeamRole]:
    async with database.read() as read:
        return {one.person_id: one.role for one in await queries.list_team(read, page) if one.invited_by is None}


async def test_a_team_comes_together_and_always_somebody_looks_after_the_page(database: Database) -> None:
    _, mehmet, anna, ines = await join_all(database, "jonas", "mehmet", "anna", "ines")
    page = await make_page(database, mehmet)
    with pytest.raises(Conflict, match="last_admin"):
        async with database.write() as tx:
            await actions.leave_team(tx, mehmet, page)
    with pytest.raises(Conflict, match="last_admin"):
        async with database.write() as tx:
            await actions.set_team_role(tx, mehmet, page, mehmet.person, TeamRole.AUTHOR)
    with pytest.raises(NotAllowed):
        async with database.write() as tx:
            await actions.invite_to_team(tx, anna, page, "anna", TeamRole.ADMIN)
    await put_on_team(database, mehmet, page, "anna", anna, TeamRole.AUTHOR)
    with pytest.raises(NotAllowed):
        async with database.write() as tx:
            await actions.set_team_role(tx, anna, page, anna.person, TeamRole.ADMIN)
    async with database.write() as tx:
        await actions.invite_to_team(tx, mehmet, page, "ines", TeamRole.EDITOR)
    async with database.write() as tx:
        await actions.leave_team(tx, ines, page)
    with pytest.raises(NotFound):
        async with database.write() as tx:
            await actions.accept_team(tx, ines, page)
    assert await team_of(database, page) == {mehmet.person: TeamRole.ADMIN, anna.person: TeamRole.AUTHOR}
    async with database.read() as read:
        log = [one.step for one in await queries.list_team_log(read, mehmet, page, Page())]
        with pytest.raises(NotAllowed):
            await queries.list_team_log(read, ines, page, Page())
    assert log == [TeamStep.DECLINED, TeamStep.INVITED, TeamStep.JOINED, TeamStep.INVITED, TeamStep.CREATED]


@pytest.mark.parametrize("how", ["erased", "suspended"])
async def test_whoever_is_gone_hands_the_page_over(database: Database, how: str) -> None:
    _, mehmet, anna, ines = await join_all(database, "jonas", "mehmet", "anna", "ines")
    page = await make_page(database, mehmet)
    await put_on_team(database, mehmet, page, "anna", anna, TeamRole.AUTHOR)
    await put_on_team(database, mehmet, page, "ines", ines, TeamRole.EDITOR)
    go = actions.erase_account if how == "erased" else actions.suspend
    for gone, left in ((mehmet, {anna.person: TeamRole.AUTHOR, ines.person: TeamRole.ADMIN}), (ines, None), (anna, {})):
        async with database.write() as tx:
            await go(tx, gone.person)
        assert left is None or await team_of(database, page) == left
    if how == "erased":
        rows = await rows_of(database)
        gone_ids = {mehmet.person, anna.person, ines.person}
        for table in ("people_teams", "people_team_log"):
            assert not [row for row in rows[table] if gone_ids & set(row)], table


async def test_an_owner_of_the_server_sees_to_a_page_that_nobody_looks_after(database: Database) -> None:
    jonas, mehmet, anna = await join_all(database, "jonas", "mehmet", "anna")
    owner = Viewer(jonas.person, jonas.person, Role.OWNER)
    page = await make_page(database, mehmet)
    with pytest.raises(NotAllowed):
        async with database.write() as tx:
            await actions.invite_to_team(tx, owner, page, "anna", TeamRole.ADMIN)
    async with database.write() as tx:
        await actions.erase_account(tx, mehmet.person)
    async with database.write() as tx:
        await actions.invite_to_team(tx, owner, page, "anna", TeamRole.ADMIN)
    async with database.write() as tx:
        await actions.accept_team(tx, anna, page)
    assert await team_of(database, page) == {anna.person: TeamRole.ADMIN}


async def _session(database: Database, secret: str) -> SignedIn:
    async with database.read() as read:
        found = await queries.find_session(read, actions.hash_secret(secret), clock.now())
    assert found is not None
    return found


async def test_a_session_speaks_for_a_page_as_long_as_one_is_on_its_team(database: Database) -> None:
    _, mehmet, anna = await join_all(database, "jonas", "mehmet", "anna")
    page = await make_page(database, mehmet)
    async with database.write() as tx:
        secret = await actions.start_session(tx, anna.person, "")
    session = (await _session(database, secret)).session_id
    with pytest.raises(NotAllowed):
        async with database.write() as tx:
            await actions.act_as(tx, anna, session, page)
    await put_on_team(database, mehmet, page, "anna", anna, TeamRole.AUTHOR)
    async with database.write() as tx:
        await actions.act_as(tx, anna, session, page)
    found = await _session(database, secret)
    assert (found.acting_as, found.handle, found.own_handle) == (page, "lindenau", "anna")
    assert found.as_themselves().viewer == Viewer(anna.person, anna.person)
    assert found.as_themselves().handle == "anna"
    async with database.write() as tx:
        await actions.remove_from_team(tx, mehmet, page, anna.person)
    assert (await _session(database, secret)).acting_as == anna.person
    await put_on_team(database, mehmet, page, "anna", anna, TeamRole.AUTHOR)
    assert (await _session(database, secret)).acting_as == anna.person, "it does not come back by itself"


async def test_what_a_page_says(database: Database) -> None:
    _, mehmet, anna = await join_all(database, "jonas", "mehmet", "anna")
    page = await make_page(database, mehmet)
    edit = PageEdit(
        kind=PageKind.TOWN,
        website="lindenau.example",
        email="rathaus@lindenau.example",
        hours="8-12\n8.30 – 12, 13-16",
        imprint="Verantwortlich: **Mehmet**",
        signature=Signature.INITIALS,
    )
    async with database.write() as tx:
        await actions.edit_page(tx, mehmet, page, edit)
    async with database.read() as read:
        about = await queries.find_page(read, page)
        fields = await queries.list_fields(read, page)
        listed = await queries.list_pages(read, VISITOR, Page())
        clubs = await queries.list_pages(read, VISITOR, Page(), PageKind.CLUB)
    assert about is not None
    assert about.website == "https://lindenau.example"
    assert about.hours == "08:00-12:00\n08:30-12:00, 13:00-16:00\n\n\n\n\n"
    assert [one.value for one in fields] == ["https://lindenau.example"]
    assert ([one.id for one in listed], clubs) == ([page], [])
    for wrong in ({"website": "javascript:alert(1)"}, {"hours": "12-8"}, {"hours": "\n" * 8 + "8-9"}, {"email": "x"}):
        with pytest.raises(Invalid):
            async with database.write() as tx:
                await actions.edit_page(tx, mehmet, page, msgspec.structs.replace(edit, **wrong))
    with pytest.raises(NotAllowed):
        async with database.write() as tx:
            await actions.edit_page(tx, anna, page, edit)


async def test_an_erased_page_leaves_nothing_but_its_handle(database: Database) -> None:
    _, mehmet, anna = await join_all(database, "jonas", "mehmet", "anna")
    page = await make_page(database, mehmet)
    acting = Viewer(mehmet.person, page)
    async with database.write() as tx:
        await actions.edit_profile(
            tx, acting, ProfileEdit("Stadt", "Am Fluss", "", False), profile_url=str, tag_url=str
        )
        await publish(tx, acting, "Das Rathaus ist zu")
        await publish(tx, mehmet, "Mein eigener Beitrag")
        await actions.follow(tx, anna, page)
    await settle(database)
    with pytest.raises(NotAllowed):
        async with database.write() as tx:
            await actions.erase_page(tx, anna, page)
    async with database.write() as tx:
        await actions.erase_page(tx, mehmet, page)
    await settle(database)
    async with database.read() as read:
        assert (await queries.get_actor(read, page)).standing is Standing.DELETED
        with pytest.raises(NotFound):
            await queries.get_profile(read, mehmet, "lindenau")
    rows = await rows_of(database)
    assert not any("Rathaus" in str(row) or "Am Fluss" in str(row) for found in rows.values() for row in found)
    assert any("Mein eigener Beitrag" in str(row) for row in rows["talk_posts"])
    with pytest.raises(Conflict):
        await make_page(database, anna)


async def test_only_people_connect(database: Database) -> None:
    _, mehmet, anna = await join_all(database, "jonas", "mehmet", "anna")
    page = await make_page(database, mehmet)
    for viewer, target in ((anna, page), (Viewer(mehmet.person, page), anna.person)):
        with pytest.raises(DomainError, match="target_not_person"):
            async with database.write() as tx:
                await actions.ask_to_connect(tx, viewer, target, "")
    async with database.write() as tx:
        await actions.follow(tx, Viewer(mehmet.person, page), anna.person)
    async with database.read() as read:
        assert (await queries.get_relationship(read, anna, page)).followed_by


_MINUTES = st.integers(0, 24 * 60)


@given(st.lists(st.lists(_MINUTES, max_size=6, unique=True).map(sorted), max_size=DAYS))
def test_hours_are_what_they_were_when_they_are_read_again(days: list[list[int]]) -> None:
    spans = [list(zip(day[::2], day[1::2], strict=False)) for day in days]
    text = "\n".join(", ".join(f"{a // 60}:{a % 60:02} - {b // 60}.{b % 60:02}" for a, b in day) for day in spans)
    kept = clean_hours(text)
    assert clean_hours(kept) == kept
    spans += [[]] * (DAYS - len(spans))
    if any(spans):
        assert [read_spans(line) for line in kept.split("\n")] == spans
    for weekday, day in enumerate(spans):
        for start, end in day:
            assert is_open(kept, weekday, start)
            assert not is_open(kept, weekday, end) or any(end == other for other, _ in day)


def test_initials() -> None:
    assert [initials(name) for name in ("Mehmet Öz", "anna", "Anna-Lena de Vries", "")] == ["MÖ", "A", "ALD", ""]

"""Which servers are kept away: the rules alone, and what holds for one below another."""

import pytest

from plausch.community import actions, queries
from plausch.community.model import BlockedServer, BlockSeverity, ServerRule, clean_server
from plausch.kernel.errors import Conflict, Invalid, NotAllowed
from plausch.kernel.paging import Page
from plausch.people.model import Role, Viewer
from plausch.storage import Database

MODERATOR, MEMBER = Viewer(7, 7, Role.MODERATOR), Viewer(8, 8)
NOOP, SILENCE, SUSPEND = BlockSeverity


@pytest.mark.parametrize(
    ("one", "other", "strict"),
    [
        (ServerRule(severity=SILENCE), ServerRule(severity=SILENCE), True),
        (ServerRule(severity=NOOP, reject_media=True), ServerRule(severity=SILENCE), False),
        (ServerRule(severity=SILENCE), ServerRule(severity=NOOP, reject_media=True), False),
        (ServerRule(severity=SILENCE, reject_media=True), ServerRule(severity=NOOP, reject_media=True), True),
        (ServerRule(severity=SILENCE, reject_media=True), ServerRule(severity=SILENCE, reject_reports=True), False),
        (ServerRule(severity=SUSPEND), ServerRule(severity=SILENCE, reject_media=True, reject_reports=True), True),
        (ServerRule(severity=SILENCE), ServerRule(severity=SUSPEND), False),
    ],
)
def test_which_rule_is_as_strict(one: ServerRule, other: ServerRule, strict: bool) -> None:
    assert one.is_as_strict_as(other) is strict


@pytest.mark.parametrize(
    ("domain", "shown"),
    [("dajiaweibo.com", "daji******.com"), ("a.de", "a.*e"), ("x.y.z.example", "x.y.*.****ple")],
)
def test_how_much_of_a_name_is_shown(domain: str, shown: str) -> None:
    server = BlockedServer(1, domain, 0, SILENCE, False, False, "", "", True)
    assert server.public_domain == shown
    assert BlockedServer(1, domain, 0, SILENCE, False, False, "", "", False).public_domain == domain


def test_a_server_has_one_name() -> None:
    assert clean_server(" Müller.Example/ ") == "xn--mller-kva.example"
    for wrong in ("", "example", "https://example.org", "a b.example"):
        with pytest.raises(Invalid):
            clean_server(wrong)


async def test_what_holds_for_a_server_below_another(database: Database) -> None:
    async with database.write() as tx:
        for viewer in (MEMBER, Viewer(0, 0)):
            with pytest.raises(NotAllowed):
                await actions.block_server(tx, viewer, "spam.example", ServerRule())
            with pytest.raises(NotAllowed):
                await queries.list_blocked_servers(tx, viewer, Page())
        await actions.block_server(tx, MODERATOR, "spam.example", ServerRule(severity=SILENCE))
        await actions.block_server(tx, MODERATOR, "b.spam.example", ServerRule(severity=SUSPEND))
        with pytest.raises(Conflict):
            await actions.block_server(tx, MODERATOR, "a.b.spam.example", ServerRule(severity=SILENCE))
    hosts = [
        "spam.example",
        "a.spam.example",
        "b.spam.example",
        "a.B.spam.example",
        "nob.spam.example",
        "127.0.0.1",
        "",
    ]
    async with database.read() as tx:
        nearest = [await queries.find_nearest_block(tx, host) for host in hosts]
        assert [one.domain if one else "" for one in nearest] == [
            *("spam.example", "spam.example", "b.spam.example", "b.spam.example", "spam.example", "", "")
        ]
        assert await queries.find_suspended(tx, hosts) == {"b.spam.example", "a.B.spam.example"}
        assert await queries.find_suspended(tx, []) == frozenset()

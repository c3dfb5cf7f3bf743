"""Who may not come in: the rules alone, and what they keep out."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plausch.kernel import clock
from plausch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from plausch.people import actions, jobs, queries
from plausch.people.actions import barring, proofs
from plausch.people.model import (
    BarKind,
    BarredNetwork,
    NetworkBar,
    Networks,
    Purpose,
    Role,
    Severity,
    SignUp,
    Standing,
    Viewer,
    canonical_email,
    clean_domain,
    clean_network,
    contains,
    domains_of,
    hash_email,
    parse_address,
)
from plausch.settings import SignUpMode
from plausch.storage import Database, Write
from tests.harness.community import NO_PASSWORD, join, stored, tables_with

ELSEWHERE = "198.51.100.9"
_local = st.text("abcXYZ.+_-", min_size=1, max_size=12)
_domains = st.sampled_from(["example.org", "Mail.Example.ORG", "xn--mller-kva.example", "müller.example", "a.b.c.de"])
_addresses = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str)
_v4 = st.builds(lambda ip, length: f"{ip}/{length}", st.ip_addresses(v=4), st.integers(8, 32))
#: Not those that mean an address of IPv4.
_plain_v6 = st.ip_addresses(v=6).map(str).filter(lambda ip: not ip.startswith("::ffff:"))
_v6 = st.builds(lambda ip, length: f"{ip}/{length}", _plain_v6, st.integers(16, 128))
_severities = st.sampled_from(list(Severity))


@given(_local, _domains)
def test_an_address_has_one_spelling(local: str, domain: str) -> None:
    plain = canonical_email(f"{local}@{domain}")
    assert canonical_email(plain) == plain == plain.lower()
    assert canonical_email(f" {local.upper()}+shop@{domain.upper()} ") == plain
    assert canonical_email(f".{local}@{domain}") == plain
    assert hash_email(f"{local}@{domain}") == hash_email(plain)
    assert not set(plain.rpartition("@")[0]) & set(".+")


def test_what_is_kept_of_an_address_is_what_others_keep() -> None:
    # The example of Mastodon's documentation.
    assert hash_email("T.E.S.T+spam@Example.com") == "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"


@given(_domains, st.text("abc", min_size=1, max_size=3))
def test_a_domain_lies_in_those_above_it(domain: str, below: str) -> None:
    cleaned = clean_domain(f"@{domain}.")
    assert clean_domain(cleaned) == cleaned
    assert cleaned in domains_of(f"x@{domain}")
    assert cleaned in domains_of(f"x@{below}.{domain}")
    assert cleaned not in domains_of(f"x@{below}{domain}")


@pytest.mark.parametrize(
    "text", ["", " ", "org", "a@example.org", "exa mple.org", "-.org", "a..org", f"{'x.' * 130}org"]
)
def test_what_is_no_domain(text: str) -> None:
    with pytest.raises(Invalid):
        clean_domain(text)


@given(st.one_of(_v4, _v6), _addresses)
def test_a_network_contains_what_begins_alike(network: str, address: str) -> None:
    cleaned = clean_network(network)
    assert clean_network(cleaned) == cleaned
    assert contains(cleaned, network.partition("/")[0])
    parsed, given_network = parse_address(address), ipaddress.ip_network(cleaned)
    assert parsed is not None
    assert contains(cleaned, address) == (
        parsed.version == given_network.version
        and int(parsed) >> (given_network.max_prefixlen - given_network.prefixlen)
        == int(given_network.network_address) >> (given_network.max_prefixlen - given_network.prefixlen)
    )


@given(st.ip_addresses(v=4), st.integers(8, 32))
def test_an_address_may_be_written_as_one_of_the_other_version(ip: ipaddress.IPv4Address, length: int) -> None:
    cleaned = clean_network(f"{ip}/{length}")
    assert clean_network(f"::ffff:{ip}/{96 + length}") == cleaned
    assert contains(cleaned, f"::ffff:{ip}")


@pytest.mark.parametrize("text", ["", "x", "192.0.2.1/33", "fe80::1%eth0", "0.0.0.0/0", "::/8", "10.0.0.0/7", "1.2.3"])
def test_what_is_no_network(text: str) -> None:
    with pytest.raises(Invalid):
        clean_network(text)


@given(st.lists(st.tuples(st.one_of(_v4, _v6), _severities, st.sampled_from([None, 5, 15])), max_size=8), _addresses)
def test_the_strictest_that_holds(bars: list[tuple[str, Severity, int | None]], address: str) -> None:
    named = {clean_network(network): (severity, end) for network, severity, end in bars}
    asked = [address, *(network.partition("/")[0] for network in named)]
    found = Networks(BarredNetwork(1, network, severity, "", 0, end) for network, (severity, end) in named.items())
    assert bool(found) == bool(named)
    for one in asked:
        holding = [kept for network, (kept, end) in named.items() if contains(network, one) and end != 5]
        assert found.severity_of(one, 10) == max(holding, key=list(Severity).index, default=None)
    assert found.severity_of("unknown", 10) is None


def form(handle: str, **more: str) -> SignUp:
    return SignUp(handle=handle, email=f"{handle}@example.org", password_hash=NO_PASSWORD, **more)  # type: ignore[arg-type]  # only texts are given


async def gerda_of(tx: Write) -> Viewer:
    gerda = await join(tx, "gerda")
    return Viewer(gerda.person, gerda.person, Role.MODERATOR)


async def refused(tx: Write, what: SignUp, code: str = "") -> str:
    """Why, or nothing."""
    try:
        await actions.arrive(tx, what, SignUpMode.OPEN, code)
    except DomainError as error:
        return error.reason
    return ""


async def test_a_barred_address_neither_comes_in_nor_is_taken(database: Database) -> None:
    async with database.write() as tx:
        gerda, ines = await gerda_of(tx), await join(tx, "ines")
        domain = await actions.bar_domain(tx, gerda, "Spam.Example")
        address = await actions.bar_address(tx, gerda, "otto.k+1@example.org")
        barred = ("x@spam.example", "x@mail.SPAM.example", "OttoK@example.org", "ot.tok+2@example.org")
        for email in barred:
            with pytest.raises(Invalid, match="email_barred"):
                await actions.sign_up(tx, SignUp(handle="otto", email=email, password_hash=NO_PASSWORD))
            with pytest.raises(Invalid, match="email_barred"):
                await actions.correct_email(tx, ines, email)
            for at_once in (True, False):
                with pytest.raises(Invalid, match="email_barred"):
                    await actions.ask_to_change_email(tx, ines, email, at_once=at_once)
        assert not await queries.is_barred_email(tx, "x@notspam.example")
        assert [one.domain for one in await queries.list_barred_domains(tx, gerda)] == ["spam.example"]
        await actions.lift_bar(tx, gerda, BarKind.DOMAIN, domain)
        await actions.lift_address(tx, gerda, "Otto.K@example.org")
        for gone in ((BarKind.DOMAIN, domain), (BarKind.ADDRESS, address)):
            with pytest.raises(NotFound):
                await actions.lift_bar(tx, gerda, *gone)
        with pytest.raises(Invalid, match="barred_not_found"):
            await actions.lift_address(tx, gerda, "ottok@example.org")
        await actions.bar_address(tx, gerda, "nobody@elsewhere.example")
        assert await refused(tx, form("ottok")) == ""
    assert tables_with(await stored(database), "nobody@elsewhere.example") == set()


async def test_what_is_barred_meanwhile_is_not_taken_and_a_former_address_comes_back(database: Database) -> None:
    async with database.write() as tx:
        gerda, ines = await gerda_of(tx), await join(tx, "ines")
        wanted = await proofs.make_proof(tx, ines.person, Purpose.CHANGE, "ines@spam.example")
        undo = await proofs.make_proof(tx, ines.person, Purpose.UNDO, "ines@spam.example")
        await actions.bar_domain(tx, gerda, "spam.example")
        with pytest.raises(Invalid, match="email_barred"):
            await actions.change_email(tx, wanted)
        await actions.undo_change(tx, undo)
        assert (await queries.get_account(tx, ines.person)).email == "ines@spam.example"


async def test_a_network_is_refused_or_waits(database: Database) -> None:
    async with database.write() as tx:
        gerda = await gerda_of(tx)
        code_host = await join(tx, "jonas")
        invited = await actions.invite(
            tx, code_host, note="", uses=3, ends_at=clock.now() + clock.DAY, members_may=True
        )
        code = next(one.code for one in await queries.list_invitations(tx, code_host) if one.id == invited)
        await actions.bar_network(tx, gerda, NetworkBar("192.0.2.0/25", Severity.WAITS), ELSEWHERE)
        bar = NetworkBar("2001:db8::/32", Severity.NO_SIGN_UP, ends_at=clock.now() + clock.DAY)
        await actions.bar_network(tx, gerda, bar, ELSEWHERE)
        assert await refused(tx, form("otto", client_address="2001:db8::1")) == "network_barred"
        assert await refused(tx, form("otto", client_address="2001:db8::1"), code) == "network_barred"
        arrival = await actions.arrive(tx, form("otto", client_address="::ffff:192.0.2.9"), SignUpMode.OPEN)
        assert arrival.waits
        assert (await queries.get_actor(tx, arrival.person)).standing is Standing.WAITING
        assert not (await actions.arrive(tx, form("pia", client_address="192.0.2.200"), SignUpMode.OPEN)).waits
        assert not (await actions.arrive(tx, form("mira", client_address="192.0.2.9"), SignUpMode.OPEN, code)).waits
        with clock.at(clock.now() + 2 * clock.DAY):
            assert await refused(tx, form("ruth", client_address="2001:db8::1")) == ""
            assert len(await queries.list_barred_networks(tx, gerda, clock.now())) == 1
            await jobs.forget_sessions(tx, None)
    assert "people_barred_networks" not in tables_with(await stored(database), "2001:db8::/32")
    assert not await _shut_out(database)


async def _shut_out(database: Database) -> Networks:
    async with database.read() as tx:
        return await queries.list_shut_out(tx)


async def test_nobody_locks_themselves_out(database: Database) -> None:
    async with database.write() as tx:
        gerda = await gerda_of(tx)
        for severity in (Severity.NO_SIGN_UP, Severity.NO_ACCESS):
            with pytest.raises(Invalid, match="network_own"):
                await actions.bar_network(tx, gerda, NetworkBar("198.51.100.0/24", severity), ELSEWHERE)
        own = await actions.bar_network(tx, gerda, NetworkBar("198.51.100.0/24", Severity.WAITS), ELSEWHERE)
        with pytest.raises(Invalid, match="network_own"):
            await actions.change_network(
                tx, gerda, own, NetworkBar("198.51.100.0/24", Severity.NO_ACCESS), f"::ffff:{ELSEWHERE}"
            )
        await actions.change_network(tx, gerda, own, NetworkBar("203.0.113.7", Severity.NO_ACCESS, "Bots"), ELSEWHERE)
        [kept] = await queries.list_barred_networks(tx, gerda, clock.now())
        assert (kept.id, kept.network, kept.comment) == (own, "203.0.113.7/32", "Bots")
        assert (await queries.list_shut_out(tx)).severity_of("203.0.113.7", clock.now()) is Severity.NO_ACCESS


async def test_only_those_who_look_after_the_place_and_only_so_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as tx:
        gerda, ines = await gerda_of(tx), await join(tx, "ines")
        bar = NetworkBar("203.0.113.7", Severity.NO_ACCESS)
        for attempt in (
            actions.bar_domain(tx, ines, "spam.example"),
            actions.bar_address(tx, ines, "a@spam.example"),
            actions.bar_address_by_hash(tx, ines, "0" * 64),
            actions.bar_network(tx, ines, bar, ELSEWHERE),
            actions.change_network(tx, ines, 1, bar, ELSEWHERE),
            actions.lift_bar(tx, ines, BarKind.NETWORK, 1),
            actions.lift_address(tx, ines, "a@spam.example"),
            queries.list_barred_domains(tx, ines),
            queries.list_barred_addresses(tx, ines),
            queries.list_barred_networks(tx, ines, clock.now()),
        ):
            with pytest.raises(NotAllowed):
                await attempt
        first = await actions.bar_network(tx, gerda, bar, ELSEWHERE)
        with pytest.raises(Conflict, match="barred_already"):
            await actions.bar_network(tx, gerda, bar, ELSEWHERE)
        monkeypatch.setattr(barring, "BARRED_MAX", 1)
        with pytest.raises(Conflict, match="barred_many"):
            await actions.bar_network(tx, gerda, NetworkBar("203.0.113.8", Severity.WAITS), ELSEWHERE)
        await actions.lift_bar(tx, gerda, BarKind.NETWORK, first)
        for kind in ("bar_domain", "bar_address"):
            await getattr(actions, kind)(tx, gerda, "a@x.example" if kind == "bar_address" else "x.example")
            with pytest.raises(Conflict, match="barred_already"):
                await getattr(actions, kind)(tx, gerda, "A.+b@x.example" if kind == "bar_address" else "X.Example")

"""Limits count in the database: for all processes together, and only as long as they say."""

from pathlib import Path

import pytest

from plausch.http.community import HeldCommunity
from plausch.http.limits import count_try, prune_limits, take_back_try
from plausch.http.request import Request
from plausch.http.site import ADDRESSES, Site
from plausch.kernel.errors import TooMany
from plausch.settings import read_settings
from plausch.storage import Database, open_database
from plausch.storage.media import MediaFiles
from plausch.work.live import LiveBus


def _request(database: Database, data: Path, rate_limits: str = "on", address: str = "192.0.2.1") -> Request:
    settings, _ = read_settings({"data": str(data), "rate_limits": rate_limits}, {})
    held = HeldCommunity(database, settings)
    site = Site(settings, database, MediaFiles(data / "media"), LiveBus(database), ADDRESSES, held)
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [],
        "client": (address, 1),
    }
    return Request(scope, None, None, site, {})


async def test_tries_are_counted_for_each_and_in_all_processes(database: Database, data: Path) -> None:
    other = await open_database(database.url)
    here, there = _request(database, data), _request(other, data)
    for request in (here, there, here):
        await count_try(request, "sign-in", "anna", most=3, within=60_000)
    await count_try(here, "sign-in", "ines", most=3, within=60_000)
    with pytest.raises(TooMany) as many:
        await count_try(there, "sign-in", "anna", most=3, within=60_000)
    assert 0 < many.value.retry_after <= 60
    await other.close()


async def test_a_limit_ends_and_is_forgotten(database: Database, data: Path) -> None:
    request = _request(database, data)
    await count_try(request, "x", "anna", most=1, within=1)
    for _ in range(3):
        await count_try(request, "x", "anna", most=1, within=-1)
    async with database.write() as tx:
        await prune_limits(tx, None)
    await count_try(request, "x", "anna", most=1, within=60_000)


async def test_switched_off_they_count_nothing(database: Database, data: Path) -> None:
    request = _request(database, data, rate_limits="off")
    for _ in range(5):
        await count_try(request, "x", "anna", most=1, within=60_000)


async def test_a_try_can_be_taken_back(database: Database, data: Path) -> None:
    request = _request(database, data)
    for _ in range(3):
        await count_try(request, "x", "anna", most=1, within=60_000)
        await take_back_try(request, "x", "anna")
    await count_try(request, "x", "anna", most=1, within=60_000)
    await take_back_try(request, "x", "ines")
    with pytest.raises(TooMany):
        await count_try(request, "x", "anna", most=1, within=60_000)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
async def test_an_address_counts_with_its_network(database: Database, data: Path, address: str, network: str) -> None:
    assert _request(database, data, address=address).client_network == network

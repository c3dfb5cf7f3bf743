"""How much there is."""

from plausch.storage import Database
from plausch.storage.measures import database_size


async def test_a_database_has_a_size(database: Database) -> None:
    async with database.slow_read() as tx:
        assert 10_000 < await database_size(tx) < 1 << 30

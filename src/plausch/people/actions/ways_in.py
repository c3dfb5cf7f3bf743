"""Ending ways in that somebody else may have added."""

import sqlalchemy as sa

from plausch.people.tables import identities, passkeys, recovery_codes, second_factors
from plausch.storage import Write, column_statement, param

_PERSON, _SINCE = param("person"), param("since")
#: Codes that were switched on before belong to the person, and so do the recovery codes with them.
_NEW_CODES = sa.exists().where(second_factors.c.person_id == _PERSON, second_factors.c.confirmed_at >= _SINCE)
_ENDS = [
    column_statement(sa.delete(recovery_codes).where(recovery_codes.c.person_id == _PERSON, _NEW_CODES)),
    column_statement(
        sa.delete(second_factors).where(second_factors.c.person_id == _PERSON, second_factors.c.confirmed_at >= _SINCE)
    ),
    column_statement(sa.delete(passkeys).where(passkeys.c.person_id == _PERSON, passkeys.c.created_at >= _SINCE)),
    column_statement(sa.delete(identities).where(identities.c.person_id == _PERSON, identities.c.created_at >= _SINCE)),
]


async def end_ways_in(tx: Write, person: int, since: int) -> None:
    """Forget codes, passkeys and other services that were added since a moment (ms). Older ones stay."""
    for end in _ENDS:
        await tx.run(end, person=person, since=since)

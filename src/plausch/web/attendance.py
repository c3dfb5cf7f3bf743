"""Who came this week, of those who agree that it is remembered; of everybody else nothing is asked or kept."""

from starlette.responses import Response

from plausch.http.request import Request
from plausch.insights import actions
from plausch.insights.model.weeks import monday_of
from plausch.kernel import clock

#: So many visits a process remembers to have noted; then it begins anew, and notes some of them again.
_REMEMBERED = 100_000
#: Database, week, person and place. Noting twice does no harm.
_noted: set[tuple[str, int, int, int]] = set()


async def note_attendance(request: Request, response: Response) -> None:
    """Once a week and place; every other page costs nothing but a look into memory."""
    me = request.signed_in
    if me is None or not me.keeps_visits or request.method != "GET" or response.status_code != 200:
        return
    where, week = request.site.settings.database_url, monday_of(clock.now())
    new = {place for place in (0, *request.visited) if (where, week, me.person, place) not in _noted}
    if not new:
        return
    async with request.site.database.write() as tx:
        await actions.note_visits(tx, me.person, new)
    if len(_noted) + len(new) > _REMEMBERED:
        _noted.clear()
    _noted.update((where, week, me.person, place) for place in new)

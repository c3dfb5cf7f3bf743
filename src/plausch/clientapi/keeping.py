"""Keeping what was rendered while reading, for the next reader."""

from plausch.http.request import Request
from plausch.people import queries as people
from plausch.storage.parts import Part, keep_parts
from plausch.talk.actions import hold_post


async def keep(request: Request, made: list[Part]) -> None:
    """Keep renderings, but for what was removed meanwhile: nothing of that may come back.

    After reading, and not within it: whoever holds one connection and waits for another can wait for ever.
    """
    if not made:
        return
    posts = sorted((part for part in made if part.kind == "post"), key=lambda part: part.id)
    actors = [part for part in made if part.kind == "actor"]
    async with request.site.database.write() as tx:
        there = [part for part in posts if await hold_post(tx, part.id)]
        known = await people.list_actors(tx, request.viewer, [part.id for part in actors])
        await keep_parts(tx, [*there, *(part for part in actors if part.id in known)])

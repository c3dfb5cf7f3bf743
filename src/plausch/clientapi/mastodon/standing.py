"""How somebody stands to others, as apps get it: groups are followed by joining them."""

from collections.abc import Sequence

from plausch.clientapi.mastodon.entities.accounts import Relationship
from plausch.clientapi.mastodon.present.accounts import present_relationship
from plausch.feeds import queries as feeds
from plausch.feeds.model import PLAINLY
from plausch.groups import queries as groups
from plausch.kernel.errors import NotFound
from plausch.people import queries as people
from plausch.people.model import Viewer
from plausch.storage import Read


async def list_standing(tx: Read, viewer: Viewer, ids: Sequence[int]) -> list[Relationship]:
    """To those of `ids` whom the viewer may know of, in this order."""
    found = await people.list_relationships(tx, viewer, ids)
    how = await feeds.list_followed_how(tx, viewer, ids)
    asked = await groups.list_asked_to_join(tx, viewer, ids)
    return [
        present_relationship(id_, found[id_], how.get(id_, PLAINLY), asks_to_join=id_ in asked)
        for id_ in ids
        if id_ in found
    ]


async def get_standing(tx: Read, viewer: Viewer, id_: int) -> Relationship:
    """Raises NotFound."""
    found = await list_standing(tx, viewer, [id_])
    if not found:
        raise NotFound("actor_not_found")
    return found[0]

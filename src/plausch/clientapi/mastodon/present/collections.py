"""Starter packs as collections."""

from collections.abc import Iterable, Sequence

from plausch.clientapi.mastodon.entities.collections import Collection, CollectionItem
from plausch.groups import queries
from plausch.groups.model import Pack, PackMember
from plausch.http.site import Site
from plausch.language.formats import exact_iso
from plausch.people.model import Viewer
from plausch.storage import Read


async def present_collections(tx: Read, viewer: Viewer, site: Site, packs: Sequence[Pack]) -> list[Collection]:
    """In this order."""
    members = await queries.list_members_of_packs(tx, viewer, packs)
    return [_present(site, pack, (one for one in members if one.pack_id == pack.id)) for pack in packs]


def _present(site: Site, pack: Pack, members: Iterable[PackMember]) -> Collection:
    address = site.absolute(f"/packs/{pack.slug}")
    # Whoever has declined is told so on the pages, where they may change their mind.
    items = [present_item(one) for one in members if one.agreed_at is not None or one.declined_at is None]
    return Collection(
        id=str(pack.id),
        account_id=str(pack.maker_id),
        uri=address,
        url=address,
        name=pack.name,
        description=pack.about,
        item_count=len(items),
        items=items,
        created_at=exact_iso(pack.created_at),
        updated_at=exact_iso(pack.changed_at),
    )


def present_item(one: PackMember) -> CollectionItem:
    """Its id is the account's: a pack holds each once."""
    return CollectionItem(
        id=str(one.actor_id),
        account_id=str(one.actor_id),
        state="accepted" if one.agreed_at is not None else "pending",
        created_at=exact_iso(one.added_at),
    )

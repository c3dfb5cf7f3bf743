"""Tags, with how they were used of late."""

from collections.abc import Iterable, Sequence

from plausch.clientapi.mastodon.entities.reading import FeaturedTag, Tag, TagDay
from plausch.feeds import queries
from plausch.http.request import Request
from plausch.http.site import Site, tag_path
from plausch.kernel import clock
from plausch.language.formats import iso
from plausch.storage import Read


async def present_tags(tx: Read, request: Request, names: Sequence[str]) -> list[Tag]:
    """In this order; whoever is signed in learns which of them they follow and show."""
    viewer = request.viewer
    days = await queries.list_tag_days(tx, viewer, names)
    followed = featured = frozenset[str]()
    if viewer.signed_in and names:
        followed = frozenset(await queries.list_followed_tags(tx, viewer))
        featured = frozenset(one.tag for one in await queries.list_featured_tags(tx, viewer, viewer.acting_as))
    return [
        Tag(
            id=name,
            name=name,
            url=request.site.absolute(tag_path(name)),
            history=present_days(days.get(name, ())),
            following=name in followed if viewer.signed_in else None,
            featuring=name in featured if viewer.signed_in else None,
        )
        for name in names
    ]


def present_days(days: Iterable[queries.TagDay]) -> list[TagDay]:
    return [TagDay(str(one.at // clock.SECOND), str(one.posts), str(one.people)) for one in days]


def present_featured(site: Site, one: queries.FeaturedTag) -> FeaturedTag:
    return FeaturedTag(
        id=str(one.id),
        name=one.tag,
        url=site.absolute(tag_path(one.tag)),
        statuses_count=str(one.posts),
        last_status_at=iso(one.last_at)[:10] if one.last_at is not None else None,
    )

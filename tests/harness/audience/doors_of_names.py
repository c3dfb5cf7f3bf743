"""Doors to who wrote articles, to starter packs, and to what is read by a link before it is posted."""

from plausch.feeds import queries as feeds
from plausch.groups import queries as groups
from plausch.kernel.paging import Page
from plausch.people import queries as people
from plausch.people.model import VISITOR, Viewer
from plausch.storage import Read
from plausch.talk import queries as talk
from tests.harness.audience.seeing import Door, Seen
from tests.harness.audience.world import World

_MANY = 1_000


async def _authors(read: Read, viewer: Viewer, world: World) -> Seen:
    """Under an article, and in feeds, which come as visitors. Only who has agreed is named."""
    seen, me = Seen(), viewer.acting_as
    articles = [post for post in world.posts if post.article and world.sees(me, post)]
    for post in articles:
        found = [one for one in await talk.list_authors(read, post.id) if one.actor_id != post.author]
        known = await people.list_actors(read, viewer, [one.actor_id for one in found])
        shown = {one.actor_id for one in found if one.agreed and one.actor_id in known}
        assert shown == world.named_to(me, post), "others are named as authors"
        assert {one.actor_id for one in found if not one.agreed} <= {
            one for one, agreed in post.authors.items() if not agreed
        }
        seen.people |= shown
    if not viewer.signed_in:
        named = await talk.list_named_authors(read, [post.id for post in articles])
        known = await people.list_actors(read, VISITOR, [one for authors in named.values() for one in authors])
        for post in articles:
            shown = {one for one in named.get(post.id, []) if one in known} - {post.author}
            assert shown == world.named_to(0, post), "others are named in feeds"
    return seen


async def _packs(read: Read, viewer: Viewer, world: World) -> Seen:
    """Lists of packs, and each by its address."""
    me, seen = viewer.acting_as, Seen()
    listed = {one.id: one for one in await groups.list_packs(read, viewer, _MANY)}
    asking = {one.id for one in await groups.list_asking_packs(read, viewer)}
    featured = {one.id for one in await groups.list_featured_packs(read, viewer, _MANY)}
    known = [one for one in world.packs if world.knows_pack(me, one)]
    assert {one.id for one in known if world.packed(me, one) or one.maker == me} == set(listed), "other packs"
    assert {one.id for one in known if one.featured and world.packed(me, one)} == featured, "others for newcomers"
    asked = {one.id for one in known if any(one.members.get(mine) == "asked" for mine in world.answers_for(me))}
    assert asking == asked, "others ask"
    for one in world.packs:
        found = await groups.find_pack(read, viewer, one.id)
        assert (found is not None) == (one in known), "a pack is there for others"
        if found is None:
            continue
        assert (await groups.find_pack_at(read, viewer, found.slug)) == found
        members = await groups.list_pack_members(read, viewer, found)
        agreed = {member.actor_id for member in members if member.agreed_at is not None}
        assert agreed == world.packed(me, one), "others are shown in a pack"
        assert found.size == len(agreed), "others are counted in a pack"
        waiting = {member.actor_id for member in members} - agreed
        assert not waiting or one.maker == me or waiting <= world.answers_for(me), "who did not agree is told"
        seen.people |= {one.maker, *(member.actor_id for member in members)}
    return seen


async def _links(read: Read, viewer: Viewer, world: World) -> Seen:
    """Whoever has the link reads the draft, until it ends; nobody guesses one, and no search leads there."""
    for one in world.drafts[-1:]:
        assert not await feeds.search_posts(read, viewer, one.word, Page()), "a draft can be searched for"
    if viewer.signed_in:
        return Seen()  # who looks is not asked for
    open_ = {
        one.link: one.id
        for one in world.drafts
        if one.link
        and not {one.author, one.writer} & world.absent
        and (one.author == one.writer or world.speaks_for(one.writer, one.author))
    }
    for code in world.links:
        found = await talk.find_previewed_draft(read, code)
        assert (found.id if found is not None else None) == open_.get(code), "a link reads something else"
        for guess in (code[:-1], code.swapcase(), f"{code[:4]}%"):
            assert await talk.find_previewed_draft(read, guess) is None
    for nothing in ("", "%", "None", *(str(one.id) for one in world.drafts)):
        assert await talk.find_previewed_draft(read, nothing) is None
    return Seen()


NAME_DOORS = [
    Door("authors of articles", _authors),
    Door("starter packs", _packs),
    Door("links to drafts", _links),
]

"""What was here and is gone for good: every address of it says so, unless that would tell of a secret group."""

from plausch.groups import actions as groups
from plausch.groups import queries
from plausch.groups.model import BoardDraft, GroupDraft, Visibility
from plausch.http.site import ADDRESSES
from plausch.people.model import VISITOR, Viewer
from plausch.talk import actions as talk
from plausch.talk.model import ArticlePart, AudienceKind, Form, PostDraft
from tests.harness.community import settle
from tests.web.conftest import Browser, Web
from tests.web.test_groups import found
from tests.web.test_people import eventually


class Plan:
    """A group with something of each kind in it, and all the addresses of that."""

    def __init__(self, web: Web, anna: Viewer, group: int) -> None:
        self._web, self.anna, self.group = web, anna, group
        self.topic = self.note = 0

    async def fill(self) -> list[str]:
        async with self._web.site.database.write() as tx:
            board = await groups.make_board(tx, self.anna, self.group, BoardDraft(name="Brett"))
            topic = PostDraft(source="Wann?", place=self.group, board=board, form=Form.TOPIC, title="Termin")
            article = PostDraft(
                source="Text", place=self.group, form=Form.ARTICLE, title="Bericht", article=ArticlePart()
            )
            self.topic = await talk.publish_post(tx, self.anna, topic, ADDRESSES)
            await talk.publish_post(tx, self.anna, PostDraft(source="Heute", reply_to=self.topic), ADDRESSES)
            self.note = await talk.publish_post(tx, self.anna, PostDraft(source="Hallo", place=self.group), ADDRESSES)
            told = await talk.publish_post(tx, self.anna, article, ADDRESSES)
        group, blog = "/groups/schach", "/@schach/blog"
        places = [group, f"{group}/about", f"{group}/forum", f"{group}/forum/brett", f"{group}/feed.atom", "/@schach"]
        talks = [f"/conversations/{id_}" for id_ in (self.topic, self.note, told)]
        return [*places, *talks, f"/conversations/{self.topic}/feed.atom", blog, f"{blog}/bericht", f"{blog}/feed.atom"]


async def plan(web: Web, anna: Browser) -> Plan:
    await found(anna)
    async with web.site.database.read() as tx:
        group = (await queries.get_group(tx, VISITOR, "schach")).id
        owner = (await queries.list_guardians(tx, group))[0].actor_id
    return Plan(web, Viewer(owner, owner), group)


async def statuses(who: Browser, paths: list[str]) -> dict[str, int]:
    return {path: (await who.get(path, follow_redirects=True)).status_code for path in paths}


async def test_all_of_a_group_that_was_deleted_says_so(web: Web) -> None:
    anna, visitor = await web.join("anna"), await web.open()
    schach = await plan(web, anna)
    paths = await schach.fill()
    assert set((await statuses(visitor, paths)).values()) == {200}
    async with web.site.database.write() as tx:
        await talk.remove_post(tx, schach.anna, schach.note)
    assert (await visitor.get(f"/conversations/{schach.note}")).status_code == 410
    async with web.site.database.write() as tx:
        await groups.delete_group(tx, schach.anna, schach.group)

    async def gone() -> bool:
        await settle(web.site.database)
        return (await visitor.get(f"/conversations/{schach.topic}")).status_code != 200

    await eventually(gone)
    for who in (visitor, anna):
        left = {path: status for path, status in (await statuses(who, paths)).items() if status != 410}
        assert left == {}
    assert "This group was deleted" in (await visitor.get("/groups/schach/about")).text


async def test_what_was_not_for_everybody_is_as_if_it_had_never_been(web: Web) -> None:
    anna, ben = await web.join("anna"), await web.join("ben")
    schach = await plan(web, anna)
    paths = await schach.fill()
    links = groups.Links(ADDRESSES.profile, ADDRESSES.tag)
    async with web.site.database.write() as tx:
        hidden = PostDraft(source="Für wenige", audience=AudienceKind.FOLLOWERS)
        post = await talk.publish_post(tx, schach.anna, hidden, ADDRESSES)
        await talk.remove_post(tx, schach.anna, post)
        await talk.remove_post(tx, schach.anna, schach.note)
        draft = GroupDraft(name="Still", visibility=Visibility.SECRET)
        await groups.edit_group(tx, schach.anna, schach.group, draft, links)
    paths.append(f"/conversations/{post}")
    assert (await ben.get(f"/conversations/{schach.note}")).status_code == 404, "also before it is narrowed"

    async def narrowed() -> bool:
        await settle(web.site.database)
        return (await ben.get(f"/conversations/{schach.topic}")).status_code != 200

    await eventually(narrowed)
    assert set((await statuses(ben, paths)).values()) == {404}
    assert (await anna.get(f"/conversations/{schach.note}")).status_code == 410
    async with web.site.database.write() as tx:
        await groups.delete_group(tx, schach.anna, schach.group)
    await settle(web.site.database)
    assert set((await statuses(ben, paths)).values()) == {404}

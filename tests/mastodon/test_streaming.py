"""Streams of a real server, as independent clients hear them: what arrives, for whom, in which process, until when."""

import asyncio
import queue
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple

import httpx
import mastodon
import pytest
import websockets

from plausch.community import actions as community
from plausch.feeds import actions as feeds
from plausch.feeds.model import FilterAction, FilterDraft, FilterPlace
from plausch.groups import actions as groups
from plausch.groups.model import GroupDraft, Joining, Visibility
from plausch.http.site import ADDRESSES
from plausch.people import actions as people
from plausch.people.model import Role, SignUp, Viewer
from plausch.storage import Database, open_database
from plausch.talk import actions as talk
from plausch.talk.model import PostDraft
from tests.conftest import StartServer
from tests.harness.databases import Databases
from tests.harness.engines import on_postgres_when_all
from tests.harness.server import Server
from tests.mastodon.streams import Heard, connect, listen
from tests.mastodon.test_statuses import picture

SCOPES = "read write follow push"


class Person(NamedTuple):
    viewer: Viewer
    token: str
    app: httpx.AsyncClient

    @property
    def id(self) -> str:
        return str(self.viewer.person)

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        answer = await self.app.request(method, f"/api/v1/{path}", **options)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def says(self, text: str, **more: Any) -> str:
        return str((await self.ask("POST", "statuses", json={"status": text, **more}))["id"])


class Town:
    """A server with people, whom the test makes in its database."""

    def __init__(self, server: Server, database: Database, stack: AsyncExitStack) -> None:
        self.server, self.database, self._stack = server, database, stack

    async def person(
        self, handle: str, *, follows: Person | None = None, scopes: str = SCOPES, role: Role = Role.MEMBER
    ) -> Person:
        async with self.database.write() as tx:
            form = SignUp(handle, f"{handle}@example.org", "", handle.title(), role=role, email_confirmed=True)
            id_ = await people.sign_up(tx, form)
            token = await people.create_token(tx, id_, scopes)
            viewer = Viewer(id_, id_, form.role)
            if follows is not None:
                await people.follow(tx, viewer, follows.viewer.person)
        headers = {"authorization": f"Bearer {token}"}
        app = await self._stack.enter_async_context(httpx.AsyncClient(base_url=self.server.url, headers=headers))
        return Person(viewer, token, app)


@asynccontextmanager
async def opened(server: Server) -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        database = await open_database(server.database_url)
        stack.push_async_callback(database.close)
        yield Town(server, database, stack)


@pytest.fixture(scope="module")
async def town(
    databases_of: Callable[[str], Databases], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """One for several tests, each with people of its own: a server takes a while to begin."""
    databases, data = databases_of("sqlite"), tmp_path_factory.mktemp("streaming")
    url = databases.create(data)
    with Server(url, data) as server:
        async with opened(server) as town:
            yield town
    databases.drop(url)


@on_postgres_when_all
async def test_what_happens_arrives_in_every_process_until_the_token_ends_or_the_server(
    start_server: StartServer,
) -> None:
    async with opened(start_server(PLAUSCH_WORKERS="2")) as town, AsyncExitStack() as open_:
        anna = await town.person("anna")
        ben = await town.person("ben", follows=anna)
        # By chance some of them are with each of the processes.
        sockets = [
            await open_.enter_async_context(connect(town.server.url, ben.token, "stream=user")) for _ in range(4)
        ]
        events = await open_.enter_async_context(listen(ben.app, "user"))
        everybody = [*sockets, events]
        hers = await open_.enter_async_context(connect(town.server.url, anna.token, "stream=user"))
        said = await anna.says("Hallo **Welt**")
        for heard in everybody:
            status = await heard.event("update")
            assert (status["id"], status["account"]["username"], status["favourited"]) == (said, "anna", False)
        assert (await hers.event("update"))["pinned"] is False, "one's own says whether it is pinned"
        await anna.ask("PUT", f"statuses/{said}", json={"status": "Besser"})
        for heard in everybody:
            assert "Besser" in (await heard.event("status.update"))["content"]
        other = await (await town.person("cem")).says("Von weiter her")
        await ben.ask("POST", f"statuses/{said}/reblog")
        shared = (await ben.ask("POST", f"statuses/{other}/reblog"))["id"]
        for heard in everybody:
            reblog = await heard.event("update")
            assert (reblog["id"], reblog["reblog"]["id"]) == (shared, other), "what came before does not come again"
        await ben.ask("POST", f"statuses/{other}/unreblog")
        for heard in everybody:
            assert str(await heard.event("delete")) == shared
        await anna.ask("DELETE", f"statuses/{said}")
        for heard in everybody:
            assert str(await heard.event("delete")) == said
        async with town.database.write() as tx:
            assert await people.revoke_given(tx, None, ben.token)
        for heard in everybody:
            await asyncio.wait_for(heard.ended.wait(), 10)
        assert {socket.code for socket in sockets} == {1008}
        stopping = asyncio.create_task(asyncio.to_thread(town.server.stop, 5))
        await asyncio.wait_for(hers.ended.wait(), 5)
        assert await stopping == 0
        assert hers.code in (1001, 1006, 1012)


async def test_one_connection_has_many_streams_each_with_what_belongs_there(town: Town) -> None:
    anna = await town.person("anna", role=Role.OWNER)
    ben = await town.person("ben", follows=anna)
    eve = await town.person("eve")
    async with town.database.write() as tx:
        list_ = str(await feeds.make_list(tx, ben.viewer, "Freunde"))
        await feeds.add_to_list(tx, ben.viewer, int(list_), anna.viewer.person)
    # The token as browsers can send it without a trace in the address.
    async with connect(town.server.url, subprotocols=[ben.token]) as socket:
        assert socket.connection.subprotocol == ben.token
        await socket.connection.send("no JSON")
        await socket.say(type="subscribe", stream="hashtag", tag="Wetter", list=None, only_media=None)
        for stream in ("user", "public:local", "public:remote", "public:media", "direct"):
            await socket.subscribe(stream)
        await socket.subscribe("list", list=list_)
        for wrong in ({"stream": "moon"}, {"stream": "hashtag"}, {"stream": "list", "list": "17"}):
            await socket.say(type="subscribe", **wrong)
        await socket.say(type="subscribe", stream=["user"])
        errors = [await asyncio.wait_for(socket.errors.get(), 10) for _ in range(4)]
        assert [one["status"] for one in errors] == [400, 400, 401, 400]
        said = await anna.says("Sonne #wetter")
        found = [await socket.next() for _ in range(4)]
        assert {kind for kind, _, _ in found} == {"update"}
        assert {told["id"] for _, told, _ in found} == {said}
        streams = [["hashtag", "Wetter"], ["list", list_], ["public:local"], ["user"]]
        assert sorted(stream for _, _, stream in found) == streams, "each as it was asked for"
        await socket.say(type="unsubscribe", stream="public:local")
        await socket.say(type="unsubscribe", stream="user")
        await eve.says("Regen #Wetter")
        assert await _heard(socket, 1) == [("update", "hashtag")]
        await socket.subscribe("user")
        await eve.says("@ben Unter uns", visibility="direct")
        whisper = {kind: told for kind, told, _ in [await socket.next(), await socket.next()]}
        assert whisper["conversation"]["last_status"]["id"] == whisper["notification"]["status"]["id"]
        assert [one["username"] for one in whisper["conversation"]["accounts"]] == ["eve"]
        assert whisper["notification"]["type"] == "mention"
        await anna.ask("DELETE", f"statuses/{said}")
        gone = await _heard(socket, 4)
        assert gone == [("delete", "hashtag"), ("delete", "list"), ("delete", "public:media"), ("delete", "user")]


async def _heard(socket: Heard, number: int) -> list[tuple[str, str]]:
    return sorted((kind, stream[0]) for kind, _, stream in [await socket.next() for _ in range(number)])


async def test_own_matters_are_told_filters_announcements_and_whom_one_follows(town: Town) -> None:
    ines = await town.person("ines", role=Role.OWNER)
    jonas = await town.person("jonas")
    reader = await town.person("nora", scopes="read:statuses")
    async with listen(jonas.app, "user") as heard, connect(town.server.url, reader.token, "stream=user") as narrow:
        async with town.database.write() as tx:
            announcement = await community.announce(tx, ines.viewer, "Morgen **Fest**", tag_url=ADDRESSES.tag)
        told = await heard.event("announcement")
        assert (told["id"], told["read"]) == (str(announcement), False)
        assert "<strong>Fest</strong>" in told["content"]
        async with town.database.write() as tx:
            await community.react(tx, ines.viewer, announcement, "🎉")
        told = await heard.event("announcement.reaction")
        assert told == {"name": "🎉", "count": 1, "announcement_id": str(announcement)}
        async with town.database.write() as tx:
            await community.end_announcement(tx, ines.viewer, announcement)
        assert await heard.event("announcement.delete") == announcement
        async with town.database.write() as tx:
            hiding = FilterDraft(phrase="Fußball", places=(FilterPlace.HOME,), action=FilterAction.HIDE)
            await feeds.add_filter(tx, jonas.viewer, hiding)
        assert await heard.event("filters_changed") is None
        await jonas.ask("POST", f"accounts/{ines.id}/follow")
        await asyncio.sleep(0.2)
        await ines.says("Fußball!")
        await ines.says("Handball!")
        assert "Handball" in (await heard.event("update"))["content"], "whom one follows is heard at once, as filtered"
        await ines.says("Hallo @nora")
        assert [kind for kind, _, _ in narrow.rest() if kind == "notification"] == [], "without read:notifications"
        assert any(line == ":)" for line in heard.lines)


class Notebook(mastodon.StreamListener):
    def __init__(self) -> None:
        self.told: queue.Queue[tuple[str, Any]] = queue.Queue()

    def on_any_event(self, name: str, data: Any = None, for_stream: Any = None) -> None:
        self.told.put((name, data))

    def handle_heartbeat(self) -> None:
        self.told.put(("still there", None))

    async def next(self) -> tuple[str, Any]:
        return await asyncio.to_thread(self.told.get, timeout=10)


async def test_programs_that_others_wrote_understand_what_they_hear(town: Town) -> None:
    olga = await town.person("olga")
    paul = await town.person("paul", follows=olga)
    api = mastodon.Mastodon(access_token=paul.token, api_base_url=town.server.url)
    own, tagged = Notebook(), Notebook()
    handles = [await asyncio.to_thread(api.stream_user, own, run_async=True)]
    handles.append(await asyncio.to_thread(api.stream_hashtag, "wetter", tagged, run_async=True))
    try:
        for one in (own, tagged):
            assert await one.next() == ("still there", None), "a sign of life at the beginning"
        said = await olga.says("Hallo @paul #wetter")
        heard = dict([await own.next(), await own.next()])
        assert heard["notification"].status.id == heard["update"].id
        assert str(heard["update"].id) == said
        assert str((await tagged.next())[1].id) == said
        await olga.ask("PUT", f"statuses/{said}", json={"status": "Doch kein #wetter"})
        assert [(await one.next())[0] for one in (own, tagged)] == ["status.update", "status.update"]
        async with town.database.write() as tx:
            await feeds.add_filter(tx, paul.viewer, FilterDraft(phrase="Fußball"))
        assert (await own.next())[0] == "filters_changed"
        await olga.ask("DELETE", f"statuses/{said}")
        assert [str((await one.next())[1]) for one in (own, tagged)] == [said, said]
    finally:
        # Else closing waits for the next sign of life.
        async with town.database.write() as tx:
            await people.revoke_given(tx, None, paul.token)
        for handle in handles:
            await asyncio.to_thread(handle.close)


async def test_nobody_hears_what_they_may_not_see(town: Town) -> None:
    rosa = await town.person("rosa")
    sven, tina = await town.person("sven", follows=rosa), await town.person("tina", follows=rosa)
    async with town.database.write() as tx:
        draft = GroupDraft(name="Chor", handle="chor", joining=Joining.OPEN, visibility=Visibility.CLOSED)
        group = await groups.create_group(tx, rosa.viewer, draft, groups.Links(ADDRESSES.profile, ADDRESSES.tag))

    async def sings(text: str) -> int:
        async with town.database.write() as tx:
            return await talk.publish_post(tx, rosa.viewer, PostDraft(source=text, place=group), ADDRESSES)

    async with AsyncExitStack() as open_:
        member, stranger = [
            await open_.enter_async_context(connect(town.server.url, one.token, "stream=user")) for one in (sven, tina)
        ]
        for heard in (member, stranger):
            await heard.subscribe("public")
            await heard.subscribe("hashtag", tag="probe")
        async with town.database.write() as tx:
            await groups.join_group(tx, sven.viewer, group)
        song = await sings("Geheime #Probe")
        assert (await member.event("update", "user"))["id"] == str(song)
        async with town.database.write() as tx:
            await groups.leave_group(tx, sven.viewer, group)
        late = await sings("Noch eine #Probe")
        async with town.database.write() as tx:
            for one in (late, song):
                await talk.remove_post(tx, rosa.viewer, one)
        await rosa.says("Nur für Follower", visibility="private")
        assert "Nur für" in (await stranger.next())[1]["content"], "the first of all that she hears"
        await tina.ask("POST", f"accounts/{rosa.id}/mute")
        unheard = await rosa.says("Stumm")
        await rosa.ask("DELETE", f"statuses/{unheard}")
        end = await sven.says("Ende")
        kind, told, _ = await stranger.next()
        assert (kind, told["id"]) == ("update", end)
        first = await member.next()
        assert "Nur für" in first[1]["content"], "after leaving nothing of the group comes, not even that it is gone"


async def test_each_listener_gets_addresses_of_their_own_for_pictures_that_are_not_for_everybody(town: Town) -> None:
    vera = await town.person("vera")
    will, xena = await town.person("will", follows=vera), await town.person("xena", follows=vera)
    media = await vera.ask("POST", "media", files={"file": ("a.png", picture(), "image/png")})
    async with AsyncExitStack() as open_:
        heard = [
            await open_.enter_async_context(connect(town.server.url, one.token, "stream=user")) for one in (will, xena)
        ]
        await vera.says("Nur für euch", visibility="private", media_ids=[media["id"]])
        hers, his = [(await one.event("update"))["media_attachments"][0]["url"] for one in heard]
    async with httpx.AsyncClient() as loader:
        assert len({hers, his, media["url"]}) == 3
        assert [(await loader.get(one)).status_code for one in (hers, his)] == [200, 200]
        await xena.ask("POST", f"accounts/{vera.id}/unfollow")
        assert [(await loader.get(one)).status_code for one in (hers, his)] == [200, 404]


async def test_each_member_gets_addresses_of_their_own_for_the_face_of_a_secret_group(town: Town) -> None:
    wanda, xaver, yara = [await town.person(one) for one in ("wanda", "xaver", "yara")]
    async with town.database.write() as tx:
        draft = GroupDraft(name="Verein", visibility=Visibility.SECRET)
        group = await groups.create_group(tx, wanda.viewer, draft, groups.Links(ADDRESSES.profile, ADDRESSES.tag))
        for one in (xaver, yara):
            await groups.invite_to_group(tx, wanda.viewer, group, one.viewer.person)
            await groups.accept_invitation(tx, one.viewer, group)
        # Nobody loads it here: only where it is, is looked at.
        await people.set_picture(tx, Viewer(wanda.viewer.person, group), "large.small", "")
    async with AsyncExitStack() as open_:
        heard = [
            await open_.enter_async_context(connect(town.server.url, one.token, "stream=user")) for one in (xaver, yara)
        ]
        async with town.database.write() as tx:
            await talk.publish_post(tx, wanda.viewer, PostDraft(source="Hallo", place=group), ADDRESSES)
        told = [await one.event("update") for one in heard]
    faces = [one["account"]["avatar"] for one in told]
    assert [(one["account"]["id"], one["reblog"]["content"]) for one in told] == [
        (str(group), '<p dir="auto">Hallo</p>')
    ] * 2
    for one, face in zip((xaver, yara), faces, strict=True):
        shown = (await one.ask("GET", f"accounts/{group}"))["avatar"]
        assert face == shown
        assert f"/faces/{group}/large?" in face
    assert faces[0] != faces[1]


async def test_only_good_tokens_are_answered(town: Town) -> None:
    uwe = await town.person("uwe", scopes="read:accounts")
    async with httpx.AsyncClient(base_url=f"{town.server.url}/api/v1/streaming") as stranger:
        healthy = await stranger.get("/health")
        assert (healthy.status_code, healthy.text) == (200, "OK")
        found = [(await stranger.get(path)).status_code for path in ("/user", "/public", "/hashtag?tag=x", "", "/moon")]
        assert found == [401, 401, 401, 400, 404]
        narrow = [(await stranger.get(f"/{name}?access_token={uwe.token}")).status_code for name in ("user", "public")]
        assert narrow == [401, 401], "without read:statuses"
        assert (await stranger.get(f"/hashtag?access_token={uwe.token}")).status_code == 400
    for token in ("", "wrong"):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with connect(town.server.url, token, "stream=user"):
                pass
        assert refused.value.response.status_code == 401
    with pytest.raises(websockets.InvalidStatus):
        async with websockets.connect(town.server.url.replace("http", "ws", 1) + "/live/home"):
            pass

"""The town is performed as it is written: everything at its moment, by the actions that people use."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from plausch.app.background import register_all
from plausch.app.schema import all_tables
from plausch.community import queries as community
from plausch.community.model import DocumentKind
from plausch.demo import studio
from plausch.demo.model import Town, acts, joined, scenes
from plausch.demo.player import PASSWORD, Player
from plausch.demo.town import load
from plausch.demo.truth import READER_TO_REGULAR, UNANSWERED_NEWCOMERS, WAVES
from plausch.insights.compute.loyalty import doings_of
from plausch.insights.compute.night import Night
from plausch.insights.gather.ledger import interactions
from plausch.insights.gather.talk import talk_of
from plausch.insights.measures.loyalty import find_stages
from plausch.insights.model import Scope, ScopeKind, Stage
from plausch.insights.queries import get_spread, list_unanswered
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.people.actions import erase_account, verify_password
from plausch.people.model import VISITOR, Role, Viewer
from plausch.settings import read_settings
from plausch.storage import Database, column_statement, open_database
from plausch.storage.media import MediaFiles
from plausch.storage.schema import migrate
from plausch.storage.statements import Statement
from plausch.talk import queries as talk
from plausch.talk.actions import END_POLL, PUBLISH_DRAFT
from plausch.talk.queries.posts import Source
from plausch.work.worker import Worker

#: The whole town is performed, which takes many seconds.
pytestmark = pytest.mark.slow

TABLES = all_tables().tables


class Performed(msgspec.Struct):
    """A performance, and what it left behind."""

    town: Town
    url: str
    folder: Path
    began: int
    ended: int


@pytest.fixture(scope="module")
def performed(tmp_path_factory: pytest.TempPathFactory) -> Performed:
    """The whole town, once; on SQLite, which its tables do not notice."""
    folder = tmp_path_factory.mktemp("town")
    url = f"sqlite:///{folder / 'plausch.db'}"
    town = load()
    began = clock.now()

    async def play() -> None:
        await migrate(url)
        database = await open_database(url)
        media = MediaFiles(folder / "media")
        await Player(town, database, media, register_all(media)).play()
        await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(play())).result()
    return Performed(town, url, folder, began, clock.now())


@pytest.fixture
async def stage(performed: Performed) -> Database:
    return await open_database(performed.url)


async def column(stage: Database, name: str) -> list[int]:
    table, _, field = name.partition(".")
    async with stage.read() as tx:
        return await tx.all(column_statement(sa.select(TABLES[table].c[field])))


async def test_nothing_is_left_out(performed: Performed, stage: Database) -> None:
    town = performed.town
    posts = [scene.post for one in town.conversations for scene in scenes(one, performed.began)]
    assert len(await column(stage, "people_accounts.person_id")) == len(town.people)
    approved = sum(bool(one.approved_by) for one in town.channels.waiting)
    assert len(await column(stage, "talk_posts.id")) == len(posts) + approved
    assert len(await column(stage, "talk_likes.at")) == sum(len(post.likes) for post in posts)
    assert len(await column(stage, "talk_bookmarks.at")) == sum(len(post.bookmarks) for post in posts)
    shares = await column(stage, "talk_shares.via_id")
    assert len(shares) == sum(len(post.shares) for post in posts)
    led = sum(len(post.shares) for post in posts if any(share.via for share in post.shares))
    assert sum(via is not None for via in shares) == led
    assert len(await column(stage, "talk_pictures.id")) == sum(len(post.pictures) for post in posts)
    assert sum(edited is not None for edited in await column(stage, "talk_posts.edited_at")) == sum(
        post.edited is not None for post in posts
    )
    votes = [vote for post in posts if post.poll is not None for vote in post.poll.votes]
    assert len(await column(stage, "talk_polls.post_id")) == sum(post.poll is not None for post in posts)
    assert sum(await column(stage, "talk_polls.voters")) == len(votes)
    assert len(await column(stage, "talk_poll_votes.place")) == sum(len(vote.places) for vote in votes)
    assert len(await column(stage, "talk_quotes.post_id")) == sum(bool(post.quotes) for post in posts)
    await stage.close()


async def test_only_what_is_to_come_is_left_to_do(performed: Performed, stage: Database) -> None:
    running = sum(at > performed.ended for at in await column(stage, "talk_polls.ends_at"))
    jobs = Counter(await column(stage, "work_jobs.kind"))
    assert running >= 1
    assert jobs == {END_POLL: running, PUBLISH_DRAFT: 1}
    assert min(await column(stage, "work_jobs.due_at")) > performed.ended
    await stage.close()


async def test_the_end_of_a_poll_is_heard_of_once(performed: Performed, stage: Database) -> None:
    """By whoever asked and whoever voted, at the moment of the end, though the past is only played."""
    notices = TABLES["feeds_notifications"]
    told = Statement(
        sa.select(notices.c.post_id, notices.c.recipient_id, notices.c.at).where(notices.c.kind == "poll_ended"),
        lambda *row: row,
    )
    ends = Statement(sa.select(TABLES["talk_polls"].c.post_id, TABLES["talk_polls"].c.ends_at), lambda *row: row)
    async with stage.read() as tx:
        found = await tx.all(told)
        ended = {post: at for post, at in await tx.all(ends) if at <= performed.ended}
    played = [scene for one in performed.town.conversations for scene in scenes(one, performed.began)]
    voted = [
        len(scene.post.poll.votes)
        for scene in played
        if scene.post.poll is not None and scene.moment + scene.post.poll.draft.lasts <= performed.began
    ]
    assert len(voted) >= 4
    assert {post: at for post, _, at in found} == ended
    assert sorted(Counter(post for post, _, _ in found).values()) == sorted(1 + votes for votes in voted)
    assert len(set(found)) == len(found)
    await stage.close()


async def test_the_place_has_words_rules_and_legal_pages(performed: Performed, stage: Database) -> None:
    charter = performed.town.charter
    settings, _ = read_settings({"database_url": performed.url}, {})
    async with stage.read() as tx:
        here = await community.get_community(tx, settings)
        assert await community.list_published(tx) == set(DocumentKind)
        (announcement,) = await community.list_announcements(tx, 5)
    assert here.name == "Lindenau"
    assert here.members_invite
    assert (here.description.de, here.contact) == (charter.description.de.strip(), charter.contact)
    assert [rule.words for rule in here.rules] == [rule.words for rule in charter.rules]
    assert announcement.is_current(performed.ended)
    assert not announcement.is_current(performed.ended + 7 * clock.DAY)
    await stage.close()


async def test_people_have_arranged_themselves(performed: Performed, stage: Database) -> None:
    people_, channels = performed.town.people, performed.town.channels
    fields = sum(len(one.fields) for one in people_) + sum(bool(page.website) for page in channels.pages)
    assert len(await column(stage, "people_fields.value")) == fields
    pinned = [one for one in performed.town.conversations if one.standing.pinned is not None and not one.standing.board]
    assert len(await column(stage, "talk_pins.post_id")) == sum(len(one.pins) for one in people_) + len(pinned)
    assert len(await column(stage, "feeds_followed_tags.tag")) == sum(len(one.tags) for one in people_)
    members = sum(len(listed.members) for one in people_ for listed in one.lists)
    assert len(await column(stage, "feeds_list_members.actor_id")) == members
    assert len(await column(stage, "feeds_searches.text")) == sum(len(one.searches) for one in people_)
    assert len(await column(stage, "feeds_filters.phrase")) == sum(len(one.muted_words) for one in people_)
    due = await column(stage, "talk_drafts.due_at")
    waiting = sum(not one.approved_by for one in channels.waiting)
    assert len(due) == sum(len(one.unsent) for one in people_) + waiting
    assert sum(at is not None for at in due) == 1
    await stage.close()


async def test_groups_boards_and_pages_are_as_planned(performed: Performed, stage: Database) -> None:
    channels = performed.town.channels
    assert sum(await column(stage, "groups_groups.members")) == sum(len(one.everybody) for one in channels.groups)
    boards = len(channels.boards) + sum(len(one.boards) for one in channels.groups)
    assert len(await column(stage, "groups_boards.id")) == boards
    talks = performed.town.conversations
    topics = sum(bool(one.standing.board) or one.standing.promoted is not None for one in talks)
    assert len(await column(stage, "talk_topics.conversation_id")) == topics
    answered = sum(at is not None for at in await column(stage, "talk_topics.answer_id"))
    assert answered == sum(s.post.accepted is not None for one in talks for s in scenes(one, performed.began))
    seats = sum(1 + len(page.team) + len(page.invited) for page in channels.pages)
    assert len(await column(stage, "people_teams.role")) == seats
    assert len(await column(stage, "groups_requests.id")) == sum(len(one.asking) for one in channels.groups)
    agreed = sum(at is not None for at in await column(stage, "groups_pack_members.agreed_at"))
    assert agreed == sum(len(pack.people) + len(pack.groups) for pack in channels.packs)
    assert len(await column(stage, "groups_packs.id")) == len(channels.packs) >= 3
    assert len(await column(stage, "talk_articles.post_id")) == sum(bool(one.standing.article) for one in talks)
    await stage.close()


async def test_whoever_answers_has_read(performed: Performed, stage: Database) -> None:
    marks = dict(Counter(await column(stage, "talk_reads.person_id")))
    async with stage.read() as tx:
        accounts = {account.handle: account for account in await people.list_accounts(tx)}
    taking_part = sum(
        any("anna" in (scene.post.by, *(act.by for act in acts(scene.post))) for scene in scenes(one, performed.began))
        for one in performed.town.conversations
    )
    assert marks[accounts["anna"].person_id] == taking_part
    await stage.close()


async def test_everything_has_its_own_moment(performed: Performed, stage: Database) -> None:
    town, began, ended = performed.town, performed.began, performed.ended
    wanted = sorted(scene.moment for one in town.conversations for scene in scenes(one, began))
    # What had to be let through was posted when it was.
    wanted += [began - one.hours_ago * clock.HOUR + clock.HOUR for one in town.channels.waiting if one.approved_by]
    wanted.sort()
    found = sorted(await column(stage, "talk_posts.published_at"))
    assert all(abs(one - other) <= ended - began + clock.SECOND for one, other in zip(wanted, found, strict=True))
    since = sorted(joined(person, began) for person in town.people)
    assert sorted(await column(stage, "people_accounts.created_at")) == since
    for name in ("talk_likes.at", "talk_shares.at", "people_relations.at", "feeds_notifications.at"):
        moments = await column(stage, name)
        assert max(moments) <= ended, name
        assert min(moments) < began - 10 * clock.DAY, name
        # As different as what they are about: not all at the moment of the performance.
        assert len(set(moments)) > len(moments) / 4, name
    await stage.close()


async def test_requests_are_announced_when_they_are_made(stage: Database) -> None:
    requests, notices = TABLES["people_requests"], TABLES["feeds_notifications"]
    pairs = Statement(
        sa.select(requests.c.at, notices.c.at).join(notices, notices.c.request_id == requests.c.id), lambda *pair: pair
    )
    async with stage.read() as tx:
        found = await tx.all(pairs)
        assert len(found) == 1
        assert all(asked == told for asked, told in found)
        kinds = Counter(await column(stage, "feeds_notifications.kind"))
    assert {"replied", "mentioned", "liked", "shared", "followed", "connected", "addressed"} <= set(kinds)
    await stage.close()


async def test_news_of_the_last_day_are_unread(performed: Performed, stage: Database) -> None:
    notices = TABLES["feeds_notifications"]
    unread = column_statement(sa.select(notices.c.at).where(notices.c.read_at.is_(None)))
    async with stage.read() as tx:
        found = await tx.all(unread)
    yesterday = performed.began - clock.DAY
    assert found
    assert min(found) >= yesterday - clock.SECOND
    late = [at for at in await column(stage, "feeds_notifications.at") if at > yesterday + clock.MINUTE]
    assert len(found) >= len(late)
    await stage.close()


async def test_everybody_signs_in_with_the_same_password(performed: Performed, stage: Database) -> None:
    async with stage.read() as tx:
        accounts = {account.handle: account for account in await people.list_accounts(tx)}
        found = await people.find_credentials(tx, "nora@example.org")
    assert found is not None
    assert await verify_password(found.password_hash, PASSWORD)
    for person in performed.town.people:
        account = accounts[person.handle]
        assert (account.role, account.locale, account.name) == (person.role, person.language, person.name)
    await stage.close()


async def test_pictures_are_there_in_both_sizes(performed: Performed, stage: Database) -> None:
    media = MediaFiles(performed.folder / "media")
    named: Counter[str] = Counter()
    for text in await column(stage, "people_actors.picture"):
        named.update(part for part in str(text).split(".") if part)
    for text in await column(stage, "people_actors.header"):
        named.update(part for part in str(text).split(".") if part)
    for text in await column(stage, "talk_pictures.files"):
        named.update(line.split()[2] for line in str(text).splitlines())
    assert named.keys() == await media.keys()
    # What somebody removes takes nothing of anybody else's with it, though the same picture stands in both.
    assert set(named.values()) == {1}
    await stage.close()


#: What holds a tombstone where it was, the log's entries about somebody nameless, and the words of others.
LEFT = {
    *("people_actors.id", "talk_posts.actor_id", "talk_posts.author_id", "talk_posts.scope_id"),
    *("talk_conversations.actor_id", "talk_conversations.scope_id", "talk_conversations.place_id"),
    *("talk_participants.actor_id", "talk_articles.blog_id", "moderation_log.subject_id", "moderation_log.by_id"),
    "talk_mentions.actor_id",
}


async def test_whoever_goes_leaves_nothing_behind(performed: Performed, tmp_path: Path) -> None:
    """In a town that uses everything there is; a table that is added is looked through, too."""
    copy = tmp_path / "plausch.db"
    with sqlite3.connect(performed.folder / "plausch.db") as source, sqlite3.connect(copy) as target:
        source.backup(target)
    database = await open_database(f"sqlite:///{copy}")
    async with database.write() as tx:
        going = [(await people.get_profile(tx, VISITOR, handle)).id for handle in ("anna", "mehmet", "ines")]
        for person in going:
            await erase_account(tx, person)
    await Worker(database, register_all(MediaFiles(tmp_path / "media"))).work_all()
    theirs = [sa.literal_column(str(person), sa.BigInteger) for person in going]
    found: set[str] = set()
    async with database.read() as tx:
        for table in all_tables().sorted_tables:
            numbers = [one for one in table.columns if isinstance(one.type, sa.Integer)]
            for one in numbers:
                if await tx.first(column_statement(sa.select(sa.func.count()).where(one.in_(theirs)))):
                    found.add(f"{table.name}.{one.name}")
    await database.close()
    assert found <= LEFT


def test_all_pictures_were_prepared_beforehand() -> None:
    town = load()
    prepared = studio.load_prepared(town)
    assert prepared.keys() == studio.wanted(town), "run: python -m tools.prepare_demo_pictures"
    assert {studio.place(key) for key in prepared} == set(studio.FOLDER.iterdir())


async def test_a_picture_that_changed_is_prepared_on_the_spot(tmp_path: Path) -> None:
    town = load()
    shutil.copytree(town.pictures, tmp_path / "pictures")
    shutil.copyfile(town.pictures / "person-ruth.webp", tmp_path / "pictures" / "person-anna.webp")
    changed = msgspec.structs.replace(town, pictures=tmp_path / "pictures")
    assert studio.wanted(changed) - studio.load_prepared(changed).keys() == {("avatar", "person-anna.webp")}
    prepared = await studio.prepare(changed)
    assert prepared["avatar", "person-anna.webp"] == prepared["avatar", "person-ruth.webp"]


def _says(source: Source | None, text: str) -> bool:
    return source is not None and source.source.strip() == text.strip()


@pytest.mark.parametrize("name", WAVES)
async def test_waves_are_found_again(performed: Performed, stage: Database, name: str) -> None:
    """Who had a post from whom, as it was planted."""
    root = next(one.post for one in performed.town.conversations if one.name == name)
    async with stage.read() as tx:
        author = await people.find_account(tx, root.by)
        assert author is not None
        viewer = Viewer(author.person_id, author.person_id)
        own = await talk.list_posts_by(tx, viewer.person, 1_000)
        sources = {post.id: await talk.get_source(tx, viewer, post.id) for post in own if post.shares}
        spread = await get_spread(tx, viewer, next(post for post in own if _says(sources.get(post.id), root.text)))
    handles = {actor.id: actor.handle for actor in spread.named.values()}
    through = {
        handles[node.actor]: handles[spread.tree[node.parent].actor] if node.parent else None
        for node in spread.tree[1:]
    }
    assert through == dict(WAVES[name].through)
    assert not any(node.inferred for node in spread.tree)
    await stage.close()


async def test_the_way_from_reader_to_regular_is_found_again(performed: Performed, stage: Database) -> None:
    night = Night(stage, performed.folder, performed.ended)
    server = Scope(ScopeKind.SERVER)
    everybody = await talk_of(night)
    there = everybody.within(server)
    doings = doings_of(there, await interactions(night, server), there.joined)

    async def stage_of(handle: str, days_ago: float) -> Stage:
        async with stage.read() as tx:
            account = await people.find_account(tx, handle)
        assert account is not None
        moment = performed.ended - int(days_ago * clock.DAY)
        found = find_stages(doings, len(there.people), moment).stage
        return Stage(int(found[there.people.tolist().index(account.person_id)]))

    for handle, path in READER_TO_REGULAR.items():
        assert await stage_of(handle, path.first_like + 1) == Stage.AWAY, handle
        assert await stage_of(handle, path.first_reply + 1) == Stage.REACTOR, handle
        assert await stage_of(handle, path.first_reply - 1) == Stage.PARTICIPANT, handle
        assert await stage_of(handle, 0) >= Stage.REGULAR, handle
    await stage.close()


async def test_newcomers_who_wait_are_on_the_list(stage: Database) -> None:
    async with stage.read() as tx:
        owner = await people.find_account(tx, "anna")
        assert owner is not None
        staff = Viewer(owner.person_id, owner.person_id, Role.MODERATOR)
        waiting = await list_unanswered(tx, staff, Scope(ScopeKind.SERVER), clock.HOUR)
        actors = await people.list_actors(tx, staff, [one.post.actor_id for one in waiting])
    assert {actors[one.post.actor_id].handle for one in waiting} >= set(UNANSWERED_NEWCOMERS)
    await stage.close()

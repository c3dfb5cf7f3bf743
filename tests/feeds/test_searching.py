"""Searching with operators: taking a search apart never fails, and every operator finds what it says."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plausch.feeds import actions as feeds_actions
from plausch.feeds import queries as feeds
from plausch.feeds.model import SEARCHES_MAX, Having, SearchOrder, Wanted, has_phrases, id_bounds, parse_search
from plausch.kernel import clock
from plausch.kernel.errors import Conflict, Invalid
from plausch.kernel.paging import TOP, Page
from plausch.people import actions as people
from plausch.people.model import VISITOR, Consent, Viewer
from plausch.storage import Database, Write
from plausch.talk import actions as talk
from plausch.talk.model import AudienceKind, PollDraft
from tests.harness.community import connect, join_all, publish, settle

_NAMES = ("from", "von", "has", "hat", "in", "before", "vor", "after", "nach", "language", "sprache", "to", "FROM")
_VALUES = st.one_of(
    st.sampled_from(["anna", "@anna", "me", "bild", "2026-03-01", "1.3.2026", "2026-13", "#x", "9" * 25, '"a b"']),
    st.text(max_size=8),
)
TEXTS = st.lists(
    st.one_of(st.text(max_size=12), st.tuples(st.sampled_from(_NAMES), _VALUES).map(":".join)), max_size=6
).map(" ".join)


@given(text=TEXTS, zone=st.sampled_from(["UTC", "Europe/Berlin", "no/where", ""]))
@example(text="after:0001-01-01 before:9999-12-31", zone="Pacific/Auckland")
@example(text='"', zone="UTC")
def test_taking_apart_never_fails_and_stays_within_bounds(text: str, zone: str) -> None:
    wanted = parse_search(text)
    since, until = id_bounds(wanted, zone)
    assert 0 <= since <= TOP
    assert 0 <= until <= TOP
    assert all(0 < id_ <= TOP for id_ in wanted.conversations)
    assert parse_search(wanted.words).words == wanted.words, "what is left are words, and nothing is hidden in them"
    assert parse_search(text.upper()).having == wanted.having


@given(words=st.lists(st.from_regex(r"[a-zäöü]{1,8}", fullmatch=True), max_size=5))
def test_without_operators_all_is_words(words: list[str]) -> None:
    assert parse_search(" ".join(words)) == Wanted(words=" ".join(words))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("kuchen von:@Anna hat:bild", Wanted("kuchen", authors=("anna",), having=(Having.PICTURE,))),
        ("from:me from:ines", Wanted(authors=("@", "ines"))),
        ("in:#Schach in:garten in:12", Wanted(tags=("schach", "garten"), conversations=(12,))),
        ("in:https://example.org/conversations/7?at=9#p-9", Wanted(conversations=(7,))),
        ("in:gemerkt has:link has:poll", Wanted(kept=True, having=(Having.LINK, Having.POLL))),
        ("nach:1.3.2026 before:2026-04", Wanted(since=date(2026, 3, 1), until=date(2026, 4, 1))),
        ("after:2025 after:2026 vor:2030 vor:2028", Wanted(since=date(2026, 1, 1), until=date(2028, 1, 1))),
        ("sprache:Deutsch language:en-GB", Wanted(languages=("de", "en"))),
        ("„Guten Morgen“ «tag»", Wanted('"Guten Morgen" "tag"', ("guten morgen", "tag"))),
        ("has:elefant before:gestern to:anna 12:30 from:", Wanted("has:elefant before:gestern to:anna 12:30 from:")),
        ("from:a/b in:!!", Wanted("from:a/b in:!!")),
    ],
)
def test_what_operators_mean(text: str, wanted: Wanted) -> None:
    assert parse_search(text) == wanted


def test_days_begin_at_ones_own_midnight() -> None:
    since, until = id_bounds(parse_search("after:2026-03-01 before:2026-03-02"), "Europe/Berlin")
    begin = int(datetime(2026, 2, 28, 23, tzinfo=UTC).timestamp() * 1000)
    assert (since >> 20, until >> 20) == (begin, begin + clock.DAY)
    assert id_bounds(parse_search("x"), "UTC") == (0, TOP)


def test_phrases_are_whole_words_in_a_row() -> None:
    assert has_phrases("Also: guten  MORGEN, Anna!", ("guten morgen",))
    assert not has_phrases("Morgen ist ein guten", ("guten morgen",))
    assert not has_phrases("ungute Morgenluft", ("ute morgen",))


class _Shelf:
    """A few posts, each with something of its own."""

    def __init__(self, anna: Viewer, ines: Viewer) -> None:
        self.anna, self.ines = anna, ines
        self.posts: dict[str, int] = {}

    async def fill(self, tx: Write) -> None:
        await connect(tx, self.anna, self.ines)
        picture = await talk.add_picture(
            tx, self.anna, files=[("small", "image/webp", "00" * 16)], width=1, height=1, blurhash="", colour="", alt=""
        )
        posts = self.posts
        posts["cake"] = await publish(tx, self.anna, "Guten Morgen, Kuchen ist da", pictures=(picture,))
        posts["link"] = await publish(tx, self.anna, "Kuchen bei https://example.org/k #garten")
        posts["mention"] = await publish(tx, self.anna, 'Kuchen für @ines am guten Morgen? `<a href="http`')
        posts["english"] = await publish(
            tx, self.ines, "Cake, Kuchen #garten", language="en", poll=PollDraft(options=("a", "b"))
        )
        posts["answer"] = await publish(tx, self.ines, "Morgen guten Kuchen", reply_to=posts["cake"])
        posts["secret"] = await publish(tx, self.anna, "Kuchen nur für uns", audience=AudienceKind.CONNECTIONS)
        await talk.bookmark_post(tx, self.ines, posts["link"])
        await talk.like_post(tx, self.ines, posts["link"])

    def names(self, ids: list[int]) -> list[str]:
        by_id = {id_: name for name, id_ in self.posts.items()}
        return [by_id[id_] for id_ in ids]


async def test_every_operator_finds_what_it_says(database: Database) -> None:
    """The same on both engines, in the same order."""
    anna, ines = await join_all(database, "anna", "ines")
    shelf = _Shelf(anna, ines)
    async with database.write() as tx:
        await shelf.fill(tx)
    await settle(database)
    posts = shelf.posts
    today = datetime.fromtimestamp(clock.now() / 1000, UTC).date()

    async with database.read() as read:

        async def found(text: str, viewer: Viewer = ines, **how: SearchOrder) -> list[str]:
            return shelf.names(await feeds.search_posts(read, viewer, text, Page(), **how))

        everything = ["secret", "answer", "english", "mention", "link", "cake"]
        assert await found("kuchen") == everything
        assert await found("kuchen", VISITOR) == everything[1:]
        assert await found("from:anna") == ["secret", "mention", "link", "cake"]
        assert await found("from:anna", VISITOR) == ["mention", "link", "cake"]
        assert await found("von:mir kuchen") == ["answer", "english"]
        assert await found("from:nobody kuchen") == await found("from:me", VISITOR) == []
        assert await found("from:anna from:ines has:picture") == ["cake"]
        assert await found("hat:link") == ["link"]
        assert await found("has:poll") == await found("hat:umfrage von:ines") == ["english"]
        assert await found("in:#garten") == ["english", "link"]
        assert await found("in:#garten language:en") == ["english"]
        assert await found(f"in:{posts['cake']}") == ["answer", "cake"]
        assert await found("in:bookmarks") == ["link"]
        assert await found("in:bookmarks", anna) == await found("in:bookmarks", VISITOR) == []
        assert await found(f"kuchen after:{today}") == everything
        assert await found(f"before:{today}") == []
        assert await found('"guten morgen"') == ["mention", "cake"]
        assert await found('kuchen "guten morgen" has:picture') == ["cake"]
        assert await found("kuchen", order=SearchOrder.RELEVANCE) == [
            "cake", "link", "secret", "answer", "english", "mention",
        ]  # fmt: skip
        assert await found("") == await found("!!") == []
        second = await feeds.search_posts(read, ines, "from:anna", Page(limit=2, before=posts["mention"]))
        assert shelf.names(second) == ["link", "cake"]


async def test_who_does_not_want_to_be_found_is_not_found_by_operators_either(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        post = await publish(tx, anna, "Kuchen #garten")
        await people.set_consent(tx, anna, Consent.BE_FOUND, False)
    await settle(database)
    async with database.read() as read:
        for text in ("from:anna", "in:#garten", f"in:{post}", "language:de", '"kuchen"'):
            assert await feeds.search_posts(read, ines, text, Page()) == [], text
            assert await feeds.search_posts(read, anna, text, Page()) == [post], text


async def test_searches_are_kept_for_oneself(database: Database) -> None:
    anna, ines = await join_all(database, "anna", "ines")
    async with database.write() as tx:
        for text in ("from:ines  kuchen", "from:ines kuchen", "apfel"):
            await feeds_actions.keep_search(tx, anna, text)
        for nonsense in ("", '"'):
            with pytest.raises(Invalid):
                await feeds_actions.keep_search(tx, anna, nonsense)
    async with database.write() as tx:
        kept = await feeds.list_searches(tx, anna)
        assert [one.query for one in kept] == ["apfel", "from:ines kuchen"]
        assert await feeds.list_searches(tx, ines) == []
        await feeds_actions.forget_search(tx, ines, kept[0].id)
        await feeds_actions.forget_search(tx, anna, kept[1].id)
        assert [one.query for one in await feeds.list_searches(tx, anna)] == ["apfel"]
        for number in range(SEARCHES_MAX - 1):
            await feeds_actions.keep_search(tx, anna, f"wort{number}")
        with pytest.raises(Conflict):
            await feeds_actions.keep_search(tx, anna, "eins zu viel")

"""Lindenau holds what the demo promises, and the checks see what would spoil a performance."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest
from PIL import Image

from plausch.demo.channels import Kind
from plausch.demo.model import TIME_ZONE, Audience, Conversation, Post, Scene, Town, scenes
from plausch.demo.screenplay import parse
from plausch.demo.times import ScreenplayError, duration
from plausch.demo.town import MENTION, check, load
from plausch.groups.model import Joining, Visibility
from plausch.kernel import clock

NOW = int(datetime(2026, 11, 23, 20, 0, tzinfo=UTC).timestamp()) * clock.SECOND
PEOPLE = {"anna": "de", "karl": "de", "nora": "en"}


@pytest.fixture(scope="module")
def town() -> Town:
    return load()


def everything(town: Town) -> list[tuple[Conversation, Scene]]:
    return [(conversation, scene) for conversation in town.conversations for scene in scenes(conversation, NOW)]


def test_the_town_is_large_and_mixed_enough(town: Town) -> None:
    posts = everything(town)
    languages = Counter(scene.post.language for _, scene in posts)
    assert len(town.people) >= 44
    assert len(town.conversations) >= 250
    assert len(posts) >= 600
    assert languages["de"] > languages["en"] >= 20
    assert {"anna", "mehmet", "ines", "jonas"} <= {person.handle for person in town.people}
    assert [person.handle for person in town.people if person.role == "owner"] == ["jonas"]
    assert [person.handle for person in town.people if person.role == "moderator"] == ["anna"]
    assert 1 <= sum(person.picture is None for person in town.people) <= 6
    assert sum(person.locked for person in town.people) == 1
    assert [r.to for person in town.people for r in person.connects if not r.accepted] == ["ines"]


def test_every_shape_of_conversation_occurs(town: Town) -> None:
    posts = everything(town)
    assert max(scene.depth for _, scene in posts) >= 8
    assert max(len(scene.post.replies) for _, scene in posts) >= 25
    assert sum(not conversation.post.replies for conversation in town.conversations) >= 3
    assert {c.audience for c in town.conversations} == set(get_args(Audience))
    assert any(len(conversation.participants) == 3 for conversation in town.conversations)
    assert any(conversation.local_only for conversation in town.conversations)
    assert any(scene.post.warning for _, scene in posts)
    assert any(scene.post.edited for _, scene in posts)
    assert any(scene.post.bookmarks for _, scene in posts)
    polls = [(scene, scene.post.poll.draft) for _, scene in posts if scene.post.poll is not None]
    assert len(polls) >= 6
    assert any(scene.moment + poll.lasts > NOW for scene, poll in polls)
    assert any(poll.hidden_until_end for _, poll in polls)
    assert any(poll.multiple for _, poll in polls)
    quoting = [scene.post.language for _, scene in posts if scene.post.quotes]
    assert len(quoting) >= 6
    assert set(quoting) == {scene.post.language for scene, _ in polls} == {"de", "en"}


def test_all_channels_are_used(town: Town) -> None:
    channels, talks = town.channels, town.conversations
    articles = [one for one in talks if one.standing.article is not None]
    assert len(articles) >= 12
    assert sum(one.post.language == "en" for one in articles) >= 3
    assert all(400 <= len(one.post.text.split()) <= 900 and one.post.replies for one in articles)
    assert any(one.standing.article and one.standing.article.series for one in articles)
    assert {bool(one.standing.place) for one in articles} == {bool(one.post.speaks_as) for one in articles}
    assert {group.visibility for group in channels.groups} == set(Visibility)
    assert {group.joining for group in channels.groups} == set(Joining)
    assert len(channels.groups) >= 6
    topics = [one for one in talks if one.standing.board]
    assert len(topics) >= 20
    assert {one.standing.topic for one in topics} == set(get_args(Kind))
    assert max(sum(1 for _ in scenes(one, NOW)) - 1 for one in topics) >= 300
    assert len({one.standing.place for one in topics}) >= 3
    accepted = [scene for one in topics for scene in scenes(one, NOW) if scene.post.accepted is not None]
    assert len(accepted) >= 5
    assert any(one.standing.promoted is not None for one in talks)
    walls = {person.handle for person in town.people}
    assert sum(one.standing.place in walls for one in talks) >= 2
    assert len(channels.pages) >= 4
    spoken = {scene.post.speaks_as for _, scene in everything(town) if scene.post.speaks_as}
    assert {page.handle for page in channels.pages} <= spoken
    assert any(not waiting.approved_by for waiting in channels.waiting)


def test_shares_travel_at_least_three_people_far(town: Town) -> None:
    def distance(post: Post, by: str | None) -> int:
        return next((1 + distance(post, share.via) for share in post.shares if share.by == by), 0)

    assert max(distance(scene.post, share.by) for _, scene in everything(town) for share in scene.post.shares) >= 3


def test_the_first_word_of_newcomers_may_still_wait(town: Town) -> None:
    waiting = [c for c in town.conversations if c.post.by == "tomasz" and not c.post.replies]
    assert len(waiting) == len([c for c in town.conversations if c.post.by == "tomasz"]) == 2


def test_nobody_repeats_themselves_or_anybody(town: Town) -> None:
    texts = Counter(scene.post.text for _, scene in everything(town))
    assert [text for text, count in texts.items() if count > 1] == []


def test_mentions_and_hashtags_are_used(town: Town) -> None:
    text = "\n".join(scene.post.text for _, scene in everything(town))
    assert len(set(MENTION.findall(text))) >= 5
    assert {"Marktplatz", "Schach"} <= set(re.findall(r"#(\w+)", text))


def test_every_moment_makes_sense_at_any_time_of_day(town: Town) -> None:
    for hours in (0, 3, 6, 12, 23):
        assert list(check(town, NOW + hours * clock.HOUR)) == []


def test_the_time_of_day_is_the_towns_in_summer_and_winter(town: Town) -> None:
    fog = next(conversation for conversation in town.conversations if conversation.name == "nebel")
    for days in (0, 30, 150, 240):
        moment = fog.start.moment(NOW - days * clock.DAY)
        there = datetime.fromtimestamp(moment / clock.SECOND, ZoneInfo(TIME_ZONE))
        assert (there.hour, there.minute) == (6, 20)


def test_pictures_are_small_and_all_used(town: Town) -> None:
    files = {path.name: path for path in town.pictures.iterdir()}
    used = {picture.file for _, scene in everything(town) for picture in scene.post.pictures}
    used |= {person.picture for person in town.people if person.picture}
    used |= set(town.channels.pictures)
    assert used == set(files)
    assert sum(path.stat().st_size for path in files.values()) < 1400 * 1024
    for path in files.values():
        with Image.open(path) as picture:
            assert min(picture.size) >= 320


SCRIPT = """
For the reader.

== tea
0> nora 3d 18:00
pictures: cup.webp | A cup of tea, rather full
likes: anna, karl +2h
shares: anna +1h, karl +1d via anna

First *line*.

Second paragraph.

1> karl +35m
language: en

An answer.

~> +5m

A better answer.

2> nora +1d2h

And back.

1> anna +3h

Another branch.
"""


def test_a_screenplay_becomes_what_it_reads_like() -> None:
    (tea,) = parse(SCRIPT, PEOPLE)  # type: ignore[arg-type]  # a plain dict of strings is easier to read here
    assert (tea.name, tea.audience, tea.post.by, tea.post.language) == ("tea", "public", "nora", "en")
    assert tea.post.text == "First *line*.\n\nSecond paragraph."
    assert tea.post.pictures[0].alt == "A cup of tea, rather full"
    assert [like.after for like in tea.post.likes] == [6 * clock.MINUTE, 2 * clock.HOUR]
    assert [(share.by, share.via) for share in tea.post.shares] == [("anna", None), ("karl", "anna")]
    karl, anna = tea.post.replies
    assert (karl.language, karl.text, anna.language) == ("en", "An answer.", "de")
    assert karl.edited is not None
    assert (karl.edited.after, karl.edited.text) == (5 * clock.MINUTE, "A better answer.")
    assert [scene.depth for scene in scenes(tea, NOW)] == [0, 1, 2, 1]
    first, second, third, _ = (scene.moment for scene in scenes(tea, NOW))
    assert datetime.fromtimestamp(first / clock.SECOND, UTC).isoformat() == "2026-11-20T17:00:00+00:00"
    assert second - first == 35 * clock.MINUTE
    assert third - second == 26 * clock.HOUR


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("1> karl +35m", "2> karl +35m", "answers nobody"),
        ("1> karl +35m", "1> kral +35m", "nobody is called kral"),
        ("1> karl +35m", "1> karl 35m", "after the parent"),
        ("3d 18:00", "last week", "not a time"),
        ("+1d via anna", "+1d by anna", "not a share"),
        ("language: en", "audience: quiet", "does not belong"),
        ("language: en", "language: fr", "not a language"),
        ("language: en", "And more text", "expected a field"),
        ("likes: anna", "with: anna", "participants"),
        ("0> nora 3d 18:00", "Hello\n0> nora 3d 18:00", "before the first post"),
        ("1> karl +35m", "1>karl +35m", "screenplay:14: neither a cue nor text"),
        ("An answer.", "likes: anna", "screenplay:17: neither"),
        ("1> anna +3h", "1> anna 3h", "screenplay:27: expected a time after"),
        ("likes: anna, karl +2h", "votes: karl 1", "screenplay:5: 'ends', 'asks' and 'votes' belong to a poll"),
        ("likes: anna, karl +2h", "poll: tea | coffee", "screenplay:5: expected a time after"),
        ("likes: anna, karl +2h", "poll: tea\nends: +1d", "screenplay:5: not a poll: poll_options_few"),
        ("likes: anna, karl +2h", "poll: a | b\nends: +99d", "screenplay:5: not a poll: poll_lasts"),
        ("likes: anna, karl +2h", "poll: a | b\nends: +1d\nasks: kindly", "screenplay:5: a poll asks for"),
        ("likes: anna, karl +2h", "poll: a | b\nends: +1d\nvotes: karl b", "screenplay:5: not a vote: 'karl b'"),
        ("likes: anna, karl +2h", "poll: a | b\nends: +1d\nvotes: karl 3", "screenplay:5: there is no such option"),
        ("likes: anna, karl +2h", "poll: a | b\nends: +1d\nvotes: karl 1+2", "screenplay:5: chooses several"),
        ("likes: anna, karl +2h", "poll: a | b\nends: +1h\nvotes: karl 1 +2h", "screenplay:5: votes after the end"),
        ("An answer.", "poll: a | b", "screenplay:17: neither"),
    ],
)
def test_slips_are_named(before: str, after: str, why: str) -> None:
    assert before in SCRIPT
    with pytest.raises(ScreenplayError, match=why):
        parse(SCRIPT.replace(before, after), PEOPLE)  # type: ignore[arg-type]  # as above


def test_a_poll_is_read_as_it_is_asked() -> None:
    script = SCRIPT.replace(
        "likes: anna, karl +2h",
        "poll: tea | coffee | water\nends: +2d\nasks: several, secret\nvotes: anna 1+3, karl 2 +5h\nquotes: yesterday",
    )
    (tea,) = parse(script, PEOPLE)  # type: ignore[arg-type]  # as above
    assert tea.post.quotes == "yesterday"
    assert tea.post.poll is not None
    draft = tea.post.poll.draft
    assert (draft.options, draft.lasts) == (("tea", "coffee", "water"), 2 * clock.DAY)
    assert draft.multiple
    assert draft.hidden_until_end
    votes = [(vote.by, vote.places, vote.after) for vote in tea.post.poll.votes]
    assert votes == [("anna", (0, 2), 6 * clock.MINUTE), ("karl", (1,), 5 * clock.HOUR)]


def test_slips_in_a_file_are_found_by_its_line(town: Town) -> None:
    assert _staged(town, "0> anna 3d 18:00\n\nHallo.\n\n1> ines +1h\n\nUnd @niemand?").startswith("screenplay:6 (play)")


def test_durations() -> None:
    assert duration("1d2h3m") == clock.DAY + 2 * clock.HOUR + 3 * clock.MINUTE
    for nonsense in ("", "2", "h", "3m2h", "-1h"):
        with pytest.raises(ScreenplayError):
            duration(nonsense)


def _staged(town: Town, script: str) -> str:
    """What the check says about the town with only this conversation."""
    languages = {person.handle: person.language for person in town.people}
    conversations = tuple(parse(f"== play\n{script}", languages))
    people = tuple(msgspec.structs.replace(person, pins=(), unsent=()) for person in town.people)
    return "; ".join(check(msgspec.structs.replace(town, people=people, conversations=conversations), NOW))


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("0> anna 3d 18:00\n\nHallo @niemand!", "nobody is called niemand"),
        ("0> anna 3d 18:00\nlikes: anna\n\nIch!", "applauds themselves"),
        ("0> anna 3d 18:00\nlikes: ines, ines\n\nDoppelt.", "twice by the same person"),
        ("0> anna 3d 18:00\npictures: nebel.webp | Nebel\n\nZu kurz.", "needs a description"),
        ("0> anna 3d 18:00\npictures: nix.webp | Ein Bild, das es nicht gibt\n\nFehlt.", "no such picture"),
        ("0> anna 3d 18:00\n\nhttps://example.com/", "links lead to example.org"),
        ("0> anna 3d 18:00\n\n", "says nothing"),
        ("0> tomasz 9d 18:00\n\nZu früh.", "before joining"),
        ("0> anna 1h ago\n\nA.\n\n1> ines +2h\n\nZu spät.", "in the future"),
        ("0> ruth 3d 18:00\naudience: followers\n\nA.\n\n1> tomasz +2h\n\nWoher weiß ich das?", "tomasz cannot see"),
        ("0> ruth 3d 18:00\naudience: followers\nreads: tomasz +2h\n\nA.", "tomasz cannot see"),
        ("0> ruth 3d 18:00\naudience: connections\nlikes: anna\n\nAnna folgt nur.", "anna cannot see"),
        ("0> ruth 3d 18:00\naudience: participants\nwith: ines\nlikes: gerda\n\nZu zweit.", "gerda cannot see"),
        ("0> ruth 3d 18:00\naudience: followers\nshares: ines +1h\n\nBleibt hier.", "not shared"),
        ("0> anna 3d 18:00\nshares: ines +2h via gerda\n\nÜber wen?", "has not shared it yet"),
        ("0> anna 3d 18:00\nshares: tomasz +1h, pia +2h via tomasz\n\nVon wem?", "do not reach them"),
        ("0> anna 3d 18:00\npoll: A | B\nends: +1d\nvotes: ines 1, ines 2\n\nDoppelt.", "twice by the same person"),
        ("0> anna 3d 18:00\npoll: A | B\nends: +9d\nvotes: ines 1 +8d\n\nZu spät.", "in the future"),
        ("0> anna 3d 18:00\naudience: followers\npoll: A | B\nends: +1d\nvotes: tomasz 1\n\nWir.", "tomasz cannot see"),
        ("0> anna 3d 18:00\nquotes: play\n\nMich selbst.", "nothing yet to quote: play"),
        ("0> anna 3d 18:00\nquotes: gestern\n\nWas?", "nothing yet to quote: gestern"),
        ("0> ruth 3d 18:00\naudience: followers\n\nA.\n\n== b\n0> anna 2d 18:00\nquotes: play\n\nB.", "is not quoted"),
        ("0> ruth 3d 18:00\nlocal: yes\n\nA.\n\n== b\n0> anna 2d 18:00\nquotes: play\n\nB.", "is not quoted"),
    ],
)
def test_what_would_spoil_the_play_is_found(town: Town, script: str, why: str) -> None:
    assert why in _staged(town, script)


def test_a_sound_play_passes(town: Town) -> None:
    script = "0> ruth 3d 18:00\naudience: followers\nlikes: gerda\n\nA.\n\n1> ines +2h\n\nB, @gerda."
    assert _staged(town, script) == ""


def test_people_are_checked_too(town: Town, tmp_path: Path) -> None:
    anna = msgspec.structs.replace(town.person("anna"), follows=("niemand",), picture="fehlt.webp")
    people = tuple(anna if person.handle == "anna" else person for person in town.people)
    said = "; ".join(check(msgspec.structs.replace(town, people=people, conversations=()), NOW))
    assert "anna cannot relate to niemand" in said
    assert "anna has no picture fehlt.webp" in said
    assert "ines cannot pin nebel" in said
    assert "ines cannot answer neu-am-brett" in said
    assert "anna lists derya without following" in said

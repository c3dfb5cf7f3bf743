"""Conversations as trees: nothing that is there can be missed, and huge ones come in parts."""

import html
import re
from collections.abc import Iterator

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from plausch.kernel import ids
from plausch.storage import column_statement
from plausch.talk.actions import LoadedPost, load_many, mark_read
from plausch.talk.model import AudienceKind, Post
from plausch.talk.tables import reads
from plausch.web.tree import FRESH, PART, SHOWN, WHOLE, Branch, Run, Tree, grow, seen_upto, shorten, show_part
from tests.web.conftest import Browser, Web
from tests.web.test_people import person_of

ME, ROOT = 1, 10
_PLAIN = Post(
    **{field.name: 0 for field in msgspec.structs.fields(Post)} | {"audience_kind": AudienceKind.PUBLIC}  # type: ignore[arg-type]  # enough for a tree
)


def tree_of(parents: list[int], seen: int | None = None, at: int | None = None) -> Tree:
    """A conversation: each reply answers the one with that number, or an earlier one."""
    posts = [msgspec.structs.replace(_PLAIN, id=ROOT, actor_id=2, deleted=False, parent_id=None)]
    for place, parent in enumerate(parents):
        to = posts[parent % len(posts)].id
        posts.append(msgspec.structs.replace(_PLAIN, id=ROOT + 1 + place, actor_id=2, deleted=False, parent_id=to))
    return grow(posts, ROOT, seen=seen, me=ME, at=at)


def on_page(branch: Branch, runs: Iterator[Run] | None = None) -> tuple[list[int], list[tuple[int, int, int, int]]]:
    """The replies that a page shows below a branch, and what it offers to ask for: where, and how many."""
    found: list[int] = []
    offered: list[tuple[int, int, int, int]] = []
    for run in branch.runs if runs is None else runs:
        if run.missing:
            offered.append((branch.id, run.after, run.until, run.hidden))
            continue
        for one in run.branches:
            below, more = on_page(one)
            found += [one.id, *below]
            offered += more
    return found, offered


huge = st.lists(st.integers(0, 1 << 20), min_size=WHOLE + 1, max_size=600)
#: Deep chains, broad rows, and all that lies between.
shaped = st.tuples(huge, st.sampled_from([1, 2, 30, 1 << 20])).map(
    lambda drawn: [
        max(0, place - parent % drawn[1]) if drawn[1] < 1 << 20 else parent for place, parent in enumerate(drawn[0])
    ]
)


@settings(deadline=None, derandomize=True, max_examples=40, database=None)
@given(shaped)
def test_everything_of_a_huge_conversation_can_be_reached(parents: list[int]) -> None:
    tree = tree_of(parents)
    shorten(tree)
    found, offered = on_page(tree.root)
    assert len(found) <= SHOWN
    asked = 0
    while offered:
        where, after, until, hidden = offered.pop()
        part = tree_of(parents)
        branch = part.branches[where]
        show_part(part, branch, after, until)
        more, further = on_page(branch, branch.between(after, until))
        assert 0 < len(more) <= PART + 20
        assert len(more) + sum(one[3] for one in further) == hidden, "what is said to come comes"
        found += more
        offered += further
        asked += 1
        assert asked < 300
    assert sorted(found) == [ROOT + 1 + place for place in range(len(parents))], "each once"


@settings(deadline=None, derandomize=True, max_examples=40, database=None)
@given(shaped, st.integers(0, 150), st.integers(0, 1 << 20))
def test_what_one_comes_for_is_on_the_page(parents: list[int], unread: int, at: int) -> None:
    newest, sought = ROOT + len(parents), ROOT + 1 + at % len(parents)
    tree = tree_of(parents, seen=newest - unread, at=sought)
    shorten(tree)
    found, _ = on_page(tree.root)
    fresh = [id_ for id_ in range(newest - unread + 1, newest + 1) if id_ > ROOT]
    assert {*(fresh if len(parents) <= WHOLE else fresh[:FRESH]), sought} <= set(found)
    assert len(found) <= (WHOLE if len(parents) <= WHOLE else max(SHOWN, 8 * (unread + 1)))
    assert not [id_ for id_ in fresh if id_ <= seen_upto(tree, newest) and id_ not in found], "unseen, and yet read"


@pytest.mark.parametrize("count", [100, WHOLE])
def test_others_are_shown_whole(count: int) -> None:
    tree = tree_of([0] * count)
    shorten(tree)
    found, offered = on_page(tree.root)
    assert (len(found), offered) == (count, [])


async def huge_conversation(web: Web, replies: int) -> list[int]:
    """A conversation of ben's, half a row and half a chain; the ids of its posts."""
    ben = (await person_of(web, "ben")).person
    posts: list[LoadedPost] = []
    for number in range(replies + 1):
        id_ = ids.new_id()
        parent = posts[0 if number % 2 else number // 3].id if number else None
        at = ids.moment_of(id_)
        posts.append(
            LoadedPost(
                id=id_,
                actor_id=ben,
                source="",
                html=f"<p>Nr. {number}</p>",
                published_at=at,
                parent_id=parent,
                language="de",
            )
        )
    async with web.site.database.write() as tx:
        await load_many(tx, posts)
    return [one.id for one in posts]


def shown(page: str) -> list[int]:
    return [int(id_) for id_ in re.findall(r'<article class="post[^"]*" id="p-(\d+)"', page)]


async def crawl(browser: Browser, first: str, *, partial: bool) -> list[int]:
    """The replies that one finds by following the links to more."""
    found, todo = shown(first)[1:], re.findall(r'<li class="rest"><a href="([^"]+)"', first)
    while todo:
        part = await browser.get(html.unescape(todo.pop()), headers={"plausch-part": "1"} if partial else {})
        assert part.status_code == 200
        assert ("<html" in part.text) is not partial
        found += shown(part.text)[0 if partial else 1 :]
        todo += re.findall(r'<li class="rest"><a href="([^"]+)"', part.text)
    return found


async def test_a_huge_conversation_comes_in_parts(web: Web) -> None:
    anna = await web.join("anna")
    await web.join("ben")
    posts = await huge_conversation(web, 400)
    path = f"/conversations/{posts[0]}"
    first = await anna.get(path)
    assert 1 < len(shown(first.text)) <= WHOLE + 1
    for partial in (True, False):
        assert sorted(await crawl(anna, first.text, partial=partial)) == posts[1:]
    hidden = next(one for one in posts if one not in shown(first.text))
    assert hidden in shown((await anna.get(f"{path}?at={hidden}")).text), "what is linked to is there"
    viewer = await person_of(web, "anna")
    async with web.site.database.write() as tx:
        await tx.run(column_statement(sa.delete(reads)))
        await mark_read(tx, viewer, posts[0], posts[-31])
    unread = await anna.get(path)
    assert set(posts[-30:]) <= set(shown(unread.text)), "what is unread too"
    assert unread.text.count('<article class="post small new"') == 30
    for wrong in ("?branch=", "?branch=x", "?branch=5"):
        assert (await anna.get(path + wrong)).status_code == 404
    whole = await huge_conversation(web, 100)
    assert sorted(shown((await anna.get(f"/conversations/{whole[0]}")).text)) == whole

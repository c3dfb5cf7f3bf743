"""A group, its board, a long topic and an article to be measured: made by the single actions, as people make them."""

import random
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

from plausch.groups import actions as groups
from plausch.groups.model import BoardDraft, GroupDraft
from plausch.http.site import ADDRESSES
from plausch.people.model import Viewer
from plausch.storage import Database, Write
from plausch.talk import actions as talk
from plausch.talk.model import ArticleDraft, Form, PostDraft

MADE = TypeVar("MADE")

_TOPICS, _REPLIES, _NOTES, _COMMENTS, _MEMBERS = 1_000, 2_000, 60, 30, 40
#: Where whoever reads the long topic left off.
_READ = 1_200
_LINKS = groups.Links(ADDRESSES.profile, ADDRESSES.tag)
_PARAGRAPH = "Die Linde steht seit hundert Jahren am Markt, und wer etwas zu sagen hat, sagt es darunter. " * 4


class Channels(NamedTuple):
    """What there is to read."""

    group: str
    board: str
    board_id: int
    #: A conversation of many replies, half of which the reader has read.
    topic: int
    article: str
    article_id: int


async def add(database: Database, people: list[int], reader: int) -> Channels:
    """Beside everything that is there already."""
    dice = random.Random(2)
    members = [Viewer(one, one) for one in [reader, *dice.sample(people, _MEMBERS)]]
    owner = members[0]

    async def write(doing: Callable[[Write], Awaitable[MADE]]) -> MADE:
        async with database.write() as tx:
            return await doing(tx)

    async def post(tx: Write, who: Viewer, **draft: object) -> int:
        return await talk.publish_post(tx, who, PostDraft(source=_text(dice), language="de", **draft), ADDRESSES)  # type: ignore[arg-type]  # names of its fields

    group = await write(lambda tx: groups.create_group(tx, owner, GroupDraft(name="Schach", handle="brett"), _LINKS))
    async with database.write() as tx:
        for one in members[1:]:
            await groups.join_group(tx, one, group)
        board = await groups.make_board(tx, owner, group, BoardDraft(name="Partien"))
    async with database.write() as tx:
        for _ in range(_NOTES):
            await post(tx, dice.choice(members), place=group)
    topics = []
    async with database.write() as tx:
        for number in range(_TOPICS):
            title = f"Partie {number}: wer sieht den Zug?"
            topics.append(await post(tx, dice.choice(members), place=group, board=board, form=Form.TOPIC, title=title))
    async with database.write() as tx:
        said = [topics[0]]
        for number in range(_REPLIES):
            said.append(await post(tx, dice.choice(members[1:]), reply_to=dice.choice(said[-200:])))
            if number == _READ:
                await talk.mark_read(tx, owner, topics[0], said[-1])
    async with database.write() as tx:
        article = await _write(tx, owner)
        for _ in range(_COMMENTS):
            await post(tx, dice.choice(members), reply_to=article)
    return Channels("brett", "partien", board, topics[0], "hundert-jahre", article)


def _text(dice: random.Random) -> str:
    return " ".join(dice.choice(_PARAGRAPH.split()) for _ in range(dice.choice((8, 20, 35))))


async def _write(tx: Write, viewer: Viewer) -> int:
    parts = [f"## Kapitel {number}\n\n{_PARAGRAPH}\n\n- eins\n- zwei\n\n{_PARAGRAPH}[^{number}]" for number in range(9)]
    notes = [f"[^{number}]: Nachzulesen in der Chronik, Seite {number}." for number in range(9)]
    draft = ArticleDraft(
        source="\n\n".join([*parts, *notes]),
        language="de",
        title="Hundert Jahre unter der Linde",
        slug="hundert-jahre",
        subtitle="Was unter ihr gesprochen wurde",
    )
    return await talk.publish_article(tx, viewer, draft, ADDRESSES)

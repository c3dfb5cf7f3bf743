"""Posts, replies, topics and articles of a random life, and what must be let through before it is one."""

from dataclasses import replace
from typing import Any, NamedTuple
from zlib import crc32

from plausch.http.site import ADDRESSES
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.talk import actions as talk
from plausch.talk.model import ArticlePart, AudienceKind, DraftText, Form
from tests.harness.audience.performing import EVERYWHERE, TAGS, Performance, Step
from tests.harness.audience.world import Circle, PlainDraft, PlainPost, World
from tests.harness.community import publish

#: Under which the small variant of every picture lies, if a test puts a file there.
SMALL_PICTURE = "11" * 16


class Where(NamedTuple):
    """Where something is said."""

    parent: PlainPost | None = None
    #: A group or a person.
    place: int = 0
    board: int = 0
    form: Form = Form.NOTE


class Said(NamedTuple):
    """What somebody is about to say."""

    who: int
    where: Where
    kind: str | None
    local: bool
    named: set[int]
    quoted: PlainPost | None = None


async def speak(
    self: Performance, tx: Write, step: Step, who: int, whom: int, where: Where, quoted: PlainPost | None = None
) -> None:
    """Say it, or have somebody let it through where that must be."""
    world = self.world
    named = {person for place, person in enumerate(world.people) if step.named >> place & 1}
    said = Said(who, where, step.kind, step.local, named, quoted)
    circle, local = reach(world, said)
    allowed = may_say(world, said, circle)
    place = where.parent.root.place if where.parent else where.place
    waits = world.waits_for(who, place)
    mentioned = f"@person{world.people.index(whom)}"
    if waits and quoted is None and circle.kind != "participants" and where.form is not Form.ARTICLE:
        await _submit(self, tx, said, allowed, waits[0], mentioned)
        return
    number = len(world.posts)
    word, tag = word_of(number, 1), TAGS[number % len(TAGS)]
    picture = await _picture(tx, self.as_(who)) if number % 2 and where.form is not Form.ARTICLE else None

    async def doing() -> None:
        id_ = await publish(
            tx,
            self.as_(who),
            f"{EVERYWHERE} {word} #{tag} #nur{number} {mentioned}",
            participants=tuple(sorted(named)),
            warning=f"Achtung {word}",
            pictures=(picture,) if picture else (),
            quote=quoted.id if quoted else None,
            **_draft(said, word),
        )
        _note(world, said, circle, local, id_, word, tag, picture)

    await self.attempt(allowed and not waits, doing(), "publish")


def may_say(world: World, said: Said, circle: Circle) -> bool:
    """Whether the place lets them, and whether it may be for those."""
    who, where, parent = said.who, said.where, said.where.parent
    group = world.group(where.place)
    if parent is not None:
        allowed = world.may_reply(who, parent)
    elif group is not None:
        allowed = world.may_speak_in(who, group) and world.group(who) in (None, group)
    elif where.place:
        allowed = world.may_write_on(who, where.place, said.kind) and world.group(who) is None
    else:
        allowed = world.group(who) is None
    if circle.kind == "participants" and (parent is None or parent.circle != circle):
        allowed = allowed and world.may_be_named(who, _wanted(said), parent, alone=who in said.named)
    if where.form is Form.ARTICLE and said.kind == "participants":
        return False
    if said.quoted is not None:
        local = said.local or circle.kind == "group"
        return allowed and world.may_quote(who, said.quoted, circle, local)
    return allowed


def reach(world: World, said: Said) -> tuple[Circle, bool]:
    """For whom it is, and whether it ends at the server's door: in a group that is settled already."""
    parent, place = said.where.parent, said.where.place
    if parent is not None:
        free = world.group(parent.root.place) is None
        circle = world.circle_of(said.who, said.kind if free else None, _wanted(said), parent)
        return circle, (said.local and free) or parent.local
    group = world.group(place)
    if group is not None:
        circle = Circle("public") if group.visibility == "public" else Circle("group", owner=group.id)
        return circle, said.local or circle.kind == "group"
    if said.where.board:
        return Circle("public"), said.local
    if place and said.kind in (None, "followers", "connections"):
        return Circle(said.kind or "connections", owner=place), said.local
    return world.circle_of(said.who, said.kind, _wanted(said), None), said.local


def _wanted(said: Said) -> set[int]:
    return (said.named | ({said.where.parent.author} if said.where.parent else set())) - {said.who}


def _draft(said: Said, word: str) -> dict[str, Any]:
    where = said.where
    wish: dict[str, Any] = {
        "reply_to": where.parent.id if where.parent else None,
        "audience": AudienceKind(said.kind) if said.kind else None,
        "local_only": said.local,
        "place": where.place,
        "board": where.board,
        "form": where.form,
        "title": f"Titel {word}" if where.form is not Form.NOTE else "",
    }
    if where.form is Form.ARTICLE:
        # Each its own, and none of its words.
        slug = f"artikel-{crc32(word.encode())}"
        wish |= {"article": ArticlePart(slug=slug, subtitle=f"Unter {word}", series=f"Reihe {word}")}
    return wish


def _note(
    world: World, said: Said, circle: Circle, local: bool, id_: int, word: str, tag: str, picture: int | None = None
) -> None:
    """It is posted."""
    where, writer = said.where, world.hands.get(said.who, said.who)
    post = PlainPost(len(world.posts), id_, said.who, circle, local, where.parent, tag, [word], picture, said.quoted)
    article = where.form is Form.ARTICLE
    world.posts.append(replace(post, writer=writer, place=where.place, board=where.board, article=article))


async def _submit(self: Performance, tx: Write, said: Said, allowed: bool, waits_for: int, mentioned: str) -> None:
    world, number = self.world, self.world.drafted
    word, tag = f"w{number:03}w", TAGS[number % len(TAGS)]
    wish = _draft(said, word)
    text = DraftText(
        source=f"{EVERYWHERE} {word} #{tag} {mentioned}",
        language="de",
        warning=f"Achtung {word}",
        parent_id=wish.pop("reply_to") or 0,
        place_id=wish.pop("place"),
        board_id=wish.pop("board"),
        **wish,
    )

    async def doing() -> None:
        id_ = await talk.submit_post(tx, self.as_(said.who), text, ADDRESSES)
        writer = world.hands.get(said.who, said.who)
        world.drafts.append(PlainDraft(id_, word, tag, said.who, writer, waits_for, said))
        world.drafted += 1

    await self.attempt(allowed, doing(), "submit")


async def let_through(self: Performance, tx: Write, person: int, draft: PlainDraft) -> None:
    """Checked anew: it is posted as its author's, or waits for the next one who decides."""
    world, said = self.world, draft.said
    assert said is not None
    world.hands[draft.author] = draft.writer
    circle, local = reach(world, said)
    present = not {draft.author, draft.writer} & world.absent
    speaks = draft.author == draft.writer or draft.writer in world.pages.get(draft.author, {})
    allowed = world.decides(person, draft) and present and speaks and may_say(world, said, circle)
    if circle.kind == "participants" and (said.where.parent is None or said.where.parent.circle != circle):
        allowed = False  # nobody is named in what waits here
    place = said.where.parent.root.place if said.where.parent else said.where.place
    deciding = world.waits_for(draft.author, place) if speaks else []
    after = deciding[deciding.index(draft.waits_for) + 1 :] if draft.waits_for in deciding else []

    async def doing() -> None:
        id_ = await talk.approve_post(tx, Viewer(person, person), draft.id, ADDRESSES)
        assert (id_ is None) == bool(after), "it was posted though somebody else decides, too, or it was not"
        if id_ is not None:
            _note(world, said, circle, local, id_, draft.word, draft.tag)
            world.drafts.remove(draft)
        else:
            draft.waits_for = after[0]

    # On the way to the next one who decides nothing but the place is looked at.
    await self.attempt(allowed, doing(), "let through")


async def _picture(tx: Write, viewer: Viewer) -> int:
    return await talk.add_picture(
        tx,
        viewer,
        files=[("large", "image/webp", "00" * 16), ("small", "image/webp", SMALL_PICTURE)],
        width=1,
        height=1,
        blurhash="",
        colour="",
        alt="",
    )


def word_of(number: int, version: int) -> str:
    """One for each wording of each post."""
    return f"q{number:03}v{version}q"

"""Pictures: uploaded first, then attached to the post they belong to."""

from collections.abc import Sequence
from typing import NoReturn

import sqlalchemy as sa

from plausch.kernel import clock, ids
from plausch.kernel.errors import Invalid, NotAllowed
from plausch.people.model import Viewer, clean_text
from plausch.storage import Statement, Write, any_of, column_statement, param
from plausch.talk import queries
from plausch.talk.events import PicturesDiscarded
from plausch.talk.model import ALT_MAX, RAW, Held
from plausch.talk.tables import drafts, pictures
from plausch.work import queue
from plausch.work.facts import record

#: The job that makes a picture fit to show.
PREPARE_PICTURE = "talk.prepare_picture"

#: One's own that waits for a post, and is ready for it.
_LOOSE = (
    *(pictures.c.id == param("id"), pictures.c.owner_id == param("owner")),
    *(pictures.c.post_id.is_(None), pictures.c.width > 0),
)
_ATTACH = column_statement(
    sa.update(pictures).where(*_LOOSE).values(post_id=param("post"), place=param("nth"), draft_id=None)
)
_KEEP = column_statement(sa.update(pictures).where(*_LOOSE).values(draft_id=param("draft"), place=param("nth")))
_FINISH = column_statement(
    sa.update(pictures)
    .where(pictures.c.id == param("id"), pictures.c.width == 0, pictures.c.files != "")
    .values(
        files=param("new_files", sa.Text()),
        width=param("new_width"),
        height=param("new_height"),
        blurhash=param("new_blurhash", sa.Text()),
        colour=param("new_colour", sa.Text()),
    )
)
_HAND = column_statement(
    sa.update(pictures)
    .where(any_of(pictures.c.id, "ids"), pictures.c.owner_id == param("owner"), pictures.c.post_id.is_(None))
    .values(owner_id=param("new_owner"))
)
_RELEASE = column_statement(sa.update(pictures).where(pictures.c.draft_id == param("draft")).values(draft_id=None))
_DISCARD_DRAFTED = Statement(
    sa.delete(pictures)
    .where(pictures.c.draft_id == param("draft"), pictures.c.post_id.is_(None))
    .returning(pictures.c.files),
    str,
)
_SET_ALT = column_statement(
    sa.update(pictures)
    .where(
        pictures.c.id == param("id"),
        pictures.c.owner_id == param("owner"),
        pictures.c.post_id.is_not_distinct_from(param("post")),
        pictures.c.alt != param("text", sa.Text()),
    )
    .values(alt=param("text", sa.Text()))
    .returning(pictures.c.draft_id)
)
#: Held: what is let through at this moment is let through with the words that were read.
_HOLD_DRAFTS = column_statement(
    sa.select(drafts.c.id)
    .where(
        drafts.c.id.in_(
            sa.select(pictures.c.draft_id).where(any_of(pictures.c.id, "ids"), pictures.c.owner_id == param("owner"))
        )
    )
    .order_by(drafts.c.id)
    .with_for_update()
)
_AIM = column_statement(
    sa.update(pictures)
    .where(
        pictures.c.id == param("id"),
        pictures.c.owner_id == param("owner"),
        pictures.c.post_id.is_not_distinct_from(param("post")),
    )
    .values(focus_x=param("x"), focus_y=param("y"))
)
_DISCARD = Statement(
    sa.delete(pictures).where(any_of(pictures.c.id, "ids"), pictures.c.post_id.is_(None)).returning(pictures.c.files),
    str,
)
_DISCARD_OF = Statement(
    sa.delete(pictures)
    .where(pictures.c.post_id == param("post"), pictures.c.held == Held.NO.value)
    .returning(pictures.c.files),
    str,
)
#: Some of a post that stays: those that are held are kept, as if the post were gone.
_SOME = (pictures.c.post_id == param("post"), any_of(pictures.c.id, "ids"))
_DISCARD_SOME = Statement(
    sa.delete(pictures).where(*_SOME, pictures.c.held == Held.NO.value).returning(pictures.c.files), str
)
_OUTLIVE_SOME = column_statement(sa.update(pictures).where(*_SOME).values(held=Held.GONE.value))
_PLACE = column_statement(
    sa.update(pictures)
    .where(pictures.c.id == param("id"), pictures.c.post_id == param("post"), pictures.c.held != Held.GONE.value)
    .values(place=param("nth"))
)
_OF = any_of(pictures.c.post_id, "posts")
_HOLD = column_statement(sa.update(pictures).where(_OF, pictures.c.held == Held.NO.value).values(held=Held.YES.value))
_OUTLIVE = column_statement(sa.update(pictures).where(pictures.c.post_id == param("post")).values(held=Held.GONE.value))
_LET_GO = column_statement(sa.update(pictures).where(_OF, pictures.c.held == Held.YES.value).values(held=Held.NO.value))
_DISCARD_HELD = Statement(
    sa.delete(pictures).where(_OF, pictures.c.held == Held.GONE.value).returning(pictures.c.files), str
)
_RELEASE_OF = column_statement(
    sa.update(pictures)
    .where(pictures.c.post_id == param("post"), pictures.c.held == Held.NO.value)
    .values(post_id=None, created_at=param("now"))
)
_GIVE_BACK = Statement(
    sa.update(pictures)
    .where(pictures.c.post_id == param("post"), pictures.c.held == Held.GONE.value)
    .values(post_id=None, held=Held.NO.value, created_at=param("now"))
    .returning(pictures.c.place, pictures.c.id),
    lambda place, id_: (int(place), int(id_)),
)


async def add_picture(
    tx: Write,
    viewer: Viewer,
    *,
    files: Sequence[tuple[str, str, str]],
    width: int,
    height: int,
    blurhash: str,
    colour: str,
    alt: str,
) -> int:
    """Note an uploaded picture, whose files (variant, mime, key) are stored already; its id."""
    if not viewer.signed_in:
        raise NotAllowed("sign_in_first")
    picture = ids.new_id()
    await tx.insert(
        pictures,
        id=picture,
        owner_id=viewer.acting_as,
        alt=clean_text(alt, "alt", ALT_MAX),
        width=width,
        height=height,
        blurhash=blurhash,
        colour=colour,
        files="\n".join(" ".join(one) for one in files),
        created_at=clock.now(),
    )
    return picture


async def add_raw_picture(tx: Write, viewer: Viewer, key: str, alt: str) -> int:
    """Note a picture of which the bytes alone are stored, and have it made fit; its id."""
    raw = [(RAW, "application/octet-stream", key)]
    picture = await add_picture(tx, viewer, files=raw, width=0, height=0, blurhash="", colour="", alt=alt)
    await queue.put(tx, PREPARE_PICTURE, picture)
    return picture


async def finish_picture(
    tx: Write,
    picture: int,
    *,
    files: Sequence[tuple[str, str, str]],
    width: int = 0,
    height: int = 0,
    blurhash: str = "",
    colour: str = "",
) -> bool:
    """It was made fit, or (without files) cannot be; False when somebody has done so or it is gone."""
    raw = await queries.find_raw(tx, picture)
    if raw is None:
        return False
    done = await tx.run(
        _FINISH,
        id=picture,
        new_files="\n".join(" ".join(one) for one in files),
        new_width=width,
        new_height=height,
        new_blurhash=blurhash,
        new_colour=colour,
    )
    if done:
        await record(tx, PicturesDiscarded(files=(raw,)))
    return done > 0


async def attach_pictures(tx: Write, viewer: Viewer, post_id: int, wanted: Sequence[int]) -> None:
    """Put one's own loose pictures under a post. Raises Invalid for any other."""
    for place, picture in enumerate(wanted):
        if not await tx.run(_ATTACH, id=picture, owner=viewer.acting_as, post=post_id, nth=place):
            await _refuse(tx, picture, viewer.acting_as)


async def _refuse(tx: Write, picture: int, owner: int) -> NoReturn:
    loose = await queries.list_own_pictures(tx, owner, [picture])
    if loose and not loose[0].ready:
        raise Invalid("pictures", "picture_unfinished")
    raise Invalid("pictures", "picture_unknown")


async def hand_pictures(tx: Write, viewer: Viewer, actor: int, wanted: Sequence[int]) -> None:
    """One's own loose pictures are to be posted by somebody for whom one speaks."""
    if wanted:
        await tx.run(_HAND, ids=wanted, owner=viewer.acting_as, new_owner=actor)


async def attach_more(tx: Write, owner: int, post_id: int, wanted: Sequence[int]) -> None:
    """Put loose pictures of somebody's under a post of theirs, which has some of them already."""
    for place, picture in enumerate(wanted):
        await tx.run(_ATTACH, id=picture, owner=owner, post=post_id, nth=place)


async def change_pictures(tx: Write, owner: int, post_id: int, wanted: Sequence[int]) -> bool:
    """Have these under a post and no others; whether it had others. Raises Invalid for those that are neither there
    nor loose."""
    there = {one.id for one in (await queries.list_pictures(tx, [post_id])).get(post_id, [])}
    gone = sorted(there - set(wanted))
    if gone:
        files = _keys(await tx.all(_DISCARD_SOME, post=post_id, ids=gone))
        await tx.run(_OUTLIVE_SOME, post=post_id, ids=gone)
        if files:
            await record(tx, PicturesDiscarded(files=tuple(files)))
    for place, picture in enumerate(wanted):
        if picture in there:
            await tx.run(_PLACE, id=picture, post=post_id, nth=place)
        elif not await tx.run(_ATTACH, id=picture, owner=owner, post=post_id, nth=place):
            await _refuse(tx, picture, owner)
    return there != set(wanted)


async def keep_pictures(tx: Write, viewer: Viewer, draft: int, wanted: Sequence[int]) -> None:
    """Have one's own loose pictures wait in a draft; those it had before wait for nothing any more."""
    await tx.run(_RELEASE, draft=draft)
    for place, picture in enumerate(wanted):
        await tx.run(_KEEP, id=picture, owner=viewer.acting_as, draft=draft, nth=place)


async def discard_drafted(tx: Write, draft: int) -> list[str]:
    """Forget the pictures that wait in a draft; the keys of their files."""
    return _keys(await tx.all(_DISCARD_DRAFTED, draft=draft))


async def describe_pictures(tx: Write, viewer: Viewer, alts: dict[int, str], post_id: int) -> None:
    """Set alt texts of one's own pictures under a post."""
    await _describe(tx, viewer, alts, post_id)


async def describe_loose_pictures(tx: Write, viewer: Viewer, alts: dict[int, str]) -> set[int]:
    """Set alt texts of one's own pictures that wait for a post; the drafts that say something else now."""
    if not alts:
        return set()
    await tx.all(_HOLD_DRAFTS, ids=list(alts), owner=viewer.acting_as)
    return await _describe(tx, viewer, alts, None)


async def aim_pictures(
    tx: Write, viewer: Viewer, focuses: dict[int, tuple[int, int]], post_id: int | None = None
) -> None:
    """Set what stays in sight where one's own pictures are cut, in percent from the left and the top."""
    for picture, (x, y) in focuses.items():
        await tx.run(
            _AIM, id=picture, owner=viewer.acting_as, post=post_id, x=min(max(x, 0), 100), y=min(max(y, 0), 100)
        )


async def discard_pictures(tx: Write, loose: Sequence[int]) -> list[str]:
    """Forget pictures that were never posted; the keys of their files."""
    return _keys(await tx.all(_DISCARD, ids=loose))


async def discard_pictures_of(tx: Write, post_id: int) -> list[str]:
    """Forget a post's pictures but for those that are held; the keys of their files."""
    files = _keys(await tx.all(_DISCARD_OF, post=post_id))
    await tx.run(_OUTLIVE, post=post_id)
    return files


async def release_pictures_of(tx: Write, post_id: int) -> None:
    """A post's pictures are its author's again, as if just uploaded, but for those that are held."""
    await tx.run(_RELEASE_OF, post=post_id, now=clock.now())


async def hold_pictures(tx: Write, posts: Sequence[int]) -> None:
    """Keep the pictures of posts until `let_pictures_go`, even if the posts are removed."""
    await tx.run(_HOLD, posts=posts)


async def let_pictures_go(tx: Write, posts: Sequence[int]) -> None:
    """Nobody has to look at them any more: those of removed posts are forgotten."""
    await tx.run(_LET_GO, posts=posts)
    files = _keys(await tx.all(_DISCARD_HELD, posts=posts))
    if files:
        await record(tx, PicturesDiscarded(files=tuple(files)))


async def give_pictures_back(tx: Write, post_id: int) -> tuple[int, ...]:
    """Held pictures of a removed post are its author's again, as if just uploaded; their ids in order."""
    found = await tx.all(_GIVE_BACK, post=post_id, now=clock.now())
    return tuple(id_ for _, id_ in sorted(found))


async def _describe(tx: Write, viewer: Viewer, alts: dict[int, str], post_id: int | None) -> set[int]:
    changed = set()
    for picture, alt in alts.items():
        text = clean_text(alt, "alt", ALT_MAX)
        draft = await tx.first(_SET_ALT, id=picture, owner=viewer.acting_as, post=post_id, text=text)
        if draft is not None:
            changed.add(int(draft))
    return changed


def _keys(files: Sequence[str]) -> list[str]:
    return [line.split()[2] for text in files for line in text.splitlines()]

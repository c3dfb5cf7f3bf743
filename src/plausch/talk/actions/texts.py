"""Texts understood: rendered once, when they are written, and ready to be stored."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from plausch.community import queries as community
from plausch.kernel.errors import Invalid
from plausch.language import markdown
from plausch.language.articles import InlinePicture, Rendered, parse_article
from plausch.people import queries as people
from plausch.people.model import Actor, Standing, Viewer, clean_text
from plausch.storage import Read, Write, column_statement, param, upsert
from plausch.talk import queries
from plausch.talk.model import ARTICLE_MAX, ARTICLE_PICTURES_MAX, TEXT_MAX, clean_tags
from plausch.talk.tables import mentions, tags

#: With more characters parsing takes longer than the event loop should wait.
_LONG = 4_000


class Addresses(NamedTuple):
    """Where things are on the web; the doors know, the domain only writes links with it."""

    profile: Callable[[str], str]
    tag: Callable[[str], str]
    picture: Callable[[int], str]
    #: The names of this server: `@anna@one.of.them` is whoever is `@anna` here.
    here: frozenset[str] = frozenset()


class Text(NamedTuple):
    """A text understood."""

    source: str
    html: str
    #: By what names them in the text.
    mentioned: dict[str, Actor]
    tags: tuple[str, ...]
    #: Of an article: all of it, of which `html` is the beginning, and the pictures it shows.
    whole: Rendered | None = None
    pictures: tuple[int, ...] = ()


_ADD_TAG = column_statement(upsert(tags).on_conflict_do_nothing())
_ADD_MENTION = column_statement(upsert(mentions).on_conflict_do_nothing())
_DROP_TAGS = column_statement(sa.delete(tags).where(tags.c.post_id == param("id"), sa.not_(tags.c.named)))
_DROP_ALL_TAGS = column_statement(sa.delete(tags).where(tags.c.post_id == param("id")))
_DROP_MENTIONS = column_statement(sa.delete(mentions).where(mentions.c.post_id == param("id")))


async def understand(tx: Read, viewer: Viewer, source: str, addresses: Addresses, *, within: int = 0) -> Text:
    """Parse and render what the viewer writes, with those it mentions; `within` a group whose members alone read it."""
    cleaned = clean_text(source, "text", TEXT_MAX)
    parsed = markdown.parse(cleaned)
    mentioned, emoji = await _referred(tx, viewer, parsed, addresses, within)
    html = parsed.render(_profiles(mentioned, addresses), addresses.tag, emoji)
    return Text(cleaned, html, mentioned, parsed.tags)


async def understand_article(
    tx: Read,
    viewer: Viewer,
    source: str,
    addresses: Addresses,
    *,
    within: int = 0,
    post_id: int = 0,
    pictures_at: str = "",
) -> Text:
    """The same of a long text; it shows pictures of the viewer's that are loose, or the post's already.

    `pictures_at` is where its pictures are found instead, for readers who have a link to what is not posted.
    """
    cleaned = clean_text(source, "text", ARTICLE_MAX)
    if len(cleaned) > _LONG:
        parsed = await asyncio.to_thread(parse_article, cleaned)
    else:
        parsed = parse_article(cleaned)
    if len(parsed.pictures) > ARTICLE_PICTURES_MAX:
        raise Invalid("text", "article_pictures_many")
    mentioned, emoji = await _referred(tx, viewer, parsed, addresses, within)
    owned = await queries.list_own_pictures(tx, viewer.acting_as, parsed.pictures, post_id) if parsed.pictures else []
    at: Callable[[int], str] = (lambda id_: f"{pictures_at}/{id_}/large") if pictures_at else addresses.picture
    shown = {one.id: InlinePicture(at(one.id), one.alt, one.width, one.height) for one in owned}
    whole = parsed.render_article(_profiles(mentioned, addresses), addresses.tag, emoji, shown)
    used = tuple(id_ for id_ in parsed.pictures if id_ in shown)
    return Text(cleaned, whole.beginning, mentioned, parsed.tags, whole, used)


def _profiles(mentioned: Mapping[str, Actor], addresses: Addresses) -> dict[str, str]:
    return {name: addresses.profile(actor.handle) for name, actor in mentioned.items()}


async def _referred(
    tx: Read, viewer: Viewer, parsed: markdown.Parsed, addresses: Addresses, within: int
) -> tuple[dict[str, Actor], Mapping[str, str]]:
    """Of a secret group only its members are told that it is there: before others it is a word like any."""
    known = await people.resolve_names(tx, parsed.mentions, addresses.here, viewer)
    mentioned = {name: one for name, one in known.items() if one.standing is not Standing.SECRET or one.id == within}
    return mentioned, await community.find_emoji(tx, parsed.emoji)


async def note_references(
    tx: Write, post_id: int, text: Text, named: Iterable[str] | None = None, *, again: bool = False
) -> None:
    """Store whom and what a text refers to, and its tags beside the text (None: as they are); `again` after an edit."""
    if again:
        await tx.run(_DROP_MENTIONS, id=post_id)
    await note_tags(tx, post_id, text.tags, named, again=again)
    mentioned = dict.fromkeys(actor.id for actor in text.mentioned.values())
    if mentioned:
        await tx.run_many(_ADD_MENTION, [{"post_id": post_id, "actor_id": actor} for actor in mentioned])


async def note_tags(
    tx: Write, post_id: int, said: Iterable[str], named: Iterable[str] | None, *, again: bool = True
) -> None:
    """Store the tags in a post's text, and those beside it (None: as they are). Raises Invalid."""
    beside = None if named is None else clean_tags(named)
    if again:
        await tx.run(_DROP_TAGS if beside is None else _DROP_ALL_TAGS, id=post_id)
    rows = [(tag, True) for tag in beside or ()] + [(tag, False) for tag in said]
    if rows:
        await tx.run_many(_ADD_TAG, [{"tag": tag, "post_id": post_id, "named": own} for tag, own in rows])

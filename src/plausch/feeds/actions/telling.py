"""Telling open pages and streams what happened, by topic.

- `conversation:ID`: who has it open
- `actor:ID`: who follows whoever did it, or the place it stands in
- `local`, `tag:NUMBER`: what is public and new, or changes; the number is `talk.model.tag_number`
- `reader:ID`: of one's own: somebody was written to alone, or follows others than before, or filters otherwise
- `person:ID`: notifications (`notifying`)
"""

from collections.abc import Iterable

from plausch.storage import Write
from plausch.talk import queries as talk
from plausch.talk.events import PostPublished, PostRemoved, ShareRemoved
from plausch.talk.model import AudienceKind, tag_number
from plausch.work.live import Notice, tell


async def tell_published(tx: Write, fact: PostPublished) -> None:
    """A new post, to all who may be waiting for it."""
    id_, actor = fact.post_id, fact.actor_id
    found = [f"conversation:{fact.conversation_id}", f"actor:{actor}"]
    if fact.scope_kind == AudienceKind.PUBLIC:
        found += _public(fact.parent_id, map(tag_number, await talk.list_tags(tx, id_)))
    await tell(tx, *(Notice(topic, "posted", id_, actor) for topic in found))
    if fact.scope_kind == AudienceKind.PARTICIPANTS:
        for one in await talk.list_participants(tx, fact.scope_id):
            await tell(tx, Notice(f"reader:{one}", "addressed", id_, actor))
    if fact.place_id and fact.place_id != actor:
        standing = await talk.find_wall_entry(tx, id_, fact.place_id)
        if standing is not None:
            await tell(tx, Notice(f"actor:{fact.place_id}", "placed", standing, actor))


def _public(parent: int | None, tags: Iterable[int]) -> list[str]:
    found = [f"tag:{number}" for number in tags]
    return ["local", *found] if parent is None else found


async def tell_changed(tx: Write, id_: int, conversation: int, actor: int = 0) -> None:
    """A post is to be read again."""
    about = await talk.find_address(tx, id_)
    found = [f"conversation:{conversation}"]
    if about is not None:
        found.append(f"actor:{about.actor_id}")
        if about.scope_kind == AudienceKind.PUBLIC:
            found += _public(about.parent_id, map(tag_number, await talk.list_tags(tx, id_)))
    await tell(tx, *(Notice(topic, "edited", id_, actor) for topic in found))


async def tell_removed(tx: Write, fact: PostRemoved) -> None:
    """A post is gone."""
    found = [f"conversation:{fact.conversation_id}", f"actor:{fact.actor_id}"]
    if fact.scope_kind == AudienceKind.PUBLIC:
        found += _public(fact.parent_id, fact.tags)
    await tell(tx, *(Notice(topic, "removed", fact.post_id, fact.actor_id) for topic in found))


async def tell_shared(tx: Write, share: int, actor: int, conversation: int) -> None:
    await tell(
        tx, *(Notice(topic, "shared", share, actor) for topic in (f"conversation:{conversation}", f"actor:{actor}"))
    )


async def tell_unshared(tx: Write, fact: ShareRemoved) -> None:
    await tell(tx, Notice(f"actor:{fact.actor_id}", "unshared", fact.share_id, fact.actor_id, fact.post_id))


async def tell_reader(tx: Write, reader: int, what: str) -> None:
    """Their own programs are to look again at whom they follow (`following`) or what they filter (`filtered`)."""
    await tell(tx, Notice(f"reader:{reader}", what))

"""What people of Lindenau arrange for themselves: how they read, and what they have begun to write."""

from collections.abc import Mapping

from plausch.demo.model import Person, Unsent
from plausch.feeds import actions as feeds
from plausch.feeds.model import FilterDraft
from plausch.http.site import ADDRESSES
from plausch.people.model import Viewer
from plausch.storage import Write
from plausch.talk import actions as talk
from plausch.talk.model import DraftText


async def settle(tx: Write, viewer: Viewer, person: Person, viewers: Mapping[str, Viewer]) -> None:
    """Follow tags, make lists, fold words away, keep searches."""
    for tag in person.tags:
        await feeds.follow_tag(tx, viewer, tag)
    for one in person.lists:
        made = await feeds.make_list(tx, viewer, one.name)
        for member in one.members:
            await feeds.add_to_list(tx, viewer, made, viewers[member].person)
    for word in person.muted_words:
        await feeds.add_filter(tx, viewer, FilterDraft(phrase=word))
    for search in person.searches:
        await feeds.keep_search(tx, viewer, search)


async def begin(tx: Write, viewer: Viewer, person: Person, unsent: Unsent, answered: int, due: int | None) -> None:
    """Begin to write something, in answer to a post or (0) to none; with a moment it is posted then."""
    text = DraftText(source=unsent.text.strip(), parent_id=answered, language=person.language)
    if due is None:
        await talk.save_draft(tx, viewer, text)
    else:
        await talk.schedule_draft(tx, viewer, text, due, ADDRESSES)

"""What else the composer holds beside text and pictures: a poll, whom it quotes, and who may quote it."""

import re
from typing import Any

from starlette.datastructures import FormData

from plausch.http import forms
from plausch.http.request import Request
from plausch.kernel import clock
from plausch.kernel.ids import parse_id
from plausch.people import queries as people
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.actions import check_consent
from plausch.talk.model import OPTIONS_MAX, Attached, Post, Quote, QuoteState, TopicKind

#: How long people may vote, as it is offered.
POLL_LASTS = (
    *(5 * clock.MINUTE, 30 * clock.MINUTE, clock.HOUR, 6 * clock.HOUR, 12 * clock.HOUR),
    *(1 * clock.DAY, 2 * clock.DAY, 3 * clock.DAY, 7 * clock.DAY, 14 * clock.DAY, 30 * clock.DAY, 60 * clock.DAY),
)
_BETWEEN_TAGS = re.compile(r"[\s,;]+")


def read_tags(form: FormData) -> tuple[str, ...] | None:
    """The words of the line of tags; None in a form that has none."""
    if "tags" not in form:
        return None
    return tuple(filter(None, _BETWEEN_TAGS.split(forms.field(form, "tags"))))


def read_extras(form: FormData) -> dict[str, Any]:
    """What is kept with a draft; without any of it nothing. `model.read_extras` understands it."""
    text = forms.field
    options = [text(form, f"option_{place}").strip() for place in range(1, OPTIONS_MAX + 1)]
    found: dict[str, Any] = {}
    if any(options):
        found["poll"] = {
            "options": [option for option in options if option],
            "lasts": parse_id(text(form, "poll_lasts")) or clock.DAY,
            "multiple": bool(text(form, "poll_multiple")),
            "hidden_until_end": bool(text(form, "poll_hidden")),
        }
    for label in ("sponsored", "ai_assisted"):
        if text(form, label):
            found[label] = True
    if text(form, "who_quotes"):
        found["who_quotes"] = text(form, "who_quotes")
    # A discussion is what every topic is at first: a draft with nothing else in it is none.
    if text(form, "topic") not in ("", TopicKind.DISCUSSION):
        found["topic"] = text(form, "topic")
    if tags := read_tags(form):
        found["tags"] = list(tags)
    return found


def extras_of(post: Post) -> dict[str, Any]:
    """The same of a post that is there already, for editing it."""
    found: dict[str, Any] = {}
    if post.poll is not None:
        found["poll"] = {
            "options": [option.text for option in post.poll.options],
            "multiple": post.poll.multiple,
            "hidden_until_end": post.poll.hidden_until_end,
        }
    if post.attached & Attached.SPONSORED:
        found["sponsored"] = True
    if post.attached & Attached.AI_ASSISTED:
        found["ai_assisted"] = True
    if post.who_quotes:
        found["who_quotes"] = post.who_quotes
    return found


async def find_quote(tx: Read, request: Request, id_: int) -> tuple[Post, Quote]:
    """A post as it would stand in one that quotes it.

    Raises NotFound when the viewer may not see it, NotAllowed when it may not quote it.
    """
    post = await talk.get_post(tx, request.viewer, id_)
    await check_consent(tx, request.viewer, post)
    actor = (await people.list_actors(tx, request.viewer, [post.actor_id])).get(post.actor_id)
    return post, Quote(
        QuoteState.SHOWN,
        id=post.id,
        conversation_id=post.conversation_id,
        actor_id=post.actor_id,
        author_id=post.author_id,
        handle=actor.handle if actor else "",
        name=actor.name if actor else "",
        html=post.html,
        warning=post.warning,
        language=post.language,
        published_at=post.published_at,
        pictures_count=post.pictures_count,
        attached=post.attached,
    )

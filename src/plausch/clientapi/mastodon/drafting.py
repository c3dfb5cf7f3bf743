"""From what an app sends to what the domain posts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from plausch.clientapi.mastodon.forms import Fields
from plausch.clientapi.mastodon.showing import get_piece
from plausch.groups import queries as groups
from plausch.groups.model import Visibility
from plausch.http.request import Request
from plausch.kernel import clock
from plausch.kernel.errors import Invalid
from plausch.language import markdown
from plausch.language.inline_rules import names_in
from plausch.people import queries as people
from plausch.people.model import Actor, ActorKind, Standing, WhoQuotes
from plausch.storage import Read
from plausch.talk.model import AudienceKind, DraftText, PollDraft, PostDraft

_AUDIENCES = {
    "public": AudienceKind.PUBLIC,
    "unlisted": AudienceKind.QUIET,
    "private": AudienceKind.FOLLOWERS,
    "direct": AudienceKind.PARTICIPANTS,
}
_POLICIES = {
    "public": WhoQuotes.EVERYBODY,
    "followers": WhoQuotes.FOLLOWERS,
    "nobody": WhoQuotes.NOBODY,
}
#: More of a text is not looked at: so long none may be.
_MOST = 100_000


def audience_of(fields: Fields) -> AudienceKind | None:
    """What an app wishes; what becomes of it in a conversation the domain decides. Raises Invalid."""
    wished = fields.text("visibility")
    if wished and wished not in _AUDIENCES:
        raise Invalid("visibility", "choice_unknown")
    return _AUDIENCES.get(wished)


def policy_in(fields: Fields, name: str = "quote_approval_policy") -> WhoQuotes | None:
    """Who may quote; None where nothing is said of it. Raises Invalid."""
    wished = fields.text(name)
    if wished and wished not in _POLICIES:
        raise Invalid(name, "choice_unknown")
    return _POLICIES.get(wished)


def poll_of(fields: Fields) -> PollDraft | None:
    poll = fields.part("poll")
    if poll is None or not poll.texts("options"):
        return None
    seconds = poll.number("expires_in") or 0
    return PollDraft(
        options=tuple(poll.texts("options")),
        lasts=seconds * clock.SECOND,
        multiple=bool(poll.flag("multiple")),
        hidden_until_end=bool(poll.flag("hide_totals")),
    )


def words_of(fields: Fields, before: str = "") -> tuple[str, str]:
    """What is said, and what stands above it; `before` of what is changed.

    A warning above nothing is what is said. The domain knows no other way to cover pictures than words of warning.
    """
    text, words = fields.text("status", before), fields.text("spoiler_text").strip()
    pictured = bool(fields.texts("media_ids"))
    if not text.strip() and words and not pictured:
        return words, ""
    return text, words or ("⚠" if pictured and fields.flag("sensitive") else "")


def said_of_poll(poll: PollDraft | None) -> dict[str, object] | None:
    """A poll that is asked later, as apps send one."""
    if poll is None:
        return None
    return {
        "options": list(poll.options),
        "expires_in": poll.lasts // clock.SECOND,
        "multiple": poll.multiple,
        "hide_totals": poll.hidden_until_end,
    }


def moment_of(fields: Fields, name: str = "scheduled_at") -> int | None:
    """A moment (ms), as apps write it. Raises Invalid."""
    text = fields.text(name).strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(name, "choice_unknown") from error
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return int(found.timestamp() * clock.SECOND)


async def draft_of(tx: Read, request: Request, fields: Fields) -> PostDraft:
    """What is to be posted. Raises Invalid, and NotFound for what is none of its kind."""
    text, warning = words_of(fields)
    audience = audience_of(fields)
    app = await people.find_app(tx, request.app_id) if request.app_id else None
    # The second name is what some apps called it before the first was there.
    quoted = await _meant(tx, request, fields, "quoted_status_id", "quote_id")
    reply_to = await _meant(tx, request, fields, "in_reply_to_id")
    return PostDraft(
        source=text,
        reply_to=reply_to,
        audience=audience,
        local_only=bool(fields.flag("local_only")),
        participants=await _addressed(tx, request, text) if audience is AudienceKind.PARTICIPANTS else (),
        language=fields.text("language"),
        warning=warning,
        pictures=tuple(fields.ids("media_ids")),
        poll=poll_of(fields),
        quote=quoted,
        who_quotes=policy_in(fields),
        place=await _group(tx, request, audience, text) if reply_to is None else 0,
        program=app.said if app is not None else "",
    )


async def _addressed(tx: Read, request: Request, text: str) -> tuple[int, ...]:
    """Whom a direct status is for: those it mentions. One that mentions nobody is a note to oneself.

    It is said in no group, so the handle of a secret one is a word, for whoever is in it as for everybody else.
    """
    named = await _named(tx, request, markdown.parse(text[:_MOST]).mentions) if "@" in text else []
    mentioned = tuple(one.id for one in named if one.standing is not Standing.SECRET)
    return mentioned or (request.viewer.acting_as,)


async def _meant(tx: Read, request: Request, fields: Fields, *names: str) -> int | None:
    """The post that one of these fields names, also by a reblog of it. Raises NotFound."""
    for name in names:
        if fields.text(name):
            return (await get_piece(tx, request, fields.id(name) or 0)).post_id
    return None


async def _named(tx: Read, request: Request, names: Sequence[str]) -> list[Actor]:
    """Who is called by these names, in their order."""
    found = await people.resolve_names(tx, names, request.site.addresses.here, request.viewer)
    return list({one.id: one for one in found.values()}.values())


async def _group(tx: Read, request: Request, wished: AudienceKind | None, text: str) -> int:
    """The first of the groups named whose member the viewer is, unless more people would read it there; else 0.

    A group that is not for everybody goes before one that is, and it counts however it is named, in code as well: what
    is meant for it must not get out by the way it was typed.
    """
    if wished is AudienceKind.PARTICIPANTS or "@" not in text:
        return 0
    open_ = 0
    for one in await _named(tx, request, names_in(text[:_MOST])):
        group = await groups.find_group(tx, request.viewer, one.id) if one.kind is ActorKind.GROUP else None
        if group is None or group.role is None:
            continue
        if group.visibility is not Visibility.PUBLIC:
            return group.id
        if wished in (None, AudienceKind.PUBLIC):
            open_ = open_ or group.id
    return open_


def kept_text(draft: PostDraft, handles: str = "") -> DraftText:
    """The same as a draft that is kept."""
    extras: dict[str, Any] = {}
    if draft.poll is not None:
        extras["poll"] = msgspec.to_builtins(draft.poll)
    if draft.who_quotes is not None:
        extras["who_quotes"] = draft.who_quotes.value
    if draft.program:
        extras["program"] = draft.program
    return DraftText(
        source=draft.source,
        parent_id=draft.reply_to or 0,
        quoted_id=draft.quote or 0,
        place_id=draft.place,
        audience=draft.audience,
        local_only=draft.local_only,
        participants=handles,
        language=draft.language,
        warning=draft.warning,
        pictures=draft.pictures,
        extras=extras,
    )


async def handles_in(tx: Read, draft: PostDraft) -> str:
    """Whom a direct status names, as the line of a draft has them."""
    return " ".join([(await people.get_actor(tx, one)).handle for one in draft.participants])

"""Whom something reaches, with the real number: what the composer says before it is sent."""

from typing import NamedTuple

from plausch.groups.model import Visibility
from plausch.http.request import Request
from plausch.kernel.errors import Invalid
from plausch.people import queries as people
from plausch.storage import Read
from plausch.talk import queries as talk
from plausch.talk.model import Audience, AudienceKind, Post, reply_audience
from plausch.web.drafts import DraftForm

#: As many are named one by one.
_NAMED = 6


class Reach(NamedTuple):
    """An audience, and how many that are."""

    kind: AudienceKind
    local_only: bool
    #: How many people, where that is known.
    number: int = 0
    #: Whose followers or connections; empty for the viewer's own.
    whose: str = ""
    #: Those who are named, as far as they are to be named one by one.
    names: tuple[str, ...] = ()
    #: A handle among them belongs to nobody.
    unknown: bool = False
    #: Those named are the viewer alone.
    alone: bool = False


async def find_reach(tx: Read, request: Request, draft: DraftForm, parent: Post | None) -> Reach:
    """Whom a draft would reach if it were sent now."""
    audience = _audience(request, draft, parent)
    kind, local = audience.kind, audience.local_only
    group = draft.group
    if group is not None and (kind is AudienceKind.GROUP or parent is None):
        public = group.visibility is Visibility.PUBLIC and kind is not AudienceKind.GROUP
        kind = AudienceKind.PUBLIC if public else AudienceKind.GROUP
        return Reach(kind, local or not public, group.members, group.shown_name)
    if kind in (AudienceKind.PUBLIC, AudienceKind.QUIET):
        everybody = await people.count_everybody(tx) if local else 0
        return Reach(kind, local, everybody)
    if kind is AudienceKind.PARTICIPANTS:
        return await _named(tx, request, draft, audience, parent)
    number = await people.count_circle(tx, audience.scope_id, followers=kind is AudienceKind.FOLLOWERS)
    whose = ""
    if audience.scope_id != request.viewer.acting_as:
        found = (await people.list_actors(tx, request.viewer, [audience.scope_id])).get(audience.scope_id)
        whose = found.shown_name if found is not None else "…"
    return Reach(kind, local, number, whose)


def _audience(request: Request, draft: DraftForm, parent: Post | None) -> Audience:
    kinds = {kind.value: kind for kind in AudienceKind}
    wanted, mine = kinds.get(draft.audience), request.viewer.acting_as
    if parent is not None:
        return reply_audience(parent.audience, wanted, local_only=draft.local_only, own_scope=mine, post_id=0)
    whose = draft.wall.id if draft.wall is not None else mine
    return Audience(wanted or AudienceKind.PUBLIC, whose, draft.local_only)


async def _named(tx: Read, request: Request, draft: DraftForm, audience: Audience, parent: Post | None) -> Reach:
    """Those named before where it goes on among them, else those who are named now."""
    if parent is not None and audience.scope_id == parent.scope_id:
        ids, unknown = await talk.list_participants(tx, parent.scope_id), False
    else:
        try:
            here = request.site.addresses.here
            ids, unknown = list(await talk.resolve_participants(tx, draft.participants, here)), False
        except Invalid:
            ids, unknown = [], True
        ids += [parent.actor_id] if parent is not None else []
    others = [id_ for id_ in dict.fromkeys(ids) if id_ != request.viewer.acting_as]
    found = await people.list_actors(tx, request.viewer, others)
    names = [found[id_].shown_name for id_ in others if id_ in found]
    alone = bool(ids) and not others
    return Reach(audience.kind, audience.local_only, len(others), "", tuple(names[:_NAMED]), unknown, alone)

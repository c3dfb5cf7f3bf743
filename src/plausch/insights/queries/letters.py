"""Reads of weekly letters: what is gathered for them behind the scenes, and what of them their readers may see."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from plausch.feeds.queries.spoken import list_bridging
from plausch.groups import queries as groups
from plausch.insights.model.findings import Scope, ScopeKind
from plausch.insights.model.goals import BASELINE, Goal, Progress, follow
from plausch.insights.model.letters import (
    BRIDGES,
    LISTED,
    OLDEST,
    Item,
    Letter,
    Section,
    ShownItem,
    ShownLetter,
    list_lively,
    list_thanks,
    list_waiting,
)
from plausch.insights.model.weeks import IN_TIME, WEEK, Span, Week, measure_week
from plausch.insights.queries.findings import list_history
from plausch.insights.queries.permission import check_may_look, may_look
from plausch.insights.queries.strategy import list_goals
from plausch.insights.queries.unanswered import list_counted_posts
from plausch.insights.tables import letter_items, letters
from plausch.kernel.errors import NotFound
from plausch.kernel.ids import first_id_at
from plausch.people import queries as people
from plausch.people.model import PRESENT, ActorKind, Consent, Relation, Standing, Viewer
from plausch.people.queries import consents_to, is_present, membership, speaker
from plausch.storage import Read, Statement, any_of, is_one_of, param
from plausch.talk import queries as talk
from plausch.talk.model.said import Said

_KINDS = {ScopeKind.GROUP: ActorKind.GROUP, ScopeKind.PAGE: ActorKind.PAGE}


class Gathered(NamedTuple):
    """What was said in a week, and in figures."""

    said: list[Said]
    #: Who said something for the first time, with that post.
    first_posts: dict[int, int]
    figures: Week


class _Row(NamedTuple):
    id: int
    kind: str
    scope_id: int
    week: int
    figures: str
    figures_before: str


def _letter(*row: object) -> Letter:
    one = _Row(*row)  # type: ignore[arg-type]  # as the statement has them
    scope = Scope(ScopeKind(one.kind), one.scope_id)
    figures, before = (msgspec.json.decode(text, type=Week) for text in (one.figures, one.figures_before))
    return Letter(one.id, scope, one.week, figures, before)


_columns = (*(letters.c[name] for name in _Row._fields),)
_LETTER = Statement(sa.select(*_columns).where(letters.c.id == param("id"), sa.not_(letters.c.empty)), _letter)
_LETTERS = Statement(
    sa.select(*_columns)
    .where(letters.c.scope_id == param("scope"), sa.not_(letters.c.empty))
    .order_by(letters.c.week.desc())
    .limit(param("limit")),
    _letter,
)
_PLACES = Statement(
    sa.select(letters.c.id, letters.c.scope_id).where(any_of(letters.c.id, "ids"), letters.c.scope_id != 0),
    lambda *row: row,
)
_ITEMS = Statement(
    sa.select(
        letter_items.c.section,
        letter_items.c.place,
        letter_items.c.person_id,
        letter_items.c.post_id,
        letter_items.c.number,
        letter_items.c.more,
    )
    .where(letter_items.c.letter_id == param("letter"))
    .order_by(letter_items.c.section, letter_items.c.place),
    lambda section, *more: Item(Section(section), *more),
)
_wanting = sa.not_(
    sa.exists(sa.select(sa.literal(1)).where(letters.c.scope_id == speaker.c.id, letters.c.week == param("week")))
)
#: Every group and page of this server without a letter for the week.
_WANTING = Statement(
    sa.select(speaker.c.kind, speaker.c.id)
    .where(
        is_one_of(speaker.c.kind, (ActorKind.GROUP, ActorKind.PAGE)),
        speaker.c.server_id == 0,
        is_one_of(speaker.c.standing, (*PRESENT, Standing.SECRET)),
        _wanting,
    )
    .order_by(speaker.c.id),
    lambda kind, id_: Scope(ScopeKind(kind), int(id_)),
)
_FOR_SERVER = Statement(sa.select(letters.c.id).where(letters.c.scope_id == 0, letters.c.week == param("week")), int)
_NEW_HERE = Statement(
    sa.select(speaker.c.id)
    .where(
        speaker.c.kind == ActorKind.PERSON.value,
        speaker.c.server_id == 0,
        speaker.c.created_at >= param("since"),
        speaker.c.created_at < param("until"),
        is_one_of(speaker.c.standing, PRESENT),
        consents_to(Consent.COUNT_IN_INSIGHTS, speaker.c.id),
    )
    .order_by(speaker.c.id)
    .limit(param("limit")),
    int,
)
_NEW_MEMBERS = Statement(
    sa.select(membership.c.source_id)
    .where(
        membership.c.kind == Relation.MEMBER.value,
        membership.c.target_id == param("group"),
        membership.c.at >= param("since"),
        membership.c.at < param("until"),
        is_present(membership.c.source_id),
        consents_to(Consent.COUNT_IN_INSIGHTS, membership.c.source_id),
    )
    .order_by(membership.c.at, membership.c.source_id)
    .limit(param("limit")),
    int,
)


async def list_wanting_letters(tx: Read, week: int) -> list[Scope]:
    """The places whose letter for a week is still to be made; for work behind the scenes."""
    found = await tx.all(_WANTING, week=week)
    return found if await tx.first(_FOR_SERVER, week=week) else [Scope(ScopeKind.SERVER), *found]


async def list_readers(tx: Read, scope: Scope) -> list[int]:
    """Who looks after a place, and so gets its letters."""
    if scope.kind is ScopeKind.GROUP:
        return [one.actor_id for one in await groups.list_guardians(tx, scope.id)]
    if scope.kind is ScopeKind.PAGE:
        return [one.person_id for one in await people.list_team(tx, scope.id) if one.invited_by is None]
    return list(await people.list_staff(tx))


async def list_letter_readers(tx: Read, id_: int) -> list[int]:
    """The same by a letter; nobody when it is gone."""
    letter = await tx.first(_LETTER, id=id_)
    return await list_readers(tx, letter.scope) if letter is not None else []


async def gather_week(tx: Read, scope: Scope, span: Span) -> Gathered:
    """What was said somewhere in a week."""
    kind, first = _KINDS.get(scope.kind), first_id_at(span.since)
    said = await talk.list_said(tx, kind, scope.id, first_id_at(span.since - IN_TIME), first_id_at(span.until))
    within = [one for one in said if one.id >= first]
    authors = list({one.author_id for one in within})
    earlier = await talk.list_earlier(tx, kind, scope.id, authors, first)
    first_posts: dict[int, int] = {}
    for one in within:
        if one.counts and one.author_id not in earlier and one.author_id == one.actor_id:
            first_posts.setdefault(one.author_id, one.id)
    return Gathered(said, first_posts, measure_week(said, earlier, span))


async def gather_items(tx: Read, scope: Scope, span: Span, gathered: Gathered) -> list[Item]:
    """What a letter brings up."""
    kind, (since, until) = _KINDS.get(scope.kind), span
    first, end = first_id_at(until - OLDEST), first_id_at(until - IN_TIME)
    waiting = await talk.list_unanswered_at(tx, kind, scope.id, first, end, 10 * LISTED)
    counted = await people.list_counted(tx, list({one.actor_id for one in waiting}))
    waiting = [one for one in waiting if one.actor_id in counted]
    found = await _newcomers(tx, scope, span, gathered)
    found += list_waiting(waiting, {one.post_id for one in found})
    found += list_thanks(gathered.said, gathered.first_posts.keys(), since)
    found += list_lively(gathered.said, since)
    if scope.kind is ScopeKind.SERVER:
        lively = {one.post_id for one in found if one.section is Section.LIVELY}
        bridging = [one for one in await list_bridging(tx, first_id_at(since), BRIDGES) if one[0] not in lively]
        found += [Item(Section.BRIDGING, place, 0, *one) for place, one in enumerate(bridging, 1)]
    return found


async def _newcomers(tx: Read, scope: Scope, week: Span, gathered: Gathered) -> list[Item]:
    """Whoever has joined or spoken for the first time, and whom nobody has answered."""
    span = {**week._asdict(), "limit": 10 * LISTED}
    joined: Sequence[int] = ()
    if scope.kind is ScopeKind.SERVER:
        joined = await tx.all(_NEW_HERE, **span)
    elif scope.kind is ScopeKind.GROUP:
        joined = await tx.all(_NEW_MEMBERS, group=scope.id, **span)
    answered = {one.parent_id for one in gathered.said if one.author_id != one.parent_author_id}
    spoke = {one.author_id for one in gathered.said}
    new = [(who, post) for who, post in gathered.first_posts.items() if post not in answered]
    new += [(who, 0) for who in joined if who not in spoke]
    return [Item(Section.NEWCOMERS, place, who, post) for place, (who, post) in enumerate(new[:LISTED], 1)]


async def list_letters(tx: Read, viewer: Viewer, scope: Scope, limit: int) -> list[Letter]:
    """The newest first. Raises NotAllowed, NotFound."""
    await check_may_look(tx, viewer, scope)
    return await tx.all(_LETTERS, scope=scope.id, limit=limit)


async def list_letter_places(tx: Read, ids: Sequence[int]) -> dict[int, int]:
    """The group or page that each letter is about; one about the whole server is missing."""
    return dict(await tx.all(_PLACES, ids=list(ids)))


async def find_letter_of(tx: Read, viewer: Viewer, id_: int) -> ShownLetter | None:
    """A letter as its reader may see it; None for who does not look after the place any more."""
    letter = await tx.first(_LETTER, id=id_)
    if letter is None or not await may_look(tx, viewer, letter.scope):
        return None
    return await _show(tx, viewer, letter)


async def get_letter(tx: Read, viewer: Viewer, id_: int) -> ShownLetter:
    """The same. Raises NotFound, NotAllowed."""
    letter = await tx.first(_LETTER, id=id_)
    try:
        if letter is None:
            raise NotFound
        await check_may_look(tx, viewer, letter.scope)
    except NotFound as error:
        # Of a group that the viewer may not know of nothing is told, not even that there is a letter.
        raise NotFound("letter_not_found") from error
    return await _show(tx, viewer, letter)


async def _show(tx: Read, viewer: Viewer, letter: Letter) -> ShownLetter:
    """Who objected or left since it was made is not in it any more."""
    items = await tx.all(_ITEMS, letter=letter.id)
    posts = await list_counted_posts(tx, viewer, list({one.post_id for one in items if one.post_id}))
    named = {post.actor_id for post in posts.values()} | {one.person_id for one in items if one.person_id}
    actors = await people.list_actors(tx, viewer, sorted(named))
    counted = await people.list_counted(tx, sorted(named))
    # Groups are nobody, and objected to nothing.
    actors = {id_: one for id_, one in actors.items() if id_ in counted or one.kind is ActorKind.GROUP}
    shown: dict[Section, list[ShownItem]] = {section: [] for section in Section}
    for item in items:
        post = posts.get(item.post_id)
        person = actors.get(item.person_id or (post.actor_id if post is not None else 0))
        if (item.post_id and post is None) or person is None or item.person_id == viewer.person:
            continue
        shown[item.section].append(ShownItem(item, person, post))
    return ShownLetter(letter, shown, await list_progress(tx, viewer, letter.scope, letter.week + WEEK))


async def list_progress(tx: Read, viewer: Viewer, scope: Scope, until: int) -> list[tuple[Goal, Progress]]:
    """How far the goals of a place are by a moment. Raises NotAllowed, NotFound."""
    found: list[tuple[Goal, Progress]] = []
    for goal in await list_goals(tx, viewer, scope):
        points = await list_history(tx, viewer, scope, goal.measure, since=goal.begins_at - BASELINE)
        if goal.begins_at < until:
            found.append((goal, follow(goal, [one for one in points if one.day < until])))
    return found

"""What target groups and brand awareness are counted from. Nobody is shown it: it becomes figures first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from plausch.feeds.queries.spoken import Spoken, list_linking, list_saying, list_spoken, list_tagged
from plausch.groups import queries as groups
from plausch.groups.model import Visibility
from plausch.insights.model import awareness, strategy
from plausch.insights.model.awareness import Awareness, Voices, count_weeks
from plausch.insights.model.communities import Community, Membership
from plausch.insights.model.findings import FEWEST, Measure, Scope, ScopeKind
from plausch.insights.model.rounding import at_least, within
from plausch.insights.model.strategy import Description, Target
from plausch.insights.model.weeks import WEEK
from plausch.insights.tables import findings, interactions, results
from plausch.kernel import clock
from plausch.kernel.ids import first_id_at
from plausch.people import queries as people
from plausch.people.model import VISITOR, ActorKind, Consent, Relation
from plausch.people.queries import consents_to, is_present, membership, related_sources, speaker
from plausch.storage import Read, Statement, any_of, column_statement, param
from plausch.talk.model import InteractionKind

_PLACE, _SINCE = param("place"), param("since")
_reply = interactions.c.kind == InteractionKind.REPLY.value
_recent = interactions.c.at >= _SINCE
_MEMBERS = column_statement(
    sa.select(membership.c.source_id)
    .distinct()
    .where(
        any_of(membership.c.target_id, "groups"),
        membership.c.kind == Relation.MEMBER.value,
        is_present(membership.c.source_id),
        consents_to(Consent.COUNT_IN_INSIGHTS, membership.c.source_id),
    )
)
_PERSONS = column_statement(
    sa.select(speaker.c.id).where(any_of(speaker.c.id, "ids"), speaker.c.kind == ActorKind.PERSON.value)
)
_LOCAL = column_statement(
    sa.select(speaker.c.id).where(speaker.c.kind == ActorKind.PERSON.value, speaker.c.server_id == 0)
)
_KNOWN = {
    ScopeKind.PAGE: column_statement(related_sources(Relation.FOLLOW, _PLACE)),
    ScopeKind.GROUP: column_statement(related_sources(Relation.MEMBER, _PLACE)),
}


def _ends(column: str, *where: sa.ColumnElement[bool]) -> Statement[int]:
    return column_statement(sa.select(interactions.c[column]).distinct().where(_recent, *where))


_of_page, _by_page = interactions.c.target_id == _PLACE, interactions.c.source_id == _PLACE
_in_group = interactions.c.place_id == _PLACE
#: Who turned to it, who answered it, and whom it answered.
_TURNED: dict[ScopeKind, tuple[Statement[int], ...]] = {
    ScopeKind.PAGE: (
        _ends("source_id", _of_page),
        _ends("source_id", _of_page, _reply),
        _ends("target_id", _by_page, _reply),
    ),
    ScopeKind.GROUP: (
        _ends("source_id", _in_group),
        _ends("source_id", _in_group, _reply),
        _ends("target_id", _in_group, _reply),
    ),
    ScopeKind.SERVER: (
        _ends("source_id", interactions.c.open),
        _ends("source_id", interactions.c.open, _reply),
        _ends("target_id", interactions.c.open, _reply),
    ),
}
_MENTIONING = column_statement(
    sa.select(interactions.c.post_id)
    .distinct()
    .where(
        interactions.c.target_id == _PLACE,
        interactions.c.kind == InteractionKind.MENTION.value,
        interactions.c.open,
        _recent,
    )
)


def _kept(measure: Measure) -> Statement[tuple[int, str]]:
    """What the night found of the whole server."""
    return Statement(
        sa.select(results.c.subject_id, results.c.value)
        .select_from(findings.join(results, results.c.finding_id == findings.c.id))
        .where(
            findings.c.scope_id == 0,
            findings.c.measure == sa.literal(measure.value),
            findings.c.topic == sa.literal(""),
        )
        .order_by(results.c.place),
        lambda subject, value: (int(subject), str(value)),
    )


_COMMUNITIES, _MEMBERSHIPS = _kept(Measure.COMMUNITIES_USUAL), _kept(Measure.MEMBERSHIPS)
_decode_community = msgspec.json.Decoder(Community).decode
_decode_membership = msgspec.json.Decoder(Membership).decode


class Circle(NamedTuple):
    """A community of interest to choose from."""

    number: int
    community: Community


async def list_circles(tx: Read) -> list[Circle]:
    """The communities of interest of the whole server that are large enough to be shown to everybody here."""
    found = [Circle(number, _decode_community(value)) for number, value in await tx.all(_COMMUNITIES)]
    return [one for one in found if one.community.size >= FEWEST]


async def _circles_of(tx: Read) -> dict[int, frozenset[int]]:
    """To which of them people belong."""
    found: dict[int, frozenset[int]] = {}
    for person, value in await tx.all(_MEMBERSHIPS):
        found[person] = frozenset(one.number for one in _decode_membership(value).usual)
    return found


async def gather_target(tx: Read, scope: Scope, description: Description, now: int, key: bytes) -> Target:
    """How much of its target group a place knows, reaches and talks with; `key` draws what is told of it."""
    since = now - strategy.DAYS * clock.DAY
    target = await _target_group(tx, scope, description, first_id_at(since))
    known = await _known(tx, scope)
    turned, answered, were_answered = [target & await _turned(tx, scope, one, since) for one in _TURNED[scope.kind]]
    people_ = at_least(key, target)
    reached = within(at_least(key, turned), people_)
    return Target(
        people=people_,
        known=within(at_least(key, target & known), people_),
        reached=reached,
        talked=within(at_least(key, answered & were_answered), reached),
        unknown=within(at_least(key, turned - known), reached),
    )


async def _turned(tx: Read, scope: Scope, statement: Statement[int], since: int) -> frozenset[int]:
    at = {"place": scope.id} if scope.id else {}
    return frozenset(await tx.all(statement, since=since, **at))


async def _target_group(tx: Read, scope: Scope, description: Description, first: int) -> set[int]:
    spoken = await list_tagged(tx, description.topics, first)
    for word in description.words:
        spoken += await list_saying(tx, word, first)
    found = {one.author_id for one in spoken if one.author_id == one.actor_id}
    if readable := await _readable(tx, scope, description.groups):
        found.update(await tx.all(_MEMBERS, groups=readable))
    if description.communities:
        wanted = frozenset(description.communities)
        found.update(person for person, numbers in (await _circles_of(tx)).items() if numbers & wanted)
    if scope.kind is ScopeKind.PAGE:
        found -= {one.person_id for one in await people.list_team(tx, scope.id)}
    return set(await tx.all(_PERSONS, ids=list(found))) if found else set()


async def _readable(tx: Read, scope: Scope, named: Sequence[int]) -> list[int]:
    """A group that has closed since it was named is nobody's business any more but its own."""
    found = await groups.list_groups(tx, VISITOR, named)
    return [id_ for id_ in named if id_ == scope.id or (id_ in found and found[id_].visibility is Visibility.PUBLIC)]


async def _known(tx: Read, scope: Scope) -> frozenset[int]:
    if scope.kind is ScopeKind.SERVER:
        return frozenset(await tx.all(_LOCAL))
    return frozenset(await tx.all(_KNOWN[scope.kind], place=scope.id))


async def gather_awareness(
    tx: Read, page: int, description: Description, now: int, key: bytes
) -> tuple[Awareness, list[tuple[int, int]]]:
    """How others speak of a page, and the newest posts that do, with their moments."""
    mentions = await _mentions(tx, page, description, now - awareness.WEEKS * WEEK)
    first = first_id_at(now - awareness.SHARE_DAYS * clock.DAY)
    about = [one for one in await list_tagged(tx, description.topics, first) if one.actor_id != page]
    others = {word: await list_saying(tx, word, first, exactly=True) for word in description.others}
    people_, all_ = at_least(key, {one.author_id for one in mentions}), _posts(key, about, about)
    found = Awareness(
        people=people_,
        posts=len(mentions),
        weeks=count_weeks([one.at for one in mentions], now, await people.find_usual_zone(tx)),
        voices=tuple(await _voices(tx, key, mentions, people_)),
        about=all_,
        shares=(
            awareness.Spoken("", within(_posts(key, about, mentions), all_)),
            *(awareness.Spoken(word, within(_posts(key, about, spoken), all_)) for word, spoken in others.items()),
        ),
    )
    return found, [(one.post_id, one.at) for one in mentions[: awareness.LATEST]]


async def _mentions(tx: Read, page: int, description: Description, since: int) -> list[Spoken]:
    """By its handle, its names (what it is called, until it says others), and links to its site; the newest first."""
    first = first_id_at(since)
    ids = await tx.all(_MENTIONING, place=page, since=since)
    spoken = await list_spoken(tx, ids, first)
    for name in description.names or [(await people.get_actor(tx, page)).shown_name]:
        spoken += await list_saying(tx, name, first, exactly=True)
    about = await people.find_page(tx, page)
    if about is not None and (site := urlsplit(about.website)).netloc:
        spoken += await list_linking(tx, f"{site.scheme}://{site.netloc}", first)
    team = {one.person_id for one in await people.list_team(tx, page)}
    others = {one.post_id: one for one in spoken if one.actor_id != page and one.author_id not in team}
    return sorted(others.values(), key=lambda one: -one.post_id)


async def _voices(tx: Read, key: bytes, mentions: Iterable[Spoken], most: int | None) -> list[Voices]:
    speaking = {one.author_id for one in mentions}
    belonging: defaultdict[int, set[int]] = defaultdict(set)
    for person, numbers in (await _circles_of(tx)).items():
        for number in numbers if person in speaking else ():
            belonging[number].add(person)
    found = [
        Voices(one.number, one.community.labels[:3], told)
        for one in await list_circles(tx)
        if (told := within(at_least(key, belonging[one.number]), most)) is not None
    ]
    return sorted(found, key=lambda one: -one.people)


def _posts(key: bytes, about: Iterable[Spoken], spoken: Iterable[Spoken]) -> int | None:
    """How many posts are in both, at least; None where so few people wrote them that nothing is told."""
    topical = {one.post_id for one in about}
    both = {one.post_id: one.author_id for one in spoken if one.post_id in topical}
    return at_least(key, both) if at_least(key, set(both.values())) is not None else None

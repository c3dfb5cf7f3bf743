"""From reader to loyal fan: of the server, and of each group and page; and the loyalty of each person."""

from itertools import pairwise, product

import msgspec
import numpy as np
from numpy.typing import NDArray

from plausch.groups import queries as groups
from plausch.insights import actions
from plausch.insights.compute.night import Night
from plausch.insights.gather.ledger import Interactions, interactions
from plausch.insights.gather.talk import DAYS_BACK, NEVER, Ids, Talk, first_tie, places, read_joined, talk_of
from plausch.insights.measures import health, loyalty
from plausch.insights.measures.concealing import Counts, conceal
from plausch.insights.measures.graph import Ints
from plausch.insights.measures.health import NONE
from plausch.insights.measures.loyalty import BEGINNING, REACTION, TALK, VERSION, VISIT, Doings
from plausch.insights.model.findings import FEWEST, Measure, Result, Scope, ScopeKind
from plausch.insights.model.loyalty import FEW, MOVES, Cohort, Loyalties, Loyalty, Move, Stage, tell_some
from plausch.insights.queries.greeting import list_greeted
from plausch.kernel import clock
from plausch.people import queries as people
from plausch.people.model import Relation
from plausch.talk.model import InteractionKind

Flags = NDArray[np.bool_]
_REACTIONS = (InteractionKind.LIKE, InteractionKind.SHARE)
#: Stages are compared over so many steps of so many days.
_STEPS, _STEP = 3, 28 * clock.DAY
#: Whoever answers somebody who came within this time answers a newcomer.
_NEW = 30 * clock.DAY
#: What happens to newcomers in the first of these times is held against what they do between the others.
_EARLY, _LATER, _LATEST = 14 * clock.DAY, 28 * clock.DAY, 56 * clock.DAY


async def compute(night: Night) -> None:
    talk = await talk_of(night)
    since = night.now - DAYS_BACK * clock.DAY
    for scope in night.scopes:
        if scope.kind is ScopeKind.BOARD:
            continue
        there, joined = talk.within(scope), await read_joined(night.database, talk, scope)
        doings = doings_of(there, await interactions(night, scope, since), joined)
        found = find_loyalties(there, doings, joined, night.now)
        if found.people >= FEWEST:
            happened = await _happened(night, talk, scope, there, joined)
            found = msgspec.structs.replace(found, moves=_moves(there, doings, joined, happened, night.now))
        for measure, results in (
            (Measure.LOYALTIES, [Result[msgspec.Struct](0, found)]),
            (Measure.LOYALTY, _own(there, doings, night.now)),
        ):
            await actions.keep_finding(night.database, scope.id, measure, results, method=VERSION, as_of=night.now)
    async with night.database.write() as tx:
        for measure in (Measure.LOYALTIES, Measure.LOYALTY):
            await actions.drop_older(tx, measure, night.now)


def doings_of(talk: Talk, done: Interactions, joined: Ids) -> Doings:
    """What everybody did in a scope, as themselves."""
    said, visits = talk.said, talk.visits
    own = np.flatnonzero((said.writer != NONE) & (said.speaker == said.writer))
    parent = said.posts.parent[own]
    partner: Ints = np.where(parent != NONE, said.writer[parent], NONE).astype(np.int32)
    age = said.posts.at[own] - np.where(partner != NONE, joined[partner], NEVER)
    welcomes = (partner != NONE) & (partner != said.writer[own]) & (age >= 0) & (age < _NEW)
    begins = (said.id[own] == said.conversation[own]) | welcomes
    by = places(talk.people, done.source)
    liked = np.flatnonzero((by != NONE) & (done.source != done.target) & np.isin(done.kind, _REACTIONS))
    seen = np.flatnonzero(visits.person != NONE)
    nobody = np.full(len(liked) + len(seen), NONE, dtype=np.int32)
    return Doings(
        np.concatenate([said.writer[own], by[liked], visits.person[seen]]),
        np.concatenate([said.posts.at[own], done.at[liked], visits.week[seen]]),
        np.concatenate(
            [np.where(begins, BEGINNING, TALK), np.full(len(liked), REACTION), np.full(len(seen), VISIT)]
        ).astype(np.int8),
        np.concatenate([partner, nobody]),
    )


def find_loyalties(talk: Talk, doings: Doings, joined: Ids, now: int) -> Loyalties:
    """The stages of everybody; of fewer than five people nothing but how many there are."""
    count = len(talk.people)
    moments = [now - step * _STEP for step in range(_STEPS, -1, -1)]
    stages = [loyalty.find_stages(doings, count, moment).stage for moment in moments]
    people_ = int((stages[-1] > 0).sum())
    if people_ < FEWEST:
        return Loyalties(people=people_)
    months, cohorts = _cohorts(doings, joined, now)
    flows = np.array([loyalty.flows(before, after) for before, after in pairwise(stages)])
    now_there, moved = blur(np.bincount(stages[-1], minlength=len(Stage)), flows)
    return Loyalties(
        people=people_,
        stages=now_there,
        moments=tuple(moments),
        flows=moved,
        cohort_months=months,
        cohorts=cohorts,
        knows_visits=bool((doings.kind == VISIT).any()),
    )


def blur(stages: Counts, flows: Counts) -> tuple[tuple[int, ...], tuple[tuple[tuple[int, ...], ...], ...]]:
    """Where it is a few, how many is not told, nor what tells that: the whole is known, whoever comes to a stage goes
    on from there, and in the end they are there now."""
    kinds, steps = len(Stage), len(flows)
    flows = flows.copy()
    # Who neither was nor is there is nobody's business, and everybody else of this server.
    flows[:, Stage.AWAY, Stage.AWAY] = 0
    place = kinds + np.arange(flows.size).reshape(flows.shape)
    sums = np.zeros((1 + steps * (kinds - 1), kinds + flows.size))
    sums[0, Stage.READER : kinds] = 1
    for number, (step, stage) in enumerate(product(range(steps), range(Stage.READER, kinds)), 1):
        sums[number, place[step, :, stage]] = 1
        sums[number, place[step + 1, stage] if step + 1 < steps else [stage]] = -1
    counts = np.concatenate([stages, flows.ravel()])
    told = np.where(conceal(counts, sums, FEWEST), FEW, counts)
    moved = told[kinds:].reshape(flows.shape).tolist()
    return tuple(told[:kinds].tolist()), tuple(tuple(tuple(row) for row in step) for step in moved)


def _cohorts(doings: Doings, joined: Ids, now: int) -> tuple[int, tuple[Cohort, ...]]:
    """By month; by quarter where no month has people enough. Who joined before the time looked at is not among them."""
    recent = np.flatnonzero((joined > now - DAYS_BACK * clock.DAY) & (joined <= now))
    number = np.full(len(joined) + 1, NONE, dtype=np.int32)
    number[recent] = np.arange(len(recent), dtype=np.int32)
    theirs = number[doings.person] != NONE
    own = Doings(number[doings.person[theirs]], doings.at[theirs], doings.kind[theirs], doings.partner[theirs])
    for months in (1, 3):
        found = tuple(
            Cohort(since, size, tuple(_share(share, size) for share in active))
            for since, size, active in loyalty.cohorts(joined[recent], own, now, months)
            if size >= FEWEST and active
        )
        if found:
            break
    return months, found


def _share(share: float, people: int) -> float:
    """As it is told."""
    return share if tell_some(round(share * people), people) != FEW else float(FEW)


async def _happened(night: Night, talk: Talk, scope: Scope, there: Talk, joined: Ids) -> dict[str, tuple[Flags, Flags]]:
    """By what happened: to whom it did in their first days, and to whom it could have."""
    said, count = there.said, len(talk.people)
    until = np.where(joined == NEVER, 0, joined) + _EARLY
    waited = health.first_answers(said.posts, said.writer != NONE)
    mine = np.flatnonzero(said.writer != NONE)
    early = mine[said.posts.at[mine] < until[said.writer[mine]]]
    in_time = early[(said.posts.at + waited)[early] < until[said.writer[early]]]
    found = {"answered": (_marked(said.writer[in_time], count), _marked(said.writer[early], count))}
    async with night.database.read() as tx:
        if scope.kind is ScopeKind.SERVER:
            ties = await people.list_ties(tx, Relation.MEMBER, await groups.list_open_groups(tx))
            at = first_tie(talk, *(np.array([one[place] for one in ties], dtype=np.int64) for place in (0, 2)))
            found["joined_group"] = (at < until, np.ones(count, dtype=np.bool_))
        greeted = await list_greeted(tx, scope.id)
        if greeted:
            at = first_tie(talk, *(np.array(column, dtype=np.int64) for column in zip(*greeted, strict=True)))
            found["greeted"] = (at < until, np.ones(count, dtype=np.bool_))
    return found


def _marked(person: Ints, count: int) -> Flags:
    found = np.zeros(count, dtype=np.bool_)
    found[person] = True
    return found


def _moves(
    talk: Talk, doings: Doings, joined: Ids, happened: dict[str, tuple[Flags, Flags]], now: int
) -> tuple[Move, ...]:
    """Who did something a month later, by what had happened to them at the beginning."""
    known = joined != NEVER
    came = np.where(known, joined, 0)
    newcomers = known & (came > now - DAYS_BACK * clock.DAY) & (came <= now - _LATEST)
    after = doings.at - came[doings.person]
    later = (doings.kind != VISIT) & (after >= _LATER) & (after < _LATEST)
    active = _marked(doings.person[later], len(talk.people))
    found = []
    for what in MOVES:
        if what not in happened:
            continue
        did, could = happened[what]
        having, lacking = newcomers & could & did, newcomers & could & ~did
        others = int((newcomers & ~could).sum())
        if having.sum() >= FEWEST and lacking.sum() >= FEWEST and not 0 < others < FEWEST:
            found.append(Move(what, *_told(having, active), *_told(lacking, active)))
    return tuple(found)


def _told(who: Flags, active: Flags) -> tuple[int, int]:
    """How many they are, and how many of them were active, as it is told."""
    people_ = int(who.sum())
    return people_, tell_some(int((who & active).sum()), people_)


def _own(talk: Talk, doings: Doings, now: int) -> list[Result[msgspec.Struct]]:
    """Of each person, for that person; in no order that would be a ranking."""
    found = loyalty.find_stages(doings, len(talk.people), now)
    return [
        Result(
            int(talk.people[place]),
            Loyalty(
                int(found.stage[place]),
                int(found.active_weeks[place]),
                int(found.partners[place]),
                round(float(found.loyalty[place]), 1),
                bool(found.begins[place]),
            ),
            number,
        )
        for number, place in enumerate(np.flatnonzero(found.stage > 0).tolist(), 1)
    ]

"""Measures against their definitions by brute force, against igraph, and on networks whose answer is known."""

import igraph
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from plausch.insights.measures import communities, cores, graph, pagerank, standing, suggestions
from plausch.insights.measures.graph import contacts, interactions
from tests.insights.networks import conversation, dense, famous, undirected, with_ring

DAY = 86_400


@st.composite
def networks(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, float]]]:
    people = draw(st.integers(1, 9))
    node = st.integers(0, people - 1)
    return people, draw(st.lists(st.tuples(node, node, st.sampled_from([0.0, 0.5, 1.0, 3.0, 40.0])), max_size=30))


def matrix_of(people: int, edges: list[tuple[int, int, float]], *, log: bool) -> sp.csr_array:
    source, target, amount = np.array(edges, dtype=float).reshape(-1, 3).T
    return interactions(source.astype(np.int32), target.astype(np.int32), amount, people, log=log)


@given(networks(), st.booleans())
def test_interactions_are_added_up_and_nobody_turns_to_themselves(
    network: tuple[int, list[tuple[int, int, float]]], log: bool
) -> None:
    people, edges = network
    expected = np.zeros((people, people))
    for source, target, amount in edges:
        expected[source, target] += amount * (source != target)
    found = matrix_of(people, edges, log=log)
    assert dense(found) == pytest.approx(np.log1p(expected) if log else expected)
    assert found.nnz == np.count_nonzero(expected), "what is not there takes no room"
    both = contacts(found)
    assert dense(both.matrix) == pytest.approx(dense(found) + dense(found).T)
    assert both.degree.tolist() == np.count_nonzero(expected + expected.T, axis=1).tolist()


def test_an_interaction_counts_half_after_ninety_days() -> None:
    left = graph.decayed(np.array([4.0, 4.0, 4.0]), np.array([0.0, 90 * DAY, 180 * DAY]))
    assert left.tolist() == [4, 2, 1]


@given(networks())
def test_esteem_is_pagerank_as_defined(network: tuple[int, list[tuple[int, int, float]]]) -> None:
    people, edges = network
    matrix = matrix_of(people, edges, log=False)
    weights = dense(matrix)
    out = weights.sum(axis=1, keepdims=True)
    chances = np.where(out > 0, weights / np.where(out > 0, out, 1), 1 / people)
    # The stationary distribution, solved for and not iterated to.
    exact = np.linalg.solve(np.eye(people) - 0.85 * chances.T, np.full(people, 0.15 / people))
    assert np.abs(pagerank.pagerank(matrix) - exact).sum() < 1e-7


def test_esteem_is_what_igraph_says() -> None:
    source, target, amount = conversation(4_000, 20, seed=5)
    matrix = interactions(source, target, amount, 4_000)
    rows = np.repeat(np.arange(4_000), np.diff(matrix.indptr))
    network = igraph.Graph(n=4_000, edges=np.column_stack([rows, matrix.indices]), directed=True)
    expected = np.array(network.pagerank(weights=matrix.data.tolist(), damping=0.85))
    assert np.abs(pagerank.pagerank(matrix) - expected).sum() < 1e-6


@pytest.mark.parametrize(("name", "best"), [("Zachary", 0.4198), ("Frucht", None), ("Petersen", None)])
def test_communities_reach_the_best_modularity(name: str, best: float | None) -> None:
    network = famous(name)
    found = communities.find_communities(network, runs=50, seed=2)
    exact = igraph.Graph.Famous(name).community_optimal_modularity().modularity if best is None else best
    assert found.modularity == pytest.approx(exact, abs=1e-4)
    sizes = np.bincount(found.community)
    assert (np.diff(sizes) <= 0).all(), "the largest comes first"


def test_planted_communities_are_found_and_kept() -> None:
    camp = np.array([0] * 120 + [1] * 80)
    likely = np.where(camp[:, None] == camp[None, :], 0.5, 0.01)
    source, target = np.nonzero(np.random.default_rng(1).random((200, 200)) < likely)
    network = contacts(interactions(source.astype(np.int32), target.astype(np.int32), np.ones(len(source)), 200))
    found = communities.find_communities(network, seed=1, runs=5)
    assert found.community.tolist() == camp.tolist()
    again = communities.find_communities(network, seed=9, runs=1, previous=found.community)
    assert again.community.tolist() == camp.tolist()


def test_the_same_seed_gives_the_same_communities() -> None:
    source, target, amount = conversation(800, 6, seed=1)
    network = contacts(interactions(source, target, amount, 800))
    one, other = (communities.find_communities(network, seed=4, runs=1) for _ in range(2))
    assert one.community.tolist() == other.community.tolist()
    finer = communities.find_communities(network, seed=4, runs=1, resolution=8)
    assert finer.count > one.count


def test_somebody_belongs_wherever_a_fifth_of_their_weight_is() -> None:
    # Two triangles, and 6 between them with three contacts here and one there; 7 knows nobody.
    edges = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (6, 0), (6, 1), (6, 2), (6, 3)]
    source, target = np.array(edges, dtype=np.int32).T
    network = contacts(interactions(source, target, np.ones(len(edges)), 8, log=False))
    partition = communities.Partition(np.array([0, 0, 0, 1, 1, 1, 0, 2], dtype=np.int32), 0)
    found = communities.belonging(network, partition)
    by_person: dict[int, list[tuple[int, float]]] = {}
    for person, community, share in zip(found.person.tolist(), found.community.tolist(), found.share, strict=True):
        by_person.setdefault(person, []).append((community, round(float(share), 3)))
    assert by_person[6] == [(0, 0.75), (1, 0.25)]
    assert by_person[3] == [(1, 0.667), (0, 0.333)]
    assert by_person[0] == [(0, 1)]
    assert by_person[7] == [(2, 1)], "whoever is alone belongs to themselves"


@given(networks())
@settings(max_examples=60)
def test_suggestions_are_resource_allocation_as_defined(network: tuple[int, list[tuple[int, int, float]]]) -> None:
    people, edges = network
    both = contacts(matrix_of(people, edges, log=True))
    near = [set(both.neighbours(person).tolist()) for person in range(people)]
    expected = {
        (one, other): sum(1 / len(near[common]) for common in near[one] & near[other])
        for one in range(people)
        for other in range(people)
    }
    everybody = suggestions.suggest_to_all(both, most=3)
    for person in range(people):
        new = {
            other: expected[person, other] for other in range(people) if other != person and other not in near[person]
        }
        best = sorted((score for score in new.values() if score), reverse=True)[:3]
        one = suggestions.suggest(both, person, most=3)
        assert one.score == pytest.approx(best)
        assert [new[other] for other in one.other.tolist()] == pytest.approx(best)
        mine = everybody.person == person
        assert everybody.score[mine] == pytest.approx(best)
        assert [new[other] for other in everybody.other[mine].tolist()] == pytest.approx(best)
    pairs = np.array(list(expected), dtype=np.int32)
    found = suggestions.score_pairs(both, pairs[:, 0], pairs[:, 1])
    assert found == pytest.approx(list(expected.values()), abs=1e-9)


@given(networks(), st.integers(1, 3))
@settings(max_examples=60)
def test_suggestions_by_the_nearest_contacts_alone(
    network: tuple[int, list[tuple[int, int, float]]], nearest: int
) -> None:
    people, edges = network
    both = contacts(matrix_of(people, edges, log=True))
    near = [set(both.neighbours(person).tolist()) for person in range(people)]
    found = suggestions.suggest_to_all(both, most=people, nearest=nearest)
    matrix = both.matrix.toarray()
    for person in range(people):
        strongest = sorted(near[person], key=lambda other: (-matrix[person, other], other))[:nearest]
        expected = {
            other: sum(1 / len(near[common]) for common in strongest if other in near[common])
            for other in range(people)
            if other != person and other not in near[person]
        }
        mine = found.person == person
        got = dict(zip(found.other[mine].tolist(), found.score[mine].tolist(), strict=True))
        assert got == pytest.approx({other: score for other, score in expected.items() if score})


def test_pairs_without_a_common_contact_are_told_apart_by_how_far_they_are() -> None:
    network = undirected(igraph.Graph.Ring(10, circular=False))
    two, three, four = suggestions.score_pairs(
        network, np.array([0, 0, 0], dtype=np.int32), np.array([2, 3, 4], dtype=np.int32)
    )
    assert two > 0.1
    assert 0 < three < 1e-9
    assert four == 0


def test_hidden_contacts_are_among_the_suggested() -> None:
    """On planted circles, where guessing would find half."""
    people = 600
    source, target, amount = conversation(people, 12, seed=8)
    whole = contacts(interactions(source, target, amount, people))
    pairs = whole.pairs()
    chance = np.random.default_rng(1)
    hidden = chance.random(len(pairs)) < 0.1
    rest = pairs[~hidden]
    seen = contacts(interactions(rest[:, 0], rest[:, 1], np.ones(len(rest)), people))
    others = chance.integers(people, size=(4_000, 2)).astype(np.int32)
    strangers = others[[not whole.matrix[one, other] and one != other for one, other in others]]
    right = suggestions.score_pairs(seen, *pairs[hidden].T)
    wrong = suggestions.score_pairs(seen, *strangers.T)
    better = (right[:, None] > wrong[None, :]).mean() + (right[:, None] == wrong[None, :]).mean() / 2
    assert better > 0.8


def test_cores_of_a_clique_with_a_tail() -> None:
    network = igraph.Graph.Full(6)
    network.add_vertices(3)
    network.add_edges([(5, 6), (6, 7)])
    assert cores.cores(undirected(network)).tolist() == [5] * 6 + [1, 1, 0]


def test_spread_is_shrunk_to_the_community() -> None:
    author, size = np.array([0, 0, 1], dtype=np.int32), np.array([1, 100, 10], dtype=np.int32)
    mean = np.log(1_000) / 3
    expected = [(np.log(100) + 5 * mean) / 7, (np.log(10) + 5 * mean) / 6, mean]
    assert standing.spread(author, size, 3) == pytest.approx(expected)


def test_bridging_counts_people_of_each_community_once() -> None:
    # Four of community 0 and one of community 1 turn to 0; the half of all that is in 0 has all its voices.
    source = np.array([1, 2, 3, 4, 7, 7], dtype=np.int32)
    matrix = interactions(source, np.zeros(6, dtype=np.int32), np.array([1.0, 9, 1, 1, 1, 1]), 8)
    community = np.array([0, 0, 0, 0, 0, 0, 1, 1], dtype=np.int32)
    assert standing.bridging(matrix, community).tolist() == [2 + 1, 0, 0, 0, 0, 0, 0, 0]


def test_standing_asks_for_all_parts() -> None:
    esteem, bridging = np.array([0.5, 0.4, 0.1]), np.array([0.0, 4.0, 8.0])
    found = standing.standing([None, esteem, bridging])
    assert found == pytest.approx([0, np.sqrt(0.8 * 0.5), np.sqrt(0.2 * 1)])
    assert standing.ranked(found, esteem).tolist() == [1, 2, 0]
    assert standing.standing([esteem]) == pytest.approx(esteem / 0.5), "the mean is over what there is"


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize(("puppets", "bought"), [(20, 10), (50, 3), (100, 10)])
def test_a_ring_of_puppets_raises_nobody(puppets: int, bought: int, log: bool) -> None:
    people = 6_000
    network = with_ring(conversation(people, 8, seed=2), people, puppets, bought, seed=3)
    everybody = people + 1 + puppets
    matrix = interactions(*network, everybody, log=log)
    received = np.bincount(network[1], weights=network[2], minlength=everybody)
    assert (received > received[people]).sum() < 20, "by loudness alone the target is on top"
    partition = communities.find_communities(contacts(matrix), runs=1)
    esteem = pagerank.pagerank(matrix)
    found = standing.standing([esteem, standing.bridging(matrix, partition.community)])
    ring = set(range(people, everybody))
    order = standing.ranked(found, esteem).tolist()
    assert not ring & set(order[:60])
    assert len(ring & set(order[:600])) <= 2

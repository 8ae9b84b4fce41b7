"""Plans: where everything lies."""

from dataclasses import replace

import numpy as np
import pytest
from learn.fused.checks import DOMAIN, heads, layout, lookups, network, numerical_lookups

from tprog.errors import BadInput, TprogError
from tprog.learn.build import NetworkSizes, network_layout
from tprog.learn.fused import tape
from tprog.learn.fused.draft import Plan, weight_offsets
from tprog.learn.fused.plan import make_plan
from tprog.learn.network import Network


def planned(found: Network, positions: int = 6) -> Plan:
    """Return a network's plan."""
    return make_plan(found, positions, DOMAIN.alphabet)


def test_operations_are_in_the_order_of_the_modules() -> None:
    """Inputs come first, reads before the modules that use them, and the classifier last."""
    plan = planned(network(layout(heads(), heads(numerical=True), numerical_lookups())))
    kinds = plan.operations[:, tape.KIND].tolist()
    assert kinds == [
        *(tape.HOT, tape.PLACE, tape.ONE),
        *(tape.READ, tape.ATTEND),
        *(tape.READ, tape.READ, tape.COUNT),
        *(tape.READ, tape.CLAMP, tape.CLAMP, tape.PERCEIVE),
        tape.VOTE,
    ]


def test_gates_over_the_same_candidates_are_read_at_once() -> None:
    """Query, key and value of a categorical group are one operation, a numerical group's value is another."""
    plan = planned(network(layout(heads(2), heads(3, numerical=True))))
    rows = plan.operations[plan.operations[:, tape.KIND] == tape.READ][:, tape.ROWS]
    assert rows.tolist() == [6, 6, 3]


def test_every_choice_is_relaxed_once() -> None:
    """Gates, predicates, tables and embeddings are choices; votes and perceptrons are not."""
    found = network(layout(heads(), lookups(hidden=0), lookups(), embeddings=1))
    plan = planned(found)
    chosen = [
        weight
        for name, weight in found.named_parameters()
        if not any(part in name for part in ("votes", "network"))
    ]
    offsets = weight_offsets(found)
    assert sorted(plan.choices[:, 0].tolist()) == sorted(offsets[weight] for weight in chosen)
    sizes = plan.choices[:, 1] * plan.choices[:, 2]
    assert sizes.sum() == sum(weight.numel() for weight in chosen)


def test_variables_do_not_overlap() -> None:
    """Behind the flags of valid positions each variable has its own vectors, and saved values follow."""
    found = Network(network_layout(DOMAIN, ("x", "y"), NetworkSizes(layers=2)))
    plan = planned(found, 5)
    votes = plan.operations[-1]
    segments = plan.places[votes[tape.SEGMENT_LIST] :]
    segments = segments[: votes[tape.SEGMENTS] * tape.SEGMENT_COLUMNS].reshape(
        -1, tape.SEGMENT_COLUMNS
    )
    taken: list[int] = list(range(5))
    for rows, begin, step, _ in segments.tolist():
        for place in plan.places[begin : begin + rows].tolist():
            taken += range(place, place + 5 * step, step)
    assert len(set(taken)) == len(taken) == max(taken) + 1
    assert plan.values > len(taken)


def test_slopes_take_less_room_than_values() -> None:
    """What one module's backward pass needs is used anew by the next."""
    deep = planned(Network(network_layout(DOMAIN, ("x",), NetworkSizes(layers=6))))
    flat = planned(Network(network_layout(DOMAIN, ("x",), NetworkSizes(layers=3))))
    assert deep.slopes - flat.slopes < (deep.values - flat.values) / 3


def test_places_begin_by_counting() -> None:
    """The lists follow the numbers from 0 up, at least as many as any matrix has rows."""
    found = network(layout(lookups(hidden=70), heads(20)))
    places = planned(found).places
    np.testing.assert_array_equal(places[:70], np.arange(70))


def test_sequences_beyond_the_greatest_length_are_refused() -> None:
    """A network has no value for a seventh position."""
    with pytest.raises(TprogError, match="7 tokens"):
        planned(network(layout(heads())), 7)


def test_heads_that_learn_scores_are_refused() -> None:
    """Learned scores have no kernels; the message names the engine that has them."""
    sizes = NetworkSizes(layers=1, score_heads=1)
    found = Network(network_layout(DOMAIN, ("x", "y"), sizes))
    with pytest.raises(TprogError, match="use the torch engine"):
        planned(found)


def test_unknown_words_are_refused() -> None:
    """A closed vocabulary has no value for another word."""
    with pytest.raises(BadInput, match="stranger"):
        make_plan(network(layout(heads())), 6, (*DOMAIN.alphabet, "stranger"))


def test_words_of_an_open_vocabulary_have_frozen_values() -> None:
    """Where tokens speak of more words than the domain's, embeddings are looked up as they are, without a gradient."""
    domain = replace(DOMAIN, unknown="a")
    found = network(layout(heads(), embeddings=1, domain=domain))
    plan = make_plan(found, 6, (*domain.alphabet, "stranger"))
    assert tape.EMBED not in plan.operations[:, tape.KIND]
    plan = make_plan(found, 6, domain.alphabet)
    assert tape.EMBED in plan.operations[:, tape.KIND]

"""From a discretised network to a Program."""

import numpy as np
import pytest
import torch
from learn.samples import inputs, small_network

from tprog.codegen import emit
from tprog.errors import TprogError
from tprog.evaluate import predictions
from tprog.ir import ByScore, CategoricalHead, Constant, NumericalLookup, Provenance, Table
from tprog.learn.build import NetworkSizes
from tprog.learn.extract import extract
from tprog.learn.heads import Heads
from tprog.reader import read_source

SHAPES = [
    NetworkSizes(layers=2),
    NetworkSizes(layers=2, values=9, cap=3, rows="set"),
    NetworkSizes(layers=1, causal=True, hidden=8),
    NetworkSizes(layers=2, causal_heads=2, embeddings=2, numerical_heads=0, numerical_lookups=0),
    NetworkSizes(layers=2, hidden=0, numerical_heads=2, numerical_lookups=0),
    NetworkSizes(layers=2, categorical_heads=1, score_heads=3, causal_heads=1, values=8),
]


@pytest.mark.parametrize("sizes", SHAPES)
@pytest.mark.parametrize("pooled", [False, True])
def test_program_and_network_agree_on_every_input(sizes: NetworkSizes, pooled: bool) -> None:
    """The extracted Program predicts what the exact network predicts, on the whole domain."""
    for seed in range(4):
        network = small_network(seed, sizes, pooled=pooled)
        program = extract(network)
        for batch in inputs():
            np.testing.assert_array_equal(predictions(program, batch), network.predict(batch))


def test_a_key_that_cannot_occur_becomes_an_empty_row() -> None:
    """A row that wants a value beyond the key's values matches nothing, and says so."""
    network = small_network(0, NetworkSizes(layers=1, values=8))
    head = network.modules_in_order()[0]
    assert isinstance(head, Heads)
    with torch.no_grad():
        # Variable 0 is the tokens, which take 5 of the network's 8 values.
        head.query[0] = torch.tensor([1.0, 0.0])
        head.key[0] = torch.tensor([1.0, 0.0])
        head.predicate[0] = 0.0
        head.predicate[0, :, 7] = 1.0
        head.predicate[0, 2, 3] = 2.0
    found = extract(network).operations[0]
    assert isinstance(found, CategoricalHead)
    assert found.predicate == Table(((), (), (3,), (), ()))


def test_learned_scores_become_ranks_of_keys_that_all_match() -> None:
    """A head that learns scores takes any key, ranked as in each row of its weights; the emitted file holds the ranks."""
    sizes = NetworkSizes(layers=1, categorical_heads=0, score_heads=1, numerical_heads=0, values=8)
    network = small_network(0, sizes)
    head = network.modules_in_order()[0]
    assert isinstance(head, Heads)
    with torch.no_grad():
        head.query[0] = torch.tensor([1.0, 0.0])
        head.key[0] = torch.tensor([1.0, 0.0])
        head.predicate[0, 2] = torch.tensor([0.5, -1.0, 7.0, 0.6, 0.1, 0.2, 9.0, -9.0])
    program = extract(network)
    found = program.operations[0]
    assert isinstance(found, CategoricalHead)
    assert found.predicate == Constant(True)
    assert isinstance(found.tie, ByScore)
    assert found.tie.scores[2] == (2, 0, 4, 3, 1)
    assert read_source(emit(program)) == program


def test_modules_are_named_by_layer_and_number() -> None:
    """Display names follow the paper's order: kind, layer, number."""
    names = extract(small_network(0)).names
    assert names[:3] == ("tokens", "positions", "ones")
    assert names[3:5] == ("attn_0_0", "attn_0_1")
    assert names[-1] == "num_mlp_1_1"


def test_numerical_look_ups_stop_at_what_can_be_reached() -> None:
    """A look-up over the constant 1 is capped at 1, one over a count at the cap of the network."""
    program = extract(small_network(1, NetworkSizes(layers=2, cap=4)))
    lookups = [found for found in program.operations if isinstance(found, NumericalLookup)]
    ones = 2
    assert {
        cap
        for lookup in lookups
        for variable, cap in zip(lookup.arguments, lookup.caps, strict=True)
        if variable == ones
    } == {1}
    assert {cap for lookup in lookups for cap in lookup.caps} == {1, 4}


def test_real_weights_are_refused() -> None:
    """A network whose classifier is not made of integers is refused in one line."""
    network = small_network(0)
    with torch.no_grad():
        network.votes.mul_(0.37)
    with pytest.raises(TprogError, match="not discretised"):
        extract(network)


def test_provenance_is_carried() -> None:
    """What is said of the origin stands in the Program."""
    assert extract(small_network(0), Provenance("mine")).provenance.title == "mine"

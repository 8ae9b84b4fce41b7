"""A Program as a network, and back."""

import numpy as np
import pytest
import torch
from hypothesis import given
from learn.samples import inputs, small_network
from strategies import programs

from tprog.codegen import emit
from tprog.errors import TprogError
from tprog.evaluate import all_inputs, encode, predictions
from tprog.evaluate.inputs import Batch
from tprog.ir import (
    ByScore,
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    NumericalLookup,
    Positions,
    Program,
    Provenance,
    Table,
    TextRule,
    Tokens,
)
from tprog.learn.conversion import extract, to_network
from tprog.learn.heads import Heads
from tprog.learn.layout import NetworkSizes
from tprog.reader import read_source


def inputs_of(program: Program) -> list[Batch]:
    """Return every input of a Program; an open vocabulary is sampled with strangers among its words."""
    domain = program.domain
    if domain.unknown is None:
        return list(all_inputs(domain))
    longest = domain.max_length or 1
    words = [*domain.symbols, "stranger", "Aa1"]
    rows = [
        [words[(start + place * step) % len(words)] for place in range(length)]
        for length in range(domain.min_length, longest + 1)
        for start in range(len(words))
        for step in (0, 1, 2, 3)
    ]
    return [batch for _, batch in encode(domain, rows)]


@given(programs())
def test_network_predicts_what_the_program_predicts(program: Program) -> None:
    """On every input the exact network and the evaluator agree, at every position."""
    network = to_network(program)
    for batch in inputs_of(program):
        np.testing.assert_array_equal(network.predict(batch), predictions(program, batch))


@given(programs())
def test_extracting_the_network_gives_the_behaviour_back(program: Program) -> None:
    """A Program and what is extracted from its network predict the same on every input, with the same structure."""
    extracted = extract(to_network(program))
    for batch in inputs_of(program):
        np.testing.assert_array_equal(predictions(extracted, batch), predictions(program, batch))
    assert extracted.inputs == program.inputs
    assert [type(found) for found in extracted.operations] == [
        type(found) for found in program.operations
    ]
    assert [found.reads for found in extracted.operations] == [
        found.reads for found in program.operations
    ]
    assert extracted.layers == program.layers


@given(programs(bounded=False))
def test_a_program_without_end_is_built_for_a_length(program: Program) -> None:
    """A Program without a greatest length is refused in one line, and translated exactly for a given length."""
    with pytest.raises(TprogError, match="max_length"):
        to_network(program)
    with pytest.raises(TprogError, match="below"):
        to_network(program, max_length=program.domain.min_length - 1)
    longest = program.domain.min_length + 1
    network = to_network(program, max_length=longest)
    domain = program.domain
    rows = [
        [domain.symbols[(start + place) % len(domain.symbols)] for place in range(length)]
        for length in range(domain.min_length, longest + 1)
        for start in range(len(domain.symbols))
    ]
    for _, batch in encode(domain, rows):
        np.testing.assert_array_equal(network.predict(batch), predictions(program, batch))


def test_a_vote_beyond_a_float64_is_refused() -> None:
    """A vote of 2^53 or more is refused in one line."""
    domain = Domain(("a",), 2)
    votes = CategoricalVotes(0, ((2**53,), (0,)))
    with pytest.raises(TprogError, match="too large for a network"):
        to_network(Program(domain, (Tokens(),), (), Classifier(("x",), (votes,))))


def test_a_huge_predicate_is_refused() -> None:
    """A predicate over two large vocabularies is refused before any memory is taken."""
    symbols = tuple(f"w{number}" for number in range(10_000))
    head = CategoricalHead(0, 0, 0, Compare("=="))
    program = Program(Domain(symbols, 2), (Tokens(),), (head,), Classifier(("x",), ()))
    with pytest.raises(TprogError, match="weights, more than"):
        to_network(program)


def test_text_rules_see_words_outside_the_vocabulary() -> None:
    """A rule over text reads an unknown word itself, as the evaluator does."""
    rule = TextRule("suffix", FiniteValues(("ed", "other")), 1, 2)
    votes = CategoricalVotes(0, ((1, 0), (0, 1)))
    program = Program(
        Domain(("walk", "<unk>"), 3, unknown="<unk>"),
        (rule, Positions()),
        (),
        Classifier(("past", "present"), (votes,)),
    )
    network = to_network(program)
    ((_, batch),) = encode(program.domain, [["walked", "walk"]])
    assert [network.prediction_labels[label] for label in network.predict(batch)[0]] == [
        "present",
        "past",
        "present",
    ]


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

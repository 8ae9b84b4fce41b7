"""A Program and the network made from it."""

import numpy as np
import pytest
from hypothesis import given
from strategies import programs

from tprog.errors import TprogError
from tprog.evaluate import all_inputs, encode, predictions
from tprog.evaluate.inputs import Batch
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Compare,
    Domain,
    FiniteValues,
    Positions,
    Program,
    TextRule,
    Tokens,
)
from tprog.learn.extract import extract
from tprog.learn.to_network import to_network


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

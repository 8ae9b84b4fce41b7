"""Votes on arrays: joint tables, narrow sums, forced labels."""

import numpy as np
import pytest
from hypothesis import given
from strategies import programs

from tprog.errors import InvalidProgram
from tprog.evaluate import all_inputs, encode, evaluate, prediction_labels
from tprog.evaluate.evaluator import WordReader
from tprog.evaluate.prepared import prepare
from tprog.evaluate.vote_sums import Voting, force, largest_sum, make_voting, read_weights
from tprog.ir import (
    CategoricalVotes,
    Classifier,
    Constant,
    Domain,
    NumericalHead,
    NumericalVotes,
    Ones,
    Positions,
    Program,
    Tokens,
)

DOMAIN = Domain(("a", "b"), 3, suffix="</s>")


def voting_program(classifier: Classifier) -> Program:
    """Return a Program whose variable 3 counts all positions."""
    everything = NumericalHead(0, 0, 2, Constant(True))
    return Program(DOMAIN, (Tokens(), Positions(), Ones()), (everything,), classifier)


def voting_at(
    program: Program, length: int, labels: list[int], inputs: int, narrow: bool
) -> Voting:
    """Return the classifier of a Program at a length."""
    return make_voting(prepare(program, length), read_weights(program), labels, inputs, narrow)


VOTES = (
    CategoricalVotes(0, ((1, 2), (3, 4), (5, 6), (7, 8))),
    CategoricalVotes(1, ((10, 0), (20, 0), (30, 0), (40, 0), (50, 0))),
    NumericalVotes(2, (100, 0)),
    NumericalVotes(3, (1000, -1000)),
)


@pytest.mark.parametrize("inputs", [1, 100, 100_000])
@pytest.mark.parametrize("narrow", [False, True])
def test_sums_do_not_depend_on_how_votes_are_joined(inputs: int, narrow: bool) -> None:
    """Joint tables and narrow integers give the sums of single votes."""
    program = voting_program(Classifier(("p", "q"), VOTES))
    prepared = prepare(program, 4)
    voting = voting_at(program, 4, [0, 1], inputs, narrow)
    batch = encode(DOMAIN, ["ab"])[0][1]
    columns = prepared.columns(WordReader(program).tables(batch, prepared.code), batch.indices.T)
    sums = voting.sums(columns, 4, 1)
    assert sums[:, 0].tolist() == [
        [4111, -3998],
        [4123, -3996],
        [4135, -3994],
        [4147, -3992],
    ]
    assert sums.dtype == (np.int32 if narrow else np.int64)
    assert len(voting.groups) + len(voting.linear) == (4 if inputs == 1 else len(voting.groups))


def test_many_inputs_join_votes() -> None:
    """With many inputs, what is the same for all inputs is joined, and so is the rest."""
    program = voting_program(Classifier(("p", "q"), VOTES))
    voting = voting_at(program, 4, [0, 1], 100_000, narrow=True)
    assert [group.variables for group in voting.groups] == [(1, 2), (0, 3)]
    assert not voting.linear


def test_large_numbers_vote_per_unit() -> None:
    """A variable that reaches far gets no table of its votes, however many inputs there are."""
    domain = Domain(("a",), None)
    heads = tuple(NumericalHead(0, 0, 2 + layer, Constant(True)) for layer in range(3))
    classifier = Classifier(("p", "q"), (NumericalVotes(5, (3, 0)),))
    program = Program(domain, (Tokens(), Positions(), Ones()), heads, classifier)
    voting = voting_at(program, 1000, [0, 1], 100_000, narrow=True)
    assert [variable for variable, _ in voting.linear] == [5]
    assert not voting.groups


def test_chosen_labels_are_summed_alone() -> None:
    """Only the labels that can win need to be summed."""
    program = voting_program(Classifier(("p", "q"), VOTES, masked=(0,)))
    prepared = prepare(program, 4)
    voting = voting_at(program, 4, [1], 10, narrow=True)
    batch = encode(DOMAIN, ["ab"])[0][1]
    columns = prepared.columns(WordReader(program).tables(batch, prepared.code), batch.indices.T)
    assert voting.labels.tolist() == [1]
    assert voting.sums(columns, 4, 1)[:, 0, 0].tolist() == [-3998, -3996, -3994, -3992]


@given(program=programs())
def test_no_sum_exceeds_its_bound(program: Program) -> None:
    """The bound of the sums holds on every input."""
    if program.domain.unknown is not None:
        return
    for batch in all_inputs(program.domain):
        length = batch.indices.shape[1]
        bound = largest_sum(prepare(program, length), read_weights(program))
        assert abs(evaluate(program, batch).sums).max() <= bound


def test_wide_sums_are_not_narrowed() -> None:
    """Sums that may not fit 32 bits are kept in 64, those that may not fit 64 are refused."""
    wide = voting_program(Classifier(("p", "q"), (NumericalVotes(3, (2**29, 0)),)))
    assert voting_at(wide, 4, [0, 1], 9, narrow=True).kind == np.int64
    assert voting_at(wide, 3, [0, 1], 9, narrow=True).kind == np.int32
    huge = voting_program(Classifier(("p", "q"), (NumericalVotes(3, (2**61, 0)),)))
    assert voting_at(huge, 3, [0, 1], 9, narrow=True).kind == np.int64
    with pytest.raises(InvalidProgram, match="could exceed 64 bits at length 4"):
        voting_at(huge, 4, [0, 1], 9, narrow=True)


def test_pooling_multiplies_the_bound() -> None:
    """Pooled sums are added over positions, and their bound with them."""
    classifier = Classifier(("p", "q"), (NumericalVotes(2, (-7, 0)),), pooled=True)
    program = voting_program(classifier)
    assert largest_sum(prepare(program, 5), read_weights(program)) == 35


def test_forced_labels_follow_the_classifiers() -> None:
    """Predictions speak of the classifier's labels, then of forced labels that are none of them."""
    classifier = Classifier(("p", "q"), (), first="<s>", last="q")
    program = voting_program(classifier)
    assert prediction_labels(program) == ("p", "q", "<s>")
    predictions = np.zeros((2, 4), dtype=np.int64)
    force(program, predictions)
    assert predictions.tolist() == [[2, 0, 0, 1]] * 2

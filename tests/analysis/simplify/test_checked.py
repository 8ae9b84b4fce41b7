"""Tests of the checked passes: alone, and the search over all of them."""

from dataclasses import replace

import numpy as np
import pytest
from effort import scaled
from example_programs import hist_program, reverse_program
from hypothesis import given, settings
from hypothesis import strategies as st
from simplifying import closed_programs, exact_trials, same_predictions

from tprog.analysis.simplify.acceptance import Acceptance
from tprog.analysis.simplify.checked import CHECKED, CheckedPass
from tprog.analysis.simplify.cost import cost
from tprog.analysis.simplify.passes.lookups import filled, from_rules
from tprog.analysis.simplify.passes.modules import put_in_modules, with_modules
from tprog.analysis.simplify.passes.predicates import symbolic
from tprog.analysis.simplify.passes.vote_weights import counted, shrink_votes
from tprog.analysis.simplify.pruning import with_votes
from tprog.analysis.simplify.simplify import simplify
from tprog.evaluate.cover import cover_sets
from tprog.ir import (
    CategoricalVotes,
    Classifier,
    Compare,
    FiniteValues,
    NumericalVotes,
    Ones,
    Program,
)
from tprog.reader import read_source


def with_own_modules(program: Program, acceptance: Acceptance) -> Program:
    """Put in a Program's own modules once more."""
    return put_in_modules(program, acceptance, program)


PASSES = dict.fromkeys([*(found for _, found, _ in CHECKED), shrink_votes, with_own_modules])


@pytest.mark.parametrize("found", PASSES)
@settings(max_examples=scaled(15))
@given(program=closed_programs(max_operations=4, max_inputs=40))
def test_a_checked_pass_keeps_every_prediction(found: CheckedPass, program: Program) -> None:
    """It keeps all predictions, gives the same result each time, and never makes a Program longer."""
    trials = exact_trials(program)
    changed = found(program, trials)
    assert trials.settle() == changed
    assert same_predictions(program, changed)
    assert cost(changed) <= cost(program)
    assert found(program, exact_trials(program)) == changed


def test_a_shift_is_found_where_enough_rows_follow_it() -> None:
    """Three live rows that want the key before their query make it `query - 1`; two of many do not."""
    values = FiniteValues((0, 1, 2, 3))
    rows: list[tuple[int, ...]] = [(3,), (0,), (1,), (2,)]
    assert symbolic(values, values, rows, [1, 2, 3])[0] == Compare("==", 1, -1)
    assert symbolic(values, values, [(3,), (0,), (0,), (3,)], [0, 1, 2, 3]) == []


def test_rules_spell_out_the_table_that_they_came_from() -> None:
    """Entries that are read are kept; the others make the table short."""
    table = np.array([[0, 1, 1], [2, 1, 1]])
    read = np.array([[True, True, False], [True, False, True]])
    found = filled(table, read)
    assert (found[read] == table[read]).all()
    rules, default = cover_sets(table.tolist(), 4)
    assert (from_rules(rules, default, (2, 3)) == table).all()


def test_large_votes_become_small() -> None:
    """Votes a thousand times too large are written as small ones."""
    program = hist_program()
    large = CategoricalVotes(4, tuple(tuple(777 * (r == c) for c in range(5)) for r in range(5)))
    program = with_votes(program, [large])
    found = shrink_votes(program, exact_trials(program))
    votes = found.classifier.votes[0]
    assert isinstance(votes, CategoricalVotes)
    assert max(max(row) for row in votes.weights) == 4
    assert same_predictions(program, found)


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-30, 30)), min_size=2, max_size=6))
def test_one_number_decides_by_plain_votes(lines: list[tuple[int, int]]) -> None:
    """Whatever the votes for a count were, plain ones choose the same label for every count."""
    program = hist_program()
    labels = tuple("abcdef"[: len(lines)])
    votes = (
        NumericalVotes(2, tuple(bias for _, bias in lines)),
        NumericalVotes(3, tuple(slope for slope, _ in lines)),
    )
    program = replace(
        program, operations=program.operations[:1], classifier=Classifier(labels, votes)
    )
    found = counted(program)
    assert found is not None
    assert same_predictions(program, found)


def test_a_label_for_each_count_gets_squares() -> None:
    """Twice the number for each unit, less its square: the nearest number wins."""
    program = hist_program()
    wide = tuple(10 * place for place in range(4))
    votes = (NumericalVotes(2, (0, -5, -20, -45)), NumericalVotes(3, wide))
    classifier = Classifier(("0", "1", "2", "3"), votes)
    program = replace(program, operations=program.operations[:1], classifier=classifier)
    found = counted(program)
    assert found is not None
    assert {vote.weights for vote in found.classifier.votes} == {(0, 2, 4, 6), (0, -1, -4, -9)}


def test_several_variables_have_no_plain_votes() -> None:
    """Only one number alone is written like that."""
    assert counted(hist_program()) is None


def long_hist() -> Program:
    """Return a `hist` that says each count by a look-up of its own."""
    program = hist_program()
    lookup = program.operations[1]
    first = len(program.variables)
    zeros = tuple((0,) * len(program.classifier.labels) for _ in lookup.values.values)  # type: ignore[union-attr]
    more = tuple(replace(lookup, name=f"again_{n}") for n in range(3))
    votes = tuple(CategoricalVotes(first + n, zeros) for n in range(3))
    classifier = replace(program.classifier, votes=(*program.classifier.votes, *votes))
    return replace(program, operations=(*program.operations, *more), classifier=classifier)


@given(closed_programs(), closed_programs())
def test_added_modules_change_nothing(program: Program, other: Program) -> None:
    """A Program with the modules of another one gives the same labels, where the two can be put together."""
    both = with_modules(program, other)
    if program.domain == other.domain:
        assert both is not None
    if both is not None:
        assert len(both.operations) == len(program.operations) + len(other.operations)
        assert same_predictions(program, both)


@given(closed_programs())
def test_modules_mean_what_they_meant(program: Program) -> None:
    """A Program that takes the modules and votes of another one alone is the other one."""
    bare = replace(program, operations=(), inputs=program.inputs[:1])
    bare = replace(bare, classifier=replace(program.classifier, votes=()))
    both = with_modules(bare, program)
    assert both is not None
    number = {n: both.inputs.index(found) for n, found in enumerate(program.inputs)}
    votes = tuple(
        replace(
            vote,
            variable=number.get(
                vote.variable, vote.variable - len(program.inputs) + len(both.inputs)
            ),
        )
        for vote in program.classifier.votes
    )
    assert same_predictions(
        replace(both, classifier=replace(both.classifier, votes=votes)), program
    )


def test_modules_of_another_program_replace_longer_ones() -> None:
    """A count of equal tokens stands for whatever answered the same, and the file says where it comes from."""
    other = hist_program()
    wordy = long_hist()
    program = replace(
        wordy,
        operations=tuple(
            replace(found, name=f"own_{number}") for number, found in enumerate(wordy.operations)
        ),
    )
    found = simplify(program, other=other)
    assert same_predictions(program, found.program)
    assert len(found.program.operations) == 1
    assert read_source_again(found.program) == found.program


def read_source_again(program: Program) -> Program:
    """Return what is read from the file of a Program."""
    from tprog.codegen import emit

    return read_source(emit(program))


def test_programs_on_other_sequences_do_not_help() -> None:
    """Nothing is taken from a program that is defined on something else."""
    program = hist_program()
    assert with_modules(program, reverse_program(("a", "b"))) is None
    trials = exact_trials(program)
    assert put_in_modules(program, trials, reverse_program(("a", "b"))) == program


def test_an_input_that_is_missing_is_added() -> None:
    """Modules that add up ones bring these along, and the own modules still read what they read."""
    other = hist_program()
    votes = CategoricalVotes(0, tuple((n, 1, 0, 0, 0) for n in range(len(other.finite_values(0)))))
    classifier = replace(other.classifier, votes=(votes,))
    program = replace(other, inputs=other.inputs[:1], operations=(), classifier=classifier)
    both = with_modules(program, other)
    assert both is not None
    assert any(isinstance(found, Ones) for found in both.inputs)
    assert same_predictions(program, both)
    assert [found.name for found in both.operations] == [o.name for o in other.operations]

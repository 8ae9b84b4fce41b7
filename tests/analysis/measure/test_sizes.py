"""Sizes, the variables that reach a vote, and how strongly they vote."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from example_programs import hist_program, large_program, reverse_program
from hypothesis import given
from hypothesis import strategies as st
from strategies import programs

from tprog.analysis.measure.sizes import (
    Sizes,
    file_lines,
    live_variables,
    silent,
    sizes,
    swing,
    swings,
)
from tprog.evaluate import all_inputs, predictions
from tprog.ir import (
    CategoricalHead,
    CategoricalVotes,
    Classifier,
    Constant,
    NumericalHead,
    NumericalVotes,
    Program,
    Table,
    Votes,
)


def test_hand_written_programs_have_the_sizes_that_one_counts() -> None:
    """Modules, cases, entries and votes are counted as a reader would."""
    assert sizes(reverse_program()) == Sizes(
        layers=2,
        heads=2,
        numerical_heads=0,
        lookups=1,
        numerical_lookups=0,
        live=3,
        dead=0,
        branches=1 + 6 + 1,
        entries=36,
        votes=5,
    )
    assert sizes(hist_program()) == Sizes(1, 0, 1, 0, 1, 2, 0, 1 + 5, 4, 5)


def test_a_table_has_a_case_for_every_different_row() -> None:
    """Rows that want the same keys are one case; each counts as an entry."""
    program = reverse_program()
    head = program.operations[0]
    assert isinstance(head, CategoricalHead)
    tabled = replace(head, predicate=Table(((4,), (4,), (), (1, 2), (4,))))
    changed = replace(program, operations=(tabled, *program.operations[1:]))
    assert sizes(changed).branches == sizes(program).branches + 2
    assert sizes(changed).entries == sizes(program).entries + 5


def test_parts_without_a_path_to_the_votes_are_dead() -> None:
    """A Program without votes has only dead parts."""
    program = large_program(2, 4, 2)
    silent = replace(program, classifier=replace(program.classifier, votes=()))
    assert (sizes(silent).live, sizes(silent).dead, sizes(silent).votes) == (0, 12, 0)


@given(programs(None))
def test_every_module_is_counted_once(program: Program) -> None:
    """Kinds add up to the modules, and so do live and dead ones."""
    found = sizes(program)
    kinds = found.heads + found.numerical_heads + found.lookups + found.numerical_lookups
    assert kinds == found.modules == len(program.operations)
    assert found.branches >= found.modules
    assert found.layers == len(set(program.layers)) or found.layers > len(set(program.layers))


def test_lines_are_those_of_the_file_less_its_votes() -> None:
    """Vote tables do not count, however they are written; everything else does, blank lines included."""
    source = "import sys\n\nVOTES: object = {\n    1: 2,\n}\nUNIT_VOTES = [\n]\nx = 1\n"
    assert file_lines(source) == 3
    assert sizes(hist_program(), source).lines == 3
    assert sizes(hist_program()).lines is None
    assert file_lines("def (:") is None


def test_a_chain_of_reads_ends_at_the_votes() -> None:
    """What the voting variable reads is live, through every module on the way."""
    assert live_variables(reverse_program()) == {0, 1, 3, 4, 5}
    assert live_variables(hist_program()) == {0, 2, 3, 4}


def test_votes_that_are_all_zero_reach_nothing() -> None:
    """Zero weights do not keep a variable alive; equal ones that are not zero do."""
    assert silent(CategoricalVotes(0, ((0, 0), (0, 0))))
    assert not silent(CategoricalVotes(0, ((1, 1), (1, 1))))
    assert silent(NumericalVotes(0, (0, 0)))
    program = reverse_program()
    votes = (CategoricalVotes(5, ((0,) * 5,) * 5),)
    quiet = replace(program, classifier=replace(program.classifier, votes=votes))
    assert live_variables(quiet) == frozenset()


@given(st.data())
def test_dead_heads_can_be_changed_without_an_effect(data: st.DataObject) -> None:
    """Whatever a dead head attends to, no prediction changes."""
    program = data.draw(programs().filter(lambda p: p.domain.unknown is None))
    live = live_variables(program)
    operations = tuple(
        replace(operation, predicate=Constant(data.draw(st.booleans())))
        if number not in live and isinstance(operation, CategoricalHead | NumericalHead)
        else operation
        for number, operation in enumerate(program.operations, len(program.inputs))
    )
    changed: Program = replace(program, operations=operations)
    for batch in all_inputs(program.domain):
        assert np.array_equal(predictions(program, batch), predictions(changed, batch))


@pytest.mark.parametrize(
    ("vote", "moved"),
    [
        (CategoricalVotes(0, ((10, 0), (0, 10))), 20),
        (CategoricalVotes(0, ((10, 0), (10, 0))), 0),
        (CategoricalVotes(0, ((5, 5), (-7, -7))), 0),
        (CategoricalVotes(0, ((3,), (9,))), 0),
        (NumericalVotes(0, (4, -3, 1)), 7),
        (NumericalVotes(0, (4, 4)), 0),
    ],
)
def test_swing_is_what_one_label_can_gain_on_another(vote: Votes, moved: int) -> None:
    """Votes that are the same for all values, or for all labels, move nothing."""
    assert swing(vote) == moved


def test_labels_that_cannot_win_do_not_count() -> None:
    """A masked label's votes are left out."""
    assert swing(CategoricalVotes(0, ((90, 1, 0), (0, 0, 1))), masked=(0,)) == 2
    assert swing(NumericalVotes(0, (90, 1, 0)), masked=(0,)) == 1


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(-50, 50), min_size=width, max_size=width), min_size=1, max_size=5
        )
    )
)
def test_swing_agrees_with_its_definition(rows: list[list[int]]) -> None:
    """The fast form equals the largest change over all pairs of values and labels."""
    labels = range(len(rows[0]))
    expected = max(
        (one[a] - one[b]) - (other[a] - other[b])
        for one, other in product(rows, repeat=2)
        for a, b in product(labels, repeat=2)
    )
    assert swing(CategoricalVotes(0, tuple(map(tuple, rows)))) == expected


def test_swings_name_every_voting_variable() -> None:
    """A variable without votes has no measure."""
    votes = (CategoricalVotes(0, ((0, 0), (3, 0))), NumericalVotes(2, (1, 0)))
    assert swings(Classifier(("a", "b"), votes)) == {0: 3, 2: 1}

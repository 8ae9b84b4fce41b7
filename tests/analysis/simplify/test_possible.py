"""Tests of the abstract interpretation."""

import numpy as np
from example_programs import reverse_program
from hypothesis import given
from simplifying import closed_programs

from tprog.analysis.simplify.possible import possible
from tprog.evaluate import evaluate_domain
from tprog.evaluate.reach import reachable
from tprog.ir import Domain, Positions, Program


@given(closed_programs())
def test_everything_that_occurs_is_possible(program: Program) -> None:
    """On no input does a variable have a value that is called impossible where it stands."""
    found = possible(program)
    for _, evaluation in evaluate_domain(program):
        for variable, values in enumerate(evaluation.values):
            sets = found.values[variable]
            if sets is not None:
                for position in range(values.shape[1]):
                    row = sets[position if len(sets) > 1 else 0]
                    assert row[values[:, position]].all()
            elif variable in found.numbers:
                low, high = found.numbers[variable]
                assert values.min() >= low
                assert high is None or values.max() <= high
        for variable in found.selves:
            copied = program.variables[variable].reads[-1]  # type: ignore[union-attr]
            assert (evaluation.values[variable] == evaluation.values[copied]).all()


@given(closed_programs())
def test_every_entry_that_is_read_is_possible(program: Program) -> None:
    """On no input is an entry or a box used that is called impossible."""
    found, counts = possible(program), reachable(program)
    first = len(program.inputs)
    for variable, entries in (*found.entries.items(), *found.boxes.items()):
        used = np.asarray(counts.rows[variable - first]) > 0
        assert not (used & ~np.asarray(entries)).any()


def test_the_frame_stands_where_it_stands() -> None:
    """The prefix is possible at the first position alone, the suffix after the shortest data."""
    program = reverse_program(("a", "b"), 3)
    tokens = possible(program).values[0]
    assert tokens is not None
    assert tokens.astype(int).tolist() == [
        [1, 0, 0, 0],
        [0, 1, 1, 0],
        [0, 1, 1, 1],
        [0, 1, 1, 1],
        [0, 0, 0, 1],
    ]


def test_positions_without_an_end_are_not_known() -> None:
    """Of a program for any length nothing is claimed about positions."""
    program = reverse_program()
    endless = Program(Domain(("a",), None), (Positions(),), (), program.classifier)
    assert possible(endless).values == [None]

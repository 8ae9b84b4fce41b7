"""Tests of what the classifier sees."""

import numpy as np
from example_programs import hist_program, reverse_program
from simplifying import exact_trials

from tprog.analysis.simplify.demand import make_demand
from tprog.analysis.simplify.rows import gather, rows_of


def test_equal_places_are_one_row() -> None:
    """Rows are distinct, and their counts add up to all wanted labels."""
    program = hist_program()
    demand = make_demand(program)
    assert demand is not None
    rows = gather(program, demand)
    assert rows.counts.sum() == demand.wanted
    both = np.column_stack([rows.values, rows.labels])
    assert len(np.unique(both, axis=0)) == len(both) < demand.wanted


def test_few_variables_cannot_tell_all_labels_apart() -> None:
    """From tokens alone `reverse` cannot be known; from the reversed tokens it can."""
    program = reverse_program()
    demand = make_demand(program)
    assert demand is not None
    rows = gather(program, demand)
    assert rows.mistakes_at_least([0]) > 0
    assert rows.mistakes_at_least([len(program.variables) - 1]) == 0
    assert (
        rows.mistakes_at_least([])
        == rows.counts.sum() - np.bincount(rows.labels, weights=rows.counts).max()
    )


def test_a_bench_has_the_same_rows() -> None:
    """Where the sample is everything, rows come out the same either way."""
    program = reverse_program()
    trials = exact_trials(program)
    one, other = gather(program, trials.demand), rows_of(program, trials.bench)
    assert sorted(map(tuple, one.values.tolist())) == sorted(map(tuple, other.values.tolist()))
    assert one.sizes == other.sizes

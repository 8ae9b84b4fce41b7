"""Tests of learning votes."""

from time import monotonic

import numpy as np
from example_programs import hist_program, reverse_program

from tprog.analysis.simplify.demand import make_demand
from tprog.analysis.simplify.fit import Fitter
from tprog.analysis.simplify.rows import gather
from tprog.ir import Program


def fitter(program: Program, allowed: int = 0, deadline: float | None = None) -> Fitter:
    """Return what fits votes to a Program's own predictions."""
    demand = make_demand(program)
    assert demand is not None
    labels = len(program.classifier.labels)
    return Fitter(gather(program, demand), labels, (), allowed, deadline)


def test_votes_are_found_where_they_exist() -> None:
    """The look-up's values name the label, so votes of it alone win everywhere."""
    fit = fitter(hist_program())
    votes = fit.fit([4])
    assert votes is not None
    assert votes.variables == (4,)
    assert (fit.margins(fit.last) > 0).all()


def test_a_count_can_vote_per_unit() -> None:
    """Labels in the order of a number can be told apart by lines of rising slope."""
    assert fitter(hist_program()).fit([3]) is not None


def test_none_are_found_where_there_are_none() -> None:
    """Tokens do not say how often they occur."""
    assert fitter(hist_program()).fit([0]) is None


def test_mistakes_may_be_allowed() -> None:
    """With enough mistakes allowed tokens are as good as anything."""
    program = reverse_program()
    rows = fitter(program).rows
    needed = rows.mistakes_at_least([0, 1])
    assert fitter(program, allowed=needed // 2).fit([0, 1]) is None
    assert fitter(program, allowed=int(rows.counts.sum())).fit([0, 1]) is not None


def test_nothing_is_fitted_after_the_deadline() -> None:
    """A fit that has no time left gives nothing."""
    fit = fitter(hist_program(), deadline=monotonic() - 1)
    assert fit.over
    assert fit.fit([4]) is None
    assert np.all(fit.last == 0)

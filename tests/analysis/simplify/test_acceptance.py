"""Tests of trying changes on few inputs and checking them on all."""

from dataclasses import replace

import pytest
from example_programs import hist_program, identity_votes
from simplifying import exact_trials

from tprog.analysis.simplify import acceptance as room
from tprog.analysis.simplify.acceptance import Acceptance
from tprog.analysis.simplify.demand import make_demand
from tprog.analysis.simplify.pruning import with_votes
from tprog.ir import Program


def without(program: Program, count: int) -> Program:
    """Return a `hist` that answers 0 instead of one count."""
    rows = list(identity_votes(4, 7).weights)
    rows[count] = rows[0]
    return with_votes(program, [replace(identity_votes(4, 7), weights=tuple(rows))])


def test_a_change_that_shows_is_not_accepted() -> None:
    """The sample is everything here, so nothing wrong passes."""
    program = hist_program(longest=6)
    trials = exact_trials(program)
    assert trials.whole
    assert not trials.accepts(without(program, 1))
    assert trials.accepts(without(program, 0))
    assert trials.settle() == without(program, 0)


def test_a_change_that_shows_rarely_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a small sample lets pass is found on all inputs, learned from, and refused from then on."""
    monkeypatch.setattr(room, "QUICK", 2)
    monkeypatch.setattr(room, "THOROUGH", 3)
    monkeypatch.setattr(room, "CLOSE", 1)
    program = hist_program(longest=6)
    trials = exact_trials(program)
    trials.begin(program)
    wrong = without(program, 6)
    # Only three inputs of 1,092 have a symbol six times.
    assert trials.accepts(wrong)
    assert trials.settle() == program
    assert not trials.accepts(wrong)


def test_votes_are_fitted_only_when_asked() -> None:
    """A change that other votes make up for passes with them."""
    program = hist_program(longest=4)
    rows = list(identity_votes(4, 5).weights)
    swapped = with_votes(program, [replace(identity_votes(4, 5), weights=(*rows[1:], rows[0]))])
    trials = exact_trials(program)
    assert trials.accepted(swapped) is None
    trials.begin(program, refitting=True)
    found = trials.accepted(swapped)
    assert found is not None
    assert trials.demand.holds(found)


def test_no_time_is_no_change() -> None:
    """After the deadline nothing is accepted any more."""
    program = hist_program(longest=4)
    demand = make_demand(program)
    assert demand is not None
    trials = Acceptance(program, demand, seconds=0)
    assert trials.over
    assert not trials.accepts(program)


def test_marks_lead_back() -> None:
    """What was accepted since a mark can be taken back."""
    program = hist_program(longest=4)
    trials = exact_trials(program)
    mark = trials.mark()
    assert trials.accepts(replace(program, provenance=program.provenance))
    trials.back(mark)
    assert trials.settle() == program

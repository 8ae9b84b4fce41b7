"""Tests of the contracts."""

from dataclasses import replace

import pytest
from example_programs import hist_program, identity_votes, reverse_program

from tprog.analysis.simplify import demand as room
from tprog.analysis.simplify.demand import make_demand
from tprog.analysis.simplify.pruning import with_votes
from tprog.errors import UsageError
from tprog.ir import Domain, Program
from tprog.tasks.registry import get_task


def spoiled() -> Program:
    """Return a `hist` that answers 1 for everything that occurs at most once, and 0 else."""
    program = hist_program(("0", "1", "2"))
    weights = [list(row) for row in identity_votes(4, 5).weights]
    weights[3] = weights[0]
    votes = replace(identity_votes(4, 5), weights=tuple(map(tuple, weights)))
    return with_votes(program, [votes])


def test_exact_wants_what_the_program_says() -> None:
    """Every scored label is wanted, right or wrong."""
    program = spoiled()
    demand = make_demand(program)
    assert demand is not None
    assert demand.exhaustive
    assert demand.allowed == demand.missed == 0
    assert demand.count == 3 + 9 + 27 + 81
    assert demand.holds(program)
    good = hist_program(("0", "1", "2"))
    assert not demand.holds(good)
    assert demand.counterexamples(good, 5)
    assert demand.mistakes(good) > 0


def test_correct_wants_right_answers_and_accuracy_as_many() -> None:
    """A better program holds under the weaker contracts, which count only right answers."""
    program, good = spoiled(), hist_program(("0", "1", "2"))
    task = get_task("hist:vocabulary=5,length=5")
    correct = make_demand(program, "correct", task)
    accuracy = make_demand(program, "accuracy", task)
    floor = make_demand(program, "accuracy", task, floor=0.5)
    assert correct is not None
    assert accuracy is not None
    assert floor is not None
    assert correct.wanted < accuracy.wanted
    assert correct.holds(good)
    assert accuracy.holds(good)
    assert accuracy.allowed == accuracy.missed == accuracy.wanted - correct.wanted
    assert floor.allowed == accuracy.wanted // 2


def test_a_domain_too_large_is_not_sampled_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without leave to sample there is no demand; with it, it is not exhaustive."""
    program = reverse_program()
    assert make_demand(program, limit=10) is None
    monkeypatch.setattr(room, "FEWEST_SAMPLES", 50)
    monkeypatch.setattr(room, "SAMPLED_SYMBOLS", 50)
    demand = make_demand(program, limit=10, sampled=True)
    assert demand is not None
    assert not demand.exhaustive
    assert demand.count == 50


def test_the_weaker_contracts_need_a_truth() -> None:
    """Without a task, or with one on other symbols, there is nothing to compare with."""
    with pytest.raises(UsageError, match="give a task"):
        make_demand(spoiled(), "correct")
    with pytest.raises(UsageError, match="other symbols"):
        make_demand(hist_program(), "accuracy", get_task("hist:vocabulary=5,length=5"))


def test_an_endless_domain_is_sampled_up_to_a_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inputs have no greatest length, so some are drawn."""
    monkeypatch.setattr(room, "FEWEST_SAMPLES", 40)
    monkeypatch.setattr(room, "SAMPLED_SYMBOLS", 40)
    program = hist_program()
    endless = replace(
        program,
        domain=Domain(program.domain.symbols, None),
        operations=program.operations,
    )
    demand = make_demand(endless, sampled=True)
    assert demand is not None
    assert not demand.exhaustive

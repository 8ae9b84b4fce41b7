"""Verifying a program against the same with one entry changed, on every algorithmic task."""

import numpy as np
import pytest
from fault_injection import plant

from tprog.analysis.prove.verify import verify
from tprog.evaluate import Evaluator, all_inputs
from tprog.evaluate.inputs import scored_positions
from tprog.ir import Program
from tprog.locate import load

# Each with a greatest length at which every input is tried in a moment.
TASKS = {
    "reverse": 5,
    "hist": 5,
    "double_hist": 5,
    "sort": 5,
    "most_freq": 5,
    "dyck1": 15,
}


def first_difference(one: Program, other: Program, up_to: int) -> int | None:
    """Return the least length of an input with another label, by plain enumeration; None where there is none."""
    left, right = Evaluator(one), Evaluator(other)
    for batch in all_inputs(one.domain, up_to):
        differs = left.predictions(batch) != right.predictions(batch)
        if np.any(differs & scored_positions(one.domain, batch)):
            return int(batch.indices.shape[1]) - one.domain.frame_size
    return None


def check(name: str, seeds: range, up_to: int) -> set[str]:
    """Compare the verdict on planted faults with plain enumeration; return the outcomes."""
    program = load(name)
    outcomes: set[str] = set()
    for seed in seeds:
        fault = plant(program, seed)
        assert fault is not None
        shortest = first_difference(fault.program, program, up_to)
        verdict = verify(fault.program, program, limit=400_000, up_to=up_to)
        assert verdict.exhaustive, (name, seed)
        assert verdict.outcome == ("equal" if shortest is None else "different"), (name, seed)
        outcomes.add(verdict.outcome)
        if verdict.counterexample is None:
            continue
        tokens = verdict.counterexample.tokens
        assert len(tokens) == shortest, (name, seed)
        # The scalar interpreter agrees that this is a counterexample.
        wrong, right = (tuple(p.run(list(tokens))) for p in (fault.program, program))
        assert wrong != right
        assert (wrong, right) == (verdict.counterexample.got, verdict.counterexample.expected)
    return outcomes


@pytest.mark.parametrize(("name", "up_to"), TASKS.items())
def test_a_changed_entry_is_found_by_a_shortest_input(name: str, up_to: int) -> None:
    """Where a change alters a prediction the shortest input that shows it is given; otherwise the verdict is equal."""
    assert "different" in check(name, range(8), up_to)


@pytest.mark.slow
@pytest.mark.parametrize("name", TASKS)
def test_every_changed_entry_is_found_on_the_whole_domain(name: str) -> None:
    """The same for a hundred changes on all inputs."""
    longest = load(name).domain.max_length
    assert longest is not None
    assert check(name, range(100), longest) == {"different", "equal"}


def test_a_changed_entry_of_dyck2_is_found_or_left_open() -> None:
    """A domain of a thousand million inputs is never called equal; a difference that is found is a real one."""
    program = load("dyck2")
    outcomes = set()
    for seed in range(8):
        fault = plant(program, seed)
        assert fault is not None
        verdict = verify(fault.program, program, limit=20_000)
        outcomes.add(verdict.outcome)
        if verdict.counterexample is not None:
            tokens = list(verdict.counterexample.tokens)
            assert fault.program.run(tokens) != program.run(tokens)
    assert outcomes == {"different", "unknown"}

"""Tracing finds planted faults, and is quick: the figures that the README states."""

import time
from dataclasses import dataclass

import numpy as np
import pytest
from example_programs import large_program
from fault_injection import Fault, plant, plant_predicate

from tprog.analysis.explain.trace import (
    LabelledExample,
    LabelledExamples,
    given_examples,
    task_examples,
    trace_errors,
)
from tprog.analysis.explain.trace.running import evaluated
from tprog.analysis.explain.trace.tracing import trace_observed
from tprog.evaluate import predict
from tprog.ir import Program
from tprog.locate import load
from tprog.tasks.registry import get_task
from tprog.tasks.task import draw_uniform

TASKS = ("sort", "double_hist", "most_freq", "dyck2")
PLANTS = 25  # for each task, of those that make an example fail
EXAMPLES = 2000
# Programs whose heads compare, and changed comparisons of each.
COMPARING = ("sort", "reverse", "hist", "double_hist", "most_freq", "induction")
PREDICATES = 20


@dataclass
class Tally:
    """How often a planted fault was found.

    Attributes:
        plants: faults that made at least one example fail.
        part: ranked first, as a part.
        branch: ranked first, as the very branch that was changed.
        confirmed: found, and its repair puts every error right and breaks nothing.
    """

    plants: int = 0
    part: int = 0
    branch: int = 0
    confirmed: int = 0


def failing_plants(name: str) -> list[tuple[Fault, LabelledExamples]]:
    """Return random faults in a gallery program that make at least one of 2,000 examples fail, with the examples."""
    program, task = load(name), get_task(name)
    found: list[tuple[Fault, LabelledExamples]] = []
    seed = 0
    while len(found) < PLANTS:
        fault = plant(program, seed)
        assert fault is not None
        examples = task_examples(fault.program, task, EXAMPLES, seed)
        if any(seen.wrong.any() for seen in evaluated(examples)):
            found.append((fault, examples))
        seed += 1
    return found


@pytest.mark.slow
def test_a_planted_fault_is_ranked_first() -> None:
    """Of 100 random faults over four tasks, at least 90 are ranked first, as part and as branch, and confirmed."""
    tallies: dict[str, Tally] = {}
    kinds: dict[str, Tally] = {"head": Tally(), "look-up": Tally(), "votes": Tally()}
    for name in TASKS:
        tallies[name] = Tally()
        for fault, examples in failing_plants(name):
            found, failures = trace_observed(examples, evaluated(examples))
            first = found.suspects[0]
            for tally in (tallies[name], kinds[fault.branch.part.kind]):
                tally.plants += 1
                tally.part += first.branch.part == fault.branch.part
                if first.branch != fault.branch:
                    continue
                tally.branch += 1
                assert first.repair is not None
                gain = first.repair.gain
                tally.confirmed += len(gain.fixed) == len(failures) and not gain.broken
            if first.branch != fault.branch:
                print(f"missed: {name}, {fault.text}")
    for title, tally in {**tallies, **kinds}.items():
        print(
            f"{title}: {tally.plants} plants, part first {tally.part}, "
            f"branch first {tally.branch}, confirmed {tally.confirmed}"
        )
    plants = sum(tally.plants for tally in tallies.values())
    confirmed = sum(tally.confirmed for tally in tallies.values())
    print(f"all: {confirmed} of {plants} ranked first and confirmed")
    assert plants == PLANTS * len(TASKS)
    assert confirmed >= 0.9 * plants


@pytest.mark.slow
def test_a_planted_comparison_is_ranked_first_as_one() -> None:
    """Of comparisons changed as a whole, at least 95 of 100 are ranked first as a whole, and confirmed, with one cause."""
    total, first, causes = 0, 0, 0
    for name in COMPARING:
        program, task = load(name), get_task(name)
        faults = {
            fault.text: fault for seed in range(60) if (fault := plant_predicate(program, seed))
        }
        for seed, fault in enumerate(list(faults.values())[:PREDICATES]):
            examples = task_examples(fault.program, task, EXAMPLES, seed)
            found, failures = trace_observed(examples, evaluated(examples))
            if not failures:
                continue
            total += 1
            causes += len(found.causes) == 1
            suspect = found.suspects[0]
            good = suspect.branch == fault.branch and suspect.net == len(failures)
            first += good
            if not good:
                print(f"missed: {name}, {fault.text}")
    print(
        f"{first} of {total} comparisons ranked first and confirmed, {causes} with a single cause"
    )
    assert total >= 50
    assert first >= 0.95 * total


@pytest.mark.slow
def test_running_emitted_code_ranks_the_same() -> None:
    """With emitted code under coverage, as `tprog trace` runs it, the same branch is ranked first."""
    for name in TASKS:
        fault, examples = first_failing_plant(name)
        traced = trace_errors(examples, "/planted.py")
        found, _ = trace_observed(examples, evaluated(examples))
        assert [one.branch for one in traced.suspects] == [one.branch for one in found.suspects]
        assert traced.suspects[0].branch == fault.branch


def first_failing_plant(name: str) -> tuple[Fault, LabelledExamples]:
    """Return one fault of `failing_plants`, with 200 examples."""
    program, task = load(name), get_task(name)
    for seed in range(100):
        fault = plant(program, seed)
        assert fault is not None
        examples = task_examples(fault.program, task, 200, seed)
        if any(seen.wrong.any() for seen in evaluated(examples)):
            return fault, examples
    raise AssertionError(f"no fault in {name} makes an example fail")


@pytest.mark.slow
def test_two_thousand_examples_of_three_layers_are_traced_in_time() -> None:
    """A program of three layers with eight heads and four look-ups each is traced in under 30 seconds of processor time."""
    program = large_program()
    fault = next(
        found
        for seed in range(100)
        if (found := plant(program, seed)) is not None and _differs(program, found)
    )
    drawn = sorted(set(draw_uniform(program.domain, np.random.default_rng(0), 3 * EXAMPLES)))
    tokens = drawn[:EXAMPLES]
    labels = predict(program, tokens)
    examples = given_examples(
        fault.program,
        (LabelledExample(one, tuple(right)) for one, right in zip(tokens, labels, strict=True)),
        "the sound program",
    )
    start, wall = time.process_time(), time.monotonic()
    traced = trace_errors(examples, "/planted.py")
    took, passed = time.process_time() - start, time.monotonic() - wall
    print(
        f"{len(examples):,} examples, {len(program.operations)} modules, {traced.failing:,} errors: "
        f"{took:.1f} s of processor time, {passed:.1f} s"
    )
    assert len(examples) == EXAMPLES
    assert traced.failing
    assert took < 30


def _differs(program: Program, fault: Fault) -> bool:
    """Tell whether a fault changes an answer on a few inputs."""
    tokens = draw_uniform(program.domain, np.random.default_rng(1), 500)
    return predict(program, tokens) != predict(fault.program, tokens)

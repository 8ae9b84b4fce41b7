"""Tests of the search for failing inputs."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from strategies import domains
from tracing import SPEC, every_input, faulty_hist, sound_hist

from tprog.analysis.explain.cells import Part, branch_text, branches, content, with_content
from tprog.analysis.explain.trace.examples import LabelledExamples
from tprog.analysis.explain.trace.fuzz import Tokens, find_errors, mutant
from tprog.analysis.explain.trace.running import evaluated
from tprog.ir import Domain, Rectangle
from tprog.locate import load
from tprog.tasks.registry import get_task


def failing(examples: LabelledExamples) -> int:
    """Return how many examples get a wrong label."""
    return sum(int(seen.wrong.any(axis=1).sum()) for seen in evaluated(examples))


@given(domains(bounded=True), st.integers(0, 1000))
def test_a_changed_input_stays_in_the_domain(domain: Domain, seed: int) -> None:
    """Whatever is replaced, put in, left out, swapped or joined, the domain takes it."""
    random = np.random.default_rng(seed)
    pool: list[Tokens] = every_input(domain)
    for tokens in pool:
        domain.frame(mutant(domain, tokens, pool, random))


def test_failing_inputs_are_found() -> None:
    """The fault is met, and passing inputs come along to compare with."""
    found = find_errors(faulty_hist(), get_task(SPEC), 300, 0)
    assert len(found) > failing(found) > 0
    assert find_errors(faulty_hist(), get_task(SPEC), 300, 0) == found


def test_a_rare_error_is_found() -> None:
    """An input of seven equal symbols comes once in 300,000 draws; the search builds it."""
    program = load("hist")
    seven = next(
        branch
        for branch in branches(program, Part(4, "look-up"))
        if branch_text(program, branch) == "equal_tokens >= 7"
    )
    held = content(program, seven)
    assert isinstance(held, Rectangle)
    rare = with_content(program, seven, replace(held, value=(held.value + 1) % 7))
    assert failing(find_errors(rare, get_task("hist"), 20_000, 0)) > 0


def test_a_sound_program_has_no_errors_to_find() -> None:
    """The search ends when its inputs are used up."""
    found = find_errors(sound_hist(), get_task(SPEC), 5000, 0)
    assert failing(found) == 0
    assert len(found) > 0

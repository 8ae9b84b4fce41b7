"""What can be reached is counted on every input, or on random ones, and the result says which."""

from collections import Counter

import numpy as np
import pytest
from effort import scaled
from hypothesis import given, settings
from strategies import programs

from tprog.errors import BadInput
from tprog.evaluate import all_inputs
from tprog.evaluate.reach import reachable
from tprog.evaluate.scalar import interpret
from tprog.ir import (
    CategoricalHead,
    CategoricalLookup,
    Classifier,
    Compare,
    Constant,
    Domain,
    FiniteValues,
    NumericalHead,
    NumericalLookup,
    Ones,
    Positions,
    Program,
    Rectangle,
    Tokens,
)

INPUTS = (Tokens(), Positions(), Ones())
NOTHING = Classifier(("x",), ())


def entry(program: Program, number: int, values: tuple[tuple[int, ...], ...], i: int) -> int:
    """Return which row or entry an operation uses at a position, from the interpreter's values."""
    operation = program.operations[number]
    if isinstance(operation, CategoricalHead | NumericalHead):
        return values[operation.query][i]
    point = [values[argument][i] for argument in operation.arguments]
    if isinstance(operation, CategoricalLookup):
        sizes = [len(program.finite_values(argument)) for argument in operation.arguments]
        return int(np.ravel_multi_index(point, sizes))
    clamped = [min(value, cap) for value, cap in zip(point, operation.caps, strict=True)]
    for box, rectangle in enumerate(operation.rectangles):
        if all(a <= c <= b for c, (a, b) in zip(clamped, rectangle.bounds, strict=True)):
            return box
    return len(operation.rectangles)


@given(program=programs(max_inputs=60))
@settings(max_examples=scaled(80))
def test_counts_are_those_of_the_interpreter(program: Program) -> None:
    """Counts of values, rows and entries are what the scalar interpreter meets on the whole domain."""
    if program.domain.unknown is not None:
        return
    values = [Counter[int]() for _ in program.variables]
    rows = [Counter[int]() for _ in program.operations]
    inputs = 0
    for batch in all_inputs(program.domain):
        for indices in batch.indices.tolist():
            run = interpret(program, tuple(batch.words[index] for index in indices))
            inputs += 1
            for counter, entries in zip(values, run.values, strict=True):
                counter.update(entries)
            for number, counter in enumerate(rows):
                counter.update(entry(program, number, run.values, i) for i in range(len(indices)))
    found = reachable(program)
    assert (found.exact, found.inputs) == (True, inputs)
    for counter, counts in zip([*values, *rows], [*found.values, *found.rows], strict=True):
        assert dict(counter) == {
            number: count for number, count in enumerate(counts.tolist()) if count
        }


def test_arrays_cover_what_is_never_reached() -> None:
    """Counts have an entry for every value, row and look-up entry, those that never occur included."""
    names = FiniteValues(("p", "q"))
    program = Program(
        Domain(("a", "b"), 2),
        INPUTS,
        (
            NumericalHead(0, 0, 2, Compare("==")),
            NumericalLookup(
                (3,), names, (5,), (Rectangle(((2, 5),), 1), Rectangle(((4, 4),), 0)), 0
            ),
            CategoricalLookup((4, 0), names, (0, 1) * 3),
        ),
        NOTHING,
    )
    found = reachable(program)
    # a, b, aa, ab, ba, bb: each begins with the prefix.
    assert found.inputs == 6
    assert [counts.tolist() for counts in found.values] == [
        [6, 5, 5],
        [6, 6, 4],
        [0, 16],
        [0, 12, 4],
        [12, 4],
        [11, 5],
    ]
    assert [counts.tolist() for counts in found.rows] == [
        [6, 5, 5],
        [4, 0, 12],
        [6, 3, 3, 0, 2, 2],
    ]


def test_large_domains_are_sampled() -> None:
    """Beyond the limit random inputs are run, the same for the same seed, and the result says so."""
    program = Program(Domain(("a", "b"), 20), INPUTS, (), NOTHING)
    found = reachable(program, limit=1000, samples=300)
    again = reachable(program, limit=1000, samples=300)
    other = reachable(program, limit=1000, samples=300, seed=1)
    assert (found.exact, found.inputs) == (False, 300)
    assert found.values[0].tolist() == again.values[0].tolist() != other.values[0].tolist()
    assert found.values[0][0] == 300


@pytest.mark.parametrize(
    ("domain", "up_to", "exact", "inputs"),
    [
        (Domain(("a", "b"), 4), 2, False, 6),
        (Domain(("a", "b"), 4), 9, True, 30),
        (Domain(("a",), None), None, False, 17),
        (Domain(("a", "b"), None), 3, False, 14),
        (Domain(("a", "b"), 4, unknown="b"), None, False, 50),
    ],
)
def test_only_the_whole_domain_is_exact(
    domain: Domain, up_to: int | None, exact: bool, inputs: int
) -> None:
    """Up to a length, or with an open vocabulary, counts are no proof for the whole domain."""
    found = reachable(Program(domain, INPUTS, (), NOTHING), up_to=up_to, samples=50)
    assert (found.exact, found.inputs) == (exact, inputs)


def test_impossible_lengths_are_refused() -> None:
    """A greatest length below the least is an error."""
    program = Program(Domain(("a", "b"), 5, min_length=3), INPUTS, (), NOTHING)
    with pytest.raises(BadInput, match="the least length is 3"):
        reachable(program, up_to=2)


def test_large_numbers_are_counted_together() -> None:
    """Numbers from 65,536 on share the last entry."""
    heads = tuple(NumericalHead(0, 0, 2 + layer, Constant(True)) for layer in range(2))
    program = Program(Domain(("a",), 299, min_length=299), INPUTS, heads, NOTHING)
    found = reachable(program)
    assert len(found.values[4]) == 65_537
    assert found.values[4][-1] == 300


def test_progress_is_reported() -> None:
    """Progress tells inputs done and in all."""
    seen: list[tuple[int, int]] = []
    program = Program(Domain(("a", "b"), 3), INPUTS, (), NOTHING)
    reachable(program, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2, 14), (6, 14), (14, 14)]

"""Tests of look-ups as formulas."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tprog.codegen.formulas import MOST_POINTS, Formula, formula_of
from tprog.evaluate.cover import cover
from tprog.evaluate.inputs import IntArray
from tprog.ir import FiniteValues, NumericalLookup


def lookup(grid: IntArray) -> NumericalLookup:
    """Return the look-up with these entries and the rectangles of `cover`."""
    boxes, default = cover(grid)
    values = FiniteValues(tuple(range(int(grid.max()) + 1)))
    caps = tuple(size - 1 for size in grid.shape)
    return NumericalLookup(tuple(range(grid.ndim)), values, caps, boxes, default)


def value(formula: Formula, names: dict[str, int]) -> int:
    """Return the value of a formula at a point."""
    scope = {"min": min, "max": max, "__builtins__": {}}
    text = next(
        result for condition, result in formula.cases if eval(condition, scope, dict(names))
    )
    found = eval(text, scope, dict(names))
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        (lambda a, b: np.minimum(a + b, 4), Formula("min(a + b, 4)")),
        (lambda a, b: np.maximum(a - b, 0), Formula("max(a - b, 0)")),
        (lambda a, b: np.maximum(b - a + 1, 0), Formula("max(b + 1 - a, 0)")),
        (lambda a, b: np.maximum(4 - a - b, 0), Formula("max(4 - a - b, 0)")),
        (lambda a, b: 5 * a + b, Formula("5 * a + b")),
        (
            lambda a, b: np.where(a == 0, 7, np.where(b < 2, 9, 9 - a)),
            Formula("9", "b <= 1", "9 - a", ("a == 0", "7")),
        ),
        (lambda a, b: 4 - a + 0 * b, Formula("4 - a")),
        (lambda a, b: np.maximum(a - 2, 0) + 0 * b, Formula("max(a - 2, 0)")),
        (lambda a, b: a * (b == 1), Formula("a", "b == 1", "0")),
        (lambda a, b: a * (b > 0), Formula("a", "b != 0", "0")),
        (lambda a, b: (a == b) * 1, Formula("1", "a == b", "0")),
        (lambda a, b: (a > b) * 1, Formula("1", "a > b", "0")),
        (lambda a, b: np.minimum(a, b), Formula("a", "a < b", "b")),
        (lambda a, b: abs(a - b), Formula("b - a", "a < b", "a - b")),
        (lambda a, b: a * b, None),
        (lambda a, b: a % 3 + 0 * b, Formula("a % 3")),
        (lambda a, b: (a + b + 1) % 2, Formula("(a + b + 1) % 2")),
        (lambda a, b: (b - a) % 4, Formula("(b - a) % 4")),
    ],
)
def test_functions_have_their_plainest_formula(
    function: Callable[[IntArray, IntArray], IntArray], formula: Formula | None
) -> None:
    """Sums, differences and two cases are found; what has none is left to rectangles."""
    a, b = np.indices((5, 5))
    assert formula_of(lookup(function(a, b).astype(np.int64)), ("a", "b")) == formula


@given(
    hnp.arrays(
        np.int64, hnp.array_shapes(min_dims=1, max_dims=2, max_side=4), elements=st.integers(0, 3)
    )
)
def test_a_formula_gives_every_entry(grid: IntArray) -> None:
    """Whatever formula is found, it is right at every point."""
    names = ("a", "b")[: grid.ndim]
    formula = formula_of(lookup(grid), names)
    if formula is not None:
        for point in np.ndindex(grid.shape):
            assert value(formula, dict(zip(names, point, strict=True))) == grid[point]


@given(st.integers(-3, 3), st.sampled_from([(1, 1), (1, -1), (-1, 1)]), st.integers(1, 5))
def test_every_clipped_sum_is_found(step: int, signs: tuple[int, int], top: int) -> None:
    """A sum or difference with a constant, clipped at both ends, is one expression."""
    a, b = np.indices((5, 4))
    grid = np.clip(signs[0] * a + signs[1] * b + step, 0, top)
    formula = formula_of(lookup(grid), ("a", "b"))
    assert formula is not None
    assert formula.condition is None or top == 1 or grid.max() <= 1


def test_other_rectangles_are_not_written_as_formulas() -> None:
    """Reading a formula gives the rectangles of `cover`; a look-up with others keeps them."""
    grid = np.maximum(np.indices((4, 4))[0] - np.indices((4, 4))[1], 0)
    found = lookup(grid)
    turned = NumericalLookup(
        found.arguments,
        found.values,
        found.caps,
        (*found.rectangles, found.rectangles[0]),
        found.default,
    )
    assert formula_of(found, ("a", "b")) is not None
    assert formula_of(turned, ("a", "b")) is None


def test_values_that_are_no_numbers_from_zero_have_no_formula() -> None:
    """The values must be those that reading a formula would find."""
    found = lookup(np.arange(4))
    wide = NumericalLookup(
        (0,), FiniteValues((0, 1, 2, 3, 4)), (3,), found.rectangles, found.default
    )
    assert formula_of(found, ("a",)) == Formula("a")
    assert formula_of(wide, ("a",)) is None


@pytest.mark.parametrize(("most", "formula"), [(MOST_POINTS, True), (MOST_POINTS + 1, False)])
def test_greater_numbers_than_are_read_have_no_formula(most: int, formula: bool) -> None:
    """A formula is only written where it can be read again."""
    found = formula_of(lookup(np.array([0, most, 0, 1])), ("a",))
    assert (found is not None) == formula


@given(
    st.tuples(st.integers(-2, 4), st.integers(-2, 4)).filter(any),
    st.integers(0, 5),
    st.sampled_from([2, 3, 5, 7]),
)
def test_every_sum_modulo_a_number_is_found(
    weights: tuple[int, int], step: int, modulus: int
) -> None:
    """A remainder is one formula, and its value at each point is the table's."""
    a, b = np.indices((8, 8))
    if not any(weight % modulus for weight in weights):
        return
    grid = ((weights[0] * a + weights[1] * b + step) % modulus).astype(np.int64)
    formula = formula_of(lookup(grid), ("a", "b"))
    assert formula is not None
    assert formula.condition is None
    assert all(
        value(formula, {"a": row, "b": column}) == grid[row, column]
        for row in range(8)
        for column in range(8)
    )

"""Decimal weights as exact integers."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tprog.published.scaling import LARGEST_SUM, parse_weight, scaled

weights = st.decimals(-1000, 1000, allow_nan=False, places=7).map(Fraction)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", Fraction(1)),
        ("-0.25", Fraction(-1, 4)),
        ("1.5e-05", Fraction(15, 1_000_000)),
        (".5", Fraction(1, 2)),
        (" 2. ", Fraction(2)),
        ("+3E2", Fraction(300)),
    ],
)
def test_decimal_numbers_are_read_exactly(text: str, number: Fraction) -> None:
    """What pandas reads as a float is the decimal number that is written."""
    assert parse_weight(text) == number


@pytest.mark.parametrize(
    "text", ["", "nan", "inf", "-Infinity", "1_0", "0x1", "1e400", "1/2", "1,5", "१", "9" * 200]
)
def test_other_cells_are_no_weights(text: str) -> None:
    """Missing, infinite and outsized weights are refused before anything is computed with them."""
    assert parse_weight(text) is None


@given(rows=st.lists(st.tuples(weights, weights), min_size=1, max_size=5))
def test_scaling_is_exact_and_common(rows: list[tuple[Fraction, Fraction]]) -> None:
    """Each integer times the step is its weight, and the integers have no common divisor but 1."""
    found = scaled([rows], [3])
    assert found.error == 0
    assert [[entry * found.step for entry in row] for row in found.blocks[0]] == [
        list(row) for row in rows
    ]
    assert all(isinstance(entry, int) for row in found.blocks[0] for entry in row)


def test_weights_without_a_common_scale_are_rounded_within_the_stated_error() -> None:
    """Weights that are too far apart for 64 bits are rounded, no sum exceeds the limit, and the error is stated."""
    rows = [[Fraction(30), Fraction(1, 10**25)], [Fraction(-7), Fraction(1, 3)]]
    found = scaled([rows], [16])
    assert 0 < found.error < Fraction(1, 10**14)
    for row, exact in zip(found.blocks[0], rows, strict=True):
        for entry, weight in zip(row, exact, strict=True):
            assert abs(entry * found.step - weight) <= found.error
            assert abs(16 * entry) < LARGEST_SUM


def test_nothing_at_all_can_be_scaled() -> None:
    """Weights that are all zero, or none, stay as they are."""
    assert scaled([[[Fraction(0)]]], [1]).blocks == (((0,),),)
    assert scaled([], []).blocks == ()

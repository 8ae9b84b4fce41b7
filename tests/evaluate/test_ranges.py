"""Comparisons within a bound, one value of either side replaced, are found from what is known of a table."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tprog.evaluate.comparisons import Split
from tprog.evaluate.ranges import Ranged, ranged

VALUES = np.arange(-4, 5)
OTHERS = st.sampled_from([None, (-4, 0), (-4, 2)])
SPLITS = st.builds(Split, st.sampled_from(["<", ">"]), st.sampled_from([1, -1]), st.integers(-2, 2))


@given(SPLITS, st.sampled_from([None, -1, 1]), OTHERS, OTHERS, st.integers(0, 1 << 30))
def test_what_is_found_gives_what_is_known(
    split: Split, bound: int | None, first: tuple[int, int] | None, second: None, seed: int
) -> None:
    """Of a table that such a comparison gives, whatever is known of it, one is found."""
    inside = Ranged(split, bound, first, second).holds(VALUES[:, None], VALUES[None, :])
    known = np.random.default_rng(seed).random(inside.shape) < 0.9
    if not (known & inside).any() or not (known & ~inside).any():
        return
    found = ranged(VALUES, VALUES, inside, known)
    if found is None:
        assert bound is not None or first is not None or second is not None
        return
    given_by = found.holds(VALUES[:, None], VALUES[None, :])
    assert (given_by == inside)[known].all()

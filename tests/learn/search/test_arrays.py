"""Tests of the arrays' types."""

import numpy as np
import pytest

from tprog.errors import UsageError
from tprog.learn.search.arrays import mask_type


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (1, np.uint8),
        (8, np.uint8),
        (9, np.uint16),
        (16, np.uint16),
        (17, np.uint32),
        (32, np.uint32),
    ],
)
def test_masks_take_the_narrowest_type(values: int, expected: type) -> None:
    """A mask has at least one bit for each value, and no more bytes than that takes."""
    assert mask_type(values) is expected


def test_too_many_values_are_refused() -> None:
    """More than 32 values do not fit a mask, and the message says so."""
    with pytest.raises(UsageError, match="33 values"):
        mask_type(33)

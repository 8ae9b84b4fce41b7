"""Tokens and labels as users give them."""

import numpy as np
import pytest

from tprog.tasks.symbols import optional_symbols, symbol, symbols


def test_integers_become_texts_whoever_made_them() -> None:
    """Python's and NumPy's integers, and NumPy's texts, are plain texts."""
    given = [1, np.int64(2), np.uint8(3), np.str_("4"), "5"]
    assert symbols(given) == ("1", "2", "3", "4", "5")
    assert {type(one) for one in symbols(given)} == {str}
    assert optional_symbols(np.array([0, 1])) == ("0", "1")
    assert optional_symbols([None, 1]) == (None, "1")


@pytest.mark.parametrize("value", [True, 1.0, None, b"a", ("a",), np.bool_(True), np.float64(1)])
def test_anything_else_is_refused(value: object) -> None:
    """What has no one way of being written is no token."""
    with pytest.raises(TypeError, match="give texts, or integers"):
        symbol(value)

"""Uniform draws and spelling."""

from collections import Counter

import numpy as np
import pytest

from tprog.errors import BadInput
from tprog.ir import Domain
from tprog.tasks.draws import draw_uniform, spell


def test_lengths_are_uniform_and_then_symbols() -> None:
    """Every length is equally likely, however many sequences it has, and every symbol at every place."""
    domain = Domain(("a", "b", "c"), max_length=5, min_length=2)
    drawn = draw_uniform(domain, np.random.default_rng(0), 20_000)
    lengths = Counter(map(len, drawn))
    assert set(lengths) == {2, 3, 4, 5}
    assert all(abs(count / 20_000 - 1 / 4) < 0.02 for count in lengths.values())
    lasts = Counter(sequence[-1] for sequence in drawn)
    assert all(abs(lasts[symbol] / 20_000 - 1 / 3) < 0.02 for symbol in "abc")


def test_a_domain_without_an_end_cannot_be_drawn_from() -> None:
    """Without a greatest length, no uniform length exists."""
    with pytest.raises(BadInput, match="no greatest length"):
        draw_uniform(Domain(("a",), max_length=None), np.random.default_rng(0), 1)


def test_rows_are_spelled_and_cut() -> None:
    """Indices become symbols, and each row ends at its length."""
    rows = np.array([[0, 1, 1], [1, 0, 0]])
    assert spell(("x", "yy"), rows) == [("x", "yy", "yy"), ("yy", "x", "x")]
    assert spell(("x", "yy"), rows, np.array([1, 2])) == [("x",), ("yy", "x")]
